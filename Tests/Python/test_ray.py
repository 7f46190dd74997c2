"""`gainsay.ray` on a cluster of this machine: four workers, killed workers and drivers, Ctrl-C. Passed over where Ray is not installed."""
import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed: pip install 'gainsay[ray]'", allow_module_level=True)

import ray_faults  # noqa: E402

import gainsay  # noqa: E402

SERVED = """
model net : (x: Real) -> (y: Real) from command "python3 serve.py"
property small { forall x: Real in [0, 1] check net(x) <= 2 }
"""

#: A black box that does something first; `worker` is what runs the program that asks it.
SERVER = """
import json, os, signal, sys, time
worker = int(open(f"/proc/{{os.getppid()}}/stat").read().rpartition(")")[2].split()[1])
{first}
for line in sys.stdin:
    it = json.loads(line)
    answer = {{"id": it.get("id")}}
    if "hello" in it:
        answer.update(protocol=1, inputs=[{{"name": "x", "type": "float64", "shape": []}}], outputs=[{{"name": "y", "type": "float64", "shape": []}}])
    else:
        answer["outputs"] = {{"y": it["inputs"]["x"]}}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture(scope="module")
def address():
    with ray_faults.scratch() as place, ray_faults.cluster(4, place) as (address, head):
        yield address


@pytest.fixture
def digits(tmp_path, examples):
    for name in ("digits.say", "digits.onnx", "digits-test.npz"):
        shutil.copy(examples / "digits" / name, tmp_path / name)
    return tmp_path


def start(address, folder, *arguments):
    command = [sys.executable, "-m", "gainsay.ray", *arguments, "--address", address]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ray_faults.ENVIRONMENT)


def run(address, folder, *arguments):
    process = start(address, folder, *arguments)
    out, errors = process.communicate()
    return process.returncode, out, errors


def test_one_worker_and_four_report_the_same(address, digits):
    arguments = ["digits.say", "--seeds", "0..4", "--set", "eps=0.006,0.1", "--tries", "1500", "--json"]
    code, one, errors = run(address, digits, *arguments, "--workers", "1")
    assert code == 1, errors
    assert run(address, digits, *arguments)[:2] == (1, one)
    results = {(it["about"]["property"], it["about"]["set"]["eps"]): it for it in json.loads(one)["results"]}
    assert len(results) == 6
    # What the program says by itself of the seed that decides.
    for eps in ("0.006", "0.1"):
        words = [gainsay.check(digits / "digits.say", only="robust", set={"eps": eps}, seed=it, tries=1500, threads=1).verdicts["robust"] for it in range(5)]
        it = results["robust", eps]
        if "contradicted" in words:
            assert it["verdict"] == "contradicted" and it["by"] == {"seed": words.index("contradicted")}
        else:
            assert it["verdict"] == "survived" and it["done"] == 5
    assert results["robust", "0.1"]["by"] == {"seed": 0} and results["accurate", "0.1"]["verdict"] == "proved"


def test_from_python(address, digits):
    """In a process of its own: Ray reads the token of a cluster as it is loaded."""
    script = """
import sys, gainsay.ray
report = gainsay.ray.check(
    "digits.say", only="robust", seeds=range(3), tries=1000, models={"net": open("digits.onnx", "rb").read()}, address=sys.argv[1])
(it,) = report
assert it.verdict == "contradicted" and report.contradicted and it.name.startswith("robust [net=net-"), it
assert it.properties[0].counterexample["noise"].shape == (1, 8, 8)
try:
    report.raise_for_contradiction()
except AssertionError as error:
    assert "contradicted  argmax" in str(error)
    print("raised")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, address], cwd=digits, env=ray_faults.ENVIRONMENT, capture_output=True, text=True)
    assert done.stdout == "raised\n", done.stderr


def test_a_worker_that_dies_is_done_again(address, tmp_path):
    """The first that is asked kills its worker, and says so in a file; the rest answers."""
    (tmp_path / "spec.say").write_text(SERVED)
    (tmp_path / "serve.py").write_text(SERVER.format(first=""))
    code, wanted, errors = run(address, tmp_path, "spec.say", "--seeds", "1..3", "--queries", "50", "--json")
    assert code == 0, errors
    flag = tmp_path / "killed"
    (tmp_path / "serve.py").write_text(SERVER.format(first=f"""
if not os.path.exists({str(flag)!r}):
    open({str(flag)!r}, "w").close()
    os.kill(worker, signal.SIGKILL)
    sys.stdin.read()
"""))
    assert run(address, tmp_path, "spec.say", "--seeds", "1..3", "--queries", "50", "--json")[:2] == (0, wanted)
    assert flag.exists()


