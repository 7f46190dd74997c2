"""Runs the instances of a VNN-COMP folder through `gainsay verify` as the competition does: model, property, time limit, result file.

Each answer is held against the ground truth, and each counterexample is evaluated again in ONNX Runtime and against the
property as parsed here, with zero tolerance. Prints a table per benchmark, and ends with 1 if an answer contradicts the
ground truth or a counterexample is not confirmed.

    .build-conformance/bin/python Tests/Conformance/vnncomp_verify.py FOLDER --timeout 60
"""

import argparse
import csv
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

from vnncomp import Sessions, holds, parse, read

ASSIGNMENT = re.compile(r"\(+([XY]_\d+)\s+([^\s()]+)\)")


def run(options, folder, row):
    """The answer's word, its values, the seconds of the whole process, and what was said on standard error."""
    paths = [os.path.join(folder, row[key]) for key in ("vnnlib", "onnx")]
    paths = [path if os.path.exists(path) else path + ".gz" for path in paths]
    limit = float(row["timeout_s"]) if options.timeout is None else options.timeout
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as result:
        command = [options.gainsay, "verify", paths[0], "--network", f"net={paths[1]}", "--timeout", str(limit)]
        start = time.perf_counter()
        try:
            done = subprocess.run(
                command + ["--result", result.name] + options.option, capture_output=True, text=True, timeout=limit + 10)
        except subprocess.TimeoutExpired:
            return "late", {}, time.perf_counter() - start, "not ended 10 s after the time limit"
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            return "error", {}, seconds, done.stderr.strip()[-300:]
        text = open(result.name).read()
    values = {name: float(value) for name, value in ASSIGNMENT.findall(text)}
    return text.split("\n", 1)[0], values, seconds, done.stderr.strip()[-300:]


def confirmed(sessions, model, assertions, values):
    point = [values[f"X_{index}"] for index in range(sum(name[0] == "X" for name in values))]
    known = {f"X_{index}": value for index, value in enumerate(point)}
    known |= {f"Y_{index}": float(value) for index, value in enumerate(sessions.answer(model, point))}
    return all(holds(form, known) for form in assertions)


def benchmark(name, rows, options, faults):
    folder, sessions = os.path.join(options.folder, name), Sessions()
    total = dict(name=name, sat=0, unsat=0, right_sat=0, right_unsat=0, open=0, wrong=0, seconds=0.0)
    for row in rows[:: options.every]:
        truth = row["consensus"]
        if (truth not in ("sat", "unsat") and not options.all) or options.truth not in (None, truth):
            continue
        word, values, seconds, said = run(options, folder, row)
        label = f"{name} {row['onnx']} {row['vnnlib']}"
        if truth in ("sat", "unsat"):
            total[truth] += 1
        total["seconds"] += seconds
        if options.log:
            print(f"{label},{truth},{word},{seconds:.3f}", file=options.log, flush=True)
        if word == "sat":
            assertions = parse(read(os.path.join(folder, row["vnnlib"])).decode())
            if not confirmed(sessions, os.path.join(folder, row["onnx"]), assertions, values):
                faults.append(f"{label}: counterexample not confirmed")
                total["wrong"] += 1
                continue
        if word in ("sat", "unsat"):
            if truth in ("sat", "unsat") and word != truth:
                faults.append(f"{label}: {word}, and it is {truth}")
                total["wrong"] += 1
            else:
                total["right_" + word] += 1
            continue
        total["open"] += 1
        if word in ("error", "late"):
            faults.append(f"{label}: {word}: {said}")
    return total


def line(row):
    known = row["sat"] + row["unsat"]
    share = (row["right_sat"] + row["right_unsat"]) / known if known else 0
    return (f"| {row['name']} | {row['right_sat']} of {row['sat']} | {row['right_unsat']} of {row['unsat']} | {share:.1%}"
            f" | {row['open']} | {row['wrong']} | {row['seconds']:.0f} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--gainsay", default=".build/release/gainsay")
    arguments.add_argument("--timeout", type=float, help="seconds for each; by default what the instance says")
    arguments.add_argument("--benchmarks", help="only these, separated by commas")
    arguments.add_argument("--every", type=int, default=1, help="only every n-th instance of each benchmark")
    arguments.add_argument("--truth", choices=("sat", "unsat"), help="only instances known to be so")
    arguments.add_argument("--all", action="store_true", help="instances without a known answer too")
    arguments.add_argument("--option", action="append", default=[], help="passed on to gainsay")
    arguments.add_argument("--log", type=argparse.FileType("w"), help="write a line for each instance")
    options = arguments.parse_args()
    options.gainsay = os.path.abspath(options.gainsay)
    with open(os.path.join(options.folder, "truth_all.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    names = options.benchmarks.split(",") if options.benchmarks else sorted({row["benchmark"] for row in rows})
    print("| benchmark | sat | unsat | of the known | undecided | wrong | seconds |\n" + "|---" * 7 + "|", flush=True)
    faults, table = [], []
    for name in names:
        table.append(benchmark(name, [row for row in rows if row["benchmark"] == name], options, faults))
        print(line(table[-1]), flush=True)
    total = {key: sum(row[key] for row in table) for key in table[0] if key != "name"}
    print(line(total | {"name": "all"}))
    print(f"\nlargest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
    for fault in faults:
        print("  " + fault)
    return 1 if total["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
