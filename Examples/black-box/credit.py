"""A credit score that nobody has a file of: serves itself to Gainsay. Needs no package. With the word `fixed` its bands are in order."""
import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from serve import serve

BANDS = [0.0, 0.8, 1.5, 2.1, 1.9, 2.8, 3.2, 3.5]
if "fixed" in sys.argv:
    BANDS.sort()


def score(income, debt, years, late):
    band = BANDS[min(7, int(income / 10_000))]
    return band - 1.6 * debt / (income + 5_000) + 0.3 * math.log1p(years) - 0.7 * late


def approve(income, debt, years, late):
    return [1 / (1 + math.exp(-score(*row))) for row in zip(income, debt, years, late)]


real = ("float64", [])
serve(approve, {"income": real, "debt": real, "years": real, "late": ("int64", [])}, {"p": real})
