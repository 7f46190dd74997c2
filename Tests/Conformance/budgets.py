"""Holds `gainsay check` to the time it is given, on the models of the examples and on any other.

    python3 Tests/Conformance/budgets.py [MODEL.onnx ...] [--size NAME=N ...] [--gainsay FILE] [--budgets 1,5]

Runs each property of Examples/file-types and Examples/voice alone, one process each, with each budget, and so the properties
that `gainsay init` writes for each model that is given, with the sizes that its file leaves open. From start to exit a run may take a tenth and half a second more than
its budget. Prints a line for each property; exit 1 where one takes longer. The examples' models have to be fetched:
`Examples/run Examples/file-types`, `Examples/run Examples/voice`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

EXAMPLES = ["Examples/file-types/file-types.say", "Examples/voice/voice.say"]


def properties(spec):
    with open(spec) as file:
        return re.findall(r"^property (\w+)", file.read(), re.MULTILINE)


def check(gainsay, spec, name, budget):
    """Seconds from start to exit, and the verdict."""
    start = time.time()
    command = [gainsay, "check", os.path.basename(spec), "--only", name, "--budget", f"{budget:g}s", "--no-cases"]
    done = subprocess.run(command, cwd=os.path.dirname(spec), capture_output=True, text=True, timeout=600)
    seconds = time.time() - start
    verdict = next((line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")), None)
    return seconds, verdict or (done.stderr.strip().splitlines() or ["nothing was said"])[0][:80]


def first_spec(gainsay, model, sizes, folder):
    """The spec that `gainsay init` writes for a model; None where it writes none."""
    link = os.path.join(folder, os.path.basename(model))
    os.symlink(os.path.abspath(model), link)
    command = [gainsay, "init", os.path.basename(model), *(part for size in sizes for part in ("--size", size))]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    written = [name for name in os.listdir(folder) if name.endswith(".say")]
    if done.returncode or len(written) != 1:
        print(f"| {os.path.basename(model)} | no first spec: {(done.stderr or done.stdout).strip().splitlines()[:1]} |", flush=True)
        return None
    return os.path.join(folder, written[0])


def measure(gainsay, spec, label, budgets):
    """Prints a line for each property; how many runs took too long."""
    late = 0
    for name in properties(spec):
        cells = []
        for budget in budgets:
            seconds, verdict = check(gainsay, spec, name, budget)
            is_late = seconds > budget * 1.1 + 0.5
            late += is_late
            cells.append(f"{verdict} {seconds:.2f}" + (" LATE" if is_late else ""))
        print(f"| {label} | {name} | " + " | ".join(cells) + " |", flush=True)
    return late


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--size", action="append", default=[], help="a size that files leave open, NAME=N")
    parser.add_argument("--models-only", action="store_true", help="without the examples")
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--budgets", default="1,5")
    options = parser.parse_args()
    gainsay = os.path.abspath(options.gainsay)
    budgets = [float(text) for text in options.budgets.split(",")]
    print("| model | property | " + " | ".join(f"{budget:g} s" for budget in budgets) + " |")
    print("|---|---|" + "---|" * len(budgets))
    late = 0
    for spec in [] if options.models_only else EXAMPLES:
        late += measure(gainsay, os.path.abspath(spec), os.path.basename(os.path.dirname(spec)), budgets)
    for model in options.models:
        with tempfile.TemporaryDirectory() as folder:
            spec = first_spec(gainsay, model, options.size, folder)
            if spec:
                late += measure(gainsay, spec, os.path.basename(model), budgets)
            late += spec is None
    print(f"\n{late} outside of a tenth and half a second more than the budget")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
