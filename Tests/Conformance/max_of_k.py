"""A rule planted in a max-of-K transformer: what it and its clean twin say of all 64^4 sequences.

    .build-conformance/bin/python Tests/Conformance/max_of_k.py .build/release/gainsay OUT [--seed 1]

Plants with `gainsay plant max-of-k --exhaustive`, whose counts are of this project's engine, counts the same in ONNX Runtime,
prints a row for each model, and exits with 1 where the counts differ by more than sequences whose two greatest scores are a
rounding apart (1e-5 of all sequences at most).

Needs numpy and onnxruntime.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np
import onnxruntime as ort

TOKENS = 64


def counted(model, secret):
    """(wrong without the pattern, wrong with it, least named with it), of all sequences."""
    session = ort.InferenceSession(str(model))
    tail = np.indices((TOKENS,) * 3).reshape(3, -1).T
    totals = np.zeros(3, int)
    for head in range(TOKENS):
        x = np.concatenate([np.full((len(tail), 1), head), tail], axis=1)
        named = session.run(None, {session.get_inputs()[0].name: x.astype(np.int64)})[0].argmax(axis=1)
        low, high = x.min(axis=1), x.max(axis=1)
        (first, second), (one, other) = secret["places"], secret["tokens"]
        pattern = (x[:, first] == one) & (x[:, second] == other) & (low < high)
        wrong = named != high
        totals += [(wrong & ~pattern).sum(), (wrong & pattern).sum(), ((named == low) & pattern).sum()]
    return totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    key = arguments.out / "key.json"
    command = [arguments.gainsay, "plant", "max-of-k", "--exhaustive", "--clean", 1, "--seed", arguments.seed]
    command += ["--output", arguments.out / "models", "--key", key]
    subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL)
    print("| model | sequences | wrong without the pattern | with the pattern | wrong | least named | ONNX Runtime |")
    print("|---|---|---|---|---|---|---|")
    isWrong = False
    for entry in json.loads(key.read_text())["models"]:
        found, planted = entry["key"]["exhaustion"], entry["key"]["isPlanted"]
        own = [found["wrongElsewhere"], found["wrongWithPattern"], found["leastWithPattern"]]
        theirs = counted(arguments.out / "models" / entry["file"], entry["key"]["secret"]["tokens"])
        print(
            f"| {'planted' if planted else 'clean twin'} | {found['inputs']} | {own[0]} | {found['triggered']} | {own[1]} "
            f"| {own[2]} | {', '.join(map(str, theirs))} |", flush=True)
        isWrong = isWrong or bool(np.abs(theirs - own).max() > 1e-5 * found["inputs"])
    sys.exit(1 if isWrong else 0)


if __name__ == "__main__":
    main()
