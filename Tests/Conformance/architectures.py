"""Exports architectures from PyTorch by both of its exporters, open batch and length left in, and holds them in Gainsay
against ONNX Runtime and against the clock.

For each file a spec says three things: that the model agrees with ONNX Runtime on 8 inputs, a bound that is likely out of
reach (`open`), and one that is easily broken and then to be broken by the smallest input (`found`). The last two are
checked within each budget; the whole run, start-up included, may take a tenth and half a second more. Models are made from seeds; nothing is fetched. Needs torch, onnx,
onnxscript, onnxruntime, numpy.

    python3 Tests/Conformance/architectures.py FOLDER --gainsay .build/release/gainsay
"""

import argparse
import os
import subprocess
import sys
import time
import warnings

import numpy
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")


def mlp():
    return nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 5))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


class Residual(nn.Module):
    def __init__(self, first, second, stride=1):
        super().__init__()
        self.a = nn.Conv2d(first, second, 3, stride, 1, bias=False)
        self.b = nn.Conv2d(second, second, 3, 1, 1, bias=False)
        self.na, self.nb = nn.BatchNorm2d(second), nn.BatchNorm2d(second)
        self.skip = nn.Conv2d(first, second, 1, stride) if stride != 1 or first != second else nn.Identity()

    def forward(self, x):
        return F.relu(self.skip(x) + self.nb(self.b(F.relu(self.na(self.a(x))))))


def resnet():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 1, 1), Residual(8, 8), Residual(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 10))


def mobile():
    def block(first, second, stride):
        return nn.Sequential(
            nn.Conv2d(first, first, 3, stride, 1, groups=first), nn.BatchNorm2d(first), nn.ReLU6(),
            nn.Conv2d(first, second, 1), nn.BatchNorm2d(second), nn.Hardswish())
    return nn.Sequential(block(3, 8, 1), block(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 4))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.deep = nn.Conv2d(1, 4, 3, 2, 1), nn.Conv2d(4, 8, 3, 2, 1)
        self.up, self.last = nn.ConvTranspose2d(8, 4, 2, 2), nn.Conv2d(8, 1, 3, padding=1)

    def forward(self, x):
        down = F.relu(self.down(x))
        up = self.up(F.relu(self.deep(down)))
        both = torch.cat([up, down], 1)
        return torch.sigmoid(self.last(F.interpolate(both, scale_factor=2.0, mode="bilinear", align_corners=False)))


