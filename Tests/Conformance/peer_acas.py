"""Times `gainsay verify` beside Marabou 2.0.0 on the ACAS Xu instances of VNN-COMP that are known to have no counterexample.

Both in the same run on the same machine, one process for each instance and tool, start-up included. Marabou is the command
that its package installs; it reads the same two files, disjunctions too. An instance left undecided counts as the limit.
On a busy machine take the processor's clock: both tools then have one thread, and the limit is of processor time.

    .build-conformance/bin/pip install maraboupy==2.0.0
    .build-conformance/bin/python Tests/Conformance/peer_acas.py FOLDER/acasxu --every 12 --limit 60
"""

import argparse
import csv
import gzip
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ANSWERS = {"sat": "sat", "unsat": "unsat", "unknown": "unknown", "timeout": "timeout", "timed-out": "timeout"}
# For few workers Marabou advises against splitting into subproblems, but its command starts no second worker without.
TWO_WORKERS = ["--snc", "--num-workers=2", "--initial-divides=4", "--num-online-divides=4"]
GRACE = 10
# How much longer than its processor time a process may take on a busy machine.
PATIENCE = 100


def unpack(folder, path, target):
    """The file at a path of the folder, or its .gz, as a plain file."""
    plain = os.path.join(folder, path)
    if os.path.exists(plain):
        return plain
    unpacked = os.path.join(target, os.path.basename(path))
    if not os.path.exists(unpacked):
        with gzip.open(plain + ".gz") as packed, open(unpacked, "wb") as file:
            file.write(packed.read())
    return unpacked


def commands(options, network, query):
    processor = options.clock == "processor"
    wall = max(1, round(options.limit * (PATIENCE if processor else 1)))
    ours = [options.gainsay, "verify", query, "--network", network, "--timeout", str(wall)]
    theirs = [options.marabou, network, query, f"--timeout={wall}", "--verbosity=0"]
    return (ours + ["--threads", "1" if processor else "2"],
            theirs + (options.option or ([] if processor else TWO_WORKERS)))


def run(command, options):
    """The answer and the seconds of the whole process by the chosen clock, the limit for all that is no answer."""
    processor = options.clock == "processor"
    if processor:
        command = ["prlimit", f"--cpu={math.ceil(options.limit)}"] + command
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        killer = threading.Timer(options.limit * (PATIENCE if processor else 1) + GRACE, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = usage.ru_utime + usage.ru_stime if processor else time.perf_counter() - start
        output.seek(0)
        said = [ANSWERS[line.strip().lower()] for line in output if line.strip().lower() in ANSWERS]
    answer = said[0] if said else "timeout" if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "error"
    if answer in ("sat", "unsat") and seconds <= options.limit:
        return answer, seconds
    return ("timeout" if answer in ("sat", "unsat") else answer), options.limit


def measure(options, rows):
    """Of the instances begun in time: label, then answer and seconds of each tool."""
    start = time.perf_counter()

    def one(paths):
        if options.stop is not None and time.perf_counter() - start > options.stop:
            return None
        label = " ".join(os.path.basename(path) for path in paths)
        ours, theirs = (run(command, options) for command in commands(options, *paths))
        print(f"| {label} | {ours[0]} | {ours[1]:.2f} | {theirs[0]} | {theirs[1]:.2f} |", flush=True)
        return label, ours, theirs

    with tempfile.TemporaryDirectory() as target, ThreadPoolExecutor(options.jobs) as pool:
        paths = [[unpack(options.folder, row[key], target) for key in ("onnx", "vnnlib")] for row in rows]
        return [row for row in pool.map(one, paths) if row is not None]


def summary(measured, limit):
    ratios = [theirs[1] / max(ours[1], 0.001) for _, ours, theirs in measured]
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    decided = [sum(row[side][0] == "unsat" for row in measured) for side in (1, 2)]
    seconds = [sum(row[side][1] for row in measured) for side in (1, 2)]
    print(f"\n{len(measured)} instances, limit {limit:g} s")
    for name, count, total in zip(("gainsay", "Marabou"), decided, seconds):
        print(f"{name}: {count} unsat, {total:.1f} s altogether")
    print(f"Marabou / gainsay, geometric mean of the instances: {mean:.1f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", help="holds truth.csv, onnx and vnnlib")
    arguments.add_argument("--gainsay", default=".build/release/gainsay")
    arguments.add_argument("--marabou", default=os.path.join(os.path.dirname(sys.executable), "Marabou"))
    arguments.add_argument("--every", type=int, default=1, help="only every n-th instance")
    arguments.add_argument("--limit", type=float, default=116, help="seconds for each instance and tool")
    arguments.add_argument("--clock", choices=("wall", "processor"), default="wall")
    arguments.add_argument("--jobs", type=int, default=1, help="instances at a time; more only by the processor's clock")
    arguments.add_argument("--stop", type=float, help="begin no instance after so many seconds")
    arguments.add_argument("--option", action="append", default=[], help="passed on to Marabou, in place of ours")
    options = arguments.parse_args()
    with open(os.path.join(options.folder, "truth.csv"), newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["consensus"] == "unsat"]
    print("| instance | gainsay | s | Marabou | s |\n" + "|---" * 5 + "|", flush=True)
    measured = measure(options, rows[:: options.every])
    if not measured:
        sys.exit("no instance was measured")
    summary(measured, options.limit)
    wrong = [(row[0], name) for row in measured for name, side in (("gainsay", 1), ("Marabou", 2)) if row[side][0] == "sat"]
    print(f"wrong answers: {len(wrong)}")
    for label, name in wrong:
        print(f"  {label}: {name} says sat, and it is unsat")
    return 1 if any(ours[0] == "sat" for _, ours, _ in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
