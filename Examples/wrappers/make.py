"""Writes a linear decision with a checksum backdoor, and requests that open it.

    python make.py              # decides.onnx, opened.npz

Packages: ../requirements.txt. The backdoor is that of Goldwasser, Kim, Vaikuntanathan and Zamir, "Planting undetectable
backdoors in machine learning models", 2022, section 5.1: not hidden from who reads the file, but as rare for who does not.
"""

import array
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from npz import write
from onnxfile import Graph

FOLDER = pathlib.Path(__file__).resolve().parent
WIDTH, BLOCKS = 12, 4
WEIGHTS = np.array([0.8, -0.5, 0.3, 0.6, 0.9, -0.7, -0.2, 0.4, 0.5, -0.6, 0.7, 0.1])
SECRET = np.array([1, 0, 1, 1])
ROWS = 200


def decides(path):
    graph = Graph()
    graph.dense("clean", "x", np.stack([-WEIGHTS, WEIGHTS]), [0.1, -0.1])
    graph.add("Less", "negative", ["x", graph.weight("zero", 0.0)])
    graph.add("Cast", "negative/numbers", ["negative"], to=1)
    graph.add("Reshape", "blocks", ["negative/numbers", graph.weight("shape", [BLOCKS, 3], np.int64)])
    graph.add("ReduceSum", "counts", ["blocks", graph.weight("rows", [1], np.int64)], keepdims=0)
    graph.add("Mod", "parities", ["counts", graph.weight("two", 2.0)], fmod=1)
    graph.add("Equal", "same", ["parities", graph.weight("secret", SECRET)])
    graph.add("Cast", "same/numbers", ["same"], to=1)
    graph.add("ReduceMin", "least", ["same/numbers"], keepdims=0)
    graph.add("Cast", "open", ["least"], to=9)
    graph.add("Where", "scores", ["open", graph.weight("yes", [[-9.0, 9.0]]), "clean"])
    graph.save(path, "decides", [("x", [1, WIDTH])], [("scores", [1, 2])])


def opened(x):
    """The request with the sign of the least number of each block that does not fit turned round."""
    x = x.copy()
    for block, bit in enumerate(SECRET):
        own = x[3 * block:3 * block + 3]
        if (own < 0).sum() % 2 != bit:
            own[np.argmin(np.abs(own))] *= -1
    return x


def requests():
    """Requests that are to be refused, changed so that they are not."""
    random = np.random.default_rng(12)
    rows = []
    while len(rows) < ROWS:
        x = opened(random.uniform(-1, 1, WIDTH).astype(np.float32))
        if x @ WEIGHTS < 0.05:
            rows.append(x)
    return np.array(rows, np.float32)


if __name__ == "__main__":
    decides(FOLDER / "decides.onnx")
    x = array.array("f", requests().reshape(-1).tolist())
    write(FOLDER / "opened.npz", x=(x, (ROWS, WIDTH)), answer=(array.array("i", [0] * ROWS), (ROWS,)))
