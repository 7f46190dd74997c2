"""Works out, without Gainsay, from which roll angle on the policy gives a restoring torque whatever it commanded before.

    python truth.py             # the numbers of README.md

A numpy copy of the exported file is searched: all corners, random actions and sign-gradient ascent by finite differences; then
the angle is halved in. Extremes are confirmed with ONNX Runtime.
"""

import argparse
import itertools
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
PATH = HERE / "quadrotor.onnx"
W = {array.name: numpy_helper.to_array(array).astype(np.float64) for array in onnx.load(PATH).graph.initializer}
CORNERS = np.array(list(itertools.product([-1.0, 1.0], repeat=4)))


def observation(roll, previous):
    rows = np.zeros((len(previous), 22))
    rows[:, [3, 7, 11]] = 1, np.cos(roll), np.cos(roll)
    rows[:, [8, 10]] = -np.sin(roll), np.sin(roll)
    rows[:, 18:] = previous
    return rows


def step(rows, hidden):
    """One call of the policy, gate by gate: ONNX's GRU with linear_before_reset."""
    x = np.maximum(rows @ W["encoder/Gemm.weight"].T + W["encoder/Gemm.bias"], 0)
    bias = W["gru.B"][0]
    seen, kept = x @ W["gru.W"][0].T + bias[:48], hidden @ W["gru.R"][0].T + bias[48:]
    update, reset = (1 / (1 + np.exp(-(seen[:, s] + kept[:, s]))) for s in (slice(0, 16), slice(16, 32)))
    new = np.tanh(seen[:, 32:] + reset * kept[:, 32:])
    hidden = update * hidden + (1 - update) * new
    return (hidden @ W["motors.weight"].T + W["motors.bias"]).clip(-1, 1), hidden


def wrong(roll, previous, steps=1):
    """The torque away from level; at or above 0 the property is violated."""
    action, hidden = previous, np.zeros((len(previous), 16))
    for _ in range(steps):
        action, hidden = step(observation(roll, action), hidden)
    return np.sign(roll) * (action[:, 2] + action[:, 3] - action[:, 0] - action[:, 1])


def worst(roll, tries, steps, seed=0):
    random = np.random.default_rng(seed).uniform(-1, 1, (tries, 4))
    tried = np.concatenate([CORNERS, random])
    at = tried[np.argsort(-wrong(roll, tried, steps))[:24]]
    for rate in np.geomspace(0.2, 1e-4, 60):
        slope = np.stack([wrong(roll, at + d, steps) - wrong(roll, at - d, steps) for d in np.eye(4) * 1e-5], 1)
        moved = (at + rate * np.sign(slope)).clip(-1, 1)
        better = wrong(roll, moved, steps) > wrong(roll, at, steps)
        at = np.where(better[:, None], moved, at)
    values = wrong(roll, at, steps)
    return values.max(), at[values.argmax()], (wrong(roll, random, steps) >= 0).mean()


def threshold(sign, tries, steps):
    """The largest roll at which it goes wrong: the last such point of a grid, then halving."""
    grid = sign * np.linspace(0.02, 1.5, 75)
    near = max((roll for roll in grid if worst(roll, 500, steps)[0] >= 0), key=abs)
    far = near + sign * 0.02
    for _ in range(20):
        middle = (near + far) / 2
        near, far = (middle, far) if worst(middle, tries, steps)[0] >= 0 else (near, middle)
    return near


def confirm(roll, previous):
    session = onnxruntime.InferenceSession(PATH, providers=["CPUExecutionProvider"])
    feed = {"observation": observation(roll, previous[None]).astype(np.float32), "hidden": np.zeros((1, 16), np.float32)}
    m = session.run(["motors"], feed)[0][0].astype(np.float64).clip(-1, 1)
    return np.sign(roll) * (m[2] + m[3] - m[0] - m[1])


def fewest(roll, tries, steps=1):
    """The fewest previous commands off zero with which it goes wrong, which, and how far off at least the farthest is."""
    random = np.random.default_rng(1).uniform(-1, 1, (tries, 4))
    for count in range(5):
        for chosen in itertools.combinations(range(4), count):
            mask = np.isin(np.arange(4), chosen)
            tried = np.concatenate([CORNERS, random]) * mask
            fails = tried[wrong(roll, tried, steps) >= 0]
            if len(fails):
                return count, chosen, round(float(np.abs(fails).max(1).min()), 4)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=20000)
    tries = parser.parse_args().tries
    for roll in (0.02, 0.05, 0.07, 0.1, 0.15, 0.3, 0.6, 1.0, 1.5, -0.02, -0.05, -0.1, -0.13, -0.14, -0.2, -0.5, -1.0, -1.5):
        value, at, share = worst(roll, tries, 1)
        print(f"roll {roll:+.2f}: worst torque {value:+.4f} (ONNX Runtime {confirm(roll, at):+.4f}) after {at.round(3)}, "
              f"wrong on {share:.4%} of random commands, fewest off zero {fewest(roll, tries)}")  # fmt: skip
    grids = {"right": np.linspace(0.1, 1.5, 57), "left": np.linspace(-1.5, -0.2, 53)}
    for side, rolls in grids.items():
        print(f"{side}: worst torque on {rolls[0]:+.2f}...{rolls[-1]:+.2f}: {max(worst(r, 2000, 1)[0] for r in rolls):+.4f}")
    for steps in (1, 2, 3):
        right, left = (threshold(sign, 2000, steps) for sign in (1, -1))
        print(f"step {steps}: wrong up to roll {right:+.6f} and {left:+.6f}; at +0.10 fewest off zero {fewest(0.1, tries, steps)}")


if __name__ == "__main__":
    main()
