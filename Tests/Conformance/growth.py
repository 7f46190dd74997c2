#!/usr/bin/env python3
"""What a check costs where one thing of it is large: seconds and megabytes, held against limits.

usage: growth.py GAINSAY [ROW ...]     needs numpy and onnx; exit 1 where a row falls short

A benchmark, not a test: the limits are for two quiet cores. Each row makes its files in a folder of its own. A budget may be
exceeded by a tenth and half a second, and by the time that it takes to read and write what is large.
"""
import dataclasses
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


@dataclasses.dataclass
class Row:
    name: str
    files: dict           # by name: text, or a function that gives bytes
    right: str            # verdicts that are right, as a regular expression
    seconds: float        # from the start, or from the signal
    megabytes: int
    options: tuple = ("--budget", "300ms")
    signal: tuple = ()    # which signal, after how many seconds
    command: tuple = ("check", "p.say", "--no-cases")


def chance():
    return np.random.default_rng(7)


def network(nodes, shape, outputs, weights):
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in (("x", shape), ("y", [1, outputs]))]
    constants = [numpy_helper.from_array(w.astype(np.float32), n) for n, w in weights.items()]
    graph = helper.make_graph(nodes, "net", values[:1], values[1:], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    return made.SerializeToString()


def layer(count, bend="Relu", outputs=3):
    """One dense layer with a function behind it."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node(bend, ["h"], ["y"])]
    return network(nodes, [1, count], outputs, {"w": chance().normal(size=(count, outputs)) / np.sqrt(count)})


def eye(size, bend="Relu"):
    """A strided convolution of a colour picture, a function, a mean, a dense layer."""
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"], strides=[4, 4], pads=[2, 2, 2, 2]), helper.make_node(bend, ["c"], ["b"]),
        helper.make_node("GlobalAveragePool", ["b"], ["m"]), helper.make_node("Flatten", ["m"], ["f"]),
        helper.make_node("MatMul", ["f", "w"], ["y"])]
    random = chance()
    weights = {"k": random.normal(size=(12, 3, 5, 5)) * 0.1, "w": random.normal(size=(12, 3))}
    return network(nodes, [1, 3, size, size], 3, weights)


def spec(shape, low, high, claim):
    domain = f"Tensor[{', '.join(map(str, shape))}]"
    return (f'model net : (x: {domain}) -> (y: Tensor[1, 3]) from "m.onnx"\n'
            f"property p {{\n  forall x: {domain} in [{low}, {high}]\n  check {claim}\n}}\n")


def dense(count, claim, **more):
    return {"m.onnx": lambda: layer(count, **more), "p.say": spec([1, count], -1, 1, claim)}


def picture(size, claim, bend="Relu"):
    return {"m.onnx": lambda: eye(size, bend), "p.say": spec([1, 3, size, size], 0, 1, claim)}


def forest(count, depth, claim):
    """Full trees over 30 features, whose weights are small but for the last one's."""
    def made():
        random, inner, nodes = chance(), 2 ** depth - 1, 2 ** (depth + 1) - 1
        place = np.tile(np.arange(nodes), count)
        leaf = place >= inner
        tree = np.repeat(np.arange(count), nodes)
        lists = {
            "treeids": tree, "nodeids": place, "featureids": np.where(leaf, 0, random.integers(30, size=len(place))),
            "modes": np.where(leaf, "LEAF", "BRANCH_LEQ"), "truenodeids": np.where(leaf, 0, 2 * place + 1),
            "falsenodeids": np.where(leaf, 0, 2 * place + 2), "values": np.where(leaf, 0, random.random(len(place)))}
        attributes = {f"nodes_{name}": values.tolist() for name, values in lists.items()}
        attributes.update(
            target_treeids=tree[leaf].tolist(), target_nodeids=place[leaf].tolist(), target_ids=[0] * int(leaf.sum()),
            target_weights=(random.normal(size=int(leaf.sum())) * 0.01).tolist())
        node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, **attributes)
        graph = helper.make_graph(
            [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 30])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])])
        sets = [helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=sets, ir_version=8).SerializeToString()
    text = ('model net : (x: Tensor[1, 30]) -> (y: Tensor[1, 1]) from "m.onnx"\n'
            f"property p {{\n  forall x: Tensor[1, 30] in [0, 1]\n  check {claim}\n}}\n")
    return {"m.onnx": made, "p.say": text}


def table(count, body):
    path = lambda: saved(chance().normal(size=(count, 1, 8)))
    text = ('model net : (x: Tensor[1, 8]) -> (y: Tensor[1, 3]) from "m.onnx"\n'
            'data d : { x: Tensor[1, 8] } from "d.npz"\nproperty p {\n' + body + "}\n")
    return {"m.onnx": lambda: layer(8), "d.npz": path, "p.say": text}


