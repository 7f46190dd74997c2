"""VNN-LIB queries cut into regions: satisfied where one of them is, and by nothing where none is."""
from __future__ import annotations

import os
import re
from fractions import Fraction
from typing import Dict, List, Mapping, NamedTuple, Tuple

from .._binary import binary
from .._errors import SpecError
from .jobs import Job, Plan, Question
from .planning import Options, beside, existing, seen_from_here
from .trees import Files, Made, file_digest

#: The greatest file of a query that is read, and regions of one, at most.
MOST_BYTES, MOST_REGIONS = 1 << 28, 1 << 20

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_INPUT = r"[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9, ]*\])?"
_BOUND = re.compile(rf"\(\s*assert\s*\(\s*(<=|>=)\s+(?:({_INPUT})\s+({_NUMBER})|({_NUMBER})\s+({_INPUT}))\s*\)\s*\)")
_DECLARED = re.compile(r"\(\s*declare-(?:const|input)\s+([A-Za-z_][A-Za-z0-9_]*)")


class Bounds(NamedTuple):
    """What an input lies between, as written."""

    lower: Fraction
    upper: Fraction


class Region(NamedTuple):
    """Bounds of those inputs that were cut."""

    bounds: Mapping[str, Bounds]

    @property
    def text(self) -> str:
        """What is to be asserted besides what the query does."""
        lines = []
        for name, it in self.bounds.items():
            lines += [f"(assert (>= {name} {_written(it.lower)}))", f"(assert (<= {name} {_written(it.upper)}))"]
        return "".join(line + "\n" for line in lines)


def plan_verify(query: str, networks: Mapping[str, str], *, count: int, seed: int, files: Files, options: Options = Options()) -> Plan:
    """One question, a job for each region: the query with the region's bounds behind it. A network without a name is called ""."""
    named = [it for name, path in networks.items() for it in ("--network", f"{name}={seen_from_here(path)}" if name else seen_from_here(path))]
    paths = {it for path in networks.values() for it in existing(path)} | beside(options)
    jobs, trees = [], {}
    for number, region in enumerate(cut(_read(query), count, query)):
        path = os.path.join(os.path.dirname(query), f"region-{number}-of-{os.path.basename(query)}")
        part = Made(os.path.abspath(path), os.path.abspath(query), b"\n" + region.text.encode())
        tree = files.tree({*paths, part}, os.getcwd())
        trees[tree.digest] = tree
        arguments = ("verify", os.path.relpath(part.path), *named, "--json", "--threads", str(options.threads), "--seed", str(seed), *options.arguments)
        about = {"region": number, "bounds": {name: [_written(it.lower), _written(it.upper)] for name, it in region.bounds.items()}}
        jobs.append(Job(about, arguments, tree.digest))
    question = Question({"query": query, "networks": dict(networks), "seed": seed}, tuple(jobs))
    return Plan("verify", (question,), trees, file_digest(binary()), options.threads)


def cut(text: str, count: int, query: str = "the query") -> List[Region]:
    """`count` regions, a power of two, which together are the whole: each time all are halved along the input that is the widest by now.

    The halves share the number that they meet at, so nothing is lost between them. Raises SpecError where no input has two bounds.
    """
    if count < 1 or count & (count - 1) or count > MOST_REGIONS:
        raise SpecError(f"the number of regions is a power of two, up to {MOST_REGIONS:,}")
    if count == 1:
        return [Region({})]
    known = bounded(text)
    widths = {name: it.upper - it.lower for name, it in known.items() if it.upper > it.lower}
    if not widths:
        raise SpecError(f"`{query}`: no input stands between two bounds of its own, as in (assert (<= X_0 1.5)), so there is nothing to cut")
    parts: List[Dict[str, Bounds]] = [{}]
    while len(parts) < count:
        name = max(widths, key=lambda it: widths[it])
        widths[name] /= 2
        parts = [half for part in parts for half in _halves(part, name, part.get(name, known[name]))]
    return [Region(it) for it in parts]


def _halves(part: Mapping[str, Bounds], name: str, whole: Bounds) -> Tuple[Dict[str, Bounds], Dict[str, Bounds]]:
    # A float64 that is written as it is: the query's reader takes the nearest one.
    middle = Fraction(float((whole.lower + whole.upper) / 2))
    return {**part, name: Bounds(whole.lower, middle)}, {**part, name: Bounds(middle, whole.upper)}


def bounded(text: str) -> Dict[str, Bounds]:
    """Of what a query declares as an input, what stands between two bounds that are asserted alone; the narrowest, where there are more."""
    text = re.sub(r";[^\n]*", "", text)
    declared = set(_DECLARED.findall(text))
    is_first = not re.search(r"\(\s*declare-network\b", text)
    lower: Dict[str, Fraction] = {}
    upper: Dict[str, Fraction] = {}
    for sign, left, number, first, right in _BOUND.findall(text):
        name, value = (left, Fraction(number)) if left else (right, Fraction(first))
        below = (sign == "<=") == bool(left)
        base = name.split("[")[0]
        if base not in declared or is_first and not base.startswith("X_"):
            continue
        name = name.replace(" ", "")
        if below:
            upper[name] = min(value, upper.get(name, value))
        else:
            lower[name] = max(value, lower.get(name, value))
    return {name: Bounds(lower[name], upper[name]) for name in lower if name in upper}


def _written(value: Fraction) -> str:
    """With all its digits and no exponent: exactly the number."""
    sign = "-" if value < 0 else ""
    places = 0
    value = abs(value)
    while value.denominator != 1:
        value *= 10
        places += 1
    digits = str(value.numerator).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else f"{digits}.0")


def _read(query: str) -> str:
    try:
        if os.path.getsize(query) > MOST_BYTES:
            raise SpecError(f"`{query}` has more than {MOST_BYTES >> 20} MiB")
        with open(query, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError as error:
        raise SpecError(f"cannot read `{query}`: {error.strerror}") from None
