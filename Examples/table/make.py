"""Writes the models and the data of this example: two versions of a scikit-learn pipeline that lends money, with text columns.

python3 make.py, with the versions in ../requirements.txt and skl2onnx 1.20.0; the same bytes each time.
"""

import pathlib
import warnings

import numpy as np
import onnx
import pandas
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
JOBS = ["clerk", "nurse", "self-employed", "none"]
INPUTS = [("age", FloatTensorType([None, 1])), ("income", FloatTensorType([None, 1])), ("debt", FloatTensorType([None, 1])),
          ("job", StringTensorType([None, 1])), ("sex", StringTensorType([None, 1]))]


def applicants(count, seed):
    """Of what people earn and owe, and of what was decided: by income, debt and job, and a little less often for women."""
    draw = np.random.default_rng(seed)
    job = draw.choice(JOBS, count, p=[0.4, 0.25, 0.25, 0.1])
    sex = draw.choice(["female", "male"], count)
    frame = pandas.DataFrame({
        "age": draw.integers(18, 91, count).astype(float), "income": draw.gamma(4, 9, count).round(1),
        "debt": draw.gamma(2, 6, count).round(1), "job": job, "sex": sex})
    score = (0.12 * frame.income - 0.15 * frame.debt + 0.01 * frame.age - 1.5 * (job == "none") + 0.6 * (sex == "male")
             - 2.6 + draw.normal(0, 0.7, count))
    frame.loc[draw.random(count) < 0.05, "income"] = np.nan
    return frame, np.where(score > 0, "approve", "refuse")


def pipeline(last, columns):
    numbers = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    steps = [("numbers", numbers, ["age", "income", "debt"]), ("cases", OneHotEncoder(handle_unknown="ignore"), columns)]
    return Pipeline([("columns", ColumnTransformer(steps)), ("last", last)])


def write(name, fitted, columns):
    inputs = [entry for entry in INPUTS if entry[0] in ["age", "income", "debt"] + columns]
    made = to_onnx(fitted, initial_types=inputs, target_opset={"": 18, "ai.onnx.ml": 3})
    made.graph.name = name
    for node in made.graph.node:
        node.attribute.sort(key=lambda attribute: attribute.name)
    (HERE / f"{name}.onnx").write_bytes(made.SerializeToString(deterministic=True))


def main():
    frame, label = applicants(2000, 7)
    for name, columns in [("first", ["job", "sex"]), ("second", ["job"])]:
        fitted = pipeline(LogisticRegression(max_iter=1000), columns).fit(frame, label)
        write(name, fitted, columns)
    write("tree", pipeline(DecisionTreeClassifier(max_depth=5, min_samples_leaf=20, random_state=0), ["job", "sex"]).fit(frame, label),
          ["job", "sex"])
    rows, decided = applicants(200, 8)
    rows["decision"] = decided
    rows.to_csv(HERE / "applicants.csv", index=False)
    assert onnx.checker.check_model(str(HERE / "first.onnx")) is None


main()
