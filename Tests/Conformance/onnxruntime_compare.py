"""Writes what ONNX Runtime answers, for ModelsTests/RuntimePairTests.swift to compare with.

    python3 Tests/Conformance/onnxruntime_compare.py OUT MODEL...
    GAINSAY_ONNXRUNTIME_PAIRS=OUT swift test --filter RuntimePairTests

A MODEL is an .onnx or .onnx.gz file, or a folder that is searched for them. For each model OUT gets an .npz with
`input_0`, `input_1`, ... and `output_0`, ..., a leading axis of samples in front of each shape, and a line in pairs.txt:
the .npz, a tab, the model's path, a tab, how far the answers may differ: 1e-5 of the largest magnitude, 2e-3 where there are
16-bit floats. Inputs are drawn uniformly from -1 to 1 with a fixed seed. Open dimensions are 1.

Models that ONNX ships with answers of their own (the folders of onnx/backend/test/data) are compared with those instead:
`test_data_set_0` beside a model, or, of the light ones, `MODEL_output_0.pb`. What trains is left out.

Needs numpy, onnx and onnxruntime.
"""

import gzip
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort

SAMPLES = 16


def models(arguments):
    for argument in map(pathlib.Path, arguments):
        if argument.is_file():
            yield argument
        else:
            yield from sorted(p for p in argument.rglob("*") if p.name.endswith((".onnx", ".onnx.gz")))


def read(path):
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def draw(random, value):
    shape = [size if isinstance(size, int) else 1 for size in value.shape]
    kinds = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
    if value.type in kinds:
        return random.uniform(-1, 1, size=shape).astype(kinds[value.type])
    if value.type == "tensor(bool)":
        return random.integers(0, 2, size=shape).astype(bool)
    return random.integers(0, 4, size=shape).astype(np.int64)


def is_narrow(path):
    """Whether a file has 16-bit floats; a file that only names their types is compared less strictly than it might be."""
    model = onnx.load_from_string(read(path))
    narrow = {onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16}
    values = [*model.graph.input, *model.graph.output]
    casts = [a.i for n in model.graph.node for a in n.attribute if n.op_type == "Cast"]
    return bool(narrow & {*casts, *(v.type.tensor_type.elem_type for v in values)})


def pair(path, random):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(read(path), options, providers=["CPUExecutionProvider"])
    inputs = [[] for _ in session.get_inputs()]
    outputs = [[] for _ in session.get_outputs()]
    for _ in range(SAMPLES):
        feed = {}
        for place, value in enumerate(session.get_inputs()):
            feed[value.name] = draw(random, value)
            kept = feed[value.name]
            inputs[place].append(kept.astype(np.float32) if kept.dtype == np.float16 else kept)
        for place, value in enumerate(session.run(None, feed)):
            outputs[place].append(value.astype(np.float32) if value.dtype == np.float16 else value)
    arrays = {f"input_{i}": np.stack(a) for i, a in enumerate(inputs)}
    arrays |= {f"output_{i}": np.stack(a) for i, a in enumerate(outputs)}
    return arrays


def tensor(path):
    message = onnx.TensorProto()
    message.ParseFromString(path.read_bytes())
    array = onnx.numpy_helper.to_array(message)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def numbered(folder, name):
    return sorted(folder.glob(f"{name}_[0-9]*.pb"), key=lambda p: int(p.stem.rsplit("_", 1)[1]))


def recorded(path):
    """The inputs and outputs that are written down for a model; nothing where there are none."""
    folder = path.parent / "test_data_set_0"
    if folder.is_dir():
        inputs, outputs = ([tensor(p) for p in numbered(folder, n)] for n in ("input", "output"))
    elif answers := numbered(path.parent, f"{path.stem}_output"):
        graph = onnx.load(path).graph
        given = {i.name for i in graph.initializer}
        shapes = [[d.dim_value for d in i.type.tensor_type.shape.dim] for i in graph.input if i.name not in given]
        inputs = [(np.arange(np.prod(s)).reshape(s) / np.prod(s)).astype(np.float32) for s in shapes]
        outputs = [tensor(p) for p in answers]
    else:
        return None
    arrays = {f"input_{i}": a[None] for i, a in enumerate(inputs)}
    return arrays | {f"output_{i}": a[None] for i, a in enumerate(outputs)}


def trains(path):
    return any(s.domain == "ai.onnx.preview.training" for s in onnx.load_from_string(read(path)).opset_import)


def main(out, arguments):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for index, path in enumerate(models(arguments)):
        if trains(path):
            print(f"left out, for it trains: {path}")
            continue
        try:
            arrays = recorded(path) or pair(path, np.random.default_rng(index))
            if any(array.dtype == object for array in arrays.values()):
                raise ValueError("texts")
            np.savez(out / f"{index}.npz", **arrays)
        except Exception as error:
            print(f"left out: {path}: {str(error)[:200]}")
            continue
        lines.append(f"{index}.npz\t{path.resolve()}\t{2e-3 if is_narrow(path) else 1e-5}\n")
    (out / "pairs.txt").write_text("".join(lines))
    print(f"{len(lines)} models")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
