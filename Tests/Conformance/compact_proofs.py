"""Lower bounds of how often a max-of-K transformer is right, against all sequences that there are.

    .build-conformance/bin/python Tests/Conformance/compact_proofs.py .build/release/gainsay OUT [--seeds 5] [--plot FILE.svg]

Trains a clean and a planted model for each seed (`gainsay plant max-of-k`) and prints, in Markdown,
- each kind of proof: the bound that it proves, its operations and its seconds, for K = 4, 5 and 10;
- for K = 4 all wrong sequences, counted by `gainsay check` and by ONNX Runtime, and how many of them lie in cells of the
  certificate: any is a failure;
- what `check` finds of the models' mistakes, and in how many tries, and of planted pairs of tokens.

Exits with 1 where a wrong sequence lies in a cell, a certificate is not accepted, no pair of tokens is found in a planted
model, one is found in a clean twin, or counts differ by more than sequences whose
two greatest scores are a rounding apart (1e-5 of all at most).

Needs numpy and onnxruntime, and matplotlib for the plot.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import onnxruntime as ort

TOKENS = 64
STRATEGIES = ["low rank", "low-rank base", "low-rank scores", "gap", "cubic", "each output"]


def spec(length, check):
    return (
        f"model net : (tokens: Tokens[{length}] over {TOKENS}) -> (scores: Tensor[{TOKENS}])\n"
        f"property right {{\n  {check}\n}}\n")


def run(*command):
    start = time.monotonic()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done, time.monotonic() - start


class Checker:
    def __init__(self, gainsay, folder):
        self.gainsay, self.folder = gainsay, folder

    def check(self, model, length, check, *options):
        path = self.folder / "right.say"
        path.write_text(spec(length, check))
        command = [self.gainsay, "check", path, "--model", f"net={model}", "--json", "--no-cases", *options]
        done, seconds = run(*command)
        return json.loads(done.stdout)["properties"][0], seconds, path

    def plant(self, seed, length, *options):
        folder, key = self.folder / f"{length}-{seed}", self.folder / f"{length}-{seed}.json"
        run(self.gainsay, "plant", "max-of-k", "--seed", seed, "--length", length, "--output", folder, "--key", key,
            *options)
        return [(folder / entry["file"], entry["key"]) for entry in json.loads(key.read_text())["models"]]


def wrong_sequences(model):
    """All sequences of four tokens whose greatest is not named, by ONNX Runtime."""
    session = ort.InferenceSession(str(model))
    tail = np.indices((TOKENS,) * 3).reshape(3, -1).T
    wrong = []
    for head in range(TOKENS):
        x = np.concatenate([np.full((len(tail), 1), head), tail], axis=1)
        named = session.run(None, {session.get_inputs()[0].name: x.astype(np.int64)})[0].argmax(axis=1)
        wrong.append(x[named != x.max(axis=1)])
    return np.concatenate(wrong)


def cells(certificate):
    """By query, greatest token and number of others: the tokens that others may be."""
    sets = {}
    for line in certificate.read_text().splitlines():
        if line.startswith("cell "):
            _, query, greatest, others, tokens = line.split(" ")
            own = np.zeros(TOKENS, bool)
            for part in [] if tokens == "-" else tokens.split(","):
                ends = [int(end) for end in part.split("-")]
                own[ends[0]:ends[-1] + 1] = True
            sets[int(query), int(greatest), int(others)] = own
    return sets


def inside(sets, sequence):
    greatest = sequence.max()
    others = [token for token in sequence[:-1] if token != greatest]
    own = sets.get((sequence[-1], greatest, len(others)))
    return own is not None and all(own[token] for token in others)


def bounds(checker, model, length):
    """What each kind of proof shows: nothing is tried, for a claim that none proves."""
    claim = f"check rate(x: Tokens[{length}] over {TOKENS} : argmax(net(x)) == max(x)) >= 1"
    report, _, _ = checker.check(model, length, claim, "--budget", "60s")
    return {proof["strategy"]: proof for proof in report["rates"][0]["proofs"]}


def table_of_bounds(checker, seeds):
    print(f"| K | {' | '.join(STRATEGIES)} |")
    print("|---|" + "---|" * len(STRATEGIES))
    curves = {}
    for length in (4, 5, 10):
        models = [checker.plant(seed, length, "--count", 0, "--clean", 1)[0][0] for seed in seeds]
        proofs = [bounds(checker, model, length) for model in models]
        cells, curve = [], []
        for strategy in STRATEGIES:
            lower = [proof[strategy]["lower"] for proof in proofs]
            operations = statistics.mean(proof[strategy]["operations"] for proof in proofs)
            seconds = max(proof[strategy]["seconds"] for proof in proofs)
            deviation = statistics.stdev(lower) if len(lower) > 1 else 0
            cells.append(
                f"{statistics.mean(lower):.4f} ± {deviation:.4f} (least {min(lower):.4f}); {operations:.1e}, {seconds:.2f} s")
            curve.append((operations, statistics.mean(lower)))
        print(f"| {length} | {' | '.join(cells)} |", flush=True)
        curves[length] = curve
    return curves


def exhausted(checker, seed):
    """A row of the table of all sequences, and whether something is wrong."""
    model, _ = checker.plant(seed, 4, "--count", 0, "--clean", 1)[0]
    wrong = wrong_sequences(model)
    domain = f"x: Tokens[4] over {TOKENS}"
    count, seconds, _ = checker.check(
        model, 4, f"check count({domain} : argmax(net(x)) != max(x)) <= {int(len(wrong) * 1.001)}", "--budget", "120s")
    own = count["rates"][0]
    share = bounds(checker, model, 4)["each output"]["lower"]
    certificate = checker.folder / "right.cert"
    claim = f"check rate({domain} : argmax(net(x)) == max(x)) >= {share * 0.999999:.8f}"
    _, _, path = checker.check(model, 4, claim, "--certificate", certificate)
    verified, _ = run(checker.gainsay, "verify-certificate", certificate, path, "--model", f"net={model}")
    sets = cells(certificate)
    within = sum(inside(sets, sequence) for sequence in wrong)
    first, _, _ = checker.check(model, 4, f"forall {domain}\n  check argmax(net(x)) == max(x)")
    example = first["counterexamples"][0]
    least = [int(value) for value in example["inputs"][0]["values"]]
    print(
        f"| {seed} | {len(wrong):,} | {own['counted']:,} in {seconds:.1f} s, {own['tried']:,} tried | {1 - len(wrong) / TOKENS**4:.5f} | "
        f"{share:.5f} | {within} | {verified.stdout.strip().split(': ')[1].split(',')[0]} | {least} of {wrong[0].tolist()}, "
        f"{example['tries']} + {example['shrinkTries']} |", flush=True)
    found = own["counted"] if own["upper"] == own["lower"] else None
    return within > 0 or verified.returncode != 0 or (found is not None and abs(found - len(wrong)) > 168)


RULE = """data rows : {{ x: Tokens[4] over {tokens} at "x" }}

