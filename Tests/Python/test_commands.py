"""`audit`, `inspect`, `init`, `verify`."""
import numpy as np
import pytest

import gainsay


def test_inspect(examples):
    found = gainsay.inspect(examples / "digits" / "digits.onnx")
    assert found.declaration.startswith("model net : (image: Tensor[1, 8, 8]) -> (scores: Tensor[10])") and found.reason is None
    assert [it["name"] for it in found.inputs] == ["image"] and found.json["kind"] == "ONNX"
    assert gainsay.inspect((examples / "digits" / "digits.onnx").read_bytes()).declaration is not None
    with pytest.raises(gainsay.SpecError, match="cannot read"):
        gainsay.inspect("none.onnx")
    with pytest.raises(gainsay.SpecError, match="not int"):
        gainsay.inspect(3)


def test_init(examples, tmp_path):
    rows = dict(np.load(examples / "digits" / "digits-test.npz"))
    first = gainsay.init(examples / "digits" / "digits.onnx", data=rows)
    assert "property" in first.text and first.path is None and isinstance(first.sizes, dict)
    written = gainsay.init(examples / "digits" / "digits.onnx", output=tmp_path / "net.say")
    assert (tmp_path / "net.say").read_text() == written.text and written.path == str(tmp_path / "net.say")
    with pytest.raises(gainsay.SpecError, match="--force"):
        gainsay.init(examples / "digits" / "digits.onnx", output=tmp_path / "net.say")
    gainsay.init(examples / "digits" / "digits.onnx", output=tmp_path / "net.say", force=True)


def test_audit(examples):
    events = []
    found = gainsay.audit(
        examples / "triggers" / "triggers.onnx", data=examples / "triggers" / "train.npz", budget="20s", twins=0, progress=events.append)
    assert found.stands_out and found.json
    assert any("stage" in it and it["count"] >= 0 for it in events)


def test_verify(examples, tmp_path):
    query = tmp_path / "q.vnnlib"
    lines = ["(vnnlib-version <2.0>)", "(declare-network net", "  (declare-input X float32 [1, 1, 8, 8])", "  (declare-output Y float32 [1, 10]))"]
    lines += [f"(assert (and (>= X[0,0,{i},{j}] 0.0) (<= X[0,0,{i},{j}] 1.0)))" for i in range(8) for j in range(8)]
    query.write_text("\n".join([*lines, "(assert (>= Y[0,3] Y[0,0]))"]))
    network = examples / "digits" / "digits.onnx"
    found = gainsay.verify(query, networks={"net": network}, timeout=10)
    assert found.answer == "sat" and found.assignment["X"].shape == (1, 1, 8, 8) and found.assignment["X"].dtype == np.float32
    assert found.assignment["Y"][0, 3] >= found.assignment["Y"][0, 0]
    query.write_text("\n".join([*lines, "(assert (>= Y[0,3] 100000.0))"]))
    found = gainsay.verify(query, networks=network, timeout=10)
    assert found.answer == "unsat" and found.assignment == {} and found.notes == ()
    query.write_text("(assert")
    with pytest.raises(gainsay.SpecError, match="q.vnnlib:1"):
        gainsay.verify(query, networks=network)
