"""Rows a second through full trees of depth 8 over 30 features, in the engine and in ONNX Runtime: 500 trees, a batch of 10,000 rows, 2 threads.

The best of many passes of each, one after the other. Needs numpy, onnx, onnxruntime.

    python3 Tests/Conformance/tree_speed.py FOLDER --benchmark .build/release/engine-benchmark
"""

import argparse
import subprocess
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

TREES, DEPTH, FEATURES, ROWS = 500, 8, 30, 10_000


def forest(path, targets):
    r = np.random.default_rng(targets)
    inner, nodes = 2 ** DEPTH - 1, 2 ** (DEPTH + 1) - 1
    place, tree = np.tile(np.arange(nodes), TREES), np.repeat(np.arange(TREES), nodes)
    leaf = place >= inner
    lists = {
        "treeids": tree, "nodeids": place, "featureids": np.where(leaf, 0, r.integers(FEATURES, size=len(place))),
        "modes": np.where(leaf, "LEAF", "BRANCH_LEQ"), "truenodeids": np.where(leaf, 0, 2 * place + 1),
        "falsenodeids": np.where(leaf, 0, 2 * place + 2), "values": np.where(leaf, 0, r.normal(size=len(place)))}
    attributes = {f"nodes_{name}": values.tolist() for name, values in lists.items()}
    count = int(leaf.sum())
    attributes.update(
        target_treeids=np.repeat(tree[leaf], targets).tolist(), target_nodeids=np.repeat(place[leaf], targets).tolist(),
        target_ids=np.tile(np.arange(targets), count).tolist(), target_weights=r.normal(size=count * targets).tolist())
    node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=targets, **attributes)
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, FEATURES])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, targets])])
    sets = [helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=8), path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--benchmark", default=".build/release/engine-benchmark")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print("| targets | Gainsay, rows a second | ONNX Runtime | ratio |\n|---|---|---|---|")
    for targets in (1, 10):
        path, rows = arguments.folder / f"{targets}.onnx", arguments.folder / "rows.npz"
        forest(path, targets)
        x = np.random.default_rng(1).normal(size=(ROWS, FEATURES)).astype(np.float32)
        np.savez(rows, x=x[:, None])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        times = []
        for _ in range(15):
            start = time.perf_counter()
            session.run(None, {"x": x})
            times.append(time.perf_counter() - start)
        theirs = ROWS / min(times)
        done = subprocess.run(
            [arguments.benchmark, path, rows, "2", "2", "--forward"], capture_output=True, text=True, check=True)
        ours = float(done.stdout.split()[0])
        print(f"| {targets} | {ours:,.0f} | {theirs:,.0f} | {ours / theirs:.2f} |", flush=True)


main()
