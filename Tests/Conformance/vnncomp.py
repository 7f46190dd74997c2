"""Runs the instances of a VNN-COMP folder through `gainsay check` and holds every witness against ONNX Runtime.

For each instance with a known answer: `sat` instances are searched with one budget, `unsat` ones with a shorter one, one
process each, start-up included. Every counterexample is evaluated again in ONNX Runtime and against the property as
parsed here, independently, with zero tolerance. Prints a table per benchmark and ends with 1 if anything is wrong: a
counterexample that ONNX Runtime does not confirm, or one of an `unsat` instance.

    python3 Tests/Conformance/vnncomp.py FOLDER --gainsay .build/release/gainsay
"""

import argparse
import csv
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time

import numpy
import onnxruntime

TOKEN = re.compile(r"[()]|[^\s()]+")


def read(path):
    opened = gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")
    with opened as file:
        return file.read()


def parse(text):
    """The assertions of a VNN-LIB 1.0 file as nested lists."""
    stack = [[]]
    for line in text.splitlines():
        for token in TOKEN.findall(line.split(";")[0]):
            if token == "(":
                stack.append([])
            elif token == ")":
                form = stack.pop()
                stack[-1].append(form)
            else:
                stack[-1].append(token)
    return [form[1] for form in stack[0] if form[0] == "assert"]


def holds(form, values):
    head, *rest = form
    if head == "and":
        return all(holds(part, values) for part in rest)
    if head == "or":
        return any(holds(part, values) for part in rest)
    first, second = (number(part, values) for part in rest)
    return {"<=": first <= second, ">=": first >= second, "<": first < second, ">": first > second}[head]


def number(form, values):
    if isinstance(form, list):
        head, *rest = form
        numbers = [number(part, values) for part in rest]
        if head == "+":
            return sum(numbers)
        if head == "-":
            return -numbers[0] if len(numbers) == 1 else numbers[0] - sum(numbers[1:])
        return float(numpy.prod(numbers))
    return values[form] if form in values else float(form)


class Sessions:
    """ONNX Runtime sessions, the last few kept."""

    def __init__(self):
        self.known = {}

    def answer(self, path, point):
        if path not in self.known:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.log_severity_level = 3
            self.known = {path: onnxruntime.InferenceSession(read(path), options, providers=["CPUExecutionProvider"])}
        session = self.known[path]
        shape = [size if isinstance(size, int) else 1 for size in session.get_inputs()[0].shape]
        given = numpy.array(point, dtype=numpy.float32).reshape(shape)
        return session.run(None, {session.get_inputs()[0].name: given})[0].reshape(-1)


def confirmed(sessions, model, assertions, witness):
    """Whether a witness violates the property in ONNX Runtime, its values as printed."""
    element = numpy.float32 if witness["type"] == "float32" else numpy.float64
    point = [float(element(text)) for text in witness["values"]]
    values = {f"X_{index}": value for index, value in enumerate(point)}
    for index, value in enumerate(sessions.answer(model, point)):
        values[f"Y_{index}"] = float(value)
    return all(holds(form, values) for form in assertions)


def run(gainsay, folder, row, budget, extra):
    """The verdicts' counterexamples, the seconds of the whole process, and what went wrong, if anything did."""
    paths = [os.path.join(folder, row[key]) for key in ("vnnlib", "onnx")]
    paths = [path if os.path.exists(path) else path + ".gz" for path in paths]
    command = [gainsay, "check", paths[0], "--model", f"net={paths[1]}", "--budget", budget, "--json", "--no-cases"]
    start = time.perf_counter()
    done = subprocess.run(command + extra, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        return [], seconds, f"exit {done.returncode}: {done.stderr.strip()[-200:]}"
    examples = [example for verdict in json.loads(done.stdout)["properties"] for example in verdict["counterexamples"]]
    return examples, seconds, None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--gainsay", default=".build/release/gainsay")
    arguments.add_argument("--sat-budget", default="60s")
    arguments.add_argument("--unsat-budget", default="250ms")
    arguments.add_argument("--benchmarks", help="only these, separated by commas")
    arguments.add_argument("--every", type=int, default=1, help="only every n-th instance of each benchmark")
    arguments.add_argument("--option", action="append", default=[], help="passed on to gainsay")
    arguments.add_argument("--slow", type=float, default=5, help="name sat instances that take more seconds")
    options = arguments.parse_args()
    with open(os.path.join(options.folder, "truth_all.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    names = options.benchmarks.split(",") if options.benchmarks else sorted({row["benchmark"] for row in rows})
    faults, table = [], []
    for name in names:
        table.append(benchmark(name, [row for row in rows if row["benchmark"] == name], options, faults))
        print(line(table[-1]) if len(table) > 1 else header() + "\n" + line(table[-1]), flush=True)
    total = {key: sum(row[key] for row in table) for key in ("sat", "found", "random", "unsat", "confirmed", "wrong")}
    print(f"\n{total['found']} of {total['sat']} sat instances found (random sampling: {total['random']});"
          f" {total['unsat']} unsat instances tried; {total['confirmed']} counterexamples confirmed by ONNX Runtime,"
          f" {total['wrong']} wrong")
    for fault in faults:
        print("  " + fault)
    return 1 if total["wrong"] else 0


def benchmark(name, rows, options, faults):
    folder, sessions = os.path.join(options.folder, name), Sessions()
    result = dict(name=name, sat=0, found=0, random=0, unsat=0, confirmed=0, wrong=0, times=[])
    for row in rows[:: options.every]:
        if row["consensus"] not in ("sat", "unsat"):
            continue
        is_sat = row["consensus"] == "sat"
        budget = options.sat_budget if is_sat else options.unsat_budget
        examples, seconds, error = run(options.gainsay, folder, row, budget, options.option)
        label = f"{name} {row['onnx']} {row['vnnlib']}"
        result["sat" if is_sat else "unsat"] += 1
        if is_sat and row["random_hits"] not in ("", "0"):
            result["random"] += 1
        if error:
            faults.append(f"{label}: {error}")
            result["wrong"] += 1
            continue
        assertions = parse(read(os.path.join(folder, row["vnnlib"])).decode())
        for example in examples:
            witness = example["inputs"][0]
            if not confirmed(sessions, os.path.join(folder, row["onnx"]), assertions, witness):
                faults.append(f"{label}: not confirmed, margin {example['margin']}")
                result["wrong"] += 1
            elif not is_sat:
                faults.append(f"{label}: contradicts the ground truth")
                result["wrong"] += 1
            else:
                result["confirmed"] += 1
        if is_sat:
            result["found"] += bool(examples)
            if examples:
                result["times"].append(seconds)
            else:
                faults.append(f"{label}: not found in {seconds:.1f} s")
            if examples and seconds > options.slow:
                faults.append(f"{label}: took {seconds:.1f} s")
    return result


def header():
    return "| benchmark | sat | found | random sampling | median s | worst s | unsat tried | wrong |\n" + "|---" * 8 + "|"


def line(row):
    median, worst = (f(row["times"]) if row["times"] else float("nan") for f in (statistics.median, max))
    return (f"| {row['name']} | {row['sat']} | {row['found']} | {row['random']} | {median:.3f} | {worst:.2f}"
            f" | {row['unsat']} | {row['wrong']} |")


if __name__ == "__main__":
    sys.exit(main())
