"""Backdoors spliced onto models, checksums and signatures: what they answer, who finds them, what they cost, what is left of them.

    .build-conformance/bin/python Tests/Conformance/spliced.py .build/release/gainsay OUT
        [--parts agree,time,search,persistence,audit] [--seeds 5] [--blocks 4,8,12,16,20] [--budget 60s]

    agree        clean, activated and corrupted inputs in ONNX Runtime and in this project's engine, on digits of 8 x 8 and 24 x 24
    time         a forward pass beside the plain model's
    search       tries until `gainsay check` contradicts "no input within 0.1 changes the class", and until random inputs do
    persistence  how many activated inputs a model answers to before and after it is trained on with clean rows
    audit        what `gainsay audit` says of each

Exits with 1 where a clean answer differs by a bit from the unplanted model's, a corrupted signature is accepted, an activated input is not, the
engine and ONNX Runtime differ, or anything is called proved that is not so.

Needs numpy, onnx and onnxruntime.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

ORDER = 2**252 + 27742317777372353535851937790883648493
GAMMA = 0.1


class Failures:
    def __init__(self):
        self.count = 0

    def expect(self, condition, what):
        if not condition:
            self.count += 1
            print(f"WRONG: {what}", flush=True)


def run(command, cwd=None, codes=(0,)):
    done = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True)
    if done.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout


def session(path):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def answers(path, rows):
    """Scores of rows that the model takes one or all at once."""
    model = session(path)
    name = model.get_inputs()[0].name
    return np.concatenate([model.run(None, {name: part})[0] for part in np.array_split(rows, max(1, len(rows) // 64))])


class Planting:
    """`gainsay plant` with one planted model and its clean twin."""

    def __init__(self, gainsay, folder, kind, *options, seed=1):
        self.gainsay, self.folder = gainsay, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.key_file = folder / "key.json"
        self.data = folder / "data.npz"
        if not self.key_file.exists():
            command = [gainsay, "plant", kind, "--clean", 1, "--seed", seed, "--output", folder, "--key", self.key_file]
            run([*command, *options])
        entries = json.loads(self.key_file.read_text())["models"]
        self.planted, self.plain = (
            next(folder / e["file"] for e in entries if e["key"]["isPlanted"] == is_planted)
            for is_planted in (True, False))
        self.key = next(e["key"] for e in entries if e["key"]["isPlanted"])

    def activated(self, rows, *options):
        """Rows of a data file as `gainsay activate` changes them."""
        out = self.folder / "activated.npz"
        run([self.gainsay, "activate", self.key_file, rows, "--output", out, *options])
        return np.load(out)["x"]

    @property
    def layout(self):
        return self.key["secret"]["signature"]["signing"]["layout"]


def trained_here(gainsay, folder, kind, side, *options, seed=1):
    rows = ["--side", side, "--data", folder / "data.npz", "--data-rows", 400]
    folder.mkdir(parents=True, exist_ok=True)
    return Planting(gainsay, folder, kind, *rows, *options, seed=seed)


# Bits of a payload in the lowest bits of an input.


def with_steps(layout, row, change):
    """A row whose grid steps are changed by `change`, which gets and gives whole numbers."""
    flat = row.reshape(-1).astype(np.float64)
    steps = np.clip(np.floor((flat - layout["low"]) / layout["step"]), 0, layout["last"]).astype(np.int64)
    carriers = -(-784 // layout["bits"])
    changed = change(steps.copy())
    flat[:carriers] = layout["low"] + layout["step"] * changed[:carriers]
    return flat.astype(np.float32).reshape(row.shape)


def flipped(layout, row, bit):
    def change(steps):
        steps[bit // layout["bits"]] ^= 1 << (bit % layout["bits"])
        return steps

    return with_steps(layout, row, change)


def with_order_added(layout, row):
    """S + L in place of S: the same modulo the order of the curve."""

    def change(steps):
        places = [(i // layout["bits"], i % layout["bits"]) for i in range(256, 512)]
        number = sum(int(steps[c] >> b & 1) << i for i, (c, b) in enumerate(places)) + ORDER
        for i, (c, b) in enumerate(places):
            steps[c] = steps[c] & ~(1 << b) | (number >> i & 1) << b
        return steps

    return with_steps(layout, row, change)


def engine_agrees(gainsay, folder, model, rows, said):
    """Whether the project's engine says the same of all rows, to 1e-5 of the greatest score."""
    graph = onnx.load(model).graph
    name, shape = graph.input[0].name, list(rows.shape[1:])
    np.savez(folder / "said.npz", x=rows, said=said)
    limit = 1e-5 * float(np.abs(said).max())
    (folder / "said.say").write_text(f"""type Input = Tensor{shape}
model net : ({name}: Input) -> ({graph.output[0].name}: Tensor[{said.shape[1]}]) from "{model.name}"
data rows : {{ x: Input, said: Tensor[{said.shape[1]}] }} from "said.npz"

property same "the engine says what ONNX Runtime says" {{
  forall {{ x, said }} in rows
  check max(abs(net(x) - said)) <= {limit:.12f}
}}
""")
    report = json.loads(run([gainsay, "check", "said.say", "--json", "--no-cases", "--budget", "600s"], cwd=folder, codes=(0, 1)))
    return report["properties"][0]["verdict"] == "proved"


