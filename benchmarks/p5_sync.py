"""P5: the first sync of 10,000 cards and of 20,000 events from Radicale, against fetching alone and against vdirsyncer.

Ours is the whole of ``auld once``: it fetches, parses, writes the log, joins cards into people, and plans.
"""

from __future__ import annotations

from typing import Literal

from benchmarks.costs import middle, spent
from benchmarks.dav_world import served

CARDS, EVENTS = 10_000, 20_000


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    rows: list[tuple[str, str, float, float, Literal["max", "min"]]] = []
    with served("cards", CARDS) as world:
        least = middle(world.fetch_only)
        ours = middle(lambda: world.auld("auld").run("once"))
        theirs = middle(lambda: spent(world.vdirsyncer("vdirsyncer")))
        rows.append(("P5", "10k cards: wall, of fetching alone", ours.wall / least.wall, 1.5, "max"))
        rows.append(("P5", "10k cards: CPU, of vdirsyncer's", ours.cpu / theirs.cpu, 1.0, "max"))
        rows.append(("P5", "10k cards: peak, of vdirsyncer's", ours.peak / theirs.peak, 1 / 3, "max"))
    with served("events", EVENTS) as world:
        least = middle(world.fetch_only)
        ours = middle(lambda: world.auld("auld").run("once"))
        rows.append(("P5", "20k events: wall, of fetching alone", ours.wall / least.wall, 1.5, "max"))
    return rows
