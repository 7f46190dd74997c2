"""Holds what `gainsay check` writes for other programs against what those read: reports.py GAINSAY OUT.

JUnit XML against the schema that pytest tests its own with, and read by junitparser; SARIF against its schema; GitHub's action by its script, with the
variables set that a runner sets. The schemas are taken from the source distributions of pytest and sarif-pydantic and kept in OUT; needs
`Tests/Conformance/setup xmlschema jsonschema junitparser pyyaml`.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

import junitparser
import jsonschema
import xmlschema
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
ACTION = TOP / ".github/actions/check"
SCHEMAS = {
    "junit-10.xsd": ("pytest==9.2.0", "testing/example_scripts/junit-10.xsd"),
    "sarif-schema-2.1.0.json": ("sarif-pydantic==0.6.2", "sarif-schema-2.1.0.json"),
}
# Names and words as nobody should give them.
HOSTILE = """enum Odd = plain "]]><script>", other "::error::|x`"
data rows : { odd: Odd, text: Text } from "rows.csv"
param limit: Real = 0.5
property small "a | b, ::error title=x::y, ]]> and <b> \\"q\\"" { forall x: Real in [0, 1] check x < limit }
property row "%0A of [a](b) {0}" { forall r in rows check r.odd == plain }
property sure { forall n: Int in [0, 9] check n >= 0 }
property open { forall x: Tensor[20] in [-1, 1] check sum(x * x) < 100 }
property none { forall x: Real in [0, 1] assume x > 2 check x < 9 }
"""


def schema(name, out):
    path = out / name
    if not path.exists():
        requirement, member = SCHEMAS[name]
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", folder, requirement], check=True)
            with tarfile.open(next(pathlib.Path(folder).glob("*.tar.gz"))) as archive:
                found = next(m for m in archive.getmembers() if m.name.endswith("/" + member))
                path.write_bytes(archive.extractfile(found).read())
    return path


def check(gainsay, folder, *arguments, code):
    reports = {kind: folder / f"report.{kind}" for kind in ("junit", "sarif", "markdown", "html")}
    command = [gainsay, "check", *arguments, "--no-cases", "--github"]
    for kind, path in reports.items():
        command += [f"--{kind}", path]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout, reports


def junit(path, validator):
    validator.validate(str(path))
    suites = junitparser.JUnitXml.fromfile(str(path))
    cases = [case for suite in suites for case in suite]
    assert suites.tests == len(cases)
    # What cannot be read is a case of its own, of the same name in each spec.
    return {case.name if case.name != "it is read" else case.classname: [type(r).__name__ for r in case.result] for case in cases}


def sarif(path, validator):
    log = json.loads(path.read_text())
    validator.validate(log)
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        # A level only where something fails.
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert result["partialFingerprints"]
    return {result["ruleId"].rsplit("/", 1)[1]: result for result in run["results"]}, run["invocations"][0]


def formats(gainsay, out):
    xml = xmlschema.XMLSchema(str(schema("junit-10.xsd", out)))
    schema_json = json.loads(schema("sarif-schema-2.1.0.json", out).read_text())
    log = jsonschema.validators.validator_for(schema_json)(schema_json)
    folder = pathlib.Path(tempfile.mkdtemp(dir=out))
    (folder / "hostile.say").write_text(HOSTILE)
    (folder / "rows.csv").write_text('odd,text\n]]><script>,"a\u0001b]]>"\n::error::|x`,"::stop\u2028 ##[error]|`@all"\n')
    (folder / "moved.say").write_text("// moved\n\n" + HOSTILE)
    printed, reports = check(gainsay, folder, "hostile.say", "--tries", "2000", code=1)
    cases = junit(reports["junit"], xml)
    assert cases == {"small": ["Failure"], "row": ["Failure"], "sure": [], "open": [], "none": ["Error"]}, cases
    results, invocation = sarif(reports["sarif"], log)
    kinds = {name: result["kind"] for name, result in results.items()}
    assert kinds == {"small": "fail", "row": "fail", "sure": "pass", "open": "open"}, kinds
    assert not invocation["executionSuccessful"] and len(invocation["toolExecutionNotifications"]) == 1
    region = results["small"]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endLine"]) == (4, 1, 4), region
    commands = [line for line in printed.splitlines() if line.lstrip().startswith("::") and not re.match(r"::(stop-commands::)?[0-9a-f]{64}", line)]
    assert [re.match(r"::(\w+) file=hostile.say,line=\d+,", line)[1] for line in commands] == ["error", "error", "notice", "error"], commands
    # Where a property stands, and what was found, does not matter.
    (folder / "hostile.say").write_text((folder / "moved.say").read_text())
    _, moved = check(gainsay, folder, "hostile.say", "--tries", "3000", "--seed", "5", code=1)
    later, _ = sarif(moved["sarif"], log)
    for name, result in later.items():
        assert result["partialFingerprints"] == results[name]["partialFingerprints"]
    _, required = check(gainsay, folder, "hostile.say", "--tries", "2000", "--require", "proved", code=1)
    assert junit(required["junit"], xml)["open"] == ["Failure"] and sarif(required["sarif"], log)[0]["open"]["kind"] == "fail"
    # Several specs, one of which cannot be read.
    (folder / "wrong.say").write_text("property p { check q }\n")
    _, several = check(gainsay, folder, "hostile.say", "wrong.say", "gone.say", "--tries", "500", code=1)
    assert [kind for kinds in junit(several["junit"], xml).values() for kind in kinds].count("Error") == 3
    assert len(sarif(several["sarif"], log)[1]["toolConfigurationNotifications"]) == 2
    # Examples.
    for example, arguments in [("digits", ["digits.say"]), ("table", ["table.say"]), ("say-by-example", ["temporal.say"])]:
        place = TOP / "Examples" / example
        _, reports = check(gainsay, folder, *[str(place / a) if a.endswith(".say") else a for a in arguments], "--tries", "2000", code=1)
        junit(reports["junit"], xml)
        sarif(reports["sarif"], log)
    print("formats: all valid")


def action(gainsay, out):
    description = yaml.safe_load((ACTION / "action.yml").read_text())
    steps = description["runs"]["steps"]
    folder = pathlib.Path(tempfile.mkdtemp(dir=out))
    (folder / "specs/deep down").mkdir(parents=True)
    (folder / "specs/good.say").write_text("property sure { forall n: Int in [0, 9] check n >= 0 }\n")
    (folder / "specs/deep down/bad.say").write_text("param limit: Real = 0.5\nproperty small { forall x: Real in [0, 1] check x < limit }\n")

    def run(code, **inputs):
        given = {name: str(about.get("default", "")) for name, about in description["inputs"].items()} | {"gainsay": gainsay} | inputs
        (folder / "summary").write_text("before\n")
        (folder / "output").write_text("")
        environment = os.environ | {
            "GITHUB_ACTION_PATH": str(ACTION), "GITHUB_STEP_SUMMARY": str(folder / "summary"), "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(folder),
        }
        printed, last, outputs = "", 0, {}
        for step in steps:
            if "run" not in step:
                continue
            values = {}
            for name, value in step["env"].items():
                source, key = re.fullmatch(r"\$\{\{ (inputs|steps\.check\.outputs)\.([\w-]+) \}\}", value).groups()
                values[name] = given[key] if source == "inputs" else outputs.get(key, "")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=folder, env=environment | values,
                capture_output=True, text=True)
            printed, last = printed + done.stdout, done.returncode
            outputs = dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())
            assert last == 0 or step is steps[-1], done.stderr
        assert last == code, (inputs, last, printed)
        return printed, outputs, (folder / "summary").read_text()

    printed, outputs, summary = run(0, specs="specs/good.say\n")
    assert outputs["exit-code"] == "0" and summary.startswith("before\n## gainsay check") and "::error" not in printed
    printed, outputs, summary = run(1, specs="  specs/**/*.say  \n\n", args="--tries 500 --set 'limit=0.25'", seed="3")
    assert "::error file=specs/deep down/bad.say,line=2" in printed and "<details>" in summary
    assert all(pathlib.Path(outputs[name]).stat().st_size for name in ("markdown", "html", "sarif", "junit"))
    run(1, specs="specs/**/*.say", args="--only small", budget="1s")
    assert "no spec matches" in run(2, specs="nowhere/*.say")[0] and "no specs" in run(2, specs="\n")[0]
    assert "quotes" in run(2, specs="specs/good.say", args="--only 'x")[0]
    # Nothing that is given is run.
    marker = folder / "marker"
    run(2, specs=f"$(touch {marker})\n`touch {marker}`", args=f"--only $(touch {marker})")
    run(2, specs="specs/good.say", args=f'--only "`touch {marker}`;touch {marker}(" ; touch {marker}')
    assert not marker.exists()
    print("action: all as described")


def main():
    gainsay, out = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    formats(gainsay, out)
    action(gainsay, out)


if __name__ == "__main__":
    main()
