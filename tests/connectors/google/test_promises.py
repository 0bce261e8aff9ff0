"""The promise suites, over Google on loopback."""

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
from support.google_calendars import ME, calendar_of, tasks_of


@dataclass
class Calendar:
    """A calendar of mine, that auld may write to."""

    google: Google
    folder: Path
    connector: Connector = field(default_factory=GoogleCalendar)

    def __post_init__(self) -> None:
        self.calendar = self.google.account(ME).calendar("auld", made_by_app=True)

    def open(self) -> GoogleCalendarAccount:
        return calendar_of(self.google, self.folder)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.calendar.id)

    def put(self, name: str, text: str) -> None:
        self.calendar.put({"id": name, "summary": text, **hours("2026-03-04T12:00:00")})

    def delete(self, name: str) -> None:
        self.calendar.delete(name)

    def tick_off(self, uid: str) -> None:
        """Google knows no other way to call an event off than to delete it: a tick is what one writes."""
        self.calendar.edit(id_of(uid), summary="✓ done")


@dataclass
class TaskList:
    """A list of mine."""

    google: Google
    folder: Path
    heeds_etags: bool = True
    connector: Connector = field(default_factory=GoogleTasks)

    def __post_init__(self) -> None:
        self.tasks = self.google.account(ME).tasks
        self.tasks.heeds_etags = self.heeds_etags

    def open(self) -> GoogleTasksAccount:
        return tasks_of(self.google, self.folder)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.tasks.id)

    def put(self, name: str, text: str) -> None:
        self.tasks.put({"id": name, "title": text})

    def delete(self, name: str) -> None:
        self.tasks.delete(name)

    def tick_off(self, uid: str) -> None:
        self.tasks.complete(next(id for id, task in self.tasks.tasks.items() if uid in task.get("notes", "")))


class TestMeetings(SourcePromises):
    """Google Calendar as a source."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Calendar:
        return Calendar(google, tmp_path)


class TestTasks(SourcePromises):
    """Google Tasks as a source."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> TaskList:
        return TaskList(google, tmp_path)


class TestEventsWritten(SinkPromises):
    """Google Calendar as a sink of all-day events."""

    entry = replace(ENTRY, form="event")

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Calendar:
        return Calendar(google, tmp_path)


class TestTasksWritten(SinkPromises):
    """Google Tasks as a sink, whether or not it keeps to entity tags (which it does not say)."""

    @pytest.fixture(params=[True, False], ids=["heeds If-Match", "does not"])
    def subject(self, google: Google, tmp_path: Path, request: pytest.FixtureRequest) -> TaskList:
        return TaskList(google, tmp_path, heeds_etags=request.param)
