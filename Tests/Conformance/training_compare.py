"""Holds `gainsay train` against PyTorch: the same weights after the same steps, for what PyTorch's own exporter writes.

Each network starts from one file, sees one batch of all rows in every step, and after 20 steps of SGD with momentum, or of
AdamW, has to have PyTorch's weights again, to 1e-3 of the greatest change. AdamW's epsilon is 1e-4: with less, rounding of a
gradient that is nearly 0 becomes a whole step. Prints the worst difference of each as a share of the greatest change.

    .build-conformance/bin/python Tests/Conformance/training_compare.py .build/release/gainsay
"""

import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import torch
from torch import nn

ROWS, STEPS = 96, 20


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
    yield "attention", Attention(), torch.randint(0, 16, (ROWS, 4)), 16


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


def compare(network, x, classes, kind, program, folder):
    y = torch.arange(ROWS) % classes
    torch.onnx.export(
        network, (x[:1],), os.path.join(folder, "model.onnx"), dynamo=True, external_data=False, verbose=False,
        optimize=False)
    before = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    numpy.savez(os.path.join(folder, "data.npz"), x=x.numpy(), y=y.numpy())
    with open(os.path.join(folder, "recipe.toml"), "w") as file:
        file.write(recipe(kind))
    found = subprocess.run([program, "train", os.path.join(folder, "recipe.toml")], capture_output=True, text=True)
    if found.returncode:
        raise SystemExit(found.stderr)
    steps = (
        torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01) if kind == "sgd"
        else torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.05, eps=1e-4))
    for _ in range(STEPS):
        steps.zero_grad()
        nn.CrossEntropyLoss()(network(x), y).backward()
        steps.step()
    trained = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(os.path.join(folder, "out.onnx")).graph.initializer}
    worst = 0.0
    for name, parameter in network.named_parameters():
        expected = parameter.detach().numpy()
        change = numpy.abs(expected - before[name].numpy()).max()
        worst = max(worst, float(numpy.abs(trained[name].reshape(expected.shape) - expected).max() / change))
    return worst


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/gainsay")
    failed = False
    print("| network | SGD | AdamW |\n|---|---|---|")
    torch.manual_seed(0)
    for name, network, x, classes in networks():
        start = {key: value.clone() for key, value in network.state_dict().items()}
        worst = []
        for kind in ["sgd", "adamw"]:
            network.load_state_dict(start)
            with tempfile.TemporaryDirectory() as folder:
                worst.append(compare(network, x, classes, kind, program, folder))
        failed |= max(worst) > 1e-3
        print(f"| {name} | {worst[0]:.1e} | {worst[1]:.1e} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
