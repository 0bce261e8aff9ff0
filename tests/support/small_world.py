"""A connector over a dictionary, and a configuration that uses it: enough to run the whole program without a server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from auld import contract
from auld.contract import Account, Batch, Collection, Entry, EntryField, Held, Item, Pull
from auld.errors import AuldError, Conflict
from auld.events import encode
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting, Observation, Task

BOOK = Collection("memory:book", "Contacts", frozenset({"contact"}))
CALENDAR = Collection("memory:calendar", "Work", frozenset({"meeting"}))
TASKS = Collection("memory:tasks", "Keep in touch", frozenset({"task"}), frozenset({"task"}))

CONFIG = """\
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  world: {connector: memory, every: 5m}
write_to: {account: world, collection: Keep in touch}
categories:
  clients: {ideal: 4w, at_most: 6w}
"""


def card(name: str, email: str, **more: Any) -> Contact:
    return Contact(name=name, uid=f"uid-{email}", emails=(Labelled(email),), **more)


def meeting(title: str, day: date, *emails: str) -> Meeting:
    """An hour at ten in Lisbon with the user and these."""
    people = tuple(
        Attendee(email, name=email.partition("@")[0].title(), status="accepted") for email in ("me@example.org", *emails)
    )
    happening = Happening(
        f"{day}T10:00:00", f"{day}T11:00:00", "Europe/Lisbon", title=title, organizer=people[0], attendees=people
    )
    return Meeting(uid=f"{title}-{day}", main=happening)


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str | None = None
    collections: list[str] | None = None
    url: str = ""
    insecure: bool = False


@dataclass
class World:
    """Is connector, source and sink in one. ``fault``, if set, is raised by every request."""

    name: ClassVar[str] = "memory"
    contract: ClassVar[int] = contract.CONTRACT
    summary: ClassVar[str] = "a dictionary"
    settings: ClassVar[type[Any]] = Settings
    every: ClassVar[str] = "1h"

    collections: tuple[Collection, ...] = (BOOK, CALENDAR, TASKS)
    objects: dict[str, dict[str, Observation]] = field(default_factory=lambda: {BOOK.id: {}, CALENDAR.id: {}, TASKS.id: {}})
    fault: AuldError | None = None
    requests: int = 0

    def put(self, *observations: Observation) -> None:
        homes: dict[type[Any], Collection] = {Contact: BOOK, Meeting: CALENDAR, Task: TASKS}
        for observation in observations:
            home = homes[type(observation)]
            self.objects[home.id][f"{home.id}/{getattr(observation, 'uid', '')}"] = observation

    def open(self, account: Account) -> World:
        return self

    def origin(self, settings: Any) -> str | None:
        return None

    def close(self) -> None:
        """There is nothing to give back."""

    def _ask(self) -> None:
        self.requests += 1
        if self.fault is not None:
            raise self.fault

    def discover(self) -> Sequence[Collection]:
        self._ask()
        return self.collections

    def pull(self, request: Pull) -> Iterator[Batch]:
        self._ask()
        items = [_item(ref, observation) for ref, observation in self.objects[request.collection.id].items()]
        changed = [item for item in items if request.known.get(item.ref) != item.version]
        yield Batch(items=changed, listing={item.ref: item.version for item in items}, cursor="1", total=len(changed))

    def ref_for(self, collection: Collection, uid: str) -> str:
        return f"{collection.id}/{uid}"

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        self._ask()
        observation = self.objects[collection.id].get(ref)
        return None if observation is None else Held(_item(ref, observation))

    def create(self, collection: Collection, entry: Entry) -> None:
        self._ask()
        ref = self.ref_for(collection, entry.uid)
        if ref in self.objects[collection.id]:
            raise Conflict("there is one")
        self.objects[collection.id][ref] = _task(entry)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> None:
        self._ask()
        self.objects[collection.id][held.item.ref] = _task(entry)

    def remove(self, collection: Collection, held: Held) -> None:
        self._ask()
        del self.objects[collection.id][held.item.ref]


def _task(entry: Entry) -> Task:
    return Task(uid=entry.uid, title=entry.title, description=entry.description, due=entry.day.isoformat(), mark=entry.key)


def _item(ref: str, observation: Observation) -> Item:
    raw = encode(observation)
    digest = hashlib.sha256(raw).hexdigest()
    return Item(ref=ref, version=digest, observation=observation, raw=raw, fingerprint=digest)


Invoke = Callable[..., Any]
