"""What goes wrong, as exceptions."""
from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

if TYPE_CHECKING:
    from ._report import Report


class Error(Exception):
    """Something could not be run to the end; the message says what, and what to type."""

    def __init__(self, message: str, report: Optional["Report"] = None) -> None:
        super().__init__(message)
        #: What was found all the same; None where nothing was.
        self.report = report


class SpecError(Error):
    """A spec, a model, data or an option is wrong; the message is located, as the command prints it."""


class BinaryNotFound(Error):
    """There is no program `gainsay` to run."""


class Contradiction(AssertionError):
    """A property is contradicted, refuted, or short of what was required; the message is the text that the command prints."""

    def __init__(self, report: "Report", failing: List[str]) -> None:
        super().__init__("\n".join(report[name].text.rstrip("\n") for name in failing))
        self.report = report
        #: The names of the properties.
        self.failing = failing


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; `report` is what was found until then, None where nothing was tried yet."""

    def __init__(self, report: Optional["Report"] = None) -> None:
        super().__init__("interrupted")
        self.report = report
