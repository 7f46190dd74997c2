"""`gainsay.check`: reports, counterexamples, errors."""
import gc
import json
import os
import pathlib
import subprocess
import weakref

import numpy as np
import pytest

import gainsay

LINE = """
model net : (x: Real) -> (y: Real)
property small { forall x: Real in [0, 1] check net(x) <= 0.9 }
property least { forall x: Real in [0, 1] check net(x) >= 0 }
"""


def test_a_report_of_a_file(examples):
    report = gainsay.check(examples / "digits" / "digits.say", tries=100_000)
    assert report.verdicts == {"robust": "contradicted", "accurate": "proved", "calm": "contradicted"}
    assert report.contradicted and not report.interrupted
    assert list(report) == ["robust", "accurate", "calm"] and len(report) == 3
    robust = report["robust"]
    assert robust.failed and robust.title == "a small change does not change the answer"
    assert robust.place.endswith("digits.say:12:1")
    assert robust.tries > 0 and robust.seconds > 0
    assert "contradicted  argmax(net(seen)) == label" in str(report)
    assert str(report).endswith("3 properties: 2 contradicted, 1 proved")


def test_rates_over_rows_are_told(examples):
    report = gainsay.check(examples / "say-by-example" / "robust.say", only=["all_but_one", "every_one"], budget=10)
    (rate,) = report["all_but_one"].rates
    assert report["all_but_one"].verdict == "proved"
    assert (rate.inputs, rate.proved, rate.contradicted, rate.open) == (6, 5, 1, 0)
    assert rate.lower == rate.upper == 5 and rate.words.startswith("count(row in train")
    assert report["every_one"].verdict == "contradicted" and report["every_one"].rates[0].upper < 1
    assert gainsay.check(examples / "digits" / "digits.say", only="calm", tries=1000)["calm"].rates == ()


def test_a_counterexample_is_arrays(examples):
    report = gainsay.check(examples / "digits" / "digits.say", only="robust", tries=100_000)
    found = report["robust"].counterexample
    noise, seen, image = found["noise"], found["seen"], found["image"]
    assert noise.dtype == np.float32 or noise.dtype == np.float64
    assert noise.shape == seen.shape == image.shape == (1, 8, 8)
    assert found["label"] in "zero one two three four five six seven eight nine".split()
    row = found.rows["{ image, label }"]
    data = np.load(examples / "digits" / "digits-test.npz")
    assert row.table == "test" and image.dtype == data["image"].dtype
    assert np.array_equal(image, data["image"][row.number])
    names = "zero one two three four five six seven eight nine".split()
    assert found["label"] == names[int(data["label"][row.number])]
    assert np.allclose(seen, np.clip(image + noise, 0, 1))
    assert found.margin < 0 and found.check == "argmax(net(seen)) == label"
    assert found.sides["label"] == found["label"] != found.sides["argmax(net(seen))"]


def test_a_record_with_texts_and_what_is_missing(examples):
    report = gainsay.check(examples / "table" / "table.say", only="fair", tries=100_000)
    found = report["fair"].counterexample
    assert found["a"]["job"] == found["a.job"] and isinstance(found["a.job"], str)
    assert found["sex"] != found["a.sex"]
    assert np.isnan(found["a.income"]) or found["a.income"] >= 0
    assert 18 <= found["a.age"] <= 90


def test_whole_numbers_and_truth_values():
    text = """
    property p { forall n: Int in [0, 9], b: Bool, t: Int[3] in [0, 4], f: Bool[2]
      check not (b and n > 3 and t[1] == 2 and f[0]) }
    """
    found = gainsay.check(text=text)["p"].counterexample
    assert found["n"].dtype == np.int64 and found["n"] == 4
    assert found["b"].dtype == np.bool_ and found["b"]
    assert found["t"].dtype == np.int64 and found["t"].tolist() == [0, 2, 0]
    assert found["f"].dtype == np.bool_ and found["f"].tolist() == [True, False]


def test_a_text():
    found = gainsay.check(text='property p { forall t: Text[1..4] over "ab" check not (t contains "b") }')["p"].counterexample
    assert found["t"] == "b"


def test_a_witness():
    report = gainsay.check(text="property p { exists n: Int in [0, 9] check n * n == 49 }")
    assert report.verdicts == {"p": "witnessed"} and report["p"].counterexample["n"] == 7
    assert not report.contradicted and report.raise_for_contradiction() is report


def test_a_contradiction_is_an_assertion_with_the_printed_text():
    report = gainsay.check(text="property p { forall n: Int in [0, 9] check n < 5 }")
    with pytest.raises(AssertionError) as raised:
        report.raise_for_contradiction()
    assert isinstance(raised.value, gainsay.Contradiction)
    assert str(raised.value) == report["p"].text.rstrip("\n") and raised.value.failing == ["p"]
    assert "replay: report.replay()" in str(raised.value) and "gainsay-" not in str(raised.value)


def test_what_survives_falls_short_of_what_is_required():
    text = LINE
    report = gainsay.check(text=text, models={"net": lambda x: x * 0.5}, tries=200, require="proved")
    assert set(report.verdicts.values()) == {"survived"}
    with pytest.raises(gainsay.Contradiction):
        report.raise_for_contradiction()
    gainsay.check(text=text, models={"net": lambda x: x * 0.5}, tries=200).raise_for_contradiction()


def test_replay(examples, tmp_path):
    report = gainsay.check(examples / "digits" / "digits.say", only="robust", tries=100_000)
    again = report.replay()
    assert again.verdicts == {"robust": "contradicted"}
    assert np.array_equal(again["robust"].counterexample["noise"], report["robust"].counterexample["noise"])
    text = LINE
    asked = gainsay.check(text=text, models={"net": lambda x: x * x}, only="small").replay()
    assert asked.verdicts == {"small": "contradicted"}


