"""The other commands: `audit`, `inspect`, `init`, `verify`."""
from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from ._check import Path, Seconds, _option
from ._data import data_path
from ._errors import Interrupted, SpecError
from ._models import file_of
from ._process import run
from ._progress import Progress, listener
from ._session import Folder, expect_json


class Inspection(NamedTuple):
    """What a model's file holds."""

    #: Names, element types and shapes; a size that the file leaves open is a name or `?`.
    inputs: Tuple[Mapping[str, Any], ...]
    outputs: Tuple[Mapping[str, Any], ...]
    #: What a spec declares it as; None where it does not load.
    declaration: Optional[str]
    #: Why it does not load.
    reason: Optional[str]
    #: All that `inspect --json` tells; of a language model there is nothing else here.
    json: Mapping[str, Any]


class FirstSpec(NamedTuple):
    """A first spec for a model."""

    text: str
    #: Where it was written; None where it was not.
    path: Optional[str]
    #: What was decided of sizes that the file leaves open.
    sizes: Mapping[str, int]


class AuditResult(NamedTuple):
    """What an audit says; nothing that stands out is no proof that there is nothing."""

    stands_out: bool
    #: All that `audit --json` tells.
    json: Mapping[str, Any]


class Verification(NamedTuple):
    """The answer to a VNN-LIB query."""

    #: `sat`, `unsat`, `unknown` or `timed-out`
    answer: str
    #: By the names of the query's tensors, behind `sat`; numpy arrays.
    assignment: Mapping[str, Any]
    #: Why it is open, where it is.
    notes: Tuple[str, ...]


def inspect(model: Any, *, sizes: Optional[Mapping[str, int]] = None) -> Inspection:
    """What a model's file holds, and what can be done with it. `model` is a path, bytes or a proto of ONNX."""
    folder = Folder()
    entry = expect_json(run(["inspect", _file(model, folder), "--json", *_sizes(sizes)]), codes=(0, 2))
    loaded = entry.get("loaded") or {}
    return Inspection(
        tuple(entry.get("inputs", ())), tuple(entry.get("outputs", ())), loaded.get("declaration"), entry.get("reason"), entry)


def init(
    model: Any, *, data: Any = None, output: Optional[Path] = None, force: bool = False, sizes: Optional[Mapping[str, int]] = None
) -> FirstSpec:
    """A first spec for a model: types, ranges, properties that suit it; written to `output`, if that is given."""
    folder = Folder()
    arguments = ["init", _file(model, folder), "--json", "--output", "-" if output is None else os.fspath(output), *_sizes(sizes)]
    if data is not None:
        arguments += ["--data", data_path("rows", data, folder)]
    entry = expect_json(run(arguments + (["--force"] if force else [])))
    return FirstSpec(entry["text"], entry.get("path"), entry["sizes"])


def audit(
    model: Any, *, data: Any = None, reference: Any = None, range: Optional[Tuple[float, float]] = None,
    sizes: Optional[Mapping[str, int]] = None, share: Optional[float] = None, twins: Optional[int] = None, weights: bool = False,
    budget: Optional[Seconds] = None, seed: Optional[int] = None, threads: Optional[int] = None, page: Optional[Path] = None,
    progress: Progress = None,
) -> AuditResult:
    """Looks for a trigger in a classifier, or for what a language model hides, with no spec."""
    folder = Folder()
    arguments = ["audit", _file(model, folder), "--json", *_sizes(sizes)]
    if data is not None:
        arguments += ["--data", data_path("rows", data, folder)]
    if reference is not None:
        arguments += ["--reference", _file(reference, folder, "reference")]
    if range is not None:
        arguments += ["--range", f"{range[0]}..{range[1]}"]
    if weights:
        arguments.append("--weights")
    given: Dict[str, Any] = {"share": share, "twins": twins, "budget": budget, "seed": seed, "threads": threads}
    arguments += [it for name, value in given.items() for it in _option(name, value)]
    if page is not None:
        arguments += ["--page", os.fspath(page)]
    bar = listener(progress)
    try:
        outcome = run(arguments, progress=bar)
    finally:
        if bar is not None:
            bar.close()
    if outcome.interrupted:
        raise Interrupted()
    return AuditResult(outcome.code == 1, expect_json(outcome, codes=(0, 1, 3)))


def verify(
    query: Path, *, networks: Union[Any, Mapping[str, Any]], timeout: Optional[Seconds] = None, seed: Optional[int] = None,
    threads: Optional[int] = None,
) -> Verification:
    """Answers a VNN-LIB query as a solver does. `networks` are models by the names that the query has for them, or the one model."""
    import numpy as np

    folder = Folder()
    arguments = ["verify", os.fspath(query), "--json"]
    if isinstance(networks, Mapping):
        for name, it in networks.items():
            arguments += ["--network", f"{name}={_file(it, folder, name)}"]
    else:
        arguments += ["--network", _file(networks, folder)]
    given: Dict[str, Any] = {"timeout": timeout, "seed": seed, "threads": threads}
    arguments += [it for name, value in given.items() for it in _option(name, value)]
    outcome = run(arguments)
    if outcome.interrupted:
        raise Interrupted()
    entry = expect_json(outcome)
    assignment: Dict[str, Any] = {}
    for it in entry.get("assignment") or ():
        array = np.array([float(value) for value in it["values"]], dtype=_dtype(it["type"]))
        assignment[it["name"]] = array if it.get("shape") is None else array.reshape(it["shape"])
    return Verification(entry["answer"], assignment, tuple(entry["notes"]))


def _dtype(kind: str) -> str:
    """numpy has no bfloat16; `real` is read as float64."""
    return {"real": "float64", "bfloat16": "float32"}.get(kind, kind)


def _file(model: Any, folder: Folder, name: str = "net") -> str:
    path = file_of(name, model, folder)
    if path is None:
        raise SpecError(f"a model is a path, bytes or a proto of ONNX here, not {type(model).__name__}")
    return path


def _sizes(sizes: Optional[Mapping[str, int]]) -> List[str]:
    return [it for name, size in (sizes or {}).items() for it in ("--size", f"{name}={size}")]
