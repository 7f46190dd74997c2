"""Simulates the four systems in numpy and ONNX Runtime, without Gainsay: the numbers of README.md.

    python truth.py
"""

import pathlib

import numpy as np
import onnxruntime

FOLDER = pathlib.Path(__file__).resolve().parent
RATES = np.array([0.0, 25.0, -25.0, 41.6875, -41.6875])


def network(name):
    session = onnxruntime.InferenceSession(FOLDER / f"{name}.onnx", providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"state": x.astype(np.float32)})[0].astype(float)


def pendulum(s, net):
    angle, speed = s.T
    torque = np.clip(net(s)[:, 0], -4, 4)
    return np.stack([angle + 0.05 * speed, speed + 0.05 * (9.81 * np.sin(angle) + torque)], 1)


def cart_pole(s, net):
    x, v, angle, spin = s.T
    force = np.clip(net(s)[:, 0], -10, 10)
    common = (force + 0.05 * spin**2 * np.sin(angle)) / 1.1
    turn = (9.8 * np.sin(angle) - np.cos(angle) * common) / (0.5 * (4 / 3 - 0.1 * np.cos(angle) ** 2 / 1.1))
    push = common - 0.05 * turn * np.cos(angle) / 1.1
    return np.stack([x + 0.02 * v, v + 0.02 * push, angle + 0.02 * spin, spin + 0.02 * turn], 1)


def cruise(s, net):
    gap, speed, pull, ahead = s.T
    wanted = np.clip(net(s[:, [0, 1, 3]])[:, 0], -3, 2)
    return np.stack(
        [gap + 0.1 * (ahead - speed), speed + 0.1 * pull, pull + 0.2 * (wanted - pull), np.maximum(ahead - 0.2, 0)], 1)


def vertical(s, net):
    """The last number is the advisory."""
    height, climb, left, advisory = s.T
    now = net(np.stack([height, climb, left, RATES[advisory.astype(int)]], 1)).argmax(1)
    then = np.where(now == 0, climb, climb + np.clip(RATES[now] - climb, -4, 4))
    return np.stack([height + 0.25 * (climb + then), then, left - 0.5, now], 1)


def run(step, net, starts, times=50):
    """[times + 1, n, fields]"""
    states = [starts]
    for _ in range(times):
        states.append(step(states[-1], net))
    return np.array(states)


def box(*bounds, count=20_000, seed=0):
    low, high = np.array(bounds, float).T
    starts = low + np.random.default_rng(seed).uniform(size=(count, len(low))) * (high - low)
    corners = np.array(np.meshgrid(*np.array([low, high]).T)).reshape(len(low), -1).T
    return np.concatenate([starts, corners])


def lean(states):
    return np.abs(states[:, :, 0]).max(0)
