"""Which of Google's calendars are read, and how auld comes by one of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from auld.errors import ConfigurationWrong, TryLater
from auld_connectors.google_calendar import GoogleCalendarAccount
from support.google import Fault, Google
from support.google_calendars import ME, calendar_of


@pytest.fixture
def me(google: Google, tmp_path: Path) -> GoogleCalendarAccount:
    return calendar_of(google, tmp_path)


def test_those_ticked_in_googles_list_are_read(google: Google, me: GoogleCalendarAccount) -> None:
    account = google.account(ME)
    account.calendar("Work")
    account.calendar("Renamed", extra={"summaryOverride": "Team"})
    account.calendar("Hidden", extra={"selected": False})
    account.calendar("Busy times", role="freeBusyReader")
    account.calendar("Holidays", role="reader", id="en.portuguese#holiday@group.v.calendar.google.com")
    assert [c.name for c in me.discover()] == [ME, "Work", "Team"]
    assert all(not c.accepts for c in me.discover())


def test_named_ones_are_read_whatever_is_ticked(google: Google, tmp_path: Path) -> None:
    google.account(ME).calendar("Hidden", extra={"selected": False})
    found = calendar_of(google, tmp_path, collections=["hidden", "primary"]).discover()
    assert [c.name for c in found] == ["Hidden", ME]


def test_a_name_that_is_not_there_is_told_with_those_that_are(google: Google, tmp_path: Path) -> None:
    google.account(ME).calendar("Work")
    with pytest.raises(ConfigurationWrong, match=r"'Wrok'.*'Work'"):
        calendar_of(google, tmp_path, collections=["Wrok"]).discover()


def test_our_own_calendar_is_made_once(google: Google, tmp_path: Path) -> None:
    (made,) = calendar_of(google, tmp_path, collections=["auld"]).discover()
    assert made.accepts == {"meeting"}
    assert calendar_of(google, tmp_path, collections=["auld"]).discover() == [made]
    assert len(google.asked("calendar.calendars.insert")) == 1


def test_our_own_calendar_is_made_once_even_if_the_answer_is_lost(google: Google, tmp_path: Path) -> None:
    google.on("calendar.calendars.insert", Fault(after=True, wire="drop"))
    with pytest.raises(TryLater):
        calendar_of(google, tmp_path, collections=["auld"]).discover()
    (made,) = calendar_of(google, tmp_path, collections=["auld"]).discover()
    assert made.name == "auld"
    assert len(google.asked("calendar.calendars.insert")) == 1


def test_any_calendar_may_be_written_to_if_the_user_says_so(google: Google, tmp_path: Path) -> None:
    account = google.account(ME)
    account.calendar("Theirs", role="reader")
    found = calendar_of(google, tmp_path, write="any").discover()
    assert {c.name: bool(c.accepts) for c in found} == {ME: True, "Theirs": False}
