"""Touches beside the rows of the truth table (test_calendar_truth.py): whom an address means, other kinds, busy days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auld.events import Note
from auld.observations import Attendee, Happening, Meeting
from auld.projections.people import person_id
from projections.world import ME, World

ANA = "ana@example.org"
PAST = ("2026-03-02T10:00:00", "2026-03-02T11:00:00")


@pytest.fixture
def world() -> World:
    world = World()
    world.card("Ana Lima", ANA, uid="ana")
    world.card("Rui Reis", "rui@example.org", uid="rui")
    return world


# --- whom an address means ----------------------------------------------------------------------------------------------
def test_an_address_that_a_card_once_had_keeps_its_meetings(world: World) -> None:
    world.card("Ana Lima", "old@example.org", ref="/9", uid="nine")
    world.meeting(*PAST, "old@example.org")
    assert len(world.ask().touches(person_id("nine"))) == 1
    world.card("Ana Lima", "new@example.org", ref="/9", uid="nine")
    assert len(world.ask().touches(person_id("nine"))) == 1
    world.card("Pedro Pires", "old@example.org", uid="heir")
    assert len(world.ask().touches(person_id("nine"))) == 0
    assert len(world.ask().touches(person_id("heir"))) == 1


def test_a_meeting_known_before_its_person(world: World) -> None:
    world.meeting(*PAST, "new@example.org")
    world.card("Nuno Alves", "new@example.org")
    assert len(world.touches("Nuno Alves")) == 1


# --- other kinds --------------------------------------------------------------------------------------------------------
def test_a_note_is_shown_but_does_not_count(world: World) -> None:
    world.say(Note(person_id("ana"), "likes fado"))
    assert [(touch.kind, touch.title, touch.weight) for touch in world.touches("Ana Lima")] == [("note", "likes fado", 0.0)]
    assert world.ask().last_touch(person_id("ana")) is None


def test_last_touch(world: World) -> None:
    world.meeting(*PAST, ANA)
    world.meeting("2026-01-02T10:00:00", "2026-01-02T11:00:00", ANA)
    last = world.ask().last_touch(person_id("ana"))
    assert last is not None and last.at.date() == date(2026, 3, 2)


# --- busy days ----------------------------------------------------------------------------------------------------------
def test_busy_minutes_count_overlaps_once_and_only_what_takes_time(world: World) -> None:
    day = "2026-03-12"
    world.meeting(f"{day}T09:00:00", f"{day}T10:00:00")
    world.meeting(f"{day}T09:30:00", f"{day}T11:00:00", ANA)
    world.meeting(f"{day}T12:00:00", f"{day}T13:00:00", transparent=True)
    world.meeting(f"{day}T13:00:00", f"{day}T14:00:00", status="cancelled")
    world.meeting(f"{day}T14:00:00", f"{day}T15:00:00", Attendee(ME, status="declined"), ANA)
    world.meeting(day, "2026-03-13")
    ref = world.meeting(f"{day}T15:00:00", f"{day}T16:00:00")
    world.gone("cal", ref)
    assert world.ask().busy_minutes(date(2026, 3, 12)) == 120
    assert world.ask().busy_minutes(date(2026, 3, 13)) == 0


def test_busy_minutes_over_midnight_and_in_series(world: World) -> None:
    world.meeting("2026-01-01T23:00:00", "2026-01-02T02:00:00", series={"rules": ("FREQ=DAILY",)})
    assert world.ask().busy_minutes(date(2026, 3, 12)) == 180
    assert world.ask().busy_minutes(date(2026, 1, 1)) == 60
    assert world.ask().busy_minutes(date(2026, 12, 1)) == 180


# --- absences -----------------------------------------------------------------------------------------------------------
def away(world: World) -> list[int]:
    """The days of March on which the user is away."""
    return [n for n in range(1, 32) if world.ask().is_away(date(2026, 3, n))]


def test_a_whole_day_entry_that_takes_time_is_an_absence(world: World) -> None:
    world.meeting("2026-03-17", "2026-03-20", title="Vacation")
    assert away(world) == [17, 18, 19]


def test_also_one_that_comes_again_and_one_long_ago(world: World) -> None:
    world.meeting("2026-03-05", "2026-03-06", title="Off", series={"rules": ("FREQ=WEEKLY",)})
    assert away(world) == [5, 12, 19, 26]


@pytest.mark.parametrize(
    ("start", "end", "people", "more"),
    [
        ("2026-03-17", "2026-03-18", (), {"transparent": True}),
        ("2026-03-17", "2026-03-18", (), {"status": "cancelled"}),
        ("2026-03-17", "2026-03-18", (ANA,), {}),
        ("2026-03-17", "2026-03-18", (Attendee(ME, status="declined"), ANA), {}),
        ("2026-03-17T09:00:00", "2026-03-17T18:00:00", (), {}),
        ("2026-03-02", "2026-04-02", (), {}),
    ],
    ids=["free", "cancelled", "with others", "declined", "timed", "a month"],
)
def test_others_are_none(world: World, start: str, end: str, people: tuple[Any, ...], more: dict[str, Any]) -> None:
    world.meeting(start, end, *people, **more)
    assert away(world) == []


def test_nor_what_auld_wrote_or_what_is_gone(world: World) -> None:
    world.propose("p1", day="2026-03-17")
    world.write(form="event", day="2026-03-17")
    world.say(Meeting("uid-k1", Happening("2026-03-17", "2026-03-18"), mark="k1"), "home", "/ours/k1.ics")
    ref = world.meeting("2026-03-18", "2026-03-19")
    world.gone("cal", ref)
    assert away(world) == []


def test_a_meeting_that_was_made_of_an_entry_for_the_user_is_with_whom_its_title_names(world: World) -> None:
    """That entry has no person, which must not pass for the word that the meeting is with nobody."""
    world.propose("")
    world.write(form="event")
    world.see_event(start="2026-03-09T12:00:00", title="Lunch with Ana Lima", location="Tasca")
    assert world.follow_up().state == "meeting"
    assert [touch.title for touch in world.touches("Ana Lima")] == ["Lunch with Ana Lima"]
