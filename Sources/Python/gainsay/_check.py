"""`gainsay.check`: tries to contradict a spec."""
from __future__ import annotations

import os
import re
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from ._data import data_path
from ._errors import Error, Interrupted, SpecError
from ._literal import in_python
from ._models import prepare
from ._outline import Outline, read_outline
from ._process import Outcome, run
from ._progress import Progress, listener
from ._report import Report
from ._serving import Served
from ._session import Session, Spec, diagnostics, failure, parsed

Path = Union[str, "os.PathLike[str]"]
Seconds = Union[str, int, float]

#: What `check` takes where it is told nothing: the plugin of pytest sets it for decorated tests.
DEFAULTS: Dict[str, Any] = {}


class Checked(NamedTuple):
    """A report with how the program ended."""

    report: Report
    code: int


def check(
    spec: Union[Path, Sequence[Path], None] = None,
    *,
    text: Optional[str] = None,
    models: Optional[Mapping[str, Any]] = None,
    data: Optional[Mapping[str, Any]] = None,
    set: Optional[Mapping[str, Any]] = None,
    only: Union[str, Sequence[str], None] = None,
    budget: Optional[Seconds] = None,
    total: Optional[Seconds] = None,
    tries: Optional[int] = None,
    queries: Optional[int] = None,
    seed: Optional[int] = None,
    threads: Optional[int] = None,
    all: Union[bool, int] = False,
    require: Optional[str] = None,
    shrink: bool = True,
    cases: Optional[Path] = None,
    confirm: Union[str, Mapping[str, str], None] = None,
    baseline: Optional[Path] = None,
    accept: bool = False,
    memory: Optional[str] = None,
    patience: Optional[Seconds] = None,
    commands: bool = True,
    certificate: Optional[Path] = None,
    write_counterexamples: Optional[Path] = None,
    progress: Progress = None,
    folder: Optional[Path] = None,
) -> Report:
    """Tries to contradict the properties of a spec: a file, several, or a `text`.

    `models` and `data` take the place of what the spec says, by the names it has for them: paths, bytes, protos of ONNX, modules of
    PyTorch, estimators of scikit-learn, callables; paths, dictionaries of arrays, tables. `set` gives parameters values. `all` looks
    for several counterexamples, True for ten. `cases` is a folder to keep counterexamples in; without one they go with the report.
    `folder` is where paths in a `text` begin. Everything else is as in `gainsay check --help`.

    Raises SpecError where the spec, a model, data or an option is wrong, Error where nothing could be run, Interrupted (with what
    was found) at Ctrl-C, and what a callable raises.
    """
    options = dict(locals())
    specs = _specs(options.pop("spec"), options.pop("text"), options.pop("folder"))
    return run_check(specs, **options)


def run_check(specs: List[Spec], **options: Any) -> Report:
    """The same of specs whose texts have been found; raises where any of it is wrong."""
    checked = checked_anyhow(specs, **options)
    if checked.code == 2:
        raise SpecError(checked.report.diagnostics.rstrip("\n"), checked.report)
    return checked.report


def checked_anyhow(specs: List[Spec], **options: Any) -> Checked:
    """Raises only where there is no report at all: of several properties some may be wrong and others not."""
    options = {**{key: value for key, value in DEFAULTS.items() if options.get(key) is None}, **_given(options)}
    settings = _assignments("--set", options.get("set"))
    sources = settings + [it for name in ("memory", "patience") for it in _option(name, options.get(name))]
    session = Session(specs[0], sources, {}, _path(options.get("cases")))
    outlined: List[Outline] = []

    def outline() -> Outline:
        if not outlined:
            outlined.append(read_outline(specs[0], settings))
        return outlined[0]

    prepared = prepare(dict(options.get("models") or {}), outline, session.folder)
    session.served.update(prepared.served)
    sources += prepared.arguments
    for name, it in (options.get("data") or {}).items():
        sources += ["--data", f"{name}={data_path(name, it, session.folder)}"]
    arguments = ["check", *(it.path for it in specs), *specs[0].source, "--json", "--cases", session.cases, *sources]
    bar = listener(options.get("progress"))
    try:
        outcome = run(
            arguments + _options(options), text=specs[0].text, served=prepared.served, confirming=prepared.confirming, progress=bar)
    finally:
        if bar is not None:
            bar.close()
    return _checked(outcome, session, options.get("require"))


def _checked(outcome: Outcome, session: Session, require: Optional[str]) -> Checked:
    entry = parsed(outcome)
    report = None
    if entry is not None and "properties" in entry:
        report = Report(entry, session=session, require=require, diagnostics=diagnostics(outcome.errors))
    if outcome.interrupted:
        raise Interrupted(report)
    if report is None:
        raise failure(outcome)
    return Checked(report, outcome.code)


def _given(options: Mapping[str, Any]) -> Dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


def _specs(spec: Union[Path, Sequence[Path], None], text: Optional[str], folder: Optional[Path]) -> List[Spec]:
    if text is not None:
        if spec is not None:
            raise SpecError("a spec is a file or a `text`, not both")
        return [in_python(text, folder=_path(folder)).spec]
    if folder is not None:
        raise SpecError("`folder` goes with `text`: paths in a file begin where the file is")
    if spec is None:
        raise SpecError("say which spec: a path, or `text=...`")
    paths = [spec] if isinstance(spec, (str, os.PathLike)) else list(spec)
    if not paths:
        raise SpecError("there is no spec in the list")
    return [Spec(os.fspath(it)) for it in paths]


def _options(options: Mapping[str, Any]) -> List[str]:
    arguments = [it for name in ("budget", "total", "tries", "queries", "seed", "threads", "require") for it in _option(name, options.get(name))]
    for name in ("certificate", "write_counterexamples", "baseline"):
        arguments += _option(name, _path(options.get(name)))
    only = options.get("only")
    if only is not None:
        arguments += ["--only", only if isinstance(only, str) else "^(" + "|".join(re.escape(it) for it in only) + ")$"]
    several = options.get("all", False)
    if several:
        arguments += ["--all"] if several is True else ["--all", "--most", str(several)]
    if not options.get("shrink", True):
        arguments.append("--no-shrink")
    if options.get("accept", False):
        arguments.append("--accept")
    if not options.get("commands", True):
        arguments.append("--no-commands")
    confirm = options.get("confirm")
    if isinstance(confirm, str):
        arguments += ["--confirm", confirm]
    for name, command in (confirm.items() if isinstance(confirm, Mapping) else ()):
        arguments += ["--confirm", f"{name}={command}"]
    return arguments


def _option(name: str, value: Any) -> List[str]:
    """Numbers of seconds are written with their unit."""
    if value is None:
        return []
    if name in ("budget", "total", "patience") and not isinstance(value, str):
        value = f"{value}s"
    return [f"--{name.replace('_', '-')}", str(value)]


def _assignments(option: str, values: Optional[Mapping[str, Any]]) -> List[str]:
    arguments: List[str] = []
    for name, value in (values or {}).items():
        arguments += [option, f"{name}={_text(value)}"]
    return arguments


def _text(value: Any) -> str:
    """As a spec writes it."""
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "true" if value else "false"
    return str(value.item() if hasattr(value, "item") else value)


def values_in(text: str) -> List[str]:
    """`0.05,0.1`, at commas that stand in no bracket."""
    values, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            values.append("")
        else:
            values[-1] += letter
    return [value.strip() for value in values]


def _path(path: Optional[Path]) -> Optional[str]:
    return None if path is None else os.fspath(path)
