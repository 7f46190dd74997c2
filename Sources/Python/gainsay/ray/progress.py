"""How a run is getting on, in one line on a terminal."""
from __future__ import annotations

import shutil
import sys
from typing import NamedTuple, Optional


class Progress(NamedTuple):
    """How a run is getting on."""

    done: int
    of: int
    in_flight: int
    deaths: int


class Bar:
    """Shows nothing unless somebody looks, or it is told to."""

    def __init__(self, wanted: Optional[bool]) -> None:
        self._is_shown = sys.stderr.isatty() if wanted is None else wanted
        self._is_there = False

    def show(self, it: Progress) -> None:
        if not self._is_shown:
            return
        lost = f", {it.deaths:,} lost and done again" if it.deaths else ""
        words = f"{it.done:,} of {it.of:,} jobs done, {it.in_flight:,} under way{lost}"
        print("\r\x1b[2K" + words[: shutil.get_terminal_size().columns - 1], end="", file=sys.stderr, flush=True)
        self._is_there = True

    def close(self) -> None:
        if self._is_there:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
