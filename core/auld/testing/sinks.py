"""What every sink promises, as tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from auld.contract import Collection, Entry, EntryField, Held, Pull, Sink, Source
from auld.errors import Conflict
from auld.observations import Meeting, Task

ENTRY = Entry(
    key="cadence:ana-lima:1",
    uid="6f1f9a5e-5d0c-5f0e-9c7e-0d8a4a4f9b11",
    title="Ana Lima: it has been eight weeks",
    description="Last met on 3 January; she was moving house.\nana@example.org",
    day=date(2026, 3, 5),
    form="task",
)
_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class OpenAccount(Source, Sink, Protocol):
    """An account that can both read and write."""


class SinkSubject(Protocol):
    """The other side, as a test sees it: a collection that may be written to."""

    def open(self) -> OpenAccount:
        """Open the account anew."""
        ...

    def collection(self) -> Collection:
        """The collection, as :meth:`Source.discover` gives it."""
        ...

    def tick_off(self, uid: str) -> None:
        """What the user does: mark the entry with this UID as done (a task), or call it off (an event)."""
        ...


def seen(held: Held | None) -> tuple[str, str, str, str]:
    """Title, description, day and status of an entry as it stands there."""
    assert held is not None
    observation = held.item.observation
    if isinstance(observation, Task):
        return observation.title, observation.description, observation.due, observation.status
    assert isinstance(observation, Meeting)
    assert observation.main is not None
    main = observation.main
    assert main.transparent
    return main.title, main.description, main.start, main.status


class SinkPromises:
    """Inherit, give a fixture ``subject``, and set ``entry`` where the collection takes events only."""

    entry = ENTRY

    @pytest.fixture
    def sink(self, subject: SinkSubject) -> OpenAccount:
        return subject.open()

    def _created(self, subject: SinkSubject, sink: OpenAccount) -> Held:
        collection = subject.collection()
        sink.create(collection, self.entry)
        held = sink.fetch(collection, sink.ref_for(collection, self.entry.uid))
        assert held is not None
        return held

    def test_what_is_not_there_is_none(self, subject: SinkSubject, sink: OpenAccount) -> None:
        collection = subject.collection()
        assert sink.fetch(collection, sink.ref_for(collection, self.entry.uid)) is None

    def test_what_was_created_reads_back(self, subject: SinkSubject, sink: OpenAccount) -> None:
        title, description, day, _ = seen(self._created(subject, sink))
        assert (title, description, day) == (self.entry.title, self.entry.description, self.entry.day.isoformat())

    def test_what_is_told_of_a_write_is_what_reads_back(self, subject: SinkSubject, sink: OpenAccount) -> None:
        stored = sink.create(subject.collection(), self.entry)
        held = sink.fetch(subject.collection(), sink.ref_for(subject.collection(), self.entry.uid))
        assert held is not None
        changed = sink.update(subject.collection(), held, replace(self.entry, title="New"), frozenset({"title"}))
        after = sink.fetch(subject.collection(), held.item.ref)
        assert after is not None
        for told, there in ((stored, held), (changed, after)):
            if told is not None and (told.fingerprint or told.version):
                assert told.fingerprint == there.item.fingerprint or told.version == there.item.version

    def test_the_mark_is_kept(self, subject: SinkSubject, sink: OpenAccount) -> None:
        observation = self._created(subject, sink).item.observation
        assert isinstance(observation, Task | Meeting)
        assert observation.uid == self.entry.uid
        assert observation.mark

    def test_nothing_is_created_over_what_is_there(self, subject: SinkSubject, sink: OpenAccount) -> None:
        before = self._created(subject, sink)
        with pytest.raises(Conflict):
            sink.create(subject.collection(), replace(self.entry, title="Another"))
        assert sink.fetch(subject.collection(), before.item.ref) == before

    @pytest.mark.parametrize("field", ["title", "description", "day"])
    def test_only_the_named_field_is_changed(self, subject: SinkSubject, sink: OpenAccount, field: EntryField) -> None:
        before = self._created(subject, sink)
        wanted = replace(self.entry, title="New title", description="New description", day=date(2026, 3, 9))
        sink.update(subject.collection(), before, wanted, frozenset({field}))
        after = seen(sink.fetch(subject.collection(), before.item.ref))
        expected = dict(zip(("title", "description", "day", "status"), seen(before), strict=True))
        expected[field] = {"title": wanted.title, "description": wanted.description, "day": "2026-03-09"}[field]
        assert after == tuple(expected.values())

    def test_closing_cancels(self, subject: SinkSubject, sink: OpenAccount) -> None:
        held = self._created(subject, sink)
        sink.update(subject.collection(), held, self.entry, frozenset({"closed"}))
        assert seen(sink.fetch(subject.collection(), held.item.ref))[3] == "cancelled"

    def test_the_users_edit_is_not_written_over(self, subject: SinkSubject, sink: OpenAccount) -> None:
        held = self._created(subject, sink)
        subject.tick_off(self.entry.uid)
        edited = sink.fetch(subject.collection(), held.item.ref)
        assert seen(edited) != seen(held)
        with pytest.raises(Conflict):
            sink.update(subject.collection(), held, replace(self.entry, title="New"), frozenset({"title"}))
        with pytest.raises(Conflict):
            sink.remove(subject.collection(), held)
        assert sink.fetch(subject.collection(), held.item.ref) == edited

    def test_what_was_removed_is_gone_and_removing_it_again_is_fine(self, subject: SinkSubject, sink: OpenAccount) -> None:
        held = self._created(subject, sink)
        sink.remove(subject.collection(), held)
        assert sink.fetch(subject.collection(), held.item.ref) is None
        sink.remove(subject.collection(), held)

    def test_updating_what_the_user_deleted_is_a_conflict(self, subject: SinkSubject, sink: OpenAccount) -> None:
        held = self._created(subject, sink)
        sink.remove(subject.collection(), held)
        with pytest.raises(Conflict):
            sink.update(subject.collection(), held, replace(self.entry, title="New"), frozenset({"title"}))
        assert sink.fetch(subject.collection(), held.item.ref) is None

    def test_a_pull_sees_the_entry_as_the_sink_does(self, subject: SinkSubject, sink: OpenAccount) -> None:
        held = self._created(subject, sink)
        batches = list(sink.pull(Pull(subject.collection(), None, {}, True, _NOW)))
        found = {item.ref: item for batch in batches for item in batch.items}
        assert found[held.item.ref].fingerprint == held.item.fingerprint
