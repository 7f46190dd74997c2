"""Specs that are texts in a Python file: what is wrong with one is told at its place there.

The text is given to the program with blank lines and blanks before it, so that its lines and columns are those of the Python file,
and with that file's name.
"""
from __future__ import annotations

import io
import linecache
import os
import re
import sys
import tokenize
from typing import List, NamedTuple, Optional, Tuple

from ._session import Spec

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
#: What a text is called that stands in no file.
NAMELESS = "<property>"


class Place(NamedTuple):
    """Where the inside of a literal begins: line from 1, column from 0."""

    path: str
    line: int
    column: int


class Placed(NamedTuple):
    """A text, and its place, None where it was not found."""

    text: str
    place: Optional[Place]
    folder: Optional[str]

    @property
    def spec(self) -> Spec:
        """The text by itself."""
        return self._spec(self._lines("", self.text))

    def clauses_of(self, name: str, title: str, declarations: str) -> Spec:
        """The text as the clauses of a property, with declarations behind it."""
        quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '" ' if title else ""
        return self._spec(self._lines(f"property {name} {quoted}{{", self.text) + "\n}\n" + declarations)

    def with_declarations(self, declarations: str) -> Spec:
        return self._spec(self._lines("", self.text) + "\n" + declarations)

    def _lines(self, head: str, text: str) -> str:
        """The head stands before the text if there is room, or nothing else on its line, else on the line above."""
        line, column = (self.place.line, self.place.column) if self.place else (1, 0)
        if not head or column > len(head) or not text.split("\n")[0].strip():
            return "\n" * (line - 1) + head.ljust(column) + text
        if line > 1:
            return "\n" * (line - 2) + head + "\n" + " " * column + text
        return head + " " + text

    def _spec(self, text: str) -> Spec:
        if self.place is None:
            return Spec(NAMELESS if self.folder is None else os.path.join(self.folder, NAMELESS), text)
        path = self.place.path
        return Spec(path if self.folder is None else os.path.join(self.folder, os.path.basename(path)), text)


def in_python(text: str, folder: Optional[str] = None) -> Placed:
    """Looks for the text in the file that called this package. `folder` is where its paths begin, if not beside that file."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return Placed(text, None, folder)
        frame = frame.f_back
    path = frame.f_code.co_filename
    found = _find(text, "".join(linecache.getlines(path, frame.f_globals)), frame.f_lineno)
    if found is None:
        return Placed(text, None, folder)
    return Placed(text, Place(_shown(path), *found), folder)


def _find(text: str, source: str, near: int) -> Optional[Tuple[int, int]]:
    """Line and column of the literal with this value that is nearest to a line, if it is written as it is: without escapes and in one
    piece. Read token by token: `ast.parse` fails in some releases (CPython 3.11) where several threads call it at once."""
    found: List[Tuple[int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline) if text in source else ():
            if token.type == tokenize.STRING:
                opening = re.match(r"([rRuU]?)(\"\"\"|'''|\"|')", token.string)
                escapes = "\\" in text and (opening is None or opening.group(1) not in "rR")
                if opening and not escapes and token.string[opening.end():-len(opening.group(2))] == text:
                    found.append((token.start[0], token.start[1] + opening.end()))
    except (SyntaxError, tokenize.TokenError):
        pass  # what comes before the error may be the literal
    return min(found, key=lambda place: abs(place[0] - near), default=None)


def _shown(path: str) -> str:
    """As seen from the current folder, where it lies below it; cells of notebooks are no files."""
    if not os.path.isfile(path):
        return "<cell>"
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
