"""Erasure: what is erased is gone for good, everything else stays provable."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from auld.erasure import erase
from auld.errors import StoreBusy
from auld.events import Draft, Erased, Note
from auld.log import Log
from auld.store import Store
from support.databases import Database

SECRET = "a-name-to-be-forgotten"


class TestErasure:
    @pytest.fixture
    def filled(self, log: Log, now: datetime) -> Log:
        log.append([Draft(Note("p", f"{SECRET}-{n}"), raw=f"{SECRET} {n}".encode()) for n in range(1, 6)], now)
        return log

    def test_takes_payload_salt_and_body_and_says_so(self, filled: Log, store: Store, now: datetime) -> None:
        assert erase(filled, [2, 4], now) == [2, 4]
        assert [event.position for event in filled.read()] == [1, 3, 5, 6]
        assert next(filled.read(after=5)).data == Erased((2, 4))
        assert filled.raw(2) is None
        assert filled.raw(3) == f"{SECRET} 3".encode()
        assert filled.verify() == []
        with store.read() as connection:
            assert store.rows(connection, "SELECT * FROM erasing") == []

    def test_twice_is_once(self, filled: Log, now: datetime) -> None:
        erase(filled, [2], now)
        assert erase(filled, [2, 2], now) == []
        assert filled.head() == 6

    def test_nothing_is_left_in_the_files(self, filled: Log, database: Database, now: datetime) -> None:
        erase(filled, range(1, 6), now)
        if database.path is not None:
            assert all(SECRET.encode() not in file.read_bytes() for file in database.path.parent.iterdir())
        assert [event.type for event in filled.read()] == ["erasure.recorded"]

    def test_a_reader_in_the_way_is_told_of_and_doing_it_again_helps(self, sqlite: Database, now: datetime) -> None:
        log = Log(sqlite.open(patience=0.05))
        log.append([Draft(Note("p", SECRET))], now)
        with sqlite.open().read() as reader:
            reader.exec_driver_sql("SELECT * FROM payloads").fetchall()
            with pytest.raises(StoreBusy):
                erase(log, [1], now)
        assert erase(log, [1], now) == []
        assert sqlite.path is not None
        assert all(SECRET.encode() not in file.read_bytes() for file in sqlite.path.parent.iterdir())
        assert log.head() == 2

    @pytest.mark.parametrize("position", [0, 99])
    def test_a_position_that_is_not_there_erases_nothing(self, filled: Log, now: datetime, position: int) -> None:
        with pytest.raises(ValueError, match="that are there"):
            erase(filled, [1, position], now)
        assert len(list(filled.read())) == 5
        assert filled.verify() == []

    def test_the_record_of_an_erasure_stays(self, filled: Log, now: datetime) -> None:
        erase(filled, [1], now)
        with pytest.raises(ValueError, match="record no erasure"):
            erase(filled, [6], now)

    def test_opens_the_guard_for_nothing_else(self, filled: Log, store: Store, now: datetime) -> None:
        erase(filled, [1], now)
        with pytest.raises(IntegrityError, match="append-only"), store.write() as connection:
            connection.exec_driver_sql("DELETE FROM payloads WHERE position = 3")

    def test_other_owners_keep_theirs(self, filled: Log, store: Store, now: datetime) -> None:
        other = Log(store, "ana")
        other.append([Draft(Note("p", "mine"), raw=b"mine")], now)
        erase(filled, [1], now)
        assert [event.data.text for event in other.read()] == ["mine"]
        assert other.raw(1) == b"mine"
        assert other.verify() == []

    def test_what_vanished_without_a_record_is_reported(self, filled: Log, store: Store, now: datetime) -> None:
        with store.write() as connection:
            connection.exec_driver_sql("INSERT INTO erasing VALUES ('me', 3)")
            connection.exec_driver_sql("DELETE FROM payloads WHERE position = 3")
        assert filled.verify() == ["3: its payload is missing, and no erasure is on record"]
