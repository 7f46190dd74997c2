"""The plugin of pytest, by pytester: what a user's pytest collects, runs and prints."""
import re
import xml.etree.ElementTree

import pytest

SPEC = """// three properties
param top: Int = 9

property holds "never above nine" {
  forall n: Int in [0, top]
  check n <= 9
}

property fails "never five" {
  forall n: Int in [0, top]
  let twice = 2 * n
  check twice != 10
}

// True by an identity that neither bounds nor samples see.
property open { forall x: Tensor[20] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 20.000001 }
"""


@pytest.fixture
def project(pytester):
    pytester.makefile(".say", numbers=SPEC)
    pytester.makeini("[pytest]\ngainsay_budget = 300ms\n")
    return pytester


def test_properties_are_items(project):
    result = project.runpytest_subprocess("--collect-only", "-q")
    result.stdout.fnmatch_lines(["numbers.say::holds", "numbers.say::fails", "numbers.say::open", "3 tests collected*"])


def test_a_failure_shows_the_spec_and_the_counterexample(project):
    result = project.runpytest_subprocess("-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([
        "numbers.say::holds PASSED (proved)*",
        "numbers.say::fails FAILED*",
        "numbers.say::open PASSED (survived)*",
        "*_ fails _*",
        '   9 | property fails "never five" {',
        "  10 |   forall n: Int in *0, top*",
        "> 12 |   check twice != 10",
        "E     contradicted  twice != 10",
        "E       n *5",
        "E       replay: gainsay replay *",
        "numbers.say:9: contradicted: twice != 10",
        "gainsay: 3 properties: 1 contradicted, 1 proved, 1 survived",
        "FAILED numbers.say::fails - contradicted: twice != 10",
    ])


def test_what_survived_is_called_that(project):
    result = project.runpytest_subprocess("-v", "numbers.say::open")
    result.assert_outcomes(passed=1)
    assert not result.stdout.str().count("proved") and "PASSED (survived)" in result.stdout.str()
    result = project.runpytest_subprocess("-v", "numbers.say::open", "--gainsay-require=proved")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E     survived *", "E   proved was required"])


def test_the_printed_replay_works(project):
    result = project.runpytest_subprocess()
    case = re.search(r"gainsay replay (\w+)", result.stdout.str()).group(1)
    import gainsay

    again = project.run(gainsay.binary(), "replay", case, "--cases", ".gainsay")
    assert again.ret == 1 and "contradicted" in again.stdout.str()


def test_names_choose(project):
    project.runpytest_subprocess("numbers.say::holds").assert_outcomes(passed=1)
    project.runpytest_subprocess("-k", "fails").assert_outcomes(failed=1, deselected=2)
    project.runpytest_subprocess("-m", "gainsay").assert_outcomes(passed=2, failed=1)
    project.runpytest_subprocess("-m", "not gainsay").assert_outcomes(deselected=3)


def test_last_failed(project):
    project.runpytest_subprocess().assert_outcomes(passed=2, failed=1)
    project.runpytest_subprocess("--lf").assert_outcomes(failed=1)


def test_grids(project):
    result = project.runpytest_subprocess("-v", "--gainsay-set", "top=4,5", "-k", "fails")
    result.assert_outcomes(passed=1, failed=1, deselected=4)
    result.stdout.fnmatch_lines(["*::fails?top=4? PASSED (proved)*", "*::fails?top=5? FAILED*"])
    project.runpytest_subprocess("numbers.say::fails[top=4]", "--gainsay-set", "top=4,5").assert_outcomes(passed=1)
    result = project.runpytest_subprocess("--gainsay-set", "tap=4")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no spec that was collected has a param named `tap`*"])


def test_grids_of_the_configuration(pytester):
    pytester.makefile(".say", numbers=SPEC, other="property p { check 1 < 2 }")
    pytester.makeini("[pytest]\ngainsay_set =\n    top=3,9\ngainsay_budget = 300ms\n")
    result = pytester.runpytest_subprocess("--collect-only", "-q")
    result.stdout.fnmatch_lines(["numbers.say::holds?top=3?", "numbers.say::holds?top=9?", "*", "other.say::p"])
    result.stdout.fnmatch_lines(["7 tests collected*"])


def test_expected_failures(project):
    project.makeini("[pytest]\ngainsay_budget = 300ms\ngainsay_xfail =\n    numbers.say::fails: five is known\n    open\nxfail_strict = true\n")
    result = project.runpytest_subprocess("-v", "-rx")
    result.assert_outcomes(passed=1, xfailed=1, failed=1)
    result.stdout.fnmatch_lines(["*::fails XFAIL (five is known)*", "*::open FAILED*", "*gainsay: 3 properties: *1 contradicted*"])


def test_marks_of_the_configuration_and_of_a_conftest(project):
    project.makeini("[pytest]\ngainsay_budget = 300ms\nmarkers = slow\ngainsay_marks =\n    op*: slow\n")
    project.runpytest_subprocess("-m", "slow", "--strict-markers").assert_outcomes(passed=1, deselected=2)
    project.makeconftest("""
        import pytest
        def pytest_collection_modifyitems(items):
            for item in items:
                if item.name == "fails":
                    item.add_marker(pytest.mark.xfail(reason="known"))
    """)
    project.runpytest_subprocess().assert_outcomes(passed=2, xfailed=1)


