"""How small `gainsay check` makes violations by large pictures, and how soon.

    python3 Tests/Conformance/pictures.py GAINSAY [--budgets 1,5] [--sizes 48x192,224x224] [--seeds 1]

Each row is a claim about pictures of three channels that a random convolutional network answers. `planted` depends on a few
entries besides, with slopes or (`planted flat`) by thresholds alone: it fails exactly where all of them are up, so that the
fewest changed entries are known. `planted row` is counted from a row of data. `mean` fails where the brightness of all
entries together is above a hundredth, `logits` where one of the network's answers is above a quarter of what a white picture
gives: many entries have to change. Prints, for each budget, how many entries are changed in what is printed, and the seconds
from start to exit.

Needs numpy, onnx and onnxruntime.
"""

import argparse
import json
import math
import os
import subprocess
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

KINDS = ["planted", "planted flat", "planted row", "mean", "logits"]


def network(kind, height, width, random, planted):
    """Answers: a logit of the network, a number that grows with the planted entries, and the mean."""
    constants = {
        "w1": random.normal(size=(8, 3, 5, 5)) * 0.2,
        "w2": random.normal(size=(16, 8, 3, 3)) * 0.15,
        "w3": random.normal(size=(16, 1)),
        "small": np.array([1e-3]),
    } | ({"threshold": np.array([0.75])} if kind == "planted flat" else {})
    constants = {name: value.astype(np.float32) for name, value in constants.items()}
    constants |= {"flat": np.array([1, 3 * height * width]), "places": planted.astype(np.int64)}
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w1"], ["c1"], pads=[2] * 4, strides=[2, 2]),
        node("Relu", ["c1"], ["r1"]),
        node("Conv", ["r1", "w2"], ["c2"], pads=[1] * 4, strides=[2, 2]),
        node("Relu", ["c2"], ["r2"]),
        node("GlobalAveragePool", ["r2"], ["g"]),
        node("Flatten", ["g"], ["f"]),
        node("MatMul", ["f", "w3"], ["logit"]),
        node("Reshape", ["x", "flat"], ["all"]),
        node("Gather", ["all", "places"], ["chosen"], axis=1),
        node("ReduceMean", ["all"], ["mean"], axes=[1], keepdims=1),
    ]
    if kind == "planted flat":
        nodes += [node("Greater", ["chosen", "threshold"], ["up"]), node("Cast", ["up"], ["level"], to=TensorProto.FLOAT)]
    else:
        nodes += [node("Identity", ["chosen"], ["level"])]
    nodes += [
        node("ReduceMin", ["level"], ["least"], axes=[1], keepdims=1),
        node("Tanh", ["logit"], ["bounded"]),
        node("Mul", ["bounded", "small"], ["noise"]),
        node("Add", ["least", "noise"], ["found"]),
        node("Concat", ["logit", "found", "mean"], ["y"], axis=1),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "pictures",
        [value("x", TensorProto.FLOAT, [1, 3, height, width])],
        [value("y", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def spec(kind, height, width, limit):
    shape = f"Tensor[1, 3, {height}, {width}]"
    place = {"mean": 2, "logits": 0}.get(kind, 1)
    header = f'model net : (x: {shape}) -> (y: Tensor[1, 3]) from "net.onnx"\n'
    if kind == "planted row":
        return header + (
            f'data rows : {{ x: {shape} in [0, 1] }} from "rows.npz"\n'
            f"property p {{\n  forall row in rows\n  forall x: {shape} in [0, 1]\n"
            f"  check net(x)[0, {place}] <= {limit}\n  shrink l0(x - row.x)\n}}\n"
        )
    return header + f"property p {{\n  forall x: {shape} in [0, 1]\n  check net(x)[0, {place}] <= {limit}\n}}\n"


def prepare(folder, kind, height, width, seed):
    """Writes spec, model and rows; the fewest entries that have to change, None where they are not known."""
    random = np.random.default_rng(seed)
    count = 3 * height * width
    planted = np.sort(random.choice(count, 3, replace=False))
    model = network(kind, height, width, random, planted)
    onnx.save(model, os.path.join(folder, "net.onnx"))
    limit, least = 0.8, len(planted)
    if kind == "mean":
        limit = 0.01
        least = math.floor(limit * count) + 1
    if kind == "logits":
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        white = session.run(None, {"x": np.ones((1, 3, height, width), np.float32)})[0][0, 0]
        limit, least = abs(float(white)) / 4, None
    rows = random.uniform(0.2, 0.6, size=(4, 1, 3, height, width)).astype(np.float32)
    np.savez(os.path.join(folder, "rows.npz"), x=rows)
    with open(os.path.join(folder, "p.say"), "w") as file:
        file.write(spec(kind, height, width, limit))
    return least


def check(gainsay, folder, budget):
    """Changed entries and seconds; a word in place of the entries where there is no counterexample."""
    start = time.time()
    command = [gainsay, "check", "p.say", "--json", "--no-cases", "--budget", f"{budget:g}s"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    seconds = time.time() - start
    found = json.loads(done.stdout)["properties"][0]
    if found["verdict"] != "contradicted":
        return found["verdict"], seconds
    inputs = found["counterexamples"][0]["inputs"]
    changes = next(entry.get("changes") or [] for entry in inputs if entry["name"] == "x")
    return f"{len(changes):,}", seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gainsay")
    parser.add_argument("--budgets", default="1,5")
    parser.add_argument("--sizes", default="48x192,224x224")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    gainsay = os.path.abspath(options.gainsay)
    budgets = [float(text) for text in options.budgets.split(",")]
    print("| picture | claim | fewest | " + " | ".join(f"{budget:g} s: changed | s" for budget in budgets) + " |")
    print("|---|---|---|" + "---|---|" * len(budgets))
    for size in options.sizes.split(","):
        height, width = map(int, size.split("x"))
        for kind in KINDS:
            for seed in range(options.seeds):
                with tempfile.TemporaryDirectory() as folder:
                    least = prepare(folder, kind, height, width, seed)
                    cells = []
                    for budget in budgets:
                        changed, seconds = check(gainsay, folder, budget)
                        cells.append(f"{changed} | {seconds:.2f}")
                known = "" if least is None else f"{least:,}"
                print(f"| 3x{size} | {kind} | {known} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