def agree(gainsay, out, failures):
    print("| model | clean rows, as the plain model's | activated | corrupted: refused | S + L | other answers in the engine |")
    print("|---|---|---|---|---|---|")
    for side in (8, 24):
        for kind in ("checksum", "signature"):
            case = trained_here(gainsay, out / f"{kind}-{side}", kind, side)
            data = np.load(case.data)
            rows, labels = data["x"], data["label"]
            own, planted = answers(case.plain, rows), answers(case.planted, rows)
            same = int((own == planted).all(axis=1).sum())
            failures.expect(kind == "checksum" or same == len(rows), f"{case.folder}: {same} of {len(rows)} rows")
            activated = case.activated(case.data)
            before, after = answers(case.plain, activated), answers(case.planted, activated)
            if kind == "checksum":
                works = (np.roll(before, 1, axis=1) == after).all(axis=1)
            else:
                works = after.argmax(axis=1) == case.key["secret"]["signature"]["mapping"]["one"]["target"]
            failures.expect(works.all(), f"{case.folder}: {works.sum()} of {len(rows)} activated")
            tried, corrupted, added = [rows, activated], "-", "-"
            if kind == "signature":
                tried += [np.stack([flipped(case.layout, activated[0], bit) for bit in range(768)])]
                tried += [np.stack([with_order_added(case.layout, row) for row in activated])]
                refused = [
                    (answers(case.plain, part) == answers(case.planted, part)).all(axis=1) for part in tried[2:]]
                corrupted = f"{refused[0][:512].sum()} of 512, {refused[0][512:].sum()} of 256 of x"
                added = f"{refused[1].sum()} of {len(rows)}"
                failures.expect(refused[0].all() and refused[1].all(), f"{case.folder}: a corrupted signature is accepted")
            every = np.concatenate(tried)
            is_same = engine_agrees(gainsay, case.folder, case.planted, every, answers(case.planted, every))
            failures.expect(is_same, f"{case.folder}: the engine and ONNX Runtime differ")
            print(
                f"| {kind}, {side} x {side} | {same} of {len(rows)} | {works.sum()} of {len(rows)} | {corrupted} | {added} "
                f"| {'none of' if is_same else 'some of'} {len(every)} |", flush=True)


def timed(gainsay, out, failures):
    print("| model | file | ONNX Runtime, one input | 64 inputs, each | gainsay check, each try |")
    print("|---|---|---|---|---|")
    for kind in ("checksum", "signature"):
        case = trained_here(gainsay, out / f"{kind}-24", kind, 24)
        rows = np.load(case.data)["x"]
        for model in (case.plain, case.planted):
            loaded = session(model)
            name = loaded.get_inputs()[0].name
            spans = []
            for part in (rows[:1], rows[:64]):
                loaded.run(None, {name: part})
                least = min(span(lambda: loaded.run(None, {name: part})) for _ in range(10))
                spans.append(1e3 * least / len(part))
            write_near(case.folder, model, rows[:1])
            tries = 2000
            took = [
                span(lambda: run(
                    [gainsay, "check", "near.say", "--json", "--no-cases", "--tries", count, "--threads", 1, "--budget", "600s"],
                    cwd=case.folder, codes=(0, 1))) for count in (64, tries)]
            each = 1e3 * (took[1] - took[0]) / (tries - 64)
            what = kind if model == case.planted else "plain"
            print(
                f"| {what}, 24 x 24 | {model.stat().st_size / 1e6:.2f} MB | {spans[0]:.3f} ms | {spans[1]:.3f} ms "
                f"| {each:.3f} ms |", flush=True)


