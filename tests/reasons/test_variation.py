"""No two entries in a row for one person read the same, in any language; and one that stands does not change by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auld.events import Because
from auld.planner import decide, plan
from auld.policy import Policy
from auld.projections.views import PersonView, Touch
from auld.reasons.cadence import Cadence
from auld.tongue import tongue
from auld.wording import invitation
from messages.catalogues import catalogues
from support.views import MONDAY, FakeView, fake_view

LANGUAGES = ("en", *catalogues())
DAY = timedelta(days=1)
ANA = PersonView(
    "p1",
    "Ana Lima",
    phones=("+351 912 345 678",),
    emails=("ana@example.org",),
    title="Director",
    ideal=14,
    at_most=21,
    since=MONDAY,
)


def go_on(view: FakeView) -> None:
    """Plan, and find that there is nothing more to do."""
    view.take(decide(plan(view, [Cadence()], view.today), view, view.as_of))
    assert decide(plan(view, [Cadence()], view.today), view, view.as_of) == []


@given(
    st.lists(st.tuples(st.sampled_from(["done", "dismissed", "failed", "left", "met"]), st.integers(0, 6)), max_size=6),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=20, deadline=None)
def test_no_two_in_a_row_read_the_same(history: list[tuple[str, int]], language: str) -> None:
    view = fake_view(ANA, policy=Policy(languages=(language,)))
    for outcome, pause in history:
        go_on(view)
        standing = [f for f in view.asked.values() if f.open]
        if outcome == "met":
            view.met("p1", view.today)
        for follow_up in standing:
            if outcome in ("done", "dismissed", "failed"):
                view.close(follow_up.key, outcome)  # type: ignore[arg-type]  # one of the three
        for _ in range(pause):
            view.today += 5 * DAY
            go_on(view)
    told = [(f.title, f.description) for f in view.asked.values()]
    assert all(before[0] != after[0] and before[1] != after[1] for before, after in pairwise(told)), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_said_last_is_not_said_again_whatever_its_number(language: str) -> None:
    say = tongue(Policy(languages=(language,)))
    for number in range(1, 9):
        fresh = invitation(say, "Ana", number, "")
        other = invitation(say, "Ana", number, f"{fresh} · birthday")
        assert "Ana" in other and other != fresh
        assert invitation(say, "Ana", number + 1, fresh) != fresh


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        ("mail", "Last time by mail. Phone: +351 912 345 678"),
        ("message", "Last time by message. Phone: +351 912 345 678"),
        ("call", "Last time by phone. Mail: ana@example.org"),
        ("met", None),
        ("", None),
    ],
)
def test_shows_the_way_that_was_not_used_last_time(channel: str, line: str | None) -> None:
    view = fake_view(ANA)
    view.held["p1"] = [Touch(view.as_of - 30 * DAY, "follow-up", "", 1.0, "home", "r", channel=channel)]
    (proposal,) = Cadence().propose(view, ANA, MONDAY, MONDAY + 14 * DAY)
    shown = [each for each in proposal.context if each.startswith("Last time")]
    assert shown == ([line] if line else [])


def test_who_has_no_other_way_is_shown_none() -> None:
    view = fake_view()
    view.held["p1"] = [Touch(view.as_of - 30 * DAY, "follow-up", "", 1.0, "home", "r", channel="mail")]
    nowhere = PersonView("p1", "Ana Lima", ideal=14, at_most=21)
    (proposal,) = Cadence().propose(view, nowhere, MONDAY, MONDAY + 14 * DAY)
    assert not any(each.startswith("Last time") for each in proposal.context)


def test_what_happens_beside_an_entry_does_not_turn_its_text_around() -> None:
    """The second ask reads the other way round than the first; a promise that is kept meanwhile is no cause to turn it back."""
    view = fake_view(ANA)
    go_on(view)
    (first,) = view.asked.values()
    view.close(first.key, "dismissed")
    while not (standing := [f for f in view.asked.values() if f.open]):
        view.today += DAY
        go_on(view)
    (second,) = standing
    assert second.description != first.description
    assert sorted(second.description.split("\n")) == sorted(first.description.split("\n"))
    beside = replace(first, key="p1:promise:1", because=(Because("promise", "promise:1"),), description="You promised: tea")
    view.asked[beside.key] = beside
    go_on(view)
    assert view.asked[second.key].description == second.description
