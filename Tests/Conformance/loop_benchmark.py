"""Times a loop in the engine beside the same loop in PyTorch: a network steers a cart with a pole, side by side in one run.

Network in float32, plant in float64, Euler's method; the gradient is that of the last state's sum by the first state.
Both have to agree on the means of last states and gradients, or nothing is printed. Prints thousand rollouts a second
(of the best pass) and the ratios, as Markdown; with --float32 PyTorch runs the plant in float32 as well.

    .build-conformance/bin/python Tests/Conformance/loop_benchmark.py --engine .build/release/engine-benchmark
"""

import argparse
import os
import subprocess
import tempfile

import numpy
import torch

from engine_benchmark import best
from torch_networks import export, mlp, uniform


def step(network, state, element):
    push = torch.tanh(network(state.to(torch.float32)))[:, 0].to(element) * 10
    _, velocity, angle, spin = state.unbind(1)
    sine, cosine = torch.sin(angle), torch.cos(angle)
    drive = (push + 0.05 * spin * spin * sine) / 1.1
    turn = (9.8 * sine - cosine * drive) / (0.5 * (4 / 3 - 0.1 / 1.1 * cosine * cosine))
    speed = drive - 0.05 / 1.1 * turn * cosine
    return state + 0.02 * torch.stack([velocity, speed, spin, turn], 1)


def rollout(network, state, steps, element):
    for _ in range(steps):
        state = step(network, state, element)
    return state


def measure(network, points, threads, steps, element, engine, rounds, seconds):
    torch.set_num_threads(threads)
    first = torch.from_numpy(points).to(element)

    def forward():
        with torch.no_grad():
            rollout(network, first, steps, element)

    def both():
        leaf = first.detach().requires_grad_()
        last = rollout(network, leaf, steps, element)
        return last.detach(), torch.autograd.grad(last.sum(), leaf)[0]

    figures = {name: [] for name in ("ours", "ours both", "torch", "torch both")}
    with tempfile.TemporaryDirectory() as folder:
        path, rows = os.path.join(folder, "network.onnx"), os.path.join(folder, "rows.npz")
        export(network, [4], path)
        numpy.savez(rows, input=points[:, None])
        for _ in range(rounds):
            line = subprocess.run(
                [engine, path, rows, str(threads), str(seconds), "--steps", str(steps)], capture_output=True, text=True,
                check=True).stdout.split()
            figures["ours"].append(float(line[0]))
            figures["ours both"].append(float(line[1]))
            figures["torch"].append(len(points) / best(seconds, forward))
            figures["torch both"].append(len(points) / best(seconds, both))
        found = numpy.array([float(word) for word in line[3:]])
        expected = numpy.concatenate([part.double().mean(0).numpy() for part in both()])
        numpy.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    return {name: max(values) for name, values in figures.items()}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", default=".build/release/engine-benchmark")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=1)
    arguments.add_argument("--steps", type=int, default=50)
    arguments.add_argument("--batch", type=int, default=1024)
    arguments.add_argument("--float32", action="store_true", help="PyTorch's plant in float32")
    options = arguments.parse_args()
    torch.manual_seed(0)
    network = mlp([4, 64, 64, 1])
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    points = uniform(-0.1, 0.1, options.batch, [4])
    element = torch.float32 if options.float32 else torch.float64
    print(f"PyTorch {torch.__version__}, its plant in {element}; thousand rollouts a second\n")
    print("| loop | batch | threads | forward: ours | PyTorch | ours / PyTorch | with gradient: ours | PyTorch"
          " | ours / PyTorch |\n" + "|---" * 9 + "|")
    for threads in (1, 2):
        got = measure(
            network, points, threads, options.steps, element, options.engine, options.rounds, options.seconds)
        thousands = {key: f"{value / 1e3:,.1f}" for key, value in got.items()}
        print(f"| cart and pole, 4-64x2-1, {options.steps} steps | {options.batch} | {threads} | {thousands['ours']}"
              f" | {thousands['torch']} | **{got['ours'] / got['torch']:.2f}** | {thousands['ours both']}"
              f" | {thousands['torch both']} | **{got['ours both'] / got['torch both']:.2f}** |", flush=True)


if __name__ == "__main__":
    main()
