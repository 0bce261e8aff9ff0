"""What the demo prints: with rich's tables and emphasis on a terminal, as plain aligned text anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TextIO

from auld.projections.view import View
from auldd.demo.server import Entry
from auldd.reports import OnceReport

_INDENT = "    "


class Page:
    """Headings, lines and tables on ``out``."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._fancy = out.isatty()

    def heading(self, text: str) -> None:
        if self._fancy:
            from rich.console import Console
            from rich.text import Text

            Console(file=self._out).print(Text(f"\n{text}", style="bold"))
        else:
            self.line(f"\n{text}")

    def line(self, text: str = "") -> None:
        """A line as it is, at once: the next step may take a second."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        cells = [[str(cell) for cell in row] for row in rows]
        if self._fancy:
            self._rich_table(headers, cells)
            return
        widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
        for row in (headers, *cells):
            padded = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.line(f"{_INDENT}{padded.rstrip()}")

    def _rich_table(self, headers: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        from rich.console import Console
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for header in headers:
            shown.add_column(header, overflow="fold")
        for row in cells:
            shown.add_row(*map(Text, row))  # as Text: brackets in a title are no markup
        Console(file=self._out).print(Padding(shown, (0, 0, 0, len(_INDENT))))


def day_text(day: date | None) -> str:
    """``Tue 24 Nov``; the demo never looks further than a few weeks ahead."""
    return f"{day:%a} {day.day:2} {day:%b}" if day else "no day"


def came_in(page: Page, report: OnceReport) -> None:
    """What one cycle read, account by account, and what it did."""
    rows = [(a.name, a.items, a.events, a.requests, a.error or "ok") for a in report.accounts]
    page.table(("account", "items", "events", "requests", "state"), rows)
    page.line(f"{_INDENT}follow-ups: {report.planned} planned, {report.written} written, {report.closed} closed")
    for problem in report.problems:
        page.line(f"{_INDENT}! {problem}")


def due(page: Page, view: View) -> None:
    """Who is to be contacted, on which day, and why: a line for each reason, with the first thing that it has to show."""
    rows: list[tuple[str, str, str, str]] = []
    for follow_up in sorted((f for f in view.follow_ups() if f.open), key=lambda f: (f.day, f.name)):
        day, name = day_text(follow_up.day), follow_up.name
        for because in follow_up.because:
            rows.append((day, name, because.reason, because.context[0] if because.context else ""))
            day = name = ""
    page.table(("day", "who", "reason", "why"), rows)


def in_calendar(page: Page, entries: Sequence[Entry]) -> None:
    """The entries as they stand on the server, and one of them in full."""
    page.table(("day", "form", "title"), [(day_text(entry.day), entry.form, entry.title) for entry in entries])
    longest = max(entries, key=lambda entry: len(entry.description), default=None)
    if longest is not None:
        page.line(f"\n{_INDENT}One of them in full:\n\n{_INDENT}{longest.title}")
        for line in longest.description.splitlines():
            page.line(f"{_INDENT}| {line}".rstrip())
