"""The report: an answer for each question, the same whatever order jobs ended in."""
from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from .._errors import Error
from .._report import SETTLED, PropertyResult
from . import answers
from .jobs import Plan, Question
from .store import Store


class Result(NamedTuple):
    """The answer to one question."""

    #: What was asked: `property`, `spec`, `set`, `models`, `data`; `query`; `model`, `seed`.
    about: Mapping[str, Any]
    #: As the program says it; `error`, or `unfinished` where jobs are missing.
    verdict: str
    #: Which job decides: `{"seed": 3}`; None where none does alone.
    by: Optional[Mapping[str, Any]]
    #: How many jobs were wanted, and how many of them are done.
    wanted: int
    done: int
    #: The answer of the job that decides, or of the first one.
    found: Mapping[str, Any]
    #: What went wrong, each message once.
    messages: Tuple[str, ...]

    @property
    def properties(self) -> Tuple[PropertyResult, ...]:
        """Of a check: the property, or the members of its family, with their counterexamples. How long it took is not kept."""
        return tuple(PropertyResult(it) for it in self.found.get("properties", ()))

    @property
    def name(self) -> str:
        """`robust [eps=0.1, net=a.onnx]`"""
        about = self.about
        title = str(about.get("property") or about.get("query") or about.get("model"))
        choices = [f"{name}={value}" for part in ("set", "models", "data") for name, value in about.get(part, {}).items()]
        choices += [f"seed {about['seed']}"] if "model" in about else []
        return f"{title} [{', '.join(choices)}]" if choices else title


