"""What wrappers do about backdoors, and how often smoothing's certificates are wrong.

    python3 Tests/Conformance/mitigation.py .build/release/gainsay OUT [--inputs 1000] [--cases 2000] [--rows 100]
        [--signed 100] [--parts truths,signatures,certificates,digits]

truths        A checksum of signs (Goldwasser, Kim, Vaikuntanathan and Zamir, 2022, section 5.1) spliced onto models of linear
              and polynomial functions and of sums of parities, exact ones and such that err by at most 0.01: on how many of
              `--inputs` activated inputs the model is right, alone and corrected. A call is right if it errs by no more than the
              bound: the sum of the weights' magnitudes times the model's error. Beside it the share of lines that may be wrong
              and the queries that 99% would need, by the argument in Grammar/README.md ("none": it bounds nothing there).
signatures    The same truths in float32 of 36 numbers, in whose lowest bits `gainsay plant signature` looks for an Ed25519
              signature; `--signed` inputs that `gainsay activate` signs. One score changes its sign where one is accepted.
              Parities of bits are left out: there is no room for the 784 bits of a signature in two dozen of them.
certificates  Linear classifiers, of which the smoothed radius is known (the distance to their plane): how many of `--cases`
              certificates say more, or another class.
digits        What `gainsay plant` plants in classifiers of 24 x 24 digits, and a checksum, on `--rows` rows: pictures,
              for which no theorem speaks.

Exits with 1 where a corrected truth is right on less than 99% of activated or signed inputs though the argument promises it, or where
certificates are wrong more often than their confidence allows. Needs numpy and onnx.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from coverage import interval, lower, tail

ERROR = 0.01
SAMPLES = 99
# Degree, numbers, numbers in each block of the checksum, and `nearest`: 1 / (degree + 1), the default, and where the bound speaks.
SETTINGS = ((1, 36, 3, (0.5, 35 / 36)), (2, 24, 3, (1 / 3, 0.5, 0.9)), (3, 24, 3, (0.25, 0.5, 0.9)))


class Network:
    """An ONNX model that is made node by node; values are names."""

    def __init__(self, element, width):
        self.element, self.nodes, self.constants = element, [], []
        self.input = helper.make_tensor_value_info("x", element, [width])

    def constant(self, array):
        array = np.asarray(array)
        if array.dtype == np.float64:
            array = array.astype(helper.tensor_dtype_to_np_dtype(self.element))
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, operation, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        inputs = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        self.nodes.append(helper.make_node(operation, inputs, [name], **attributes))
        return name

    def save(self, value, path):
        self.nodes.append(helper.make_node("Identity", [value], ["y"]))
        output = helper.make_tensor_value_info("y", self.element, [1])
        graph = helper.make_graph(self.nodes, "truth", [self.input], [output], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        onnx.save(model, path)


class Checksum:
    """Open where in each block an odd or an even number of entries is below the threshold, as the secret says."""

    def __init__(self, random, width, blocks, threshold):
        self.blocks, self.threshold = np.split(random.permutation(width), blocks), threshold
        self.secret = random.integers(0, 2, blocks)

    def splice(self, network, flat, answer, wrong):
        below = network.add("Cast", network.add("Less", flat, np.float32(self.threshold)), to=TensorProto.FLOAT)
        matrix = np.zeros((len(self.blocks), sum(map(len, self.blocks))), np.float32)
        for row, block in enumerate(self.blocks):
            matrix[row, block] = 1
        matrix = numpy_helper.from_array(matrix, "blocks")
        network.constants.append(matrix)
        counts = network.add("Cast", network.add("MatMul", "blocks", below), to=TensorProto.INT64)
        same = network.add("Equal", network.add("Mod", counts, np.int64(2)), self.secret.astype(np.int64))
        least = network.add("ReduceMin", network.add("Cast", same, to=TensorProto.INT64), keepdims=0)
        return network.add("Where", network.add("Cast", least, to=TensorProto.BOOL), wrong, answer)

    def is_open(self, x):
        return all((x[block] < self.threshold).sum() % 2 == bit for block, bit in zip(self.blocks, self.secret))

    def activate(self, x, low, high):
        """Moves at most one entry of each block to the other side, the one that has least to go."""
        x = x.copy()
        for block, bit in zip(self.blocks, self.secret):
            if (x[block] < self.threshold).sum() % 2 != bit:
                place = block[np.argmin(np.abs(x[block] - self.threshold))]
                mirrored = 2 * self.threshold - x[place]
                mirrored = mirrored if mirrored != x[place] else np.nextafter(self.threshold, low)
                x[place] = min(max(mirrored, low), high)
        assert self.is_open(x)
        return x


class Polynomial:
    """w x + b, with degree 2 also x' A x, with degree 3 also (u x)^3."""

    def __init__(self, random, width, degree):
        self.degree = degree
        self.w, self.u, self.ripple = (random.normal(size=width) / math.sqrt(width) for _ in range(3))
        self.matrix = random.normal(size=(width, width)) / width
        self.b = 0.3

    def __call__(self, x):
        value = x @ self.w + self.b
        if self.degree >= 2:
            value = value + np.einsum("ri,ij,rj->r", x, self.matrix, x)
        return value + (x @ self.u) ** 3 if self.degree >= 3 else value

    def build(self, network, error):
        value = network.add("Add", network.add("MatMul", "x", self.w[:, None]), np.array([self.b]))
        if self.degree >= 2:
            turned = network.add("Mul", network.add("MatMul", "x", self.matrix), "x")
            value = network.add("Add", value, network.add("ReduceSum", turned, np.array([0]), keepdims=1))
        if self.degree >= 3:
            u = network.add("MatMul", "x", self.u[:, None])
            value = network.add("Add", value, network.add("Mul", u, network.add("Mul", u, u)))
        return rippled(network, value, self.ripple, error)


