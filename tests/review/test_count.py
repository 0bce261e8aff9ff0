"""What counts as a meeting, a call and a person reached, and when one is on track."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from auld.events import Kept, LetGo
from auld.policy import Goals
from auld.review.count import Count, count, progress
from auld.review.quarters import Quarter
from projections.world import World
from review.world import meet, small_book, tick

Q3 = Quarter(2026, 3)


def counted(world: World, as_of: datetime | None = None) -> Count:
    return count(world.ask(as_of), Q3)


def test_a_meeting_with_two_is_one_meeting_and_two_reached() -> None:
    world = small_book()
    meet(world, date(2026, 8, 3), "ana", "bruno")
    meet(world, date(2026, 8, 4), "ana")
    assert counted(world) == Count(meetings=2, calls=0, reached=2)


def test_whom_one_does_not_follow_up_is_not_counted_and_whom_one_lets_go_still_is() -> None:
    world = small_book()
    meet(world, date(2026, 8, 3), "dora")
    assert counted(world) == Count(0, 0, 0)
    world.say(Kept(world.person("Dora Reis").id))
    assert counted(world) == Count(1, 0, 1)
    world.say(LetGo(world.person("Dora Reis").id))
    meet(world, date(2026, 8, 4), "carla")
    world.say(LetGo(world.person("Carla Dias").id))
    assert counted(world).meetings >= 1


def test_the_quarter_ends_at_local_midnight() -> None:
    world = small_book(timezone="Pacific/Auckland")
    world.meeting("2026-06-30T22:00:00", "2026-06-30T23:00:00", "ana@acme.example", uid="before", zone="Pacific/Auckland")
    world.meeting("2026-07-01T00:30:00", "2026-07-01T01:00:00", "ana@acme.example", uid="in", zone="Pacific/Auckland")
    world.meeting("2026-10-01T00:30:00", "2026-10-01T01:00:00", "ana@acme.example", uid="after", zone="Pacific/Auckland")
    assert counted(world).meetings == 1


def test_it_can_be_asked_as_of_any_instant() -> None:
    world = small_book()
    meet(world, date(2026, 8, 3), "ana")
    meet(world, date(2026, 9, 3), "bruno")
    assert counted(world, datetime(2026, 8, 31, tzinfo=UTC)) == Count(1, 0, 1)
    assert counted(world) == Count(2, 0, 2)


def test_a_meeting_that_is_called_a_call_is_one() -> None:
    world = small_book()
    meet(world, date(2026, 8, 3), "ana", title="Call: Ana")
    meet(world, date(2026, 8, 4), "ana", title="Callahan project")
    assert counted(world) == Count(meetings=1, calls=1, reached=1)


def test_what_was_ticked_off_counts_as_the_user_says() -> None:
    world = small_book()
    tick(world, "Ana Lima", "done, called Ana", datetime(2026, 8, 3, 9, tzinfo=UTC), "k1")
    tick(world, "Bruno Sá", "done, mail to Bruno", datetime(2026, 8, 4, 9, tzinfo=UTC), "k2")
    assert counted(world) == Count(meetings=0, calls=1, reached=2)


def test_what_is_in_the_calendar_and_ticked_off_counts_once() -> None:
    world = small_book()
    meet(world, date(2026, 8, 3), "ana")
    tick(world, "Ana Lima", "done, met Ana", datetime(2026, 8, 3, 18, tzinfo=UTC))
    assert counted(world) == Count(meetings=1, calls=0, reached=1)


@pytest.mark.parametrize(
    ("today", "expected", "on_track"),
    [
        (date(2026, 6, 30), 0, True),
        (date(2026, 7, 1), 0, True),
        (date(2026, 8, 15), 6, False),
        (date(2026, 9, 30), 12, False),
        (date(2026, 12, 1), 12, False),
    ],
)
def test_an_even_pace_is_on_track(today: date, expected: int, on_track: bool) -> None:
    (meetings,) = progress(Count(5, 9, 9), Goals(meetings=12), Q3, today)
    assert (meetings.metric, meetings.expected, meetings.on_track, meetings.missing) == ("meetings", expected, on_track, 7)


def test_more_than_the_goal_misses_nothing() -> None:
    found = progress(Count(5, 9, 9), Goals(meetings=5, calls=9, reached=1), Q3, Q3.last)
    assert [(each.on_track, each.missing) for each in found] == [(True, 0)] * 3
