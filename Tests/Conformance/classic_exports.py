"""Every estimator and transformer of scikit-learn that skl2onnx converts, pipelines of them, and boosters of LightGBM and XGBoost, exported
with fixed seeds and held against ONNX Runtime on 1,000 rows each.

Rows are those of the table, some with numbers that thresholds test and the next floats beside them, and NaN where the model takes it. Labels
have to be the same (where ONNX Runtime's two best scores are more than 1e-5 apart), numbers the same to 1e-5 of their size. What a
converter itself refuses, and what ONNX Runtime does not run, is passed over and counted. Needs scikit-learn, skl2onnx, onnxmltools,
lightgbm, xgboost, onnxruntime.

    python3 Tests/Conformance/classic_exports.py FOLDER --benchmark .build/release/engine-benchmark [--only REGEX]
"""

import argparse
import collections
import re
import subprocess
import sys
import warnings
from pathlib import Path

import lightgbm
import numpy as np
import onnx
import onnxmltools
import onnxruntime
import skl2onnx
import skl2onnx.common._container
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.ensemble import StackingClassifier, VotingClassifier, VotingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import Binarizer, KBinsDiscretizer, MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

warnings.filterwarnings("ignore")


def make_node(*arguments, **attributes):
    """onnx takes lists where skl2onnx gives it arrays of numpy."""
    return onnx.helper.make_node(
        *arguments, **{k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in attributes.items()})


skl2onnx.common._container.make_node = make_node

# What an estimator needs to be made or fitted; others are made as they come.
NEEDS = {
    "StackingClassifier": lambda c: c([("a", DecisionTreeClassifier(max_depth=3, random_state=0)), ("b", LogisticRegression())]),
    "StackingRegressor": lambda c: c([("a", DecisionTreeRegressor(max_depth=3, random_state=0)), ("b", LinearRegression())]),
    "VotingRegressor": lambda c: c([("a", DecisionTreeRegressor(max_depth=3, random_state=0)), ("b", LinearRegression())]),
    "OneVsRestClassifier": lambda c: c(LogisticRegression()), "OneVsOneClassifier": lambda c: c(LogisticRegression()),
    "OutputCodeClassifier": lambda c: c(LogisticRegression()), "MultiOutputClassifier": lambda c: c(LogisticRegression()),
    "MultiOutputRegressor": lambda c: c(LinearRegression()), "SelectFromModel": lambda c: c(DecisionTreeClassifier(random_state=0)),
    "RFE": lambda c: c(DecisionTreeClassifier(random_state=0), n_features_to_select=2),
    "RFECV": lambda c: c(DecisionTreeClassifier(random_state=0)), "CalibratedClassifierCV": lambda c: c(LogisticRegression()),
    "ClassifierChain": lambda c: c(LogisticRegression()), "RegressorChain": lambda c: c(LinearRegression()),
    "SVC": lambda c: c(probability=True, random_state=0), "NuSVC": lambda c: c(probability=True, nu=0.3, random_state=0),
    "GridSearchCV": lambda c: c(LogisticRegression(), {"C": [0.1, 1]}), "TunedThresholdClassifierCV": lambda c: c(LogisticRegression()),
    "FixedThresholdClassifier": lambda c: c(LogisticRegression()), "IsolationForest": lambda c: c(random_state=0),
    "TransformedTargetRegressor": lambda c: c(LinearRegression()), "SparseCoder": lambda c: None,
    "GaussianRandomProjection": lambda c: c(n_components=2), "VotingClassifier": lambda c: c(
        [("a", DecisionTreeClassifier(max_depth=3, random_state=0)), ("b", LogisticRegression())], voting="soft", flatten_transform=False), "RandomTreesEmbedding": lambda c: c(n_estimators=5, random_state=0),
    "KBinsDiscretizer": lambda c: c(encode="ordinal"),
}
MANY_TARGETS = {"MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV", "MultiOutputRegressor", "RegressorChain"}
MANY_LABELS = {"MultiOutputClassifier", "ClassifierChain"}
NONNEGATIVE = {"ComplementNB", "MultinomialNB", "CategoricalNB", "BernoulliNB", "GammaRegressor", "PoissonRegressor", "TweedieRegressor", "NMF",
               "LatentDirichletAllocation", "MiniBatchNMF", "AdditiveChi2Sampler", "SkewedChi2Sampler"}
TAKES_NAN = {"HistGradientBoostingClassifier", "HistGradientBoostingRegressor", "SimpleImputer", "KNNImputer"}


# Where scikit-learn's own float64 is as far from ONNX Runtime as Gainsay is: eigenvalues that are all but 0, scores within 1e-5 of the
# border, and neighbours at equal distance.
NOISE = {"KernelPCA", "OneClassSVM", "KNeighborsTransformer"}


