"""How often the search finds what random sampling does not find in networks that are flat nearly everywhere.

    python3 Tests/Conformance/binarised.py GAINSAY OUT [--seeds 12] [--budget 3s]

Makes networks of three layers with random signs for weights, whose inner values go through Sign, through Where between two
constants, or through QuantizeLinear and back. Around an input with a large lead the radius is two thirds of that at which
20,000 random points first change the class; a change within it is looked for. Prints a line for each network, and how many
were found.

Needs numpy, onnx and onnxruntime.
"""

import argparse
import pathlib
import subprocess

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

SIZES = [400, 64, 64, 10]
KINDS = ["Sign", "Where", "QuantizeLinear"]
SAMPLES = 20_000


def flat(kind, x, layer):
    """Nodes that make `s{layer}` of x."""
    result = f"s{layer}"
    if kind == "Sign":
        return [helper.make_node("Sign", [x], [result])]
    if kind == "Where":
        is_positive = helper.make_node("Greater", [x, "zero"], [f"g{layer}"])
        return [is_positive, helper.make_node("Where", [f"g{layer}", "one", "minus"], [result])]
    quantised = helper.make_node("QuantizeLinear", [x, "scale", "point"], [f"q{layer}"])
    return [quantised, helper.make_node("DequantizeLinear", [f"q{layer}", "scale", "point"], [result])]


def network(kind, random):
    constants = {"zero": np.float32(0), "one": np.float32(1), "minus": np.float32(-1)}
    constants |= {"scale": np.float32(30), "point": np.int8(0)}
    nodes, x = [], "x"
    for layer, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
        constants[f"w{layer}"] = np.sign(random.normal(size=(inputs, outputs))).astype(np.float32)
        constants[f"b{layer}"] = (random.normal(size=outputs) * 0.5 + 0.3).astype(np.float32)
        nodes.append(helper.make_node("MatMul", [x, f"w{layer}"], [f"m{layer}"]))
        nodes.append(helper.make_node("Add", [f"m{layer}", f"b{layer}"], [f"a{layer}"]))
        x = f"a{layer}"
        if layer + 2 < len(SIZES):
            nodes += flat(kind, x, layer)
            x = f"s{layer}"
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "binarised",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", SIZES[0]])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", SIZES[-1]])],
        [numpy_helper.from_array(value, name) for name, value in constants.items() if name in used],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def radius(classes, centre, label, random):
    size = 0.02
    while size < 0.6:
        steps = random.uniform(-1, 1, (SAMPLES, SIZES[0])).astype(np.float32)
        steps[SAMPLES // 2 :] = np.sign(steps[SAMPLES // 2 :])
        if (classes(centre + size * steps) != label).any():
            break
        size *= 1.15
    return size / 1.5


def write(folder, seed):
    random, kind = np.random.default_rng(seed), KINDS[seed % len(KINDS)]
    model = network(kind, random)
    onnx.save(model, folder / f"{seed}.onnx")
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = random.uniform(0, 1, (SAMPLES, SIZES[0])).astype(np.float32)
    scores = np.sort(answers := session.run(None, {"x": inputs})[0], axis=1)
    best = int(np.argmax(scores[:, -1] - scores[:, -2]))
    centre, label = inputs[best], int(answers[best].argmax())
    size = radius(lambda x: session.run(None, {"x": x})[0].argmax(axis=1), centre, label, random)
    np.savez(folder / f"{seed}.npz", x=centre[None])
    spec = folder / f"{seed}.say"
    spec.write_text(
        f'model net : (x: Tensor[{SIZES[0]}]) -> (y: Tensor[{SIZES[-1]}]) from "{seed}.onnx"\n'
        f'data d : {{ x: Tensor[{SIZES[0]}] }} from "{seed}.npz"\n'
        f"property p {{ forall n: Tensor[{SIZES[0]}] in [-{size:.4f}, {size:.4f}]"
        f" check argmax(net(d[0].x + n)) == {label} }}\n"
    )
    return kind, size, spec


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--budget", default="3s")
    given = parser.parse_args()
    ort.set_default_logger_severity(3)
    given.out.mkdir(parents=True, exist_ok=True)
    found = 0
    for seed in range(given.seeds):
        kind, size, spec = write(given.out, seed)
        command = [given.gainsay, "check", spec, "--budget", given.budget, "--no-cases", "--threads", "1"]
        result = subprocess.run(command, capture_output=True, text=True)
        found += result.returncode == 1
        print(f"{seed} {kind} radius {size:.4f}: {'found' if result.returncode == 1 else 'not found'}", flush=True)
    print(f"{found} of {given.seeds} found")


if __name__ == "__main__":
    main()
