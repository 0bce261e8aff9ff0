"""What every source promises, as tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import pytest

from auld.contract import CONTRACT, OLDEST_CONTRACT, Batch, Collection, Connector, Item, Pull, Source
from auld.errors import CursorRefused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PULLS = pytest.mark.parametrize("pulls", [1, 2], ids=["after the first pull", "later"])
"""A source may go another way in its second pull than in all later ones (a token that is only asked for then)."""


class SourceSubject(Protocol):
    """The other side, as a test sees it: a collection that starts empty, which the test changes as its user would."""

    connector: Connector

    def open(self) -> Source:
        """Open the account anew."""
        ...

    def collection(self) -> Collection:
        """The collection, as :meth:`Source.discover` gives it."""
        ...

    def put(self, name: str, text: str) -> None:
        """Make or change the item called ``name``, so that ``text`` stands in it."""
        ...

    def delete(self, name: str) -> None:
        """Delete the item called ``name``."""
        ...


@dataclass
class Copy:
    """What a core holds of one collection: the little of the core that a test needs."""

    items: dict[str, Item] = field(default_factory=dict)
    cursor: str | None = None

    @property
    def known(self) -> Mapping[str, str]:
        return {ref: item.version for ref, item in self.items.items()}

    def take(self, batch: Batch) -> None:
        """Take in one batch."""
        self.items.update((item.ref, item) for item in batch.items)
        for ref in batch.gone:
            self.items.pop(ref, None)
        if batch.listing is not None:
            self.items = {ref: item for ref, item in self.items.items() if ref in batch.listing}
        self.cursor = batch.cursor or self.cursor

    def pull(self, source: Source, collection: Collection, *, full: bool = False) -> list[Batch]:
        """One pull, its batches taken in; a refused cursor is dropped and the pull begun again."""
        batches = []
        try:
            for batch in source.pull(Pull(collection, self.cursor, self.known, full, NOW)):
                self.take(batch)
                batches.append(batch)
        except CursorRefused:
            self.cursor = None
            return self.pull(source, collection, full=full)
        return batches

    def fingerprints(self) -> list[str]:
        """What the items mean, without their names."""
        return sorted(item.fingerprint for item in self.items.values())


class SourcePromises:
    """Inherit, and give a fixture ``subject``."""

    def test_the_connector_says_what_it_is(self, subject: SourceSubject) -> None:
        connector = subject.connector
        assert OLDEST_CONTRACT <= connector.contract <= CONTRACT
        assert connector.name.isidentifier()
        assert connector.summary
        assert connector.settings.model_config.get("extra") == "forbid"
        assert all(field.description for field in connector.settings.model_fields.values())

    def test_discovery_is_repeatable(self, subject: SourceSubject) -> None:
        source = subject.open()
        found = {c.id: c for c in source.discover()}
        assert subject.collection().id in found
        assert {c.id: c for c in subject.open().discover()} == found
        assert all(c.name and c.kinds and c.accepts <= c.kinds for c in found.values())

    def test_an_empty_collection_is_listed_as_empty(self, subject: SourceSubject) -> None:
        copy = Copy()
        batches = copy.pull(subject.open(), subject.collection())
        assert batches[-1].listing == {}
        assert copy.items == {}

    def test_the_first_pull_brings_every_item_once(self, subject: SourceSubject) -> None:
        for n in range(7):
            subject.put(f"item{n}", f"text {n}")
        batches = Copy().pull(subject.open(), subject.collection())
        refs = [item.ref for batch in batches for item in batch.items]
        assert len(refs) == len(set(refs)) == 7
        assert all(item.raw and item.fingerprint and not item.problem for batch in batches for item in batch.items)

    def test_only_the_last_batch_carries_the_cursor(self, subject: SourceSubject) -> None:
        for n in range(7):
            subject.put(f"item{n}", f"text {n}")
        batches = Copy().pull(subject.open(), subject.collection())
        assert batches[-1].cursor is not None
        assert all(batch.cursor is None for batch in batches[:-1])

    @PULLS
    def test_a_quiet_pull_brings_nothing_and_costs_one_request(self, subject: SourceSubject, pulls: int) -> None:
        subject.put("item", "text")
        collection, source, copy = subject.collection(), subject.open(), Copy()
        for _ in range(pulls):
            copy.pull(source, collection)
        before = source.requests
        for batch in copy.pull(source, collection):
            assert not batch.items
            assert not batch.gone
        assert source.requests - before <= 1

    def test_pulling_twice_from_one_cursor_gives_the_same(self, subject: SourceSubject) -> None:
        subject.put("one", "text")
        collection, copy = subject.collection(), Copy()
        copy.pull(subject.open(), collection)
        subject.put("one", "changed")
        subject.put("two", "text")
        twin = Copy(dict(copy.items), copy.cursor)
        copy.pull(subject.open(), collection)
        twin.pull(subject.open(), collection)
        assert copy.fingerprints() == twin.fingerprints()

    @PULLS
    def test_only_what_changed_is_brought(self, subject: SourceSubject, pulls: int) -> None:
        for n in range(4):
            subject.put(f"item{n}", f"text {n}")
        collection, source, copy = subject.collection(), subject.open(), Copy()
        for _ in range(pulls):
            copy.pull(source, collection)
        before = set(copy.fingerprints())
        subject.put("item2", "something else")
        brought = [item for batch in copy.pull(source, collection) for item in batch.items]
        assert len(brought) == 1
        assert brought[0].fingerprint not in before
        assert len(copy.items) == 4

    @PULLS
    def test_a_deletion_is_told(self, subject: SourceSubject, pulls: int) -> None:
        subject.put("stays", "text")
        subject.put("goes", "other text")
        collection, source, copy = subject.collection(), subject.open(), Copy()
        for _ in range(pulls):
            copy.pull(source, collection)
        subject.delete("goes")
        copy.pull(source, collection)
        assert len(copy.items) == 1

    def test_a_full_pull_lists_everything_and_brings_only_what_is_new(self, subject: SourceSubject) -> None:
        for n in range(3):
            subject.put(f"item{n}", f"text {n}")
        collection, source, copy = subject.collection(), subject.open(), Copy()
        copy.pull(source, collection)
        subject.put("item3", "text 3")
        batches = copy.pull(source, collection, full=True)
        assert set(batches[-1].listing or {}) == set(copy.items)
        assert sum(len(batch.items) for batch in batches) == 1

    def test_a_first_pull_cut_short_goes_on_where_it_was(self, subject: SourceSubject) -> None:
        for n in range(6):
            subject.put(f"item{n}", f"text {n}")
        collection, whole = subject.collection(), Copy()
        whole.pull(subject.open(), collection)
        half = Copy(dict(list(whole.items.items())[:3]))
        batches = half.pull(subject.open(), collection)
        assert sum(len(batch.items) for batch in batches) == 3
        assert half.fingerprints() == whole.fingerprints()

    def test_a_cancelled_pull_gives_no_cursor(self, subject: SourceSubject) -> None:
        subject.put("item", "text")
        request = Pull(subject.collection(), None, {}, False, NOW, cancelled=lambda: True)
        assert all(batch.cursor is None and batch.listing is None for batch in subject.open().pull(request))

    def test_the_same_content_again_has_the_same_fingerprint(self, subject: SourceSubject) -> None:
        collection, copy, again = subject.collection(), Copy(), Copy()
        subject.put("item", "text")
        copy.pull(subject.open(), collection)
        subject.put("item", "other text")
        subject.put("item", "text")
        again.pull(subject.open(), collection)
        assert copy.fingerprints() == again.fingerprints()
