"""Are all questions about small piecewise-linear networks decided, and as an exact solver decides them?

    Tests/Conformance/setup scipy==1.16.3
    .build-conformance/bin/python Tests/Conformance/piecewise.py [GAINSAY] [--networks 300] [--seed 0] [--timeout 60] [--leaky]

Each network has up to 30 inputs in a box and up to 40 values that bend, in up to three layers: max(x, 0), or with --leaky max(x, 0.1 x) in some of them. HiGHS
(scipy's `milp`) finds the least answer over the box by a mixed-integer program, one binary for each bend whose sign is open; a
thousandth of the answers' spread above it and below it stand two claims, one that holds and one that does not. `gainsay verify` is asked both. Prints how many are
decided, and ends with 1 where one is not, or is decided otherwise, or a counterexample is none (in float64, with room for float32's rounding).
"""
import argparse
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from scipy.optimize import Bounds, LinearConstraint, milp


def network(random, slopes):
    """Weights, biases and slopes below 0, layer after layer, the last one with no function behind it."""
    inputs, layers = int(random.integers(2, 31)), int(random.integers(1, 4))
    bends = int(random.integers(layers, 41))
    cuts = np.sort(random.choice(np.arange(1, bends), layers - 1, replace=False)) if layers > 1 else []
    sizes = [inputs, *np.diff([0, *cuts, bends]), 1]
    return [
        (random.normal(size=(b, a)).astype(np.float32) / np.float32(np.sqrt(a)), random.normal(size=b).astype(np.float32) / 2,
         np.float32(random.choice(slopes)))
        for a, b in zip(sizes, sizes[1:])
    ]


def answer(layers, x):
    for index, (weights, biases, slope) in enumerate(layers):
        x = x @ weights.astype(float).T + biases
        if index < len(layers) - 1:
            x = np.where(x > 0, x, float(slope) * x)
    return x[..., 0]


def least(layers, radius):
    """The least answer over the box, by a mixed-integer program: variables are inputs, then for each layer its values before and behind
    the bend, and a binary that says on which side of it they are."""
    count = layers[0][0].shape[1]
    lower, upper, whole, rows = [-radius] * count, [radius] * count, [0] * count, []
    before = list(range(count))
    low, high = np.full(count, -radius), np.full(count, radius)
    for index, (weights, biases, slope) in enumerate(layers):
        weights, slope = weights.astype(float), float(slope)
        first = len(lower)
        middle, reach = weights @ (low + high) / 2 + biases, np.abs(weights) @ (high - low) / 2 + 1e-9
        low, high = middle - reach, middle + reach
        lower, upper, whole = lower + list(low), upper + list(high), whole + [0] * len(low)
        for place in range(len(low)):
            rows.append(({first + place: 1.0, **{i: -w for i, w in zip(before, weights[place])}}, biases[place], biases[place]))
        if index == len(layers) - 1:
            break
        behind = len(lower)
        bent = lambda x: np.where(x > 0, x, slope * x)
        lower, upper, whole = lower + list(bent(low)), upper + list(bent(high)), whole + [0] * len(low)
        binary = len(lower)
        lower, upper, whole = lower + [0] * len(low), upper + [1] * len(low), whole + [1] * len(low)
        for place, (l, h) in enumerate(zip(low, high)):
            x, y, b = first + place, behind + place, binary + place
            rows.append(({y: 1, x: -1}, 0, np.inf))
            rows.append(({y: 1, x: -slope}, 0, np.inf))
            # With b = 1 it is x, with b = 0 slope * x.
            gap = (1 - slope) * max(-l, 0)
            rows.append(({y: 1, x: -1, b: gap}, -np.inf, gap))
            rows.append(({y: 1, x: -slope, b: -(1 - slope) * max(h, 0)}, -np.inf, 0))
        before = list(range(behind, behind + len(low)))
        low, high = bent(low), bent(high)
    matrix = np.zeros((len(rows), len(lower)))
    for row, (terms, _, _) in zip(matrix, rows):
        for place, value in terms.items():
            row[place] += value
    goal = np.zeros(len(lower))
    goal[first] = 1
    found = milp(
        goal, constraints=LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows]), integrality=whole,
        bounds=Bounds(lower, upper), options={"mip_rel_gap": 1e-9})
    if not found.success:
        raise RuntimeError(found.message)
    return found.fun, found.x[:count]


