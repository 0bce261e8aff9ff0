"""``dormant``: a long history and a long silence, told once; nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Because
from auld.planner import decide, plan
from auld.projections.views import Fact, FollowUp, PersonView
from auld.reasons.base import Proposal, Rare
from auld.reasons.cadence import Cadence
from auld.reasons.dormant import Dormant
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", ideal=28, at_most=42, since=date(2020, 1, 1))
HISTORY = (date(2023, 3, 1), date(2023, 9, 4), date(2024, 2, 5), date(2025, 12, 1))
LAST = HISTORY[-1]


def view_of(*days: date, person: PersonView = ANA, today: date = MONDAY) -> FakeView:
    view = fake_view(person, today=today)
    for number, day in enumerate(days):
        view.met(person.id, day, f"Lunch {number + 1}")
    return view


def asked(view: FakeView, person: PersonView = ANA, days: int = 14) -> list[Proposal]:
    return list(Dormant().propose(view, person, view.today, view.today + timedelta(days=days)))


def test_it_tells_the_history_in_two_lines() -> None:
    (proposal,) = asked(view_of(*HISTORY))
    assert proposal.occasion == "dormant:2025-12-01"
    assert proposal.context == (
        "You were in touch 4 times from 1 March 2023 to 1 December 2025.",
        "First: Lunch 1. Last: Lunch 4.",
    )


def test_the_text_does_not_change_with_the_days() -> None:
    early, late = (asked(view_of(*HISTORY, today=day)) for day in (MONDAY, MONDAY + timedelta(days=60)))
    assert (early[0].occasion, early[0].title, early[0].context) == (late[0].occasion, late[0].title, late[0].context)


def test_silence_is_long_after_twice_at_most() -> None:
    assert asked(view_of(*HISTORY, today=LAST + timedelta(days=84)), days=0) == []
    assert len(asked(view_of(*HISTORY, today=LAST + timedelta(days=85)), days=0)) == 1
    slower = replace(ANA, at_most=84)
    assert asked(view_of(*HISTORY, person=slower), slower) == []


@pytest.mark.parametrize(
    "days",
    [
        (),
        HISTORY[-1:],
        (date(2023, 3, 1), date(2025, 6, 1)),  # two meetings
        tuple(date(2025, 6, day) for day in range(1, 20)),  # one busy month
        (date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 3), date(2025, 6, 1)),  # and a meeting a year later
    ],
)
def test_no_long_history(days: tuple[date, ...]) -> None:
    assert asked(view_of(*days)) == []


def test_large_meetings_make_little_history() -> None:
    view = view_of(*HISTORY)
    view.held["ana"] = [replace(touch, weight=0.1) for touch in view.held["ana"]]
    assert asked(view) == []


def test_notes_are_no_history() -> None:
    view = view_of(*HISTORY)
    view.held["ana"] = [replace(touch, kind="note", weight=0.0) for touch in view.held["ana"]]
    assert asked(view) == []


def test_who_is_met_soon_is_not_asked_for() -> None:
    view = view_of(*HISTORY)
    view.plan_meeting("ana", MONDAY + timedelta(days=30))
    assert asked(view) == []


def test_the_user_has_named_a_day_for_the_next_time() -> None:
    view = view_of(*HISTORY)
    view.told["ana"] = [Fact("next", "call in May", view.as_of, date(2026, 5, 1))]
    assert asked(view) == []
    view.today = date(2026, 5, 1)
    assert len(asked(view)) == 1


def ask_of(occasion: str = "dormant:2025-12-01") -> FollowUp:
    because = (Because("dormant", occasion),)
    at = datetime(2026, 2, 25, tzinfo=UTC)
    return FollowUp("k", "u", "ana", "Ana Lima", because, MONDAY, "", "", "written", at, (MONDAY, MONDAY))


def test_a_refused_ask_was_the_answer() -> None:
    view = view_of(*HISTORY)
    view.asked["k"] = replace(ask_of(), state="dismissed", closed_at=datetime(2026, 2, 27, tzinfo=UTC))
    assert asked(view) == []
    view.asked["k"] = replace(view.asked["k"], closed_at=datetime(2025, 11, 1, tzinfo=UTC))
    assert len(asked(view)) == 1, "that was before they met again"


def test_void_says_why() -> None:
    ask = ask_of()
    view = view_of(*HISTORY)
    assert Dormant().void(view, ANA, ask, ask.because[0], MONDAY) is None
    assert Dormant().void(view, replace(ANA, at_most=200), ask, ask.because[0], MONDAY) == "it is not that long ago"
    view.plan_meeting("ana", MONDAY + timedelta(days=9))
    assert Dormant().void(view, ANA, ask, ask.because[0], MONDAY) == "a meeting is planned for 11 March 2026"
    view.met("ana", date(2026, 3, 1))
    assert Dormant().void(view, ANA, ask, ask.because[0], MONDAY) == "met on 1 March 2026"


def test_of_many_dormant_ties_one_a_week_is_told_and_no_ask_is_held_back() -> None:
    """Each stands with the cadence's ask in one entry; there is none for the tie alone."""
    assert isinstance(Dormant(), Rare)
    people = [replace(ANA, id=f"p{n}", name=f"Person {n}") for n in range(4)]
    view = fake_view(*people)
    for person in people:
        for day in HISTORY:
            view.met(person.id, day)
    reasons = (Cadence(), Dormant())
    found = plan(view, reasons, MONDAY)
    assert len(found.entries) == 4
    assert {"cadence"} <= set.intersection(*({b.reason for b in entry.because} for entry in found.entries))
    weeks = [entry.day.isocalendar().week for entry in found.entries if len(entry.because) == 2]
    assert weeks
    assert len(weeks) == len(set(weeks))
    view.take(decide(found, view, view.as_of))
    assert decide(plan(view, reasons, MONDAY), view, view.as_of) == [], "it keeps still"


def test_from_meetings_to_the_occasion() -> None:
    world = World()
    world.card("Ana Lima", "ana@example.org", categories=("Inner",))
    world.card("Ben Costa", "ben@example.org")
    for day in ("2023-03-01", "2023-09-04", "2024-02-05", "2025-10-01"):
        world.meeting(f"{day}T12:00:00", f"{day}T13:00:00", "ana@example.org", title=f"Lunch on {day}")
        world.meeting(f"{day}T16:00:00", f"{day}T17:00:00", "ben@example.org")
    view = world.ask()
    found = [p for each in view.tracked() for p in Dormant().propose(view, each, view.today, view.today)]
    assert [(p.occasion, p.context[1]) for p in found] == [
        ("dormant:2025-10-01", "First: Lunch on 2023-03-01. Last: Lunch on 2025-10-01.")
    ]
