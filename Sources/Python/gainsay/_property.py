"""`gainsay.property`: a property without a file, to be checked or to decorate a test."""
from __future__ import annotations

import functools
import inspect as signatures
import re
from typing import Any, Callable, Dict, List, Mapping, Optional, TypeVar

from ._check import run_check
from ._errors import Contradiction, Error, SpecError
from ._literal import Placed, in_python
from ._models import file_of, is_module, signature_of
from ._process import run
from ._report import Report
from ._session import Folder, Spec, expect_json

Test = TypeVar("Test", bound=Callable[..., Any])
#: Comments and texts, in which words mean nothing.
_PASSED_OVER = re.compile(r"//[^\n]*|\"(?:\\.|[^\"\\\n])*\"")


class Property:
    """A property that is a text: `check()` tries to contradict it, and as a decorator it has a test do so first."""

    def __init__(self, placed: Placed, name: str, models: Dict[str, Any], options: Dict[str, Any]) -> None:
        self._placed, self._name, self._models, self._options = placed, name, models, options
        #: Of the last check.
        self.report: Optional[Report] = None

    @property
    def text(self) -> str:
        """As it was given."""
        return self._placed.text

    def check(self, **options: Any) -> Report:
        """`options` are those of `gainsay.check`, and come before those that were given with the text."""
        models = {**self._models, **(options.pop("models", None) or {})}
        self.report = self._checked("", models, {**self._options, **options})
        return self.report

    def __call__(self, test: Test) -> Test:
        """A test that checks the property first; a parameter `report` of the test is the report, and one that has the name of a model
        in the text is that model, as a fixture gives it."""
        signature = signatures.signature(test)
        names = list(signature.parameters)
        asked = [it for it in names if it != "report" and it not in self._models and self._mentions(it)]
        title = (signatures.getdoc(test) or "").split("\n")[0]

        @functools.wraps(test)
        def checked(*arguments: Any, **fixtures: Any) -> Any:
            __tracebackhide__ = True
            models = {**self._models, **{name: fixtures[name] for name in asked if name in fixtures}}
            try:
                self.report = self._checked(title, models, self._options, name=test.__name__)
                self.report.raise_for_contradiction()
            except (Contradiction, Error) as error:
                # How it came up is of no interest: the message tells.
                raise error.with_traceback(None) from None
            if "report" in names:
                fixtures["report"] = self.report
            return test(*arguments, **fixtures)

        rest = [it for name, it in signature.parameters.items() if name != "report"]
        checked.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        checked.gainsay_property = self  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    def _checked(self, title: str, models: Dict[str, Any], options: Dict[str, Any], name: Optional[str] = None) -> Report:
        folder = Folder()
        undeclared = [it for it in models if not re.search(rf"\bmodel\s+{re.escape(it)}\b", self._bare)]
        declarations = "".join(_declaration(it, models[it], folder) for it in undeclared)
        return run_check([self._spec(name or self._name, title, declarations)], models=models, **options)

    def _spec(self, name: str, title: str, declarations: str) -> Spec:
        if re.search(r"\bproperty\b", self._bare):
            return self._placed.with_declarations(declarations)
        other = re.search(r"\b(use|enum|type|model|data|param|func|fit)\b", self._bare)
        if other:
            raise SpecError(
                f"there is a declaration (`{other.group(1)}`) and no property: write `property {name} {{ ... }}` around the clauses")
        return self._placed.clauses_of(name, title, declarations)

    def _mentions(self, name: str) -> bool:
        return re.search(rf"\b{re.escape(name)}\b", self._bare) is not None

    @property
    def _bare(self) -> str:
        return _PASSED_OVER.sub(" ", self.text)


def stated(
    text: str, *, name: str = "stated", models: Optional[Mapping[str, Any]] = None, folder: Optional[str] = None, **others: Any
) -> Property:
    """A property that is a text: the clauses of one, `forall x: Tensor[4] in [0, 1] check ...`, or a whole spec.

    Models are given by their names, `net=model`, or in `models`. What they take and give is told by their files; of callables by
    `gainsay.model(call, "(x: Tensor[4]) -> (y: Real)")`, unless the text declares it. All other arguments are those of
    `gainsay.check`. What is wrong with the text is told at its place in the Python file; paths in it begin there, too.
    """
    options = {key: others.pop(key) for key in list(others) if key in _OPTIONS}
    return Property(in_python(text, folder=folder), name, {**(models or {}), **others}, options)


_OPTIONS = frozenset(
    "data set only budget total tries queries seed threads all require shrink cases confirm baseline accept memory patience commands certificate "
    "write_counterexamples progress".split()
)


def _declaration(name: str, it: Any, folder: Folder) -> str:
    """What a spec says of a model that it does not declare, each declaration on its line."""
    path = file_of(f"inspected-{name}", it, folder)
    if path is None:
        if is_module(it):
            raise SpecError(
                f"a module does not say the shape of its input: write `gainsay.model({name}, \"(x: Tensor[4]) -> (y: Tensor[3])\")`")
        return f"model {name} : {signature_of(name, it)}\n"
    loaded = expect_json(run(["inspect", path, "--json"]), codes=(0, 2)).get("loaded")
    if loaded is None:
        raise SpecError(f"model `{name}`: `{path}` does not load; `gainsay inspect {path}` tells why")
    *enums, declaration = str(loaded["declaration"]).split("\n")
    lines: List[str] = [*enums, re.sub(r'^model net\b(.*) from "[^"]*"$', lambda it: f"model {name}{it.group(1)}", declaration)]
    return "".join(line + "\n" for line in lines)
