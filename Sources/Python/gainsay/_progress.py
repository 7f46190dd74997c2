"""How a check is getting on, shown on a terminal or in a notebook."""
from __future__ import annotations

import html
import json
import shutil
import sys
from importlib import import_module
from typing import Any, Callable, Dict, Optional, Union

#: What `progress=` takes: None for a bar where somebody looks, False for none, or a function that is given each event.
Progress = Union[None, bool, Callable[[Dict[str, Any]], None]]


def listener(progress: Progress) -> Optional["Listener"]:
    """What listens to the lines of `--progress`; None where nothing is to be shown."""
    if callable(progress):
        return Listener(progress)
    if progress is False:
        return None
    if _in_notebook():
        return NotebookBar()
    if progress is True or sys.stderr.isatty():
        return TerminalBar()
    return None


class Listener:
    """Reads lines, and passes them on."""

    def __init__(self, tell: Optional[Callable[[Dict[str, Any]], None]] = None) -> None:
        self._tell = tell

    def __call__(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return
        self.show(event)

    def show(self, event: Dict[str, Any]) -> None:
        if self._tell is not None:
            self._tell(event)

    def close(self) -> None:
        """Takes away what was shown."""


class TerminalBar(Listener):
    """One line on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = ""
        self._shown = False

    def show(self, event: Dict[str, Any]) -> None:
        self._turn = turn(event, self._turn)
        words = sentence(event, self._turn)
        if words:
            self._shown = True
            print("\r\x1b[2K" + words[: _width() - 1], end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


class NotebookBar(Listener):
    """One line below the cell, which is empty in the end."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = ""
        self._handle: Any = None

    def show(self, event: Dict[str, Any]) -> None:
        self._turn = turn(event, self._turn)
        words = sentence(event, self._turn)
        if words:
            self._display(f"<code>{html.escape(words)}</code>")

    def close(self) -> None:
        if self._handle is not None:
            self._display("")

    def _display(self, text: str) -> None:
        shown: Any = import_module("IPython.display")
        if self._handle is None:
            self._handle = shown.display(shown.HTML(text), display_id=True)
        else:
            self._handle.update(shown.HTML(text))


def turn(event: Dict[str, Any], before: str) -> str:
    """`2 of 5`, as far as it is known."""
    return f"{event['number']} of {event['of']}" if "number" in event else before


def sentence(event: Dict[str, Any], turn: str) -> str:
    """An event in one line; empty where there is nothing to say."""
    if "stage" in event:
        of = f" of {event['of']}" if event["of"] else " tries"
        return f"{event['stage']}: {event['count']:,}{of}"
    if "count" in event:
        rate = int(event["count"] / max(event["seconds"], 1e-6))
        return f"{event['property']} ({turn}): {event['count']:,} {event['what']}, {rate:,}/s, {event['words']}"
    if "verdict" in event:
        return f"{event['property']} ({turn}): {event['verdict']}"
    return ""


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    shell: Any = sys.modules["IPython"].get_ipython()
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


def _width() -> int:
    return shutil.get_terminal_size().columns
