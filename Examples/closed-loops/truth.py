"""Works out, without Gainsay, how near each property of the four specs comes to being violated.

    python truth.py             # the numbers of README.md

The plants are written in numpy (float64), the networks run in ONNX Runtime (float32). For each property: random starts and all
corners of its box. For the faulty networks also: on how fine a grid of few variables, all others at their simplest, it fails.
"""

import argparse
import itertools
import pathlib

import numpy as np
import onnxruntime

FOLDER = pathlib.Path(__file__).resolve().parent
ADVISORIES = ["clear", "climb", "descend", "strong_climb", "strong_descend"]
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


def cruise(s, net, braking=2.0):
    gap, speed, pull, ahead = s.T
    wanted = np.clip(net(s[:, [0, 1, 3]])[:, 0], -3, 2)
    return np.stack(
        [gap + 0.1 * (ahead - speed), speed + 0.1 * pull, pull + 0.2 * (wanted - pull), np.maximum(ahead - 0.1 * braking, 0)], 1)


def vertical(s, net):
    """The last number is the advisory."""
    height, climb, left, advisory = s.T
    now = net(np.stack([height, climb, left, RATES[advisory.astype(int)]], 1)).argmax(1)
    then = np.where(now == 0, climb, climb + np.clip(RATES[now] - climb, -4, 4))
    return np.stack([height + 0.25 * (climb + then), then, left - 0.5, now], 1)


def run(step, net, starts, times=50):
    """States, [times + 1, n, fields]."""
    states = [starts]
    for _ in range(times):
        states.append(step(states[-1], net))
    return np.array(states)


def box(bounds, count):
    low, high = np.array(bounds, float).T
    starts = low + np.random.default_rng(0).uniform(size=(count, len(low))) * (high - low)
    return np.concatenate([starts, np.array(list(itertools.product(*bounds)), float)])


def until(p, goal):
    """The margin of: p at every step before one at which goal holds."""
    before = np.minimum.accumulate(np.concatenate([np.full_like(p[:1], np.inf), p[:-1]]))
    return np.minimum(goal, before).max(0)


def windows(p, within, last, take):
    """The least or the greatest of p at each step up to `last` and the `within` behind it."""
    return np.array([take(p[t : t + within + 1], axis=0) for t in range(last + 1)])


def at_most(field, limit, steps=50):
    return lambda s: (limit - np.abs(s[: steps + 1, :, field])).min(0)


def settles(s):
    return windows(0.03 - np.abs(s[:, :, 0]), 10, 40, np.min).max(0)


def is_up(s):
    return np.minimum(at_most(2, 0.2095)(s), at_most(0, 2.4)(s))


def rights(s):
    return windows(0.085 - np.abs(s[:, :, 2]), 25, 25, np.max).min(0)


def spare(least, steps=50):
    return lambda s: (s[: steps + 1, :, 0] - 10 - 1.4 * s[: steps + 1, :, 1]).min(0) - least


def brakes(s):
    return until(30.5 - s[:, :, 1], -1 - s[:, :, 2])


def steady(s):
    """Of the rates that are asked for; an advisory has no slope."""
    asked = RATES[s[:, :, 3].astype(int)]
    return (asked[1:] * asked[:-1]).min(0)


def silent(s):
    return np.where((s[:11, :, 3] == 0).all(0), 1, -1)


def in_time(s):
    said = s[:, :, 3] != 0
    return until(np.where(said, -1.0, 1.0), np.where(said & (s[:, :, 2] >= 15), 1.0, -1.0))


def says(advisory):
    return lambda s: np.where((s[1:, :, 3] == advisory).any(0), 1, -1)


def around(*reaches):
    return [(-reach, reach) for reach in reaches]


