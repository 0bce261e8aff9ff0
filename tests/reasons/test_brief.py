"""What is shown before a meeting: when there is something to show, where it stands, and when it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from auld import planner
from auld.events import Captured, CapturedLine
from auld.policy import Category, Policy
from auld.projections.views import Fact, NoteView, PersonView, Press, Promise
from auld.reasons.base import Proposal
from auld.reasons.brief import Brief
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", category="friends", ideal=28, at_most=42)
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
POLICY = Policy(timezone="Europe/Lisbon", categories=(Category("friends", 28, 42, debrief=True), Category("rest", 28, 42)))


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), POLICY.zone)


def promised(view: FakeView, kind: str = "promise", state: str = "open") -> None:
    view.promised["ana"] = [Promise("1", kind, "send the deck", "me", at(MONDAY), None, "open" if state == "open" else "done")]


def noted(view: FakeView, day: date) -> None:
    view.noted["ana"] = [NoteView(at(day), "her dog is called Rex")]


def in_the_news(view: FakeView, day: date, sensitive: bool = False) -> None:
    view.press["ana"] = [Press(at(day), "Ana Lima opens a bakery", "", "news", "s", sensitive=sensitive)]


def wished(view: FakeView) -> None:
    view.told["ana"] = [Fact("next", "ask about the move", at(MONDAY))]


def before(day: date = TUESDAY, today: date = MONDAY, hour: int = 12, size: int = 2) -> FakeView:
    """A meeting is to come; the last one was in January."""
    view = fake_view(ANA, today=today, policy=POLICY)
    view.met("ana", date(2026, 1, 20))
    view.plan_meeting("ana", day, hour=hour, size=size)
    return view


def asked(view: FakeView, person: PersonView = ANA) -> list[Proposal]:
    return list(Brief().propose(view, person, view.today, view.today + timedelta(days=14)))


@pytest.mark.parametrize(
    "known",
    [
        promised,
        lambda view: promised(view, "theirs"),
        lambda view: promised(view, "question"),
        lambda view: noted(view, date(2026, 1, 20)),
        lambda view: in_the_news(view, date(2026, 2, 20)),
        wished,
    ],
)
def test_stands_on_the_day_of_the_meeting_if_there_is_something_to_tell(known: Callable[[FakeView], None]) -> None:
    view = before()
    known(view)
    (proposal,) = asked(view)
    assert (proposal.first, proposal.best, proposal.last, proposal.fixed) == (MONDAY, TUESDAY, TUESDAY, True)
    assert proposal.title == "Before you meet Ana Lima"
    assert proposal.context[0] == "You meet on 3 March 2026: Lunch."


def test_what_begins_early_is_read_up_on_the_working_day_before() -> None:
    view = before(MONDAY + timedelta(days=7), today=FRIDAY, hour=8)
    promised(view)
    (proposal,) = asked(view)
    assert proposal.best == FRIDAY


def test_the_entry_shows_what_is_open_noted_and_in_the_news() -> None:
    view = before()
    promised(view)
    noted(view, date(2026, 1, 21))
    in_the_news(view, date(2026, 2, 20))
    (entry,) = planner.plan(view, [Brief()], view.today).entries
    for line in (
        "In the news on 20 February 2026: Ana Lima opens a bakery",
        "You promised: send the deck",
        "20 January 2026: Lunch",
        "21 January 2026: her dog is called Rex",
    ):
        assert line in entry.description.split("\n")


def nothing(view: FakeView) -> None:
    """No empty briefs."""


@pytest.mark.parametrize(
    "known",
    [
        nothing,
        lambda view: promised(view, state="done"),
        lambda view: noted(view, date(2026, 1, 10)),
        lambda view: in_the_news(view, date(2026, 1, 10)),
        lambda view: in_the_news(view, date(2026, 2, 20), sensitive=True),
    ],
)
def test_is_silent_without_anything_new_or_open(known: Callable[[FakeView], None]) -> None:
    view = before()
    known(view)
    assert asked(view) == []


@pytest.mark.parametrize(
    "view", [before(size=5), before(FRIDAY), before(FRIDAY + timedelta(days=3)), fake_view(ANA, policy=POLICY)]
)
def test_is_silent_before_large_far_and_no_meetings(view: FakeView) -> None:
    promised(view)
    assert asked(view) == []


@pytest.mark.parametrize("category", ["rest", ""])
def test_is_silent_in_categories_that_do_not_ask_for_notes(category: str) -> None:
    view = before()
    promised(view)
    assert asked(view, PersonView("ana", "Ana Lima", category=category, ideal=28)) == []


def test_through_real_events_it_comes_goes_and_is_no_touch() -> None:
    world = World(Policy(timezone="Europe/Lisbon", me=("me@example.org",), categories=POLICY.categories))
    world.card("Ana Lima", "ana@example.org", categories=("friends",))
    ana = world.person("Ana Lima")
    line = CapturedLine("k0#1", "promise", "send the deck", "I: send the deck")
    world.say(Captured("k0", ana.id, (line,), "seen"))

    def turn() -> list[str]:
        view = world.ask()
        drafts = planner.decide(planner.plan(view, [Brief()], view.today), view, world.now)
        for draft in drafts:
            world.say(draft.data)
        return [draft.data.__class__.__name__ for draft in drafts]

    def states() -> dict[str, str]:
        return {each.because[0].occasion: each.state for each in world.ask().follow_ups()}

    lunch = world.meeting("2026-03-11T12:00:00", "2026-03-11T13:00:00", "ana@example.org", uid="lunch")
    assert turn() == ["Proposed"] and turn() == []
    world.meeting("2026-03-12T12:00:00", "2026-03-12T13:00:00", "ana@example.org", uid="lunch", ref=lunch)
    assert turn() == ["Withdrawn"] and turn() == [], "it was moved, to a day that is too far"
    world.now += timedelta(days=1)
    assert turn() == ["Proposed"] and turn() == []
    (key,) = (each.key for each in world.ask().follow_ups() if each.open)
    world.write(key)
    world.see(key, status="completed")
    assert states() == {"brief:2026-03-11": "withdrawn", "brief:2026-03-12": "done"}
    assert not world.touches("Ana Lima"), "to read up is not to be in touch"
    assert turn() == []


def test_it_goes_when_the_meeting_is_over_or_called_off() -> None:
    view = before(MONDAY, hour=15)
    promised(view)

    def turn() -> None:
        view.take(planner.decide(planner.plan(view, [Brief()], view.today), view, view.as_of))

    turn()
    (entry,) = view.asked.values()
    assert entry.open and entry.day == MONDAY
    view.as_of += timedelta(hours=9)
    turn()
    assert [(each.state, each.why) for each in view.asked.values()] == [("withdrawn", "the meeting is over, or was called off")]
