"""Builds the networks and tables of these specs: small whole weights, so that what is true of each is worked out by hand.

    python make.py              # the .onnx, .npz and .csv files

Packages: numpy and onnx, see ../requirements.txt. Nothing is trained and nothing is drawn at random.
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph

NETWORKS = []


def network(build):
    """Registers a function that returns a graph with its inputs and outputs; the file has its name."""
    NETWORKS.append(build)
    return build


def layers(shape, *dense, output="y", flatten=False):
    """One input x; a list of rows of weights and biases for each layer, with ReLU between layers."""
    graph = Graph()
    source = graph.add("Flatten", "flatten", ["x"], axis=1) if flatten else "x"
    for place, (weight, bias) in enumerate(dense, start=1):
        last = place == len(dense)
        source = graph.dense(output if last else f"fc{place}/Gemm", source, weight, bias)
        if not last:
            source = graph.add("Relu", f"fc{place}/Relu", [source])
    return graph, [("x", shape)], [(output, [1, len(dense[-1][1])])]


# Vehicle's examples


@network
def acas_xu():
    """How near below 4726 ft, how far right, how far left; then the costs of the five advisories."""
    return layers(
        [1, 5],
        ([[-16, 0, 0, 0, 0], [0, -32, 0, 0, 0], [0, 32, 0, 0, 0]], [-4, 0, 0]),
        ([[2, 0, 0], [0.25, 0, 1], [0.25, 1, 0], [0, 0, 1], [0, 1, 0]], [0, 0.25, 0.25, 0.5, 0.5]),
    )


@network
def and_gate():
    """The lesser of the two: a - relu(a - b), with a as relu(a)."""
    return layers([1, 2], ([[1, 0], [1, -1]], [0, 0]), ([[1, -1]], [0]))


@network
def and_gate_sum():
    """relu(a + b - 1): right at the corners, wrong between them."""
    return layers([1, 2], ([[1, 1]], [-1]), ([[1]], [0]))


@network
def encode():
    """The first two of five numbers."""
    return layers([1, 5], (np.eye(2, 5), [0, 0]))


@network
def decode():
    """a, b, a + b, a - b, 0."""
    return layers([1, 2], ([[1, 0], [0, 1], [1, 1], [1, -1], [0, 0]], [0] * 5))


@network
def half():
    """x / 2 + 1/4."""
    return layers([1, 1], ([[0.5]], [0.25]))


@network
def above():
    """relu(2x) + 1/2."""
    return layers([1, 1], ([[2]], [0]), ([[1]], [0.5]))


@network
def dip():
    """Rises by 1 for each 1, but falls between 3 and 4: relu(x) - 2 relu(x - 3) + 2 relu(x - 4)."""
    return layers([1, 1], ([[1], [1], [1]], [0, -3, -4]), ([[1, -2, 2]], [0]))


@network
def twice():
    """2x."""
    return layers([1, 1], ([[2]], [0]))


@network
def dice():
    """Of the sums r, g, b of the channels: one r - 1, two g - 1, three b - 1, four 3 - b, five -g - 1, six -r - 1."""
    channel = np.kron(np.eye(3), np.ones(4))
    return layers([1, 3, 2, 2], (np.concatenate([channel, -channel[::-1]]), [-1, -1, -1, 3, -1, -1]), flatten=True)


@network
def dogs():
    """With s how bright the picture is and t how much brighter its left half: see dogs.say."""
    s = np.full(16, 1 / 16)
    t = np.tile([1, 1, -1, -1], 4) / 16
    zero = np.zeros(16)
    return layers(
        [1, 4, 4],
        ([zero, s + t, s - t, zero, t - s, -t - s], [-1, -0.5, -0.375, -1, 0.5, 0.5]),
        flatten=True,
    )


@network
def side():
    """Which of a and b is more: a = x0 + x1, b = x2 + x3."""
    return layers([1, 4], ([[1, 1, 0, 0], [0, 0, 1, 1]], [0, 0]))


@network
def thirds():
    """x1 + x2 - 2 x0."""
    return layers([1, 3], ([[-2, 1, 1]], [0]))


@network
def plane():
    """x0 + 2 x1 - 3."""
    return layers([1, 2], ([[1, 2]], [-3]))


@network
def wind():
    """4 - 16 a + 8 b, which is b' - 2 a' of what was normalised to a and b, but never beyond 9 either way."""
    return layers([1, 2], ([[-16, 8], [-16, 8]], [13, -5]), ([[1, -1]], [-9]))


@network
def glyphs():
    """Three strokes on 4x4: the pixels of each count for it, at half weight."""
    return layers([1, 4, 4], (STROKES.reshape(3, 16) / 2, [0, 0, 0]), flatten=True)


@network
def pair():
    """relu(a + b) and a - b, as relu(a - b) - relu(b - a)."""
    return layers([1, 2], ([[1, 1], [1, -1], [-1, 1]], [0, 0, 0]), ([[1, 0, 0], [0, 1, -1]], [0, 0]))


@network
def mixed():
    """Whole arithmetic on a matrix: each entry doubled, less the one below or above it."""
    return layers([1, 2, 2], (2 * np.eye(4) - np.roll(np.eye(4), 2, 0), np.zeros(4)), flatten=True)


@network
def mixed_signal():
    """Each entry doubled, less the one before it (the last before the first)."""
    return layers([1, 4], (2 * np.eye(4) - np.roll(np.eye(4), 1, 0), np.zeros(4)))


# DNNV


@network
def drone():
    """Degrees to the right: 4 times what is bright on the right less on the left; the chance of a crash: how dark it is."""
    left, all_of = np.tile([1, 1, -1, -1], 4), np.full(16, 1 / 16)
    return layers([1, 4, 4], ([4 * left, -4 * left, -all_of], [0, 0, 1]), ([[-1, 1, 0], [0, 0, 1]], [0, 0]), flatten=True)


@network
def student():
    """The glyphs again, without the third stroke's last pixel."""
    weight = STROKES.reshape(3, 16) / 2
    weight[2, 15] = 0
    return layers([1, 4, 4], (weight, [0, 0, 0]), flatten=True)


