"""What a spec declares: `gainsay outline --json`, typed."""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ._process import run
from ._session import Spec, expect_json


class Port(NamedTuple):
    """An input or output of a model, or a field of one that is a record."""

    name: str
    #: What a model has to call it.
    tensor: str
    #: `real`, `missing`, `integer`, `truth`, `category`, `text` or `record`
    type: str
    shape: Tuple[int, ...] = ()
    cases: Tuple[str, ...] = ()
    texts: Tuple[str, ...] = ()
    longest: Optional[int] = None
    fields: Tuple["Port", ...] = ()

    @staticmethod
    def read(entry: Mapping[str, Any]) -> "Port":
        return Port(
            entry["name"], entry.get("tensor") or entry["name"], entry["type"], tuple(entry["shape"]),
            tuple(entry.get("cases", ())), tuple(entry.get("texts", ())), entry.get("longest"),
            tuple(Port.read(it) for it in entry.get("fields", ())),
        )


class DeclaredProperty(NamedTuple):
    """A property, or a family of them, and the lines that it stands on, from 1."""

    name: str
    title: Optional[str]
    line: int
    last_line: int
    is_family: bool


class DeclaredModel(NamedTuple):
    """A model; no ports where they follow from what was not read."""

    name: str
    inputs: Optional[Tuple[Port, ...]]
    outputs: Optional[Tuple[Port, ...]]


class Outline(NamedTuple):
    """What a spec declares, told without its models and data."""

    properties: Tuple[DeclaredProperty, ...]
    #: By their names, the text of the value that each has if nobody says another.
    parameters: Dict[str, str]
    models: Dict[str, DeclaredModel]
    language_models: Tuple[str, ...]
    data: Tuple[str, ...]
    #: What is wrong as far as it was read, rendered; None where nothing is.
    mistakes: Optional[str]


def read_outline(spec: Spec, settings: List[str]) -> Outline:
    """Raises SpecError where the spec cannot be read. `settings` are `--set` and its values."""
    entry = expect_json(run(["outline", *spec.arguments, "--json", *settings], text=spec.text))

    def ports(entries: Optional[List[Mapping[str, Any]]]) -> Optional[Tuple[Port, ...]]:
        return None if entries is None else tuple(Port.read(it) for it in entries)

    return Outline(
        tuple(
            DeclaredProperty(it["name"], it.get("title"), it["line"], it["lastLine"], it["isFamily"])
            for it in entry["properties"]
        ),
        {it["name"]: it["value"] for it in entry["parameters"]},
        {it["name"]: DeclaredModel(it["name"], ports(it.get("inputs")), ports(it.get("outputs"))) for it in entry["models"]},
        tuple(it["name"] for it in entry["languageModels"]),
        tuple(it["name"] for it in entry["data"]),
        entry.get("mistakes"),
    )
