"""Press: while it is fresh, once a story, never a death."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.policy import Policy
from auld.projections.views import PersonView
from auld.projections.views import Press as Story
from auld.reasons.base import Proposal
from auld.reasons.press import Press
from support.views import MONDAY, fake_view

ADA = PersonView("ada", "Ada Vale", ideal=28, at_most=42)
UNTIL = MONDAY + timedelta(days=14)
PROMOTION = Story(
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    title="Ada Vale named COO",
    link="https://news.example.com/ada",
    source="Example News",
    story="s1",
)


def proposals(*stories: Story, today: date = MONDAY, zone: str = "Europe/Lisbon") -> list[Proposal]:
    view = fake_view(ADA, today=today, policy=Policy(timezone=zone))
    view.press = {"ada": list(stories)}
    return list(Press().propose(view, ADA, today, today + timedelta(days=14)))


def test_a_fresh_story_is_proposed_with_headline_source_and_link() -> None:
    assert proposals(PROMOTION) == [
        Proposal(
            person="ada",
            reason="press",
            occasion="press:s1",
            first=MONDAY,
            last=date(2026, 3, 15),
            best=MONDAY,
            priority=60,
            title="Write to Ada Vale: Ada Vale named COO",
            context=("In the news: Ada Vale named COO (Example News, 1 March 2026).", "https://news.example.com/ada"),
        )
    ]


@pytest.mark.parametrize(("days", "asked"), [(0, True), (13, True), (14, True), (15, False), (400, False)])
def test_news_is_old_after_a_fortnight(days: int, asked: bool) -> None:
    story = replace(PROMOTION, at=datetime(2026, 3, 2, 8, tzinfo=UTC) - timedelta(days=days))
    assert bool(proposals(story)) is asked


def test_the_planner_has_three_days_at_least() -> None:
    story = replace(PROMOTION, at=datetime(2026, 3, 2, 8, tzinfo=UTC) - timedelta(days=14))
    assert proposals(story)[0].last == MONDAY + timedelta(days=3)


def test_the_day_of_publication_is_the_users() -> None:
    late = replace(PROMOTION, at=datetime(2026, 3, 1, 23, tzinfo=UTC))
    assert proposals(late, zone="Asia/Tokyo")[0].last == date(2026, 3, 16)


def test_sensitive_stories_are_no_occasion() -> None:
    assert proposals(replace(PROMOTION, sensitive=True)) == []


def test_each_story_is_an_occasion_of_its_own() -> None:
    assert [p.occasion for p in proposals(PROMOTION, replace(PROMOTION, story="s2"))] == ["press:s1", "press:s2"]


def test_without_link_and_source_nothing_empty_is_shown() -> None:
    assert proposals(replace(PROMOTION, link="", source=""))[0].context == ("In the news: Ada Vale named COO (1 March 2026).",)


def test_hostile_headlines_become_one_short_line() -> None:
    title = proposals(replace(PROMOTION, title="Ada Vale\n\u202eBEGIN:VALARM\x00 " + "x" * 500))[0].title
    assert title.startswith("Write to Ada Vale: Ada Vale BEGIN:VALARM xxx")
    assert len(title) < 120
    assert title.isprintable()
