"""Answers the instances of a VNN-COMP folder as the competition does, with `gainsay verify`: model, property, time limit, result file.

Each answer is held against the ground truth, and each counterexample is evaluated again in ONNX Runtime and against the
property as parsed here, with zero tolerance. One process for each instance, start-up included, one at a time or --jobs at
once. Prints a table per benchmark: how many are decided, seconds, and the greatest memory of any process. Ends with 1 if
an answer contradicts the ground truth, a counterexample is not confirmed, or a process failed or did not end in time.

    .build-conformance/bin/python Tests/Conformance/verified.py FOLDER [--benchmark NAME ...] [--jobs 1] [--threads 2]
"""

import argparse
import concurrent.futures
import csv
import os
import re
import statistics
import sys
import tempfile
import time

from vnncomp import Sessions, holds, parse, read

ASSIGNMENT = re.compile(r"\(+([XY]_\d+)\s+([^\s()]+)\)")
WORDS = ("sat", "unsat", "unknown", "timed-out", "timeout")


def existing(path):
    return path if os.path.exists(path) else path + ".gz"


def answer(row, options):
    """The answer's word, the values of its assignment, the seconds of the whole process, and bytes at its peak."""
    folder = os.path.join(options.folder, row["benchmark"])
    limit = options.acas_timeout if row["benchmark"] == "acasxu" else options.timeout
    with tempfile.TemporaryDirectory() as place:
        result = os.path.join(place, "result.txt")
        command = [
            options.gainsay, "verify", existing(os.path.join(folder, row["vnnlib"])), "--network",
            existing(os.path.join(folder, row["onnx"])), "--timeout", str(limit), "--threads", str(options.threads),
            "--result", result,
        ]
        silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        start = time.monotonic()
        child = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
        status, usage = os.wait4(child, 0)[1:]
        seconds = time.monotonic() - start
        text = open(result).read() if os.path.exists(result) else ""
    word = text.split("\n", 1)[0] if status == 0 else "error"
    if word not in WORDS:
        word = "error"
    if seconds > limit + 10:
        word = "late"
    return word, {name: float(value) for name, value in ASSIGNMENT.findall(text)}, seconds, usage.ru_maxrss * 1024


def is_confirmed(sessions, row, options, values):
    folder = os.path.join(options.folder, row["benchmark"])
    point = [values[f"X_{index}"] for index in range(sum(name[0] == "X" for name in values))]
    known = {f"X_{index}": value for index, value in enumerate(point)}
    outputs = sessions.answer(os.path.join(folder, row["onnx"]), point)
    known |= {f"Y_{index}": float(value) for index, value in enumerate(outputs)}
    assertions = parse(read(os.path.join(folder, row["vnnlib"])).decode())
    return all(holds(form, known) for form in assertions)


def fault(row, word, values, sessions, options):
    """What is wrong with an answer, or nothing."""
    if word in ("error", "late"):
        return word
    if word == "sat" and not is_confirmed(sessions, row, options, values):
        return "counterexample not confirmed"
    if {word, row["consensus"]} == {"sat", "unsat"}:
        return f"{word}, and it is {row['consensus']}"
    return None


def line(name, rows, results, faults):
    def count(truth, word):
        return sum(row["consensus"] == truth and result[0] == word for row, result in zip(rows, results))

    truths = [row["consensus"] for row in rows]
    others = len(rows) - truths.count("sat") - truths.count("unsat")
    decided = [seconds for word, _, seconds, _ in results if word in ("sat", "unsat")]
    right, known = count("sat", "sat") + count("unsat", "unsat"), truths.count("sat") + truths.count("unsat")
    return (
        f"| {name} | {count('sat', 'sat')} of {truths.count('sat')} | {count('unsat', 'unsat')} of "
        f"{truths.count('unsat')} | {right / max(known, 1):.1%} | {others} | {faults} | "
        f"{statistics.median(decided) if decided else 0:.2f} | {max(decided, default=0):.1f} | "
        f"{sum(result[2] for result in results):.0f} | {max((result[3] for result in results), default=0) >> 20} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--benchmark", action="append", help="only this one; may be repeated")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each instance")
    parser.add_argument("--acas-timeout", type=float, default=116, help="of acasxu, whose own limit this is")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only every so many instances of each benchmark")
    parser.add_argument("--truth", choices=("sat", "unsat"), help="only instances that are known to be so")
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--log", help="a file for one line per instance")
    options = parser.parse_args()
    options.gainsay = os.path.abspath(options.gainsay)
    with open(os.path.join(options.folder, "truth_all.csv"), newline="") as file:
        known = [row for row in csv.DictReader(file) if options.truth in (None, row["consensus"])]
    names = options.benchmark or sorted({row["benchmark"] for row in known})
    log = open(options.log, "a") if options.log else None
    print("| benchmark | sat | unsat | of the known | not known | wrong | median s | worst s | all s | MiB |")
    print("|---" * 10 + "|", flush=True)
    sessions, everything, faults = Sessions(), ([], []), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name in names:
            rows = [row for row in known if row["benchmark"] == name][:: options.every]
            results, bad = [], 0
            for row, result in zip(rows, pool.map(lambda row: answer(row, options), rows)):
                results.append(result)
                word, values, seconds, peak = result
                if log:
                    print(name, row["onnx"], row["vnnlib"], row["consensus"], word, f"{seconds:.2f}", peak, file=log, flush=True)
                wrong = fault(row, word, values, sessions, options)
                if wrong:
                    bad += 1
                    faults.append(f"{name} {row['onnx']} {row['vnnlib']}: {wrong}")
            print(line(name, rows, results, bad), flush=True)
            for whole, part in zip(everything, (rows, results)):
                whole.extend(part)
    print(line("all", *everything, len(faults)))
    for wrong in faults:
        print("  " + wrong)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
