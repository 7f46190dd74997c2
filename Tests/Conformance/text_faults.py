"""Hypothesis on the planted faults of Tests/CompilerTests/TextFaultTests.swift, counted the way that test counts.

Run: python3 -m pip install hypothesis==6.155.2 && python3 Tests/Conformance/text_faults.py [SEEDS]

An evaluation is one call of the property after the first failure. Prints for each fault in how many seeds the plainest text came out, in Hypothesis' own order of letters (digits before letters), how many
different ones there were, and the median of evaluations.
"""

import re
import statistics
import sys
import unicodedata
import warnings
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

warnings.simplefilter("ignore")
ANY = st.text(max_size=40)


def matching(pattern):
    return st.from_regex(pattern, fullmatch=True)


WORDS, QUESTION = "[a-z]+( [a-z]+)*", r"(What|Who|Where) is [a-z]{2,12}\?"
# Brackets in brackets, which regular expressions in Python cannot say.
BRACKETS = st.deferred(lambda: st.lists(st.one_of(st.sampled_from("xy"), BRACKETS)).map(lambda parts: "(" + "".join(parts) + ")"))
GREEK = st.text([chr(i) for i in range(0x370, 0x10000) if "GREEK" in unicodedata.name(chr(i), "")], min_size=1)
DATE, MAIL = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", r"[a-z]+@[a-z]+\.(com|org|net)"


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            diagonal, row[j + 1] = row[j + 1], min(diagonal + (x != y), row[j] + 1, row[j + 1] + 1)
    return row[-1]


def word(t, i):
    return (t.split() + [""] * (i + 1))[i]


FAULTS = [
    ("length", ANY, lambda t: len(t) < 5),
    ("b", ANY, lambda t: "b" not in t),
    ("capital", ANY, lambda t: not re.search("[A-Z]", t)),
    ("digit", ANY, lambda t: not re.search("[0-9]", t)),
    ("blank", ANY, lambda t: " " not in t),
    ("three words", ANY, lambda t: len(t.split()) < 3),
    ("key", ANY, lambda t: "key" not in t),
    ("lower", ANY, lambda t: t.lower() == t),
    ("upper", ANY, lambda t: t.upper() == t),
    ("palindrome", ANY, lambda t: t[::-1] == t),
    ("replaced", ANY, lambda t: t.replace("ab", "") == t),
    ("a.*b.*c", ANY, lambda t: not re.search("a.*b.*c", t)),
    ("two digits", ANY, lambda t: not re.search("[0-9][0-9]", t)),
    ("not ASCII", ANY, lambda t: not re.search("[^ -~\n]", t)),
    ("cab", st.text("abc", max_size=30), lambda t: "cab" not in t),
    ("distance", st.text("abc", max_size=30), lambda t: distance(t, "b") < 3),
    ("ends", st.text("01", min_size=2, max_size=30), lambda t: t[0] == t[-1]),
    ("four words", matching(WORDS), lambda t: len(t.split()) < 4),
    ("second word", matching(WORDS), lambda t: len(word(t, 1)) < 3),
    ("e f", matching(WORDS), lambda t: "e f" not in t),
    ("z", matching(QUESTION), lambda t: "z" not in t),
    ("Where", matching(QUESTION), lambda t: not t.startswith("Where")),
    ("long question", matching(QUESTION), lambda t: len(t) < 16),
    ("31st", matching(DATE), lambda t: not t.endswith("-31")),
    ("December", matching(DATE), lambda t: "-12-" not in t),
    ("net", matching(MAIL), lambda t: ".net" not in t),
    ("name", matching(MAIL), lambda t: len(t.split("@")[0]) < 4),
    ("bc", matching("(ab|cd)*"), lambda t: "bc" not in t),
    ("bb", matching(r"(\w)\1[a-c]*"), lambda t: "bb" not in t),
    ("brackets", BRACKETS, lambda t: "))" not in t),
    ("Greek", GREEK, lambda t: len(t) < 3),
    ("pairs", matching("[a-z]{2}-[a-z]{2}"), lambda t: not (t[:2] == t[3:] and "d" in t)),
]


def run(strategy, holds, number):
    calls, last, failed = 0, None, False

    @seed(number)
    @settings(max_examples=100_000, database=None, deadline=None, report_multiple_bugs=False,
              phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def check(t):
        nonlocal calls, last, failed
        if failed:
            calls += 1
        if not holds(t):
            failed, last = True, t
            raise AssertionError

    try:
        check()
    except BaseException as error:
        if not isinstance(error, AssertionError):
            raise
    return last, calls


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print("| fault | most often | in so many of", seeds, "| different | median evaluations |\n|---|---|---|---|---|")
    for name, strategy, holds in FAULTS:
        results = [run(strategy, holds, number) for number in range(seeds)]
        (text, times), *_ = Counter(text for text, _ in results).most_common(1)
        found = [calls for text, calls in results if text is not None]
        median = int(statistics.median(found)) if found else "-"
        print(f"| {name} | {text!r} | {times} | {len(set(text for text, _ in results))} | {median} |", flush=True)


if __name__ == "__main__":
    main()
