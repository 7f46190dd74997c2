"""`gainsay.ray` without Ray: the store, the order of jobs, regions, files, and what a report is made of."""
import itertools
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import pytest

import gainsay
from gainsay._process import Outcome
from gainsay.ray import answers
from gainsay.ray.__main__ import main
from gainsay.ray.jobs import Job, Plan, Question
from gainsay.ray.order import Order
from gainsay.ray.planning import plan_check
from gainsay.ray.regions import bounded, cut
from gainsay.ray.report import report
from gainsay.ray.store import Store
from gainsay.ray.trees import Files, laid_out, spec_files

HEAD = {"kind": "check", "program": "p", "files": "f", "jobs": "j"}


# The store

def test_what_is_put_is_there_again(tmp_path):
    path = str(tmp_path / "store")
    store = Store(path, HEAD, resume=False)
    store.put([("a", {"code": 0}), ("b", {"code": 1, "text": "ü\n"})])
    store.put([("a", {"code": 2})])
    store.close()
    again = Store(path, HEAD, resume=True)
    assert again.get("a") == {"code": 2} and again.get("b") == {"code": 1, "text": "ü\n"} and len(again) == 2
    again.close()


def test_a_cut_at_any_byte_loses_the_last_line_alone(tmp_path):
    path = tmp_path / "store"
    store = Store(str(path), HEAD, resume=False)
    ends = [path.stat().st_size]
    for number in range(3):
        store.put([(str(number), {"code": number})])
        ends.append(path.stat().st_size)
    store.close()
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        store = Store(str(path), HEAD, resume=True)
        there = sum(end <= length for end in ends[1:])
        assert len(store) == there
        store.put([("more", {"code": 0})])
        store.close()
        store = Store(str(path), HEAD, resume=True)
        assert len(store) == there + 1 and all(store.get(str(it)) == {"code": it} for it in range(there))
        store.close()


