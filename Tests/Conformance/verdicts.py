"""Holds `gainsay check` against a list of verdicts: every property of every example under every set of options.

A list names verdicts as `gainsay check --json` does; `a|b` allows both. `survives` stands for `survived|proved`. What is
contradicted must be found within the budget. Prints what differs, and every warning, for no example has any; then a line
`N passed, N failed`. Ends with 1 if anything failed.
"""

import argparse
import csv
import itertools
import json
import os
import re
import shlex
import subprocess
import sys


def allowed(verdict):
    return {"survived", "proved"} if verdict == "survives" else set(verdict.split("|"))


def run(gainsay, budget, spec, given, names):
    """The properties that were checked, by name; what was said instead where none was; the warnings."""
    command = [gainsay, "check", os.path.basename(spec), *shlex.split(given), "--budget", budget]
    command += ["--json", "--no-cases", "--no-shrink", "--only", "^(" + "|".join(map(re.escape, names)) + ")$"]
    done = subprocess.run(command, cwd=os.path.dirname(spec), capture_output=True, text=True)
    warnings = re.findall(r"^warning.*", done.stderr, re.MULTILINE)
    if done.returncode not in (0, 1, 3) or not done.stdout:
        return {}, re.search(r"^error.*|$", done.stderr, re.MULTILINE).group(), warnings
    return {item["name"]: item for item in json.loads(done.stdout)["properties"]}, "missing", warnings


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gainsay", default=".build/release/gainsay")
    arguments.add_argument("--list", default="Examples/verdicts.csv", help="a table: spec,options,property,verdict")
    arguments.add_argument("--budget", default="5s")
    options = arguments.parse_args()
    gainsay, folder = os.path.abspath(options.gainsay), os.path.abspath(os.path.dirname(options.list))
    with open(options.list, newline="") as file:
        rows = list(csv.DictReader(file))
    passed = failed = 0
    for (spec, given), group in itertools.groupby(rows, key=lambda row: (row["spec"], row["options"])):
        group = list(group)
        names = [row["property"] for row in group]
        found, instead, warnings = run(gainsay, options.budget, os.path.join(folder, spec), given, names)
        failed += len(warnings)
        for warning in warnings:
            print(f"{spec} {given}: {warning}")
        for row in group:
            item = found.get(row["property"], {})
            verdict = item.get("verdict", instead)
            if verdict in allowed(row["verdict"]):
                passed += 1
                continue
            failed += 1
            print(f"{spec} {given} {row['property']}: {verdict}, not {row['verdict']}  {item.get('message', '')}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