def pictures(count):
    """A folder of PNG files of 32 x 32 in colours, in two subfolders."""
    def png(number):
        rows = np.random.default_rng(number).integers(0, 256, (32, 32 * 3), np.uint8)
        def chunk(name, data):
            return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 1)) + chunk(b"IEND", b""))
    files = {f"pictures/{i % 2}/{i}.png": (lambda i=i: png(i)) for i in range(count)}
    return {**files, "p.say": 'data d : { image: Tensor[3, 32, 32] as image, label: Int } from "pictures"\n'
            "property p { forall row in d check max(row.image) <= 1 and row.label <= 1 }\n"}


def saved(rows):
    with tempfile.TemporaryFile() as file:
        np.savez(file, x=rows.astype(np.float32))
        file.seek(0)
        return file.read()


def alone(lines):
    return {"p.say": "".join(lines)}


FALSE, OPEN, PLAIN = "net(x)[0, 0] <= 0.001", "net(x)[0, 0] <= 9", "net(x)[0, 0] >= -1"
SECONDS = lambda seconds: ("--budget", f"{seconds}s")
def example(path):
    return (pathlib.Path(__file__).parents[2] / "Examples" / path).read_bytes()


def hundredfold(table):
    first, *lines = table.splitlines(keepends=True)
    return first + b"".join(lines) * 100