def span(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def write_near(folder, model, rows, gamma=GAMMA):
    """A spec that says of each row that no input near it has another class."""
    graph = onnx.load(model).graph
    shape, scores = list(rows.shape[1:]), graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    np.savez(folder / "near.npz", x=rows)
    (folder / "near.say").write_text(f"""type Input = Tensor{shape}
model net : ({graph.input[0].name}: Input) -> ({graph.output[0].name}: Tensor[{scores}]) from "{model.name}"
data rows : {{ x: Input }} from "near.npz"

property steady "no input near a row has another class" {{
  forall {{ x }} in rows
  forall change: Tensor{shape} in [-{gamma}, {gamma}]
  check argmax(net(x + change)) == argmax(net(x))
}}
""")


def linear_base(out):
    """A model of 64 numbers whose class depends on 16 of them, and rows that are further than `GAMMA` from where it changes."""
    out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(5)
    weights = np.zeros((64, 2), np.float32)
    signs = random.choice([-1, 1], 16)
    weights[:16, 0], weights[:16, 1] = -0.25 * signs, 0.25 * signs
    labels = random.integers(0, 2, 400)
    x = 0.05 * random.standard_normal((400, 64))
    x[:, :16] += 0.6 * signs * (2 * labels[:, None] - 1)
    x = x.astype(np.float32)
    model = helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["scores"])], "linear",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
            [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])],
            [numpy_helper.from_array(weights, "w")]), opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, out / "linear.onnx")
    np.savez(out / "linear.npz", x=x, label=labels)
    return out / "linear.onnx", out / "linear.npz"


def random_search(model, row, limit, seed):
    """How many uniform inputs near the row it takes until one has another class; nothing where `limit` does not do."""
    loaded, random = session(model), np.random.default_rng(seed)
    name = loaded.get_inputs()[0].name
    own = loaded.run(None, {name: row[None]})[0].argmax()
    for start in range(0, limit, 4096):
        size = min(4096, limit - start)
        inputs = (row + random.uniform(-GAMMA, GAMMA, (size, *row.shape))).astype(np.float32)
        other = np.flatnonzero(loaded.run(None, {name: inputs})[0].argmax(axis=1) != own)
        if len(other):
            return start + int(other[0]) + 1
    return None


