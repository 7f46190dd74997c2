"""Times the engine beside PyTorch and ONNX Runtime: the same networks, side by side, in turns, in one run.

Each rival takes a row-major batch and gives one back. Prints samples a second (the median over the rounds of each round's
best pass) and the ratios, as Markdown.

    python3 Tests/Conformance/engine_benchmark.py --engine .build/release/engine-benchmark
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper


def mlp(sizes):
    layers = []
    for first, second in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(first, second), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def cnn():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(16, 32, 3, stride=2, padding=1),
        torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(32 * 14 * 14, 100), torch.nn.ReLU(),
        torch.nn.Linear(100, 10))


def export(network, shape, path):
    """The network as ONNX, node by node."""
    nodes, weights, name = [], [], "input"

    def weight(array):
        weights.append(numpy_helper.from_array(array.detach().numpy(), f"w{len(weights)}"))
        return weights[-1].name

    for index, layer in enumerate(network):
        result = f"v{index}"
        if isinstance(layer, torch.nn.Linear):
            nodes.append(helper.make_node(
                "Gemm", [name, weight(layer.weight), weight(layer.bias)], [result], transB=1))
        elif isinstance(layer, torch.nn.Conv2d):
            nodes.append(helper.make_node(
                "Conv", [name, weight(layer.weight), weight(layer.bias)], [result], strides=list(layer.stride),
                pads=list(layer.padding) * 2))
        elif isinstance(layer, torch.nn.ReLU):
            nodes.append(helper.make_node("Relu", [name], [result]))
        else:
            nodes.append(helper.make_node("Flatten", [name], [result]))
        name = result
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *shape])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 10 if shape != [5] else 5])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def best(seconds, body):
    for _ in range(3):
        body()
    least, end = float("inf"), time.perf_counter() + seconds
    while least == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        body()
        least = min(least, time.perf_counter() - start)
    return least


def measure(network, shape, batch, threads, path, engine, rounds, seconds):
    export(network, shape, path)
    torch.set_num_threads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    points = numpy.random.default_rng(0).uniform(-1, 1, (batch, *shape)).astype(numpy.float32)
    tensor = torch.from_numpy(points)

    def torch_forward():
        with torch.no_grad():
            network(tensor)

    def torch_both():
        leaf = tensor.detach().requires_grad_()
        torch.autograd.grad(network(leaf).sum(), leaf)

    figures = {name: [] for name in ("ours", "ours both", "torch", "torch both", "onnxruntime")}
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for _ in range(rounds):
        done = subprocess.run(
            [engine, path, str(batch), str(threads), str(seconds)], capture_output=True, text=True, check=True)
        forward, both = map(float, done.stdout.split())
        figures["ours"].append(forward)
        figures["ours both"].append(both)
        figures["torch"].append(batch / best(seconds, torch_forward))
        figures["torch both"].append(batch / best(seconds, torch_both))
        figures["onnxruntime"].append(batch / best(seconds, lambda: session.run(None, {"input": points})))
    return {name: statistics.median(values) for name, values in figures.items()}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", default=".build/release/engine-benchmark")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=0.5)
    options = arguments.parse_args()
    torch.manual_seed(0)
    acas = [5] + [50] * 6 + [5]
    cases = [
        ("ACAS Xu, 5-50x6-5", mlp(acas), [5], 1024, 1), ("ACAS Xu, 5-50x6-5", mlp(acas), [5], 1024, 2),
        ("784-256x4-10", mlp([784, 256, 256, 256, 256, 10]), [784], 256, 2),
        ("CNN 1x28x28", cnn(), [1, 28, 28], 256, 2),
    ]
    print(f"PyTorch {torch.__version__}, ONNX Runtime {onnxruntime.__version__}; thousand samples a second\n")
    print("| network | batch | threads | forward: ours | ONNX Runtime | PyTorch | ours / ONNX Runtime | with gradient: ours"
          " | PyTorch | ours / PyTorch |\n" + "|---" * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for name, network, shape, batch, threads in cases:
            path = os.path.join(folder, "network.onnx")
            got = measure(
                network, shape, batch, threads, path, options.engine, options.rounds, options.seconds)
            thousands = {key: f"{value / 1e3:,.0f}" for key, value in got.items()}
            print(f"| {name} | {batch} | {threads} | {thousands['ours']} | {thousands['onnxruntime']} | {thousands['torch']}"
                  f" | **{got['ours'] / got['onnxruntime']:.2f}** | {thousands['ours both']} | {thousands['torch both']}"
                  f" | **{got['ours both'] / got['torch both']:.2f}** |", flush=True)


if __name__ == "__main__":
    main()
