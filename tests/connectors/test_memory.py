"""The reference connector keeps every promise, and its world fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
import pytest

from auld.contract import Account, Collection, Connector, Pull
from auld.errors import CollectionGone, CursorRefused, TryLater
from auld.observations import Contact, Happening, Meeting, Task
from auld.testing import SinkPromises, SourcePromises
from auld.testing.sinks import ENTRY
from auld.testing.sources import NOW, Copy
from auld_connectors.memory import MemoryAccount, MemoryConnector, MemorySettings, MemoryWorld


@dataclass
class Subject:
    """A world with one collection."""

    world: MemoryWorld = field(default_factory=lambda: MemoryWorld(batch=2))
    shelf: Collection = field(init=False)
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = self.world.add("people", "contact", "task", "meeting")
        self.connector = MemoryConnector(self.world)

    def open(self) -> MemoryAccount:
        return MemoryConnector(self.world).open(Account("memory", MemorySettings(), now=lambda: NOW))

    def collection(self) -> Collection:
        return self.shelf

    def put(self, name: str, text: str) -> None:
        self.world.put(self.shelf, name, Contact(name=text))

    def delete(self, name: str) -> None:
        self.world.delete(self.shelf, name)

    def tick_off(self, uid: str) -> None:
        ref = self.open().ref_for(self.shelf, uid)
        there = self.world.items(self.shelf)[ref].observation
        match there:
            case Task():
                self.world.put(self.shelf, ref, msgspec.structs.replace(there, status="completed"))
            case Meeting(main=Happening() as main):
                cancelled = msgspec.structs.replace(main, status="cancelled")
                self.world.put(self.shelf, ref, msgspec.structs.replace(there, main=cancelled))


@pytest.fixture
def subject() -> Subject:
    return Subject()


class TestSource(SourcePromises):
    """MemoryAccount as a source."""


class TestTasks(SinkPromises):
    """MemoryAccount as a sink of tasks."""


class TestEvents(SinkPromises):
    """MemoryAccount as a sink of events."""

    entry = replace(ENTRY, form="event")


def test_forgotten_cursors_are_refused(subject: Subject) -> None:
    subject.put("one", "text")
    copy = Copy()
    copy.pull(subject.open(), subject.shelf)
    subject.world.forget_cursors()
    with pytest.raises(CursorRefused):
        list(subject.open().pull(Pull(subject.shelf, copy.cursor, copy.known, False, NOW)))
    assert copy.pull(subject.open(), subject.shelf)[-1].listing == copy.known


def test_a_lost_request_does_nothing_and_a_lost_answer_everything(subject: Subject) -> None:
    def lose(verb: str, what: str) -> None:
        raise TryLater("lost")

    account = subject.open()
    subject.world.before = lose
    with pytest.raises(TryLater):
        account.create(subject.shelf, ENTRY)
    assert subject.world.items(subject.shelf) == {}
    lossy = MemoryWorld(after=lose)
    shelf = lossy.add("tasks", "task")
    with pytest.raises(TryLater):
        MemoryAccount(lossy).create(shelf, ENTRY)
    assert len(lossy.items(shelf)) == 1


def test_a_dropped_collection_is_gone_and_not_empty(subject: Subject) -> None:
    subject.world.drop(subject.shelf)
    with pytest.raises(CollectionGone):
        list(subject.open().pull(Pull(subject.shelf, None, {}, False, NOW)))


def test_an_unreadable_item_keeps_its_body(subject: Subject) -> None:
    subject.world.spoil(subject.shelf, "bad", b"\x00\x01", "junk")
    item = Copy().pull(subject.open(), subject.shelf)[-1].items[0]
    assert (item.observation, item.raw, item.problem) == (None, b"\x00\x01", "junk")
