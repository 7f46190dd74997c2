"""Hypothesis on the public shrinking challenge, counted the way Tests/SearchTests/ShrinkingChallengeTests.swift counts.

Run: python -m pip install hypothesis==6.155.2 && python Tests/Conformance/shrinking_challenge.py [SEEDS [PROPERTY ...]]

An evaluation is one call of the property after the first failure, the same in both tables: proposals that a generator
refuses before the property is called are free, a call whose `assume` is not met is not. `report_multiple_bugs` is off,
or Hypothesis goes on generating after the first failure and the count is of that rather than of shrinking. The 13 statements are those of
https://github.com/jlink/shrinking-challenge (and of the ECOOP 2020 artifact it quotes).
"""

import statistics
import sys
import warnings
from collections import Counter

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings, strategies as st
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis import assume, given, seed

warnings.simplefilter("ignore")


def int16(n):
    return (n + 2**15) % 2**16 - 2**15


def bound5(lists):
    return int16(sum(sum(x) for x in lists)) < 5 * 256


def calculator_sane(e):
    if isinstance(e, int):
        return True
    return not (e[0] == "/" and e[2] == 0) and calculator_sane(e[1]) and calculator_sane(e[2])


def calculate(e):
    if isinstance(e, int):
        return e
    return calculate(e[1]) + calculate(e[2]) if e[0] == "+" else calculate(e[1]) // calculate(e[2])


def calculator(e):
    assume(calculator_sane(e))
    calculate(e)
    return True


def to_list(heap):
    result, stack = [], [heap]
    while stack:
        h = stack.pop()
        if h is not None:
            result.append(h[0])
            stack.extend(h[1:])
    return result


def merge(a, b):
    if a is None or b is None:
        return a or b
    return (a[0], merge(a[2], b), a[1]) if a[0] <= b[0] else (b[0], merge(b[2], a), b[1])


def binheap(heap):
    if heap is None:
        return True
    result = [heap[0]] + to_list(merge(heap[1], heap[2]))
    return result == sorted(result) and sorted(to_list(heap)) == result


def coupling(values):
    assume(all(v < len(values) for v in values))
    return all(i == j or values[j] != i for i, j in enumerate(values))


def deletion(case):
    values, index = case
    assume(index < len(values))
    rest = list(values)
    rest.remove(values[index])
    return values[index] not in rest


@st.composite
def heaps(draw, bound, size):
    if draw(st.integers(1, 8)) == 1 or size <= 0:
        return None
    head = draw(st.integers() if bound is None else st.integers(min_value=bound))
    return (head, draw(heaps(head, size // 2)), draw(heaps(head, size // 2)))


shorts = st.lists(st.integers(-(2**15), 2**15 - 1), max_size=1).filter(lambda x: sum(x) < 256)
expressions = st.deferred(
    lambda: st.one_of(
        st.integers(),
        st.tuples(st.just("+"), expressions, expressions),
        st.tuples(st.just("/"), expressions, expressions),
    )
)
positive = st.integers(1, 2**31 - 1)
pairs = st.tuples(positive, positive)
leaf = lambda n: (n, None, None)

CHALLENGES = [
    ("bound5", st.tuples(*[shorts] * 5), bound5, [([], [], [], [-1], [-32768])]),
    ("large union list", st.lists(st.lists(st.integers())), lambda x: len({i for l in x for i in l}) < 5,
     [[[0, 1, -1, 2, -2]]]),
    ("reverse", st.lists(st.integers()), lambda x: x == x[::-1], [[0, 1]]),
    ("calculator", expressions, calculator, [("/", 0, ("+", 0, 0))]),
    ("length list", st.integers(1, 100).flatmap(lambda n: st.lists(st.integers(0, 1000), min_size=n, max_size=n)),
     lambda x: max(x) < 900, [[900]]),
    ("difference 1", pairs, lambda p: p[0] < 10 or p[0] != p[1], [(10, 10)]),
    ("difference 2", pairs, lambda p: p[0] < 10 or not 1 <= abs(p[0] - p[1]) <= 4, [(10, 6)]),
    ("difference 3", pairs, lambda p: p[0] < 10 or abs(p[0] - p[1]) != 1, [(10, 9)]),
    ("binheap", st.integers(0, 20).flatmap(lambda n: heaps(None, n)), binheap, [(0, None, (0, leaf(0), leaf(1)))]),
    ("coupling", st.lists(st.integers(0, 10)), coupling, [[1, 0]]),
    ("deletion", st.tuples(st.lists(st.integers()), st.integers(0, 10)), deletion, [([0, 0], 0)]),
    ("distinct", st.lists(st.integers()), lambda x: len(set(x)) < 3, [[0, 1, -1], [0, 1, 2]]),
    ("nestedlists", st.lists(st.lists(st.just(()))), lambda x: sum(map(len, x)) <= 10, [[[()] * 11]]),
]


def shrink(strategy, holds, number):
    """The last failing case of one run, and the calls after the first failure and in all."""
    state = {"case": None, "after": 0, "all": 0}

    @seed(number)
    @settings(database=None, max_examples=10**6, phases=[Phase.generate, Phase.shrink], deadline=None,
              report_multiple_bugs=False, verbosity=Verbosity.quiet, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def run(case):
        state["all"] += 1
        state["after"] += state["case"] is not None
        try:
            good = holds(case)
        except UnsatisfiedAssumption:
            raise
        except ZeroDivisionError:
            good = False
        if not good:
            state["case"] = case
            raise AssertionError

    try:
        run()
    except AssertionError:
        pass
    return state


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"Hypothesis {hypothesis.__version__}, {seeds} seeds\n")
    print("| property | ideal | answers | evaluations, median | mean | worst | with generation, median |")
    print("|---|---|---|---|---|---|---|")
    for name, strategy, holds, ideal in CHALLENGES:
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        runs = [shrink(strategy, holds, number) for number in range(seeds)]
        answers = Counter(repr(run["case"]) for run in runs)
        exact = sum(run["case"] in ideal for run in runs)
        after = [run["after"] for run in runs]
        print(f"| {name} | {exact} | {len(answers)} | {statistics.median(after):g} | {statistics.mean(after):.1f} "
              f"| {max(after)} | {statistics.median(run['all'] for run in runs):g} |", flush=True)


if __name__ == "__main__":
    main()
