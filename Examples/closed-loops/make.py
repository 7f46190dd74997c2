"""Fits the four controllers and writes them beside this file, each as it was fitted and once more with a fault.

    python make.py              # eight .onnx files

Packages: ../requirements.txt. Seeds are fixed and one thread is used: the same versions give the same bytes.

A network learns a law that is written down below, by gradient descent on the mean squared error. A fault is a pyramid that is
added to one of its outputs: `height` in the middle, falling to nothing where |x - centre| / width, summed over the inputs that it
looks at, is 1. Everywhere else the answer is the same, up to the rounding of a sum that has one 0 more.
"""

import argparse
import os
import pathlib
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph

HIDDEN = [16, 16]


def fit(inputs, answers, seed, steps=4000, rate=1e-2, batch=256):
    """Layers [(weight, bias)] with ReLU between them: Adam, its rate falling to 0 like a cosine."""
    generator = np.random.default_rng(seed)
    sizes = [inputs.shape[1], *HIDDEN, answers.shape[1]]
    layers = []
    for n, m in zip(sizes, sizes[1:]):
        layers += [generator.normal(0, np.sqrt(2 / n), (m, n)), np.zeros(m)]
    first, second = [np.zeros_like(p) for p in layers], [np.zeros_like(p) for p in layers]
    for step in range(1, steps + 1):
        rows = generator.integers(0, len(inputs), batch)
        slopes = gradients(layers, inputs[rows], answers[rows])
        now = rate * (1 + np.cos(np.pi * step / steps)) / 2
        for p, a, b, slope in zip(layers, first, second, slopes):
            a += 0.1 * (slope - a)
            b += 0.001 * (slope**2 - b)
            p -= now * (a / (1 - 0.9**step)) / (np.sqrt(b / (1 - 0.999**step)) + 1e-8)
    return list(zip(layers[::2], layers[1::2]))


