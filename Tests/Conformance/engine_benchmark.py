"""Times the engine beside ONNX Runtime and PyTorch: the same files and rows, side by side, in turns, in one run, two threads.

Each rival is a process of its own that takes a row-major batch and gives one back, as often as it can for a while; its figure
is its best pass (what else runs can only slow one down). The ratios are medians over the rounds. Memory is the peak of the whole
process. PyTorch runs the same file, node by node, as a network of its own operators. Prints Markdown.

    python3 Tests/Conformance/engine_benchmark.py --engine .build/release/engine-benchmark --vnncomp FOLDER

Networks of VNN-COMP are measured with its folder, Magika and Silero once Examples/run has fetched them. With --only NAMES a
few; with --tiling a figure for each way in which the engine runs a tile, and no rivals.
"""

import argparse
import gzip
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


# The networks: a file, rows for a batch size, the batch sizes.


def fetched(path, rows, batches=(1, 32, 256)):
    return (lambda folder: ROOT / path if (ROOT / path).exists() else None), rows, batches


def competition(name, rows, batches=(1, 32, 256)):
    def unpack(folder):
        if OPTIONS.vnncomp is None:
            return None
        path = folder / pathlib.Path(name).stem
        path.write_bytes(gzip.open(pathlib.Path(OPTIONS.vnncomp) / name).read())
        return path

    return unpack, rows, batches


def exported(make, rows, batches=(1, 32, 256)):
    def export(folder):
        import torch

        torch.manual_seed(0)
        network, example = make()
        path = folder / f"{make.__name__}.onnx"
        torch.onnx.export(
            network.eval(), (example,), str(path), input_names=["input"], output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, dynamo=False)
        return path

    return export, rows, batches


def uniform(lower, upper, shape, name="input"):
    return lambda n: {name: numpy.random.default_rng(0).uniform(lower, upper, (n, *shape)).astype(numpy.float32)}


def magika_rows(n):
    return {"bytes": numpy.random.default_rng(0).integers(0, 257, (n, 2048)).astype(numpy.int32)}


def silero_rows(n):
    sound = numpy.random.default_rng(0).normal(0, 0.1, (n, 576)).astype(numpy.float32)
    return {"input": sound, "state": numpy.zeros((2, n, 128), numpy.float32), "sr": numpy.array(16000, numpy.int64)}


def apart(rows):
    """Each row as the model takes it alone: the batch axis, 1 long, where the file has it."""

    def alone(name, array):
        if array.ndim == 0:
            return array
        return numpy.moveaxis(array, 1, 0)[:, :, None] if name == "state" else array[:, None]

    return {name: alone(name, array) for name, array in rows.items()}


def mlp():
    import torch

    layers = [torch.nn.Linear(784, 256), torch.nn.ReLU()]
    for _ in range(3):
        layers += [torch.nn.Linear(256, 256), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(256, 10)), torch.zeros(1, 784)


def cnn():
    import torch

    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(16, 32, 3, stride=2, padding=1),
        torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(32 * 14 * 14, 100), torch.nn.ReLU(),
        torch.nn.Linear(100, 10)), torch.zeros(1, 1, 28, 28)


def encoder():
    """Two layers of a transformer encoder, 64 tokens of 128 numbers, 4 heads."""
    import torch

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.into, self.out = torch.nn.Linear(128, 384), torch.nn.Linear(128, 128)
            self.up, self.down = torch.nn.Linear(128, 256), torch.nn.Linear(256, 128)
            self.first, self.second = torch.nn.LayerNorm(128), torch.nn.LayerNorm(128)

        def forward(self, x):
            query, key, value = (part.reshape(-1, 64, 4, 32).transpose(1, 2) for part in self.into(self.first(x)).chunk(3, -1))
            weights = torch.softmax(query @ key.transpose(-2, -1) / 32**0.5, -1)
            x = x + self.out((weights @ value).transpose(1, 2).reshape(-1, 64, 128))
            return x + self.down(torch.nn.functional.gelu(self.up(self.second(x))))

    return torch.nn.Sequential(Layer(), Layer(), torch.nn.Flatten(), torch.nn.Linear(64 * 128, 10)), torch.zeros(1, 64, 128)


