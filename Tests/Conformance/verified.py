"""Answers the instances of a VNN-COMP folder with `gainsay verify` and holds the answers against the ground truth.

One process for each instance, start-up included, one at a time or --jobs at once. Prints a table per benchmark: how many are
decided, seconds, and the greatest memory of any process. Ends with 1 if an answer contradicts the ground truth.

    python3 Tests/Conformance/verified.py FOLDER [--benchmark NAME ...] [--timeout 60] [--jobs 1] [--threads 2]
"""

import argparse
import concurrent.futures
import csv
import os
import statistics
import sys
import time


def instances(folder, benchmark):
    with open(os.path.join(folder, benchmark, "truth.csv")) as file:
        return [dict(row, benchmark=benchmark) for row in csv.DictReader(file)]


def existing(path):
    return path + ".gz" if os.path.exists(path + ".gz") else path


def answer(row, options):
    """The first word that verify prints, seconds, and bytes at its peak."""
    root = os.path.join(options.folder, row["benchmark"])
    command = [
        options.gainsay, "verify", existing(os.path.join(root, row["vnnlib"])), "--network",
        existing(os.path.join(root, row["onnx"])), "--timeout", str(options.limits.get(row["benchmark"], options.timeout)),
        "--threads", str(options.threads),
    ]
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.posix_spawn(
        command[0], command, os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, writer, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_CLOSE, reader),
        ])
    os.close(writer)
    with os.fdopen(reader) as output:
        words = output.read().split()
    usage = os.wait4(child, 0)[2]
    return words[0] if words else "error", time.monotonic() - start, usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--benchmark", action="append", help="only this one; may be repeated")
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--acas-timeout", type=float, default=116, help="of acasxu, whose own limit this is")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only every so many instances")
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--log", help="a file for one line per instance")
    options = parser.parse_args()
    options.gainsay = os.path.abspath(options.gainsay)
    options.limits = {"acasxu": options.acas_timeout}
    names = options.benchmark or sorted(
        name for name in os.listdir(options.folder)
        if os.path.exists(os.path.join(options.folder, name, "truth.csv")))
    log = open(options.log, "a") if options.log else None
    print("| benchmark | sat | found | unsat | proved | undecided | wrong | median s | worst s | MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name in names:
            rows = [row for row in instances(options.folder, name) if row["consensus"] in ("sat", "unsat")]
            rows = rows[:: options.every]
            results = list(pool.map(lambda row: answer(row, options), rows))
            if log:
                for row, (word, seconds, peak) in zip(rows, results):
                    print(name, row["onnx"], row["vnnlib"], row["consensus"], word, f"{seconds:.2f}", peak, file=log)
                log.flush()

            def count(truth, word):
                return sum(row["consensus"] == truth and result[0] == word for row, result in zip(rows, results))

            bad = count("sat", "unsat") + count("unsat", "sat")
            wrong += bad
            decided = [seconds for word, seconds, _ in results if word in ("sat", "unsat")]
            kinds = [row["consensus"] for row in rows]
            print(
                f"| {name} | {kinds.count('sat')} | {count('sat', 'sat')} | {kinds.count('unsat')} | "
                f"{count('unsat', 'unsat')} | {len(rows) - len(decided)} | {bad} | "
                f"{statistics.median(decided) if decided else 0:.2f} | {max(decided, default=0):.1f} | "
                f"{max(peak for _, _, peak in results) >> 20} |", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
