"""Writes the models and the data of this example: two versions of a scikit-learn pipeline that lends money, with text columns.

python3 make.py, with numpy 2.4.6, onnx 1.23.2, pandas 3.1.1, scikit-learn 1.9.1 and skl2onnx 1.20.0: the same bytes each time.
"""

import os
import pathlib
import sys
import warnings

# skl2onnx goes through sets: their order decides that of nodes.
if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

from recipe import applicants, models

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
INPUTS = [("age", FloatTensorType([None, 1])), ("income", FloatTensorType([None, 1])), ("debt", FloatTensorType([None, 1])),
          ("job", StringTensorType([None, 1])), ("sex", StringTensorType([None, 1]))]


def write(name, fitted, columns):
    inputs = [entry for entry in INPUTS if entry[0] in ["age", "income", "debt"] + columns]
    made = to_onnx(fitted, initial_types=inputs, target_opset={"": 18, "ai.onnx.ml": 3})
    made.graph.name = name
    for node in made.graph.node:
        node.attribute.sort(key=lambda attribute: attribute.name)
    (HERE / f"{name}.onnx").write_bytes(made.SerializeToString(deterministic=True))


def main():
    for name, fitted, columns in models():
        write(name, fitted, columns)
    rows, decided = applicants(200, 8)
    rows["decision"] = decided
    rows.to_csv(HERE / "applicants.csv", index=False)
    assert onnx.checker.check_model(str(HERE / "first.onnx")) is None


main()