def resnet18():
    import torch

    class Block(torch.nn.Module):
        def __init__(self, first, second, stride):
            super().__init__()
            self.main = torch.nn.Sequential(
                torch.nn.Conv2d(first, second, 3, stride, 1, bias=False), torch.nn.BatchNorm2d(second), torch.nn.ReLU(),
                torch.nn.Conv2d(second, second, 3, 1, 1, bias=False), torch.nn.BatchNorm2d(second))
            self.side = torch.nn.Sequential() if stride == 1 and first == second else torch.nn.Sequential(
                torch.nn.Conv2d(first, second, 1, stride, bias=False), torch.nn.BatchNorm2d(second))

        def forward(self, x):
            return torch.relu(self.main(x) + self.side(x))

    layers = [torch.nn.Conv2d(3, 64, 7, 2, 3, bias=False), torch.nn.BatchNorm2d(64), torch.nn.ReLU(), torch.nn.MaxPool2d(3, 2, 1)]
    for first, second, stride in [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]:
        layers += [Block(first, second, stride), Block(second, second, 1)]
    layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(512, 1000)]
    return torch.nn.Sequential(*layers), torch.zeros(1, 3, 224, 224)


NETWORKS = {
    "Magika": fetched("Examples/file-types/fetched/model.onnx", magika_rows),
    "Silero": fetched("Examples/voice/fetched/silero_vad.onnx", silero_rows),
    "ACAS Xu 1,1": competition("acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx.gz", uniform(-0.5, 0.5, (1, 1, 5), None)),
    "mnist_fc 256x4": competition("mnist_fc/onnx/mnist-net_256x4.onnx.gz", uniform(0, 1, (784, 1), None)),
    "safenlp": competition("safenlp/onnx/medical/perturbations_0.onnx.gz", uniform(-1, 1, (30,), None)),
    "oval21": competition("oval21/onnx/cifar_base_kw.onnx.gz", uniform(0, 1, (3, 32, 32), None)),
    "MLP 784-256x4-10": exported(mlp, uniform(0, 1, (784,))),
    "CNN 1x28x28": exported(cnn, uniform(-1, 1, (1, 28, 28))),
    "transformer encoder": exported(encoder, uniform(-1, 1, (64, 128))),
    "ResNet-18, 224x224": exported(resnet18, uniform(-1, 1, (3, 224, 224)), (1, 8)),
}


# The rivals, each run as this script in a process of its own.


def best(seconds, body):
    for _ in range(3):
        body()
    least, end = float("inf"), time.perf_counter() + seconds
    while least == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        body()
        least = min(least, time.perf_counter() - start)
    return least


def rows_of(path):
    with numpy.load(path) as loaded:
        return dict(loaded)


def runtime(path, rows, threads, seconds):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    rows = rows_of(rows)
    count = len(next(iter(rows.values())))
    singles = [rows]
    if is_single(session, rows):
        # The file takes one row at a time.
        singles = [{name: array[i:i + 1] for name, array in rows.items()} for i in range(count)]

    def body():
        for each in singles:
            session.run(None, each)

    return count / best(seconds, body)


def is_single(session, rows):
    first = session.get_inputs()[0].shape[0]
    return isinstance(first, int) and first != len(rows[session.get_inputs()[0].name])


def torch_both(path, rows, threads, seconds):
    import torch

    import torch_graph

    torch.set_num_threads(threads)
    rows = {name: torch.from_numpy(array) for name, array in rows_of(rows).items()}
    network = torch_graph.Network(path)
    count = len(next(iter(rows.values())))

    def body():
        leaves = {name: row.requires_grad_() if row.is_floating_point() else row for name, row in rows.items()}
        wanted = [leaf for leaf in leaves.values() if leaf.requires_grad]
        torch.autograd.grad(network(leaves)[0].sum(), wanted, allow_unused=True)

    return count / best(seconds, body)


