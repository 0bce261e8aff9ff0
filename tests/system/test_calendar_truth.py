"""The calendar truth table end to end: real .ics objects on real servers, changed between auld's cycles.

The stories (``tests/support/calendar_truth``) are played together, once a server, with a clock of ours; here each is looked
at by itself. Their names are the table's: ``<row>`` or ``<row>__<clause>``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.calendar_truth import attendance, changes
from support.calendar_truth.stories import STORIES
from support.calendar_truth.story import ABROAD, Story
from support.calendar_truth.world import Server, stage
from support.dav_servers import PASSWORD, DavHome, run_radicale, run_xandikos
from support.feed_server import FeedServer
from support.hostile_dav import HostileDav

pytestmark = pytest.mark.system


@contextmanager
def _home(kind: str, folder: Path) -> Iterator[DavHome]:
    if kind == "radicale":
        with run_radicale(folder) as process:
            yield DavHome(kind, process.base, "user0", PASSWORD, "/user0/", "/user0/")
    else:
        with run_xandikos(folder) as process:
            yield DavHome(kind, process.base, None, "", "/alice/calendars/", "/alice/contacts/")


@pytest.fixture(scope="module", params=["radicale", "xandikos"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which all stories have been played."""
    folder = tmp_path_factory.mktemp(request.param)
    with _home(request.param, folder) as home, HostileDav() as loose, FeedServer() as feeds:
        server = stage(home, loose, feeds, folder)
        server.play(STORIES)
        yield server


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_row(played: Server, story: Story) -> None:
    seen = {(cycle, email): played.seen(cycle, email) for cycle, email in story.expected}
    assert seen == story.expected
    assert {email: played.left_out[email] for email in story.left_out} == story.left_out
    assert [number for number, holds in enumerate(story.checks) if not holds(played)] == []


def test_every_cycle_was_a_good_one(played: Server) -> None:
    accounts = [account for report in played.reports.values() for account in report.accounts]
    assert [account for account in accounts if not account.ok] == []
    assert [problem for report in played.reports.values() for problem in report.problems] == []


def test_nothing_is_read_twice(played: Server) -> None:
    """The last cycle, in which nothing had changed, made no event but the new time zone's."""
    assert [account.events for account in played.reports[ABROAD].accounts] == [0, 0, 0, 0, 0]


def test_a_rebuild_is_what_was_live(played: Server) -> None:
    with played.app(ABROAD) as app:
        assert app.rebuild().same


@pytest.mark.parametrize("story", [attendance.to_come, changes.deleted_after], ids=lambda story: story.name)
def test_the_command_shows_the_same(played: Server, story: Story) -> None:
    """What the stories were judged by is what ``auld show --json`` prints."""
    who = story.people[0]
    assert json.loads(played.auld(ABROAD, "show", who.email, "--json")) == played.shown[ABROAD, who.email]
