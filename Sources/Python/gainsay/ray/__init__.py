"""`gainsay.ray`: checks, audits and proofs by regions, spread over a cluster of Ray.

    report = gainsay.ray.check("digits.say", seeds=range(100), set={"eps": [0.05, 0.1]}, tries=100_000, address="auto")

Needs `pip install 'gainsay[ray]'`, on each node the same wheel.
"""
from __future__ import annotations

import os
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from .._check import Path, Seconds, _option, _text
from .._errors import SpecError
from .given import data_sources, model_sources
from .planning import Options, plan_audit, plan_check
from .regions import plan_verify
from .report import ClusterReport, Result
from .run import ClusterInterrupted, Running, carried_out
from .trees import Files

__all__ = ["ClusterInterrupted", "ClusterReport", "Result", "audit", "check", "verify"]

#: One, or several to be tried in turn.
Values = Union[Any, Sequence[Any]]


def check(
    spec: Union[Path, Sequence[Path]],
    *,
    seeds: Sequence[int] = (0,),
    only: Optional[str] = None,
    set: Optional[Mapping[str, Values]] = None,
    models: Optional[Mapping[str, Values]] = None,
    data: Optional[Mapping[str, Values]] = None,
    beside: Sequence[Path] = (),
    tries: Optional[int] = None,
    budget: Optional[Seconds] = None,
    queries: Optional[int] = None,
    require: Optional[str] = None,
    shrink: bool = True,
    memory: Optional[str] = None,
    patience: Optional[Seconds] = None,
    commands: bool = True,
    threads: int = 1,
    address: Optional[str] = None,
    workers: Optional[int] = None,
    store: Optional[Path] = None,
    resume: bool = False,
    progress: Optional[bool] = None,
) -> ClusterReport:
    """Checks each property with each seed, value of `set`, model and data; lists are tried one by one, in all combinations.

    Of the seeds of one property the first in their order that contradicts it is told, whichever was found first. With `tries` the
    report is the same for any number of workers and whatever dies; with `budget`, seconds decide how far a search gets. `address` is
    a cluster's ("auto": the one of this machine), None starts one here with `workers` processes. `store` is a file that results are
    kept in as they come, and `resume` goes on with it. `beside` are files that a program behind a model reads and no spec names.

    Models are paths, bytes, protos of ONNX, modules of PyTorch and estimators of scikit-learn that can be exported. Raises SpecError
    where something is wrong with what is given, Error where the cluster cannot be reached, ClusterInterrupted at Ctrl-C; its
    `report` is what was found.
    """
    specs = [os.fspath(it) for it in ([spec] if isinstance(spec, (str, os.PathLike)) else spec)]
    if require not in (None, "proved"):
        raise SpecError(f"`require` is \"proved\", not {require!r}")
    files = Files()
    plan = plan_check(
        specs, seeds=list(seeds), files=files, only=only,
        settings={name: [_text(it) for it in _several(values)] for name, values in (set or {}).items()},
        models={name: [it for value in _several(values) for it in model_sources(name, value, specs)] for name, values in (models or {}).items()},
        data={name: [it for value in _several(values) for it in data_sources(name, value)] for name, values in (data or {}).items()},
        options=Options(
            _arguments(tries=tries, budget=budget, queries=queries, memory=memory, patience=patience)
            + (() if shrink else ("--no-shrink",)) + (() if commands else ("--no-commands",)),
            tuple(os.fspath(it) for it in beside), threads, require == "proved"))
    return carried_out(plan, files, _running(address, workers, store, resume, progress))


def audit(
    models: Union[Path, Sequence[Path]], *, data: Optional[Path] = None, seeds: Sequence[int] = (0,), budget: Optional[Seconds] = None,
    beside: Sequence[Path] = (), threads: int = 1, address: Optional[str] = None, workers: Optional[int] = None,
    store: Optional[Path] = None, resume: bool = False, progress: Optional[bool] = None,
) -> ClusterReport:
    """Audits each of a population of models (paths, and patterns such as `models/*.onnx`), each with each seed."""
    files = Files()
    paths = [os.fspath(it) for it in ([models] if isinstance(models, (str, os.PathLike)) else models)]
    plan = plan_audit(
        paths, data=None if data is None else os.fspath(data), seeds=list(seeds), files=files,
        options=Options(_arguments(budget=budget), tuple(os.fspath(it) for it in beside), threads))
    return carried_out(plan, files, _running(address, workers, store, resume, progress))


def verify(
    query: Path, *, networks: Union[Path, Mapping[str, Path]], regions: int = 1, timeout: Optional[Seconds] = None, seed: int = 0,
    threads: int = 1, address: Optional[str] = None, workers: Optional[int] = None, store: Optional[Path] = None, resume: bool = False,
    progress: Optional[bool] = None,
) -> ClusterReport:
    """Answers a VNN-LIB query cut into so many regions, a power of two: `sat` where one of them is, `unsat` where all are."""
    files = Files()
    named = {name: os.fspath(it) for name, it in networks.items()} if isinstance(networks, Mapping) else {"": os.fspath(networks)}
    plan = plan_verify(os.fspath(query), named, count=regions, seed=seed, files=files, options=Options(_arguments(timeout=timeout), (), threads))
    return carried_out(plan, files, _running(address, workers, store, resume, progress))


# What is given

def _arguments(**given: Any) -> Tuple[str, ...]:
    return tuple(it for name, value in given.items() for it in _option(name, value))


def _several(values: Any) -> List[Any]:
    return list(values) if isinstance(values, (list, tuple, range)) else [values]


def _running(address: Optional[str], workers: Optional[int], store: Optional[Path], resume: bool, progress: Optional[bool]) -> Running:
    return Running(address, workers, None if store is None else os.fspath(store), resume, progress)