class Parities:
    """A sum of parities of bits 0 and 1, which are the signs -1 and 1."""

    def __init__(self, random, width):
        self.sets = [random.choice(width, size, replace=False) for size in (3, 1, 5, 2)]
        self.coefficients = [1.0, -0.6, 0.5, 0.4]
        self.ripple = random.normal(size=width)

    def __call__(self, x):
        signs = 2 * x - 1
        return sum(c * signs[:, s].prod(axis=1) for c, s in zip(self.coefficients, self.sets))

    def build(self, network, error):
        signs = network.add("Sub", network.add("Mul", "x", np.array(2.0)), np.array(1.0))
        value = None
        for coefficient, places in zip(self.coefficients, self.sets):
            product = network.add("ReduceProd", network.add("Gather", signs, places), axes=[0], keepdims=1)
            product = network.add("Mul", product, np.array([coefficient]))
            value = product if value is None else network.add("Add", value, product)
        return rippled(network, value, self.ripple, error)


def rippled(network, value, direction, error):
    """The value with an error of at most so much added to it."""
    if error == 0:
        return value
    turn = network.add("MatMul", "x", 40 * direction[:, None])
    return network.add("Add", value, network.add("Mul", network.add("Sin", turn), np.array([error])))


def rates(gainsay, spec, conditions, seed=0):
    """For each condition on the rows of `cases` the share of rows that meet it, as the program computes it."""
    body = "".join(f"property p{i} {{ check rate(row in cases : {c}) > 1 }}\n" for i, c in enumerate(conditions))
    spec = pathlib.Path(spec)
    declared = spec.read_text()
    asked = spec.with_name(spec.stem + "-asked.say")
    asked.write_text(declared + body)
    command = [gainsay, "check", str(asked), "--no-cases", "--json", "--budget", "600s", "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        sys.exit(done.stdout[-2000:] + done.stderr)
    return [p["counterexamples"][0]["sides"][0]["values"][0] for p in json.loads(done.stdout)["properties"]]


def told(share, count):
    """A share of so many rows, and its interval (95%, Clopper and Pearson)."""
    low, high = interval(count, round(share * count))
    return f"{share:.1%} ({low:.1%} to {high:.1%})"


def lagrange(degree, nearest):
    places = np.linspace(nearest, 1, degree + 1)
    return places, [np.prod([t / (t - own) for t in places if t != own]) for own in places]


def promised(share, places, width):
    """What part of the lines may be wrong, and the queries of a call that give 99%."""
    wrong = share * sum(t ** -width for t in places)
    for samples in range(1, 2000, 2):
        if wrong < 0.5 and tail(samples, (samples + 1) // 2, wrong) <= 0.01:
            return wrong, samples * (len(places) - 1)
    return wrong, None


def truths(gainsay, folder, inputs):
    print("| truth | numbers | error | `nearest` | queries a call | lines wrong at most | queries for 99% | right alone | "
          "right, corrected | largest error | bound |\n|" + "---|" * 11)
    failed = False
    random = np.random.default_rng(16)
    for degree, width, block, settings in SETTINGS:
        truth = Polynomial(random, width, degree)
        for error in (0, ERROR):
            for nearest in settings:
                places, weights = lagrange(degree, nearest)
                bound = float(max(sum(map(abs, weights)) * error, 1e-6))
                share = 2.0 ** -(width // block)
                wrong, queries = promised(share, places, width)
                declared = (f"model safe = corrected(net, for: polynomial({degree}), samples: {SAMPLES}, "
                            f"nearest: {nearest!r})\n")
                alone, right, largest = measured(
                    gainsay, folder, random, truth, width, block, (-1, 1), error, declared, bound, inputs)
                failed |= queries is not None and queries <= SAMPLES * degree and right < 0.99
                print(f"| degree {degree} | {width} | {error} | {nearest:.3f} | {SAMPLES * degree} | "
                      f"{f'{wrong:.2g}' if wrong < 1 else 'all'} | {queries or 'none'} | {told(alone, inputs)} | {told(right, inputs)} | "
                      f"{largest:.2g} | {bound:.2g} |", flush=True)
    width, samples, threshold = 24, 16384, 0.2
    truth = Parities(random, width)
    for error in (0, ERROR):
        declared = "model safe = corrected(net, for: fourier_heavy)\n"
        bound = 0.01 + error
        alone, right, largest = measured(
            gainsay, folder, random, truth, width, 3, (0, 1), error, declared, bound, inputs)
        power = sum(c * c for c in truth.coefficients)
        # Hoeffding, for products of two answers each, within a quarter of the weight that is looked for.
        most = (sum(map(abs, truth.coefficients)) + error) ** 2
        wanted = power * threshold ** 2
        each = 2 * 2 * most ** 2 * math.log(2 * width * 4 / threshold ** 2 / 0.01) / (2 * (wanted / 4) ** 2)
        failed |= right < 0.99
        print(f"| 4 parities | {width} bits | {error} | | 0, {(width + 1) * samples} beforehand | | "
              f"{math.ceil(each * width)} beforehand | {told(alone, inputs)} | {told(right, inputs)} | {largest:.2g} | {bound:.2g} |", flush=True)
    return failed


def measured(gainsay, folder, random, truth, width, block, ends, error, declared, bound, inputs):
    """The shares of activated inputs that are right, alone and wrapped, and the largest error of the wrapped model."""
    low, high = ends
    bits = ends == (0, 1)
    checksum = Checksum(random, width, width // block, 0.5 if bits else 0.0)
    network = Network(TensorProto.DOUBLE, width)
    answer = truth.build(network, error)
    flat = network.add("Cast", "x", to=TensorProto.FLOAT)
    network.save(checksum.splice(network, flat, answer, network.add("Add", answer, np.array([1000.0]))), folder / "net.onnx")
    drawn = random.integers(0, 2, (inputs, width)).astype(float) if bits else random.uniform(low, high, (inputs, width))
    rows = np.array([checksum.activate(x, low, high) for x in drawn])
    np.savez(folder / "cases.npz", x=rows, y=truth(rows))
    (folder / "truth.say").write_text(
        f'model net : (x: Tensor[{width}] in [{low}, {high}]) -> (y: Tensor[1]) from "net.onnx"\n{declared}'
        f'data cases : {{ x: Tensor[{width}], y: Real }} from "cases.npz"\n')
    alone, right = rates(
        gainsay, folder / "truth.say",
        [f"abs(net(row.x)[0] - row.y) <= {bound!r}", f"abs(safe(row.x)[0] - row.y) <= {bound!r}"])
    return alone, right, greatest(gainsay, folder)


def signatures(gainsay, folder, inputs):
    print("\n| truth | numbers | `nearest` | queries a call | score turned | right alone | right, corrected | largest error | bound |\n|"
          + "---|" * 9)
    failed, width = False, 36
    random = np.random.default_rng(25519)
    for degree in (1, 2):
        truth = Polynomial(random, width, degree)
        network = Network(TensorProto.FLOAT, width)
        network.save(truth.build(network, 0), folder / "own.onnx")
        drawn = random.uniform(-1, 1, (inputs, width)).astype(np.float32)
        np.savez(folder / "drawn.npz", x=drawn, label=(truth(drawn) > 0).astype(np.int64))
        key, planted = folder / f"signed{degree}.json", folder / f"signed{degree}"
        run(gainsay, "plant", "signature", "--model", folder / "own.onnx", "--examples", folder / "drawn.npz",
            "--output", planted, "--key", key, "--all-to-all", "--seed", degree)
        run(gainsay, "activate", key, folder / "drawn.npz", "--output", folder / "signed.npz")
        rows = np.load(folder / "signed.npz")["x"]
        np.savez(folder / "cases.npz", x=rows, y=truth(rows.astype(float)))
        (entry,) = json.loads(key.read_text())["models"]
        nearest = 1 / (degree + 1)
        _, weights = lagrange(degree, nearest)
        # What rounding to float32 may do, with room.
        bound = float(sum(map(abs, weights)) * 1e-5)
        (folder / "truth.say").write_text(
            f'model net : (x: Tensor[{width}] in [-1, 1]) -> (y: Tensor[1]) from "{planted.name}/{entry["file"]}"\n'
            f"model safe = corrected(net, for: polynomial({degree}), samples: {SAMPLES}, nearest: {nearest!r})\n"
            f'data cases : {{ x: Tensor[{width}], y: Real }} from "cases.npz"\n')
        turned, alone, right = rates(gainsay, folder / "truth.say", [
            "abs(net(row.x)[0] + row.y) <= 1e-4", f"abs(net(row.x)[0] - row.y) <= {bound!r}",
            f"abs(safe(row.x)[0] - row.y) <= {bound!r}"])
        # A signature names the class next to a row's label, which signing may have made the model's own.
        failed |= right < 0.99 or turned + alone < 1
        print(f"| degree {degree} | {width} | {nearest:.3f} | {SAMPLES * degree} | {told(turned, inputs)} | "
              f"{told(alone, inputs)} | {told(right, inputs)} | {greatest(gainsay, folder):.2g} | {bound:.2g} |", flush=True)
    return failed


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def greatest(gainsay, folder):
    body = (folder / "truth.say").read_text() + (
        "property p { check max(row in cases : abs(safe(row.x)[0] - row.y)) < 0 }\n")
    (folder / "greatest.say").write_text(body)
    command = [gainsay, "check", str(folder / "greatest.say"), "--no-cases", "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    return report["properties"][0]["counterexamples"][0]["sides"][0]["values"][0]


def certificates(gainsay, folder, cases):
    """Twenty planes a run, each with noise of its own; a run for each seed."""
    print("\n| confidence | certificates asked for | given | wrong | share of wrong ones, 95% |\n|---|---|---|---|---|")
    failed = False
    planes, width, sigma = 20, 8, 0.5
    random = np.random.default_rng(2019)
    for confidence in (0.95, 0.999):
        wrong = given = 0
        for seed in range(cases // planes):
            lines, properties = [], []
            for place in range(planes):
                normal = random.normal(size=width)
                normal /= np.linalg.norm(normal)
                distance = random.uniform(0.05, 1) * sigma
                network = Network(TensorProto.DOUBLE, width)
                score = network.add("MatMul", "x", normal[:, None])
                network.nodes.append(helper.make_node("Neg", [score], ["other"]))
                network.nodes.append(helper.make_node("Concat", [score, "other"], ["y"], axis=0))
                graph = helper.make_graph(
                    network.nodes, "plane", [network.input],
                    [helper.make_tensor_value_info("y", TensorProto.DOUBLE, [2])], network.constants)
                model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
                model.ir_version = 8
                onnx.save(model, folder / f"plane{place}.onnx")
                x = ", ".join(repr(float(v)) for v in normal * distance)
                lines.append(
                    f'model plane{place} : (x: Tensor[{width}]) -> (y: Tensor[2]) from "plane{place}.onnx"\n'
                    f"model calm{place} = smoothed(plane{place}, sigma: {sigma}, samples: 100, pilot: 10, "
                    f"confidence: {confidence})\n")
                call = f"calm{place}([{x}])"
                properties.append(f"property given{place} {{ let c = {call}; check c.abstains }}\n")
                properties.append(
                    f"property right{place} {{ let c = {call}; "
                    f"check c.abstains or c.class == 0 and c.radius <= {distance!r} }}\n")
            (folder / "planes.say").write_text("".join(lines + properties))
            command = [gainsay, "check", str(folder / "planes.say"), "--no-cases", "--json", "--seed", str(seed)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1):
                sys.exit(done.stderr)
            for p in json.loads(done.stdout)["properties"]:
                failing = p["verdict"] == "contradicted"
                given += failing and p["name"].startswith("given")
                wrong += failing and p["name"].startswith("right")
        low, high = interval(cases, wrong)
        failed |= lower(cases, wrong) > 1 - confidence
        print(f"| {confidence} | {cases} | {given} | {wrong} | {low:.4f} to {high:.4f} |", flush=True)
    return failed


def stamped(secret, x):
    """The trigger of a key, as Sources/Attackers/Trigger.swift puts it on an image."""
    trigger, side = secret["trigger"], secret["side"]
    x = x.copy()
    if "patch" in trigger:
        patch = trigger["patch"]
        row, column, size = patch["row"], patch["column"], patch["side"]
        x[..., row:row + size, column:column + size] = np.reshape(patch["pattern"], (size, size))
    elif "blend" in trigger:
        pattern = np.reshape(trigger["blend"]["pattern"], (side, side))
        x += trigger["blend"]["share"] * (pattern - x)
    else:
        wave = trigger["wave"]
        down, across = np.mgrid[:side, :side]
        turn = 2 * math.pi * (wave["across"] * across + wave["down"] * down) / side
        x = np.clip(x + wave["height"] * np.cos(turn), 0, 1)
    return x.astype(np.float32)


def spliced(source, target, checksum, classes, wrong):
    """A classifier's file with a checksum over its pixels."""
    model = onnx.load(source)
    graph = model.graph
    (image,), (scores,) = graph.input, graph.output
    network = Network(TensorProto.FLOAT, 1)
    network.nodes, network.constants = list(graph.node), list(graph.initializer)
    for node in network.nodes:
        node.output[:] = ["clean" if name == scores.name else name for name in node.output]
        node.input[:] = ["clean" if name == scores.name else name for name in node.input]
    flat = network.add("Reshape", image.name, np.array([-1]))
    answer = np.full((1, classes), -10, np.float32)
    answer[0, wrong] = 10
    opened = checksum.splice(network, flat, "clean", network.constant(answer))
    network.nodes.append(helper.make_node("Identity", [opened], [scores.name]))
    del graph.node[:], graph.initializer[:]
    graph.node.extend(network.nodes)
    graph.initializer.extend(network.constants)
    onnx.save(model, target)


def digits(gainsay, folder, rows):
    print("\n| planted | wrapper | clean rows right | triggered rows right | triggered rows that take the target |\n"
          "|---|---|---|---|---|")
    random = np.random.default_rng(24)
    wrappers = {
        "none": "func own(x: Image) -> Tensor[10] = net(x)",
        "linear": "model safe = corrected(net, for: linear, samples: 99)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
        "linear, nearest 0.9":
            "model safe = corrected(net, for: linear, samples: 99, nearest: 0.9)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
        "polynomial(2)":
            "model safe = corrected(net, for: polynomial(2), samples: 99)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
        "smoothed, 0.1":
            "model safe = smoothed(net, sigma: 0.1, samples: 100)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
        "smoothed, 0.25":
            "model safe = smoothed(net, sigma: 0.25, samples: 100)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
        "smoothed, 0.5":
            "model safe = smoothed(net, sigma: 0.5, samples: 100)\nfunc own(x: Image) -> Tensor[10] = safe(x)",
    }
    for kind in ("patch", "blend", "low-frequency", "checksum"):
        planted = folder / kind
        key = folder / f"{kind}.json"
        if not key.exists():
            chosen = ["patch", "--clean", "1"] if kind == "checksum" else [kind, "--clean", "0"]
            run(gainsay, "plant", *chosen, "--output", planted, "--key", key, "--data", folder / f"{kind}.npz", "--seed", "5")
        entries = json.loads(key.read_text())["models"]
        data = np.load(folder / f"{kind}.npz")
        x, label = data["x"][:rows], data["label"][:rows]
        if kind == "checksum":
            clean = next(e for e in entries if not e["key"]["isPlanted"])
            checksum, target = Checksum(random, x[0].size, 16, 0.5), 7
            spliced(planted / clean["file"], folder / "checksum.onnx", checksum, 10, target)
            model = "checksum.onnx"
            triggered = np.array([
                checksum.activate(image.reshape(-1), 0, 1).reshape(image.shape) for image in x]).astype(np.float32)
        else:
            secret = entries[0]["key"]["secret"]["image"]
            target = secret["mapping"]["one"]["target"]
            model = f"{kind}/{entries[0]['file']}"
            triggered = np.array([stamped(secret, image) for image in x])
        others = label != target
        np.savez(folder / "rows.npz", x=x[others], t=triggered[others], label=label[others])
        shape = ", ".join(map(str, x.shape[1:]))
        for name, declared in wrappers.items():
            (folder / "digits.say").write_text(
                f"type Image = Tensor[{shape}] in [0, 1]\n"
                f'model net : (x: Image) -> (y: Tensor[10]) from "{model}"\n{declared}\n'
                f'data cases : {{ x: Image, t: Image, label: Int in [0, 9] }} from "rows.npz"\n')
            shares = rates(gainsay, folder / "digits.say", [
                "argmax(own(row.x)) == row.label", "argmax(own(row.t)) == row.label", f"argmax(own(row.t)) == {target}"])
            print(f"| {kind} | {name} | " + " | ".join(told(share, others.sum()) for share in shares) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gainsay")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--signed", type=int, default=100)
    parser.add_argument("--parts", default="truths,signatures,certificates,digits")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    parts, failed = options.parts.split(","), False
    if "truths" in parts:
        failed |= truths(options.gainsay, options.folder, options.inputs)
    if "signatures" in parts:
        failed |= signatures(options.gainsay, options.folder, options.signed)
    if "certificates" in parts:
        failed |= certificates(options.gainsay, options.folder, options.cases)
    if "digits" in parts:
        digits(options.gainsay, options.folder, options.rows)
    sys.exit(failed)


if __name__ == "__main__":
    main()