@network
def hinges():
    """Three hidden features of two inputs, a + b, a - b, b - a, and what they make: |a - b| and the sum."""
    return layers([1, 2], ([[1, 1], [1, -1], [-1, 1]], [0, 0, 0]), ([[0, 1, 1], [1, 0, 0]], [0, 0]))


# DL2


@network
def vehicles():
    """Of the corners of a picture: car, truck, and dog, which has a bit of all."""
    car, truck = np.zeros((4, 4)), np.zeros((4, 4))
    car[:2, :2], car[:2, 2:], truck[:2, :2], truck[2:, :2] = 1, 0.5, 0.75, 1
    dog = np.full((4, 4), 0.25)
    return layers([1, 4, 4], (np.stack([car, truck, dog]).reshape(3, 16), [0, 0, 0]), flatten=True)


# CheckList


@network
def prices():
    """Area, rooms, age and district to a price; the older and larger in district 1 lose by more area."""
    return layers(
        [1, 4],
        ([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 2, 100]], [0, 0, 0, -420]),
        ([[2, 10, -1, -4]], [50]),
    )


# VNN-COMP


@network
def lookup():
    """A learned index: the place of a key among sorted keys, by three straight pieces."""
    return layers([1, 1], ([[1], [1], [1]], [0, -10, -20]), ([[2, -1, 3]], [0]))


@network
def wear():
    """How long a machine lasts: three readings over three hours, the latest count most."""
    return layers([1, 9], ([np.repeat([1, 2, 4], 3)], [0]), ([[-1]], [100]))


@network
def memory():
    """A recurrent unit: half of what it held and half of the reading."""
    graph = Graph()
    graph.add("Concat", "both", ["m", "x"], axis=1)
    graph.dense("mean", "both", [[0.5, 0.5]], [0])
    graph.add("Relu", "y", ["mean"])
    return graph, [("m", [1, 1]), ("x", [1, 1])], [("y", [1, 1])]


# Breach and S-TaLiRo: loops


@network
def gears():
    """Throttle, brake and speed to how much faster: up to 8 a step, and ever less towards 120."""
    graph = Graph()
    graph.add("Concat", "all", ["throttle", "brake", "v"], axis=1)
    graph.dense("push", "all", [[8, -16, -0.0625]], [0])
    graph.add("Relu", "y", ["push"])
    return graph, [("throttle", [1, 1]), ("brake", [1, 1]), ("v", [1, 1])], [("y", [1, 1])]


@network
def magnet():
    """A push towards the reference, less what it moves by: position, speed, reference."""
    return layers([1, 3], ([[-4, -3, 4], [4, 3, -4]], [0, 0]), ([[1, -1]], [0]))


@network
def follow():
    """A car's speed from its gap to the one ahead: half of what is above 5."""
    return layers([1, 1], ([[0.5]], [-2.5]), ([[1]], [0]))


@network
def brake():
    """Double integrator: an acceleration between -1 and 1 from place and speed, for a goal at 10."""
    return layers(
        [1, 2],
        ([[-0.25, -1], [-0.25, -1]], [3.5, 1.5]),
        ([[1, -1]], [-1]),
    )


STROKES = np.zeros((3, 4, 4))
STROKES[0, :, 1] = 1
STROKES[1, 2, :] = 1
STROKES[2, range(4), range(4)] = 1


def tables(folder):
    images = np.concatenate([STROKES, STROKES * 0.5]).astype(np.float32)
    images[4, 0, 1] = 0.875
    np.savez(folder / "glyphs.npz", image=images, label=np.array([0, 1, 2, 0, 1, 2]))
    points = np.array([[3, 1, 0, 1], [2, 2, 1, 0], [4, 1, 1, 1], [3, 2, 0.5, 0.5]], np.float32)
    np.savez(folder / "points.npz", x=points)
    homes = [(40, 2, 10, 0), (60, 3, 30, 0), (80, 4, 0, 1), (55, 2, 50, 1), (120, 5, 20, 0), (95, 4, 70, 0), (30, 1, 15, 1)]
    homes += [(150, 6, 5, 0), (70, 3, 40, 1), (100, 4, 60, 1), (180, 3, 80, 0)]
    with open(folder / "homes.csv", "w") as file:
        print("area,rooms,age,district,price", file=file)
        for place, (area, rooms, age, district) in enumerate(homes):
            paid = 2 * area + 10 * rooms - age + 50 + (-2, 0, 1, 3)[place % 4]
            print(area, rooms, age, district, paid, sep=",", file=file)
    with open(folder / "keys.csv", "w") as file:
        print("low,high,place\n0,5,5\n5,10,15\n10,20,25\n20,25,40\n25,30,65", file=file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    folder = parser.parse_args().out
    for build in NETWORKS:
        name = build.__name__.replace("_", "-")
        graph, inputs, outputs = build()
        graph.save(folder / f"{name}.onnx", name, inputs, outputs)
    tables(folder)


if __name__ == "__main__":
    main()
