"""Trains the collision-avoidance network on a cost table of our own and writes it beside this file.

    python make.py              # collision-avoidance.onnx

Packages: ../requirements.txt. Seeds are fixed and one thread is used: the same versions give the same function.

The table: two aircraft fly level. Our own is at the origin and flies along +x; the intruder is rho feet away at bearing theta
and flies along heading psi, both counted to the left. For 40 s, in steps of 0.5 s, our own turns at the advisory's rate (left is
positive) and the intruder flies straight on. With d the least distance on the way,

    cost = 1000 exp(-(d / 2000 ft)^2) + price of the advisory

in which 1000 stands for a collision. clear-of-conflict is free, a weak turn (1.5 deg/s) costs 20, a strong one (3 deg/s) 40.
"""

import argparse
import pathlib
import sys

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph

ADVISORIES = ["clear", "weak_left", "weak_right", "strong_left", "strong_right"]
TURN_RATES = np.radians([0.0, 1.5, -1.5, 3.0, -3.0])
PRICES = np.array([0.0, 20.0, 20.0, 40.0, 40.0])
LOW = np.array([0.0, -np.pi, -np.pi, 100.0, 0.0])  # rho, theta, psi, v_own, v_int
HIGH = np.array([60760.0, np.pi, np.pi, 1200.0, 1200.0])
MEAN = np.array([20000.0, 0.0, 0.0, 650.0, 600.0])  # the spec normalises with these
RANGE = np.array([60000.0, 2 * np.pi, 2 * np.pi, 1100.0, 1200.0])
COST_MEAN, COST_RANGE = 200.0, 1000.0
SECONDS, STEP = 40.0, 0.5


def costs(encounters):
    """[n, 5] encounters in feet, radians and feet per second to [n, 5] costs, one per advisory."""
    rho, theta, psi, v_own, v_int = encounters.T[:, :, None]
    least = np.hypot(rho * np.cos(theta), rho * np.sin(theta)) * np.ones(len(TURN_RATES))
    x, y = np.zeros_like(least), np.zeros_like(least)
    for time in np.arange(STEP, SECONDS + STEP, STEP):
        heading = TURN_RATES * (time - STEP / 2)
        x, y = x + v_own * STEP * np.cos(heading), y + v_own * STEP * np.sin(heading)
        ahead = rho * np.cos(theta) + v_int * time * np.cos(psi) - x
        aside = rho * np.sin(theta) + v_int * time * np.sin(psi) - y
        least = np.minimum(least, np.hypot(ahead, aside))
    return 1000 * np.exp(-((least / 2000) ** 2)) + PRICES


def sample(count, generator):
    """Uniform, but nearer encounters more often; half of them on a collision course, more or less."""
    unit = generator.uniform(size=(count, 5))
    unit[:, 0] **= 1.5
    encounters = LOW + unit * (HIGH - LOW)
    aimed = np.arange(count) % 2 == 0
    rho, theta, _, v_own, v_int = encounters[aimed].T
    wait = generator.uniform(0, SECONDS, len(rho))
    meeting = v_own * wait + generator.normal(0, 1500, len(rho))
    psi = np.arctan2(generator.normal(0, 1500, len(rho)) - rho * np.sin(theta), meeting - rho * np.cos(theta))
    encounters[aimed, 2] = psi
    encounters[aimed, 4] = np.hypot(rho * np.sin(theta), meeting - rho * np.cos(theta)) / np.maximum(wait, 0.1)
    encounters[encounters[:, 4] > HIGH[4], 4] = generator.uniform(LOW[4], HIGH[4], (encounters[:, 4] > HIGH[4]).sum())
    return encounters


def normalised(encounters):
    return torch.tensor((encounters - MEAN) / RANGE, dtype=torch.float32)


def train(options):
    torch.manual_seed(options.seed)
    encounters = sample(options.rows, np.random.default_rng(options.seed))
    x = normalised(encounters)
    y = torch.tensor((costs(encounters) - COST_MEAN) / COST_RANGE, dtype=torch.float32)
    sizes = [5] + [options.width] * options.depth + [5]
    layers = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())][:-1]
    net = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    batches = -(-len(x) // 512)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=options.epochs * batches)
    for _ in range(options.epochs):
        for batch in torch.randperm(len(x)).split(512):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(x[batch]), y[batch]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def export(net, path):
    graph, value = Graph(), "encounter"
    dense = [layer for layer in net if isinstance(layer, nn.Linear)]
    for number, layer in enumerate(dense, 1):
        weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        if number == len(dense):
            graph.dense("costs", value, weight, bias)
        else:
            value = graph.add("Relu", f"fc{number}/Relu", [graph.dense(f"fc{number}/Gemm", value, weight, bias)])
    graph.save(path, "collision-avoidance", [("encounter", [1, 5])], [("costs", [1, 5])], opset=13)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--width", type=int, default=50)
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = train(options)
    export(net, options.out / "collision-avoidance.onnx")
    held_out = sample(20_000, np.random.default_rng(options.seed + 1))
    with torch.no_grad():
        said = net(normalised(held_out)).numpy() * COST_RANGE + COST_MEAN
    true = costs(held_out)
    chosen = np.take_along_axis(true, said.argmin(1)[:, None], 1)[:, 0]
    print(f"mean error {np.abs(said - true).mean():.2f}, regret of its advisories {(chosen - true.min(1)).mean():.2f}")
    for name, count in zip(ADVISORIES, np.bincount(true.argmin(1), minlength=5)):
        print(f"  {name} is cheapest on {count / len(true):.1%} of the table")


if __name__ == "__main__":
    main()