def model(layers):
    nodes, constants, value = [], [], "x"
    for index, (weights, biases, slope) in enumerate(layers):
        constants += [numpy_helper.from_array(weights, f"w{index}"), numpy_helper.from_array(biases, f"b{index}")]
        last = index == len(layers) - 1
        nodes.append(helper.make_node("Gemm", [value, f"w{index}", f"b{index}"], ["y" if last else f"z{index}"], transB=1))
        if not last:
            bend = helper.make_node("LeakyRelu", [f"z{index}"], [f"h{index}"], alpha=float(slope)) if slope else helper.make_node(
                "Relu", [f"z{index}"], [f"h{index}"])
            nodes.append(bend)
            value = f"h{index}"
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, s]) for n, s in (("x", layers[0][0].shape[1]), ("y", 1))]
    made = helper.make_model(
        helper.make_graph(nodes, "net", ports[:1], ports[1:], constants), opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    return made.SerializeToString()


def question(count, radius, limit):
    """Is there an answer of at most so much?"""
    lines = [f"(declare-const X_{i} Real)" for i in range(count)] + ["(declare-const Y_0 Real)"]
    lines += [f"(assert (>= X_{i} {-radius!r}))\n(assert (<= X_{i} {radius!r}))" for i in range(count)]
    return "\n".join(lines + [f"(assert (<= Y_0 {limit!r}))"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gainsay", nargs="?", default=".build/release/gainsay")
    parser.add_argument("--networks", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--leaky", action="store_true")
    options = parser.parse_args()
    undecided, wrong, seconds = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.networks):
            random = np.random.default_rng(seed)
            layers, radius = network(random, [0, 0, 0.1] if options.leaky else [0]), float(random.choice([0.25, 0.5, 1.0]))
            count = layers[0][0].shape[1]
            open(f"{folder}/net.onnx", "wb").write(model(layers))
            bottom, place = least(layers, radius)
            if abs(answer(layers, place) - bottom) > 1e-5:
                raise RuntimeError(f"network {seed}: the solver's own answer is {bottom}, at its place it is {answer(layers, place)}")
            spread = np.ptp(answer(layers, random.uniform(-radius, radius, (1000, count)))) + abs(bottom) * 1e-3 + 1e-3
            for expected, limit in (("unsat", bottom - spread / 1000), ("sat", bottom + spread / 1000)):
                open(f"{folder}/q.vnnlib", "w").write(question(count, radius, float(limit)))
                start = time.monotonic()
                subprocess.run(
                    [options.gainsay, "verify", f"{folder}/q.vnnlib", "--network", f"N={folder}/net.onnx", "--timeout",
                     str(options.timeout), "--threads", str(options.threads), "--result", f"{folder}/result"],
                    check=True, stdout=subprocess.DEVNULL)
                seconds.append(time.monotonic() - start)
                text = open(f"{folder}/result").read()
                word = text.split("\n", 1)[0]
                what = f"network {seed}: {count} inputs, {sum(len(b) for _, b, _ in layers[:-1])} bends, {expected} is {word}, {seconds[-1]:.1f} s"
                if word not in ("sat", "unsat"):
                    undecided.append(what)
                elif word != expected:
                    wrong.append(what)
                elif word == "sat":
                    values = dict(re.findall(r"\((X_\d+)\s+([^\s()]+)\)", text))
                    x = np.array([float(values[f"X_{i}"]) for i in range(count)])
                    if np.abs(x).max() > radius or answer(layers, x) > limit + 1e-4:
                        wrong.append(f"{what}, at a place that is none")
    for line in wrong + undecided:
        print(line)
    print(
        f"{2 * options.networks} questions about {options.networks} networks: {2 * options.networks - len(undecided) - len(wrong)} decided as the "
        f"solver decides them, {len(undecided)} undecided, {len(wrong)} wrong; median {np.median(seconds):.2f} s, longest {max(seconds):.1f} s")
    sys.exit(1 if wrong or undecided else 0)


if __name__ == "__main__":
    main()
