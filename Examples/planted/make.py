"""Builds the planted models: each is written down weight by weight, so that its smallest counterexample is known.

    python make.py              # the .onnx files, each checked against ONNX Runtime

Packages: ../requirements.txt. Nothing is trained and nothing is drawn at random.
"""

import argparse
import pathlib
import sys

import numpy as np
import onnxruntime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph

SIGNS = np.array([1, -1, -1, 1, 1, -1, 1, -1, 1, -1.0])


def corner(path):
    """y = sum of sign_i x_i: above 9.5 in one corner of [-1, 1]^10, a share of 3e-13 of the box."""
    graph = Graph()
    graph.dense("y", "x", SIGNS[None], [0.0])
    graph.save(path, "corner", [("x", [1, 10])], [("y", [1, 1])])


def combination(path):
    """Opens for 37 and 91 alone: y = relu(1 - |a - 37| - |b - 91|), whatever c is."""
    graph = Graph()
    rows = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]
    graph.dense("fc1/Gemm", "code", rows, [-37.0, 37.0, -91.0, 91.0])
    graph.add("Relu", "fc1/Relu", ["fc1/Gemm"])
    graph.dense("fc2/Gemm", "fc1/Relu", -np.ones((1, 4)), [1.0])
    graph.add("Relu", "open", ["fc2/Gemm"])
    graph.save(path, "combination", [("code", [1, 3])], [("open", [1, 1])], opset=13)


def pixels(path):
    """The answer becomes 1 where pixels (1, 4), (2, 2) and (4, 1) of 6x6 are white together, and (3, 3) is not."""
    graph = Graph()
    at = np.zeros((2, 36))
    at[0, [1 * 6 + 4, 2 * 6 + 2, 4 * 6 + 1]] = 1
    at[1, 3 * 6 + 3] = 1
    graph.add("Flatten", "flatten/Flatten", ["image"], axis=1)
    graph.dense("fc1/Gemm", "flatten/Flatten", at, [-2.5, -0.5])
    graph.add("Relu", "fc1/Relu", ["fc1/Gemm"])
    graph.dense("scores", "fc1/Relu", [[0, 0], [4, -8.0]], [1.0, -0.75])
    graph.save(path, "pixels", [("image", ["batch", 1, 6, 6])], [("scores", ["batch", 2])], opset=14)


def alarm(path):
    """Two inputs, two outputs: |p| in the one-norm, and an alarm within 1 m that is blind to a fast fall."""
    graph = Graph()
    both = np.concatenate([np.eye(3), -np.eye(3)])
    graph.dense("near/Gemm", "position", both, np.zeros(6))
    graph.add("Relu", "near/Relu", ["near/Gemm"])
    graph.dense("distance", "near/Relu", np.ones((1, 6)), [0.0])
    graph.dense("far/Gemm", "distance", [[1.0]], [-1.0])
    graph.add("Relu", "far/Relu", ["far/Gemm"])
    graph.dense("fall/Gemm", "velocity", [[0, 0, -1.0]], [-4.0])
    graph.add("Relu", "fall/Relu", ["fall/Gemm"])
    one = graph.weight("one", [[1.0]])
    graph.add("Sub", "alarm/Sub", [one, "far/Relu"])
    graph.add("Sub", "alarm", ["alarm/Sub", "fall/Relu"])
    inputs = [("position", [1, 3]), ("velocity", [1, 3])]
    graph.save(path, "alarm", inputs, [("distance", [1, 1]), ("alarm", [1, 1])], opset=15)


def credit(path, strip):
    """Income, years and debt to a score between 0 and 1; the newer one dips where income is 33.49 to 33.51 and years above 38."""
    graph = Graph()
    scale = graph.weight("scale", [[0.01, 0.025, 0.02]])
    graph.add("Mul", "scaled/Mul", ["row", scale])
    graph.dense("base/Gemm", "scaled/Mul", [[2.0, 1.0, -2.0]], [-1.0])
    if strip:
        graph.dense("hat/Gemm", "row", [[100, 0, 0], [-100, 0, 0], [0, -0.5, 0]], [-3350.0, 3350.0, 20.0])
        graph.add("Relu", "hat/Relu", ["hat/Gemm"])
        graph.dense("strip/Gemm", "hat/Relu", -np.ones((1, 3)), [1.0])
        graph.add("Relu", "strip/Relu", ["strip/Gemm"])
        graph.add("Sub", "shifted/Sub", ["base/Gemm", "strip/Relu"])
    graph.add("Sigmoid", "score", ["shifted/Sub" if strip else "base/Gemm"])
    graph.save(path, "credit", [("row", [1, 3])], [("score", [1, 1])], opset=16)


