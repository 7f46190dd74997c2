"""What a check found, typed: a report, its properties, their counterexamples."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from ._errors import Contradiction, Error
from ._values import nested, read_values

if TYPE_CHECKING:
    from ._session import Session

#: The verdicts under which a property is not as it should be.
FAILING = ("contradicted", "refuted", "contradicted-with-confidence")
#: The verdicts that `require="proved"` is content with.
SETTLED = ("proved", "witnessed")


class Row(NamedTuple):
    """A row of data that a counterexample is about."""

    #: What the spec calls the data.
    table: str
    #: From 0.
    number: int
    #: By the names of the columns.
    fields: Dict[str, Any]


class Interval(NamedTuple):
    """Both ends, and values between them, were tried and fail."""

    lower: Any
    upper: Any


class Rate(NamedTuple):
    """A rate or a count, and what is known of it for certain."""

    #: As in the spec.
    words: str
    #: Of how many inputs, or rows.
    inputs: int
    #: Between which numbers it lies.
    lower: float
    upper: float
    #: Where each row is a question of its own, how many hold, how many do not, and how many are open; else None.
    proved: Optional[int] = None
    contradicted: Optional[int] = None
    open: Optional[int] = None


class Counterexample(Mapping[str, Any]):
    """An input that fails, shrunk and replayed: a mapping of the names of the spec to numpy arrays, numbers, and texts.

    A variable that is a record is a dictionary, and its fields are entries too: `it["a"]["age"]` is `it["a.age"]`. What a `let`
    names is an entry; so are the fields of rows of data.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        inputs = {it["name"]: read_values(it) for it in entry["inputs"] if "row" not in it}
        #: Rows of data by the variables that go through them.
        self.rows: Dict[str, Row] = {it["name"]: _row(it["row"]) for it in entry["inputs"] if "row" in it}
        #: The quantified variables, leaves of records apart.
        self.inputs: Dict[str, Any] = {**inputs, **{name: row.number for name, row in self.rows.items()}}
        #: What `let` names.
        self.lets: Dict[str, Any] = {it["name"]: read_values(it) for it in entry["lets"]}
        #: The sides of the checks, under their words.
        self.sides: Dict[str, Any] = {it["name"]: read_values(it) for it in entry["sides"]}
        values: Dict[str, Any] = {}
        for name, row in self.rows.items():
            # A row that is taken apart has no name, its fields have.
            values.update(row.fields if name.startswith("{") else {name: row.fields})
        self._values: Dict[str, Any] = {**values, **nested(inputs), **inputs, **self.lets}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Counterexample {self.case or 'not kept'}: {self.check}, margin {self.margin:g}>"

    @property
    def case(self) -> str:
        """Its name for `gainsay replay` and `gainsay cases`."""
        return str(self._entry["case"])

    @property
    def check(self) -> str:
        """The words of the check that fails."""
        return str(self._entry["check"])

    @property
    def margin(self) -> float:
        """Negative: by how much the check fails."""
        return float(self._entry["margin"])

    @property
    def files(self) -> List[str]:
        """Tensors and pictures that were saved."""
        return list(self._entry["files"])

    @property
    def intervals(self) -> Dict[str, Interval]:
        """Of numbers: between which values it still fails."""
        found = {}
        for it in self._entry["inputs"]:
            if it.get("interval"):
                ends = [read_values({**it, "values": [it["interval"][end]], "shape": []}) for end in ("lower", "upper")]
                found[it["name"]] = Interval(*ends)
        return found

    @property
    def confirmed(self) -> Optional[bool]:
        """Whether the model that was asked besides has it fail, too; None where none was."""
        confirmation = self._entry.get("confirmation")
        return None if confirmation is None else bool(confirmation["confirmed"])

    @property
    def json(self) -> Mapping[str, Any]:
        """All that `check --json` tells of it."""
        return self._entry


def _row(entry: Mapping[str, Any]) -> Row:
    return Row(entry["table"], entry["number"], {it["name"]: read_values(it) for it in entry["columns"]})


def _rate(entry: Mapping[str, Any]) -> Rate:
    rows = entry.get("rows", {})
    return Rate(
        entry["words"], int(entry["inputs"]), entry["lower"], entry["upper"], rows.get("proved"), rows.get("contradicted"),
        rows.get("open"))


def _without_files(text: str) -> str:
    """What is kept with the report alone is replayed by it alone."""
    lines = [line for line in text.splitlines(True) if not line.startswith("    saved ")]
    return "".join("    replay: report.replay()\n" if it.startswith("    replay: gainsay") else it for it in lines)


