"""Prints how right auld is: ``python -m tests.truth [--seed N] [--examples N]``."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auld.store import Store

from .labels import World
from .measure import Report, Score, measure, total
from .world import BEYOND, SCENES, make


def lines(world: World, report: Report, examples: int = 0) -> Iterator[str]:
    """The report as text; ``examples`` of what was wrong in each row."""
    people = len({card.person for card in world.cards if card.person is not None})
    entries = Counter(world.scene_of.values())
    yield f"{len(world.names)} people, {people} of them with {len(world.cards)} cards; {len(world.scene_of)} calendar objects"
    yield ""
    yield f"{'identities, by how cards are written':40} precision  recall      F1   pairs"
    for noise, score in sorted(report.noises.items()):
        yield _row(noise, score)
    yield _row("all pairs", report.pairs)
    yield f"left out, because nobody could tell: {report.undecided_pairs} pairs"
    yield f"cards of firms, lists and rooms that are shown as people: {len(report.taken_for_people)} of {report.nobodies}"
    yield ""
    yield f"{'touches, with the people put right':40} precision  recall      F1 touches objects"
    for scene in SCENES:
        yield f"{_row(scene, report.touches[scene])} {entries[scene]:7}"
    rows = total(report.touches[scene] for scene in SCENES)
    yield f"{_row('all rows', rows)} {sum(entries[scene] for scene in SCENES):7}"
    alone = total(report.unaided[scene] for scene in SCENES)
    yield _row("all rows, with the people as found", alone)
    yield "beyond the table"
    for scene in BEYOND:
        yield f"{_row(scene, report.touches[scene])} {entries[scene]:7}"
    yield f"left out, because nobody could tell: {report.undecided_touches} touches; objects not read: {report.unreadable}"
    if examples:
        yield from _examples(report, examples)


def _row(name: str, score: Score) -> str:
    """Of a row without anything true, only what was told wrongly can be said."""
    true = score.right + score.missed
    figures = f"{score.precision:9.4f} {score.recall:7.4f} {score.f1:7.4f}" if true else f"{score.wrong:>9} wrong".ljust(25)
    return f"{name:40} {figures} {true:7}"


def _examples(report: Report, count: int) -> Iterator[str]:
    tables = (("identities", report.noises), ("touches", report.touches))
    for title, table in tables:
        for name, score in sorted(table.items()):
            if score.examples:
                yield f"\n=== {title}: {name}: {len(score.examples)} wrong or missed, for example"
                yield from sorted(score.examples)[:count]  # what is wrong comes before what is missed
    if report.taken_for_people:
        yield f"\n=== shown as people: {len(report.taken_for_people)}, for example"
        yield from report.taken_for_people[:count]


def main() -> int:
    """0 if all floors hold, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description="How right auld is, over a made-up world.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=0, help="show so many of what was wrong, a row")
    asked = parser.parse_args()
    began = time.perf_counter()
    world = make(asked.seed)
    made = time.perf_counter() - began
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(Store.open(f"sqlite:///{Path(folder) / 'truth.db'}")) as store,
    ):
        report = measure(world, store)
    print("\n".join(lines(world, report, asked.examples)))
    print(", ".join(f"{what} {seconds:.1f} s" for what, seconds in {"making it": made, **report.seconds}.items()))
    below = report.below(SCENES)
    print("\n".join(f"below its floor: {what}" for what in below) or "all floors hold")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