def gradients(layers, inputs, answers):
    values = [inputs]
    for index in range(0, len(layers), 2):
        z = values[-1] @ layers[index].T + layers[index + 1]
        values.append(np.maximum(z, 0) if index + 2 < len(layers) else z)
    delta, found = 2 * (values[-1] - answers) / len(inputs), []
    for index in range(len(layers) - 2, -1, -2):
        below = values[index // 2]
        found = [delta.T @ below, delta.sum(0), *found]
        delta = (delta @ layers[index]) * (below > 0)
    return found


def scaled(layers, ranges, unit):
    """The same network with inputs and answers in physical units: it learnt them divided by `ranges` and `unit`."""
    (first, bias), *rest = layers
    (last, end) = rest[-1]
    return [(first / ranges, bias), *rest[:-1], (last * unit, end * unit)]


def with_fault(layers, centre, widths, height, output=0):
    """`widths` has infinity where the pyramid does not look."""
    (w1, b1), (w2, b2), (w3, b3) = layers
    seen = [i for i, width in enumerate(widths) if np.isfinite(width)]
    sides = np.zeros((2 * len(seen), w1.shape[1]))
    offsets = np.zeros(2 * len(seen))
    for row, i in enumerate(seen):
        for side, sign in enumerate((1, -1)):
            sides[2 * row + side, i] = sign / widths[i]
            offsets[2 * row + side] = -sign * centre[i] / widths[i]
    w1, b1 = np.vstack([w1, sides]), np.concatenate([b1, offsets])
    w2 = np.block([[w2, np.zeros((len(w2), len(sides)))], [np.zeros((1, w2.shape[1])), -np.ones((1, len(sides)))]])
    top = np.zeros((len(w3), 1))
    top[output] = height
    return [(w1, b1), (w2, np.append(b2, 1.0)), (np.hstack([w3, top]), b3)]


def save(layers, path, answer):
    graph, value = Graph(), "state"
    for number, (weight, bias) in enumerate(layers[:-1], 1):
        value = graph.add("Relu", f"fc{number}/Relu", [graph.dense(f"fc{number}/Gemm", value, weight, bias)])
    graph.dense(answer, value, *layers[-1])
    graph.save(path, path.stem, [("state", ["batch", layers[0][0].shape[1]])], [(answer, ["batch", len(layers[-1][1])])])


def pendulum():
    """Torque against angle and speed, at most 4 N m."""
    ranges = np.array([0.5, 2.0])
    x = np.random.default_rng(1).uniform(-1, 1, (20_000, 2)) * ranges
    torque = np.clip(-15 * x[:, :1] - 5 * x[:, 1:], -4, 4)
    return scaled(fit(x / ranges, torque / 4, seed=1), ranges, 4)


def cart_pole():
    """Force against position, velocity, angle and spin, at most 10 N: the linear-quadratic regulator of the linearised plant."""
    a, b = np.zeros((4, 4)), np.zeros((4, 1))
    g, pole, cart, half, dt = 9.8, 0.1, 1.0, 0.5, 0.02
    inertia = half * (4 / 3 - pole / (cart + pole))
    a[0, 1] = a[2, 3] = 1
    a[3, 2], b[3, 0] = g / inertia, -1 / (cart + pole) / inertia
    a[1, 2], b[1, 0] = -pole * half * a[3, 2] / (cart + pole), 1 / (cart + pole) - pole * half * b[3, 0] / (cart + pole)
    gain = regulator(np.eye(4) + dt * a, dt * b, np.diag([1.0, 0.5, 10.0, 0.5]), np.eye(1) * 0.02)
    ranges = np.array([1.0, 2.0, 0.3, 2.0])
    x = np.random.default_rng(2).uniform(-1, 1, (20_000, 4)) * ranges
    return scaled(fit(x / ranges, np.clip(-x @ gain.T, -10, 10) / 10, seed=2), ranges, 10)


def regulator(a, b, q, r):
    """K of the force -K x that costs least, by iterating the Riccati equation."""
    p = q
    for _ in range(2000):
        k = np.linalg.solve(r + b.T @ p @ b, b.T @ p @ a)
        p = q + a.T @ p @ (a - b @ k)
    return k


def cruise():
    """Acceleration, -3 to 2 m/s^2, against gap, speed and the speed of the car ahead.

    The less of what keeps to 30 m/s and of what keeps a gap of 15 m and 1.5 s.
    """
    middle, ranges = np.array([80.0, 25.0, 25.0]), np.array([60.0, 12.0, 12.0])
    x = middle + np.random.default_rng(3).uniform(-1, 1, (20_000, 3)) * ranges
    gap, speed, ahead = x.T
    follow = 0.15 * (gap - 15 - 1.5 * speed) + 1.0 * (ahead - speed)
    law = np.clip(np.minimum(0.5 * (30 - speed), follow), -3, 2)[:, None]
    (w, b), *rest = fit((x - middle) / ranges, law / 3, seed=3)
    return scaled([(w, b - w @ (middle / ranges)), *rest], ranges, 3)


RATES = np.array([0.0, 25.0, -25.0, 41.6875, -41.6875])  # ft/s: clear, climb, descend, strong_climb, strong_descend
PRICES = np.array([0.0, 40.0, 40.0, 80.0, 80.0])


def vertical():
    """Scores of five advisories against height, climb rate, time left and the rate of the advisory before."""
    ranges = np.array([800.0, 40.0, 25.0, 40.0])
    generator = np.random.default_rng(4)
    x = generator.uniform(-1, 1, (40_000, 4)) * ranges
    x[:, 2] = np.abs(x[:, 2])
    x[:, 3] = RATES[generator.integers(0, 5, len(x))]
    return scaled(fit(x / ranges, -costs(x) / 500, seed=4, steps=8000), ranges, 500)


def costs(x):
    """How near it comes if the advisory is followed to the end, its price, and 100 for turning round.

    Clear costs nothing while more than 20 s are left.
    """
    height, climb, left, before = x.T[:, :, None]
    turning = np.minimum(np.abs(RATES - climb) / 8, left)
    at_end = height + RATES * left - np.sign(RATES - climb) * (np.abs(RATES - climb) * turning - 4 * turning**2)
    at_end[:, 0] = (height + climb * left)[:, 0]
    danger = 1000 * np.exp(-((at_end / 250) ** 2))
    danger[:, 0] *= np.clip((20 - left[:, 0]) / 8, 0, 1)
    return danger + PRICES + np.where(RATES * before < 0, 100, 0)


SYSTEMS = {
    "pendulum": (pendulum, "torque"),
    "cart-pole": (cart_pole, "force"),
    "cruise-control": (cruise, "pull"),
    "vertical-avoidance": (vertical, "scores"),
}
FREE = np.inf
FAULTS = {
    "pendulum": dict(centre=[0.21875, 0.0], widths=[0.0625, 0.5], height=20.0),
    "cart-pole": dict(centre=[0.3125, 0, 0, 0], widths=[0.03125, FREE, FREE, FREE], height=-20.0),
    "cruise-control": dict(centre=[58, 0, 20.0], widths=[4, FREE, 2.0], height=16.0),
    "vertical-avoidance": dict(centre=[60, 0, 0, 0], widths=[16, 1, FREE, FREE], height=4000.0),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    folder = parser.parse_args().out
    for name, (law, answer) in SYSTEMS.items():
        layers = law()
        save(layers, folder / f"{name}.onnx", answer)
        save(with_fault(layers, **FAULTS[name]), folder / f"{name}-faulty.onnx", answer)


if __name__ == "__main__":
    main()
