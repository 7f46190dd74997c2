"""The plugin of pytest: `.say` files are collected, a property is an item, and a contradiction a failure.

    pytest digits.say::robust --gainsay-budget 30s --gainsay-set eps=0.05,0.1
"""
from __future__ import annotations

import fnmatch
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

import pytest

if TYPE_CHECKING:
    from ._outline import DeclaredProperty, Outline
    from ._report import Report

#: What an item's report carries its verdict as; `--junitxml` has it as a property.
VERDICT = "gainsay_verdict"

_OPTIONS = (
    ("budget", "take so long for each property: 500ms, 30s, 2m", False),
    ("seed", "the random seed", False),
    ("require", "`proved`: fail, too, where a property is not contradicted and not proved either", False),
    ("set", "give a parameter a value, or several, NAME=VALUE,VALUE: an item for each", True),
    ("model", "read a model from a file instead of what the spec says, NAME=FILE", True),
    ("data", "read data from a file instead of what the spec says, NAME=FILE", True),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gainsay", "specs of machine-learning models (.say)")
    for name, words, is_list in _OPTIONS:
        option, field = f"--gainsay-{name}", f"gainsay_{name}"
        if is_list:
            group.addoption(option, dest=field, metavar=name.upper(), help=words, action="append")
            parser.addini(field, words, type="linelist")
        else:
            group.addoption(option, dest=field, metavar=name.upper(), help=words)
            parser.addini(field, words)
    parser.addini("gainsay_cases", "the folder that counterexamples are kept in, seen from the root (default: .gainsay)")
    parser.addini("gainsay_xfail", "properties that are known to fail, PATTERN or PATTERN: REASON", type="linelist")
    parser.addini("gainsay_marks", "marks of properties, PATTERN: MARK", type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    from ._check import DEFAULTS

    config.addinivalue_line("markers", "gainsay(property): a property of a spec of a machine-learning model")
    for name in ("budget", "seed", "require"):
        value = _value(config, name)
        if value:
            DEFAULTS[name] = value


def pytest_unconfigure(config: pytest.Config) -> None:
    from ._check import DEFAULTS

    DEFAULTS.clear()


def _value(config: pytest.Config, name: str) -> Optional[str]:
    """What the command line says, else the configuration."""
    return config.getoption(f"gainsay_{name}") or config.getini(f"gainsay_{name}") or None


# Collecting


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Optional["SayFile"]:
    if file_path.suffix != ".say":
        return None
    return SayFile.from_parent(parent, path=file_path)


class SayFile(pytest.File):
    """A spec; neither its models nor its data are read to collect it."""

    def collect(self) -> Iterator["SayItem"]:
        from ._outline import read_outline
        from ._session import Spec

        outline = read_outline(Spec(_seen_from_here(self.path)), [])
        grids = _grids(self.config, outline)
        for declared in outline.properties:
            for settings in grids:
                arguments = ",".join(f"{name}={value}" for name, value in settings.items())
                name = f"{declared.name}[{arguments}]" if settings else declared.name
                yield SayItem.from_parent(self, name=name, declared=declared, settings=settings, outline=outline)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        from ._errors import Error

        return str(excinfo.value) if isinstance(excinfo.value, Error) else super().repr_failure(excinfo)


def _grids(config: pytest.Config, outline: "Outline") -> List[Dict[str, str]]:
    """Each way to give those parameters values that the spec has; one that gives none, where there is nothing to give."""
    from ._check import values_in

    grids: List[Dict[str, str]] = [{}]
    for name, values in _assignments(config, "set").items():
        if name in outline.parameters:
            config.stash.setdefault(_USED, set()).add(name)
            grids = [{**grid, name: value} for grid in grids for value in values_in(values)]
    return grids


_USED = pytest.StashKey[Set[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: List[pytest.Item]) -> None:
    specs = [it for it in items if isinstance(it, SayItem)]
    used: Set[str] = config.stash.get(_USED, set())
    unused = set(_assignments(config, "set")) - used
    # What no collected spec has is a slip, unless only some of the specs were asked for.
    if specs and unused and config.getoption("gainsay_set"):
        raise pytest.UsageError(f"--gainsay-set: no spec that was collected has a param named `{sorted(unused)[0]}`")
    for item in specs:
        item.mark(config)


def _assignments(config: pytest.Config, name: str) -> Dict[str, str]:
    """`NAME=TEXT` of the configuration, those of the command line before it; paths of the configuration begin at its file."""
    found: Dict[str, str] = {}
    folder = config.rootpath if config.inipath is None else config.inipath.parent
    for source, lines in ((folder, config.getini(f"gainsay_{name}")), (None, config.getoption(f"gainsay_{name}") or ())):
        for line in lines:
            key, equals, text = line.partition("=")
            key, text = key.strip(), text.strip()
            if not (key and equals and text):
                raise pytest.UsageError(f"gainsay: `{line}` is not NAME=VALUE")
            is_path = name in ("model", "data") and not text.startswith(("command ", "http://", "https://"))
            found[key] = os.path.join(source, text) if is_path and source is not None else text
    return found


def _seen_from_here(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


# Running


class Failure(Exception):
    """A property that is contradicted, or could not be tried."""

    def __init__(self, headline: str, lines: List[str]) -> None:
        super().__init__(headline)
        self.headline, self.lines = headline, lines


class SayItem(pytest.Item):
    """A property, with the values of parameters that it is checked with."""

    def __init__(self, *, declared: "DeclaredProperty", settings: Dict[str, str], outline: "Outline", **others: Any) -> None:
        super().__init__(**others)
        self.declared, self.settings, self.outline = declared, settings, outline
        #: What was found, once it ran.
        self.gainsay_report: Optional["Report"] = None
        self.add_marker(pytest.mark.gainsay(property=declared.name))

    def mark(self, config: pytest.Config) -> None:
        """What the configuration says of it."""
        for pattern, reason in _patterns(config, "xfail"):
            if self._fits(pattern):
                self.add_marker(pytest.mark.xfail(reason=reason, raises=Failure))
        for pattern, name in _patterns(config, "marks"):
            if self._fits(pattern):
                self.add_marker(name)

    def _fits(self, pattern: str) -> bool:
        """Of a property's name, or of the end of an item's; brackets in a pattern are brackets."""
        pattern = pattern.replace("[", "[[]")
        names = (self.declared.name, self.name, self.nodeid, f"{self.path.name}::{self.name}", f"{self.path.name}::{self.declared.name}")
        return any(fnmatch.fnmatchcase(name, pattern) for name in names)

    def reportinfo(self) -> Tuple[Path, int, str]:
        return self.path, self.declared.line - 1, self.name

    def runtest(self) -> None:
        from ._check import checked_anyhow
        from ._errors import Error
        from ._session import Spec

        require = _value(self.config, "require")
        cases = self.config.getini("gainsay_cases") or ".gainsay"
        try:
            self.gainsay_report = report = checked_anyhow(
                [Spec(_seen_from_here(self.path))], only=self.declared.name, set=self.settings, progress=False,
                budget=_value(self.config, "budget"), seed=_value(self.config, "seed"), require=require,
                cases=_seen_from_here(self.config.rootpath / cases),
                models=_known(_assignments(self.config, "model"), (*self.outline.models, *self.outline.language_models)),
                data=_known(_assignments(self.config, "data"), self.outline.data),
            ).report
        except Error as error:
            self.user_properties.append((VERDICT, "error"))
            raise Failure("error", self._source(None) + _marked(str(error))) from None
        self.user_properties.append((VERDICT, ", ".join(sorted({it.verdict for it in report.properties}))))
        failing = [it for it in report.properties if it.failed or it.verdict == "error" or it.falls_short_of(require)]
        if failing:
            first = failing[0]
            check = first.counterexample.check if first.counterexample else None
            texts = [(report.diagnostics if it.verdict == "error" else "") + it.text for it in failing]
            if any(it.falls_short_of(require) for it in failing):
                texts.append(f"{require} was required\n")
            raise Failure(_headline(first.verdict, check), self._source(check) + [line for text in texts for line in _marked(text)])

    def _source(self, check: Optional[str]) -> List[str]:
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return _numbered(lines[self.declared.line - 1:self.declared.last_line], self.declared.line, check)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failure):
            return _Representation(self.path, self.declared.line, excinfo.value)
        return super().repr_failure(excinfo)


def _numbered(lines: List[str], first: int, check: Optional[str]) -> List[str]:
    """Lines of a file; `>` stands before the check that fails."""
    words = "" if check is None else " ".join(check.split())
    found = [number for number, line in enumerate(lines, first) if words and words in " ".join(line.split())]
    gutter = len(str(first + len(lines)))
    shown = [f"{'>' if number in found[:1] else ' '} {number:{gutter}} | {line}" for number, line in enumerate(lines, first)]
    return [line.rstrip() for line in shown] + [""]


def _known(given: Dict[str, str], names: Iterable[str]) -> Dict[str, str]:
    """What is said for all specs is for those that have it."""
    return {name: text for name, text in given.items() if name in names}


def _headline(verdict: str, check: Optional[str]) -> str:
    """A failure in one line."""
    return verdict.replace("-", " ") + ("" if check is None else f": {' '.join(check.split())}")


def _marked(text: str) -> List[str]:
    return [f"E   {line}".rstrip() for line in text.rstrip("\n").split("\n")]


def _patterns(config: pytest.Config, name: str) -> List[Tuple[str, str]]:
    """A pattern may have `::` in it; what stands behind `: ` is told of it."""
    pairs = [line.partition(": ") for line in config.getini(f"gainsay_{name}")]
    if name == "marks" and not all(mark.strip() for _, _, mark in pairs):
        raise pytest.UsageError("gainsay_marks: a line is PATTERN: MARK")
    return [(pattern.strip(), text.strip()) for pattern, _, text in pairs]


class _Crash(NamedTuple):
    """What pytest's short summary tells of a failure."""

    path: str
    lineno: int
    message: str


class _Representation:
    """A failure as pytest shows one: the lines of the spec, then what was found, in red."""

    def __init__(self, path: Path, line: int, failure: Failure) -> None:
        self.lines = failure.lines
        self.reprcrash = _Crash(str(path), line, failure.headline)
        self.last = f"{_seen_from_here(path)}:{line}: {failure.headline}"

    def toterminal(self, terminal: Any) -> None:
        for line in self.lines:
            terminal.line(line, red=line.startswith("E "), bold=line.startswith(("E ", ">")))
        terminal.line("")
        terminal.line(self.last)

    def __str__(self) -> str:
        return "\n".join([*self.lines, "", self.last])


# Telling


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Generator[None, Any, None]:
    """Of decorated tests: the verdict, and a failure as properties in files have it."""
    from ._errors import Contradiction, Error

    stated = getattr(getattr(item, "function", None), "gainsay_property", None)
    if call.when != "call" or stated is None:
        yield
        return
    value = None if call.excinfo is None else call.excinfo.value
    report = value.report if isinstance(value, (Contradiction, Error)) else stated.report
    verdict = "error" if report is None else ", ".join(sorted(set(report.verdicts.values())))
    item.user_properties.append((VERDICT, verdict))
    outcome = yield
    if isinstance(value, (Contradiction, Error)):
        found = [it.counterexample for it in (report.properties if report is not None else ()) if it.failed and it.counterexample]
        outcome.get_result().longrepr = _of_decorated(item, value, found[0].check if found else None)


def _of_decorated(item: Any, error: BaseException, check: Optional[str]) -> "_Representation":
    """The lines from the decorator to the test's own."""
    lines, first = inspect.getsourcelines(item.function)
    until = next((place for place, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def "))), 0)
    shown = _numbered([line.rstrip("\n") for line in lines[:until + 1]], first, check)
    headline = _headline("error" if check is None else "contradicted", check)
    return _Representation(item.path, first, Failure(headline, shown + _marked(str(error))))


def _verdict(report: Union[pytest.TestReport, pytest.CollectReport]) -> Optional[str]:
    """Of a property that ran."""
    if getattr(report, "when", None) != "call":
        return None
    return next((str(value) for name, value in getattr(report, "user_properties", ()) if name == VERDICT), None)


def pytest_report_teststatus(
    report: Union[pytest.CollectReport, pytest.TestReport], config: pytest.Config
) -> Optional[Tuple[str, str, Union[str, Tuple[str, Dict[str, bool]]]]]:
    verdict = _verdict(report)
    if verdict is None or not report.passed or hasattr(report, "wasxfail"):
        return None
    # What survived is neither proved nor a pass; it is shown as what it is.
    colour = {"green": True} if verdict in ("proved", "witnessed", "holds-with-confidence") else {"yellow": True}
    return "passed", ".", (f"PASSED ({verdict.replace('-', ' ')})", colour)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts: Dict[str, int] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            verdict = _verdict(report) if hasattr(report, "user_properties") else None
            if verdict is not None:
                counts[verdict] = counts.get(verdict, 0) + 1
    if counts:
        total = sum(counts.values())
        words = ", ".join(f"{count} {verdict.replace('-', ' ')}" for verdict, count in sorted(counts.items()))
        terminalreporter.write_line(f"gainsay: {total} {'property' if total == 1 else 'properties'}: {words}")
