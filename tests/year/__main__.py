"""Lives the year and writes docs/year.md: ``python -m tests.year [--seed N] [--people N] [--days N] [--print]``.

Exits 1 if a figure is beyond its limit or something was asked that must not be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from auld.reasons import auld_reasons

from .judge import RULES, Figure, Verdict, judge
from .simulation import run

PAGE = Path(__file__).parents[2] / "docs" / "year.md"
BUDGETS = ((4, 18), (2, 5))
"""By day and week: one that suffices for all of them, and the default, which does not."""

_INTRODUCTION = """# A simulated year

Written by `make year` (`python -m tests.year`); do not edit. A made-up town of {people} people, two thirds of them in three
categories, lives for {days} days: meetings come about and are put off, cards change, the news tell of people, the user travels.
Every morning auld takes its turn, by the code that runs for you, over a calendar in memory; every evening its user
does three in five of what stands there (one in four of these by meeting instead), deletes one in twelve, moves one in eight
once, leaves the rest alone, and types a line into some. What is touched, planned and rightly silent is known to the town,
which auld cannot see. `tests/year/judge.py` says how each figure is told.

The budgets are of a day and a week: one that suffices, and the default one, which for so many people does not: it
must not be exceeded, and who matters most comes first. Figures beyond their limit are bold.
"""


def page(verdicts: dict[str, Verdict], people: int, days: int) -> Iterator[str]:
    """The page, line by line."""
    yield _INTRODUCTION.format(people=people, days=days)
    yield f"| | limit | {' | '.join(verdicts)} |"
    yield f"|---|---|{'---|' * len(verdicts)}"
    for rows in zip(*(verdict.figures for verdict in verdicts.values()), strict=True):
        limits = {_limit(figure) for figure in rows if figure.limit is not None}
        limit = "the budget" if len(limits) > 1 else "".join(limits)
        yield f"| {rows[0].what} | {limit} | {' | '.join(_value(figure) for figure in rows)} |"
    yield "\n## What fired\n\nThe reasons of all follow-ups; one may have several.\n"
    yield f"| reason | {' | '.join(verdicts)} |"
    yield f"|---|{'---|' * len(verdicts)}"
    for reason in sorted(each.id for each in auld_reasons()):
        yield f"| `{reason}` | {' | '.join(str(verdict.fired[reason]) for verdict in verdicts.values())} |"
    yield "\n## What stayed silent\n\nIn how many cases it did not:\n"
    yield f"| rule | {' | '.join(verdicts)} |"
    yield f"|---|{'---|' * len(verdicts)}"
    for rule in RULES:
        yield f"| {rule} | {' | '.join(str(len(verdict.offences[rule])) for verdict in verdicts.values())} |"


def _limit(figure: Figure) -> str:
    return "" if figure.limit is None else f"{'≤' if figure.bound == 'max' else '≥'} {figure.limit:g}"


def _value(figure: Figure) -> str:
    return f"{figure.figure:g}" if figure.holds else f"**{figure.figure:g}**"


def _live(seed: int, people: int, days: int, budget: tuple[int, int]) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="auld-year-") as folder:
        return judge(run(Path(folder), seed, people, days, *budget), suffices=budget == BUDGETS[0])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--print", action="store_true", help="print it, and leave the page as it is")
    options = parser.parse_args()
    live = partial(_live, options.seed, options.people, options.days)
    with ProcessPoolExecutor(len(BUDGETS)) as processes:
        found = processes.map(live, BUDGETS)
        verdicts = {f"{day} a day, {week} a week": each for (day, week), each in zip(BUDGETS, found, strict=True)}
    for budget, verdict in verdicts.items():
        for rule, offences in verdict.offences.items():
            for offence in offences[:5]:
                print(f"{budget}: {rule}: {offence}", file=sys.stderr)
    text = "\n".join(page(verdicts, options.people, options.days)) + "\n"
    if options.print:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0 if all(verdict.holds for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
