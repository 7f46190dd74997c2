"""Texts of regular expressions beside Hypothesis' `from_regex`, and the patterns of patterns.txt, in one run.

Run: swift build -c release --product engine-benchmark
     python3 -m pip install hypothesis==6.155.2
     python3 Tests/Conformance/text_generators.py .build/release/engine-benchmark [COUNT]

For each pattern that Python's `re` reads too, COUNT texts (1000 if it is left out) are drawn by both, on one thread, the making of the generator included; times are of the
processor. Hypothesis draws by `find`-free calls of its engine: a test with COUNT examples that does nothing. Prints the sums, the ratio of the medians of texts a second, the
patterns that have no texts and why, and those of which an alternative or an end of a repetition was not drawn.
"""

import pathlib
import re
import statistics
import subprocess
import sys
import time
import warnings

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.errors import HypothesisException

warnings.simplefilter("ignore")
PATTERNS = pathlib.Path(__file__).with_name("patterns.txt")


def hypothesis_seconds(pattern, count, limit=20.0):
    """Seconds for each text; None where Hypothesis cannot."""
    drawn = 0

    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern, fullmatch=True))
    def draw(text):
        nonlocal drawn
        drawn += 1

    start = time.process_time()
    try:
        draw()
    except (HypothesisException, Exception):
        return None
    return (time.process_time() - start) / drawn if drawn >= min(count, 50) else None


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    out = subprocess.run([program, "texts", PATTERNS, str(count)], check=True, capture_output=True, text=True).stdout
    rows = [line.split("\t", 4) for line in out.splitlines()]
    ours = {row[4]: float(row[3]) / count for row in rows if row[0] != "-"}
    none = [(row[4], row[1]) for row in rows if row[0] == "-"]
    print(f"{len(rows)} patterns: {len(ours)} give {count:,} texts each, {len(none)} have none")
    print(f"PCRE2 refused {sum(int(row[1]) for row in rows if row[0] != '-'):,} texts besides {count * len(ours):,}")
    for pattern, why in none:
        print(f"  no text of {pattern}: {why}")
    for row in rows:
        if row[0] != "-" and row[2] != "0":
            print(f"  {row[2]} alternatives or ends of {row[4]} were not drawn; {row[1]} refused")
    ratios, slower = [], []
    for pattern, own in ours.items():
        try:
            re.compile(pattern)
        except re.error:
            continue
        other = hypothesis_seconds(pattern, min(count, 200))
        if other is None:
            continue
        ratios.append(other / own)
        if other < 20 * own:
            slower.append((other / own, pattern))
    ratios.sort()
    print(f"Hypothesis on {len(ratios)} of them: we are {statistics.median(ratios):.0f} times as fast (median), "
          f"least {ratios[0]:.0f}, {sum(r >= 20 for r in ratios)} at least 20 times")
    for ratio, pattern in sorted(slower):
        print(f"  {ratio:.1f} times: {pattern}")


if __name__ == "__main__":
    main()