class PropertyResult:
    """A property and its verdict."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        self.counterexamples: Tuple[Counterexample, ...] = tuple(Counterexample(it) for it in entry["counterexamples"])

    @property
    def name(self) -> str:
        return str(self._entry["name"])

    @property
    def title(self) -> Optional[str]:
        return self._entry.get("title")

    @property
    def place(self) -> str:
        """`file:line:column`"""
        return str(self._entry["place"])

    @property
    def verdict(self) -> str:
        """`contradicted`, `proved`, `survived` or `error`; of existence `witnessed`, `refuted` or `not-found`; of what is drawn
        `holds-with-confidence`, `contradicted-with-confidence` or `undecided`."""
        return str(self._entry["verdict"])

    @property
    def failed(self) -> bool:
        """Whether it is contradicted or refuted, with confidence or for certain, by anything that is not accepted."""
        return self.verdict in FAILING and not self.accepted

    @property
    def accepted(self) -> bool:
        """Whether all that contradicts it is in the baseline."""
        return bool(self._entry.get("accepted", False))

    @property
    def family(self) -> Optional[str]:
        """Of a property that is one of a family, the family's name."""
        return self._entry.get("family")

    @property
    def counterexample(self) -> Optional[Counterexample]:
        """The first one; of existence, the witness."""
        return self.counterexamples[0] if self.counterexamples else None

    @property
    def rates(self) -> Tuple[Rate, ...]:
        """Of a check of rates over finitely many inputs, or over rows each of which is proved or contradicted; else none."""
        return tuple(_rate(it) for it in self._entry.get("rates", ()))

    @property
    def tries(self) -> int:
        return int(self._entry["tries"])

    @property
    def seconds(self) -> float:
        return float(self._entry["seconds"])

    @property
    def message(self) -> Optional[str]:
        """Why, where the verdict is `error`."""
        return self._entry.get("message")

    @property
    def text(self) -> str:
        """As the command prints it."""
        return str(self._entry["text"])

    @property
    def json(self) -> Mapping[str, Any]:
        """All that `check --json` tells of it."""
        return self._entry

    def falls_short_of(self, require: Optional[str]) -> bool:
        """Whether it is not contradicted, and not what is required either."""
        return require == "proved" and not self.failed and self.verdict not in SETTLED

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<PropertyResult {self.name}: {self.verdict}>"


class Report(Mapping[str, PropertyResult]):
    """What a check found: a mapping of the names of properties to their verdicts, in the order of the spec."""

    def __init__(
        self, entry: Mapping[str, Any], *, session: Optional["Session"] = None, require: Optional[str] = None,
        diagnostics: str = "",
    ) -> None:
        self._session = session
        self._require = require
        if session is not None and session.is_temporary:
            entry = {**entry, "properties": [{**it, "text": _without_files(it["text"])} for it in entry["properties"]]}
        self._entry = entry
        #: Warnings and notes, as the command prints them on standard error.
        self.diagnostics = diagnostics
        self.properties: Tuple[PropertyResult, ...] = tuple(PropertyResult(it) for it in entry["properties"])
        self._by_name = {it.name: it for it in self.properties}

    def __getitem__(self, name: str) -> PropertyResult:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    @property
    def verdicts(self) -> Dict[str, str]:
        """By the names of the properties."""
        return {it.name: it.verdict for it in self.properties}

    @property
    def counterexamples(self) -> Dict[str, Counterexample]:
        """The first of each property that is contradicted."""
        return {it.name: it.counterexamples[0] for it in self.properties if it.failed and it.counterexamples}

    @property
    def contradicted(self) -> bool:
        """Whether any property is contradicted or refuted."""
        return any(it.failed for it in self.properties)

    @property
    def interrupted(self) -> bool:
        """Whether the search of a property was stopped before its end."""
        return any(it.json["interrupted"] for it in self.properties)

    @property
    def json(self) -> Mapping[str, Any]:
        """What `check --json` printed."""
        return self._entry

    def raise_for_contradiction(self) -> "Report":
        """Raises Contradiction where a property is contradicted or refuted, or falls short of what `check` was told to require;
        Error where one could not be tried. Gives the report itself otherwise."""
        failing = [it.name for it in self.properties if it.failed or it.falls_short_of(self._require)]
        if failing:
            raise Contradiction(self, failing)
        for it in self.properties:
            if it.verdict == "error":
                raise Error((self.diagnostics + it.text).rstrip("\n"), self)
        return self

    def replay(self) -> "Report":
        """Evaluates each counterexample again, alone, from its values as kept; what no longer fails has the verdict `survived`."""
        if self._session is None:
            raise Error("nothing was kept of this report: there is nothing to replay")
        cases = [(it.name, it.counterexamples[0].case) for it in self.properties if it.failed and it.counterexamples]
        entries: List[Mapping[str, Any]] = []
        for _, case in cases:
            entries += self._session.replay(case)["properties"]
        return Report({**self._entry, "properties": entries}, session=self._session, require=self._require)

    def __str__(self) -> str:
        texts = [it.text for it in self.properties]
        if len(texts) > 1:
            texts.append(self.summary + "\n")
        return "\n".join(texts).rstrip("\n")

    def __repr__(self) -> str:
        return f"<Report {self.summary}>"

    @property
    def summary(self) -> str:
        """`3 properties: 1 contradicted, 2 proved`"""
        counts: Dict[str, int] = {}
        for it in self.properties:
            word = it.verdict.replace("-", " ")
            counts[word] = counts.get(word, 0) + 1
        many = "property" if len(self) == 1 else "properties"
        return f"{len(self)} {many}: " + ", ".join(f"{count} {word}" for word, count in counts.items())

    def _repr_html_(self) -> str:
        from ._html import report_html

        return report_html(self)