def test_replay_tells_what_no_longer_fails():
    factor = [1.0]
    report = gainsay.check(text=LINE, models={"net": lambda x: x * factor[0]}, only="small")
    assert report.verdicts == {"small": "contradicted"}
    factor[0] = 0.5
    assert report.replay().verdicts == {"small": "survived"}


def test_several_counterexamples_and_options():
    several = gainsay.check(
        text="property p { forall x: Tensor[3] in [0, 1] check max(x) < 0.5 }", all=3, shrink=False)["p"].counterexamples
    assert len({it.case for it in several}) == 3
    text = "param top: Int = 9 property p { forall n: Int in [0, top] check n < 5 }"
    assert gainsay.check(text=text, set={"top": 4}).verdicts == {"p": "proved"}
    with pytest.raises(gainsay.SpecError, match="did you mean `top`"):
        gainsay.check(text=text, set={"tap": 4})


def test_cases_are_kept_where_that_is_asked(tmp_path):
    report = gainsay.check(text="property p { forall n: Int in [0, 9] check n < 5 }", cases=tmp_path / "kept")
    assert (tmp_path / "kept" / "cases.sqlite").exists()
    assert f"--cases {tmp_path / 'kept'}" in report["p"].text


def test_a_mistake_in_a_file_is_located(tmp_path):
    spec = tmp_path / "wrong.say"
    spec.write_text("property p {\n  forall n: Int in [0, 9]\n  check m < 5\n}\n")
    with pytest.raises(gainsay.SpecError) as raised:
        gainsay.check(spec)
    assert "wrong.say:3:9" in str(raised.value) and str(raised.value).startswith("error[unknown-name]")


def test_one_mistake_leaves_the_other_properties(tmp_path):
    spec = tmp_path / "half.say"
    spec.write_text("property p { forall n: Int in [0, 9] check m < 5 }\nproperty q { forall n: Int in [0, 9] check n < 10 }\n")
    with pytest.raises(gainsay.SpecError) as raised:
        gainsay.check(spec)
    assert raised.value.report.verdicts == {"p": "error", "q": "proved"}


def test_usage_errors(tmp_path):
    with pytest.raises(gainsay.SpecError, match="say which spec"):
        gainsay.check()
    with pytest.raises(gainsay.SpecError, match="not both"):
        gainsay.check("a.say", text="property p { check true }")
    with pytest.raises(gainsay.SpecError, match="cannot read"):
        gainsay.check(tmp_path / "none.say")
    with pytest.raises(gainsay.SpecError, match="--tries"):
        gainsay.check(text="property p { forall n: Int in [0, 9] check n < 10 }", tries=0)


def test_the_program_is_found_or_said_to_be_missing(monkeypatch, tmp_path):
    real = gainsay.binary()
    monkeypatch.setenv("GAINSAY_BINARY", str(tmp_path / "none"))
    with pytest.raises(gainsay.BinaryNotFound, match="no program that can be run"):
        gainsay.check(text="property p { check true }")
    monkeypatch.delenv("GAINSAY_BINARY")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda *_, **__: str(tmp_path))
    with pytest.raises(gainsay.BinaryNotFound, match="export GAINSAY_BINARY="):
        gainsay.binary()
    os.symlink(real, tmp_path / "gainsay")
    assert gainsay.binary() == str(tmp_path / "gainsay")


def test_the_versions_agree():
    said = subprocess.run([gainsay.binary(), "--version"], capture_output=True, text=True).stdout.strip()
    assert said == gainsay.__version__


def test_what_a_baseline_accepts_does_not_fail(tmp_path):
    text = "property p { forall n: Int in [0, 9] check n < 5 }"
    assert gainsay.check(text=text)["p"].failed
    gainsay.check(text=text, baseline=tmp_path / "baseline.json", accept=True)
    report = gainsay.check(text=text, baseline=tmp_path / "baseline.json")
    assert report["p"].accepted and not report["p"].failed and report.raise_for_contradiction() is report


def test_html():
    shown = gainsay.check(text='property p "a < b" { forall n: Int in [0, 9] check n < 5 }')._repr_html_()
    assert "<code>p</code>" in shown and "a &lt; b" in shown and "<details open>" in shown and "1 contradicted" in shown


def test_progress_is_told():
    events = []
    gainsay.check(text=LINE, models={"net": lambda x: x * 0.5}, budget="0.5s", progress=events.append)
    assert [it["property"] for it in events if "number" in it] == ["small", "least"]
    assert all(it["of"] == 2 for it in events if "number" in it)
    assert [it["verdict"] for it in events if "verdict" in it] == ["survived", "survived"]
    assert any(it.get("count", 0) > 0 and it["what"] == "tries" for it in events)


def test_json_is_whole():
    report = gainsay.check(text="property p { forall n: Int in [0, 9] check n < 5 }", seed=3)
    assert report.json["seed"] == 3 and json.dumps(report.json)


def test_files_go_with_the_report(temporary):
    report = gainsay.check(text="property p { forall n: Int in [0, 9] check n < 5 }")
    assert os.listdir(temporary) != []
    gone = weakref.ref(report)
    del report
    gc.collect()
    assert gone() is None and os.listdir(temporary) == []


def test_several_specs(tmp_path):
    for name, bound in (("a", 5), ("b", 10)):
        (tmp_path / f"{name}.say").write_text(f"property {name} {{ forall n: Int in [0, 9] check n < {bound} }}")
    report = gainsay.check([tmp_path / "a.say", pathlib.Path(tmp_path / "b.say")])
    assert report.verdicts == {"a": "contradicted", "b": "proved"}
