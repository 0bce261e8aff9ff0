"""Post, insight and hobby: what they ask, in which words, and when they stay silent; and sensitive news, which never ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld import wording
from auld.events import Because
from auld.observations import Labelled, Mention
from auld.planner import decide, plan
from auld.policy import News, Policy
from auld.projections.views import FollowUp, FollowUpState, Offer, PersonView, Press, Sign
from auld.projections.views import Post as Entry
from auld.reasons.base import Proposal, Rare
from auld.reasons.hobby import Hobby
from auld.reasons.insight import Insight
from auld.reasons.post import Post
from auld.reasons.press import Press as PressReason
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ADA = PersonView("ada", "Ada Vale", ideal=28, at_most=42)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def entry(number: int = 1, days: float = 1, sensitive: bool = False) -> Entry:
    at = NOON - timedelta(days=days)
    return Entry(at, f"On tides {number}", f"https://ada.example/{number}", "ada.example", f"p{number}", sensitive)


def view_with(*posts: Entry, today: date = MONDAY) -> FakeView:
    view = fake_view(ADA, today=today)
    view.as_of = datetime.combine(today, NOON.time(), UTC)
    view.posted = {"ada": sorted(posts, key=lambda post: post.at)}
    return view


def posts(view: FakeView) -> list[Proposal]:
    return list(Post().propose(view, ADA, view.today, view.today + timedelta(days=14)))


def ask(view: FakeView, proposal: Proposal, days_ago: int = 0, state: FollowUpState = "written") -> FollowUp:
    because = (Because(proposal.reason, proposal.occasion, proposal.context),)
    window = (proposal.first, proposal.last)
    at = view.as_of - timedelta(days=days_ago)
    follow_up = FollowUp("k", "u", "ada", "Ada", because, proposal.best, "", "", state, at, window)
    view.asked["k"] = follow_up
    return follow_up


# --- posts --------------------------------------------------------------------------------------------------------------
def test_a_new_post_asks_for_an_answer() -> None:
    assert posts(view_with(entry())) == [
        Proposal(
            person="ada",
            reason="post",
            occasion="post:p1",
            first=MONDAY,
            last=date(2026, 3, 15),
            best=MONDAY,
            priority=35,
            title="Answer Ada Vale: On tides 1",
            context=("Published: On tides 1 (ada.example, 1 March 2026).", "https://ada.example/1"),
        )
    ]


def test_several_posts_are_one_ask() -> None:
    (asked,) = posts(view_with(*(entry(n, days=n) for n in range(1, 6))))
    assert asked.occasion == "post:p5"
    assert asked.title == "Answer Ada Vale: On tides 1"
    assert [line for line in asked.context if "http" not in line] == [
        "Published: On tides 1 (ada.example, 1 March 2026).",
        "Published: On tides 2 (ada.example, 28 February 2026).",
        "Published: On tides 3 (ada.example, 27 February 2026).",
        "And 2 more.",
    ]


def test_an_open_ask_keeps_its_words_however_much_is_written_since() -> None:
    view = view_with(entry(1), entry(2, days=2))
    (before,) = posts(view)
    ask(view, before)
    view.as_of += timedelta(days=3)
    view.posted["ada"].append(entry(3, days=-2))
    (after,) = posts(view)
    assert (after.occasion, after.title, after.context) == (before.occasion, before.title, before.context)


@pytest.mark.parametrize(("days", "asked"), [(1, False), (27, False), (28, True), (60, True)])
def test_after_an_ask_there_is_none_for_four_weeks(days: int, asked: bool) -> None:
    view = view_with(entry(1))
    ask(view, posts(view)[0], days_ago=days, state="done")
    view.posted["ada"].append(entry(2, days=0.5))
    assert [each.occasion for each in posts(view)] == ["post:p2"] * asked


def test_after_an_ask_that_was_left_undone_the_four_weeks_begin_anew() -> None:
    view = view_with(entry(1))
    view.asked["k"] = replace(ask(view, posts(view)[0], days_ago=40, state="withdrawn"), rested=True, closed_at=view.as_of)
    for days in (27, 1):
        view.as_of += timedelta(days=days)
        view.posted["ada"].append(entry(2 + days, days=0.5 - (view.as_of - NOON).days))
        assert bool(posts(view)) is (days == 1)


def test_a_post_that_joined_an_older_entry_stays_in_it_as_it_was() -> None:
    view = view_with(entry(1))
    ask(view, posts(view)[0], days_ago=20)
    view.posted["ada"].append(entry(2, days=0.5))
    (again,) = posts(view)
    assert (again.occasion, again.context) == ("post:p1", view.asked["k"].because[0].context)


def test_what_was_told_already_is_not_told_again() -> None:
    view = view_with(entry(1, days=29.5), entry(2, days=29))
    ask(view, Proposal("ada", "post", "post:p1", MONDAY, MONDAY, MONDAY, 1, ""), days_ago=28, state="done")
    assert posts(view) == []


@pytest.mark.parametrize("days", [15, 30, 400])
def test_old_posts_ask_for_nothing(days: int) -> None:
    assert posts(view_with(entry(days=days))) == []


def test_nobody_is_asked_to_answer_a_misfortune() -> None:
    assert posts(view_with(entry(sensitive=True))) == []


# --- insights and hobbies -----------------------------------------------------------------------------------------------
OFFER = Offer(NOON - timedelta(days=1), "Ports go green", "https://n.example/1", "n.example", "s1", "port logistics")


def offered(reason: Insight | Hobby, *offers: Offer) -> list[Proposal]:
    view = fake_view(ADA)
    view.as_of = NOON
    view.offered = {"ada": list(offers)}
    return list(reason.propose(view, ADA, MONDAY, MONDAY + timedelta(days=14)))


def test_an_entry_to_pass_on() -> None:
    assert offered(Insight(), OFFER) == [
        Proposal(
            person="ada",
            reason="insight",
            occasion="insight:s1",
            first=MONDAY,
            last=date(2026, 3, 15),
            best=MONDAY,
            priority=20,
            title="For Ada Vale: Ports go green",
            context=(
                "To pass on: Ports go green (n.example, 1 March 2026).",
                "https://n.example/1",
                "It meets their interest: port logistics.",
            ),
        )
    ]


def test_what_is_shared_is_a_hobby_and_no_insight() -> None:
    shared = replace(OFFER, shared=True, interest="sailing")
    (proposal,) = offered(Hobby(), shared)
    assert (proposal.title, proposal.occasion) == ("Share with Ada Vale: Ports go green", "hobby:s1")
    assert proposal.context[-1] == "An interest that you share: sailing."
    assert offered(Insight(), shared) == offered(Hobby(), OFFER) == []


def test_what_is_old_is_told_only_as_long_as_it_stands() -> None:
    old = replace(OFFER, at=NOON - timedelta(days=15))
    assert offered(Insight(), old) == []
    assert [proposal.occasion for proposal in offered(Insight(), replace(old, asked=True))] == ["insight:s1"]


def test_nobody_gets_news_of_themselves_passed_on() -> None:
    view = fake_view(ADA)
    view.as_of = NOON
    view.offered, view.press = {"ada": [OFFER]}, {"ada": [replace(STORY, link=OFFER.link)]}
    assert list(Insight().propose(view, ADA, MONDAY, MONDAY)) == []


def test_they_are_rare() -> None:
    assert isinstance(Insight(), Rare) and Insight.per_week == 2
    assert isinstance(Hobby(), Rare) and Hobby.per_week == 1


# --- press: what tells that it is them, and what asks for nothing --------------------------------------------------------
STORY = Press(NOON, "Ada Vale named COO", "", "n.example", "s1")


@pytest.mark.parametrize(
    ("signs", "line"),
    [
        (
            (Sign("employer", "Northwind"), Sign("city", "Porto"), Sign("feed", "Ada Vale")),
            "Named together with Northwind, Porto.",
        ),
        ((Sign("age", "45"), Sign("feed", "Ada Vale")), "The age fits."),
        ((Sign("feed", "Ada Vale"),), "From the feed that you set up for this name."),
    ],
)
def test_press_says_how_it_knows(signs: tuple[Sign, ...], line: str) -> None:
    view = fake_view(ADA)
    view.as_of = NOON
    view.press = {"ada": [replace(STORY, signs=signs)]}
    (proposal,) = PressReason().propose(view, ADA, MONDAY, MONDAY)
    assert proposal.context[1:] == (line,)


def described(policy: Policy, *stories: Press, met: date | None = None) -> str:
    view = fake_view(ADA, policy=policy)
    view.as_of = NOON
    view.press = {"ada": list(stories)}
    if met:
        view.met("ada", met)
    return wording.description(view, ADA, (Because("cadence", "cadence:1", ("Due.",)),))


def test_sensitive_news_stand_in_the_next_entry_that_there_is() -> None:
    sad = replace(STORY, title="Northwind lays off 200, says Ada Vale", at=NOON - timedelta(days=20), sensitive=True)
    assert "Good to know before you write:\n10 February 2026: Northwind lays off 200" in described(Policy(), sad, STORY)
    assert "COO" not in described(Policy(), sad, STORY)


@pytest.mark.parametrize(
    ("policy", "days", "met"),
    [
        (Policy(news=News(sensitive="hide")), 20, None),
        (Policy(), 20, date(2026, 2, 20)),
        (Policy(), 100, None),
    ],
)
def test_they_are_hidden_if_the_user_wants_or_has_met_since(policy: Policy, days: int, met: date | None) -> None:
    sad = replace(STORY, title="Northwind lays off 200", at=NOON - timedelta(days=days), sensitive=True)
    assert "lays off" not in described(policy, sad, met=met)


# --- from a log to a plan -----------------------------------------------------------------------------------------------
def test_from_feeds_to_entries() -> None:
    world = World()
    labels = ("Inner",)
    world.card("Ana Lima", "ana@lima.example", categories=labels, urls=(Labelled("https://ana.example"),))
    world.card("Bo Lind", "bo@lind.example", categories=labels, organisation="Tidewater Ltd")
    world.card("Cy Moe", "cy@moe.example", categories=labels, interests=("sailing",))
    day = world.now - timedelta(days=1)
    for title, feed in (
        ("On tides", "https://ana.example/rss"),
        ("Tidewater names Bo Lind chief", ""),
        ("Obituary: Bo Lind, 91, of Leeds", ""),
        ("Sailing in winter", ""),
    ):
        world.say(Mention(title, f"https://n.example/{title[:3]}", published=day.isoformat(), feed=feed), "feeds", title)
    view = world.ask()
    planned = plan(view, (Post(), PressReason(), Insight(), Hobby()), view.today)
    assert sorted(entry.title for entry in planned.entries) == [
        "Answer Ana Lima: On tides",
        "For Cy Moe: Sailing in winter",
        "Write to Bo Lind: Tidewater names Bo Lind chief",
    ]
    for draft in decide(planned, view, world.now):
        world.say(draft.data)
    again = plan(world.ask(), (Post(), PressReason(), Insight(), Hobby()), view.today)
    assert decide(again, world.ask(), world.now) == []


def test_a_first_run_over_full_feeds_asks_for_little() -> None:
    world = World()
    for number in range(20):
        world.card(f"P{number} Lima", f"p{number}@lima.example", categories=("Inner",), interests=("sailing", "chess"))
    for number in range(200):
        at = world.now - timedelta(days=number)
        thing = ("Sailing", "Chess", "Council", "Budget", "Weather")[number % 5]
        world.say(
            Mention(f"{thing} number {number}", published=at.isoformat(), feed="https://sailing-chess.example"),
            "f",
            str(number),
        )
    view = world.ask()
    planned = plan(view, (Post(), PressReason(), Insight(), Hobby()), view.today)
    assert len(decide(planned, view, world.now)) <= 2 * Insight.per_week + 2
