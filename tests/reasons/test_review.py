"""The review of a quarter: when it asks, what it says, and when it stays silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from auld import planner
from auld.events import ActionAccepted, Because, Draft, Undone
from auld.observations import Task
from auld.policy import Category, Goals, Policy
from auld.projections.views import Accepted, FollowUp, PersonView
from auld.reasons.base import Beside, ForTheUser, Proposal, Revocable
from auld.reasons.review import Review
from projections.world import World
from review.world import POLICY as SMALL
from review.world import meet, small_book, tick
from support.views import FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", organisation="Acme", category="clients", ideal=28, at_most=42)
POLICY = Policy(timezone="Europe/Lisbon", categories=(Category("clients", 28, 42),), goals=Goals(meetings=12))
FIRST = date(2026, 10, 1)
REVIEW = Review()


def view(today: date = FIRST, *people: PersonView, policy: Policy = POLICY) -> FakeView:
    return fake_view(*(people or (ANA,)), today=today, policy=policy)


def asked(given: FakeView, days: int = 14) -> list[Proposal]:
    return list(REVIEW.propose_for_user(given, given.today, given.today + timedelta(days=days)))


def test_it_is_asked_of_the_user_and_stands_for_itself() -> None:
    assert isinstance(REVIEW, ForTheUser)
    assert isinstance(REVIEW, Beside)
    assert isinstance(REVIEW, Revocable)


@pytest.mark.parametrize(
    ("today", "occasions"),
    [
        (date(2026, 9, 16), []),
        (date(2026, 9, 17), ["review:2026-Q3"]),
        (FIRST, ["review:2026-Q3"]),
        (date(2026, 10, 21), ["review:2026-Q3"]),
        (date(2026, 10, 22), []),
        (date(2026, 12, 20), ["review:2026-Q4"]),
    ],
)
def test_it_looks_back_in_the_first_weeks_of_the_next_quarter(today: date, occasions: list[str]) -> None:
    assert [each.occasion for each in asked(view(today))] == occasions


def test_a_year_has_four() -> None:
    assert [each.occasion[-7:] for each in asked(view(), days=365)] == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"]


def test_it_says_how_much_was_done_and_where_people_are() -> None:
    given = view(FIRST, ANA)
    given.met("ana", date(2026, 8, 3))
    given.met("ana", date(2026, 10, 1))
    (proposal,) = asked(given)
    assert proposal.title == "Review: 1 July 2026 to 30 September 2026"
    assert proposal.context[:5] == (
        "Meetings: 1 (goal: 12)",
        "Calls: 0",
        "People reached: 1",
        "By category: clients 100%",
        "By employer: Acme 100% (concentrated)",
    )
    assert "Organisations where you know one person only (1): Acme (Ana Lima)" in proposal.context


def test_before_the_quarter_is_over_there_are_no_figures() -> None:
    (early,) = asked(view(date(2026, 9, 25)))
    assert early.context == ("The figures come here on 1 October 2026, when the quarter is over.",)


def test_a_quarter_in_which_nothing_happened_blames_nobody() -> None:
    (proposal,) = asked(view(policy=Policy(timezone="Europe/Lisbon")))
    assert proposal.context[:3] == ("Meetings: 0", "Calls: 0", "People reached: 0")


# --- through real events ------------------------------------------------------------------------------------------------
def turn(world: World, on: date) -> planner.Plan:
    """The planner's decision of that day enters the log."""
    world.now = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    query = world.ask()
    made = planner.plan(query, [REVIEW], query.today)
    drafts: list[Draft] = planner.decide(made, query, world.now)
    assert made.problems == ()
    for draft in drafts:
        world.say(draft.data)
    return made


def own(world: World) -> FollowUp:
    (found,) = (each for each in world.ask().follow_ups() if not each.person)
    return found


def history(**policy: Any) -> World:
    world = small_book(**policy)
    for day in (date(2026, 3, 5), date(2026, 4, 2), date(2026, 5, 7)):
        meet(world, day, "ana")
    meet(world, date(2026, 8, 5), "bruno")
    return world


