"""Exports the policy of the PyPI package foundation-policy to ONNX and checks that it is the same function.

    python export.py            # quadrotor.onnx

Packages: ../requirements.txt. The policy (J. Eschmann and others, MIT licence) is a Dense, a GRU and a Dense layer; it sees 22
numbers and gives 4 motor commands. The GRU's state is an input and an output of the exported model.
"""

import argparse
import pathlib
import sys

import numpy as np
import onnxruntime
from foundation_policy import Raptor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnxfile import Graph


def gates(matrix):
    """The package stacks reset, update, new; ONNX stacks update, reset, new."""
    reset, update, new = np.split(matrix, 3)
    return np.concatenate([update, reset, new])


def build(policy, path):
    dense, gru, head = policy.layers[:3]
    hidden = gru.hidden_dim
    graph = Graph()
    axis = graph.weight("time_axis", [0], np.int64)
    graph.dense("encoder/Gemm", "observation", dense.weights, dense.biases.ravel())
    graph.add("Relu", "encoder/Relu", ["encoder/Gemm"])
    graph.add("Unsqueeze", "gru/input", ["encoder/Relu", axis])
    graph.add("Unsqueeze", "gru/state", ["hidden", axis])
    weights = [
        graph.weight("gru.W", gates(gru.weights_input)[None]),
        graph.weight("gru.R", gates(gru.weights_hidden)[None]),
        graph.weight("gru.B", np.concatenate([gates(gru.biases_input), gates(gru.biases_hidden)])[None]),
    ]
    graph.add(
        "GRU", "gru/GRU", ["gru/input", *weights, "", "gru/state"], ["", "gru/Y_h"], hidden_size=hidden, linear_before_reset=1
    )
    graph.add("Squeeze", "next_hidden", ["gru/Y_h", axis])
    graph.dense("motors", "next_hidden", head.weights, head.biases.ravel())
    graph.save(
        path, "quadrotor", [("observation", [1, 22]), ("hidden", [1, hidden])], [("motors", [1, 4]), ("next_hidden", [1, hidden])]
    )


def replay(path, observations):
    """Runs the exported model along a sequence [steps, 22] from the state of rest."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    state, motors = np.zeros((1, 16), np.float32), []
    for observation in observations.astype(np.float32):
        command, state = session.run(["motors", "next_hidden"], {"observation": observation[None], "hidden": state})
        motors.append(command[0])
    return np.array(motors)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    path = parser.parse_args().out / "quadrotor.onnx"
    policy = Raptor()  # raises where the package's own recorded example (500 steps) is not reproduced
    assert not policy.layers[1].initial_hidden_state.any(), "the state of rest is zero"
    build(policy, path)
    observations = np.random.default_rng(0).uniform(-1, 1, (500, 22))
    expected = policy.evaluate(observations[:, None])[:, 0]
    error = np.abs(replay(path, observations) - expected).max()
    print(f"500 steps: largest difference to the package {error:.2e}")
    assert error < 1e-5


if __name__ == "__main__":
    main()
