"""Counts how often a verdict of estimates errs: coverage.say is checked once for each of many seeds, by the program itself.

    python3 Tests/Conformance/coverage.py [--gainsay FILE] [--checks 2000] [--budget 10ms] [--tries 500] [--jobs 2]

Each number is checked with draws that stop when the check is decided or the time is over, looked at as they come in, and
with a number of draws that is fixed before. Prints how many of the checks were wrong, and where the share of wrong ones lies
(Clopper and Pearson, 95%); exit 1 where all of that is above the share that the confidence allows.
"""

import argparse
import collections
import concurrent.futures
import functools
import json
import math
import os
import subprocess
import sys

SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "coverage.say")
ALLOWED = 0.05


# What is no decision; an error where no draw met a `where` in the time.
UNDECIDED = ("undecided", "holds-with-confidence", "survived", "error")


def check(gainsay, options, seed):
    """The verdicts and the draws of all properties, by name."""
    command = [gainsay, "check", SPEC, "--no-cases", "--json", "--threads", "1", "--seed", str(seed), *options]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    return {p["name"]: (p["verdict"], [e["draws"] for e in p.get("estimates", [])]) for p in report["properties"]}


def tail(count, successes, chance):
    """How likely at least so many successes are."""
    if successes == 0:
        return 1.0
    logs = [
        math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1)
        + (k * math.log(chance) if k else 0) + ((count - k) * math.log1p(-chance) if count > k else 0)
        for k in range(successes, count + 1)]
    top = max(logs)
    return math.exp(top) * sum(math.exp(value - top) for value in logs)


def lower(count, successes, error=0.05):
    if successes == 0:
        return 0.0
    low, high = 0.0, successes / count
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(count, successes, middle) <= error / 2 else (low, middle)
    return low


def interval(count, successes):
    return lower(count, successes), 1 - lower(count, count - successes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--checks", type=int, default=2000)
    parser.add_argument("--budget", default="10ms")
    parser.add_argument("--tries", default="500")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    ways = {"early": ["--budget", options.budget], "fixed": ["--tries", options.tries]}
    wrong, drawn = collections.Counter(), collections.defaultdict(list)
    for way, arguments in ways.items():
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            reports = pool.map(functools.partial(check, options.gainsay, arguments), range(options.checks))
            for name, (verdict, draws) in (item for report in reports for item in report.items()):
                if verdict not in (*UNDECIDED, "contradicted-with-confidence"):
                    sys.exit(f"{name}: {verdict} of what is drawn")
                wrong[name, way] += verdict == "contradicted-with-confidence"
                drawn[name, way] += draws
    names = list(dict.fromkeys(name for name, _ in wrong))
    print(f"| number | wrong of {options.checks}, stopped when decided or after {options.budget} | share | draws | "
          f"wrong, {options.tries} draws | share |\n|---|---|---|---|---|---|")
    failed = 0
    for name in names:
        cells = []
        for way in ways:
            low, high = interval(options.checks, wrong[name, way])
            failed += low > ALLOWED
            cells.append(f"{wrong[name, way]} | {low:.4f} to {high:.4f}")
            if way == "early":
                all_draws = sorted(drawn[name, way]) or [0]
                cells.append(f"{all_draws[0]} to {all_draws[-1]}")
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\n{failed} above {ALLOWED}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
