"""What a run needs besides the program: the spec or its text, files for what are Python objects, and where cases are kept."""
from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional

from ._errors import Error, SpecError
from ._process import Outcome, run

if TYPE_CHECKING:
    from ._serving import Served


class Spec(NamedTuple):
    """A spec's file, or a text and what it is called."""

    path: str
    text: Optional[str] = None

    @property
    def arguments(self) -> List[str]:
        return [self.path] + self.source

    @property
    def source(self) -> List[str]:
        """What says where the text is, for commands that have the path from elsewhere."""
        return [] if self.text is None else ["--text", "/dev/stdin"]


class Folder:
    """A folder that goes when nobody holds it, at the latest with the process."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="gainsay-")
        self.close = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def file(self, name: str, content: bytes) -> str:
        """Its path."""
        path = os.path.join(self.path, name)
        with open(path, "wb") as file:
            file.write(content)
        return path


class Session:
    """What a check was run with, kept for replays."""

    def __init__(self, spec: Spec, sources: List[str], served: Dict[str, "Served"], cases: Optional[str]) -> None:
        self.spec = spec
        #: `--model`, `--data`, `--set` and the like.
        self.sources = sources
        self.served = served
        self.folder = Folder()
        #: Whether cases go with the folder.
        self.is_temporary = cases is None
        self.cases = cases if cases is not None else os.path.join(self.folder.path, "cases")

    def replay(self, case: str) -> Mapping[str, Any]:
        """The report of a case evaluated again."""
        arguments = ["replay", case, "--cases", self.cases, "--json"] + self.sources + self.spec.source
        outcome = run(arguments, text=self.spec.text, served=self.served)
        return expect_json(outcome, codes=(0, 1))


def expect_json(outcome: Outcome, codes: "tuple[int, ...]" = (0,)) -> Dict[str, Any]:
    """What the program printed; raises what went wrong instead."""
    if outcome.code in codes:
        entry = parsed(outcome)
        if entry is not None:
            return entry
    raise failure(outcome)


def parsed(outcome: Outcome) -> Optional[Dict[str, Any]]:
    """The JSON that the program printed, None where it printed none."""
    try:
        entry = json.loads(outcome.output)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def failure(outcome: Outcome) -> Error:
    """What the program said went wrong."""
    said = diagnostics(outcome.errors).rstrip("\n")
    said = said[len("error: "):] if said[:len("error: ")].lower() == "error: " else said
    if outcome.code == 2:
        return SpecError(said)
    if outcome.code < 0:
        return Error(f"the program was ended by signal {-outcome.code}" + (f"\n{said}" if said else ""))
    return Error(said or f"the program ended with exit code {outcome.code} and said nothing")


def diagnostics(errors: str) -> str:
    """Standard error without what is told of bridges, which nobody asked for by name."""
    return "".join(line for line in errors.splitlines(True) if not _is_of_bridge(line))


def _is_of_bridge(line: str) -> bool:
    return line.startswith("note: model ") and "_bridge.py" in line
