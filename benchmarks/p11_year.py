"""The simulated year (docs/year.md): 300 people, 365 mornings of the real cycle, and a user who does three in five.

No goal of speed: it counts what was asked too late, too often, in vain, or at all where it must not be.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from year.judge import RULES, judge
from year.simulation import run as live

SEED, PEOPLE, DAYS = 1, 300, 365
PER_DAY, PER_WEEK = 4, 18


def run() -> Iterator[tuple[str, str, float, float, str]]:
    """Every figure of the year that has a limit, and how often a rule of silence was broken."""
    with tempfile.TemporaryDirectory(prefix="auld-year-") as folder:
        verdict = judge(live(Path(folder), SEED, PEOPLE, DAYS, PER_DAY, PER_WEEK))
    for figure in verdict.figures:
        if figure.limit is not None:
            yield "year", figure.what, figure.figure, figure.limit, figure.bound
    broken = sum(len(verdict.offences[rule]) for rule in RULES)
    yield "year", f"cases in which one of {len(RULES)} rules of silence was broken", broken, 0, "max"
