"""A report as a notebook shows it."""
from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._report import PropertyResult, Report

_COLOURS = {
    "contradicted": "#b3261e", "refuted": "#b3261e", "contradicted-with-confidence": "#b3261e", "error": "#b3261e",
    "proved": "#1b6e3c", "witnessed": "#1b6e3c", "holds-with-confidence": "#1b6e3c",
}


def report_html(report: "Report") -> str:
    """A table of verdicts; what is contradicted is unfolded."""
    rows = "".join(_row(it) for it in report.properties)
    return (
        '<table class="gainsay"><thead><tr><th style="text-align:left">property</th><th style="text-align:left">verdict</th>'
        f"<th>tries</th><th>seconds</th></tr></thead><tbody>{rows}</tbody></table><p>{html.escape(report.summary)}</p>"
    )


def _row(it: "PropertyResult") -> str:
    colour = _COLOURS.get(it.verdict, "#7a5900")
    title = f" <span style='opacity:.7'>{html.escape(it.title)}</span>" if it.title else ""
    return (
        f'<tr><td style="text-align:left"><code>{html.escape(it.name)}</code>{title}</td>'
        f'<td style="text-align:left;color:{colour};font-weight:600">{html.escape(it.verdict.replace("-", " "))}</td>'
        f"<td>{it.tries:,}</td><td>{it.seconds:.2f}</td></tr>"
        f'<tr><td colspan="4" style="text-align:left"><details{" open" if it.failed else ""}><summary>{html.escape(it.place)}'
        f'</summary><pre style="text-align:left">{html.escape(it.text)}</pre></details></td></tr>'
    )