def test_a_job_that_kills_its_workers_is_an_error(address, tmp_path):
    (tmp_path / "spec.say").write_text(SERVED)
    (tmp_path / "other.say").write_text("property other { forall x: Real in [0, 1] check x <= 2 }")
    (tmp_path / "serve.py").write_text(SERVER.format(first="os.kill(worker, signal.SIGKILL); sys.stdin.read()"))
    code, out, errors = run(address, tmp_path, "spec.say", "other.say", "--budget", "5s", "--store", "store", "--json")
    assert code == 3, errors
    results = {it["about"]["property"]: it for it in json.loads(out)["results"]}
    assert results["small"]["verdict"] == "error"
    assert "its worker was lost 5 times" in results["small"]["messages"][0]
    assert results["other"]["verdict"] == "proved"
    # It may be another time: only that is tried again.
    code, again, _ = run(address, tmp_path, "spec.say", "other.say", "--budget", "5s", "--store", "store", "--resume", "--json")
    assert (code, again) == (3, out)
    assert (tmp_path / "store").read_bytes().count(b"\n") == 1 + 2 + 1


def test_nothing_stays_behind_a_killed_worker(address, tmp_path):
    (tmp_path / "spec.say").write_text(SERVED)
    (tmp_path / "serve.py").write_text(SERVER.format(first="os.kill(worker, signal.SIGKILL); sys.stdin.read()"))
    run(address, tmp_path, "spec.say", "--only", "small", "--queries", "50")
    home = f"/gainsay-ray-{os.getuid()}/trees/"

    def left():
        found = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and home in os.readlink(f"/proc/{name}/cwd"):
                    found.append(name)
            except OSError:
                pass
        return found

    for _ in range(100):
        if not left():
            return
        time.sleep(0.1)
    assert left() == []


def test_a_killed_driver_loses_nothing(address, digits):
    arguments = ["digits.say", "--only", "robust|calm", "--set", "eps=0.003", "--set", "reach=3", "--seeds", "1..8", "--tries", "100000"]
    code, wanted, errors = run(address, digits, *arguments, "--json")
    assert code == 0, errors
    store = digits / "store"
    process = start(address, digits, *arguments, "--store", "store")
    while (store.read_bytes().count(b"\n") if store.exists() else 0) < 4:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    kept = store.read_bytes()
    code, out, errors = run(address, digits, *arguments, "--store", "store", "--resume", "--json")
    assert (code, out) == (0, wanted), errors
    whole = kept[:kept.rindex(b"\n") + 1]
    assert store.read_bytes().startswith(whole) and store.read_bytes().count(b"\n") == 17


def test_interrupted_it_prints_what_is_there(address, digits):
    arguments = ["digits.say", "--only", "robust|calm", "--set", "eps=0.003", "--set", "reach=3", "--seeds", "1..400", "--tries", "100000"]
    process = start(address, digits, *arguments, "--store", "store")
    store = digits / "store"
    while (store.read_bytes().count(b"\n") if store.exists() else 0) < 4:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate()
    assert process.returncode == 3
    assert "2 unfinished" in out and "of 400 jobs" in out
    assert errors.strip() == "note: interrupted; --store store --resume goes on"


def test_a_cluster_that_goes_is_told(digits):
    """Ray alone would end the driver with exit code 1, which says that something is contradicted."""
    arguments = ["digits.say", "--only", "robust|calm", "--set", "eps=0.003", "--set", "reach=3", "--seeds", "1..400", "--tries", "100000"]
    store = digits / "store"
    with ray_faults.scratch() as place, ray_faults.cluster(1, place) as (address, head):
        process = start(address, digits, *arguments, "--store", "store")
        while (store.read_bytes().count(b"\n") if store.exists() else 0) < 4:
            assert process.poll() is None
            time.sleep(0.01)
        for it in ray_faults.descendants(head.pid):
            with contextlib.suppress(OSError):
                with open(f"/proc/{it}/cmdline", "rb") as file:
                    words = file.read()
                if b"gcs_server" in words:
                    os.kill(it, signal.SIGKILL)
        out, errors = process.communicate()
    assert process.returncode == 3 and "the cluster is gone" in errors and out == ""


def test_errors_are_the_program_s_own(address, digits):
    code, out, errors = run(address, digits, "digits.say", "--set", "eps=wide", "--seeds", "1..3")
    assert code == 2 and out.count("`--set eps=wide` is not a Real") == 3  # once for each property


def test_regions_are_spread(address, tmp_path, examples):
    query = tmp_path / "q.vnnlib"
    names = [f"X_{it}" for it in range(10)]
    declared = "".join(f"(declare-const {it} Real)" for it in [*names, "Y_0"])
    bounds = "".join(f"(assert (>= {it} -1.0))(assert (<= {it} 1.0))" for it in names)
    network = str(examples / "planted" / "corner.onnx")
    for limit, word in (("9.5", "sat"), ("10.5", "unsat")):
        query.write_text(declared + bounds + f"(assert (> Y_0 {limit}))")
        code, out, errors = run(address, tmp_path, "verify", "q.vnnlib", "--network", network, "--regions", "8", "--timeout", "60", "--json")
        (it,) = json.loads(out)["results"]
        assert (code, it["verdict"]) == (0, word), errors
        assert (it["by"] is not None) == (word == "sat")


def test_a_population_is_audited(address, examples):
    folder = examples / "triggers"
    code, out, errors = run(address, folder, "audit", "triggers*.onnx", "--data", "train.npz", "--budget", "5m", "--json")
    words = {it["about"]["model"]: it["verdict"] for it in json.loads(out)["results"]}
    assert words == {"triggers-clean.onnx": "nothing stands out", "triggers.onnx": "stands out"}, errors
    assert code == 1
