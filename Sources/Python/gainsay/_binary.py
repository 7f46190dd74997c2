"""Finds the program `gainsay`."""
from __future__ import annotations

import os
import shutil
import sysconfig
from typing import List, Optional

from ._errors import BinaryNotFound

#: The environment variable that says where the program is.
VARIABLE = "GAINSAY_BINARY"


def binary() -> str:
    """The path of the program: what GAINSAY_BINARY says, else the one beside this environment's scripts, else the one in PATH.

    Raises BinaryNotFound, which says what to type.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if _is_program(named):
            return os.path.abspath(named)
        raise BinaryNotFound(f"{VARIABLE} is `{named}`, which is no program that can be run")
    for folder in _script_folders():
        path = os.path.join(folder, "gainsay")
        if _is_program(path):
            return path
    found = shutil.which("gainsay")
    if found:
        return os.path.abspath(found)
    raise BinaryNotFound(
        "there is no program `gainsay`, neither among this environment's scripts nor in PATH: build it with "
        f"`swift build -c release --product gainsay`, then say where it is with `export {VARIABLE}=.build/release/gainsay`"
    )


def _script_folders() -> List[str]:
    schemes: List[Optional[str]] = [None, f"{os.name}_user"]
    folders = []
    for scheme in schemes:
        if scheme is None:
            folders.append(sysconfig.get_path("scripts"))
        elif scheme in sysconfig.get_scheme_names():
            folders.append(sysconfig.get_path("scripts", scheme))
    return folders


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
