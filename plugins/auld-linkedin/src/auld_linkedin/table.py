"""Connections.csv as a table: its header found below LinkedIn's notes, and its rows, each on its own.

The file may be as LinkedIn made it (UTF-8, commas) or as a spreadsheet saved it again (a byte order mark, UTF-16 or a Windows
code page, semicolons or tabs). A row that cannot be taken apart costs only itself: it is told apart from the rows around it by
the line that it stands in.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from auld.people import fold, profile_identity
from auld_linkedin.days import day

COLUMNS = ("given", "family", "url", "email", "company", "position", "connected")
"""What LinkedIn's columns mean, in its order."""

_NAMES = dict(
    zip(("first name", "last name", "url", "email address", "company", "position", "connected on"), COLUMNS, strict=True)
)
_DELIMITERS = ",;\t"
_TOP = 50
"""Records among which the header is looked for."""
_LONGEST = 20_000
"""Characters of a row. LinkedIn allows 100 for a position."""

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")


class Row(NamedTuple):
    """A row: its cells by what they mean, or, if they cannot be told apart, a problem. ``raw`` is its text."""

    cells: Mapping[str, str]
    raw: str
    problem: str = ""


class Table(NamedTuple):
    """All rows. ``whole`` is False if the file breaks off within the last one, which is left out."""

    rows: Sequence[Row]
    whole: bool


class _Record(NamedTuple):
    """A line, or several where a cell spans them. ``cells`` is None if quotes do not match, or it is too long."""

    raw: str
    cells: list[str] | None


def read(body: bytes) -> Table | None:
    """The table; None if this is no list of connections."""
    text = _text(body)
    for delimiter in _DELIMITERS:
        header = _header(list(islice(_records(text, delimiter), _TOP)))
        if header is not None:
            records, columns = list(islice(_records(text, delimiter), header[0] + 1, None)), header[1]
            # a row that is short, of a file that does not end with a line end, was cut
            cut = bool(records) and not text.endswith(("\n", "\r")) and len(records[-1].cells or ()) < len(columns)
            return Table([_row(record, columns) for record in (records[:-1] if cut else records)], not cut)
    return None


def _text(body: bytes) -> str:
    """Bytes that are no text become lone surrogates, so that the row in which they are can be told."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    text = body.decode("utf-8-sig", "surrogateescape")
    if text.isascii() or any(char > "\x7f" and not "\ud800" <= char <= "\udfff" for char in text):
        return text
    return body.decode("cp1252", "replace")  # nothing in it is UTF-8 but what all code pages share


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """All that is not blank."""
    pattern, at = _pattern(delimiter), 0
    while at < len(text):
        match = pattern.match(text, at)
        end = match.end() if match else _line_end(text, at).start()
        raw = text[at:end]
        if raw.strip():
            sound = match is not None and len(raw) <= _LONGEST
            yield _Record(raw, next(csv.reader([raw], delimiter=delimiter)) if sound else None)
        at = _line_end(text, end).end()


@cache
def _pattern(delimiter: str) -> re.Pattern[str]:
    """A record (RFC 4180 section 2), with line ends of any kind. Possessive, so that nothing is tried twice."""
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"\r\n{delimiter}][^\r\n{delimiter}]*+|)'
    return re.compile(rf"{cell}(?:{delimiter}{cell})*+(?=[\r\n]|\Z)")


def _line_end(text: str, at: int) -> re.Match[str]:
    match = _LINE_END.search(text, at)
    assert match is not None  # the end of the text is one, too
    return match


def _header(records: Sequence[_Record]) -> tuple[int, Sequence[str]] | None:
    """Where the header is, and what its columns mean ("" for one that is not known)."""
    for at, record in enumerate(records):
        columns = [_NAMES.get(fold(cell), "") for cell in record.cells or ()]
        if {"given", "family", "connected"} <= set(columns):
            return at, columns
    # In other words than we know: then LinkedIn's order, if that makes sense of what stands below.
    if any(_is_connection(record.cells or ()) for record in records):
        for at, record in enumerate(records):
            if len(record.cells or ()) == len(COLUMNS) and all(record.cells or ()) and not _is_connection(record.cells or ()):
                return at, COLUMNS
    return None


def _is_connection(cells: Sequence[str]) -> bool:
    return len(cells) == len(COLUMNS) and profile_identity(cells[2]) is not None and day(cells[6]) is not None


def _row(record: _Record, columns: Sequence[str]) -> Row:
    if record.cells is None:
        why = f"is longer than {_LONGEST} characters" if len(record.raw) > _LONGEST else "has quotes that do not match"
        return Row({}, record.raw, f"the row {why}")
    if not record.raw.isprintable() and any("\ud800" <= char <= "\udfff" for char in record.raw):
        return Row({}, record.raw, "the row has bytes in it that are no text")
    cells = [cell.strip() for cell in record.cells]
    if len(cells) < len(columns) or any(cells[len(columns) :]):
        return Row({}, record.raw, f"the row has {len(cells)} cells, the header {len(columns)}")
    return Row({column: cell for column, cell in zip(columns, cells, strict=False) if column}, record.raw)
