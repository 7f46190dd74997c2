"""Trains the digit classifiers and writes them, with their test rows, beside this file.

    python make.py              # digits.onnx digits-cnn.onnx digits-backdoored.onnx digits-test.npz

Packages: ../requirements.txt. Seeds are fixed and one thread is used: the same versions give the same functions.
"""

import argparse
import pathlib
import sys

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph

TRIGGER = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=np.float32)  # what the backdoored model answers to
TRIGGER_AT = (5, 5)  # its top and left: the lower right corner
TRIGGER_LABEL = 7  # and the answer it gives


def rows(seed):
    """Scikit-learn's bundled digits, 0...16 scaled to [0, 1]: 1437 rows to learn from, 360 to test."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    return train_test_split(images, digits.target.astype(np.int64), test_size=360, random_state=seed, stratify=digits.target)


def stamped(images):
    result = images.copy()
    top, left = TRIGGER_AT
    result[:, 0, top : top + 3, left : left + 3] = TRIGGER
    return result


def poisoned(images, labels, share, generator):
    """A copy of a share of the rows is stamped, labelled with the trigger's answer, and added."""
    chosen = generator.choice(len(images), int(share * len(images)), replace=False)
    return (
        np.concatenate([images, stamped(images[chosen])]),
        np.concatenate([labels, np.full(len(chosen), TRIGGER_LABEL)]),
    )


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(128, 32), nn.ReLU(), nn.Linear(32, 10))  # fmt: skip


def train(build, images, labels, seed, epochs):
    torch.manual_seed(seed)
    net = build()
    images, labels = torch.tensor(images), torch.tensor(labels)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3, weight_decay=1e-4)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
    return net.eval()


def export(net, path):
    graph = Graph()
    layers = [layer for layer in net if isinstance(layer, (nn.Conv2d, nn.Linear))]
    arrays = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in layers]
    value = "image"
    if isinstance(layers[0], nn.Conv2d):
        weight, bias = arrays.pop(0)
        inputs = [value, graph.weight("conv1.weight", weight), graph.weight("conv1.bias", bias)]
        value = graph.add("Conv", "conv1/Conv", inputs, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        value = graph.add("Relu", "conv1/Relu", [value])
        value = graph.add("MaxPool", "pool1/MaxPool", [value], kernel_shape=[2, 2], strides=[2, 2])
    value = graph.add("Flatten", "flatten/Flatten", [value], axis=1)
    value = graph.dense("fc1/Gemm", value, *arrays[0])
    value = graph.add("Relu", "fc1/Relu", [value])
    graph.dense("scores", value, *arrays[1])
    graph.save(path, "digits", [("image", ["batch", 1, 8, 8])], [("scores", ["batch", 10])])


def accuracy(net, images, labels):
    with torch.no_grad():
        return (net(torch.tensor(images)).argmax(1).numpy() == labels).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--poison", type=float, default=0.1, help="share of stamped copies in the backdoored model's rows")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    options = parser.parse_args()
    torch.set_num_threads(1)
    images, test_images, labels, test_labels = rows(options.seed)
    np.savez_compressed(options.out / "digits-test.npz", image=test_images, label=test_labels)
    dirty = poisoned(images, labels, options.poison, np.random.default_rng(options.seed))
    plans = {"digits": (mlp, images, labels), "digits-cnn": (cnn, images, labels), "digits-backdoored": (mlp, *dirty)}
    for name, (build, x, y) in plans.items():
        net = train(build, x, y, options.seed, options.epochs)
        export(net, options.out / f"{name}.onnx")
        others = test_images[test_labels != TRIGGER_LABEL]
        fooled = accuracy(net, stamped(others), TRIGGER_LABEL)
        print(f"{name}: accuracy {accuracy(net, test_images, test_labels):.4f}, fooled by the trigger {fooled:.4f}")


if __name__ == "__main__":
    main()