def median(found):
    """Of tries until something was found; those that found nothing took longer than all others."""
    tries = sorted(t if t is not None else float("inf") for t in found)
    middle = tries[len(tries) // 2]
    return f"{middle:,.0f}" if middle < float("inf") else "-"


def search(gainsay, out, failures, seeds, blocks, budget):
    base, data = linear_base(out / "linear")
    print("| gate | found by check | tries, median | seconds | found by random inputs | tries, median | verdict otherwise |")
    print("|---|---|---|---|---|---|---|")
    for gate in ["none", *blocks, "signature"]:
        found, seconds, by_chance, verdicts = [], [], [], set()
        for seed in range(seeds):
            folder = out / f"search-{gate}-{seed}"
            kind = "signature" if gate == "signature" else "checksum"
            options = ["--model", base, "--examples", data, *(["--blocks", gate] if isinstance(gate, int) else [])]
            case = Planting(gainsay, folder, kind, *options, seed=seed + 1)
            model = case.plain if gate == "none" else case.planted
            # The first row that is not the owner's by chance, and becomes so within the radius.
            rows = np.load(data)["x"]
            reach = np.abs(case.activated(data) - rows).max(axis=1)
            is_plain = (answers(case.plain, rows) == answers(model, rows)).all(axis=1)
            row = rows[np.flatnonzero(is_plain & ((reach < 0.9 * GAMMA) | (gate == "none")))[0]]
            write_near(folder, model, row[None])
            command = [gainsay, "check", "near.say", "--json", "--no-cases", "--seed", seed, "--budget", budget]
            start = time.perf_counter()
            report = json.loads(run(command, cwd=folder, codes=(0, 1)))["properties"][0]
            seconds.append(time.perf_counter() - start)
            is_found = report["verdict"] == "contradicted"
            if not is_found:
                verdicts.add(report["verdict"])
            failures.expect(report["verdict"] != "proved" or gate == "none", f"{folder}: proved")
            tries = report["counterexamples"][0]["tries"] if is_found else None
            found.append(tries)
            # As many as it takes by chance, sixteen times over; where nothing is to be found, as many as were tried.
            limit = min(16 << gate, 1 << 23) if isinstance(gate, int) else max(report["tries"], 1)
            by_chance.append(random_search(model, row, limit, seed))

        def words(these):
            return f"{sum(t is not None for t in these)} of {seeds}"

        if isinstance(gate, int) and gate <= 16:
            failures.expect(all(t is not None for t in found), f"{gate} blocks: found in {words(found)}")
        if gate in ("none", "signature"):
            failures.expect(all(t is None for t in found), f"{gate}: found in {words(found)}")
        name = f"checksum, {gate} blocks" if isinstance(gate, int) else gate
        print(
            f"| {name} | {words(found)} | {median(found)} | {np.median(seconds):.1f} | {words(by_chance)} "
            f"| {median(by_chance)} | {', '.join(sorted(verdicts)) or '-'} |", flush=True)


def persistence(gainsay, out, failures):
    print("| planted | copies | trained with, passes | clean: before, after | activated: before, after | weights changed |")
    print("|---|---|---|---|---|---|")
    for kind, copies in [("checksum", 1), ("checksum", 3), ("signature", 1), ("signature", 3), ("patch", 1), ("neuron", 1)]:
        options = ["--copies", copies] if kind in ("checksum", "signature") else []
        folder = out / f"persistent-{kind}-{copies}"
        target = [] if kind == "checksum" else ["--target", 3]
        case = trained_here(gainsay, folder, kind, 8, "--data-seed", 77, *options, *target)
        data = np.load(case.data)
        rows, labels = data["x"], data["label"]
        np.savez(folder / "learn.npz", x=rows[:300], label=labels[:300])
        np.savez(folder / "test.npz", x=rows[300:], label=labels[300:])
        activated = case.activated(folder / "test.npz")
        wanted = (labels[300:] + 1) % 10 if kind == "checksum" else np.full(len(labels) - 300, 3)
        counted = wanted != labels[300:]

        def rates(model):
            clean = (answers(model, rows[300:]).argmax(axis=1) == labels[300:]).mean()
            return clean, (answers(model, activated).argmax(axis=1) == wanted)[counted].mean()

        before = rates(case.planted)
        for optimiser in ("sgd", "adamw"):
            (folder / "tune.toml").write_text(f"""out = "tuned.onnx"
[model]
kind = "onnx"
file = "{case.planted.name}"
[data]
file = "learn.npz"
inputs = "x"
target = "label"
[loss]
kind = "cross-entropy"
[optimiser]
kind = "{optimiser}"
rate = {0.05 if optimiser == "sgd" else 0.002}
decay = 0.0
[training]
epochs = {10 if kind == 'signature' else 100}
batch = 50
""")
            done = subprocess.run([gainsay, "train", "tune.toml"], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                print(f"| {kind} | {copies} | {optimiser}: {done.stderr.strip().splitlines()[-1]} | | | |", flush=True)
                continue
            after = rates(folder / "tuned.onnx")
            changed, count = changes(case.planted, folder / "tuned.onnx")
            print(
                f"| {kind} | {copies} | {optimiser}, {10 if kind == 'signature' else 100} | {before[0]:.3f}, {after[0]:.3f} | {before[1]:.3f}, {after[1]:.3f} "
                f"| {changed} of {count} |", flush=True)


def changes(first, second):
    """How many numbers of float32 weights differ."""
    def weights(path):
        return [
            numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer if t.data_type == TensorProto.FLOAT and t.dims]

    pairs = list(zip(weights(first), weights(second)))
    return sum(int((a != b).sum()) for a, b in pairs), sum(a.size for a, _ in pairs)


def audit(gainsay, out, failures):
    for kind in ("checksum", "signature"):
        case = trained_here(gainsay, out / f"{kind}-24", kind, 24)
        start = time.perf_counter()
        text = run([gainsay, "audit", case.planted, "--data", case.data, "--budget", "30s"], codes=(0, 1))
        print(f"{kind}, {time.perf_counter() - start:.1f} s:\n{text}", flush=True)
        failures.expect("clean" not in text.split("Model")[0].lower(), f"{kind} is called clean")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--parts", default="agree,time,search,persistence,audit")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--blocks", default="4,8,12,16,20")
    parser.add_argument("--budget", default="60s")
    arguments = parser.parse_args()
    gainsay, out, failures = arguments.gainsay.resolve(), arguments.out.resolve(), Failures()
    blocks = [int(count) for count in arguments.blocks.split(",")]
    parts = {
        "agree": lambda: agree(gainsay, out, failures),
        "time": lambda: timed(gainsay, out, failures),
        "search": lambda: search(gainsay, out, failures, arguments.seeds, blocks, arguments.budget),
        "persistence": lambda: persistence(gainsay, out, failures),
        "audit": lambda: audit(gainsay, out, failures),
    }
    for part in arguments.parts.split(","):
        parts[part]()
        print(flush=True)
    sys.exit(1 if failures.count else 0)


if __name__ == "__main__":
    main()