def rival(kind, path, rows):
    command = [sys.executable, __file__, "--rival", kind, str(path), str(rows), "--seconds", str(OPTIONS.seconds)]
    command += ["--threads", str(OPTIONS.threads)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return (float("nan"), float("nan"), done.stderr.strip().splitlines()[-1:])
    return (*json.loads(done.stdout), [])


def ours(path, rows, *flags):
    command = [OPTIONS.engine, str(path), str(rows), str(OPTIONS.threads), str(OPTIONS.seconds), *flags]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{path}: {done.stderr}")
    return [float(word) for word in done.stdout.split()]


# The table.


def measure(path, folder, has_gradient):
    rows, apart = folder / "rows.npz", folder / "apart.npz"
    figures = {"forward": [], "memory": [], "gradient": []}
    for _ in range(OPTIONS.rounds):
        mine, (theirs, their_memory, _) = ours(path, apart, "--forward"), rival("runtime", path, rows)
        figures["forward"].append((mine[0], theirs))
        figures["memory"].append((mine[2], their_memory))
        if has_gradient:
            figures["gradient"].append((ours(path, apart)[1], rival("torch", path, rows)[0]))
    return figures


def ratio(pairs):
    ratios = [mine / theirs for mine, theirs in pairs]
    return f"**{statistics.median(ratios):.2f}**" if ratios else "–"


def shown(value):
    return "–" if value != value else f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def chosen(folder):
    """The networks that are there and asked for: name, file, rows, batch sizes."""
    for name, (file, rows, batches) in NETWORKS.items():
        if not OPTIONS.only or name in OPTIONS.only:
            path = file(folder)
            if path is not None:
                yield name, path, rows, batches


def table(folder):
    print("| network | batch | forward: ours | ONNX Runtime | ratio | with gradient: ours | PyTorch | ratio | MB: ours | ONNX Runtime |")
    print("|---" * 10 + "|")
    for name, path, rows, batches in chosen(folder):
        for batch in batches:
            data = named(path, rows(batch))
            numpy.savez(folder / "rows.npz", **data)
            numpy.savez(folder / "apart.npz", **apart(data))
            got = measure(path, folder, all(array.dtype != numpy.int32 for array in data.values()))
            most = {key: [max(side) for side in zip(*pairs)] or [float("nan")] * 2 for key, pairs in got.items()}
            print(f"| {name} | {batch} | {shown(most['forward'][0])} | {shown(most['forward'][1])} | {ratio(got['forward'])}"
                  f" | {shown(most['gradient'][0])} | {shown(most['gradient'][1])} | {ratio(got['gradient'])}"
                  f" | {shown(most['memory'][0])} | {shown(most['memory'][1])} |", flush=True)


def tilings(folder):
    print("| network | batch | forward: together | lane by lane | ratio | with gradient: together | lane by lane | ratio |")
    print("|---" * 8 + "|")
    for name, path, rows, batches in chosen(folder):
        batch = batches[-1]
        numpy.savez(folder / "apart.npz", **apart(named(path, rows(batch))))
        both = [ours(path, folder / "apart.npz", flag) for flag in ("--together", "--lane-by-lane")]
        print(f"| {name} | {batch} | {shown(both[0][0])} | {shown(both[1][0])} | {both[1][0] / both[0][0]:.2f}"
              f" | {shown(both[0][1])} | {shown(both[1][1])} | {both[1][1] / both[0][1]:.2f} |", flush=True)


def named(path, rows):
    """Gives a column without a name that of the file's input."""
    if None not in rows:
        return rows
    import onnx

    graph = onnx.load(path, load_external_data=False).graph
    weights = {each.name for each in graph.initializer}
    return {next(each.name for each in graph.input if each.name not in weights): rows[None]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default=".build/release/engine-benchmark")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--vnncomp", help="folder of VNN-COMP's benchmarks")
    parser.add_argument("--only", type=lambda text: text.split(";"), help="names, a semicolon between them")
    parser.add_argument("--tiling", action="store_true")
    parser.add_argument("--rival", nargs=3, help=argparse.SUPPRESS)
    global OPTIONS
    OPTIONS = parser.parse_args()
    if OPTIONS.rival:
        kind, path, rows = OPTIONS.rival
        speed = {"runtime": runtime, "torch": torch_both}[kind](path, rows, OPTIONS.threads, OPTIONS.seconds)
        # Not that of getrusage, which counts what the parent had when it forked.
        peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
        return print(json.dumps([speed, peak]))
    with tempfile.TemporaryDirectory() as folder:
        (tilings if OPTIONS.tiling else table)(pathlib.Path(folder))


if __name__ == "__main__":
    main()