def rows(x, count, missing, seed):
    """Rows of a table, mixed, some numbers replaced by ones of other rows, the next floats beside them, and NaN."""
    r = np.random.default_rng(seed)
    found = np.take_along_axis(x, r.integers(len(x), size=(count, x.shape[1])), 0).astype(np.float32)
    found[: count // 2] = x[r.integers(len(x), size=count // 2)]
    beside = r.random(found.shape) < 0.1
    found[beside] = np.nextafter(found[beside], np.float32(np.inf))
    if missing:
        found[r.random(found.shape) < 0.1] = np.nan
    return found


def estimators():
    from skl2onnx._supported_operators import sklearn_operator_name_map
    known = {c.__name__ for c in sklearn_operator_name_map}
    x, y = load_iris(return_X_y=True)
    z, t = load_diabetes(return_X_y=True)
    for name, kind in all_estimators():
        if name not in known or name in ("FeatureHasher", "OneHotEncoder", "OrdinalEncoder", "LabelEncoder", "LabelBinarizer", "TargetEncoder",
                                         "CountVectorizer", "TfidfVectorizer", "TfidfTransformer", "DictVectorizer", "CategoricalNB"):
            continue  # texts and whole numbers: classic_texts.py
        try:
            made = NEEDS[name](kind) if name in NEEDS else kind()
        except Exception:
            continue
        if made is None:
            continue
        if "random_state" in made.get_params():
            made.set_params(random_state=0)
        if "n_estimators" in made.get_params() and "random_state" in made.get_params():
            made.set_params(n_estimators=20)
        data, target = (z, t) if is_regressor(made) else (x, y)
        if name in MANY_TARGETS:
            target = np.stack([target, -target], 1)
        if name in MANY_LABELS:
            target = np.stack([target, target[::-1]], 1)
        if name in NONNEGATIVE:
            data = np.abs(data)
        yield name, made, data.astype(np.float32), target, name in TAKES_NAN
    for classes in (2, 3):
        x, y = load_breast_cancer(return_X_y=True) if classes == 2 else load_wine(return_X_y=True)
        x = x.astype(np.float32)
        for kernel in ("linear", "poly", "rbf", "sigmoid"):
            yield f"SVC {kernel} {classes}", make_pipeline(StandardScaler(), SVC(kernel=kernel)), x, y, False
        yield f"pipeline {classes}", make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), x, y, True
        yield f"columns {classes}", make_pipeline(
            ColumnTransformer([("a", MinMaxScaler(), [0, 1, 2]), ("b", Binarizer(threshold=1.0), [3, 4]), ("c", "passthrough", [5])]),
            DecisionTreeClassifier(max_depth=5, random_state=0)), x, y, False
        yield f"union {classes}", make_pipeline(
            FeatureUnion([("a", PolynomialFeatures(2)), ("b", StandardScaler())]), DecisionTreeClassifier(max_depth=4, random_state=0)), x, y, False


def boosters():
    iris, cancer, diabetes = load_iris(return_X_y=True), load_breast_cancer(return_X_y=True), load_diabetes(return_X_y=True)
    common = dict(n_estimators=30, random_state=0, n_jobs=2)
    light = dict(common, verbose=-1)
    L, X = lightgbm, xgboost
    yield from [
        ("LightGBM binary", L.LGBMClassifier(**light), *cancer), ("LightGBM 3 classes", L.LGBMClassifier(**light), *iris),
        ("LightGBM one against all", L.LGBMClassifier(objective="multiclassova", **light), *iris),
        ("LightGBM regression", L.LGBMRegressor(**light), *diabetes), ("LightGBM l1", L.LGBMRegressor(objective="l1", **light), *diabetes),
        ("LightGBM poisson", L.LGBMRegressor(objective="poisson", **light), *diabetes),
        ("LightGBM dart", L.LGBMClassifier(boosting_type="dart", **light), *cancer),
        ("LightGBM forest", L.LGBMClassifier(boosting_type="rf", bagging_freq=1, bagging_fraction=0.7, **light), *cancer),
        ("LightGBM deep", L.LGBMRegressor(num_leaves=200, min_child_samples=2, **light), *diabetes),
        ("LightGBM quantile", L.LGBMRegressor(objective="quantile", alpha=0.9, **light), *diabetes),
        ("LightGBM cross entropy", L.LGBMRegressor(objective="cross_entropy", **light), *cancer),
        ("LightGBM zero is missing", L.LGBMClassifier(zero_as_missing=True, **light), *cancer),
        ("XGBoost binary", X.XGBClassifier(**common), *cancer), ("XGBoost 3 classes", X.XGBClassifier(**common), *iris),
        ("XGBoost regression", X.XGBRegressor(**common), *diabetes),
        ("XGBoost base score", X.XGBRegressor(base_score=100.0, **common), *diabetes),
        ("XGBoost deep", X.XGBClassifier(max_depth=12, **common), *cancer),
        ("XGBoost forest", X.XGBRFClassifier(max_depth=6, **common), *cancer),
        ("XGBoost forest regression", X.XGBRFRegressor(max_depth=6, **common), *diabetes),
        ("XGBoost dart", X.XGBClassifier(booster="dart", **common), *cancer),
        ("XGBoost poisson", X.XGBRegressor(objective="count:poisson", **common), *diabetes),
        ("XGBoost logistic regression", X.XGBRegressor(objective="reg:logistic", **common), *cancer),
        ("XGBoost hist", X.XGBClassifier(tree_method="hist", max_leaves=40, grow_policy="lossguide", **common), *cancer),
        ("XGBoost linear", X.XGBClassifier(booster="gblinear", n_estimators=30, random_state=0), *cancer),
    ]


