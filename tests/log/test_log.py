"""The promises of the log, on both databases."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from auld.errors import ConfigurationWrong
from auld.events import TYPES, Codec, Draft, EventType, Note
from auld.log import Log
from auld.observations import Contact, Record
from auld.store import Store
from support.databases import Database


def note(text: str, **fields: Any) -> Draft:
    return Draft(Note("p1", text), **fields)


class TestAppendAndRead:
    def test_gives_back_what_was_appended(self, log: Log, now: datetime) -> None:
        odd = datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        drafts = [
            Draft(Contact("Ána \U0001f600"), "people", "/a.vcf", 1, odd, b"BEGIN:VCARD\x00\xff"),
            note("remark", account="people", ref="/a.vcf"),
        ]
        assert log.append(drafts, now) == [1, 2]
        first, second = log.read()
        assert first == (1, "contact.observed", "people", "/a.vcf", now, odd, Contact("Ána \U0001f600"))
        assert second == (2, "note.added", "people", "/a.vcf", now, None, Note("p1", "remark"))
        assert log.raw(1) == b"BEGIN:VCARD\x00\xff"
        assert log.raw(2) is None
        assert log.verify() == []

    def test_reads_from_and_to_and_by_type_over_pages(self, log: Log, now: datetime) -> None:
        log.append([note(str(n)) if n % 2 else Draft(Contact(str(n))) for n in range(1, 4501)], now)
        assert [event.position for event in log.read()] == list(range(1, 4501))
        assert [event.position for event in log.read(after=1998, until=2003)] == [1999, 2000, 2001, 2002, 2003]
        assert [event.position for event in log.read(after=4496, types=["note.added"])] == [4497, 4499]
        assert list(log.read(types=[])) == list(log.read(after=4500)) == list(log.read(until=0)) == []

    def test_owners_count_by_themselves(self, store: Store, now: datetime) -> None:
        mine, theirs = Log(store), Log(store, "ana")
        mine.append([note("a"), note("b")], now)
        assert theirs.append([note("c")], now) == [1]
        assert [event.data.text for event in theirs.read()] == ["c"]
        assert mine.verify() == theirs.verify() == []

    def test_what_is_rolled_back_leaves_no_gap(self, log: Log, now: datetime) -> None:
        log.append([note("a")], now)
        with pytest.raises(RuntimeError), log.transaction() as tx:
            tx.append([note("b"), note("c")], now)
            raise RuntimeError
        assert log.append([note("d")], now) == [2]
        assert [event.data.text for event in log.read()] == ["a", "d"]

    def test_several_appends_in_one_transaction(self, log: Log, now: datetime) -> None:
        with log.transaction() as tx:
            assert tx.append([note("a")], now) == [1]
            assert tx.append([], now) == []
            assert tx.append([note("b")], now + timedelta(seconds=1)) == [2]
        assert log.head() == 2
        assert log.verify() == []

    def test_one_revision_of_an_item_is_one_event(self, log: Log, now: datetime) -> None:
        log.append([note("a", account="x", ref="/1", revision=1)], now)
        with pytest.raises(IntegrityError) as caught:
            log.append([note("b", account="x", ref="/1", revision=1)], now)
        assert "/1" not in str(caught.value).partition("DETAIL")[0], "personal data in an error"
        log.append([note("c", account="x", ref="/1", revision=2), note("d", account="y", ref="/1", revision=1)], now)
        assert log.verify() == []


class TestTheDatabaseRefuses:
    """Whoever opens the database without auld, and without its settings, cannot change the log by accident."""

    statements = (
        "UPDATE events SET type = 'x' WHERE position = 1",
        "UPDATE events SET position = 9 WHERE position = 1",
        "UPDATE payloads SET data = salt",
        "UPDATE bodies SET raw = ''",
        "UPDATE heads SET position = 0",
        "UPDATE heads SET owner = 'x'",
        "DELETE FROM events",
        "DELETE FROM payloads WHERE position = 1",
        "DELETE FROM bodies",
        "DELETE FROM heads",
        "INSERT INTO payloads SELECT * FROM payloads WHERE true ON CONFLICT (owner, position) DO UPDATE SET salt = 'x'",
        "INSERT INTO events SELECT * FROM events WHERE true ON CONFLICT (owner, position) DO UPDATE SET type = 'x'",
    )
    only_sqlite = (
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "INSERT OR REPLACE INTO payloads SELECT * FROM payloads",
        "INSERT OR REPLACE INTO bodies SELECT * FROM bodies",
        "INSERT OR REPLACE INTO heads SELECT * FROM heads",
        # the item's key is taken, the position is not
        "INSERT OR REPLACE INTO events SELECT owner, position + 9, type, version, account, ref, revision, recorded_at, "
        "occurred_at, commitment, chain FROM events",
        "UPDATE OR REPLACE events SET position = 2 WHERE position = 1",
    )
    only_postgresql = ("TRUNCATE events", "TRUNCATE payloads", "TRUNCATE bodies", "TRUNCATE heads")

    def test_every_way_to_change_it(self, database: Database, log: Log, now: datetime) -> None:
        drafts = [note("a", account="x", ref="/1", revision=1, raw=b"body"), note("b")]
        log.append(drafts, now)
        for statement in self.statements + (self.only_sqlite if database.kind == "sqlite" else self.only_postgresql):
            error: type[Exception]
            if database.kind == "sqlite":
                stranger: Any = sqlite3.connect(str(database.path), isolation_level=None)
                error = sqlite3.IntegrityError
            else:
                stranger = psycopg.connect(database.url, autocommit=True)
                error = psycopg.errors.IntegrityConstraintViolation
            with pytest.raises(error, match="append-only"):
                stranger.execute(statement)
            stranger.close()
        assert [event.data.text for event in log.read()] == ["a", "b"]
        assert log.verify() == []


class _OldNote(Record, frozen=True):
    """Version 1: the text was called ``words``, and there was no person."""

    words: str


class _MiddleNote(Record, frozen=True):
    text: str


class TestVersions:
    old = Codec({"note.added": EventType("note.added", 1, _OldNote, {})})
    middle = Codec({"note.added": EventType("note.added", 2, _MiddleNote, {})})
    new = Codec({
        "note.added": EventType(
            "note.added", 3, Note, {1: lambda old: {"text": old["words"]}, 2: lambda old: {"person": "nobody", **old}}
        )
    })  # fmt: skip

    def test_old_ones_are_lifted_step_by_step(self, store: Store, now: datetime) -> None:
        Log(store, codec=self.old).append([Draft(_OldNote("one"))], now)  # type: ignore[arg-type]  # types of old
        Log(store, codec=self.middle).append([Draft(_MiddleNote("two"))], now)  # type: ignore[arg-type]  # types of old
        log = Log(store, codec=self.new)
        log.append([note("three")], now)
        assert [event.data for event in log.read()] == [Note("nobody", "one"), Note("nobody", "two"), Note("p1", "three")]
        assert log.verify() == []

    def test_what_a_newer_auld_wrote_is_not_guessed_at(self, store: Store, now: datetime) -> None:
        Log(store, codec=self.new).append([note("a")], now)
        with pytest.raises(ConfigurationWrong, match="newer"):
            list(Log(store, codec=self.old).read())
        with pytest.raises(ConfigurationWrong, match=r"note\.added"):
            list(Log(store, codec=Codec({})).read())

    def test_every_type_has_a_lifter_for_every_earlier_version(self) -> None:
        for event_type in TYPES.values():
            assert sorted(event_type.lifters) == list(range(1, event_type.version))


class TestDamage:
    def test_a_payload_that_is_no_json_is_named(self, log: Log, store: Store, now: datetime) -> None:
        log.append([note("a"), note("b")], now)
        unguard(store, "payloads")
        with store.write() as connection:
            connection.exec_driver_sql(store.sql("UPDATE payloads SET data = ? WHERE position = 2"), (b"{",))
        with pytest.raises(ConfigurationWrong, match="event 2 "):
            list(log.read())


def unguard(store: Store, *tables: str) -> None:
    """What a fault of the disk, or somebody with a plan, does not have to do: take the guards away."""
    with store.write() as connection:
        for table in tables:
            for trigger in (f"{table}_keep_update", f"{table}_keep_delete"):
                on = f" ON {table}" if store.postgresql else ""
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}{on}")


class TestVerify:
    columns = (
        ("events", "type", "x"), ("events", "version", 2), ("events", "account", "x"), ("events", "ref", "x"),
        ("events", "revision", 7), ("events", "recorded_at", 1), ("events", "occurred_at", 1), ("events", "occurred_at", None),
        ("events", "commitment", b"x" * 32), ("events", "chain", b"x" * 32), ("events", "position", 99),
        ("events", "position", -5), ("events", "owner", "x"),
        ("payloads", "salt", b"x" * 16), ("payloads", "data", b'{"person":"p2","text":"2"}'), ("payloads", "position", 99),
        ("payloads", "owner", "x"), ("bodies", "raw", b""), ("bodies", "position", 99), ("bodies", "owner", "x"),
    )  # fmt: skip

    @pytest.fixture
    def filled(self, log: Log, store: Store, now: datetime) -> Log:
        log.append([note(str(n), account="a", ref=f"/{n}", revision=1, occurred_at=now, raw=b"body") for n in range(1, 5)], now)
        assert log.verify() == []
        unguard(store, "events", "payloads", "bodies", "heads")
        return log

    @pytest.mark.parametrize(("table", "column", "value"), columns)
    def test_finds_what_was_changed_and_where(self, filled: Log, store: Store, table: str, column: str, value: object) -> None:
        with store.write() as connection:
            connection.exec_driver_sql(store.sql(f"UPDATE {table} SET {column} = ? WHERE position = 2"), (value,))
        assert any(line.startswith("2:") for line in filled.verify()), filled.verify()

    @pytest.mark.parametrize("table", ["events", "payloads", "bodies"])
    @pytest.mark.parametrize("position", [1, 2, 4])
    def test_finds_what_was_taken_out(self, filled: Log, store: Store, table: str, position: int) -> None:
        with store.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE position = {position}")
        assert filled.verify()

    @pytest.mark.parametrize("values", ["position = 3", "position = 5", "chain = commitment"])
    def test_finds_a_wrong_head(self, filled: Log, store: Store, values: str) -> None:
        with store.write() as connection:
            value = values.replace("commitment", "(SELECT commitment FROM events WHERE position = 1)")
            connection.exec_driver_sql(f"UPDATE heads SET {value}")
        assert len(filled.verify()) == 1

    def test_finds_a_missing_head(self, filled: Log, store: Store) -> None:
        with store.write() as connection:
            connection.exec_driver_sql("DELETE FROM heads")
        assert filled.verify() == ["the head is missing"]

    def test_finds_a_payload_that_nobody_recorded(self, filled: Log, store: Store) -> None:
        with store.write() as connection:
            connection.exec_driver_sql("INSERT INTO bodies SELECT owner, 50, raw FROM bodies WHERE position = 1")
        assert filled.verify() == ["50: a row in bodies belongs to no event"]

    def test_the_same_payload_never_has_the_same_commitment(self, log: Log, store: Store, now: datetime) -> None:
        log.append([note("same")] * 3, now)
        with store.read() as connection:
            rows = store.rows(connection, "SELECT commitment FROM events ORDER BY position")
        assert all(one != other for one, other in pairwise(rows))
