"""How many hidden counterexamples plain projected gradient descent finds, and how many `gainsay check`.

    .build-conformance/bin/python Tests/Conformance/hidden.py .build/release/gainsay OUT
        [--networks mlp,cnn,tanh,attention,mlp] [--seed 0] [--boxes 10] [--clean 10] [--budget 60s] [--starts 250] [--steps 1000]

Plants one network of each name, of a seed each from `--seed` on, with `gainsay plant hidden` (networks that OUT holds already
are taken as they are), replays what was planted in ONNX Runtime, attacks each box in PyTorch by ascents of the margin by the
sign of its gradient, a tenth of the radius each step, and has each box checked on one thread. Prints a row for each network; exits with 1 where a box with a
planted counterexample is called proved, or where the place planted is none.

Needs numpy, torch, onnx and onnxruntime (`Tests/Conformance/setup torch`).
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy as np
import onnxruntime as ort
import torch

import torch_graph


def planted(gainsay, folder, network, seed, arguments):
    """The folder with model and spec, and the key beside it."""
    key = folder.with_suffix(".json")
    if not key.exists():
        command = [gainsay, "plant", "hidden", "--architecture", network, "--output", folder, "--key", key]
        command += ["--boxes", arguments.boxes, "--clean", arguments.clean, "--seed", seed]
        subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL)
    return json.loads(key.read_text())


def replayed(folder, key):
    """Whether each planted place is a counterexample within its box, in ONNX Runtime."""
    centers = np.load(folder / "boxes.npz")["center"]
    session = ort.InferenceSession(str(folder / "model.onnx"))
    for box, center in zip(key["boxes"], centers):
        if "counterexample" not in box:
            continue
        place = np.array(box["counterexample"], np.float32).reshape(center.shape)
        change = np.abs(place - center)
        scores = session.run(None, {session.get_inputs()[0].name: place[None]})[0][0]
        if change.max() > key["radius"] or change.min() < 0.98 * key["radius"] or scores[0] <= scores[1]:
            return False
    return True


def descended(folder, radius, starts, steps):
    """For each box whether any step of any ascent gives class 0."""
    network = torch_graph.Network(str(folder / "model.onnx"))
    found = []
    for center in torch.from_numpy(np.load(folder / "boxes.npz")["center"]):
        torch.manual_seed(len(found))
        low, high = center - radius, center + radius
        x = low + (high - low) * torch.rand(starts, *center.shape)
        worst = -torch.inf
        for _ in range(steps):
            x.requires_grad_(True)
            scores = network({"x": x})[0]
            margin = scores[:, 0] - scores[:, 1]
            worst = max(worst, margin.max().item())
            (slope,) = torch.autograd.grad(margin.sum(), x)
            x = torch.clamp(x.detach() + radius / 10 * slope.sign(), low, high)
        found.append(worst > 0)
    return found


def checked(gainsay, folder, budget):
    """The verdict on each box."""
    command = [gainsay, "check", folder / "robust.say", "--budget", budget, "--threads", 1, "--json", "--no-cases"]
    result = subprocess.run([str(each) for each in command], capture_output=True, text=True)
    properties = json.loads(result.stdout)["properties"]
    return [each["verdict"] for each in properties], [each["seconds"] for each in properties]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--networks", default="mlp,cnn,tanh,attention,mlp")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--boxes", type=int, default=10)
    parser.add_argument("--clean", type=int, default=10)
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--starts", type=int, default=250)
    parser.add_argument("--steps", type=int, default=1000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    isWrong = False
    print("| network | planted | PGD finds | check finds | check proves | seconds to find | clean: PGD, check finds, proves |")
    print("|---|---|---|---|---|---|---|")
    for seed, network in enumerate(arguments.networks.split(","), arguments.seed):
        folder = arguments.out / f"{network}-{seed}"
        key = planted(arguments.gainsay, folder, network, seed, arguments)
        isPlanted = ["counterexample" in box for box in key["boxes"]]
        isReal = replayed(folder, key)
        begin = time.time()
        descents = descended(folder, key["radius"], arguments.starts, arguments.steps)
        middle = time.time()
        verdicts, seconds = checked(arguments.gainsay, folder, arguments.budget)
        print(f"{folder.name}: PGD {middle - begin:.0f} s, check {time.time() - middle:.0f} s", file=sys.stderr)

        def count(flags, own):
            return sum(flag for flag, each in zip(flags, isPlanted) if each == own)

        isFound = [verdict == "contradicted" for verdict in verdicts]
        isProved = [verdict == "proved" for verdict in verdicts]
        times = sorted(s for s, hit, own in zip(seconds, isFound, isPlanted) if hit and own)
        median = f"{times[len(times) // 2]:.1f} (at most {times[-1]:.1f})" if times else "-"
        print(
            f"| {network} {seed} | {sum(isPlanted)} | {count(descents, True)} | {count(isFound, True)} "
            f"| {count(isProved, True)} | {median} | {count(descents, False)}, {count(isFound, False)}, "
            f"{count(isProved, False)} of {len(isPlanted) - sum(isPlanted)} |", flush=True)
        if not isReal:
            print(f"{folder.name}: a planted place is no counterexample in ONNX Runtime", file=sys.stderr)
        isWrong = isWrong or not isReal or count(isProved, True) > 0
    sys.exit(1 if isWrong else 0)


if __name__ == "__main__":
    main()
