"""One audit of a game, on a worker: the command in an empty folder with the model and the data, and nothing of the cluster's."""
from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence

from .._binary import binary
from .._process import leash
from .cluster import at_work

#: Bytes of output that the game reads, and of errors that it keeps.
OUTPUT, ERRORS = 1 << 24, 1 << 12


class Answered(NamedTuple):
    """How a command ended; a negative code is a signal."""

    code: int
    output: str
    errors: str


def look(
    words: Sequence[str], question: Mapping[str, str], contents: Mapping[str, bytes], digest: str, program: str, sent: List[Any]
) -> Answered:
    """Runs an auditor's command for one model; what it left running is ended."""
    here = at_work(digest, program, sent)
    meaning: Dict[str, str] = {**{f"{{{name}}}": question[name] for name in ("model", "data", "budget", "seed")}, "{here}": here}
    command = [re.sub(r"\{[a-z]+\}", lambda it: meaning.get(it[0], it[0]), word) for word in words]
    command[0] = binary() if command[0] == "gainsay" else command[0]
    with tempfile.TemporaryDirectory(prefix="gainsay-audit-") as folder, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        for name in ("model", "data"):
            with open(os.path.join(folder, question[name]), "wb") as file:
                file.write(contents[name])
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True, env=_environment(),
                preexec_fn=leash())
        except OSError as error:
            return Answered(3, "", f"{command[0]}: {error.strerror}")
        try:
            code = process.wait(2 * float(question["budget"]) + 10)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            _end(process)
        output.seek(0)
        errors.seek(max(0, os.fstat(errors.fileno()).st_size - ERRORS))
        return Answered(code, output.read(OUTPUT + 1).decode("utf-8", "replace"), errors.read().decode("utf-8", "replace"))


def _environment() -> Dict[str, str]:
    """Without what lets a process into the cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With all of its session's group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
