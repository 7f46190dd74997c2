"""Times the engine beside PyTorch and ONNX Runtime: the same networks and inputs, side by side, in turns, in one run.

Each rival takes a row-major batch and gives one back. Prints samples a second (of the best pass; what else runs can
only slow one down) and the ratios, as Markdown. Networks of random weights are always measured; with a folder of VNN-COMP
benchmarks also trained ones, on inputs of their properties: there more activations are zero, and alike in neighbours.

    python3 Tests/Conformance/engine_benchmark.py --engine .build/release/engine-benchmark --vnncomp FOLDER
"""

import argparse
import gzip
import os
import re
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


def trained(path):
    """A network of dense layers and ReLU, from ONNX."""
    model = onnx.load_from_string(gzip.open(path).read())
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    layers = []
    for node in model.graph.node:
        found = [constants[name] for name in node.input if name in constants]
        if node.op_type in ("Gemm", "MatMul"):
            turned = any(each.name == "transB" and each.i for each in node.attribute)
            weight = torch.tensor(found[0] if turned else found[0].T)
            layers.append(torch.nn.Linear(weight.shape[1], weight.shape[0]))
            layers[-1].weight.data = weight.contiguous()
            layers[-1].bias.data = torch.tensor(found[1]) if len(found) > 1 else torch.zeros(weight.shape[0])
        elif node.op_type == "Add":
            layers[-1].bias.data = layers[-1].bias.data + torch.tensor(found[0]).flatten()
        elif node.op_type == "Relu":
            layers.append(torch.nn.ReLU())
    return torch.nn.Sequential(*layers)


def box(path):
    """The bounds of the inputs in a VNN-LIB property."""
    text = gzip.open(path, "rt").read()
    bounds = {">=": {}, "<=": {}}
    for sign, index, number in re.findall(r"\(assert \((<=|>=) X_(\d+) ([-+.\de]+)\)\)", text):
        bounds[sign][int(index)] = float(number)
    return [numpy.array([bounds[sign][index] for index in sorted(bounds[sign])]) for sign in (">=", "<=")]


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
        elif isinstance(layer, torch.nn.MaxPool2d):
            sides = [layer.kernel_size] * 2
            nodes.append(helper.make_node("MaxPool", [name], [result], kernel_shape=sides, strides=sides))
        else:
            nodes.append(helper.make_node("Flatten", [name], [result]))
        name = result
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *shape])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", network[-1].out_features])], weights)
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


def measure(network, points, threads, folder, engine, rounds, seconds):
    path, rows, batch = os.path.join(folder, "network.onnx"), os.path.join(folder, "rows"), len(points)
    export(network, list(points.shape[1:]), path)
    points.tofile(rows)
    torch.set_num_threads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
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
            [engine, path, rows, str(threads), str(seconds)], capture_output=True, text=True, check=True)
        forward, both = map(float, done.stdout.split())
        figures["ours"].append(forward)
        figures["ours both"].append(both)
        figures["torch"].append(batch / best(seconds, torch_forward))
        figures["torch both"].append(batch / best(seconds, torch_both))
        figures["onnxruntime"].append(batch / best(seconds, lambda: session.run(None, {"input": points})))
    return {name: max(values) for name, values in figures.items()}


def uniform(lower, upper, batch, shape):
    return numpy.random.default_rng(0).uniform(lower, upper, (batch, *shape)).astype(numpy.float32)


def random_networks():
    torch.manual_seed(0)
    acas = mlp([5] + [50] * 6 + [5]), uniform(-1, 1, 1024, [5])
    return [
        ("5-50x6-5", *acas, 1), ("5-50x6-5", *acas, 2),
        ("784-256x4-10", mlp([784, 256, 256, 256, 256, 10]), uniform(-1, 1, 256, [784]), 2),
        ("CNN 1x28x28", cnn(), uniform(-1, 1, 256, [1, 28, 28]), 2),
    ]


def trained_networks(folder):
    acas = trained(f"{folder}/acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx.gz")
    mnist = trained(f"{folder}/mnist_fc/onnx/mnist-net_256x4.onnx.gz")
    lower, upper = numpy.array([-0.3284, -0.5, -0.5, -0.5, -0.5]), numpy.array([0.6799, 0.5, 0.5, 0.5, 0.5])
    cases = [(f"ACAS Xu 1,1, {name}", acas, uniform(*bounds, 1024, [5]), 2) for name, bounds in (
        ("all inputs", (lower, upper)), ("property 1", box(f"{folder}/acasxu/vnnlib/prop_1.vnnlib.gz")),
        ("property 3", box(f"{folder}/acasxu/vnnlib/prop_3.vnnlib.gz")))]
    bounds = box(f"{folder}/mnist_fc/vnnlib/prop_0_0.03.vnnlib.gz")
    return cases + [("mnist_fc 256x4, property 0", mnist, uniform(*bounds, 256, [784]), 2)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", default=".build/release/engine-benchmark")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=0.5)
    arguments.add_argument("--vnncomp", help="folder with acasxu/ and mnist_fc/")
    options = arguments.parse_args()
    cases = random_networks() + (trained_networks(options.vnncomp) if options.vnncomp else [])
    print(f"PyTorch {torch.__version__}, ONNX Runtime {onnxruntime.__version__}; thousand samples a second\n")
    print("| network | batch | threads | forward: ours | ONNX Runtime | PyTorch | ours / ONNX Runtime | with gradient: ours"
          " | PyTorch | ours / PyTorch |\n" + "|---" * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for name, network, points, threads in cases:
            got = measure(network, points, threads, folder, options.engine, options.rounds, options.seconds)
            thousands = {key: f"{value / 1e3:,.0f}" for key, value in got.items()}
            print(f"| {name} | {len(points)} | {threads} | {thousands['ours']} | {thousands['onnxruntime']} | {thousands['torch']}"
                  f" | **{got['ours'] / got['onnxruntime']:.2f}** | {thousands['ours both']} | {thousands['torch both']}"
                  f" | **{got['ours both'] / got['torch both']:.2f}** |", flush=True)


if __name__ == "__main__":
    main()
