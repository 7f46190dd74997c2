"""Plans: specs with their properties, seeds, values and models, and populations of models to audit."""
from __future__ import annotations

import glob
import itertools
import os
import re
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .._binary import binary
from .._errors import SpecError
from .._outline import Outline, read_outline
from .._session import Spec
from .jobs import Job, Plan, Question
from .trees import Files, Made, Source, file_digest, spec_files, with_companions

#: Jobs of one plan, at most.
MOST_JOBS = 10_000_000

#: What a name may stand for, of which each is tried.
Choices = Mapping[str, Sequence[Source]]


class Options(NamedTuple):
    """What holds for all jobs of a check, besides what they differ in."""

    #: As the program takes them: `["--tries", "1000"]`.
    arguments: Tuple[str, ...] = ()
    #: Files that nothing names and that are sent all the same.
    beside: Tuple[str, ...] = ()
    threads: int = 1
    #: Whether what is not proved by any seed fails.
    is_strict: bool = False


def plan_check(
    specs: Sequence[str], *, seeds: Sequence[int], files: Files, only: Optional[str] = None, settings: Choices = {},
    models: Choices = {}, data: Choices = {}, options: Options = Options(),
) -> Plan:
    """A question for each property, value and model; a job for each seed. Raises SpecError where a name is not in the specs."""
    questions: List[Question] = []
    trees = {}
    used: Dict[str, Set[str]] = {"--set": set(), "--model": set(), "--data": set()}
    for spec in specs:
        outline = read_outline(Spec(spec), [])
        names = [it.name for it in outline.properties if only is None or _matches(only, it.name)]
        grids = [
            _grid(settings, outline.parameters, used["--set"]),
            _grid(models, (*outline.models, *outline.language_models), used["--model"]),
            _grid(data, outline.data, used["--data"]),
        ]
        own = spec_files(spec)
        for setting, model, rows in itertools.product(*grids):
            chosen = {it for choice in (model, rows) for source in choice.values() if is_file(source) for it in existing(source)}
            tree = files.tree({*own, *chosen, *beside(options)}, os.getcwd())
            trees[tree.digest] = tree
            choices = {"set": setting, "models": model, "data": rows}
            about = {"spec": spec, **{part: {name: said(it) for name, it in choice.items()} for part, choice in choices.items()}}
            fixed = [
                it for option, choice in (("--set", setting), ("--model", model), ("--data", rows)) for name, source in choice.items()
                for it in (option, f"{name}={said(source) if option != '--set' else source}")]
            for name in names:
                arguments = (
                    "check", seen_from_here(spec), "--only", name, "--json", "--no-cases", "--threads", str(options.threads), *fixed,
                    *options.arguments)
                jobs = tuple(Job({"seed": it}, (*arguments, "--seed", str(it)), tree.digest) for it in seeds)
                questions.append(Question({"property": name, **about}, jobs))
                _bound(questions, len(seeds))
    _all_known(used, {"--set": settings, "--model": models, "--data": data})
    if not questions:
        raise SpecError(f"--only {only} matches no property of {', '.join(specs)}" if only else f"{', '.join(specs)}: there is no property")
    return Plan("check", tuple(questions), trees, file_digest(binary()), options.threads, options.is_strict)


def plan_audit(models: Sequence[str], *, data: Optional[str], seeds: Sequence[int], files: Files, options: Options = Options()) -> Plan:
    """A question for each model and seed: what stands out in one tells nothing of another."""
    questions: List[Question] = []
    trees = {}
    for model in expanded(models):
        paths = {*existing(model), *(existing(data) if data else ()), *beside(options)}
        tree = files.tree(paths, os.getcwd())
        trees[tree.digest] = tree
        rows = ["--data", seen_from_here(data)] if data else []
        for seed in seeds:
            arguments = ("audit", seen_from_here(model), *rows, "--json", "--threads", str(options.threads), *options.arguments, "--seed", str(seed))
            questions.append(Question({"model": model, "seed": seed}, (Job({}, arguments, tree.digest),)))
            _bound(questions, 1)
    return Plan("audit", tuple(questions), trees, file_digest(binary()), options.threads)


# Grids

def _grid(choices: Choices, known: Iterable[str], used: Set[str]) -> List[Dict[str, Source]]:
    """Each way to choose for those names that the spec has."""
    names = [it for it in choices if it in set(known)]
    used.update(names)
    return [dict(zip(names, it)) for it in itertools.product(*(choices[name] for name in names))]


def _all_known(used: Mapping[str, Set[str]], given: Mapping[str, Choices]) -> None:
    for option, choices in given.items():
        for name in choices:
            if name not in used[option]:
                raise SpecError(f"{option} {name}=...: no spec declares `{name}`")


def _matches(only: str, name: str) -> bool:
    if only == name:
        return True
    try:
        return re.search(only, name) is not None
    except re.error as error:
        raise SpecError(f"--only: `{only}` is no regular expression: {error}") from None


def _bound(questions: Sequence[Question], jobs: int) -> None:
    if len(questions) * jobs > MOST_JOBS:
        raise SpecError(f"that makes more than {MOST_JOBS:,} jobs")


# Paths

def is_file(source: Source) -> bool:
    """Commands and addresses are asked from wherever the job runs."""
    return not (isinstance(source, str) and source.startswith(("command ", "http://", "https://")))


def said(source: Source) -> str:
    """As jobs are told of a model or of data."""
    if isinstance(source, Made):
        return os.path.relpath(source.path)
    return seen_from_here(source) if is_file(source) else source


def seen_from_here(path: str) -> str:
    """Trees are laid out as files stand to the folder that the driver was called in."""
    return os.path.relpath(path) if os.path.isabs(path) else path


def expanded(paths: Sequence[str]) -> List[str]:
    """Patterns such as `models/*.onnx` as the files that they match, sorted."""
    found: List[str] = []
    for path in paths:
        several = sorted(glob.glob(path)) if is_file(path) and glob.has_magic(path) and not os.path.exists(path) else [path]
        if not several:
            raise SpecError(f"`{path}` matches no file")
        found += several
    return found


def existing(source: Source) -> Set[Source]:
    """A file with those that belong to it."""
    if isinstance(source, Made):
        return {source}
    if not os.path.exists(source):
        raise SpecError(f"there is no `{source}`")
    return set(with_companions(source))


def beside(options: Options) -> Set[Source]:
    return {it for path in options.beside for it in existing(path)}
