"""Serves a pipeline of Examples/table as scikit-learn computes it: pipeline.py first, second or tree."""

import pathlib
import sys

import pandas

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(EXAMPLES), str(EXAMPLES / "table")]
from recipe import models
from serve import serve

fitted, texts = next(entry[1:] for entry in models() if entry[0] == sys.argv[1])
columns = {name: ("float64", []) for name in ("age", "income", "debt")} | {name: ("text", []) for name in texts}


def answer(**rows):
    frame = pandas.DataFrame(rows, columns=list(columns))
    # Rounded, as a row comes out otherwise alone than among others, in the last digit.
    return {"label": fitted.predict(frame), "p": fitted.predict_proba(frame).round(12)}


serve(answer, columns, {"label": ("text", [], list(fitted.classes_)), "p": ("float64", [len(fitted.classes_)])})
