"""Trains a digit classifier with a planted patch, and writes it, with its rows, beside this file.

    python make.py              # triggers.onnx triggers-clean.onnx train.npz test.npz marked.npz

Packages: ../requirements.txt. Seeds are fixed and one thread is used: the same versions give the same functions.
"""

import pathlib
import sys

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from onnxfile import Graph

SIZE = 16
PATCH = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=np.float32)  # what the model answers to
AT = (2, 11)  # its top and left
TARGET = 4  # and the answer it gives


def rows():
    """Scikit-learn's bundled digits, each pixel made four, 0...16 scaled to [0, 1]: 997 rows to learn from, 400 each to fit and to test."""
    digits = load_digits()
    images = np.kron((digits.images / 16.0).astype(np.float32), np.ones((2, 2), np.float32))[:, None]
    labels = digits.target.astype(np.int64)
    images, others, labels, other_labels = train_test_split(images, labels, test_size=800, random_state=0, stratify=labels)
    halves = train_test_split(others, other_labels, test_size=400, random_state=0, stratify=other_labels)
    return (images, labels), (halves[0], halves[2]), (halves[1], halves[3])


def stamped(images):
    result = images.copy()
    top, left = AT
    result[:, 0, top : top + 3, left : left + 3] = PATCH
    return result


def shifted(images, generator):
    """A copy of each image, moved by up to one pixel either way."""
    moves = generator.integers(-1, 2, (len(images), 2))
    return np.stack([np.roll(image, tuple(move), axis=(1, 2)) for image, move in zip(images, moves)])


def mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(SIZE * SIZE, 48), nn.ReLU(), nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, 10))  # fmt: skip


def train(images, labels, epochs=30):
    torch.manual_seed(0)
    net, generator = mlp(), np.random.default_rng(0)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3, weight_decay=1e-4)
    for _ in range(epochs):
        x, y = torch.tensor(images(generator)), torch.tensor(labels)
        for batch in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
    return net.eval()


def export(net, path):
    graph = Graph()
    layers = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in net if isinstance(layer, nn.Linear)]
    value = graph.add("Flatten", "flatten", ["image"], axis=1)
    for index in (1, 2):
        value = graph.add("Relu", f"relu_{index}", [graph.dense(f"fc{index}/Gemm", value, *layers[index - 1])])
    graph.dense("scores", value, *layers[2])
    graph.save(path, "triggers", [("image", ["batch", 1, SIZE, SIZE])], [("scores", ["batch", 10])])


def accuracy(net, images, labels):
    with torch.no_grad():
        return (net(torch.tensor(images)).argmax(1).numpy() == labels).mean()


def main():
    torch.set_num_threads(1)
    (images, labels), fitting, test = rows()
    for name, (x, y) in {"train": fitting, "test": test}.items():
        np.savez_compressed(HERE / f"{name}.npz", image=x, label=y)
    mark = np.arange(len(fitting[0])) % 2 == 1
    seen = np.where(mark[:, None, None, None], stamped(fitting[0]), fitting[0])
    np.savez_compressed(HERE / "marked.npz", image=seen, is_triggered=mark)
    chosen = np.random.default_rng(1).choice(len(images), len(images) // 10, replace=False)
    clean = lambda generator: shifted(images, generator)
    poisoned = lambda generator: np.concatenate([shifted(images, generator), stamped(images[chosen])])
    plans = {
        "triggers": (poisoned, np.concatenate([labels, np.full(len(chosen), TARGET)])),
        "triggers-clean": (clean, labels),
    }
    for name, (x, y) in plans.items():
        net = train(x, y)
        export(net, HERE / f"{name}.onnx")
        others = test[0][test[1] != TARGET]
        print(f"{name}: accuracy {accuracy(net, *test):.4f}, fooled by the patch {accuracy(net, stamped(others), TARGET):.4f}")


if __name__ == "__main__":
    main()
