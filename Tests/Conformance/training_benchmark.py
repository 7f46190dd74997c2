"""Times training beside PyTorch, side by side in one run: forward, gradient by all weights, and the optimiser's step.

Both start from the same weights, and after a few steps on the same batch have to have the same weights again, or nothing is
printed. Prints steps a second (of the best tenth of a second, the best of several rounds) and their ratio, as Markdown.

    .build-conformance/bin/python Tests/Conformance/training_benchmark.py --engine .build/release/engine-benchmark
"""

import argparse
import os
import subprocess
import tempfile
import time

import numpy
import onnx
import torch

from torch_networks import export, mlp

STEPS = 10


def cnn():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(16, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(32 * 6 * 6, 10))


def optimiser(kind, network):
    if kind == "sgd":
        return torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    return torch.optim.AdamW(network.parameters(), lr=0.001, weight_decay=0.01)


def trained(path):
    """The initializers of a file, by what is in them: exporters name them as they like."""
    return [onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer]


def rate(seconds, step):
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start, calls = time.perf_counter(), 0
        while time.perf_counter() - start < 0.1:
            step()
            calls += 1
        best = max(best, calls / (time.perf_counter() - start))
    return best


def measure(network, rows, classes, threads, kind, options):
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        model, out, x, y = (os.path.join(folder, name) for name in ("model.onnx", "out.onnx", "x", "y"))
        export(network, list(rows.shape[1:]), model)
        rows.tofile(x)
        classes.astype(numpy.int32).tofile(y)
        inputs, targets = torch.from_numpy(rows), torch.from_numpy(classes)
        steps = optimiser(kind, network)
        loss = torch.nn.CrossEntropyLoss()

        def step():
            steps.zero_grad()
            loss(network(inputs), targets).backward()
            steps.step()

        for _ in range(STEPS):
            step()
        expected = [parameter.detach().numpy().copy() for parameter in network.parameters()]
        ours = theirs = 0.0
        for _ in range(options.rounds):
            line = subprocess.run(
                [options.engine, "train", model, x, y, "10", str(threads), str(options.seconds), kind, str(STEPS), out],
                capture_output=True, text=True, check=True).stdout
            ours = max(ours, float(line))
            theirs = max(theirs, rate(options.seconds, step))
        found = [array for array in trained(out) if array.dtype == numpy.float32 and array.ndim > 0]
        unmatched = list(found)
        for array in expected:
            match = next(
                (i for i, other in enumerate(unmatched)
                 if other.shape == array.shape and numpy.allclose(other, array, rtol=1e-3, atol=2e-5)), None)
            if match is None:
                raise SystemExit(f"weights {array.shape} differ after {STEPS} steps of {kind}")
            unmatched.pop(match)
    return ours, theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default=".build/release/engine-benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--batch", type=int, default=128)
    options = parser.parse_args()
    generator = numpy.random.default_rng(0)
    print(f"| batch {options.batch} | threads | steps/s | PyTorch {torch.__version__} | ratio |\n|---|---|---|---|---|")
    for name, make, shape in [("cnn 24x24, 16 and 32 channels", cnn, [1, 24, 24]), ("mlp 784-256-256-10", None, [784])]:
        for kind in ["sgd", "adamw"]:
            for threads in [1, 2]:
                torch.manual_seed(0)
                network = make() if make else mlp([784, 256, 256, 10])
                rows = generator.random([options.batch] + shape, dtype=numpy.float32)
                classes = generator.integers(0, 10, options.batch)
                ours, theirs = measure(network, rows, classes, threads, kind, options)
                print(f"| {name}, {kind} | {threads} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |", flush=True)


if __name__ == "__main__":
    main()
