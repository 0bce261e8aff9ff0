"""The calendar truth table end to end at Google: the same stories, as far as Google can tell them, with the same ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.calendar_truth.google import GoogleServer, stage_at_google
from support.calendar_truth.stories import STORIES
from support.calendar_truth.story import ABROAD, CYCLES, Story
from support.feed_server import FeedServer
from support.google import FixedClock, run_google
from support.hostile_dav import HostileDav

pytestmark = pytest.mark.system

UNTOLD = {
    "cancelled__entered_afterwards": "to call off is to delete there, and what is deleted afterwards took place",
    "two_calendars__cancelled_in_one": "the same: it was deleted from one",
    "optional__merely_informed": "nobody is merely informed",
    "rooms_and_lists": "lists cannot be told from people; for rooms see test_rooms",
    "series_moved__this_and_all_after_it": "it makes two series of one; see series__split_by_google",
}
"""What Google cannot hold, and why."""
OTHER_RULES = {"cancelled__by_status", "cancelled__by_method", "series_exceptions__cancelled_instance"}
"""The outcome is the same, but what was called off was deleted there."""
TOLD = [story for story in STORIES if story.name not in UNTOLD]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleServer]:
    """Google, when all stories have been played there."""
    clock = FixedClock(CYCLES[1])
    with run_google(clock) as google, HostileDav() as loose, FeedServer() as feeds:
        server = stage_at_google(google, clock, loose, feeds, tmp_path_factory.mktemp("google"))
        server.play(TOLD)
        yield server


@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.name)
def test_a_row(played: GoogleServer, story: Story) -> None:
    seen = {(cycle, email): played.seen(cycle, email) for cycle, email in story.expected}
    assert seen == story.expected
    if story.name not in OTHER_RULES:
        assert {email: played.left_out[email] for email in story.left_out} == story.left_out
    assert [number for number, holds in enumerate(story.checks) if not holds(played)] == []


def test_every_cycle_was_a_good_one(played: GoogleServer) -> None:
    accounts = [account for report in played.reports.values() for account in report.accounts]
    assert [account for account in accounts if not account.ok] == []
    assert [problem for report in played.reports.values() for problem in report.problems] == []


def test_nothing_is_read_twice(played: GoogleServer) -> None:
    """The last cycle, in which nothing had changed, made no event but the new time zone's."""
    assert [account.events for account in played.reports[ABROAD].accounts] == [0, 0, 0, 0, 0]


def test_a_rebuild_is_what_was_live(played: GoogleServer) -> None:
    with played.app(ABROAD) as app:
        assert app.rebuild().same