def test_damage_in_the_middle_is_no_cut(tmp_path):
    path = tmp_path / "store"
    store = Store(str(path), HEAD, resume=False)
    store.put([("a", {"code": 0}), ("b", {"code": 0})])
    store.close()
    content = bytearray(path.read_bytes())
    content[content.index(b'"a"') + 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(gainsay.SpecError, match="is damaged at line 2"):
        Store(str(path), HEAD, resume=True)


def test_two_processes_do_not_share_a_store(tmp_path):
    path = str(tmp_path / "store")
    store = Store(path, HEAD, resume=False)
    with pytest.raises(gainsay.SpecError, match="another process writes to"):
        Store(path, HEAD, resume=True)
    store.close()
    Store(path, HEAD, resume=True).close()


@pytest.mark.parametrize("part, words", [("files", "other files"), ("program", "another version"), ("jobs", "other properties")])
def test_a_store_of_another_run_is_refused(tmp_path, part, words):
    path = str(tmp_path / "store")
    Store(path, HEAD, resume=False).close()
    with pytest.raises(gainsay.SpecError, match="say --resume"):
        Store(path, HEAD, resume=False)
    with pytest.raises(gainsay.SpecError, match=words):
        Store(path, {**HEAD, part: "other"}, resume=True)


def test_what_is_no_store_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("milk\nbread\n")
    with pytest.raises(gainsay.SpecError):
        Store(str(path), HEAD, resume=True)
    assert path.read_text() == "milk\nbread\n"


# The order

def test_another_program_than_the_driver_s_is_refused():
    from gainsay.ray.cluster import at_work

    with pytest.raises(gainsay.Error, match="is another program than the driver's"):
        at_work("tree", "another", [])


def planned(questions, jobs):
    return Plan(
        "check",
        tuple(
            Question({"property": f"p{number}"}, tuple(Job({"seed": it}, (f"{number}", f"{it}"), "t") for it in range(jobs)))
            for number in range(questions)),
        {}, "program", 1)


def found(verdict):
    entry = {"name": "p", "verdict": verdict, "text": f"p: \n  {verdict}\n", "counterexamples": []}
    return {"code": int(verdict == "contradicted"), "properties": [entry]}


def test_the_report_is_the_same_in_whatever_order_jobs_end(tmp_path):
    """And however many are under way, and whichever are lost and done again."""
    plan = planned(3, 12)
    chance = random.Random(1)
    words = {(number, turn): "survived" for number in range(3) for turn in range(12)}
    words[0, 7] = words[0, 3] = words[0, 11] = words[1, 0] = "contradicted"
    words[2, 5] = "proved"
    texts = set()
    for trial, workers in enumerate([1, 1, 2, 3, 5, 8, 40] * 5):
        store = Store(str(tmp_path / f"{trial}"), plan.head, resume=False)
        order, under_way, began = Order(plan), [], []
        while True:
            while len(under_way) < workers and (place := order.next()) is not None:
                under_way.append(place)
                began.append(place)
            if not under_way:
                break
            place = under_way.pop(chance.randrange(len(under_way)))
            if chance.random() < 0.2:
                order.again(place)
                continue
            if order.is_wanted(place):
                it = found(words[place.question, place.turn])
                store.put([(order.job(place).key(plan.program), it)])
                if answers.stops("check", it):
                    order.stop(place)
        made = report(plan, store)
        store.close()
        texts.add(made.text)
        assert [it.verdict for it in made] == ["contradicted", "contradicted", "proved"]
        assert [it.by for it in made] == [{"seed": 3}, {"seed": 0}, {"seed": 5}]
        assert [it.done for it in made] == [4, 1, 6]
        if workers == 1:
            assert len(set(began)) == 4 + 1 + 6
    assert len(texts) == 1 and made.code == 1


def test_what_is_missing_is_unfinished(tmp_path):
    plan = planned(2, 3)
    store = Store(str(tmp_path / "store"), plan.head, resume=False)
    store.put([(plan.questions[0].jobs[2].key("program"), found("contradicted"))])
    made = report(plan, store)
    assert [(it.verdict, it.by, it.done, it.wanted) for it in made] == [
        ("contradicted", {"seed": 2}, 1, 3), ("unfinished", None, 0, 3)]
    assert made.code == 1
    store.close()


def test_errors_are_told_once_and_do_not_stop_others(tmp_path):
    plan = planned(1, 4)
    store = Store(str(tmp_path / "store"), plan.head, resume=False)
    store.put([(it.key("program"), {"code": 2, "message": "error: no such model"}) for it in plan.questions[0].jobs])
    made = report(plan, store)
    assert made.code == 2 and made.results[0].verdict == "error"
    assert made.results[0].messages == ("seed 0, and 3 more: error: no such model",)
    store.put([(plan.questions[0].jobs[3].key("program"), found("contradicted"))])
    assert report(plan, store).code == 1 and report(plan, store).results[0].by == {"seed": 3}
    store.close()


def test_what_one_seed_proves_is_enough(tmp_path):
    plan = planned(2, 2)._replace(is_strict=True)
    store = Store(str(tmp_path / "store"), plan.head, resume=False)
    first, second = plan.questions
    store.put([(it.key("program"), found("survived")) for it in (*first.jobs, second.jobs[0])] + [(second.jobs[1].key("program"), found("proved"))])
    made = report(plan, store)
    assert [it.verdict for it in made] == ["survived", "proved"] and made.code == 1
    assert report(plan._replace(questions=(second,)), store).code == 0
    assert report(plan._replace(is_strict=False), store).code == 0
    store.close()


# What the clock is in

@pytest.mark.parametrize("only, words", [("robust", "found after"), ("calm", "survived  20,000 tries"), ("accurate", "proved")])
def test_answers_have_no_times(examples, only, words):
    texts = []
    for _ in range(2):
        done = subprocess.run(
            [
                gainsay.binary(), "check", "digits.say", "--only", only, "--tries", "20000", "--set", "reach=2.5", "--json", "--no-cases",
                "--threads", "1"],
            cwd=examples / "digits", capture_output=True, text=True)
        assert "/s)" in done.stdout or only == "accurate"
        it = answers.answer("check", Outcome(done.returncode, done.stdout, done.stderr, False))
        texts.append(json.dumps(it))
        assert "seconds" not in it["properties"][0]
        assert words in texts[-1] and "/s)" not in texts[-1]
    assert texts[0] == texts[1]


# Regions

QUERY = """
; a comment (assert (<= X_0 99))
(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(assert (>= X_0 -1.5)) (assert (<= X_0 2e0))
(assert (<= 0.1 X_1))
(assert (<= X_1 0.3))
(assert (<= Y_0 1)) (assert (>= Y_0 0))
(assert (or (<= X_1 0.2) (>= X_0 1)))
"""


def test_bounds_of_inputs_are_read():
    assert bounded(QUERY) == {"X_0": (Fraction(-3, 2), 2), "X_1": (Fraction("0.1"), Fraction("0.3"))}
    second = "(declare-network n (declare-input x float32 [1,2]) (declare-output y float32 [1]))(assert (>= x[0,0] -1.0))(assert (<= x[0,0] 1.0))(assert (<= y[0] 1))(assert (>= y[0] 0))"
    assert bounded(second) == {"x[0,0]": (-1, 1)}


@pytest.mark.parametrize("count", [1, 2, 8, 64])
def test_regions_are_the_whole_and_meet_in_faces(count):
    regions = cut(QUERY, count)
    assert len(regions) == count
    whole = bounded(QUERY)
    for x, y in itertools.product(range(0, 36), range(0, 21)):
        point = {"X_0": Fraction(-3, 2) + Fraction(x, 10), "X_1": Fraction("0.1") + Fraction(y, 100)}
        inside = all(whole[name].lower <= it <= whole[name].upper for name, it in point.items())
        assert inside == any(all(it.lower <= point[name] <= it.upper for name, it in region.bounds.items()) and inside for region in regions)
    sizes = set()
    for region in regions:
        size = Fraction(1)
        for name in whole:
            it = region.bounds.get(name, whole[name])
            size *= it.upper - it.lower
        sizes.add(float(size))
    assert sum(sizes) * count / len(sizes) == pytest.approx(3.5 * 0.2)


def test_what_cannot_be_cut_says_so():
    with pytest.raises(gainsay.SpecError, match="power of two"):
        cut(QUERY, 3)
    with pytest.raises(gainsay.SpecError, match="nothing to cut"):
        cut("(declare-const X_0 Real)(assert (<= X_0 1))", 2)


def test_the_program_answers_regions_as_the_whole(tmp_path, examples):
    """Of a query that is satisfied in one corner: in the region of that corner, and in no other."""
    query = tmp_path / "q.vnnlib"
    bounds = "".join(f"(assert (>= X_{it} -1.0))(assert (<= X_{it} 1.0))" for it in range(10))
    query.write_text("".join(f"(declare-const X_{it} Real)" for it in range(10)) + "(declare-const Y_0 Real)" + bounds + "(assert (> Y_0 9.5))")
    words = []
    for number, region in enumerate(cut(query.read_text(), 8)):
        part = tmp_path / f"{number}.vnnlib"
        part.write_text(query.read_text() + region.text)
        words.append(gainsay.verify(part, networks=examples / "planted" / "corner.onnx", timeout=30).answer)
    assert sorted(words) == ["sat"] + ["unsat"] * 7
    assert gainsay.verify(query, networks=examples / "planted" / "corner.onnx", timeout=30).answer == "sat"


# Files

def test_what_a_spec_names_is_found(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "pets" / "deep").mkdir(parents=True)
    for name in ("net.onnx", "rows.csv", "serve.py", "sub/words.txt", "pets/a.png", "pets/deep/b.png", "unused.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub" / "more.say").write_text('use "../spec.say"\ntype Word = Text in lines "words.txt"\n')
    (tmp_path / "spec.say").write_text(
        'use "./sub/more.say"\nmodel m : (x: Real) -> (y: Real) from "net.onnx"\ntype T = Text matching /a"b/ data d : { x: Real } from "rows.csv"\n'
        'model b : (x: Real) -> (y: Real) from command "python3 serve.py"\ndata p : { image: Tensor[1, 8, 8] } from "pets"\n// ".."\n')
    names = {os.path.relpath(it, tmp_path) for it in spec_files(str(tmp_path / "spec.say"))}
    assert names == {"spec.say", "sub/more.say", "sub/words.txt", "net.onnx", "rows.csv", "serve.py", "pets/a.png", "pets/deep/b.png"}


def test_absolute_paths_are_left_as_they_are(tmp_path):
    (tmp_path / "net.onnx").write_text("x")
    (tmp_path / "spec.say").write_text(f'model m : (x: Real) -> (y: Real) from "{tmp_path}/net.onnx"\n')
    assert spec_files(str(tmp_path / "spec.say")) == {str(tmp_path / "spec.say")}


def test_files_are_laid_out_once(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "node"))
    (tmp_path / "node").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    files = Files()
    tree = files.tree([str(tmp_path / "a" / "one"), str(tmp_path / "two")], str(tmp_path / "a"))
    asked = []

    def fetch(missing):
        asked.append(list(missing))
        return {it: files.content(it) for it in missing}

    for _ in range(2):
        place = laid_out(tree, fetch)
        assert open(os.path.join(place, "one")).read() == "1" and open(os.path.join(place, "..", "two")).read() == "2"
    assert len(asked) == 1 and len(asked[0]) == 2
    # Another tree with one of the same files.
    laid_out(files.tree([str(tmp_path / "two")], str(tmp_path)), fetch)
    assert len(asked) == 1


