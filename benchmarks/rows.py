"""What a measuring module gives, checked against its goal."""

from __future__ import annotations

import importlib
from typing import Literal, NamedTuple


class Row(NamedTuple):
    """One measured figure beside the goal's limit; with ``bound`` "max" it must not be above the limit, else not below."""

    goal: str
    what: str
    figure: float
    limit: float
    bound: Literal["max", "min"]

    @property
    def holds(self) -> bool:
        return self.figure <= self.limit if self.bound == "max" else self.figure >= self.limit


def rows_of(name: str) -> list[Row]:
    """Run the measuring module of that name."""
    return [Row(*row) for row in importlib.import_module(f"benchmarks.{name}").run()]
