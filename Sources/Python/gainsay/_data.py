"""Data that are Python objects, as files: whatever form keeps them exactly."""
from __future__ import annotations

import io
import json
import math
import os
import zipfile
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Tuple

from ._errors import SpecError
from ._session import Folder

if TYPE_CHECKING:
    import numpy as np


def data_path(name: str, data: Any, folder: Folder) -> str:
    """The path of what it is, written to the folder unless it is a path: `.npz` where all columns are numbers or truth values, else
    JSON Lines, which has texts and null.

    Takes paths, dictionaries of arrays, structured arrays, tables of pandas, polars and pyarrow (told by what they can do). Raises
    SpecError where a column is none.
    """
    if isinstance(data, (str, os.PathLike)):
        return os.fspath(data)
    columns = {str(key): _column(name, str(key), values) for key, values in _columns(name, data).items()}
    counts = {len(it) for it in columns.values()}
    if len(counts) != 1:
        lengths = ", ".join(f"`{key}` {len(it)}" for key, it in columns.items())
        raise SpecError(f"data `{name}`: its columns do not have the same number of rows: {lengths}")
    if all(it.dtype.kind in "fiub" for it in columns.values()):
        return folder.file(f"data-{name}.npz", _npz(columns))
    return folder.file(f"data-{name}.jsonl", _json_lines(name, columns))


def _columns(name: str, data: Any) -> Mapping[Any, Any]:
    if isinstance(data, Mapping):
        return data
    if hasattr(data, "to_pydict"):  # pyarrow
        return dict(zip(data.column_names, (it.to_pylist() for it in data.columns)))
    if hasattr(data, "get_columns"):  # polars
        return {it.name: it.to_list() if it.null_count() or not it.dtype.is_numeric() else it.to_numpy() for it in data.get_columns()}
    if hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas
        return {key: _pandas(data[key]) for key in data.columns}
    names = getattr(getattr(data, "dtype", None), "names", None)
    if names:
        return {key: data[key] for key in names}
    raise SpecError(f"data `{name}` is {type(data).__name__}: a path, a dictionary of arrays, or a table of pandas, polars or pyarrow is wanted")


def _pandas(series: Any) -> Any:
    """What is missing as None, but for floats that are NaN already."""
    array = series.to_numpy()
    if array.dtype.kind in "fiub":
        return array
    missing = series.isna().to_numpy()
    return [None if gone else value for value, gone in zip(series.tolist(), missing)]


def _column(name: str, key: str, values: Any) -> "np.ndarray[Any, Any]":
    """An array of numbers or truth values, or of objects: texts, numbers, truth values and None."""
    import numpy as np

    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise SpecError(f"data `{name}`: `{key}` is one value, not one for each row")
    array = values if isinstance(values, np.ndarray) else _array(list(values))
    if array.ndim == 0:
        raise SpecError(f"data `{name}`: `{key}` is one value, not one for each row")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8 or array.dtype.kind not in "fiubUSTO":
        raise SpecError(f"data `{name}`: `{key}` has elements of type {array.dtype}: numbers, truth values and texts are known")
    if array.dtype.kind in "fiub":
        return array
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8")
    rows = np.empty(len(array), dtype=object)
    rows[:] = [_cell(name, key, it) for it in array.tolist()]
    return rows


def _array(values: List[Any]) -> "np.ndarray[Any, Any]":
    import numpy as np

    kinds = {type(it) for it in values}
    if kinds <= {int, float, bool} and len(kinds) == 1 or values and hasattr(values[0], "__len__") and not isinstance(values[0], (str, bytes)):
        return np.array(values)
    if kinds <= {int, float}:
        return np.array(values, dtype=np.float64)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _cell(name: str, key: str, value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if hasattr(value, "item") and not isinstance(value, float):  # a number of numpy
        return _cell(name, key, value.item())
    if isinstance(value, float):
        if math.isinf(value):
            raise SpecError(f"data `{name}`: `{key}` has an infinite number beside texts or missing ones")
        return None if math.isnan(value) else value
    raise SpecError(f"data `{name}`: `{key}` has a value of type {type(value).__name__}: numbers, truth values and texts are known")


def _npz(columns: Mapping[str, "np.ndarray[Any, Any]"]) -> bytes:
    """`numpy.savez` would take some names for its own arguments."""
    import numpy as np

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for key, array in columns.items():
            with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _json_lines(name: str, columns: Mapping[str, "np.ndarray[Any, Any]"]) -> bytes:
    # Lists have Python's numbers, which are written so that they read as the same.
    lists: List[Tuple[str, List[Any]]] = [(key, array.tolist()) for key, array in columns.items()]
    lines = []
    for cells in zip(*(values for _, values in lists)):
        row: Dict[str, Any] = {key: _finite(name, key, cell) for (key, _), cell in zip(lists, cells)}
        lines.append(json.dumps(row, ensure_ascii=False))
    return "".join(line + "\n" for line in lines).encode()


def _finite(name: str, key: str, cell: Any) -> Any:
    return cell if isinstance(cell, list) else _cell(name, key, cell)
