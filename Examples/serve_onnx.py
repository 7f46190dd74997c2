"""Serves an ONNX file as ONNX Runtime computes it: python3 serve_onnx.py MODEL.onnx [INPUT=1,10,3 ...]

The shape of an input has to be said where the file leaves more open than its first size, which is then 1. Needs onnxruntime and
numpy. `gainsay check spec.say --confirm "python3 serve_onnx.py net.onnx"` asks it about every counterexample."""
import os
import sys

import numpy
import onnxruntime

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from serve import serve

TYPES = {"tensor(float)": ("float32", "f4"), "tensor(double)": ("float64", "f8"), "tensor(bool)": ("bool", "?")}
TYPES |= {f"tensor({word})": ("int64", word) for word in ("int64", "int32", "int16", "int8", "uint8")}
given = {name: [int(size) for size in sizes.split(",")] for name, sizes in (word.split("=") for word in sys.argv[2:])}
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])


def shape(port):
    return given.get(port.name) or [1 if place == 0 and not isinstance(size, int) else size
                                    for place, size in enumerate(port.shape)]


def run(feeds):
    return dict(zip((port.name for port in session.get_outputs()), session.run(None, feeds)))


# One row of zeros says the shapes of the outputs.
zeros = {port.name: numpy.zeros(shape(port), TYPES[port.type][1]) for port in session.get_inputs()}
inputs = {port.name: (TYPES[port.type][0], zeros[port.name].shape) for port in session.get_inputs()}
outputs = {port.name: (TYPES[port.type][0], array.shape)
           for port, array in zip(session.get_outputs(), run(zeros).values())}


def answer(**rows):
    """Row by row, as Gainsay evaluates what it has found: alone."""
    count = len(next(iter(rows.values())))
    answers = [run({name: numpy.array(rows[name][row], array.dtype) for name, array in zeros.items()})
               for row in range(count)]
    return {name: [found[name].tolist() for found in answers] for name in outputs}


serve(answer, inputs, outputs)
