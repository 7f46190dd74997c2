"""Writes ONNX files node by node, so that every tensor has the name the specs use."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


class Graph:
    """Nodes and weights in the order they are added; a node and its one output share a name."""

    def __init__(self):
        self.nodes = []
        self.weights = []

    def weight(self, name, value, dtype=np.float32):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=dtype), name))
        return name

    def add(self, operator, name, inputs, outputs=None, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, outputs or [name], name=name, **attributes))
        return name

    def dense(self, name, source, weight, bias):
        """source [n, in] times weight [out, in] transposed, plus bias [out]."""
        parameters = [self.weight(f"{name}.weight", weight), self.weight(f"{name}.bias", bias)]
        return self.add("Gemm", name, [source, *parameters], transB=1)

    def save(self, path, name, inputs, outputs, opset=17):
        """inputs and outputs: lists of (name, shape) of float32 tensors."""
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(n, FLOAT, s) for n, s in inputs],
            [helper.make_tensor_value_info(n, FLOAT, s) for n, s in outputs],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="gainsay")
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, path)
