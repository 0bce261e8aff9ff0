"""Touches beside the rows of the truth table (test_calendar_truth.py): whom an address means, other kinds, busy days."""

from __future__ import annotations

from datetime import date

import pytest

from auld.events import Note
from auld.observations import Attendee
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
