"""Ties that warm and cool, and what the review proposes to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import ActionAccepted, LetGo
from auld.policy import Quiet
from auld.review.actions import Action, actions, done_since
from auld.review.quarters import Quarter
from auld.review.ties import Tie, ties
from projections.world import World
from review.world import meet, small_book, tick

Q3 = Quarter(2026, 3)
END = datetime(2026, 9, 30, 23, tzinfo=UTC)


def history() -> World:
    """Ana was met often and no more; Bruno now and then before, often now; Carla once, long ago."""
    world = small_book(quiet=Quiet((5, 6), ("2026-10-08",)))
    for day in (date(2026, 1, 8), date(2026, 2, 5), date(2026, 3, 5), date(2026, 4, 2), date(2026, 5, 7)):
        meet(world, day, "ana")
    for day in (date(2026, 5, 20), date(2026, 8, 5), date(2026, 9, 2)):
        meet(world, day, "bruno")
    meet(world, date(2025, 11, 5), "carla")
    return world


def shown(world: World, today: date = date(2026, 10, 1)) -> list[tuple[str, str, date]]:
    view = world.ask(datetime(today.year, today.month, today.day, 8, tzinfo=UTC))
    return [(each.kind, each.person.name, each.day) for each in actions(view, Q3)]


def test_a_tie_is_compared_with_the_time_before() -> None:
    found = {tie.person.name: (tie.trend, tie.lately, tie.before) for tie in ties(history().ask(END))}
    assert found == {"Ana Lima": ("cooling", 0, 5), "Bruno Sá": ("warming", 2, 1)}


@pytest.mark.parametrize(
    ("lately", "before", "trend"),
    [(0, 0, ""), (1, 0, ""), (2, 0, "warming"), (2, 2, "warming"), (2, 3, ""), (0, 1, ""), (0, 2, "cooling"), (1, 4, "cooling"),
     (1, 3, ""), (5, 9, "")],
)  # fmt: skip
def test_it_takes_a_doubling_or_a_halving(lately: int, before: int, trend: str) -> None:
    assert Tie(history().person("Ana Lima"), lately, before).trend == trend


def test_one_of_each_kind_with_a_day_that_is_not_quiet() -> None:
    assert shown(history()) == [
        ("revive", "Ana Lima", date(2026, 10, 9)),  # the 8th is quiet
        ("introduce", "Carla Dias", date(2026, 10, 15)),
    ]


def test_they_are_those_of_the_quarters_end_and_their_days_stay_until_they_are_past() -> None:
    world = history()
    tick(world, "Ana Lima", "done, called Ana", datetime(2026, 10, 2, 9, tzinfo=UTC))
    assert shown(world, date(2026, 10, 5)) == shown(history())
    assert [day for *_, day in shown(world, date(2026, 11, 16))] == [date(2026, 11, 17), date(2026, 11, 24)]


def test_what_comes_to_stand_at_a_number_has_another_tag() -> None:
    world = history()
    before = actions(world.ask(END), Q3)
    world.say(LetGo(world.person("Ana Lima").id))
    after = actions(world.ask(END), Q3)
    assert [each.number for each in before] == [1, 2]
    assert before[0].tag != after[0].tag
    assert {each.tag for each in after} <= {each.tag for each in before} | {after[0].tag}
    assert before == actions(history().ask(END), Q3)


def test_never_more_than_three_and_each_with_somebody_else() -> None:
    world = history()
    for number in range(9):
        world.card(f"Person {number}", f"p{number}@firm{number}.example", organisation=f"Firm {number}", categories=("Inner",))
        world.meeting("2026-06-01T10:00:00", "2026-06-01T11:00:00", f"p{number}@firm{number}.example", uid=f"u{number}")
    found = actions(world.ask(END), Q3)
    assert [each.kind for each in found] == ["revive", "introduce", "meet"]
    assert len({each.person.id for each in found}) == 3


def test_whom_one_is_about_to_meet_is_not_proposed_unless_that_was_taken_on() -> None:
    world = history()
    meet(world, date(2026, 10, 20), "ana")
    assert [name for _, name, _ in shown(world)] == ["Carla Dias"]
    world.say(ActionAccepted("2026-Q3", "revive", world.person("Ana Lima").id, "2026-10-09"))
    assert shown(world) == shown(history())


def test_what_was_done_since_is_known_by_its_kind() -> None:
    world = history()
    meet(world, date(2026, 10, 2), "ana", title="Call Ana")
    view, ana = world.ask(), world.person("Ana Lima").id
    assert done_since(view, ana, "revive", END)
    assert done_since(view, ana, "meet", END) is None  # a call is no meeting
    assert done_since(view, ana, "introduce", END) is None
    assert done_since(view, ana, "revive", END + timedelta(days=3)) is None


def test_a_code_is_short_and_says_the_number() -> None:
    action = Action(2, Q3, "meet", history().person("Ana Lima"), date(2026, 10, 8))
    assert action.code == f"2-{action.tag}"
    assert len(action.tag) == 4
