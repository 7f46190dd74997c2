"""Runs vnnlib-satisfactory against `gainsay`, as its own command does, and holds every assignment against ONNX Runtime.

An assignment is accepted if ONNX Runtime answers its inputs as printed, to within 1e-5, and if every assertion holds in
exact rational arithmetic for those inputs and ONNX Runtime's answers. Prints a table by category; ends with 1 if an answer
is wrong, an assignment is not accepted, or a test was skipped or failed to run.

    Tests/Conformance/satisfactory [--timeout 5] [--gainsay .build/release/gainsay] [--require-all]
"""

import argparse
import collections
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

import numpy
import onnx
import onnxruntime

TOKEN = re.compile(r'"[^"]*"|[()]|<[0-9.]+>|[A-Za-z]\w*\s*\[[^\]]*\]|\[[^\]]*\]|[^\s()\[\]]+')


def parse(text):
    stack = [[]]
    for token in TOKEN.findall(re.sub(r";.*", "", text)):
        if token == "(":
            stack.append([])
        elif token == ")":
            form = stack.pop()
            stack[-1].append(form)
        else:
            stack[-1].append(token)
    return stack[0]


class Network:
    def __init__(self, form):
        self.name, self.tensors = form[1], []
        for part in form[2:]:
            if part[0].startswith("declare-"):
                kind = part[0][len("declare-"):]
                name = part[1].split("[")[0].strip()
                self.tensors.append((kind, name, part[-1].strip('"') if kind == "hidden" else None))

    def names(self, kind):
        return [name for what, name, _ in self.tensors if what == kind]


def evaluate(form, values):
    if isinstance(form, str):
        match = re.fullmatch(r"([A-Za-z]\w*)\s*(?:\[([^\]]*)\])?", form)
        if not match:
            return Fraction(form)
        indices = tuple(int(part) for part in (match[2] or "").split(",") if part.strip())
        return Fraction(float(values[match[1]][indices]))
    head, *rest = form
    parts = [evaluate(part, values) for part in rest]
    if head == "*":
        return math.prod(parts)
    if head == "-":
        return -parts[0] if len(parts) == 1 else parts[0] - sum(parts[1:])
    return sum(parts)


def holds(form, values):
    head, *rest = form
    if head in ("and", "or"):
        return (all if head == "and" else any)(holds(part, values) for part in rest)
    a, b = (evaluate(part, values) for part in rest)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[head]


def read_assignment(text):
    values, lines = {}, text.splitlines()[1:]
    while lines:
        name, kind, shape = lines.pop(0).split(" ", 2)
        shape = [int(part) for part in shape.strip("[]").split(",") if part]
        count = math.prod(shape)
        numbers, lines = [float(line) for line in lines[:count]], lines[count:]
        values[name] = numpy.array(numbers, dtype=numpy.float64).reshape(shape)
    return values


def accepted(result):
    """Why an assignment is not accepted, or nothing."""
    query = parse(open(result["vnnlib_path"]).read())
    values = read_assignment(result["stdout"])
    model = onnx.load(result["onnx_path"])
    networks = [Network(form) for form in query if form[0] == "declare-network"]
    for network in networks:
        known = {output.name for output in model.graph.output}
        for kind, _, node in network.tensors:
            if kind == "hidden" and node not in known:
                model.graph.output.append(onnx.helper.make_tensor_value_info(node, 1, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for network in networks:
        feed = {}
        for name, port in zip(network.names("input"), session.get_inputs()):
            feed[port.name] = values[name].astype(numpy.float32).reshape(port.shape)
            if not (feed[port.name].astype(numpy.float64) == values[name]).all():
                return f"{name} is not float32"
        outputs = dict(zip([output.name for output in session.get_outputs()], session.run(None, feed)))
        declared = list(zip(network.names("output"), [output.name for output in session.get_outputs()]))
        declared += [(name, node) for kind, name, node in network.tensors if kind == "hidden"]
        for name, node in declared:
            if not numpy.allclose(outputs[node], values[name], rtol=1e-5, atol=1e-5):
                return f"{name} is {outputs[node].tolist()} in ONNX Runtime"
            values[name] = outputs[node].astype(numpy.float64)
    for form in query:
        if form[0] == "assert" and not holds(form[1], values):
            return f"{form[1]} does not hold"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--timeout", default="5")
    parser.add_argument("--require-all", action="store_true", help="an unknown counts as a failure")
    options = parser.parse_args()
    command = os.path.join(os.path.dirname(sys.executable), "vnnlib-satisfactory")
    gainsay = os.path.abspath(options.gainsay)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [command, "run", "--solver", gainsay, "--timeout", options.timeout], cwd=folder, check=True,
            stdout=subprocess.DEVNULL)
        report = json.load(open(os.path.join(folder, ".vnnlib-satisfactory", "report.json")))
        os.chdir(folder)
        rows = collections.defaultdict(collections.Counter)
        for result in report["results"]:
            row = rows[result["category"]]
            row[result["expected"]] += 1
            if result["actual"] == "unknown" or result["error"]:
                row["unknown"] += 1
                why = (result["error"] or result["stderr"].strip()).replace("\n", " ")[-200:]
                print(f"{result['test_id']}: expected {result['expected']}, unknown: {why}")
            elif result["actual"] != result["expected"]:
                row["wrong"] += 1
                print(f"{result['test_id']}: expected {result['expected']}, {result['actual']}")
            else:
                row["right " + result["actual"]] += 1
                why = accepted(result) if result["actual"] == "sat" else None
                if why:
                    row["not accepted"] += 1
                    print(f"{result['test_id']}: assignment not accepted: {why}")
        checks = [
            subprocess.run([command, "compliance", what, "--solver", gainsay], cwd=folder).returncode
            for what in ("opset", "vnnlib", "serialise-assignments")
        ]
    columns = ["sat", "right sat", "unsat", "right unsat", "unknown", "wrong", "not accepted"]
    print("\n| category | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    total = collections.Counter()
    for category in sorted(rows):
        total.update(rows[category])
        print(f"| {category} | " + " | ".join(str(rows[category][column]) for column in columns) + " |")
    print("| all | " + " | ".join(str(total[column]) for column in columns) + " |")
    skipped = len(report["skipped"])
    if skipped:
        print(f"{skipped} skipped: " + ", ".join(item["test_id"] for item in report["skipped"]))
    failed = total["wrong"] + total["not accepted"] + skipped + sum(checks)
    return 1 if failed or (options.require_all and total["unknown"]) else 0


if __name__ == "__main__":
    sys.exit(main())