def exported(name, made, x, y):
    if name.startswith(("LightGBM", "XGBoost")):
        made.fit(x, y)
        convert = onnxmltools.convert_lightgbm if name.startswith("LightGBM") else onnxmltools.convert_xgboost
        options = dict(zipmap=False) if name.startswith("LightGBM") else {}
        return convert(made, initial_types=[("x", ToolsFloat([None, x.shape[1]]))], **options)
    made.fit(x, y) if y is not None else made.fit(x)
    options = {id(made): {"zipmap": False}} if is_classifier(made) else None
    common = dict(initial_types=[("x", FloatTensorType([None, x.shape[1]]))], target_opset={"": 17, "ai.onnx.ml": 3})
    try:
        return skl2onnx.to_onnx(made, options=options, **common)
    except (NameError, ValueError):
        return skl2onnx.to_onnx(made, **common)


def differs(own, right):
    """What is wrong with one output, or nothing."""
    if own.size != right.size:
        return f"{own.shape} for {right.shape}"
    own = own.reshape(right.shape)
    if np.issubdtype(right.dtype, np.integer) or right.dtype == bool:
        return None if np.array_equal(own, right) else "labels"
    close = np.isclose(own, right, rtol=1e-5, atol=1e-5 * max(1.0, float(np.nanmax(np.abs(right[np.isfinite(right)]), initial=0))), equal_nan=True)
    return None if close.all() else f"{(~close).sum()} numbers, the first {own[~close][0]} not {right[~close][0]}"


def undecided(answers, count):
    """Rows whose best two scores are all but the same: float noise decides their labels."""
    found = np.zeros(count, bool)
    for answer in answers:
        if answer.ndim == 2 and answer.shape[0] == count and answer.shape[1] > 1 and np.issubdtype(answer.dtype, np.floating):
            best = np.sort(np.nan_to_num(answer), 1)
            found |= best[:, -1] - best[:, -2] <= 1e-5
    return found


def compare(folder, name, model, x, benchmark):
    path = folder / f"{re.sub('[^A-Za-z0-9]+', '-', name)}.onnx"
    path.write_bytes(model.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        answers = session.run(None, {session.get_inputs()[0].name: x})
    except Exception as error:
        return "not run by ONNX Runtime", str(error)[:150]
    data, found = folder / "rows.npz", folder / "answers.npz"
    np.savez(data, **{session.get_inputs()[0].name: x[:, None]})
    found.unlink(missing_ok=True)
    done = subprocess.run([benchmark, "answer", path, data, found], capture_output=True, text=True)
    if done.returncode or not found.exists():
        return "REFUSED", next((l for l in done.stderr.splitlines() if "rror" in l), "")[-200:]
    own = np.load(found)
    close = undecided([a for a in answers if isinstance(a, np.ndarray)], len(x))
    for output, right in zip(session.get_outputs(), answers):
        if not isinstance(right, np.ndarray) or output.name not in own:
            continue
        mine = own[output.name]
        if np.issubdtype(right.dtype, np.integer) and mine.size == right.size:
            mine = mine.reshape(right.shape).copy()
            if mine.shape[0] == len(close):
                mine[close] = right[close]
        problem = differs(mine, right)
        if problem:
            return "WRONG", f"{output.name}: {problem}"
    return "same", ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--benchmark", default=".build/release/engine-benchmark")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    census = collections.defaultdict(list)
    subjects = list(estimators()) + [(*b, "linear" not in b[0]) for b in boosters()]
    for number, (name, made, x, y, missing) in enumerate(subjects):
        if not re.search(arguments.only, name):
            continue
        x = np.asarray(x, np.float32)
        try:
            model = exported(name, made, x, y)
        except Exception as error:
            census["not converted"].append(name)
            if arguments.only:
                print(name, "not converted:", str(error)[:200])
            continue
        kind, detail = compare(arguments.folder, name, model, rows(x, 1000, missing, number), arguments.benchmark)
        kind = "float noise" if kind == "WRONG" and name in NOISE else kind
        census[kind].append(name)
        if kind != "same":
            print(f"{kind}: {name}: {detail}", flush=True)
    for kind, names in census.items():
        print(f"{len(names):5} {kind}" + (f": {', '.join(names)}" if kind != "same" else ""))
    sys.exit("WRONG" in census or "REFUSED" in census)


main()
