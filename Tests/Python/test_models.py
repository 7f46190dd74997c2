"""Models that are Python objects."""
import sys
import threading
import traceback
import warnings

import numpy as np
import pytest

import gainsay

LINE = """
model net : (x: Tensor[2]) -> (y: Real)
property p { forall x: Tensor[2] in [0, 1] check net(x) <= 1.5; shrink l1(x) }
"""


def test_a_callable_gets_batches():
    shapes = []

    def net(x):
        shapes.append(x.shape)
        assert x.dtype == np.float64
        return x.sum(axis=1)

    report = gainsay.check(text=LINE, models={"net": net})
    assert report["p"].failed and report["p"].counterexample["x"].sum() > 1.5
    assert all(shape[1:] == (2,) for shape in shapes) and max(shape[0] for shape in shapes) > 1


def test_a_callable_of_float32():
    def net(x):
        assert x.dtype == np.float32
        return x.sum(axis=1)

    report = gainsay.check(text=LINE, models={"net": gainsay.model(net, real="float32", batch=3)})
    assert report["p"].counterexample["x"].dtype == np.float32


def test_several_inputs_and_outputs_of_all_types():
    text = """
    enum Job = clerk "a clerk", nurse
    type Row = { age: Real in [18, 90], income: Real? in [0, 10], job: Job }
    model net : (row: Row, n: Int, b: Bool) -> (label: Job, score: Tensor[Job], high: Bool)
    property p { forall r: Row, n: Int in [0, 3], b: Bool
      check net(row: r, n: n, b: b).label == clerk or net(row: r, n: n, b: b).score[nurse] > 0.5 or net(row: r, n: n, b: b).high }
    """

    def net(row, n, b):
        assert set(row) == {"age", "income", "job"} and set(row["job"]) <= {"a clerk", "nurse"}
        assert n.dtype == np.int64 and b.dtype == np.bool_
        nurse = (row["job"] == "nurse") & np.isnan(row["income"]) & (n == 2)
        return {"label": nurse.astype(int), "score": np.zeros((len(n), 2)), "high": b}

    found = gainsay.check(text=text, models={"net": net}, tries=100_000)["p"].counterexample
    assert found["r.job"] == "nurse" and np.isnan(found["r.income"]) and found["n"] == 2 and not found["b"]


def test_a_callable_of_texts():
    text = """
    model net : (t: Text[0..8]) -> (n: Int)
    property p { forall t: Text[0..4] over "ab" check net(t) < 2 }
    """
    found = gainsay.check(text=text, models={"net": lambda t: np.array([it.count("b") for it in t])})["p"].counterexample
    assert found["t"] == "bb"


def test_what_a_callable_raises_comes_back():
    class Unfit(Exception):
        pass

    def net(x):
        raise Unfit("of no use")

    with pytest.raises(Unfit, match="of no use") as raised:
        gainsay.check(text=LINE, models={"net": net})
    assert any(it.name == "net" for it in traceback.extract_tb(raised.value.__traceback__))


def test_a_wrong_shape_is_an_error():
    with pytest.raises(gainsay.Error, match=r"gave `y` as an array of shape"):
        gainsay.check(text=LINE, models={"net": lambda x: np.zeros((len(x), 3))})


def test_a_callable_runs_in_the_thread_that_asked():
    threads = set()

    def net(x):
        threads.add(threading.get_ident())
        return x.sum(axis=1)

    gainsay.check(text=LINE, models={"net": net})
    assert threads == {threading.get_ident()}


def test_bytes_and_protos_and_paths(examples):
    path = examples / "digits" / "digits.onnx"
    spec = examples / "digits" / "digits.say"

    class Proto:
        def SerializeToString(self):
            return path.read_bytes()

    for model in (path, str(path), path.read_bytes(), Proto()):
        assert gainsay.check(spec, models={"net": model}, only="accurate").verdicts == {"accurate": "proved"}