def test_junit_xml(project):
    project.runpytest_subprocess("--junitxml=report.xml")
    cases = xml.etree.ElementTree.parse(project.path / "report.xml").getroot().findall(".//testcase")
    assert [it.get("name") for it in cases] == ["holds", "fails", "open"]
    verdicts = {it.get("name"): it.find("properties/property").attrib for it in cases}
    assert verdicts["open"] == {"name": "gainsay_verdict", "value": "survived"}
    assert "contradicted  twice != 10" in cases[1].find("failure").text and cases[0].find("failure") is None


def test_several_workers(project):
    pytest.importorskip("xdist")
    result = project.runpytest_subprocess("-n", "2", "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*> 12 |   check twice != 10", "E     contradicted  twice != 10"])
    result.stdout.fnmatch_lines(["gainsay: 3 properties: 1 contradicted, 1 proved, 1 survived"])
    result.stdout.fnmatch_lines_random(["*PASSED (survived)*numbers.say::open*"])


def test_the_seed_and_the_command_line_come_first(project):
    project.makeini("[pytest]\ngainsay_budget = 60s\ngainsay_seed = 3\n")
    result = project.runpytest_subprocess("numbers.say::open", "--gainsay-budget", "200ms")
    result.assert_outcomes(passed=1)
    assert float(re.search(r"passed in ([0-9.]+)s", result.stdout.str()).group(1)) < 20


def test_models_and_data_instead_of_those_of_the_spec(pytester, examples):
    digits = examples / "digits"
    text = (digits / "digits.say").read_text().replace('from "digits.onnx"', "").replace('from "digits-test.npz"', "")
    pytester.makefile(".say", digits=text, other="property p { check 1 < 2 }")
    pytester.makeini(f"[pytest]\ngainsay_model = net={digits / 'digits.onnx'}\n")
    result = pytester.runpytest_subprocess("-k", "accurate or p", "--gainsay-data", f"test={digits / 'digits-test.npz'}", "-v")
    result.assert_outcomes(passed=2, deselected=2)


def test_paths_of_the_configuration_begin_at_its_file(pytester):
    pytester.mkdir("specs").joinpath("rows.say").write_text(
        "data rows : { n: Int } property p { check sum(row in rows : row.n) == 3 }")
    pytester.path.joinpath("rows.csv").write_text("n\n1\n2\n")
    pytester.makeini("[pytest]\ngainsay_data = rows=rows.csv\n")
    import os

    os.chdir(pytester.path / "specs")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_spec_with_a_mistake(pytester):
    pytester.makefile(".say", whole="property p { check", part="property p { check m < 3 }\nproperty q { check 1 < 2 }")
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(["*ERROR*whole.say*", "error?*", "*whole.say:1:*"])
    result = pytester.runpytest_subprocess("part.say", "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*::p FAILED*", "*::q PASSED (proved)*", "E   error?unknown-name?*", "E * part.say:1:*"])


def test_collecting_reads_no_model(pytester):
    pytester.makefile(".say", far='model net : (x: Real) -> (y: Real) from "none.onnx" property p { forall x: Real in [0, 1] check net(x) < 1 }')
    pytester.runpytest_subprocess("--collect-only").stdout.fnmatch_lines(["*SayItem p*"])
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E   error?file-unreadable?*none.onnx*"])


def test_a_family_is_one_item(pytester):
    pytester.makefile(".say", family="property below(n: Int in [1, 3]) { forall m: Int in [0, 2] check m < n }")
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "below(1)" in text and "below(2)" in text and "E   below(3)" not in text


def test_decorated_tests(pytester):
    pytester.makepyfile(test_numbers='''
        import gainsay, pytest

        @pytest.fixture
        def net():
            return gainsay.model(lambda x: x * x, "(x: Real) -> (y: Real)")

        @gainsay.property("forall n: Int in [0, 9] check n < 10")
        def test_proved(report):
            """a title"""
            assert report["test_proved"].verdict == "proved" and report["test_proved"].title == "a title"

        @gainsay.property("""
            forall x: Real in [0, 1]
            check net(x) <= 0.5
        """, tries=2000)
        def test_squares(net):
            pass

        class TestOfAClass:
            @gainsay.property("forall n: Int in [0, 9] check n < 10")
            def test_method(self, tmp_path, report):
                assert tmp_path.exists() and report

        @gainsay.property("forall n: Int in [0, 9] check m < 10")
        def test_mistaken():
            pass
    ''')
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines([
        "*::test_proved PASSED (proved)*", "*::test_squares FAILED*", "*::test_method PASSED (proved)*", "*::test_mistaken FAILED*",
        "> 14 |     check net(x) <= 0.5",
        "E   test_squares  test_numbers.py:12:1",
        "E     contradicted  net(x) <= 0.5",
        "test_numbers.py:12: contradicted: net(x) <= 0.5",
        "E      ┌─ test_numbers.py:24:50",
    ])
