"""A question to a verifier about a network of PyTorch: what it claims, how far attacks get, and its files.

The claim is of numbers A y + b, y the network's answer: at most so many of them are negative while places of the input vary by a radius
about a centre. `broken` is a radius at which an attack succeeds, and at five sixths of which it does not. A question that holds takes a
share of it, its twin a tenth more. Files are the network as ONNX, a spec, and where no number may be negative, VNN-LIB.
"""

import math
import pathlib
import warnings

import numpy as np
import torch

TWIN = 1.1
LADDER = 1.2


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def uniform(draws, low, high, *shape):
    return low + (high - low) * torch.rand(*shape, generator=draws)


class Question:
    def __init__(self, name, network, centre, claim, block=None, scale=None, allowed=0):
        """`block`: the first and the last index, one for each dimension, of what varies of the input; all of it if left out."""
        self.name, self.network, self.allowed = name, network.eval(), allowed
        self.centre = centre.detach().clone()
        with torch.no_grad():
            self.answer = network(self.centre)
        self.matrix, self.offset, self.words = claim(self.answer)
        self.block = block or tuple((0, size - 1) for size in centre.shape[1:])
        self.scale = torch.zeros(centre.shape[1:])
        self.scale[tuple(slice(first, last + 1) for first, last in self.block)] = 1.0 if scale is None else scale
        self.broken = None

    def numbers(self, x):
        return self.network(x).flatten(1) @ self.matrix.T + self.offset

    def margins(self, numbers):
        return numbers.sort(1).values[:, self.allowed]

    def varying(self):
        return int((self.scale > 0).sum())

    def parameters(self):
        return sum(each.numel() for each in self.network.parameters())

    @torch.no_grad()
    def least(self, points):
        margins = self.margins(self.numbers(points))
        place = int(margins.argmin())
        return margins[place].item(), points[place:place + 1].clone()

    def sampled(self, radius, count, seed):
        """The least margin of so many inputs by chance, every second one a corner, and where it is."""
        draws, best = seeded(seed), (math.inf, self.centre)
        for start in range(0, count, 250):
            moves = uniform(draws, -1, 1, min(250, count - start), *self.centre.shape[1:])
            moves[1::2] = moves[1::2].sign()
            best = min(best, self.least(self.centre + radius * self.scale * moves), key=first)
        return best

    def descended(self, radius, starts, steps, seed):
        """The same by descents of the sign of the slope: of the margin, and in every second start of one of the numbers."""
        moves = uniform(seeded(seed), -1, 1, starts, *self.centre.shape[1:])
        own = torch.arange(starts) % len(self.matrix)
        best = (math.inf, self.centre)
        for step in range(steps):
            points = (self.centre + radius * self.scale * moves).requires_grad_(True)
            numbers = self.numbers(points)
            margins = self.margins(numbers)
            place = int(margins.argmin())
            best = min(best, (margins[place].item(), points[place:place + 1].detach().clone()), key=first)
            followed = torch.where(torch.arange(starts) % 2 == 0, margins, numbers.gather(1, own.unsqueeze(1))[:, 0])
            (slope,) = torch.autograd.grad(followed.sum(), points)
            moves = (moves - (0.5 if step < steps // 2 else 0.1) * slope.sign()).clamp(-1, 1)
        return best

    def attacked(self, radius, count=1000, starts=32, steps=24, seed=3):
        return min(self.sampled(radius, count, seed), self.descended(radius, starts, steps, seed), key=first)

    def settle(self):
        """Finds `broken`: doubles a radius, then climbs the last step by the ladder. One that nothing breaks is a mistake of its recipe."""
        radius, room = 1e-3, self.least(self.centre)[0]
        assert room > 0, f"{self.name} does not hold at its centre"

        def breaks(radius):
            return self.attacked(radius)[0] < -0.002 * room

        while not breaks(2 * radius):
            radius *= 2
            assert radius < 100, f"nothing breaks {self.name}"
        rungs = [radius * LADDER ** rung for rung in (1, 2, 3)]
        self.broken = next((rung for rung in rungs if breaks(rung)), 2 * radius)

    def write(self, folder):
        """net.onnx, centre.npz and spec.say, whose `radius` is a quarter of `broken`; in plain.onnx, of opset 16, norms are written out."""
        folder.mkdir(parents=True, exist_ok=True)
        self.export(folder / "net.onnx", 17)
        self.export(folder / "plain.onnx", 16)
        np.savez(folder / "centre.npz", x=self.centre.numpy(), signs=self.answer.sign().numpy())
        (folder / "spec.say").write_text(self.spec())

    def export(self, path, opset):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                self.network, self.centre, str(path), opset_version=opset, dynamo=False, input_names=["x"], output_names=["y"])

    def spec(self):
        x, y = (", ".join(str(size) for size in value.shape[1:]) for value in (self.centre, self.answer))
        sizes = ", ".join(str(last - first + 1) for first, last in self.block)
        signs = f", signs: Tensor[{y}]" if "row.signs" in self.words else ""
        moved = "noise"
        if self.varying() < self.scale.numel():
            before = ", ".join(str(start) for start, _ in self.block)
            after = ", ".join(str(size - 1 - end) for (_, end), size in zip(self.block, self.centre.shape[1:]))
            moved = f"pad(noise, before: [{before}], after: [{after}])"
        elif self.scale.unique().numel() > 1:
            moved = f"noise * {self.scale.tolist()}"
        return (
            f'model net  : (x: Tensor[{x}]) -> (y: Tensor[{y}]) from "net.onnx"\n'
            f'data centre : {{ x: Tensor[{x}]{signs} }} from "centre.npz"\n\n'
            f"param radius: Real = {self.broken / 4:.6f}\n\n"
            f'property holds "{self.name}" {{\n  forall noise: Tensor[{sizes}] in [-radius, radius]\n  let row = centre[0]\n'
            f"  let seen = row.x + {moved}\n  check {self.words}\n}}\n")

    def vnnlib(self, radius):
        """The query whose answer is unsat where the claim holds."""
        assert self.allowed == 0
        low, high = ((self.centre[0] + sign * radius * self.scale).double().reshape(-1).tolist() for sign in (-1, 1))
        lines = [f"(declare-const X_{i} Real)" for i in range(len(low))]
        lines += [f"(declare-const Y_{i} Real)" for i in range(self.answer.numel())]
        lines += [f"(assert (>= X_{i} {v:.9f}))\n(assert (<= X_{i} {w:.9f}))" for i, (v, w) in enumerate(zip(low, high))]
        broken = [violation(row, offset) for row, offset in zip(self.matrix.numpy(), self.offset.double().tolist())]
        claim = f"(assert {broken[0]})" if len(broken) == 1 else "(assert (or\n" + "\n".join(f"  (and {each})" for each in broken) + "\n))"
        return "\n".join(lines + [claim]) + "\n"


def first(pair):
    return pair[0]


def violation(row, offset):
    """row * y + offset <= 0, which has one number or the difference of two."""
    places = np.flatnonzero(row)
    if len(places) == 2:
        more, less = sorted(places, key=lambda i: -row[i])
        return f"(<= Y_{more} Y_{less})"
    return f"(<= Y_{places[0]} {-offset:.9f})" if row[places[0]] > 0 else f"(>= Y_{places[0]} {offset:.9f})"


# Claims: the numbers' matrix and offset, and the words of a spec, from the answer at the centre.


def keeps(answer):
    """The class stays."""
    size, best = answer.numel(), int(answer.argmax())
    others = [i for i in range(size) if i != best]
    unit = torch.eye(size)
    return unit[[best]] - unit[others], torch.zeros(size - 1), f"argmax(net(seen)) == {best}"


def near(tolerance):
    """All numbers stay within a tolerance of what they are at the centre, of which four digits count."""

    def claim(answer):
        middle = [round(each, 4) for each in answer.reshape(-1).tolist()]
        unit = torch.eye(len(middle))
        offset = torch.tensor([tolerance - v for v in middle] + [tolerance + v for v in middle])
        return torch.cat([unit, -unit]), offset, f"all(abs(net(seen) - {middle}) <= {tolerance})"

    return claim


def same_sign(pixel):
    """One of a picture's numbers keeps its sign."""

    def claim(answer):
        sign = 1 if answer[0][pixel] > 0 else -1
        matrix = torch.zeros(answer.shape[1:])
        matrix[pixel] = sign
        return matrix.reshape(1, -1), torch.zeros(1), f"net(seen)[{', '.join(map(str, pixel))}] {'>' if sign > 0 else '<'} 0"

    return claim


def same_signs(most):
    """At most so many of a picture's numbers change their signs."""

    def claim(answer):
        return torch.diag(answer.reshape(-1).sign()), torch.zeros(answer.numel()), f"count(net(seen) * row.signs < 0) <= {most}"

    return claim


def made(name, recipe, out):
    """The questions of a recipe, from the folder's cache, or trained, settled and written there."""
    cache = pathlib.Path(out) / f"{name}.pt"
    if not cache.exists():
        torch.manual_seed(0)
        questions = recipe()
        for number, question in enumerate(questions):
            question.settle()
            question.write(cache.parent / f"{name}-{number}")
        torch.save(questions, cache)
    questions = torch.load(cache, weights_only=False)
    return [(question, cache.parent / f"{name}-{number}") for number, question in enumerate(questions)]