def test_what_is_no_model():
    with pytest.raises(gainsay.SpecError, match="model `net` is int"):
        gainsay.check(text=LINE, models={"net": 3})
    with pytest.raises(gainsay.SpecError, match="declares no model named `nut`"):
        gainsay.check(text=LINE, models={"nut": lambda x: x})


def test_no_command_is_said_to_run(capfd):
    report = gainsay.check(text=LINE, models={"net": lambda x: x.sum(axis=1)})
    assert "_bridge" not in report.diagnostics and capfd.readouterr() == ("", "")


def test_an_estimator_is_exported_and_confirms(examples):
    pytest.importorskip("skl2onnx")
    linear = pytest.importorskip("sklearn.linear_model")
    rows = np.random.default_rng(0).normal(size=(200, 3))
    estimator = linear.LogisticRegression().fit(rows, (rows.sum(axis=1) > 0).astype(int))
    text = """
    enum Class = below "0", above "1"
    model net : (x: Tensor[3]) -> (p: Tensor[Class])
    property p { forall x: Tensor[3] in [-3, 3] check net(x)[above] <= 0.99; shrink l1(x) }
    property q { forall x: Tensor[3] in [-3, 3] check net(x)[above] >= 0 }
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        report = gainsay.check(text=text, models={"net": estimator}, budget="5s")
    assert report.verdicts == {"p": "contradicted", "q": "proved"}
    found = report["p"].counterexample
    assert found.confirmed and estimator.predict_proba([found["x"]])[0, 1] > 0.99


def test_an_estimator_of_columns(examples):
    pytest.importorskip("skl2onnx")
    pandas = pytest.importorskip("pandas")
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    rows = pandas.DataFrame({"age": [20.0, 40, 60, 80] * 10, "job": ["clerk", "nurse"] * 20})
    encoder = ColumnTransformer([("job", OneHotEncoder(), ["job"])], remainder="passthrough")
    estimator = make_pipeline(encoder, LogisticRegression()).fit(rows, rows.job == "nurse")
    text = """
    enum Job = clerk, nurse
    enum Sort = no, yes
    type Row = { age: Real in [18, 90], job: Job }
    model net : (row: Row) -> (p: Tensor[Sort])
    property p { forall r: Row check net(r)[yes] <= 0.5 }
    """
    found = gainsay.check(text=text, models={"net": estimator}, budget="5s")["p"].counterexample
    assert found["r.job"] == "nurse" and found.confirmed


def test_an_estimator_without_an_exporter_is_asked(monkeypatch):
    linear = pytest.importorskip("sklearn.linear_model")
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    rows = np.random.default_rng(0).normal(size=(200, 2))
    labels = np.where(rows.sum(axis=1) > 0, "yes", "no")
    estimator = linear.LogisticRegression().fit(rows, labels)
    text = """
    enum Answer = yes, no
    model net : (x: Tensor[2]) -> (label: Answer, p: Tensor[2])
    property p { forall x: Tensor[2] in [-3, 3] check net(x).label == no }
    """
    report = gainsay.check(text=text, models={"net": estimator}, tries=5000)
    found = report["p"].counterexample
    assert found.confirmed is None and estimator.predict([found["x"]])[0] == "yes"


def test_a_module_of_pytorch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1))
    text = """
    model net : (x: Tensor[2]) -> (y: Tensor[1])
    param least: Real = 0
    property p { forall x: Tensor[2] in [-1, 1] check net(x)[0] >= least; shrink l1(x) }
    """
    with torch.no_grad():
        least = module.eval()(torch.zeros(1, 2))[0, 0].item() + 0.01
    module.train()
    report = gainsay.check(text=text, models={"net": module}, budget="5s", set={"least": least})
    assert module.training
    found = report["p"].counterexample
    with torch.no_grad():
        assert module.eval()(torch.tensor(found["x"], dtype=torch.float32)[None])[0, 0] < least
    assert found.confirmed and found["x"].dtype == np.float32
    asked = gainsay.check(text=text, models={"net": lambda x: module(torch.tensor(x, dtype=torch.float32)).detach()}, tries=2000, set={"least": least})
    assert asked["p"].failed
