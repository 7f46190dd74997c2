"""What is proved of small networks of the kinds that competitions of verifiers ask for, and what is not, and why.

    .build-conformance/bin/python Tests/Conformance/proof_kinds.py .build/release/gainsay OUT
        [--only vision,power] [--shares 0.25] [--budget 60s] [--threads 2] [--samples 10000]

Trains the networks of proof_nets.py once, into OUT. Attacks by chance and by descents in PyTorch say at which radius each claim breaks;
`gainsay check` is asked about it at shares of that radius, and at a tenth more than all of it, where it does not hold. Prints a table:
seconds and MiB are those of the whole process. Ends with 1 where anything is called proved that a sample or a descent contradicts, in
PyTorch or in ONNX Runtime, where the twin's counterexample is none in ONNX Runtime, and where a check ends with an error.

Needs numpy, torch, onnx and onnxruntime (`Tests/Conformance/setup torch`).
"""

import argparse
import json
import os
import pathlib
import sys

import onnxruntime
import torch

from measured_process import measured
from proof_nets import RECIPES
from proof_questions import TWIN, made


def checked(arguments, folder, radius):
    """The property's entry of the report, what `--verbose` says of its proof, seconds and MiB of the process."""
    command = [arguments.gainsay, "check", "spec.say", "--set", f"radius={radius:.6f}", "--budget", arguments.budget, "--threads",
               str(arguments.threads), "--json", "--verbose", "--no-cases", "--no-shrink"]
    done = measured(command, folder=folder)
    text, told = done.output, done.log
    entry = json.loads(text)["properties"][0] if text.startswith("{") else {"verdict": "error", "message": told.strip()[-300:]}
    reasons = [line.split("not proved: ", 1)[1] for line in told.splitlines() if "not proved: " in line]
    return entry, reasons[-1] if reasons else "", done.seconds, done.peak


def confirmed(question, folder, point):
    """The margin at a point as ONNX Runtime has it."""
    session = onnxruntime.InferenceSession(str(folder / "net.onnx"), providers=["CPUExecutionProvider"])
    answer = torch.from_numpy(session.run(None, {"x": point.numpy()})[0])
    return question.margins(answer.flatten(1) @ question.matrix.T + question.offset).item()


def asked(question, folder, arguments, share):
    """A row of the table, and what is wrong."""
    radius = round(share * question.broken, 6)
    margin, point = question.attacked(radius, arguments.samples, 64, 100, seed=5)
    entry, reason, seconds, peak = checked(arguments, folder, radius)
    verdict, faults = entry["verdict"], []
    if verdict == "proved" and (margin < 0 or confirmed(question, folder, point) < 0):
        faults.append(f"proved at {radius}, and the margin is {margin:.3g} at a point of PyTorch's")
    if verdict == "error":
        faults.append(f"error at {radius}: {entry.get('message')}")
    if share > 1 and confirmed(question, folder, point) >= 0:
        faults.append(f"the twin's counterexample at {radius} is none in ONNX Runtime")
    print(f"| {question.name} | {question.varying()} | {question.parameters():,} | {share:g} | {radius:.4f} | {margin:.3g} | {verdict} "
          f"| {seconds:.1f} | {peak:.0f} | {reason if verdict == 'survived' else ''} |", flush=True)
    return [f"{question.name}: {each}" for each in faults], verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(RECIPES), help="recipes: " + ", ".join(RECIPES))
    parser.add_argument("--shares", default="0.25", help="of the radius at which an attack succeeds")
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--samples", type=int, default=10_000)
    arguments = parser.parse_args()
    names = arguments.only.split(",")
    if not set(names) <= set(RECIPES):
        parser.error(f"--only takes {', '.join(RECIPES)}")
    arguments.gainsay = os.path.abspath(arguments.gainsay)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    onnxruntime.set_default_logger_severity(3)
    shares, faults, proved, count = [float(each) for each in arguments.shares.split(",")], [], 0, 0
    print("| kind | vary | parameters | share | radius | least margin met | verdict | s | MiB | why it is not proved |")
    print("|---" * 10 + "|", flush=True)
    for name in names:
        for question, folder in made(name, RECIPES[name], arguments.out):
            for share in [*shares, TWIN]:
                wrong, verdict = asked(question, folder, arguments, share)
                faults += wrong
                proved, count = proved + (share < 1 and verdict == "proved"), count + (share < 1)
    print(f"\n{proved} of {count} proved")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