class ClusterReport:
    """All results, in the order of the plan."""

    def __init__(self, kind: str, results: List[Result], code: int) -> None:
        self.kind, self.results = kind, results
        #: 0 nothing was contradicted, 1 something was, 2 something is wrong in what was given, 3 not all could be run to the end.
        self.code = code

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @property
    def contradicted(self) -> bool:
        return self.code == 1

    @property
    def json(self) -> Dict[str, Any]:
        """Nothing in it depends on how many workers there were, which died, or when."""
        return {
            "format": 1, "kind": self.kind,
            "results": [
                {
                    "about": dict(it.about), "verdict": it.verdict, "by": None if it.by is None else dict(it.by), "wanted": it.wanted,
                    "done": it.done, "found": dict(it.found), "messages": list(it.messages),
                } for it in self.results
            ],
        }

    @property
    def text(self) -> str:
        """`json`, as it is written to files: one object, keys in alphabetical order."""
        return json.dumps(self.json, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def raise_for_contradiction(self) -> "ClusterReport":
        """Raises AssertionError where something is contradicted, Error where something could not be tried; gives the report otherwise."""
        if self.code == 1:
            raise AssertionError(str(self))
        if self.code > 1:
            raise Error(str(self))
        return self

    def __str__(self) -> str:
        parts = []
        for it in self.results:
            by = "" if it.by is None else ", ".join(f" by {name} {value}" for name, value in it.by.items() if name != "bounds")
            done = f" ({it.done:,} of {it.wanted:,} jobs)" if it.done < it.wanted else f" ({it.wanted:,} jobs)" if it.wanted > 1 else ""
            lines = [f"{it.name}: {it.verdict}{by}{done}"] + [f"  {line}" for text in it.messages for line in text.splitlines()]
            if it.by is not None:
                lines += [line for entry in it.found.get("properties", ()) for line in entry["text"].rstrip("\n").splitlines()[1:]]
                lines += [f"    {entry['name']}  {' '.join(map(str, entry['values']))}" for entry in it.found.get("assignment") or ()]
            parts.append("\n".join(lines))
        return "\n".join([*parts, self.summary])

    @property
    def summary(self) -> str:
        counts: Dict[str, int] = {}
        for it in self.results:
            counts[it.verdict] = counts.get(it.verdict, 0) + 1
        many = "result" if len(self) == 1 else "results"
        return f"{len(self):,} {many}: " + ", ".join(f"{count:,} {word}" for word, count in counts.items())

    def __repr__(self) -> str:
        return f"<ClusterReport {self.summary}>"


def report(plan: Plan, store: Store) -> ClusterReport:
    """What the store tells by now."""
    results, codes = [], set()
    for question in plan.questions:
        result, some = _result(plan, question, store)
        results.append(result)
        codes |= some
    # As one check of all of it ends.
    return ClusterReport(plan.kind, results, next((it for it in (1, 2, 3) if it in codes), 0))


def _result(plan: Plan, question: Question, store: Store) -> Tuple[Result, "set[int]"]:
    """With the exit codes of its jobs, up to the first that stops the others."""
    found: List[Optional[Mapping[str, Any]]] = []
    stopping: Optional[int] = None
    for turn, job in enumerate(question.jobs):
        key = job.key(plan.program)
        found.append(store.get(key) if key in store else None)
        last = found[-1]
        if last is not None and answers.stops(plan.kind, last):
            stopping = turn
            break
    there = [(turn, it) for turn, it in enumerate(found) if it is not None]
    messages = _messages([(question.jobs[turn].about, str(it["message"])) for turn, it in there if it.get("message")])
    codes = {it["code"] for _, it in there} | ({3} if len(there) < len(found) else set())
    decides: Optional[int]
    if stopping is not None:
        # Of one that is not finished an earlier job may take its place.
        verdict, decides = _word(plan.kind, there[-1][1]), stopping
    elif len(there) < len(found):
        verdict, decides = "unfinished", None
    else:
        verdict, decides = _WORDS[plan.kind]([it for _, it in there])
    # What one seed proves is proved, whatever others say.
    if plan.is_strict and verdict not in (*SETTLED, "error", "unfinished"):
        codes.add(1)
    shown = found[decides] if decides is not None else there[0][1] if there else {}
    assert shown is not None
    by = question.jobs[decides].about if decides is not None and question.jobs[decides].about else None
    return Result(question.about, verdict, by, len(found), len(there), shown, messages), codes


def _messages(found: List[Tuple[Mapping[str, Any], str]]) -> Tuple[str, ...]:
    """Each once, with the first job that has it."""
    firsts: Dict[str, Mapping[str, Any]] = {}
    counts: Dict[str, int] = {}
    for about, message in found:
        firsts.setdefault(message, about)
        counts[message] = counts.get(message, 0) + 1
    lines = []
    for message, about in firsts.items():
        first = "".join(f"{name} {value}" for name, value in about.items() if name != "bounds")
        others = f", and {counts[message] - 1:,} more" if counts[message] > 1 else ""
        lines.append(f"{first}{others}: {message}" if first else message)
    return tuple(lines)


def _word(kind: str, found: Mapping[str, Any]) -> str:
    """Of one job."""
    if kind == "verify":
        return str(found.get("answer", "error"))
    if kind == "audit":
        if "audit" not in found:
            return "error"
        return "stands out" if found["code"] == 1 else "nothing stands out"
    words = [str(it["verdict"]) for it in found.get("properties", ())]
    if not words:
        return "error"
    # Of a family: the gravest of its members' verdicts.
    return min(words, key=lambda it: _GRAVITY.index(it) if it in _GRAVITY else len(_GRAVITY))


_GRAVITY = (
    "contradicted", "refuted", "contradicted-with-confidence", "error", "survived", "not-found", "undecided", "holds-with-confidence",
    "witnessed", "proved",
)

#: A word, and the number of the job that has it, where one alone is enough.
_Said = Tuple[str, Optional[int]]


def _of_check(found: List[Mapping[str, Any]]) -> _Said:
    """Of those that stop nothing."""
    words = [_word("check", it) for it in found]
    return ("error", words.index("error")) if "error" in words else (words[0], None)


def _of_verify(found: List[Mapping[str, Any]]) -> _Said:
    """All regions have to be empty for the whole to be."""
    words = [_word("verify", it) for it in found]
    for word in ("error", "timed-out", "unknown"):
        if word in words:
            return word, words.index(word)
    return "unsat", None


def _of_audit(found: List[Mapping[str, Any]]) -> _Said:
    return _word("audit", found[0]), None


_WORDS = {"check": _of_check, "verify": _of_verify, "audit": _of_audit}
