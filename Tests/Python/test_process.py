"""What a check leaves behind: nothing; and Ctrl-C."""
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import gainsay

SLOW = """
model net : (x: Tensor[2]) -> (y: Real)
property found { forall x: Tensor[2] in [0, 1] check net(x) <= 1.5 }
property open { forall x: Tensor[2] in [0, 1] check net(x) <= 3 }
property last { forall x: Tensor[2] in [0, 1] check net(x) <= 3 }
"""


def total(x):
    return x.sum(axis=1)


def children():
    """Processes whose parent is this one, those that have ended and were not waited for among them."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.append(int(entry.name))
    return found


def bridges(folder):
    """Command lines of bridges whose address lies in a folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if "_bridge.py" in line and str(folder) in line:
                found.append(line)
    return found


@pytest.fixture
def nothing_left(temporary):
    before, descriptors = children(), len(os.listdir("/proc/self/fd"))
    yield temporary
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) == descriptors
    deadline = time.monotonic() + 5
    while bridges(temporary) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert bridges(temporary) == []


def test_nothing_is_left_of_a_check(nothing_left):
    for _ in range(3):
        gainsay.check(text=SLOW, models={"net": total}, only="found", data={})


def test_nothing_is_left_of_an_error(nothing_left):
    def net(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gainsay.check(text=SLOW, models={"net": net})
    with pytest.raises(gainsay.SpecError):
        gainsay.check(text="property p { check", data={"rows": {"x": np.zeros(3)}})


def test_several_threads_at_once(nothing_left):
    reports = {}

    def work(number):
        text = SLOW.replace("1.5", str(1 + number / 10))
        reports[number] = gainsay.check(text=text, models={"net": total}, only="found", tries=20_000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(report["found"].failed for report in reports.values()) and len(reports) == 6
    for number, report in reports.items():
        assert report["found"].counterexample["x"].sum() > 1 + number / 10
    reports.clear()


def test_an_interrupt_tells_what_was_found(nothing_left):
    """Ctrl-C while the second of three properties is tried."""

    def listen(event):
        if event.get("number") == 2:
            threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as raised:
        gainsay.check(text=SLOW, models={"net": total}, budget="30s", progress=listen)
    assert time.monotonic() - start < 20
    assert isinstance(raised.value, gainsay.Interrupted)
    verdicts = raised.value.report.verdicts
    assert verdicts["found"] == "contradicted" and verdicts.get("open") == "survived" and "last" not in verdicts
    assert raised.value.report.interrupted
    del raised


def test_an_interrupt_of_a_callable_that_is_at_work(nothing_left):
    calls = []

    def net(x):
        calls.append(len(x))
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)
        return total(x)

    start = time.monotonic()
    with pytest.raises(gainsay.Interrupted):
        gainsay.check(text=SLOW, models={"net": net}, budget="30s")
    assert time.monotonic() - start < 9


def test_an_interrupt_at_a_terminal_is_passed_on_once(tmp_path):
    """The whole group of a terminal is interrupted, the program among it, unless it has a session of its own."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent("""
        import gainsay
        try:
            text = "property p { forall x: Tensor[20] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 20.000001 }"
            gainsay.check(text=text, budget="60s", progress=lambda event: print("at work", flush=True))
        except gainsay.Interrupted as interrupted:
            print("found", interrupted.report.verdicts, flush=True)
    """))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert "at work" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert "found {'p': " in process.communicate(timeout=30)[0]
    assert process.returncode == 0


def test_a_process_that_is_killed_leaves_no_program_at_work(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent("""
        import gainsay, os, signal
        def listen(event):
            if "count" in event:
                print("at work", flush=True)
        text = "model net : (x: Tensor[2]) -> (y: Real) property p { forall x: Tensor[2] in [0, 1] check net(x) <= 3 }"
        gainsay.check(text=text, models={"net": lambda x: x.sum(axis=1)}, budget="120s", progress=listen)
    """))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    assert "at work" in process.stdout.readline()
    assert bridges(tmp_path)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 15
    while bridges(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert bridges(tmp_path) == []
