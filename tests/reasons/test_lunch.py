"""``lunch``: the first category, near home, not met in person for a quarter, and a real gap around noon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Proposed
from auld.observations import Address, Contact, Labelled, Meeting
from auld.planner import decide, plan
from auld.policy import Category, Policy, Quiet
from auld.projections.views import FollowUp, PersonView, Trip
from auld.reasons.base import Proposal, Rare
from auld.reasons.lunch import Lunch
from auld_connectors._ical import read_object
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView(
    "ana", "Ana Lima", category="Inner", rank=0, ideal=28, at_most=42, addresses=(Address("Lisboa"),), since=date(2025, 1, 1)
)
LONG_AGO = date(2025, 11, 3)


def view_of(person: PersonView = ANA, *, met: date | None = LONG_AGO, today: date = MONDAY) -> FakeView:
    view = fake_view(person, today=today)
    view.locals = {person.id}
    if met is not None:
        view.met(person.id, met)
    return view


def asked(view: FakeView, person: PersonView = ANA, days: int = 21) -> list[Proposal]:
    return list(Lunch().propose(view, person, view.today, view.today + timedelta(days=days)))


def gap_of(proposal: Proposal) -> date:
    return date.fromisoformat(proposal.occasion.removeprefix("lunch:"))


def ask(view: FakeView) -> FollowUp:
    view.take(decide(plan(view, [Lunch()], view.today), view, view.as_of))
    return next(iter(view.follow_ups()))


def why_void(view: FakeView, follow_up: FollowUp) -> str | None:
    return Lunch().void(view, ANA, follow_up, follow_up.because[0], view.today)


def test_it_tells_the_day_of_the_gap() -> None:
    (proposal,) = asked(view_of())
    day = gap_of(proposal)
    assert proposal.title == "Ask Ana Lima to lunch"
    assert proposal.context == (f"Free around noon: {day.day} March 2026, 12:00 to 14:00.", "Last met on 3 November 2025.")
    assert proposal.last < day
    assert proposal.heavy


def test_there_is_at_most_one_a_week() -> None:
    reason = Lunch()
    assert isinstance(reason, Rare)
    assert reason.per_week == 1


@pytest.mark.parametrize(("days", "due"), [(90, False), (91, True)])
def test_a_quarter_must_have_passed_since_they_met(days: int, due: bool) -> None:
    assert bool(asked(view_of(met=MONDAY - timedelta(days=days)))) is due


def test_a_call_is_no_lunch() -> None:
    view = view_of()
    view.met("ana", MONDAY - timedelta(days=5), "Video call")
    assert asked(view) == []
    view.called = {"Video call"}
    assert asked(view) != []


def test_somebody_never_met_is_asked_a_quarter_after_they_were_first_known() -> None:
    assert asked(view_of(met=None)) != []
    assert asked(view_of(replace(ANA, since=MONDAY - timedelta(days=30)), met=None), replace(ANA, since=MONDAY)) == []


@pytest.mark.parametrize("person", [replace(ANA, rank=1), replace(ANA, rank=99), replace(ANA, addresses=())])
def test_only_those_of_the_first_category_whose_city_is_known(person: PersonView) -> None:
    assert asked(view_of(person), person) == []


def test_only_those_who_live_near() -> None:
    view = view_of()
    view.locals = set()
    assert asked(view) == []


def test_not_if_a_meeting_is_planned() -> None:
    view = view_of()
    view.plan_meeting("ana", MONDAY + timedelta(days=30))
    assert asked(view) == []


def test_the_gap_is_on_a_day_on_which_one_is_there() -> None:
    view = view_of()
    days = [MONDAY + timedelta(days=number) for number in range(40)]
    view.noon_taken = set(days)
    assert asked(view) == []
    only = days[17]  # a Thursday, in the week after next
    view.noon_taken.discard(only)
    assert [gap_of(proposal) for proposal in asked(view)] == [only]
    view.journeys = [Trip(1, "Berlin", only, only)]
    assert asked(view) == []
    view.journeys = []
    view.away = {only}
    assert asked(view) == []
    view.away = set()
    view.policy = Policy(timezone="Europe/Lisbon", quiet=Quiet(dates=(only.isoformat(),)))
    assert asked(view) == []


def test_an_open_ask_keeps_its_day_and_its_words() -> None:
    view = view_of()
    (before,) = asked(view)
    ask(view)
    view.today = MONDAY + timedelta(days=6)
    assert asked(view) == [before]
    assert decide(plan(view, [Lunch()], view.today), view, view.as_of) == []


def test_it_is_void_once_the_gap_is_taken_or_they_meet() -> None:
    view = view_of()
    follow_up = ask(view)
    day = date.fromisoformat(follow_up.because[0].occasion.removeprefix("lunch:"))
    assert why_void(view, follow_up) is None
    view.noon_taken = {day}
    assert why_void(view, follow_up) == f"there is no gap around noon on {day.day} March 2026 any more"
    assert asked(view) == []
    view.noon_taken = set()
    view.plan_meeting("ana", day)
    assert why_void(view, follow_up) == f"you meet on {day.day} March 2026"
    view.ahead.clear()
    view.today = day + timedelta(days=1)
    assert why_void(view, follow_up) == "its day has passed"


def test_the_day_before_it_is_asked_for_stays_the_same_for_a_week() -> None:
    view = view_of()
    days: set[date] = set()
    for number in range(7):
        view.today = MONDAY + timedelta(days=number)
        days.update(map(gap_of, asked(view)))
    assert len(days) == 1
    view.today = MONDAY + timedelta(days=7)
    assert days.isdisjoint(map(gap_of, asked(view)))


def test_another_gap_takes_the_place_of_one_that_was_taken() -> None:
    view = view_of()
    follow_up = ask(view)
    view.noon_taken = {date.fromisoformat(follow_up.because[0].occasion.removeprefix("lunch:"))}
    view.close(follow_up.key, "withdrawn")
    (proposal,) = asked(view)
    assert gap_of(proposal) not in view.noon_taken


@pytest.mark.parametrize(("later", "again"), [(30, False), (120, True)])
def test_what_was_dismissed_is_asked_again_after_a_quarter(later: int, again: bool) -> None:
    view = view_of()
    view.close(ask(view).key, "dismissed")
    view.today = MONDAY + timedelta(days=later)
    assert bool(asked(view)) is again


# --- through real events ------------------------------------------------------------------------------------------------
CALL = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260301T090000Z
DTSTART;TZID=Europe/Lisbon:{start}
DTEND;TZID=Europe/Lisbon:{end}
SUMMARY:{summary}
LOCATION:{location}
ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org
ATTENDEE;PARTSTAT=ACCEPTED:mailto:{who}
END:VEVENT
END:VCALENDAR
"""
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def observed(world: World, uid: str, start: str, end: str, location: str = "", who: str = "rui@example.org") -> None:
    text = CALL.format(uid=uid, start=start, end=end, location=location, who=who, summary="Talk")
    read = read_object(text.replace("\n", "\r\n").encode()).observation
    assert isinstance(read, Meeting)
    world.say(read, "cal", f"/cal/{uid}.ics")