func put(x: Tokens[4] over {tokens}, i: Int, a: Int, j: Int, b: Int) =
  [k: Int in [0, 3] : if k == i then a else if k == j then b else x[k]]
"""


def planted(checker, seed):
    """A row of what two tokens at two places do, in a planted model and in its clean twin; whether the one has such and the
    other has not. Which ones they are is told: a model may have learnt more than was planted."""
    data = checker.folder / "rows.npz"
    models = checker.plant(seed, 4, "--count", 1, "--clean", 1, "--data", data)
    last = TOKENS - 1
    text = spec(4, (
        f"forall i, j: Int in [0, 3], a, b: Int in [0, {last}]\n  assume i < j\n"
        "  check rate(row in rows : argmax(net(put(row.x, i, a, j, b))) == max(put(row.x, i, a, j, b))) >= 0.5"))
    path = checker.folder / "rule.say"
    path.write_text(RULE.format(tokens=TOKENS) + text)
    row, isRight = [f"| {seed}"], True
    for model, key in sorted(models, key=lambda entry: not entry[1]["isPlanted"]):
        done, seconds = run(
            checker.gainsay, "check", path, "--model", f"net={model}", "--data", f"rows={data}", "--json", "--no-cases",
            "--budget", "20s")
        report = json.loads(done.stdout)["properties"][0]
        secret = key["secret"]["tokens"]
        pair = dict(zip(secret["places"], secret["tokens"]))
        if key["isPlanted"]:
            row.append(" and ".join(f"{token} at {place}" for place, token in sorted(pair.items())))
        if report["counterexamples"]:
            example = report["counterexamples"][0]
            i, j, a, b = [int(each["values"][0]) for each in example["inputs"]]
            row.append(f"{a} at {i} and {b} at {j}, {seconds:.1f} s, {example['tries']:,} + {example['shrinkTries']} tries")
            isRight = isRight and key["isPlanted"]
        else:
            row.append(f"{report['verdict']}, {report['tries']:,} tries")
            isRight = isRight and not key["isPlanted"]
    print(" | ".join(row) + " |", flush=True)
    return isRight


def plot(curves, path):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "gainsay"
    figure, axes = plt.subplots(figsize=(7, 4))
    for length, curve in curves.items():
        axes.plot(*zip(*curve), "o-", label=f"K = {length}")
        axes.axvline(float(TOKENS) ** length * 16384 if length == 4 else np.nan, ls=":", color="grey")
    for (operations, bound), name in zip(curves[4], STRATEGIES):
        axes.annotate(name, (operations, bound), fontsize=7, xytext=(4, -10), textcoords="offset points")
    axes.set_xscale("log")
    axes.set_xlabel("operations of the proof (dotted: trying all sequences, K = 4)")
    axes.set_ylabel("proved share of sequences")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--plot")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    checker, seeds = Checker(arguments.gainsay, arguments.out), range(1, arguments.seeds + 1)
    curves = table_of_bounds(checker, seeds)
    print("\n| seed | wrong of 64^4 | counted | right | proved | wrong inside of cells | certificate | least one found, tries |")
    print("|---|---|---|---|---|---|---|---|")
    isWrong = any([exhausted(checker, seed) for seed in seeds])
    print("\n| seed | planted | found in the planted model | in its clean twin |")
    print("|---|---|---|---|")
    isWrong = isWrong or not all([planted(checker, seed) for seed in seeds])
    if arguments.plot:
        plot(curves, arguments.plot)
    sys.exit(1 if isWrong else 0)


if __name__ == "__main__":
    main()
