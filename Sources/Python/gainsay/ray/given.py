"""Models and data that are Python objects, as files that can be sent."""
from __future__ import annotations

import hashlib
import os
from typing import Any, List, Sequence

from .._data import data_path
from .._errors import SpecError
from .._models import prepare
from .._outline import Outline, read_outline
from .._session import Folder, Spec
from .planning import expanded, is_file
from .trees import Made, Source


def model_sources(name: str, model: Any, specs: Sequence[str]) -> List[Source]:
    """A path, a pattern, bytes, a proto, what can be exported. Raises SpecError of a callable, which is in this process alone."""
    if isinstance(model, (str, os.PathLike)):
        return [it for it in expanded([os.fspath(model)])]
    folder = Folder()

    def outline() -> Outline:
        return read_outline(Spec(specs[0]), [])

    prepared = prepare({name: model}, outline, folder)
    if prepared.served:
        raise SpecError(
            f"model `{name}` is {type(model).__name__}, which this process alone can ask: export it to a file, or have a program serve it, "
            "`\"command python3 serve.py\"` with `beside=[\"serve.py\"]`"
        )
    return [_made(name, prepared.arguments[1].partition("=")[2])]


def data_sources(name: str, data: Any) -> List[Source]:
    """A path, a pattern, a dictionary of arrays, a table."""
    if isinstance(data, (str, os.PathLike)):
        return [it for it in expanded([os.fspath(data)])]
    return [_made(name, data_path(name, data, Folder()))]


def _made(name: str, path: str) -> Source:
    """Under a name that its content alone decides, so that the same object is the same job."""
    if not is_file(path):
        return path
    with open(path, "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Made(os.path.abspath(f"{name}-{digest}{os.path.splitext(path)[1]}"), None, content)