def a_world() -> World:
    world = World(
        Policy(
            timezone="Europe/Lisbon", me=("me@example.org",), categories=(Category("Inner", 28, 42),), city="Lisbon, Portugal"
        )
    )
    world.now = datetime(2025, 1, 7, 8, tzinfo=UTC)
    where = (Address("Oeiras", "", "Portugal"),)
    world.say(
        Contact("Rui Dias", emails=(Labelled("rui@example.org"),), categories=("Inner",), addresses=where), "book", "/rui.vcf"
    )
    world.now = NOW
    observed(world, "met", "20251103T100000", "20251103T110000", "Rua Augusta 1, Lisboa")
    return world


def titles(world: World) -> list[str]:
    view = world.ask()
    drafts = decide(plan(view, [Lunch()], view.today), view, world.now)
    return [draft.data.title for draft in drafts if isinstance(draft.data, Proposed)]


def test_from_a_calendar_to_a_follow_up() -> None:
    world = a_world()
    observed(world, "call", "20260302T100000", "20260302T110000", "https://zoom.us/j/1")
    assert titles(world) == ["Ask Rui Dias to lunch"]
    observed(world, "again", "20260303T100000", "20260303T110000", "Rua Augusta 1, Lisboa")
    assert titles(world) == []


def test_a_calendar_that_is_full_at_noon_leaves_no_lunch() -> None:
    world = a_world()
    for day in range(9, 32):
        observed(world, f"noon{day}", f"202603{day:02}T113000", f"202603{day:02}T133000", who="bo@example.org")
    assert titles(world) == []
