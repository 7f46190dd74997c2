"""Values of a report as numpy has them."""
from __future__ import annotations

from typing import Any, Dict, List, Mapping


def read_values(entry: Mapping[str, Any]) -> Any:
    """An input, a field of a row, a `let` or a side of a check: an array of its shape, or one number, truth value or text.

    float32, float64, int64 and bool as they are; the cases of an enum and texts are `str`; a number that is missing is NaN.
    """
    import numpy as np

    kind, shape, values = entry["type"], tuple(entry["shape"]), entry["values"]
    if entry.get("missing"):
        return np.float64("nan")
    if kind == "text":
        return str(entry["text"] if "text" in entry else values[0])
    if kind == "category":
        return _categories(entry, values, shape)
    if kind == "truth":
        array = np.array([value != 0 for value in values], dtype=np.bool_)
    elif kind == "integer":
        array = np.array([int(value) for value in values], dtype=np.int64)
    else:
        array = np.array([float(value) for value in values], dtype=np.float32 if kind == "float32" else np.float64)
    return array.reshape(shape)[()]


def _categories(entry: Mapping[str, Any], values: List[Any], shape: "tuple[int, ...]") -> Any:
    import numpy as np

    names = entry.get("names", values)
    # `true` and `false` are reserved words, so no enum has them.
    if names and all(name in ("true", "false") for name in names):
        return np.array([name == "true" for name in names], dtype=np.bool_).reshape(shape)[()]
    return np.array(names, dtype=np.str_).reshape(shape) if shape else str(names[0])


def nested(values: Mapping[str, Any]) -> Dict[str, Any]:
    """The records that leaves such as `a.age` belong to, as dictionaries."""
    records: Dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        record = records
        for part in path:
            record = record.setdefault(part, {})
        if path:
            record[last] = value
    return records