def test_a_file_that_changes_while_it_is_sent_is_an_error(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_text("1")
    files = Files()
    digest = files.digest(str(path))
    path.write_text("2")
    with pytest.raises(gainsay.Error, match="was changed while"):
        files.content(digest)


# Plans

def test_a_plan_is_the_grid(examples, monkeypatch):
    monkeypatch.chdir(examples / "digits")
    plan = plan_check(
        ["digits.say"], seeds=[1, 2, 3], files=Files(), only="robust|calm", settings={"eps": ["0.05", "0.1"]},
        models={"net": ["digits.onnx", "digits-backdoored.onnx"]})
    assert len(plan.questions) == 2 * 2 * 2 and all(len(it.jobs) == 3 for it in plan.questions)
    assert len(plan.trees) == 2
    again = plan_check(
        ["digits.say"], seeds=[1, 2, 3], files=Files(), only="robust|calm", settings={"eps": ["0.05", "0.1"]},
        models={"net": ["digits.onnx", "digits-backdoored.onnx"]})
    assert again.head == plan.head
    assert {it.key("p") for question in plan.questions for it in question.jobs} == {it.key("p") for question in again.questions for it in question.jobs}


@pytest.mark.parametrize("arguments, words", [
    (["digits.say", "--set", "width=3"], "no spec declares `width`"),
    (["digits.say", "--only", "nothing"], "matches no property"),
    (["none.say"], "cannot read `none.say`"),
    (["digits.say", "--model", "net=none*.onnx"], "matches no file"),
    (["digits.say", "--model", "net=none.onnx"], "there is no `none.onnx`"),
    (["digits.say", "--resume"], "say which"),
])
def test_bad_usage_ends_before_anything_is_begun(examples, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(examples / "digits")
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_without_ray_it_says_what_to_install(examples, monkeypatch, capsys):
    monkeypatch.chdir(examples / "digits")
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["digits.say", "--tries", "10"]) == 3
    assert "pip install 'gainsay[ray]'" in capsys.readouterr().err


def test_a_callable_cannot_be_sent(examples):
    import gainsay.ray

    with pytest.raises(gainsay.SpecError, match="this process alone can ask"):
        gainsay.ray.check(examples / "digits" / "digits.say", models={"net": lambda x: x})
