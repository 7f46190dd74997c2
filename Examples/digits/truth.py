"""Works out, without Gainsay, what is true of the digit models: by exhaustion where that is possible.

    python truth.py             # the numbers of README.md

Margins are computed by ONNX Runtime where a claim rests on them; numpy does the exhaustive part.
"""

import argparse
import itertools
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
LABELS = 10


def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    run = onnxruntime.InferenceSession(HERE / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
    return lambda images: run.run(None, {"image": images.astype(np.float32)})[0]


def weights(name):
    arrays = onnx.load(HERE / f"{name}.onnx").graph.initializer
    return {array.name: numpy_helper.to_array(array).astype(np.float64) for array in arrays}


def margin(scores, label):
    """The score of label minus the best of the others; negative where the answer is another."""
    others = np.delete(scores, label, axis=1)
    return scores[:, label] - others.max(1)


def one_pixel(net, image, label, eps):
    """(least change, pixel) with which one pixel changes the answer; None if no pixel does."""
    steps = np.linspace(-eps, eps, 201)
    tries = np.repeat(image.reshape(1, 64), 64 * len(steps), 0)
    pixel = np.repeat(np.arange(64), len(steps))
    tries[np.arange(len(tries)), pixel] += np.tile(steps, 64)
    fails = margin(net(tries.clip(0, 1).reshape(-1, 1, 8, 8)), label) < 0
    if not fails.any():
        return None
    worst = np.flatnonzero(fails)[np.abs(np.tile(steps, 64))[fails].argmin()]
    high, low, at = np.tile(steps, 64)[worst], 0.0, pixel[worst]
    for _ in range(40):
        middle = (low + high) / 2
        changed = image.reshape(1, 64).astype(np.float64)
        changed[0, at] += middle
        if margin(net(changed.clip(0, 1).reshape(1, 1, 8, 8)), label)[0] < 0:
            high = middle
        else:
            low = middle
    return high, at


def robust(name, images, labels, eps):
    net = session(name)
    right = net(images).argmax(1) == labels
    found = []
    for row in np.flatnonzero(right):
        hit = one_pixel(net, images[row].astype(np.float64), labels[row], eps)
        if hit:
            found.append((abs(hit[0]), row, divmod(hit[1], 8), hit[0]))
    print(f"{name}: {right.sum()} of {len(images)} right ({right.mean():.4f})")
    print(f"  one pixel within {eps} changes the answer on {len(found)} rows")
    for _, row, (y, x), change in sorted(found)[:4]:
        print(f"    row {row} (a {labels[row]}): pixel [0, {y}, {x}] by {change:+.6f}")


def inner(name, images, eps):
    """The farthest that any unit of fc1 can move: each is monotone in every pixel, so the ends decide."""
    w = weights(name)
    x = images.reshape(-1, 64).astype(np.float64)
    matrix, bias = w["fc1/Gemm.weight"], w["fc1/Gemm.bias"]
    centre = x @ matrix.T + bias
    up, down = np.minimum(x + eps, 1) - x, np.maximum(x - eps, 0) - x
    high = up @ matrix.clip(min=0).T + down @ matrix.clip(max=0).T
    low = down @ matrix.clip(min=0).T + up @ matrix.clip(max=0).T
    relu = lambda value: np.maximum(value, 0)  # noqa: E731
    moved = np.maximum(relu(centre + high) - relu(centre), relu(centre) - relu(centre + low))
    row, unit = np.unravel_index(moved.argmax(), moved.shape)
    rows = (moved.max(1)[:, None] > np.array([1.0, 1.1, 1.2, 1.3])).sum(0)
    print(f"  inner: unit {unit} moves by {moved.max():.4f} on row {row}; rows that pass 1.0, 1.1, 1.2, 1.3: {rows}")


def patches(name, images, labels, size, share):
    """Every black-and-white patch at every place, cut at the edges, against every answer."""
    w = weights(name)
    x = images.reshape(-1, 64).astype(np.float64)
    first, bias, last, end = (w[k] for k in ("fc1/Gemm.weight", "fc1/Gemm.bias", "scores.weight", "scores.bias"))
    patterns = np.array(list(itertools.product([0.0, 1.0], repeat=size * size)))
    best, fewest = (0,), None
    for top, left in itertools.product(range(8), repeat=2):
        cells = [c for c in itertools.product(range(size), repeat=2) if top + c[0] < 8 and left + c[1] < 8]
        at, inside = [(top + a) * 8 + left + b for a, b in cells], [a * size + b for a, b in cells]
        bare = x.copy()
        bare[:, at] = 0
        hidden = (bare @ first.T + bias)[None] + (patterns[:, inside] @ first[:, at].T)[:, None]
        answers = (np.maximum(hidden, 0) @ last.T + end).argmax(2)
        for target in range(LABELS):
            rates = (answers[:, labels != target] == target).mean(1)
            for index in np.flatnonzero(rates >= min(share, rates.max())):
                ink = patterns[index, inside].sum()
                case = (rates[index], int(ink), (top, left), target, patterns[index].reshape(size, size).astype(int).tolist())
                best = max(best, case, key=lambda c: c[0])
                if rates[index] >= share and (fewest is None or ink < fewest[1]):
                    fewest = case
    print(f"  {size}x{size} patches: best rate {best[0]:.4f} at {best[2]} to {best[3]}: {best[4]}")
    if fewest:
        print(f"    fewest white pixels with rate >= {share}: {fewest[1]} at {fewest[2]} to {fewest[3]}: {fewest[4]}, rate {fewest[0]:.4f}")


def corner(name, images, labels):
    """One black-and-white 3x3 corner per row: on how many rows does one of the 512 change a right answer?"""
    net = session(name)
    patterns = np.array(list(itertools.product([0.0, 1.0], repeat=9))).reshape(-1, 1, 3, 3)
    right = net(images).argmax(1) == labels
    hit, fewest = 0, (9,)
    for row in np.flatnonzero(right):
        painted = np.repeat(images[row : row + 1], len(patterns), 0)
        painted[:, :, 5:, 5:] = patterns
        fails = margin(net(painted), labels[row]) < 0
        hit += fails.any()
        if fails.any():
            changed = (painted[fails] != images[row]).sum((1, 2, 3))
            fewest = min(fewest, (int(changed.min()), int(row), painted[fails][changed.argmin(), 0, 5:, 5:].tolist()))
    print(f"  corner: fooled on {hit} of {right.sum()} rows; fewest changed pixels {fewest}")


def changes(images, labels):
    """changes.say on digits-cnn: light and fog on grids, every shift by a pixel."""
    net = session("digits-cnn")
    images = images.astype(np.float64)
    rate = lambda changed: float((net(changed).argmax(1) == labels).mean())  # noqa: E731
    right = net(images).argmax(1) == labels
    amounts = sorted(np.linspace(-0.2, 0.2, 401), key=abs)
    fooled = [(a, np.flatnonzero(right & (net((images + a).clip(0, 1)).argmax(1) != labels))) for a in amounts]
    first = next((a, rows) for a, rows in fooled if len(rows))
    print(f"changes: light changes {len(np.unique(np.concatenate([r for _, r in fooled])))} rows, first {first[0]:+.3f} on {first[1]}")
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    for down, aside in itertools.product((-1, 0, 1), repeat=2):
        print(f"  moved ({down:+}, {aside:+}): {rate(framed[:, :, 1 - down : 9 - down, 1 - aside : 9 - aside]):.4f}")
    for most in (0.3, 0.5):
        tried = itertools.product(np.linspace(0, most, 31), np.linspace(0, 1, 21))
        worst = min((rate(images * (1 - density) + grey * density), float(density), float(grey)) for density, grey in tried)
        print(f"  fog up to {most}: worst rate, density, grey {worst}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eps", type=float, default=0.1)
    parser.add_argument("--share", type=float, default=0.9)
    options = parser.parse_args()
    rows = np.load(HERE / "digits-test.npz")
    images, labels = rows["image"], rows["label"]
    for name in ("digits", "digits-cnn", "digits-backdoored"):
        robust(name, images, labels, options.eps)
        if name == "digits-cnn":
            continue
        inner(name, images, options.eps)
        corner(name, images, labels)
        for size in (1, 2, 3):
            patches(name, images, labels, size, options.share)
    changes(images, labels)


if __name__ == "__main__":
    main()
