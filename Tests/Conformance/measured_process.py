"""A command as a process of its own: what it wrote, how long it took, and the peak of its memory.

It is started by a small process, because Linux counts the memory of whoever starts a process towards that process's peak.
"""

import os
import signal
import subprocess
import sys
import tempfile
from typing import NamedTuple, Optional

STARTER = """
import os, sys, time
start = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
status, usage = os.wait4(child, 0)[1:]
numbers = os.waitstatus_to_exitcode(status), time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
os.write(int(sys.argv[1]), " ".join(map(str, numbers)).encode())
"""


class Measured(NamedTuple):
    code: Optional[int]  # none where it was ended at the limit
    output: str
    log: str
    seconds: float  # by the clock of the wall
    processor: float  # seconds of processor time, of its children too
    peak: float  # MiB


def measured(command, limit=None, folder=None, environment=None):
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as log, tempfile.TemporaryFile("w+") as report:
        starter = [sys.executable, "-S", "-E", "-c", STARTER, str(report.fileno())]
        process = subprocess.Popen(
            starter + [str(each) for each in command], cwd=folder, env={**os.environ, **(environment or {})}, stdout=output, stderr=log,
            pass_fds=[report.fileno()], start_new_session=True)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        texts = []
        for file in (output, log, report):
            file.seek(0)
            texts.append(file.read())
    if not texts[2]:
        return Measured(None, texts[0], texts[1], limit or 0, limit or 0, 0)
    code, seconds, processor, peak = map(float, texts[2].split())
    return Measured(int(code), texts[0], texts[1], seconds, processor, peak)
