"""Holds `gainsay check` against Examples/verdicts.csv: every property of every example under every set of options.

`contradicted` must be found within the budget; `survives` must not be contradicted. Prints what differs, then a line
`N passed, N failed`; ends with 1 if anything differs.
"""

import argparse
import csv
import itertools
import json
import os
import shlex
import subprocess
import sys


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gainsay", default=".build/release/gainsay")
    arguments.add_argument("--budget", default="5s")
    options = arguments.parse_args()
    gainsay, folder = os.path.abspath(options.gainsay), os.path.abspath("Examples")
    with open(os.path.join(folder, "verdicts.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    passed = failed = 0
    for (spec, given), group in itertools.groupby(rows, key=lambda row: (row["spec"], row["options"])):
        command = [gainsay, "check", os.path.basename(spec), *shlex.split(given), "--budget", options.budget]
        command += ["--json", "--no-cases", "--no-shrink"]
        group = list(group)
        command += ["--only", "^(" + "|".join(row["property"] for row in group) + ")$"]
        done = subprocess.run(
            command, cwd=os.path.join(folder, os.path.dirname(spec)), capture_output=True, text=True)
        found = {}
        if done.returncode in (0, 1, 3):
            found = {item["name"]: item for item in json.loads(done.stdout)["properties"]}
        for row in group:
            verdict = found.get(row["property"], {}).get("verdict", done.stderr.strip()[-300:] or "missing")
            if (verdict == "contradicted") == (row["verdict"] == "contradicted") and verdict in (
                "contradicted", "survived", "proved"
            ):
                passed += 1
                continue
            failed += 1
            print(f"{spec} {given} {row['property']}: {verdict}, not {row['verdict']}")
            print(f"    {found.get(row['property'], {}).get('message', '')}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
