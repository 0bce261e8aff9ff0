"""``travel``: whom one could see where the calendar says that one will be; nobody else, and nobody twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Proposed, Withdrawn
from auld.observations import Meeting
from auld.planner import decide, plan
from auld.policy import Category, Policy
from auld.projections.views import FollowUp, PersonView, Trip
from auld.reasons.base import Proposal
from auld.reasons.travel import MOST, Travel
from auld_connectors._ical import read_object
from auld_connectors._vcard import read_card
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", ideal=28, at_most=42)
FIRST = MONDAY + timedelta(days=20)  # 22 March 2026
TRIP = Trip(2950159, "Berlin", FIRST, FIRST + timedelta(days=2), ("PyCon, Berlin",), ("ana",))


def view_of(*trips: Trip, today: date = MONDAY) -> FakeView:
    view = fake_view(ANA, today=today)
    view.journeys = list(trips)
    return view


def asked(view: FakeView, person: PersonView = ANA, days: int = 14) -> list[Proposal]:
    return list(Travel().propose(view, person, view.today, view.today + timedelta(days=days)))


def ask(view: FakeView) -> FollowUp:
    """Have the planner ask for what there is; the follow-up that is born."""
    view.take(decide(plan(view, [Travel()], view.today), view, view.as_of))
    return next(iter(view.follow_ups()))


def test_it_tells_when_and_why_and_when_they_last_met() -> None:
    view = view_of(TRIP)
    view.met("ana", date(2025, 6, 3))
    (proposal,) = asked(view)
    assert proposal.occasion == "travel:2950159:2026-03-22"
    assert proposal.title == "In Berlin: meet Ana Lima"
    assert proposal.heavy
    assert proposal.context == (
        "You are in Berlin from 22 March 2026 to 24 March 2026.",
        "Your calendar says: PyCon, Berlin",
        "Last met on 3 June 2025.",
    )


def test_it_is_asked_two_to_three_weeks_before_and_until_the_day_before() -> None:
    (proposal,) = asked(view_of(TRIP))
    assert (proposal.first, proposal.best, proposal.last) == tuple(FIRST - timedelta(days=days) for days in (21, 14, 1))
    assert asked(view_of(TRIP, today=FIRST - timedelta(days=1))) != []
    assert asked(view_of(TRIP, today=FIRST)) == []
    assert asked(view_of(TRIP, today=FIRST - timedelta(days=60))) == []


def test_the_text_does_not_change_with_the_days() -> None:
    early, late = (asked(view_of(TRIP, today=day))[0] for day in (MONDAY, FIRST - timedelta(days=2)))
    assert early == late


def test_only_those_who_live_there_and_only_a_few() -> None:
    assert asked(view_of(replace(TRIP, there=()))) == []
    crowd = tuple(f"p{number}" for number in range(MOST))
    assert asked(view_of(replace(TRIP, there=(*crowd, "ana")))) == []
    assert asked(view_of(replace(TRIP, there=(*crowd[1:], "ana")))) != []


def test_not_if_they_meet_there_anyway() -> None:
    view = view_of(TRIP)
    follow_up = ask(view)
    view.plan_meeting("ana", FIRST + timedelta(days=1))
    assert asked(view) == []
    assert Travel().void(view, ANA, follow_up, follow_up.because[0], MONDAY) == "you meet on 23 March 2026"


def test_a_meeting_before_or_after_the_trip_is_not_one_on_it() -> None:
    view = view_of(TRIP)
    view.plan_meeting("ana", FIRST - timedelta(days=1))
    view.plan_meeting("ana", FIRST + timedelta(days=3))
    assert asked(view) != []


def test_not_if_they_met_since_one_could_ask() -> None:
    view = view_of(TRIP, today=MONDAY + timedelta(days=5))
    view.met("ana", MONDAY + timedelta(days=3))
    assert asked(view) == []


def test_it_is_void_once_the_trip_is_called_off_or_over() -> None:
    view = view_of(TRIP)
    follow_up = ask(view)
    void = Travel().void
    assert void(view, ANA, follow_up, follow_up.because[0], MONDAY) is None
    view.today = TRIP.last
    assert void(view, ANA, follow_up, follow_up.because[0], view.today) is None
    view.today = TRIP.last + timedelta(days=1)
    assert void(view, ANA, follow_up, follow_up.because[0], view.today) is not None
    view.today = MONDAY
    view.journeys = []
    assert void(view, ANA, follow_up, follow_up.because[0], MONDAY) == "the trip was cancelled, moved, or is over"


@pytest.mark.parametrize(("days", "same"), [(2, True), (-3, True), (30, False)])
def test_a_trip_that_moves_a_little_is_the_same_trip(days: int, same: bool) -> None:
    view = view_of(TRIP, today=MONDAY)
    follow_up = ask(view)
    moved = replace(TRIP, first=TRIP.first + timedelta(days=days), last=TRIP.last + timedelta(days=days))
    view.journeys = [moved]
    (proposal,) = asked(view, days=60)
    assert (proposal.occasion == follow_up.because[0].occasion) is same
    assert (Travel().void(view, ANA, follow_up, follow_up.because[0], MONDAY) is None) is same


def test_what_was_done_or_dismissed_is_not_asked_again_for_the_trip() -> None:
    view = view_of(TRIP)
    view.close(ask(view).key, "dismissed")
    assert decide(plan(view, [Travel()], view.today), view, view.as_of) == []


# --- through real events ------------------------------------------------------------------------------------------------
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:bea\r\nFN:Bea Kern\r\nEMAIL:bea@example.org\r\nCATEGORIES:Inner\r\n{}END:VCARD\r\n"
BERLIN = "ADR;TYPE=WORK:;;Lindenstr. 1;Berlin;;10969;Deutschland\r\n"
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260301T090000Z\r\n"
    "{dates}\r\nSUMMARY:{summary}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
)
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
HOME = Policy(timezone="Europe/Lisbon", me=("me@example.org",), categories=(Category("Inner", 28, 42),), city="Lisboa")


def observed(world: World, uid: str, dates: str, summary: str, more: str = "") -> None:
    read = read_object(EVENT.format(uid=uid, dates=dates, summary=summary, more=more).encode()).observation
    assert isinstance(read, Meeting)
    world.say(read, "cal", f"/cal/{uid}.ics")


def a_world() -> World:
    world = World(HOME)
    world.now = NOW
    card = read_card(CARD.format(BERLIN).encode()).observation
    assert card is not None
    world.say(card, "book", "/book/bea.vcf")
    return world


def births_and_ends(world: World) -> tuple[list[str], list[str]]:
    """Plan, and take the decisions in: the titles of what is born, and why others end."""
    view = world.ask()
    drafts = decide(plan(view, [Travel()], view.today), view, world.now)
    for draft in drafts:
        world.say(draft.data)
    born = [draft.data.title for draft in drafts if isinstance(draft.data, Proposed)]
    return born, [draft.data.why for draft in drafts if isinstance(draft.data, Withdrawn)]


def test_from_flights_in_a_calendar_to_a_follow_up_and_back() -> None:
    world = a_world()
    flight = "DTSTART;TZID=Europe/Lisbon:{}\r\nDTEND;TZID=Europe/Lisbon:{}"
    observed(
        world,
        "out",
        flight.format("20260323T070000", "20260323T110000"),
        "Flight to Berlin (TP 532)",
        "LOCATION:Lisbon LIS\r\n",
    )
    observed(world, "back", flight.format("20260326T180000", "20260326T220000"), "Flight to Lisbon (TP 533)")
    assert births_and_ends(world) == (["In Berlin: meet Bea Kern"], [])
    assert births_and_ends(world) == ([], [])
    (follow_up,) = world.ask().follow_ups()
    assert "You are in Berlin from 23 March 2026 to 26 March 2026." in follow_up.description
    assert world.now.date() <= follow_up.day < date(2026, 3, 23)
    world.gone("cal", "/cal/out.ics", NOW.isoformat())
    assert births_and_ends(world) == ([], ["the trip was cancelled, moved, or is over"])


def test_a_trip_that_is_moved_far_is_asked_about_anew() -> None:
    world = a_world()
    observed(world, "trip", "DTSTART;VALUE=DATE:20260323\r\nDTEND;VALUE=DATE:20260326", "PyCon 2026\\, Berlin")
    assert births_and_ends(world) == (["In Berlin: meet Bea Kern"], [])
    observed(world, "trip", "DTSTART;VALUE=DATE:20260401\r\nDTEND;VALUE=DATE:20260403", "PyCon 2026\\, Berlin")
    assert births_and_ends(world) == (["In Berlin: meet Bea Kern"], ["the trip was cancelled, moved, or is over"])


def test_a_dinner_with_them_there_ends_the_ask() -> None:
    world = a_world()
    observed(world, "trip", "DTSTART;VALUE=DATE:20260323\r\nDTEND;VALUE=DATE:20260326", "Berlin")
    births_and_ends(world)
    people = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bea@example.org\r\n"
    observed(world, "dinner", "DTSTART:20260324T190000Z\r\nDTEND:20260324T210000Z", "Dinner", people)
    assert births_and_ends(world) == ([], ["you meet on 24 March 2026"])