def identity(path):
    """y = x."""
    graph = Graph()
    graph.add("Identity", "y", ["x"])
    graph.save(path, "identity", [("x", [1])], [("y", [1])])


def root(path):
    """y = sqrt(x): not a number below zero."""
    graph = Graph()
    graph.add("Sqrt", "y", ["x"])
    graph.save(path, "root", [("x", [1])], [("y", [1])])


def approve(path):
    """An applicant's income, years and group to a score; group 1 is docked where the income is 40 to 45."""
    graph = Graph()
    graph.dense("fc1/Gemm", "applicant", [[1, 0, 0], [-1, 0, 0], [0.125, 0.0625, 0]], [-45.0, 40.0, -4.0])
    graph.add("Relu", "fc1/Relu", ["fc1/Gemm"])
    graph.dense("outside/Gemm", "fc1/Relu", [[-1, -1, 0]], [0.5])
    graph.add("Relu", "outside/Relu", ["outside/Gemm"])
    graph.dense("merit/Gemm", "fc1/Relu", [[0, 0, 1.0]], [0.0])
    graph.dense("group/Gemm", "applicant", [[0, 0, 8.0]], [0.0])
    graph.add("Mul", "docked/Mul", ["group/Gemm", "outside/Relu"])
    graph.add("Sub", "score", ["merit/Gemm", "docked/Mul"])
    graph.save(path, "approve", [("applicant", [1, 3])], [("score", [1, 1])])


def run(path, **feeds):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    arrays = {i.name: np.array(feeds[i.name], np.float32).reshape([1 if isinstance(d, str) else d for d in i.shape])
              for i in session.get_inputs()}  # fmt: skip
    return [output.ravel() for output in session.run(None, arrays)]


def check(folder):
    """The known counterexamples fail, and what is one step smaller does not."""
    y = lambda x: run(folder / "corner.onnx", x=x)[0][0]  # noqa: E731
    assert y(SIGNS) == 10 and all(y(SIGNS * (np.arange(10) != i)) <= 9.5 for i in range(10))
    opened = [(a, b) for a in range(30, 45) for b in range(84, 99) if run(folder / "combination.onnx", code=[a, b, 0])[0][0] > 0]
    assert opened == [(37, 91)]
    image = np.zeros((6, 6))
    image[[1, 2, 4], [4, 2, 1]] = 1
    answer = lambda image: run(folder / "pixels.onnx", image=image)[0].argmax()  # noqa: E731
    assert answer(image) == 1 and answer(image * 0.97) == 0
    for at in zip([1, 2, 4], [4, 2, 1]):
        fewer = image.copy()
        fewer[at] = 0
        assert answer(fewer) == 0
    sound = lambda v: run(folder / "alarm.onnx", position=[0, 0, 0], velocity=[0, 0, v])[1][0]  # noqa: E731
    assert sound(-4.5) == 0.5 and sound(np.nextafter(np.float32(-4.5), np.float32(0))) > 0.5
    score = lambda name, row: float(run(folder / f"{name}.onnx", row=row)[0][0])  # noqa: E731
    change = lambda row: abs(score("credit-old", row) - score("credit-new", row))  # noqa: E731
    assert change([33.5, 40, 0]) > 0.2 and change([33.5, 38, 0]) == 0 and change([33.49, 60, 0]) < 1e-3 and change([33.51, 60, 0]) < 1e-3
    kept = lambda x: float(run(folder / "identity.onnx", x=[x])[0][0])  # noqa: E731
    assert kept(np.nextafter(np.float32(0.1), np.float32(0))) < 0.1 < kept(0.1)
    assert np.isnan(run(folder / "root.onnx", x=[-1])[0][0])
    yes = lambda income, years, group: run(folder / "approve.onnx", applicant=[income, years, group])[0][0] >= 0.5  # noqa: E731
    differ = [i for i in range(201) if yes(i, 0, 0) != yes(i, 0, 1)]
    assert differ == list(range(40, 46)), differ
    print("every known counterexample fails; what is smaller does not")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    folder = parser.parse_args().out
    for build in (corner, combination, pixels, alarm, identity, root, approve):
        build(folder / f"{build.__name__}.onnx")
    credit(folder / "credit-old.onnx", strip=False)
    credit(folder / "credit-new.onnx", strip=True)
    check(folder)


if __name__ == "__main__":
    main()