ROWS = [
    # What is found is written down in time.
    *(Row(f"found-{n}", dense(n, FALSE), "contradicted", 0.9 if n < 5000 else 1.2, 100 if n < 5000 else 400) for n in (500, 8000, 64000)),
    Row("found-picture", picture(224, "net(x)[0, 0] <= -1000"), "contradicted", 1.5, 700),
    Row("found-json", picture(224, "net(x)[0, 0] <= -1000"), "contradicted", 2.5, 900, ("--budget", "300ms", "--json")),
    # What is neither found nor proved keeps to its time, and needs no square of anything.
    Row("open-picture", picture(224, OPEN), "survived|proved", 4.2, 900, SECONDS(3)),
    Row("open-smooth-small", picture(64, OPEN, "Sigmoid"), "survived|proved", 1.8, 300, SECONDS(1)),
    Row("open-smooth-picture", picture(224, OPEN, "Sigmoid"), "survived|proved", 6.0, 900, SECONDS(5)),
    # What plainly holds is proved before anything is searched.
    *(Row(f"plain-{n}", dense(n, PLAIN), "proved", 0.9 if n < 5000 else 1.2, 150 if n < 5000 else 500) for n in (500, 64000)),
    Row("plain-clauses", alone(["property p { forall x: Tensor[3] in [0, 1]\n", *(f"check x[{i % 3}] * {i}.25 >= -1\n" for i in range(1500)), "}"]), "proved", 0.9, 120),
    # Trees: all of the domain is open, so that hardly any bound is of use.
    *(Row(f"trees-{n}", forest(n, 8, "net(x)[0, 0] <= 2"), "survived|proved|contradicted", 2.2, 300 if n < 1000 else 600, SECONDS(1)) for n in (100, 1000)),
    # A signal ends it, and what is known is told.
    *(Row(f"stop-{name}", files, right, 0.6, 1500, SECONDS(50), (number, after))
      for name, files, right, number, after in (
          ("search", picture(224, OPEN, "Sigmoid"), "survived|proved", signal.SIGINT, 4), ("term", picture(224, OPEN), "survived|proved", signal.SIGTERM, 4),
          ("shrink", dense(64000, FALSE), "contradicted", signal.SIGINT, 3))),
    # Rows of data.
    Row("rows", table(100000, "forall row in d\nforall e: Tensor[1, 8] in [-0.01, 0.01]\ncheck net(row.x + e)[0, 0] >= -1\n"), "survived|proved", 1.0, 250),
    # Long specs, as programs write them.
    *(Row(f"pictures-{n}", pictures(n), "survived|proved", 0.3 + n / 4000, 100 + n * 3 // 20) for n in (500, 5000)),
    *(Row(f"rows-verified-{n}", table(n, "check rate(row in d : forall e: Tensor[1, 8] in [-0.01, 0.01] : net(row.x + e)[0, 0] >= -100) >= 1\n"), "proved", 0.5 + n / 1000, 250, SECONDS(60)) for n in (500, 5000)),
    Row("names", alone(["property p { forall x: Real in [0, 1]\nlet v0 = x\n", *(f"let v{i + 1} = v{i} * 0.5 + x\n" for i in range(1500)), "check v1500 >= -1 }"]), "survived|proved", 0.9, 120),
    Row("terms", alone(["property p {\n", *(f"forall x{i}: Real in [0, 1]\n" for i in range(1800)), "check " + " + ".join(f"x{i}" for i in range(1800)) + " <= 1801 }"]), "survived|proved", 0.9, 150),
    Row("functions", alone(["func f0(x: Real) -> Real = x + 1\n", *(f"func f{i + 1}(x: Real) -> Real = f{i}(x) * 0.5 + f{i}(x) * 0.25\n" for i in range(22)), "property p { forall x: Real in [0, 1] check f22(x) >= -9 }"]), "survived|proved", 0.9, 120),
    Row("calls", {"m.onnx": lambda: layer(3), "p.say": 'model net : (x: Tensor[1, 3]) -> (y: Tensor[1, 3]) from "m.onnx"\nproperty p { forall x: Tensor[1, 3] in [-1, 1]\nlet v0 = x\n' + "".join(f"let v{i + 1} = net(v{i})\n" for i in range(600)) + "check v600[0, 0] >= -1 }"}, "survived|proved", 1.2, 150),
    Row("properties", {"m.onnx": lambda: layer(40000), "p.say": 'model net : (x: Tensor[1, 40000]) -> (y: Tensor[1, 3]) from "m.onnx"\n' + "".join(f"property p{i} {{ forall x: Tensor[1, 40000] in [0, 1] check net(x)[0, {i % 3}] <= 1e9 }}\n" for i in range(1000))}, "done", 1.0, 200, ("--dry-run",)),
    # What is estimated: draws go by in parts, and only a quantile keeps them.
    Row("rate", alone(["property p { check rate(x: Tensor[8] in [0, 1], z: Tensor[8] ~ normal(0, 1) : sum(x * z) <= 3) >= 0.5 with confidence 0.999 }"]), "holds with confidence", 4.0, 150, ("--tries", "2000000")),
    Row("quantile", alone(["property p { check quantile(z ~ normal(0, 1) : z, 0.5) in [-0.01, 0.01] with confidence 0.999 }"]), "holds with confidence", 4.0, 300, ("--tries", "2000000")),
    Row("wide-draws", alone(["property p { check rate(z: Tensor[100000] ~ normal(0, 1) : sum(z) <= 0) >= 0.3 with confidence 0.99 }"]), "holds with confidence|undecided", 2.5, 900, SECONDS(1)),
    # What a language model hides, asked with a hundred times the questions: the search sees 24 of them.
    Row("questions", {"m.gguf": lambda: example("cipher/model.gguf"), "q.csv": lambda: hundredfold(example("cipher/questions.csv"))}, "m.gguf: something stands out.*", 2.0, 150, ("--budget", "10s"), (), ("audit", "m.gguf", "--data", "q.csv")),
    Row("mistakes", alone([f"property p{i} {{ forall x: Real in [0, 1] check y{i} >= 0 }}\n" for i in range(10000)]), "refused", 0.5, 120, ("--dry-run",)),
]


def run(gainsay, row):
    """The verdict, the seconds and the megabytes of one row."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a child's peak memory begins with its parent's.
        if os.fork() == 0:
            for name, content in row.files.items():
                content = content() if callable(content) else content.encode()
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            os._exit(0)
        os.wait()
        with open(os.path.join(folder, "out"), "w+b") as out:
            start = time.monotonic()
            process = subprocess.Popen([gainsay, *row.command, *row.options], cwd=folder, stdout=out, stderr=subprocess.STDOUT)
            killer = threading.Timer(60, process.kill)
            killer.start()
            if row.signal:
                time.sleep(row.signal[1])
                start = time.monotonic()
                process.send_signal(row.signal[0])
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - start
            killer.cancel()
            process.returncode = status
            out.seek(0)
            text = out.read().decode("utf8", "replace")
    found = re.search(r'(?:^  |"verdict" : ")(proved|contradicted|survived|holds with confidence|undecided|error)', text, re.M)
    verdict = found[1] if found else "done" if status == 0 else "refused" if text.startswith("error[") else "killed" if os.WIFSIGNALED(status) else text[:80]
    return verdict, seconds, usage.ru_maxrss >> 10


def main():
    gainsay, wanted, short = os.path.abspath(sys.argv[1]), sys.argv[2:], 0
    print("| row | verdict | s | of | MB | of |\n|---|---|---|---|---|---|")
    for row in ROWS:
        if wanted and row.name not in wanted:
            continue
        verdict, seconds, megabytes = run(gainsay, row)
        holds = re.fullmatch(row.right, verdict) and seconds <= row.seconds and megabytes <= row.megabytes
        short += not holds
        print(f"| {row.name} | {verdict} | {seconds:.2f} | {row.seconds} | {megabytes} | {row.megabytes} |{'' if holds else ' FALLS SHORT'}", flush=True)
    sys.exit(short > 0)


if __name__ == "__main__":
    main()