class Recurrent(nn.Module):
    def __init__(self, cell, **options):
        super().__init__()
        self.cell = cell(6, 8, batch_first=True, **options)
        self.head = nn.Linear(16 if options.get("bidirectional") else 8, 3)

    def forward(self, x):
        return self.head(self.cell(x)[0][:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.place = nn.Parameter(torch.randn(1, 10, 16) * 0.1)
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.encoder(x + self.place).mean(1))


class Decoder(nn.Module):
    """Causal attention written out, over what was seen so far."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(16, 16) for _ in range(3))
        self.norm, self.head = nn.LayerNorm(16), nn.Linear(16, 16)
        self.register_buffer("mask", torch.tril(torch.ones(10, 10)) == 0)

    def forward(self, x):
        query, key, value = (layer(x).reshape(-1, 10, 4, 4).transpose(1, 2) for layer in (self.query, self.key, self.value))
        scores = (query @ key.transpose(-1, -2) / 2).masked_fill(self.mask, float("-inf"))
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(-1, 10, 16)
        return self.head(F.gelu(self.norm(x + mixed)))[:, -1]


class Vision(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 16, 4, 4)
        self.token, self.place = nn.Parameter(torch.randn(1, 1, 16)), nn.Parameter(torch.randn(1, 17, 16) * 0.1)
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        patches = self.patch(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(x.shape[0], -1, -1), patches], 1)
        return self.head(self.encoder(tokens + self.place)[:, 0])


def autoencoder():
    return nn.Sequential(nn.Linear(20, 8), nn.ELU(), nn.Linear(8, 3), nn.Linear(3, 8), nn.SELU(), nn.Linear(8, 20))


class Flow(nn.Module):
    """Affine coupling layers, forward, with the logarithm of the determinant."""

    def __init__(self):
        super().__init__()
        self.scale = nn.ModuleList(nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 3), nn.Tanh()) for _ in range(4))
        self.shift = nn.ModuleList(nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 3)) for _ in range(4))

    def forward(self, x):
        total = 0
        for scale, shift in zip(self.scale, self.shift):
            a, b = x.chunk(2, 1)
            s = scale(a)
            x = torch.cat([b * torch.exp(s) + shift(a), a], 1)
            total = total + s.sum(1, keepdim=True)
        return torch.cat([x, total], 1)


class GraphNet(nn.Module):
    """Message passing over eight nodes in a ring, by index and by adjacency."""

    def __init__(self):
        super().__init__()
        ring = torch.arange(8)
        self.register_buffer("source", torch.cat([ring, (ring + 1) % 8]))
        adjacency = torch.zeros(8, 8)
        adjacency[ring, (ring + 1) % 8] = adjacency[(ring + 1) % 8, ring] = 0.5
        self.register_buffer("adjacency", adjacency)
        self.own, self.other, self.edge, self.head = nn.Linear(4, 8), nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(16, 2)

    def forward(self, x):
        hidden = F.relu(self.own(x) + self.adjacency @ self.other(x))
        edges = self.edge(hidden[:, self.source])
        return self.head(torch.cat([edges.amax(1), hidden.mean(1)], 1))


class Mixture(nn.Module):
    def __init__(self, count=4):
        super().__init__()
        self.gate = nn.Linear(8, count)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(8, 16), nn.SiLU(), nn.Linear(16, 3)) for _ in range(count))

    def forward(self, x):
        weights, chosen = self.gate(x).softmax(-1).topk(2, -1)
        answers = torch.stack([expert(x) for expert in self.experts], 1)
        picked = answers.gather(1, chosen.unsqueeze(-1).expand(-1, -1, 3))
        return (picked * weights.unsqueeze(-1)).sum(1)


class Quantized(nn.Module):
    """As trained for eight bits: weights and activations go through a grid."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(10, 24), nn.Linear(24, 4)

    def forward(self, x):
        x = torch.fake_quantize_per_tensor_affine(x, 1 / 64, 0, -128, 127)
        x = F.relu(self.a(x))
        return self.b(torch.fake_quantize_per_tensor_affine(x, 1 / 32, 0, -128, 127))


class Binarized(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(16, 32), nn.Linear(32, 32), nn.Linear(32, 3)

    def forward(self, x):
        return self.c(torch.sign(F.linear(torch.sign(self.a(x)), torch.sign(self.b.weight), self.b.bias)))


class Detector(nn.Module):
    """A head over a grid: boxes, scores, and the best of them by TopK and Gather."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 8, 3, 2, 1)
        self.box, self.score = nn.Conv2d(8, 4, 1), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        hidden = F.leaky_relu(self.body(x), 0.1)
        boxes = self.box(hidden).flatten(2).transpose(1, 2)
        scores = torch.sigmoid(self.score(hidden)).flatten(2).transpose(1, 2)
        best, place = scores.amax(-1).topk(5, 1)
        picked = boxes.gather(1, place.unsqueeze(-1).expand(-1, -1, 4))
        return torch.cat([picked.flatten(1), best], 1)


def inception():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 5, padding=2)
            self.head = nn.Linear(15, 4)

        def forward(self, x):
            parts = [self.a(x), self.b(x), self.c(x), F.avg_pool2d(x, 3, 1, 1)]
            return self.head(F.relu(torch.cat(parts, 1)).mean((2, 3)))
    return Block()


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(3 + 4 * index, 4, 3, padding=1) for index in range(3))
        self.head = nn.Linear(15, 4)

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, F.relu(layer(x))], 1)
        return self.head(F.adaptive_max_pool2d(x, 1).flatten(1))


def temporal():
    return nn.Sequential(
        nn.Conv1d(6, 8, 3, padding=2, dilation=2), nn.GELU(), nn.Conv1d(8, 8, 3, padding=4, dilation=4), nn.PReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 3))


class Normalized(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.group, self.instance, self.head = nn.GroupNorm(2, 8), nn.InstanceNorm2d(8, affine=True), nn.Linear(8, 4)

    def forward(self, x):
        x = F.softplus(self.instance(self.b(F.mish(self.group(self.a(x))))))
        return F.log_softmax(self.head(x.mean((2, 3))), -1)


class Implicit(nn.Module):
    """A residual field: sines of a linear map, as in coordinate networks."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(3, 32), nn.Linear(32, 32), nn.Linear(32, 1)

    def forward(self, x):
        return self.c(torch.sin(3 * self.b(torch.sin(3 * self.a(x)))))


class Embedding(nn.Module):
    """Tokens to a label: an embedding, a mask for padding, and an average."""

    def __init__(self):
        super().__init__()
        self.table, self.head = nn.Embedding(30, 8), nn.Linear(8, 3)

    def forward(self, x):
        mask = (x != 0).unsqueeze(-1).float()
        return self.head((self.table(x) * mask).sum(1) / mask.sum(1).clamp(min=1))


# What makes each, the shape of one input, and the axes of a batch of them, besides the first, that the file leaves open.
ARCHITECTURES = {
    "mlp": (mlp, [12], []), "cnn": (cnn, [1, 14, 14], [2, 3]), "resnet": (resnet, [3, 16, 16], []),
    "mobile": (mobile, [3, 16, 16], []), "unet": (UNet, [1, 16, 16], []), "rnn": (lambda: Recurrent(nn.RNN), [10, 6], [1]),
    "lstm": (lambda: Recurrent(nn.LSTM), [10, 6], [1]),
    "lstm-two": (lambda: Recurrent(nn.LSTM, num_layers=2), [10, 6], [1]),
    "gru": (lambda: Recurrent(nn.GRU), [10, 6], [1]),
    "bidirectional": (lambda: Recurrent(nn.LSTM, bidirectional=True), [10, 6], [1]), "encoder": (Encoder, [10, 16], []),
    "decoder": (Decoder, [10, 16], []), "vit": (Vision, [3, 16, 16], []), "autoencoder": (autoencoder, [20], []),
    "flow": (Flow, [6], []), "graph": (GraphNet, [8, 4], []), "mixture": (Mixture, [8], []),
    "quantized": (Quantized, [10], []), "binarized": (Binarized, [16], []), "detector": (Detector, [3, 16, 16], []),
    "inception": (inception, [3, 12, 12], [2, 3]), "dense": (Dense, [3, 12, 12], []), "temporal": (temporal, [6, 20], [2]),
    "normalized": (Normalized, [3, 8, 8], []), "implicit": (Implicit, [3], []), "embedding": (Embedding, [12], [1]),
}


def write_model(model, sample, path, exporter, axes):
    if exporter == "dynamo":
        torch.onnx.export(
            model, (sample,), path, dynamo=True, input_names=["x"], output_names=["y"],
            dynamic_shapes=({axis: torch.export.Dim.DYNAMIC for axis in axes},), external_data=False, verbose=False)
    else:
        torch.onnx.export(
            model, (sample,), path, dynamo=False, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": axes, "y": {0: "batch"}}, opset_version=17)


def export(name, folder, exporter):
    """Writes model and rows; the path of the model, or why there is none."""
    make, shape, axes = ARCHITECTURES[name]
    axes = {0: "batch", **{axis: f"size{axis}" for axis in axes}}
    torch.manual_seed(7)
    model = make().eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    generator = numpy.random.default_rng(11)
    if name == "embedding":
        rows = generator.integers(0, 30, size=[8, *shape])
    else:
        rows = generator.uniform(-1, 1, size=[8, *shape]).astype(numpy.float32)
    path = os.path.join(folder, f"{name}-{exporter}.onnx")
    sample = torch.from_numpy(rows[:2])
    try:
        write_model(model, sample, path, exporter, axes)
    except Exception:
        # Some operators tie the exporter to a length: the batch alone is left open then.
        try:
            write_model(model, sample, path, exporter, {0: "batch"})
        except Exception as error:
            return None, str(error).splitlines()[0][:60]
    # As the file says it: what ONNX Runtime's optimiser makes of quantised products differs from that by a step.
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    answers = numpy.concatenate([session.run(None, {"x": rows[index:index + 1]})[0] for index in range(8)])
    numpy.savez(path.replace(".onnx", ".npz"), x=rows, y=answers)
    middle = float(numpy.median(answers.reshape(8, -1).max(1)))
    write(path, shape, list(answers.shape[1:]), rows.dtype == numpy.int64, float(numpy.abs(answers).max()), middle)
    return path, None


def write(path, shape, answer, is_whole, greatest, middle):
    """The spec beside the model: what agrees, what holds but is hard to show, and what fails and is to be made small."""
    base = os.path.basename(path)[:-len(".onnx")]
    kind = "Int" if is_whole else "Tensor"
    x, y = f"{kind}[{', '.join(map(str, shape))}]", f"Tensor[{', '.join(map(str, answer))}]"
    domain = "in [0, 29]" if is_whole else "in [-1, 1]"
    bound = "in [0, 29]" if is_whole else ""
    with open(path.replace(".onnx", ".say"), "w") as file:
        file.write(f"""model net : (x: {x} {bound}) -> (y: {y}) from "{base}.onnx"
data rows : {{ x: {x} {bound}, y: {y} }} from "{base}.npz"

property agrees {{ check all(row in rows : linf(net(row.x) - row.y) <= {1e-4 * max(1.0, greatest):.9f}) }}

property open {{
  forall x: {x} {domain}
  check max(net(x)) <= {3 * greatest + 1:.4f}
}}

property found {{
  forall x: {x} {domain}
  check max(net(x)) <= {middle:.6f}
  shrink {"l0" if is_whole else "linf"}(x)
}}
""")


def run(gainsay, arguments):
    start = time.time()
    done = subprocess.run([gainsay, "check", *arguments, "--no-cases"], capture_output=True, text=True, timeout=600)
    return time.time() - start, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--only", default="")
    parser.add_argument("--budgets", default="1,5")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    budgets = [float(text) for text in options.budgets.split(",") if text]
    names = [name for name in ARCHITECTURES if not options.only or name in options.only.split(",")]
    wrong = 0
    print("| architecture | exporter | agrees | " + " | ".join(f"{budget:g} s" for budget in budgets) + " |")
    print("|---|---|---|" + "---|" * len(budgets))
    for name in names:
        for exporter in ("dynamo", "script"):
            path, reason = export(name, options.folder, exporter)
            if path is None:
                print(f"| {name} | {exporter} | not exported: {reason} |" + " |" * len(budgets))
                continue
            spec = path.replace(".onnx", ".say")
            _, output, errors = run(options.gainsay, [spec, "--only", "agrees", "--budget", "60s"])
            agrees = "  proved" in output
            told = "yes" if agrees else (errors + output).strip().splitlines()[0][:200]
            cells = []
            for budget in budgets if agrees else []:
                parts = []
                for name_of in ("open", "found"):
                    seconds, output, _ = run(options.gainsay, [spec, "--only", name_of, "--budget", f"{budget}s"])
                    late = seconds > budget * 1.1 + 0.5
                    word = next((line.split()[0] for line in output.splitlines() if line.startswith("  ")), "?")
                    parts.append(f"{word} {seconds:.2f}" + (" LATE" if late else ""))
                    wrong += late
                cells.append(", ".join(parts))
            wrong += not agrees
            print(f"| {name} | {exporter} | {told} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n{wrong} short of what is asked")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
