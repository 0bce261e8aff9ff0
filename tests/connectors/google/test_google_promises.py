"""The promise suites, over the Google on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from auld.contract import Collection, Connector
from auld.testing import SinkPromises, SourcePromises
from auld.testing.sinks import ENTRY
from auld_connectors._google_events import id_of
from auld_connectors.google_calendar import GoogleCalendar, GoogleCalendarAccount
from auld_connectors.google_tasks import GoogleTasks, GoogleTasksAccount
from support.google import Google, hours
from support.google.calendar import Calendar
from support.google.tasks import TaskList
from support.google_accounts import calendar_of, tasks_of


@dataclass
class Meetings:
    """A calendar of the user's; ``own``: the one that auld may write to."""

    google: Google
    folder: Path
    own: bool = False
    connector: Connector = field(default_factory=GoogleCalendar)

    def __post_init__(self) -> None:
        account = self.google.account()
        self.calendar: Calendar = account.calendar("auld", made_by_app=True) if self.own else account.calendar("Work")

    def open(self) -> GoogleCalendarAccount:
        return calendar_of(self.google, self.folder)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.calendar.id)

    def put(self, name: str, text: str) -> None:
        self.calendar.put({"id": name, "summary": text, **hours("2026-03-02T10:00:00")})

    def delete(self, name: str) -> None:
        self.calendar.delete(name)

    def tick_off(self, uid: str) -> None:
        """By its title, as one does with an event; at Google, to call it off is to delete it."""
        self.calendar.edit(id_of(uid), summary="✓ done")


@dataclass
class Errands:
    """A list of tasks."""

    google: Google
    folder: Path
    connector: Connector = field(default_factory=GoogleTasks)

    def __post_init__(self) -> None:
        self.tasks: TaskList = self.google.account().tasks

    def open(self) -> GoogleTasksAccount:
        return tasks_of(self.google, self.folder)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.tasks.id)

    def put(self, name: str, text: str) -> None:
        self.tasks.put({"id": name, "title": text})

    def delete(self, name: str) -> None:
        self.tasks.delete(name)

    def tick_off(self, uid: str) -> None:
        (task,) = (task for task in self.tasks.tasks.values() if uid in task.get("notes", ""))
        self.tasks.complete(task["id"])


class TestMeetings(SourcePromises):
    """Google Calendar as a source."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Meetings:
        return Meetings(google, tmp_path)


class TestTasks(SourcePromises):
    """Google Tasks as a source."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Errands:
        return Errands(google, tmp_path)


class TestEvents(SinkPromises):
    """Google Calendar as a sink of all-day events."""

    entry = replace(ENTRY, form="event")

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Meetings:
        return Meetings(google, tmp_path, own=True)


class TestFollowUps(SinkPromises):
    """Google Tasks as a sink."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Errands:
        return Errands(google, tmp_path)


class TestFollowUpsWithoutEtags(TestFollowUps):
    """Nowhere does Google say that its Tasks keep to ``If-Match``."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Errands:
        google.account().tasks.heeds_etags = False
        return Errands(google, tmp_path)
