"""An ONNX file run by PyTorch's own operators, node by node: the rival in benchmarks of gradients."""

import numpy
import onnx
import torch
from onnx import numpy_helper


class Network:
    def __init__(self, path):
        graph = onnx.load(path).graph
        self.nodes, self.outputs = list(graph.node), [each.name for each in graph.output]
        self.weights = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}

    def __call__(self, inputs):
        values = {**self.weights, **inputs, "": None}
        run(self.nodes, values)
        return [values[name] for name in self.outputs]


def run(nodes, values):
    for node in nodes:
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        if node.op_type == "If":
            branch = attributes["then_branch" if bool(values[node.input[0]]) else "else_branch"]
            inner = dict(values)
            inner.update({each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in branch.initializer})
            run(branch.node, inner)
            results = [inner[each.name] for each in branch.output]
        else:
            results = OPERATORS[node.op_type](*(values[name] for name in node.input), **attributes)
        results = results if isinstance(results, (list, tuple)) else [results]
        for name, result in zip(node.output, results):
            values[name] = result


def sizes(tensor):
    return [int(each) for each in tensor]


def convolution(x, w, b=None, *, strides=None, pads=None, dilations=None, group=1, **_):
    rank = x.dim() - 2
    pads = pads or [0] * (2 * rank)
    if pads[:rank] != pads[rank:]:
        x = torch.nn.functional.pad(x, [each for d in reversed(range(rank)) for each in (pads[d], pads[rank + d])])
        pads = [0] * (2 * rank)
    function = [torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d][rank - 1]
    return function(x, w, b, strides or 1, pads[:rank], dilations or 1, group)


def gemm(a, b, c=None, *, alpha=1.0, beta=1.0, transA=0, transB=0):
    product = (a.T if transA else a) @ (b.T if transB else b)
    product = product if alpha == 1 else alpha * product
    return product if c is None else product + (c if beta == 1 else beta * c)


def reshape(x, shape, **_):
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(sizes(shape))])


def cut(x, starts, ends, axes=None, steps=None):
    axes = sizes(axes) if axes is not None else range(len(starts))
    for i, axis in enumerate(axes):
        step = int(steps[i]) if steps is not None else 1
        begin, end = int(starts[i]), int(ends[i])
        if step < 0:
            places = torch.tensor(range(x.shape[axis])[begin:end if end > -(2**31) else None:step])
            x = x.index_select(axis, places)
            continue
        x = x[(slice(None),) * (axis % x.dim()) + (slice(begin, end if abs(end) < 2**31 - 1 else None, step),)]
    return x


def pad(x, pads, value=None, axes=None, *, mode=b"constant"):
    pads, axes = sizes(pads), sizes(axes) if axes is not None else list(range(x.dim()))
    widths = [0] * (2 * x.dim())
    for i, axis in enumerate(axes):
        at = 2 * (x.dim() - 1 - axis % x.dim())
        widths[at], widths[at + 1] = pads[i], pads[len(axes) + i]
    if mode == b"constant":
        return torch.nn.functional.pad(x, widths, value=0 if value is None else float(value))
    lead = x.dim()
    while widths and widths[-2:] == [0, 0]:
        widths = widths[:-2]
    while x.dim() < len(widths) // 2 + 2:
        x = x.unsqueeze(0)
    padded = torch.nn.functional.pad(x, widths, mode={b"reflect": "reflect", b"edge": "replicate"}[mode])
    return padded.reshape(padded.shape[padded.dim() - lead:])


def pool(x, *, kernel_shape, strides=None, pads=None, **_):
    rank = len(kernel_shape)
    return torch.nn.functional.max_pool2d(x, kernel_shape, strides or 1, (pads or [0] * (2 * rank))[:rank])


def unsqueeze(x, axes, **_):
    for axis in sorted(sizes(axes)):
        x = x.unsqueeze(axis)
    return x


def squeeze(x, axes=None, **_):
    if axes is None:
        return x.squeeze()
    for axis in sorted((each % x.dim() for each in sizes(axes)), reverse=True):
        x = x.squeeze(axis)
    return x


def lstm(x, w, r, b=None, lengths=None, h=None, c=None, *, hidden_size, **_):
    """One direction. ONNX's gates are i, o, f, c; PyTorch's i, f, c, o."""

    def turned(weights):
        i, o, f, g = weights.chunk(4)
        return torch.cat([i, f, g, o])

    first, second = b[0].chunk(2)
    weights = [turned(w[0]), turned(r[0]), turned(first), turned(second)]
    out, h, c = torch._VF.lstm(x, (h, c), weights, True, 1, 0.0, False, False, False)
    return out.unsqueeze(1), h, c


def constant(*, value=None, value_int=None, value_ints=None, value_float=None, **_):
    if value is not None:
        return torch.from_numpy(numpy_helper.to_array(value).copy())
    return torch.tensor(next(each for each in (value_int, value_ints, value_float) if each is not None))


ELEMENTS = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 11: torch.float64}

OPERATORS = {
    "Add": torch.add,
    "Cast": lambda x, *, to, **_: x.to(ELEMENTS[to]),
    "Concat": lambda *x, axis: torch.cat(x, axis),
    "Constant": constant,
    "ConstantOfShape": lambda shape, *, value=None: torch.full(
        sizes(shape), numpy_helper.to_array(value).item() if value is not None else 0.0),
    "Conv": convolution,
    "Div": lambda a, b: torch.div(a, b, rounding_mode=None if a.is_floating_point() else "trunc"),
    "Equal": torch.eq,
    "Erf": torch.erf,
    "Expand": lambda x, shape: x.expand(numpy.broadcast_shapes(tuple(x.shape), tuple(sizes(shape)))),
    "Flatten": lambda x, *, axis=1: x.flatten(axis),
    "Gather": lambda x, index, *, axis=0: (
        x.select(axis, int(index)) if index.dim() == 0 else x.index_select(axis, index % x.shape[axis])),
    "Gelu": lambda x, **_: torch.nn.functional.gelu(x),
    "Gemm": gemm,
    "GlobalAveragePool": lambda x: torch.nn.functional.adaptive_avg_pool2d(x, 1),
    "Identity": lambda x: x,
    "LSTM": lstm,
    "LayerNormalization": lambda x, scale, bias=None, *, axis=-1, epsilon=1e-5, **_: torch.nn.functional.layer_norm(
        x, x.shape[axis:], scale, bias, epsilon),
    "MatMul": torch.matmul,
    "MaxPool": pool,
    "Mul": torch.mul,
    "Not": torch.logical_not,
    "Pad": pad,
    "Pow": torch.pow,
    "ReduceMean": lambda x, axes=None, *, keepdims=1, **other: x.mean(
        sizes(axes) if axes is not None else other["axes"], bool(keepdims)),
    "Relu": torch.relu,
    "Reshape": reshape,
    "Shape": lambda x, **_: torch.tensor(x.shape),
    "Sigmoid": torch.sigmoid,
    "Size": lambda x: torch.tensor(x.numel()),
    "Slice": cut,
    "Softmax": lambda x, *, axis=-1: torch.softmax(x, axis),
    "Split": lambda x, split=None, *, axis=0, num_outputs=None: x.split(
        sizes(split) if split is not None else x.shape[axis] // num_outputs, axis),
    "Sqrt": torch.sqrt,
    "Squeeze": squeeze,
    "Sub": torch.sub,
    "Tanh": torch.tanh,
    "Transpose": lambda x, *, perm: x.permute(perm),
    "Unsqueeze": unsqueeze,
}
