"""What the program answered, without what depends on the clock."""
from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping

from .._process import Outcome
from .._report import FAILING, SETTLED
from .._session import diagnostics, failure, parsed

#: `in 0.0016716 s (114,859/s)`, as the program ends a line on its effort.
_CLOCK = re.compile(r"^( +\S.*\btr(?:y|ies)) in [0-9.e+-]+ s \([0-9,]+/s\)", re.MULTILINE)


def answer(kind: str, outcome: Outcome) -> Dict[str, Any]:
    """The exit code as `code`, what was found, and as `message` what went wrong."""
    entry = parsed(outcome)
    code = outcome.code if outcome.code in (0, 1, 2, 3) else 3
    if entry is None:
        return {"code": max(2, code), "message": str(failure(outcome))}
    found: Dict[str, Any] = {"code": code}
    if code >= 2:
        found["message"] = diagnostics(outcome.errors).rstrip("\n")
    found.update(_READ[kind](entry))
    return found


def died(times: int, why: str) -> Dict[str, Any]:
    """Of a job that took its worker with it again and again."""
    return {"code": 3, "message": f"its worker was lost {times} times, the last time so: {why}"}


def stops(kind: str, found: Mapping[str, Any]) -> bool:
    """Whether siblings behind it are of no use any more: it is contradicted, or all of it is proved. A message stops nothing, nor does
    what `--require` wants."""
    if kind == "check":
        words = [it["verdict"] for it in found.get("properties", ())]
        return any(it in FAILING for it in words) or bool(words) and all(it in SETTLED for it in words)
    return kind == "verify" and bool(found.get("answer") == "sat")


def is_final(found: Mapping[str, Any]) -> bool:
    """Whether --resume need not try again: what could not be run to its end may run to it another time."""
    return bool(found["code"] != 3)


def _check(entry: Mapping[str, Any]) -> Dict[str, Any]:
    return {"properties": [_property(it) for it in entry.get("properties", ())]}


def _property(entry: Mapping[str, Any]) -> Dict[str, Any]:
    found = {key: value for key, value in entry.items() if key != "seconds"}
    found["text"] = _CLOCK.sub(r"\1", entry["text"])
    for rate in found.get("rates") or ():
        for proof in rate["proofs"]:
            proof.pop("seconds", None)
    return found


def _verify(entry: Mapping[str, Any]) -> Dict[str, Any]:
    notes: List[str] = list(entry.get("notes") or ())
    return {"answer": entry["answer"], "assignment": entry.get("assignment"), "notes": notes}


def _audit(entry: Mapping[str, Any]) -> Dict[str, Any]:
    return {"audit": {key: value for key, value in entry.items() if key != "seconds"}}


_READ = {"check": _check, "verify": _verify, "audit": _audit}
