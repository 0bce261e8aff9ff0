"""kill -9 at every statement boundary: nothing is half done, and doing it again does it once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auld.contract import Batch
from auld.erasure import erase
from auld.events import Draft, Note, Written
from auld.intake import Intake
from auld.log import Log
from auld.migrations import MIGRATIONS, migrate
from auld.store import Store
from support.crash import survives
from support.databases import Database
from support.intake import ACCOUNT, COLLECTION, item

Work = Callable[[Store], object]
BEFORE = [item("/gone-1"), item("/gone-2"), item("/changed", "old")]
PAGES = (
    Batch([item("/new"), item("/bad", problem="no FN")], cursor="page 1"),
    Batch([item("/changed", "new")], gone=["/gone-1", "/gone-2"], cursor="page 2"),
)
WRITTEN = Written(key="k", collection=COLLECTION, form="task", day="2026-03-09", title="Ana", description="")


def prepare(store: Store, now: datetime) -> None:
    intake = Intake(Log(store))
    intake.take(ACCOUNT, COLLECTION, Batch(BEFORE, cursor="start"), now)
    intake.finish(ACCOUNT, COLLECTION, now)


def pull(store: Store, now: datetime) -> None:
    intake = Intake(Log(store))
    intake.known(ACCOUNT, COLLECTION)
    for page in PAGES:
        intake.take(ACCOUNT, COLLECTION, page, now)
    intake.finish(ACCOUNT, COLLECTION, now)


def story(log: Log) -> list[tuple[str, str]]:
    return [(event.type, event.ref) for event in log.read()]


def consistent(store: Store) -> None:
    """The log is sound, and the working tables say what it says."""
    log = Log(store)
    assert log.verify() == []
    with store.read() as connection:
        revisions = dict(store.rows(connection, "SELECT ref, revision FROM items"))
        logged = dict(store.rows(connection, "SELECT ref, MAX(revision) FROM events WHERE revision > 0 GROUP BY ref"))
        present = {ref for (ref,) in store.rows(connection, "SELECT ref FROM items WHERE present")}
        payloads = store.rows(connection, "SELECT COUNT(*) FROM payloads")
    assert revisions == logged
    last = {event.ref: event.type for event in log.read() if event.ref}
    assert present == {ref for ref, kind in last.items() if kind not in ("item.gone", "follow_up.dismissed")}
    assert payloads == [(len(story(log)),)]


def die_everywhere(database: Database, work: Work, check: Work) -> None:
    """Start ``work`` again and again, dying one boundary later each time, until it is through."""
    for number in range(1, 200):
        done = survives(lambda: Store.open(database.url), number, work)
        with Store.open(database.url) as store:
            consistent(store)
            check(store)
        if done:
            assert number > 5, "it hardly did anything"
            return
    pytest.fail("it never got through")


class TestKilled:
    """Every run goes on with what the one before, killed a boundary earlier, left behind."""

    def test_in_a_pull(self, database: Database, now: datetime) -> None:
        with Store.open(database.url) as store:
            prepare(store, now)
        later = now + timedelta(minutes=1)

        def check(store: Store) -> None:
            cursor = Intake(Log(store)).state(ACCOUNT, COLLECTION).cursor
            told = [ref for _, ref in story(Log(store))[3:]]
            assert told == ["/new", "/bad", "/changed", "/gone-1", "/gone-2"][: len(told)]
            assert len(told) in {"start": (0,), "page 1": (2, 3), "page 2": (5,)}[str(cursor)]

        die_everywhere(database, lambda store: pull(store, later), check)

    def test_in_a_pull_that_starts_afresh_each_time(self, tmp_path: Path, now: datetime) -> None:
        start, path = tmp_path / "start.db", tmp_path / "again.db"
        with Store.open(f"sqlite:///{start}") as store:
            prepare(store, now)
        for number in range(1, 200):
            for old in tmp_path.glob("again.db*"):
                old.unlink()
            shutil.copy(start, path)
            done = survives(lambda: Store.open(f"sqlite:///{path}"), number, lambda store: pull(store, now))
            with Store.open(f"sqlite:///{path}") as store:
                consistent(store)
                pull(store, now + timedelta(minutes=1))
                consistent(store)
                assert [ref for _, ref in story(Log(store))[3:]] == ["/new", "/bad", "/changed", "/gone-1", "/gone-2"]
                assert Intake(Log(store)).state(ACCOUNT, COLLECTION).cursor == "page 2"
            if done:
                return
        pytest.fail("it never got through")

    def test_while_a_receipt_is_written(self, database: Database, now: datetime) -> None:
        entry = item("/ours.ics")

        def work(store: Store) -> None:
            log = Log(store)
            intake = Intake(log)
            if not intake.is_current(ACCOUNT, entry):
                with log.transaction() as tx:
                    intake.record_write(tx, ACCOUNT, COLLECTION, entry, WRITTEN, now)

        def check(store: Store) -> None:
            assert story(Log(store)) in ([], [("follow_up.written", "/ours.ics")])

        die_everywhere(database, work, check)

    def test_while_a_dismissal_is_written(self, database: Database, now: datetime) -> None:
        with Store.open(database.url) as store, (log := Log(store)).transaction() as tx:
            Intake(log).record_write(tx, ACCOUNT, COLLECTION, item("/ours.ics"), WRITTEN, now)

        def check(store: Store) -> None:
            assert [kind for kind, _ in story(Log(store))] in (
                ["follow_up.written"], ["follow_up.written", "follow_up.dismissed"]
            )  # fmt: skip

        die_everywhere(database, lambda store: Intake(Log(store)).dismiss(ACCOUNT, "/ours.ics", now), check)

    def test_in_an_erasure(self, database: Database, now: datetime) -> None:
        with Store.open(database.url) as store:
            Log(store).append([Draft(Note("p", str(n)), raw=b"body") for n in range(3)], now)
        for number in range(1, 100):
            done = survives(lambda: Store.open(database.url), number, lambda store: erase(Log(store), [1, 3], now))
            with Store.open(database.url) as store:
                assert Log(store).verify() == []
                assert [event.position for event in Log(store).read()] in ([1, 2, 3], [2, 4])
            if done:
                return
        pytest.fail("it never got through")

    def test_while_the_schema_is_made(self, tmp_path: Path) -> None:
        path = tmp_path / "auld.db"
        for number in range(1, 200):
            done = survives(lambda: Store.open(f"sqlite:///{path}", migrations=()), number, _migrate)
            with closing(sqlite3.connect(path)) as connection:
                tables = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            assert (tables > 0) is done, f"half a schema after {number} boundaries"
            if done:
                Store.open(f"sqlite:///{path}").close()
                return
        pytest.fail("it never got through")


def _migrate(store: Store) -> None:
    with store.write() as connection:
        migrate(connection, MIGRATIONS)
