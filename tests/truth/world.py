"""The whole labelled world, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from . import odd, rows, series
from .calendars import ACCOUNTS, Diary
from .cards import Deck
from .labels import World
from .people import crowd
from .vcards import STYLES

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
FIRST_LOOK = timedelta(days=365)
HISTORY = timedelta(days=880)
"""How far back the calendars go; auld is installed a year before it is asked, and reads what is there."""

SCENES: dict[str, tuple[Callable[[Diary], None], int]] = {
    "took_place": (rows.took_place, 2600), "to_come": (rows.to_come, 200), "declined_by_me": (rows.declined_by_me, 350),
    "declined_by_another": (rows.declined_by_another, 450), "never_answered": (rows.never_answered, 250),
    "organiser": (rows.organiser, 350), "optional": (rows.optional, 250), "rooms_and_lists": (rows.rooms_and_lists, 350),
    "own_addresses": (rows.own_addresses, 200), "somebody_else": (rows.somebody_else, 120),
    "size": (rows.size, 500), "too_large": (rows.too_large, 80),
    "moved": (rows.moved, 400), "cancelled": (rows.cancelled, 300), "deleted_before": (rows.deleted_before, 150),
    "deleted_after": (rows.deleted_after, 150), "deleted_unseen": (rows.deleted_unseen, 80), "series": (series.series, 100),
    "series_exceptions": (series.series_exceptions, 60), "series_moved": (series.series_moved, 60),
    "series_endless": (series.series_endless, 25), "series_dense": (series.series_dense, 12),
    "whole_days": (odd.whole_days, 250), "calendars_of_days": (odd.calendars_of_days, 350),
    "written_by_auld": (odd.written_by_auld, 80), "title_names": (odd.title_names, 400),
    "title_ambiguous": (odd.title_ambiguous, 200), "two_calendars": (odd.two_calendars, 350),
    "organisers_copy": (odd.organisers_copy, 250), "new_uid": (odd.new_uid, 100), "uid_twice": (odd.uid_twice, 60),
    "override_alone": (odd.override_alone, 80), "no_start": (odd.no_start, 20), "unusable_zone": (odd.unusable_zone, 80),
    "windows_zone": (odd.windows_zone, 150), "daylight_saving": (odd.daylight_saving, 80), "floating": (odd.floating, 120),
    "travelling": (odd.travelling, 120),
}  # fmt: skip
"""Row of the calendar truth table -> how a case of it is written, and how many there are in a world of full size."""

BEYOND: dict[str, tuple[Callable[[Diary], None], int]] = {
    "errands": (odd.errands, 450), "about_somebody": (odd.about_somebody, 100), "borrowed_address": (odd.borrowed_address, 60),
    "unknown_address": (odd.unknown_address, 60),
}  # fmt: skip
"""What the table says nothing about, and people have in their calendars all the same."""


def make(seed: int = 1, *, people: int = 1200, share: float = 1.0) -> World:
    """The world of a seed; ``share`` of the calendar objects of one of full size."""
    random = Random(seed)
    world = World(
        books=tuple(STYLES), calendars=(*ACCOUNTS, "birthdays", "holidays", "football"), looks=_looks(random), now=NOW
    )
    folk = crowd(random, people)
    deck = Deck(random, world, NOW - HISTORY)
    deck.deal(folk)
    diary = Diary(random, world, folk, deck, NOW - HISTORY)
    # the long series first, as long as there is room for them
    scenes = sorted((SCENES | BEYOND).items(), key=lambda scene: not scene[0].startswith(("series", "daylight")))
    for name, (write, count) in scenes:
        diary.scene = name
        for _ in range(max(1, round(count * share))):
            write(diary)
    world.versions.sort(key=lambda version: version.at)
    return world


def _looks(random: Random) -> tuple[datetime, ...]:
    """Every other evening, but for some weeks in which the machine was off."""
    looks, at = [], (NOW - FIRST_LOOK).replace(hour=21, minute=7)
    while at < NOW:
        looks.append(at)
        at += timedelta(days=2 if random.random() < 0.97 else random.randrange(9, 20))
    return (*looks, NOW)
