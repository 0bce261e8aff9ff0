"""What the command line prints: tables and progress bars on a terminal, plain lines anywhere else, JSON where asked for.

Everything that comes from outside (names, titles, headlines) is stripped of control characters first: the title of a meeting
must not be able to move the cursor or to recolour the terminal. NO_COLOR is honoured by rich.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from auld.wording import plain
from auldd.reports import Progress

_WHOLE = 100_000  # characters of one cell: as good as unlimited


def safe(text: object) -> str:
    """One printable line."""
    return plain(str(text), _WHOLE)


def line(*parts: str, indent: int = 0) -> None:
    """One line; its parts stand two spaces apart."""
    click.echo(" " * indent + "  ".join(map(safe, parts)))


def complain(text: str) -> None:
    """A line on stderr."""
    click.echo(f"auld: {safe(text)}", err=True)


def dump(value: Any) -> None:
    """One JSON document. Pure ASCII: it survives any locale, and no control character reaches a terminal."""
    click.echo(json.dumps(value, indent=2))


def dump_line(value: Any) -> None:
    """One line of JSON Lines."""
    click.echo(json.dumps(value))


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under headers; aligned plain text where there is no terminal."""
    cells = [[safe(cell if cell is not None else "") for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(headers, cells)
        return
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    for row in [headers, *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _rich_table(headers: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in cells:
        shown.add_row(*map(Text, row))  # Text: brackets in a title are no markup
    Console(file=sys.stdout).print(shown)


@contextmanager
def progress_bar(what: str) -> Iterator[Progress | None]:
    """A progress bar on stderr while it is a terminal; None otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, Any] = {}
    lock = threading.Lock()  # accounts are read by threads of their own
    with Bar(*columns, console=Console(file=sys.stderr), transient=True) as bar:

        def tell(name: str, done: int, total: int | None) -> None:
            with lock:
                if name not in tasks:
                    tasks[name] = bar.add_task(f"{what} {safe(name)}", total=total)
                bar.update(tasks[name], completed=done, total=total)

        yield tell
