"""ONNX's operators one by one: runs test vectors, sums up what came out, and writes Sources/Models/OPERATORS.md.

    .build-conformance/bin/python Tests/Conformance/onnx_nodes.py run [FOLDER ...]      vectors in, a table (.csv) beside each
    .build-conformance/bin/python Tests/Conformance/onnx_nodes.py newest OUT            vectors of the newest onnx installed
    .build-conformance/bin/python Tests/Conformance/onnx_nodes.py table CSV ... > Sources/Models/OPERATORS.md

A FOLDER holds a folder for each vector: `model.onnx`, `test_data_set_0/input_0.pb`, ..., `output_0.pb`, ...; without one, those
that the onnx package ships. `run` puts the table into .build-conformance, named after the folder. The table is made of
`case,result,inputs,gradient,bounds,reason` by ModelsTests/NodeVectorTests.swift, and of the operator as the model names it.

Needs numpy and onnx.
"""

import collections
import csv
import os
import pathlib
import subprocess
import sys

import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = pathlib.Path(onnx.__file__).parent / "backend/test/data/node"


def run(folders):
    for folder in map(pathlib.Path, folders or [SHIPPED]):
        out = ROOT / ".build-conformance" / f"{folder.name}.csv"
        environment = os.environ | {"GAINSAY_ONNX_NODE_TESTS": str(folder), "GAINSAY_ONNX_NODE_TABLE": str(out)}
        subprocess.run(["swift", "test", "--filter", "NodeVectorTests"], cwd=ROOT, env=environment)
        describe(out, folder)
        summarise([out])


def describe(table, folder):
    """Adds what the models say of themselves."""
    rows = list(csv.DictReader(table.open()))
    for row in rows:
        model = onnx.load(folder / row["case"] / "model.onnx", load_external_data=False)
        domains = {o.domain or "ai.onnx" for o in model.opset_import}
        operators = [(n.domain or "ai.onnx", n.op_type) for n in model.graph.node]
        row["domain"], row["operator"] = operators[0] if len(operators) == 1 else ("", "")
        named = row["case"].startswith("test_training") or "_training" in row["case"]
        row["training"] = int(named or any("training" in d for d in domains))
        row["ml"] = int("ai.onnx.ml" in domains)
        row["float32"] = int(all(is_float32(v) for v in [*model.graph.input, *model.graph.output]))
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def is_float32(value):
    """Float32, or numbers that say where and whether."""
    kind = value.type.tensor_type.elem_type
    return value.type.HasField("tensor_type") and kind in (
        onnx.TensorProto.FLOAT, onnx.TensorProto.INT64, onnx.TensorProto.INT32, onnx.TensorProto.BOOL)


def summarise(tables):
    rows = [row for table in tables for row in csv.DictReader(open(table))]
    inference = [r for r in rows if r["training"] == "0" and r["ml"] == "0"]
    for name, part in [("all", rows), ("inference", inference), ("float32 inference", [r for r in inference if r["float32"] == "1"])]:
        counts = collections.Counter(r["result"] for r in part)
        agree = counts["ok"]
        print(f"{name}: {len(part)} vectors, {agree} agree ({100 * agree / max(1, len(part)):.1f}%), {dict(counts)}")


def newest(out):
    import onnx.backend.test.case.node as node_cases

    for case in node_cases.collect_testcases(None):
        folder = pathlib.Path(out) / case.name / "test_data_set_0"
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / "model.onnx").write_bytes(case.model.SerializeToString())
        inputs, outputs = case.data_sets[0]
        for kind, values, ports in [("input", inputs, case.model.graph.input), ("output", outputs, case.model.graph.output)]:
            for index, (value, port) in enumerate(zip(values, ports)):
                proto = as_proto(value, port)
                (folder / f"{kind}_{index}.pb").write_bytes(proto.SerializeToString())
    print(f"onnx {onnx.__version__}, operators of version {onnx.defs.onnx_opset_version()}")


def as_proto(value, port):
    """As ONNX's own runner of tests writes it."""
    from onnx import numpy_helper

    if isinstance(value, onnx.TensorProto):
        return value
    if port.type.HasField("optional_type"):
        return numpy_helper.from_optional(value, port.name)
    if port.type.HasField("sequence_type"):
        return numpy_helper.from_list(value, port.name)
    return numpy_helper.from_array(value, port.name)


HEAD = """# Operators

What becomes of each operator of ONNX, and of ONNX Runtime's own domain: made by `Tests/Conformance/onnx_nodes.py` from the
rules of this module and from test vectors that were run. `vectors` is how many of an operator's vectors agree; those made of
several operators are left out. `gradient` is held against finite differences and `bounds` against what is computed, beside
the inputs of each vector: `yes` wherever it could be measured, else in how many. Where no real number goes in or comes out,
inputs had to be constant, or a vector holds more than 2,000 numbers, nothing was measured: `-` where that is so of all.

An operator that is not known, or not for the types or in the form that a file asks for, is an error that names the node. What
has no bounds is never proved.

| operator | vectors | gradient | bounds | why not |
|---|---|---|---|---|
"""


def table(tables):
    rows = [row for t in tables for row in csv.DictReader(open(t))]
    operators = collections.defaultdict(list)
    for row in rows:
        if row["operator"] and row["training"] == "0" and row["ml"] == "0":
            operators[(row["domain"], row["operator"])].append(row)
    print(HEAD, end="")
    for (domain, operator), own in sorted(operators.items()):
        agree = [r for r in own if r["result"] == "ok"]
        name = operator if domain == "ai.onnx" else f"{domain}.{operator}"
        print(f"| {name} | {len(agree)} of {len(own)} | {share(agree, 'gradient')} | {share(agree, 'bounds')} | {reasons(own)} |")


def share(rows, column):
    """In how many of the rows that could be measured it was found."""
    good = {"gradient": ("agrees", "flat"), "bounds": ("finite",)}[column]
    unmeasured = ("none: no real", "none: nothing", "none: constant")
    measured = [r for r in rows if r[column] and not r[column].startswith(unmeasured)]
    found = [r for r in measured if r[column] in good]
    if not measured:
        return "-"
    if column == "gradient" and all(r[column] == "flat" for r in found) and len(found) == len(measured):
        return "zero"
    return "yes" if len(found) == len(measured) else f"{len(found)} of {len(measured)}"


def reasons(rows):
    found = collections.Counter(r["reason"] for r in rows if r["result"] != "ok")
    return "; ".join(f"{count}: {reason}".replace("|", "/") for reason, count in found.most_common(3))


if __name__ == "__main__":
    commands = {"run": run, "newest": lambda a: newest(a[0]), "table": table, "summary": summarise}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](sys.argv[2:])
