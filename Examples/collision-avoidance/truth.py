"""Works out, without Gainsay, how near each property of collision-avoidance.say comes to being violated.

    python truth.py             # the numbers of README.md

For each property: random encounters of its domain, then sign-gradient descent on the margin from the worst of them (PyTorch,
float64). The least margin found is confirmed with ONNX Runtime in float32.
"""

import argparse
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from make import ADVISORIES, COST_MEAN, COST_RANGE, HIGH, LOW, MEAN, RANGE
from make import costs as table
from onnx import numpy_helper

PATH = pathlib.Path(__file__).resolve().parent / "collision-avoidance.onnx"
FIELDS = ["rho", "theta", "psi", "v_own", "v_int"]
WEIGHTS = [torch.tensor(numpy_helper.to_array(a)).double() for a in onnx.load(PATH).graph.initializer]
SESSION = onnxruntime.InferenceSession(PATH, providers=["CPUExecutionProvider"])
CLEAR, WEAK_LEFT, WEAK_RIGHT, STRONG_LEFT, STRONG_RIGHT = range(5)


def costs(e):
    h = (e - torch.tensor(MEAN)) / torch.tensor(RANGE)
    for index in range(0, len(WEIGHTS), 2):
        h = torch.relu(h) if index else h
        h = h @ WEIGHTS[index].T + WEIGHTS[index + 1]
    return h * COST_RANGE + COST_MEAN


def confirmed_costs(e):
    feeds = ((e.numpy() - MEAN) / RANGE).astype(np.float32)
    rows = [SESSION.run(None, {"encounter": feed[None]})[0][0] for feed in feeds]
    return torch.tensor(np.array(rows)).double() * COST_RANGE + COST_MEAN


def is_cheapest(c, advisory):
    """The margin of argmin(c) == advisory."""
    others = torch.cat([c[:, :advisory], c[:, advisory + 1 :]], 1)
    return others.min(1).values - c[:, advisory]


def box(hair=None, **bounds):
    low, high = (dict(zip(FIELDS, side)) for side in (LOW, HIGH))
    for name, (lower, upper) in bounds.items():
        low[name], high[name] = lower, upper
    extra = [] if hair is None else [hair]
    return np.array([*low.values(), *(-x for x in extra)]), np.array([*high.values(), *extra])


def far_and_slow(e, costs):
    return 60 - costs(e)[:, CLEAR]


def head_on(e, costs):
    return -is_cheapest(costs(e), CLEAR)


def left_behind(e, costs):
    """v_int is a share of the v_own - 300 that it may have."""
    slower = torch.cat([e[:, :4], e[:, 4:] / 1200 * (e[:, 3:4] - 300).clamp(min=0)], 1)
    return is_cheapest(costs(slower), CLEAR)


def calm_is_safe(e, costs):
    c = costs(e)
    return torch.maximum(-is_cheapest(c, CLEAR), 500 - c[:, CLEAR])


def mirrored(e, costs):
    mirror = e * torch.tensor([1.0, -1.0, -1.0, 1.0, 1.0])
    return 100 - (costs(e)[:, WEAK_LEFT] - costs(mirror)[:, WEAK_RIGHT]).abs()


def steady(e, costs):
    moved = e[:, :5] + e[:, 5:] * torch.tensor([0.0, 1.0, 0.0, 0.0, 0.0])
    return torch.maximum(-is_cheapest(costs(e[:, :5]), STRONG_LEFT), -is_cheapest(costs(moved), STRONG_RIGHT))


CLOSING = dict(theta=(-0.06, 0.06), psi=(3.10, np.pi), v_own=(980, 1200), v_int=(960, 1200))
PROPERTIES = {
    "far_and_slow": (far_and_slow, box(rho=(55947.691, 60760), v_own=(1145, 1200), v_int=(0, 60))),
    "head_on": (head_on, box(rho=(15000, 20000), **CLOSING)),
    "head_on_near": (head_on, box(rho=(10000, 15000), **CLOSING)),
    "left_behind": (left_behind, box(rho=(6000, 60760), theta=(2.5, np.pi), psi=(-0.3, 0.3), v_own=(300, 1200))),
    "calm_is_safe": (calm_is_safe, box(rho=(15000, 60760))),
    "mirrored": (mirrored, box()),
    "steady": (steady, box(hair=0.01, rho=(8000, 30000), theta=(-0.5, 0.5))),
}


def least(margin, low, high, tries, starts=400, steps=300):
    low, high = torch.tensor(low).double(), torch.tensor(high).double()
    tried = low + (high - low) * torch.rand(tries, len(low), generator=torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        margins = torch.cat([margin(part, costs) for part in tried.split(50_000)])
    at = torch.cat([tried[margins.topk(starts, largest=False).indices], tried[:starts]])
    best, where = np.inf, None
    for step in range(steps):
        at.requires_grad_(True)
        values = margin(at, costs)
        if values.min() < best:
            best, where = values.min().item(), at[values.argmin()].detach().clone()
        (slope,) = torch.autograd.grad(values.sum(), at)
        at = (at.detach() - (high - low) * 0.05 * 0.98**step * slope.sign()).clamp(low, high)
    return best, where, (margins < 0).double().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=500_000)
    tries = parser.parse_args().tries
    torch.set_num_threads(1)
    for name, (margin, (low, high)) in PROPERTIES.items():
        value, where, share = least(margin, low, high, tries)
        again = margin(where[None], confirmed_costs).item()
        print(f"{name}: least margin {value:+.3f} (ONNX Runtime {again:+.3f}), violated on {share:.4%} of random encounters")
        print(f"  at {where.numpy().round(4).tolist()}")
        if len(low) == 5 and name != "left_behind":
            true = table(where.numpy()[None])[0]
            print("  the table says " + ", ".join(f"{a} {c:.0f}" for a, c in zip(ADVISORIES, true)))


if __name__ == "__main__":
    main()
