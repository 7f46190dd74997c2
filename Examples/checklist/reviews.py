"""Scores reviews by the words in them, from 0 (bad) to 1 (good): serves itself to Gainsay, and needs no package. It reads bytes, 64 of them, 0 behind the end.

Three faults are in it: it looks for words as they stand, so that a capital hides one; it adds up letters of what it does not know, so that a typo counts; and `not` is no word of it."""
import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from serve import serve

GOOD = {"good": 2.0, "great": 3.0, "nice": 1.5, "fine": 1.0}
BAD = {"bad": -2.0, "awful": -3.0, "slow": -1.0, "dull": -1.5}
KNOWN = {"the", "a", "was", "is", "and", "food", "film", "service", "very"}


def score(row):
    text = bytes(int(b) for b in row if b > 0).decode("utf-8", "replace")
    total = 0.0
    for word in text.split():
        weight = GOOD.get(word, BAD.get(word))
        if weight is None and word not in KNOWN and len(word) > 2:
            weight = 0.05 * (sum(map(ord, word)) % 11 - 5)
        total += weight or 0.0
    return 1 / (1 + math.exp(-total))


def rate(x):
    return [score(row) for row in x]


serve(rate, {"x": ("float64", [64])}, {"good": ("float64", [])})
