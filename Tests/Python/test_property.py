"""Properties that are texts in Python files, and where their mistakes are told."""
import linecache
import pathlib
import re
import sys

import numpy as np
import pytest

import gainsay

HERE = pathlib.Path(__file__)


def place(error):
    """Line and column that a message tells, and the text that its carets are under."""
    line, column = re.search(r"┌─ \S*test_property.py:(\d+):(\d+)", str(error)).groups()
    shown, carets = str(error).split("\n")[2:4]
    start = carets.index("^")
    return int(line), int(column), shown[start:start + carets.count("^")]


def told_of(check):
    with pytest.raises(gainsay.SpecError) as raised:
        check()
    line, column, under = place(raised.value)
    source = HERE.read_text(encoding="utf-8").splitlines()[line - 1]
    assert source[column - 1:column - 1 + len(under)] == under, str(raised.value)
    return under


def test_a_property_is_checked():
    prop = gainsay.property("forall n: Int in [0, 9] check n < 5")
    report = prop.check(seed=1)
    assert report.verdicts == {"stated": "contradicted"} and prop.report is report
    assert report["stated"].place.startswith(str(HERE.name)) or "test_property.py:" in report["stated"].place


def test_a_model_is_declared_by_its_file(examples):
    prop = gainsay.property("forall x: Tensor[1, 8, 8] in [0, 1] check sum(net(x)) <= 1000", net=examples / "digits" / "digits.onnx")
    assert prop.check(budget="2s")["stated"].verdict in ("proved", "survived")


def test_a_model_of_texts_brings_its_enums(examples):
    prop = gainsay.property("check 1 < 2", credit=examples / "table" / "first.onnx")
    assert prop.check().verdicts == {"stated": "proved"}


def test_a_callable_says_what_it_takes():
    prop = gainsay.property(
        "forall x: Tensor[2] in [0, 1] check net(x) <= 1.5", net=gainsay.model(lambda x: x.sum(axis=1), "(x: Tensor[2]) -> (y: Real)"))
    assert prop.check()["stated"].failed
    with pytest.raises(gainsay.SpecError, match="gainsay.model"):
        gainsay.property("forall x: Tensor[2] in [0, 1] check net(x) <= 1.5", net=lambda x: x).check()


def test_a_text_may_declare_the_model():
    prop = gainsay.property("""
        model net : (x: Tensor[2]) -> (y: Real)
        property small { forall x: Tensor[2] in [0, 1] check net(x) <= 1.5 }
        property least { forall x: Tensor[2] in [0, 1] check net(x) >= -1 }
    """, net=lambda x: x.sum(axis=1), only="small")
    assert prop.check().verdicts == {"small": "contradicted"}


def test_declarations_need_a_property():
    with pytest.raises(gainsay.SpecError, match="property stated {"):
        gainsay.property("param eps: Real = 1 forall x: Real in [0, eps] check x <= 1").check()


def test_the_place_of_a_mistake_in_lines():
    prop = gainsay.property("""
        forall number: Int in [0, 9]
        check nmber < 5
    """)
    assert told_of(prop.check) == "nmber"


def test_the_place_of_a_mistake_in_one_line():
    prop = gainsay.property("forall number: Int in [0, 9] check nmber < 5")
    assert told_of(prop.check) == "nmber"


def test_the_place_of_a_mistake_behind_letters_that_are_wide():
    prop, _ = gainsay.property('forall n: Int in [0, 9] /* */ check nmber < 5'.replace("/* */ ", "")), "é"
    assert prop.text.startswith("forall")
    é = gainsay.property("forall number: Int in [0, 9] check nmber < 6")
    assert told_of(é.check) == "nmber"


def test_the_place_of_a_mistake_in_a_whole_spec():
    assert told_of(lambda: gainsay.check(text="""
        enum Job = clerk, nurse
        property p { forall j: Jb check j == clerk }
    """)) == "Jb"


def test_the_place_of_a_literal_that_is_repeated():
    first = gainsay.property("forall number: Int in [0, 9] check nmber < 7")
    second = gainsay.property("forall number: Int in [0, 9] check nmber < 7")
    places = []
    for it in (first, second):
        with pytest.raises(gainsay.SpecError) as raised:
            it.check()
        places.append(place(raised.value)[0])
    assert places[1] == places[0] + 1


@pytest.mark.parametrize("text", ["forall n: Int in [0, 9]\ncheck nmber < 5", "".join(["check ", "nmber < 5"])])
def test_a_text_that_stands_nowhere_as_it_is(text):
    with pytest.raises(gainsay.SpecError, match=r"<property>:\d+:"):
        gainsay.property(text).check()


def test_paths_in_a_text_begin_beside_its_file(examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prop = gainsay.property("""
        data rows : { image: Tensor[1, 8, 8], label: Int } from "../../Examples/digits/digits-test.npz"
        property p { check rate(row in rows : max(row.image) <= 1) >= 1 }
    """)
    assert prop.check().verdicts == {"p": "proved"}
    (tmp_path / "rows.csv").write_text("n\n1\n")
    text = 'data rows : { n: Int } from "rows.csv" property p { check sum(row in rows : row.n) == 1 }'
    assert gainsay.check(text=text, folder=tmp_path).verdicts == {"p": "proved"}


def test_a_decorated_function_keeps_its_name_and_arguments():
    @gainsay.property("forall n: Int in [0, 9] check n < 10")
    def test(report, other=3):
        """words"""
        return report.verdicts, other

    assert test.__name__ == "test" and test.__doc__ == "words"
    assert test(other=4) == ({"test": "proved"}, 4)


def test_a_decorated_function_raises():
    @gainsay.property("forall n: Int in [0, 9] check n < 5")
    def test():
        raise AssertionError("is not come to")

    with pytest.raises(gainsay.Contradiction, match="n < 5"):
        test()


def test_arrays_may_be_given_as_data():
    text = "data rows : { x: Tensor[2] } property p { forall row in rows check sum(row.x) < 3 }"
    found = gainsay.property(text, data={"rows": {"x": np.array([[1.0, 1.0], [1.0, 2.0]])}}).check()["p"].counterexample
    assert found["row"]["x"].tolist() == [1.0, 2.0] and found.rows["row"].number == 1