FOLLOWING = [(70, 90), (25, 30), (-0.5, 0.5), (24, 30)]
FAR = [(90, 100), (30, 30.2), (-0.5, 0.5), (30, 32.2)]
PUSHED = around(0.2, 0.2, 0.1, 0.2)
HOLDS = {
    "pendulum": [
        ("ten_steps(0.1)", at_most(0, 0.12, 10), around(0.1, 0.1)),
        ("ten_steps(0.2)", at_most(0, 0.24, 10), around(0.2, 0.2)),
        ("stays", at_most(0, 0.15), around(0.1, 0.1)),
        ("kicked", at_most(0, 0.5), around(0.05, 1)),
        ("settles", settles, around(0.1, 0.5)),
    ],
    "cart-pole": [
        ("ten_steps", at_most(2, 0.06, 10), around(0.05, 0.05, 0.05, 0.05)),
        ("stays", is_up, around(0.05, 0.05, 0.05, 0.05)),
        ("pushed", is_up, PUSHED),
        ("rights", rights, PUSHED),
        ("wanders", lambda s: np.abs(s[:, :, 0]).max(0) - 0.5, PUSHED),
    ],
    "cruise-control": [
        ("ten_steps", spare(30, 10), FAR),
        ("far", spare(10), FAR),
        ("follows", spare(5), FOLLOWING),
        ("brakes", brakes, FOLLOWING),
        ("hard", lambda s: -2.5 - s[:, :, 2].min(0), FOLLOWING),
    ],
    "vertical-avoidance": [
        ("ten_steps", silent, [(100, 200), (-2, 2), (25, 25), (0, 0)]),
        ("apart", lambda s: np.abs(s[-1, :, 0]) - 100, [*around(500, 10), (25, 25), (0, 0)]),
        ("steady", steady, [*around(500, 10), (25, 25), (0, 0)]),
        ("in_time", in_time, [*around(100, 2), (25, 25), (0, 0)]),
        *((f"said({a})", says(i), [*around(500, 40), (25, 25), (0, 0)]) for i, a in enumerate(ADVISORIES)),
    ],
}
PLANTS = {"pendulum": pendulum, "cart-pole": cart_pole, "cruise-control": cruise, "vertical-avoidance": vertical}
PLANTED = {
    "pendulum": ("kicked", [0, 0]),
    "cart-pole": ("pushed", [0, 0, 0, 0]),
    "cruise-control": ("follows", [70, 25, 0, 24]),
    "vertical-avoidance": ("apart", [0, 0, 25, 0]),
}


def tell(name, margins, starts):
    worst = margins.argmin()
    print(f"  {name}: holds on {(margins >= 0).mean():.3%}, margin {margins.min():+.4f} to {margins.max():+.4f}")
    print(f"    least at {starts[worst].round(4).tolist()}")


def tell_least(system, net, margin, bounds, simplest):
    """The failing starts that have fewest variables off their simplest values."""
    free = [i for i, (low, high) in enumerate(bounds) if low < high]
    for count in range(1, len(free) + 1):
        size = {1: 2001, 2: 161}.get(count, 41)
        for chosen in itertools.combinations(free, count):
            axes = [np.linspace(*bounds[i], size) if i in chosen else np.array([simplest[i]]) for i in range(len(bounds))]
            starts = np.array(list(itertools.product(*axes)), float)
            failing = starts[margin(run(PLANTS[system], net, starts)) < 0]
            if len(failing):
                off = np.abs(failing - simplest)
                near = failing[(off / (np.array(bounds)[:, 1] - np.array(bounds)[:, 0] + 1e-9)).sum(1).argmin()]
                print(f"    fails with only {list(chosen)} off at {len(failing)} of {len(starts)} starts")
                print(f"    between {failing.min(0)} and {failing.max(0)}, nearest {near}")
                return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=100_000)
    count = parser.parse_args().starts
    for system, properties in HOLDS.items():
        sound, faulty = network(system), network(f"{system}-faulty")
        print(system)
        for name, margin, bounds in properties:
            starts = box(bounds, count)
            tell(name, margin(run(PLANTS[system], sound, starts)), starts)
            planted, simplest = PLANTED[system]
            if name == planted:
                tell(f"{name}, faulty", margin(run(PLANTS[system], faulty, starts)), starts)
                tell_least(system, faulty, margin, bounds, simplest)
    sound = network("pendulum")
    leans = np.stack([np.linspace(0, 0.5, 50_001), np.zeros(50_001)], 1)
    print("pendulum, falls: from", leans[run(pendulum, sound, leans)[-1, :, 0] >= np.pi / 2][0, 0])
    starts = box(FOLLOWING, count)
    hard = run(lambda s, net: cruise(s, net, braking=3), network("cruise-control"), starts)
    tell("cruise-control, follows, braking 3", spare(5)(hard), starts)


if __name__ == "__main__":
    main()