def test_its_text_changes_once_and_then_no_more() -> None:
    world = history()
    turn(world, date(2026, 9, 25))
    early = own(world)
    assert (early.day, "come here" in early.description) == (FIRST, True)
    turn(world, FIRST)
    figures = own(world)
    assert "Meetings: 1 (goal: 4)" in figures.description
    assert "1. Get in touch with Ana Lima again, on 8 October 2026." in figures.description
    meet(world, date(2026, 9, 29), "ana", "carla")  # entered late, and the book changes, too
    world.card("Eva Luz", "eva@new.example", organisation="New", categories=("Inner",))
    assert turn(world, date(2026, 10, 1)).entries
    assert own(world).description == figures.description


def test_figures_come_in_whatever_language_the_user_changes_to() -> None:
    world = history()
    turn(world, date(2026, 9, 25))
    world.say(Policy(**{**{name: getattr(SMALL, name) for name in SMALL.__struct_fields__}, "languages": ("pt",)}))
    turn(world, FIRST)
    assert len(own(world).because[0].context) > 3


def test_once_done_it_does_not_come_again() -> None:
    world = history()
    turn(world, FIRST)
    world.write(own(world).key)
    done = Task(own(world).uid, title=own(world).title, status="completed", due="2026-10-01")
    world.say(done, "home", f"/ours/{own(world).key}.ics")
    assert own(world).state == "done"
    assert turn(world, date(2026, 10, 2)).entries == ()


def accept(world: World, kind: str = "revive") -> str:
    ana = world.person("Ana Lima").id
    world.say(ActionAccepted("2026-Q3", kind, ana, "2026-10-08", "Acme" if kind == "introduce" else ""))
    return ana


def of_ana(world: World) -> list[FollowUp]:
    return list(world.ask().follow_ups(world.person("Ana Lima").id))


def test_what_is_accepted_gets_an_entry_of_its_own_once() -> None:
    world = history()
    for _ in range(2):
        accept(world)
        turn(world, date(2026, 10, 5))
    (entry,) = of_ana(world)
    assert (entry.title, entry.day, entry.open) == ("Get in touch with Ana Lima again", date(2026, 10, 8), True)
    assert entry.because[0].context == ("You accepted this on 5 October 2026, from the review 2026-Q3.",)


@pytest.mark.parametrize(
    ("kind", "title"),
    [("introduce", "Ask Ana Lima whom else to meet at Acme"), ("meet", "Meet Ana Lima")],
)
def test_each_kind_has_its_title(kind: str, title: str) -> None:
    world = history()
    accept(world, kind)
    turn(world, date(2026, 10, 5))
    assert [entry.title for entry in of_ana(world)] == [title]


def test_a_touch_takes_it_back_where_that_was_the_point() -> None:
    world = history()
    accept(world)
    turn(world, date(2026, 10, 5))
    tick(world, "Ana Lima", "done, called", datetime(2026, 10, 6, 9, tzinfo=UTC), "other")
    turn(world, date(2026, 10, 7))
    assert [(e.state, e.why) for e in of_ana(world) if e.because[0].reason == "review"] == [
        ("withdrawn", "you were in touch on 6 October 2026")
    ]


def test_undo_takes_it_back_and_it_can_be_accepted_anew() -> None:
    world = history()
    accept(world)
    turn(world, date(2026, 10, 5))
    world.say(Undone(next(event.position for event in world.events if isinstance(event.data, ActionAccepted))))
    turn(world, date(2026, 10, 6))
    assert [(each.state, each.why) for each in of_ana(world)] == [("withdrawn", "you took it back")]
    accept(world)
    turn(world, date(2026, 10, 7))
    assert [each.state for each in of_ana(world)] == ["withdrawn", "planned"]


def test_an_old_review_is_void_when_the_next_quarter_is_over() -> None:
    given = view(date(2027, 1, 1))
    because = Because("review", "review:2026-Q3")
    open_one = asked_one(given)
    assert REVIEW.void(given, ANA, open_one, because, date(2026, 12, 31)) is None
    assert REVIEW.void(given, ANA, open_one, because, date(2027, 1, 1)) == "the next quarter is over, too"


def asked_one(given: FakeView) -> FollowUp:
    given.take(planner.decide(planner.plan(given, [REVIEW], given.today), given, given.as_of))
    return next(iter(given.follow_ups()))


def test_nothing_is_asked_about_a_person_of_whom_nothing_was_accepted() -> None:
    given = view()
    given.agreed.append(Accepted(given.as_of, "2026-Q2", "meet", "somebody else", FIRST))
    assert list(REVIEW.propose(given, ANA, given.today, given.today + timedelta(days=14))) == []
