"""Data that are Python objects."""
import numpy as np
import pytest

import gainsay

COUNT = """
enum Job = clerk "a, \\"clerk\\"", nurse "Nürse", unknown ""
data rows : { age: Real?, n: Int, job: Job, ok: Bool }
property missing { check count(row in rows : is_missing(row.age)) == 1 }
property age { check count(row in rows : filled(row.age, 0) == 40.1) == 1 }
property whole { check sum(row in rows : row.n) == 6 }
property jobs { check count(row in rows : row.job == nurse) == 1 and count(row in rows : row.job == unknown) == 1 }
property truth { check count(row in rows : row.ok) == 2 }
""".replace("filled(row.age, 0) == 40.1", "abs(filled(row.age, 0) - 40.1) <= 0")

AGE = [40.1, None, 1e-300]
JOB = ['a, "clerk"', "Nürse", None]
HOLDS = {"missing": "proved", "age": "proved", "whole": "proved", "jobs": "proved", "truth": "proved"}


def verdicts(rows):
    return gainsay.check(text=COUNT, data={"rows": rows}).verdicts


def test_a_dictionary_of_lists():
    assert verdicts({"age": AGE, "n": [1, 2, 3], "job": JOB, "ok": [True, False, True]}) == HOLDS


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"age": AGE, "n": [1, 2, 3], "job": JOB, "ok": [True, False, True]})
    assert verdicts(frame) == HOLDS
    frame["job"] = frame["job"].astype("category")
    frame["n"] = frame["n"].astype("Int64")
    assert verdicts(frame) == HOLDS


def test_polars():
    polars = pytest.importorskip("polars")
    assert verdicts(polars.DataFrame({"age": AGE, "n": [1, 2, 3], "job": JOB, "ok": [True, False, True]})) == HOLDS


def test_pyarrow():
    pyarrow = pytest.importorskip("pyarrow")
    assert verdicts(pyarrow.table({"age": AGE, "n": [1, 2, 3], "job": JOB, "ok": [True, False, True]})) == HOLDS


def test_texts_are_kept():
    text = 'data rows : { t: Text } property p { check count(row in rows : row.t == "a\\n\\"b\\", é\\t") == 1 }'
    assert gainsay.check(text=text, data={"rows": {"t": ['a\n"b", é\t', "c"]}}).verdicts == {"p": "proved"}


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int8", "uint32", "int64", "bool"])
def test_arrays_of_every_kind(kind):
    rows = np.array([[0, 1], [1, 0], [1, 1]]).astype(kind)
    text = "data rows : { x: Tensor[2] } property p { check sum(row in rows : sum(row.x)) == 4 }"
    text = text.replace("Tensor", {"i": "Int", "u": "Int", "b": "Bool"}.get(rows.dtype.kind, "Tensor"))
    text = text.replace("sum(row.x)", "count(row.x)") if kind == "bool" else text
    text = text.replace("== 4", ">= 4") if rows.dtype.kind == "f" else text
    assert gainsay.check(text=text, data={"rows": {"x": rows}}).verdicts == {"p": "proved"}


def test_numbers_are_kept_to_the_bit():
    rows = np.random.default_rng(0).normal(size=50)
    text = "data rows : { x: Real } property p { forall row in rows check row.x < 0 and row.x > 0 }"
    found = gainsay.check(text=text, data={"rows": {"x": rows}})["p"].counterexample.rows["row"]
    assert found.fields["x"] == rows[found.number]
    mixed = {"x": [*rows.tolist(), None], "t": ["a"] * 51}
    text = "data rows : { x: Real?, t: Text } property p { forall row in rows check row.t != row.t }"
    found = gainsay.check(text=text, data={"rows": mixed})["p"].counterexample.rows["row"]
    assert found.fields["x"] == rows[found.number] and found.fields["t"] == "a"


def test_a_column_named_as_numpys_argument():
    text = "data rows : { file: Real } property p { check sum(row in rows : row.file) >= 3 }"
    assert gainsay.check(text=text, data={"rows": {"file": np.ones(3)}}).verdicts == {"p": "proved"}


def test_a_structured_array():
    rows = np.array([(1, 2.5), (2, 3.5)], dtype=[("n", "i4"), ("x", "f8")])
    text = "data rows : { n: Int, x: Real } property p { check sum(row in rows : row.n + row.x) >= 9 }"
    assert gainsay.check(text=text, data={"rows": rows}).verdicts == {"p": "proved"}


def test_what_is_no_column():
    text = "data rows : { x: Real } property p { check sum(row in rows : row.x) >= 3 }"
    for rows, why in (
        ({"x": [1.0], "y": [1, 2]}, "same number of rows"),
        ({"x": 1.0}, "one value"),
        ({"x": [object()]}, "type object"),
        ({"x": np.zeros(2, dtype="datetime64[s]")}, "datetime64"),
        (3, "int"),
    ):
        with pytest.raises((gainsay.SpecError, TypeError), match=why):
            gainsay.check(text=text, data={"rows": rows})
