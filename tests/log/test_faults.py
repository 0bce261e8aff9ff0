"""What the world can do to a store, and what is said then: an error named by the reaction, never the driver's own."""

from __future__ import annotations

from datetime import datetime

import pytest

from auld.errors import ConfigurationWrong, TryLater
from auld.events import Draft, Note
from auld.log import Log
from auld.store import Store
from support.databases import Database, PostgresServer

BIG = [Draft(Note("p", "x" * 1000), raw=b"y" * 100_000)] * 100


class TestSqlite:
    def test_a_full_disk(self, sqlite: Database, now: datetime) -> None:
        log = Log(sqlite.open())
        with log.store.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        log.append([Draft(Note("p", "before"))], now)
        with pytest.raises(TryLater, match="no space left"), log.transaction() as tx:
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 10}")
            tx.append(BIG, now)
        assert [event.data.text for event in log.read()] == ["before"]
        assert log.verify() == []

    def test_a_file_damaged_while_in_use(self, sqlite: Database, now: datetime) -> None:
        store = sqlite.open()
        Log(store).append(BIG[:10], now)
        store.close()
        assert sqlite.path is not None
        data = bytearray(sqlite.path.read_bytes())
        data[100 : len(data)] = bytes(len(data) - 100)
        sqlite.path.write_bytes(data)
        with pytest.raises(ConfigurationWrong, match="damaged"):
            Log(sqlite.open()).head()


class TestPostgresql:
    def test_no_server(self) -> None:
        with pytest.raises(TryLater, match="not reached") as caught:
            Store.open("postgresql://auld:secret@127.0.0.1:1/auld")
        assert "secret" not in str(caught.value)

    def test_no_such_database(self, postgres: PostgresServer) -> None:
        with pytest.raises(ConfigurationWrong, match="does not exist"):
            Store.open(postgres.url("nobody-made-this"))

    def test_a_server_that_goes_away_and_comes_back(
        self, postgresql: Database, postgres: PostgresServer, now: datetime
    ) -> None:
        log = Log(postgresql.open())
        with pytest.raises(TryLater), log.transaction() as tx:
            postgres.disconnect()
            tx.append([Draft(Note("p", "lost"))], now)
        assert log.append([Draft(Note("p", "kept"))], now) == [1]

    def test_a_server_that_goes_away_in_the_middle_of_a_copy(
        self, postgresql: Database, postgres: PostgresServer, now: datetime
    ) -> None:
        log = Log(postgresql.open())
        log.append(BIG[:1], now)
        with pytest.raises(TryLater), log.transaction() as tx:
            postgres.disconnect()
            tx.append(BIG, now)
        assert log.head() == 1

    def test_text_that_it_cannot_hold_breaks_nothing(self, postgresql: Database, now: datetime) -> None:
        log = Log(postgresql.open())
        with pytest.raises(Exception, match="NUL"):
            log.append([Draft(Note("p", "a"), account="x", ref="a\0b", revision=1)], now)
        assert log.append([Draft(Note("p", "b\0c"))], now) == [1]
        assert next(log.read()).data.text == "b\0c"
