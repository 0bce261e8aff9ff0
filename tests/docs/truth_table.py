"""The table of docs/what-counts.md, made from the rows and from the names of the tests that hold them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from support.calendar_truth.stories import STORIES
from support.truth_rows import ROWS, row_of

from .manual import ROOT

PAGE = ROOT / "docs" / "what-counts.md"
OVER_THE_LOG = ROOT / "tests" / "projections" / "test_calendar_truth.py"

_BLOCK = re.compile(r"(<!-- truth table -->\n).*?(<!-- end -->)", re.DOTALL)


def over_the_log() -> list[str]:
    """The names of the tests over log and projection."""
    tree = ast.parse(OVER_THE_LOG.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def end_to_end() -> list[str]:
    """The names of the stories."""
    return [story.name for story in STORIES]


def table() -> str:
    """The rows, each with its tests; of a test that is called by more than its row, only what is particular to it."""
    log, servers = over_the_log(), end_to_end()
    lines = ["| row | entry | result | over the log | end to end |", "|---|---|---|---|---|"]
    for row in ROWS:
        cells = (f"`{row.name}`", row.case, row.result, _tests(row.name, log), _tests(row.name, servers))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def regenerated(text: str) -> str:
    """The page with the table as it must be."""
    return _BLOCK.sub(lambda match: f"{match[1]}{table()}{match[2]}", text)


def _tests(row: str, names: Iterable[str]) -> str:
    clauses = (name.removeprefix("test_").removeprefix(row) for name in names if row_of(name) == row)
    return ", ".join(f"`{clause or row}`" for clause in clauses)
