"""Google's calendar and its tasks as the little world of the write-back's tests: what stands there is read off the fake itself,
not by auld's readers."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from auld.contract import Account, Collection, Entry, EntryField, Held, Item, Kind, Stored
from auld.observations import Happening, Meeting, Observation, Task
from auld.testing.sinks import OpenAccount
from auld_connectors._google_service import GoogleService
from auld_connectors.google_calendar import GoogleCalendarAccount, GoogleCalendarSettings
from auld_connectors.google_tasks import GoogleTasksAccount, GoogleTasksSettings
from auld_connectors.memory import MemoryWorld
from outbox.hostile import Fuse, HostileSink
from support.google import FixedClock, Google, whole_day
from support.google.direct import DirectHttp

_SETTINGS: dict[str, Any] = {"client": str(Path("/nowhere"))}


class GoogleWorld(MemoryWorld):
    """One collection at a fake of its own."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.google = Google(clock)
        self.user = self.google.account()
        self.account: OpenAccount = self._open()

    def close(self) -> None:
        self.google.close()
        assert not self.google.failures

    def add(self, name: str, *kinds: Kind, writable: bool = True) -> Collection:
        (collection,) = (found for found in self.account.discover() if found.accepts)
        return collection

    @abstractmethod
    def _open(self) -> OpenAccount: ...

    def _service(self, name: str, version: str, *scopes: str) -> GoogleService:
        http = DirectHttp(self.google, self.user.email, *scopes)
        return GoogleService(
            name, version, dict, now=self.google.clock.now, endpoint=self.google.url, http=http, pause=lambda seconds: None
        )


class CalendarWorld(GoogleWorld):
    """A calendar that auld made. What auld called off is cancelled, which at Google is the bin: its words still stand there."""

    def _open(self) -> OpenAccount:
        self.calendar = self.user.calendar("auld", made_by_app=True)
        service = self._service(
            "calendar", "v3", "calendar.events.readonly", "calendar.calendarlist.readonly", "calendar.app.created"
        )
        account = Account("google", GoogleCalendarSettings(**_SETTINGS), now=self.google.clock.now)
        return GoogleCalendarAccount(account, service)

    def put(self, collection: Collection, ref: str, observation: Observation) -> Item:
        if isinstance(observation, Task):
            fields = {"summary": observation.title, **whole_day("2026-03-04")}
        else:
            assert isinstance(observation, Meeting)
            assert observation.main is not None
            main = observation.main
            fields = {"summary": main.title, "description": main.description, **whole_day(main.start)}
        if _name(ref) in self.calendar.events:
            self.calendar.edit(_name(ref), **fields)
        else:
            self.calendar.put({"id": ref, **fields})
        return self.items(collection)[f"{collection.id}/{_name(ref)}"]

    def delete(self, collection: Collection, ref: str) -> None:
        """What is in the bin already goes for good."""
        in_the_bin = self.calendar.events[_name(ref)]["status"] == "cancelled"
        (self.calendar.forget if in_the_bin else self.calendar.delete)(_name(ref))

    def items(self, collection: Collection) -> dict[str, Item]:
        there = {f"{collection.id}/{name}": event for name, event in self.calendar.events.items() if _stands(event)}
        return {ref: _item(ref, event, _meeting(event)) for ref, event in there.items()}


class TasksWorld(GoogleWorld):
    """The default list of tasks."""

    def _open(self) -> OpenAccount:
        self.tasks = self.user.tasks
        account = Account("google", GoogleTasksSettings(**_SETTINGS), now=self.google.clock.now)
        return GoogleTasksAccount(account, self._service("tasks", "v1", "tasks"))

    def put(self, collection: Collection, ref: str, observation: Observation) -> Item:
        assert isinstance(observation, Task)
        there = self._ids().get(_name(ref))
        mark = f"auld:{observation.mark}" if observation.mark else ""
        fields: dict[str, Any] = {
            "title": observation.title,
            "notes": "\n\n".join(filter(None, [observation.description, mark])),
            "due": f"{observation.due}T00:00:00.000Z" if observation.due else None,
        }
        if there is None:
            self.tasks.put({"id": ref, **fields})
        else:
            self.tasks.edit(there, **fields, status="completed" if observation.status == "completed" else "needsAction")
        return self.items(collection)[f"{collection.id}/{_name(ref)}"]

    def delete(self, collection: Collection, ref: str) -> None:
        self.tasks.delete(self._ids()[_name(ref)])

    def items(self, collection: Collection) -> dict[str, Item]:
        there = {f"{collection.id}/{name}": self.tasks.tasks[task] for name, task in self._ids().items()}
        return {ref: _item(ref, task, _task(task)) for ref, task in there.items()}

    def _ids(self) -> dict[str, str]:
        """The ids of the tasks that stand there, by what their notes say. Two of one name would be a mistake of auld's."""
        there = [(_mark(task), task["id"]) for task in self.tasks.tasks.values() if not task.get("deleted")]
        assert len(dict(there)) == len(there), "one follow-up has two tasks"
        return dict(there)


class GoogleSink(HostileSink):
    """The connector under test, with faults before and behind it."""

    def __init__(self, world: MemoryWorld, fuse: Fuse) -> None:
        super().__init__(world, fuse)
        assert isinstance(world, GoogleWorld)
        self._account = world.account

    def _create(self, collection: Collection, entry: Entry) -> Stored | None:
        return self._account.create(collection, entry)

    def _update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        return self._account.update(collection, held, entry, fields)


def _name(ref: str) -> str:
    """A ref without its collection."""
    return ref.rpartition("/")[2]


def _item(ref: str, stored: dict[str, Any], observation: Observation) -> Item:
    return Item(ref, stored["etag"], observation, b"", stored["etag"])


def _stands(event: dict[str, Any]) -> bool:
    called_off = "auldClosed" in event.get("extendedProperties", {}).get("private", {})
    return called_off or event["status"] != "cancelled"


def _meeting(event: dict[str, Any]) -> Meeting:
    mark = event.get("extendedProperties", {}).get("private", {}).get("auld", "")
    end = date.fromisoformat(event["start"]["date"]) + timedelta(days=1)
    words = event.get("summary", ""), event.get("description", "")
    main = Happening(event["start"]["date"], end.isoformat(), title=words[0], description=words[1], status=event["status"])
    return Meeting(mark or event["iCalUID"], main, mark=mark)


def _mark(task: dict[str, Any]) -> str:
    last: str = task.get("notes", "").rpartition("\n")[2]
    task_id: str = task["id"]
    return last.removesuffix(" closed") if last.startswith("auld:") else task_id


def _task(task: dict[str, Any]) -> Task:
    last = task.get("notes", "").rpartition("\n")[2]
    mark = last.removesuffix(" closed").removeprefix("auld:") if last.startswith("auld:") else ""
    words = task.get("notes", "").removesuffix(last).strip() if mark else task.get("notes", "")
    status = "needs-action" if task["status"] == "needsAction" else "cancelled" if last.endswith(" closed") else "completed"
    return Task(mark or task["id"], task["title"], words, due=task.get("due", "")[:10], status=status, mark=mark)
