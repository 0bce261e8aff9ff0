"""Who is refused again and again is asked for less often, after the user has said so; and what was left undone rests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from auld.events import Because
from auld.policy import Category, Policy
from auld.projections.views import FollowUp, FollowUpState, PersonView
from auld.reasons.base import Proposal
from auld.reasons.cadence import Cadence
from auld.refusals import slower, unwanted
from support.views import FakeView, days_ago, fake_view

ANA = PersonView("p1", "Ana Lima", category="inner circle", ideal=28, at_most=42, rank=0)
CATEGORIES = (Category("inner circle", 28, 42), Category("clients", 56, 84), Category("network", 180, 365))
POLICY = Policy(timezone="Europe/Lisbon", categories=CATEGORIES)


def refused(view: FakeView, *closed: int, state: FollowUpState = "dismissed", every: int = 28, rested: bool = False) -> None:
    """Asks that were closed so many days ago."""
    for ago in closed:
        at = view.as_of - timedelta(days=ago)
        key = f"p1:cadence:{len(view.asked) + 1}"
        view.asked[key] = FollowUp(
            key=key,
            uid=key,
            person="p1",
            name="Ana Lima",
            because=(Because("cadence", key[3:]),),
            day=at.date(),
            title="Get in touch with Ana Lima",
            description="",
            state=state,
            proposed_at=at,
            window=(at.date(), at.date()),
            closed_at=at,
            every=every,
            rested=rested,
        )


def proposals(view: FakeView, person: PersonView = ANA) -> list[Proposal]:
    return list(Cadence().propose(view, person, view.today, view.today + timedelta(days=14)))


@pytest.fixture
def view() -> FakeView:
    view = fake_view(ANA, policy=POLICY)
    view.met("p1", days_ago(400))
    return view


def test_after_three_refusals_in_a_row_the_next_entry_offers_a_slower_pace(view: FakeView) -> None:
    refused(view, 200, 150)
    assert not any("Too often?" in line for line in proposals(view)[0].context)
    refused(view, 100)
    assert slower(view, ANA) == ("clients", 56)
    line = next(line for line in proposals(view)[0].context if line.startswith("Too often?"))
    assert 'auld keep "Ana Lima" --every 56d, or the category clients.' in line


def test_without_a_slower_category_twice_the_interval_is_offered(view: FakeView) -> None:
    refused(view, 200, 150, 100, every=0)  # asked by an auld that did not note the interval down
    assert slower(view, replace(ANA, ideal=200, at_most=300)) == ("", 400)


@pytest.mark.parametrize(
    "person",
    [
        replace(ANA, ideal=56, at_most=84, category="clients"),
        replace(ANA, kept=True, kept_on=fake_view(ANA).as_of - timedelta(days=99)),
        replace(ANA, ideal=None),
    ],
)
def test_the_answer_ends_the_question(view: FakeView, person: PersonView) -> None:
    """Another category, a longer interval, or the word that it is fine as it is."""
    refused(view, 200, 150, 100)
    assert slower(view, person) is None


def test_a_touch_or_another_end_ends_the_row(view: FakeView) -> None:
    refused(view, 200, 150)
    refused(view, 120, state="withdrawn")
    refused(view, 100)
    assert unwanted(view, ANA) == 1
    refused(view, 90, 80)
    assert unwanted(view, ANA) == 3
    view.met("p1", days_ago(85))
    assert unwanted(view, ANA) == 1


def test_what_rested_neither_counts_nor_ends_the_row(view: FakeView) -> None:
    refused(view, 200, 150)
    refused(view, 120, state="withdrawn", rested=True)
    refused(view, 100)
    assert unwanted(view, ANA) == 3


def test_what_rests_is_asked_again_after_an_interval(view: FakeView) -> None:
    refused(view, 27, state="withdrawn", rested=True)
    assert proposals(view) == []
    view.asked.clear()
    refused(view, 28, state="withdrawn", rested=True)
    assert [proposal.occasion for proposal in proposals(view)] == ["cadence:2"]
