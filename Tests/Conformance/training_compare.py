"""Holds `gainsay train` against PyTorch: the same weights after the same steps, for what PyTorch's own exporter writes.

Each network starts from one file, sees one batch of all rows in every step, and takes 20 steps of SGD with momentum, or of
AdamW, whose epsilon is 1e-4: with less, rounding of a gradient that is nearly 0 becomes a whole step. The reference is PyTorch
in float64. Where two entries of a max pool are nearly alike, or a rectifier's input nearly 0, rounding decides which way a
gradient goes, and float32 may end far from the reference without a fault. So PyTorch itself is run in float32 too, from starts
that are moved by about one unit in the last place, 12 of them: the farthest that one ends from the reference is the noise. What
is trained here may be twice as far, or 1e-5. Distances are the greatest of a weight, as a share of the greatest change of its
tensor.

    .build-conformance/bin/python Tests/Conformance/training_compare.py .build/release/gainsay [--seeds 3]
"""

import argparse
import copy
import os
import subprocess
import sys
import tempfile
import warnings

import numpy
import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")

ROWS, STEPS, STARTS = 96, 20, 12


class Attention(nn.Module):
    """One layer over tokens, without normalisation: the greatest of four."""

    def __init__(self):
        super().__init__()
        self.embedding, self.positions = nn.Embedding(16, 24), nn.Parameter(torch.randn(4, 24) * 0.2)
        self.query, self.key, self.content = (nn.Linear(24, 24, bias=False) for _ in range(3))
        self.out, self.readout = nn.Linear(24, 24), nn.Linear(24, 16)

    def forward(self, x):
        value = self.embedding(x) + self.positions

        def heads(tensor):
            return tensor.reshape(-1, 4, 2, 12).transpose(1, 2)

        query, key, content = heads(self.query(value)), heads(self.key(value)), heads(self.content(value))
        weights = torch.softmax(query @ key.transpose(-1, -2) / 12 ** 0.5, -1)
        value = value + self.out((weights @ content).transpose(1, 2).reshape(-1, 4, 24))
        return self.readout(value[:, 3])


def networks():
    images = lambda: torch.rand(ROWS, 4, 12, 12)
    yield "mlp, tanh", nn.Sequential(nn.Linear(20, 33), nn.Tanh(), nn.Linear(33, 5)), torch.rand(ROWS, 20), 5
    yield "mlp, layer norm and gelu", nn.Sequential(
        nn.Linear(20, 40), nn.LayerNorm(40), nn.GELU(), nn.Linear(40, 5)), torch.rand(ROWS, 20), 5
    yield "cnn, max pool", nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 36, 5)), images(), 5
    yield "cnn, groups, strides, average pool", nn.Sequential(
        nn.Conv2d(4, 8, 3, stride=2, groups=2), nn.SiLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8 * 4, 5)), images(), 5
    yield "cnn, dilation, leaky relu", nn.Sequential(
        nn.Conv2d(4, 6, 3, dilation=2), nn.LeakyReLU(0.1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5)), images(), 5
    yield "convolution along one axis", nn.Sequential(
        nn.Conv1d(3, 6, 5, padding=2), nn.Sigmoid(), nn.Flatten(), nn.Linear(60, 5)), torch.rand(ROWS, 3, 10), 5
    yield "batch normalisation, fixed statistics", measured(nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(),
        nn.Linear(8 * 144, 5))), images(), 5
    yield "transposed convolution", nn.Sequential(
        nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.SiLU(), nn.ConvTranspose2d(6, 4, 3, 2, 1, 1, groups=2), nn.Tanh(),
        nn.ConvTranspose2d(4, 2, 2), nn.Flatten(), nn.Linear(2 * 169, 5)), images(), 5
    yield "attention", Attention(), torch.randint(0, 16, (ROWS, 4)), 16


def measured(network):
    """With statistics that were measured, and stay."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def recipe(kind):
    optimiser = 'kind = "sgd"\nrate = 0.05\nmomentum = 0.9\ndecay = 0.01' if kind == "sgd" else (
        'kind = "adamw"\nrate = 0.01\ndecay = 0.05\nepsilon = 1e-4')
    return f"""out = "out.onnx"
[model]
kind = "onnx"
file = "model.onnx"
[data]
file = "data.npz"
inputs = "x"
target = "y"
[loss]
kind = "cross-entropy"
[optimiser]
{optimiser}
[training]
batch = {ROWS}
epochs = {STEPS}
"""


def train(network, x, y, kind, dtype):
    """PyTorch's weights after the steps."""
    network = copy.deepcopy(network).to(dtype)
    x = x.to(dtype) if x.is_floating_point() else x
    steps = (
        torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01) if kind == "sgd"
        else torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.05, eps=1e-4))
    for _ in range(STEPS):
        steps.zero_grad()
        nn.CrossEntropyLoss()(network(x), y).backward()
        steps.step()
    return numbers(network)


def numbers(network):
    return {name: parameter.detach().double().numpy().copy() for name, parameter in network.named_parameters()}


def moved(network):
    """The network with each weight moved by up to a unit in the last place."""
    network = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1 + (torch.rand_like(parameter) - 0.5) * 2 ** -22)
    return network


def trained_here(network, x, y, kind, program, folder):
    torch.onnx.export(
        network, (x[:1],), os.path.join(folder, "model.onnx"), dynamo=True, external_data=False, verbose=False,
        optimize=False)
    numpy.savez(os.path.join(folder, "data.npz"), x=x.numpy(), y=y.numpy())
    with open(os.path.join(folder, "recipe.toml"), "w") as file:
        file.write(recipe(kind))
    found = subprocess.run([program, "train", os.path.join(folder, "recipe.toml")], capture_output=True, text=True)
    if found.returncode:
        raise SystemExit(found.stderr)
    return {
        tensor.name: onnx.numpy_helper.to_array(tensor).astype(float)
        for tensor in onnx.load(os.path.join(folder, "out.onnx")).graph.initializer}


def compare(network, x, classes, kind, program):
    """How far from the reference what is trained here ends, and how far PyTorch in float32 does."""
    y, before = torch.arange(ROWS) % classes, numbers(network)
    with tempfile.TemporaryDirectory() as folder:
        here = trained_here(network, x, y, kind, program, folder)
    reference = train(network, x, y, kind, torch.float64)

    def distance(weights):
        return max(
            float(numpy.abs(weights[name].reshape(expected.shape) - expected).max() / numpy.abs(expected - before[name]).max())
            for name, expected in reference.items())

    starts = [network] + [moved(network) for _ in range(STARTS - 1)]
    return distance(here), max(distance(train(start, x, y, kind, torch.float32)) for start in starts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=".build/release/gainsay")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    failed = 0
    print("| network | SGD | noise | AdamW | noise |\n|---|---|---|---|---|")
    for seed in range(options.seeds):
        torch.manual_seed(seed)
        for name, network, x, classes in networks():
            cells = []
            for kind in ["sgd", "adamw"]:
                far, noise = compare(network, x, classes, kind, os.path.abspath(options.program))
                is_wrong = far > max(1e-5, 2 * noise)
                failed += is_wrong
                cells.append(f"{far:.1e}{' WRONG' if is_wrong else ''} | {noise:.1e}")
            print(f"| {name}{f', seed {seed}' if seed else ''} | {' | '.join(cells)} |", flush=True)
    print(f"\n{failed} farther from the reference than noise explains")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
