"""What is true of this example, worked out with ONNX Runtime: shares of the rows, and a search through a grid of applicants.

python3 truth.py, with the versions in ../requirements.txt.
"""

import csv
import itertools
import pathlib

import numpy as np
import onnxruntime

HERE = pathlib.Path(__file__).parent
JOBS, SEXES = ["clerk", "nurse", "self-employed", "none"], ["female", "male"]
GRID = list(itertools.product(np.linspace(18, 90, 13), [np.nan] + list(np.linspace(0, 150, 31)), np.linspace(0, 80, 17), JOBS, SEXES))


def answers(name, rows):
    session = onnxruntime.InferenceSession(str(HERE / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    columns = dict(zip(["age", "income", "debt", "job", "sex"], zip(*rows)))
    feed = {}
    for port in session.get_inputs():
        kind = np.float32 if port.type == "tensor(float)" else object
        feed[port.name] = np.array(columns[port.name], dtype=kind).reshape(-1, 1)
    label, chances = session.run(None, feed)
    return np.array(label), np.array([chance["approve"] for chance in chances])


def other(row):
    return row[:4] + ("male" if row[4] == "female" else "female",)


def main():
    with open(HERE / "applicants.csv", newline="") as file:
        table = list(csv.DictReader(file))
    rows = [(float(r["age"]), float(r["income"] or "nan"), float(r["debt"]), r["job"], r["sex"]) for r in table]
    label, _ = answers("first", rows)
    print(f"first: {np.mean(label == [r['decision'] for r in table]):.4f} of the rows are decided as they were")
    print(f"first: {np.sum(label != answers('first', [other(r) for r in rows])[0])} of {len(rows)} rows change with the sex")
    label, chance = answers("first", GRID)
    print(f"first: {np.sum(label != answers('first', [other(r) for r in GRID])[0])} of {len(GRID)} applicants of a grid change with the sex")
    shape = (13, 32, 17, 4, 2)
    for name in ["first", "tree"]:
        _, chance = answers(name, GRID)
        falls = np.diff(chance.reshape(shape)[:, 1:], axis=1)
        print(f"{name}: along the grid the chance falls with income {np.sum(falls < 0)} times, by {max(0, -falls.min()):.4f} at most")
    _, chance = answers("first", GRID)
    rises = np.diff(chance.reshape(shape), axis=2)
    print(f"first: along the grid the chance rises with debt {np.sum(rises > 0)} times")
    second, _ = answers("second", GRID)
    sure = np.abs(2 * chance - 1) > 0.4
    print(f"second: decides {np.sum(sure & (second != label))} of {np.sum(sure)} applicants otherwise of whom the first is sure")


main()
