"""Small networks of PyTorch, written as ONNX node by node, and points for them: what benchmarks share."""

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper


def mlp(sizes):
    layers = []
    for first, second in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(first, second), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


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


def uniform(lower, upper, batch, shape):
    return numpy.random.default_rng(0).uniform(lower, upper, (batch, *shape)).astype(numpy.float32)
