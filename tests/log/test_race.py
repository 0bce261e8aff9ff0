"""Two processes append, a reader follows: positions come without gaps, and no reader ever sees one before its time."""

from __future__ import annotations

from datetime import datetime

from auld.events import Draft, Note
from auld.log import Log
from auld.store import Store
from support.crash import Child
from support.databases import Database

ROUNDS = 60


def write(url: str, name: str, now: datetime) -> None:
    """Transactions of one to three events; every fourth is rolled back."""
    with Store.open(url) as store:
        log = Log(store)
        for number in range(ROUNDS):
            drafts = [Draft(Note(name, f"{number}.{part}")) for part in range(1 + number % 3)]
            try:
                with log.transaction() as tx:
                    tx.append(drafts, now)
                    if number % 4 == 3:
                        raise InterruptedError
            except InterruptedError:
                continue


def test_two_writers_and_a_reader(database: Database, now: datetime) -> None:
    database.open().close()
    writers = [Child(lambda name=name: write(database.url, name, now)) for name in ("one", "two")]  # type: ignore[misc]
    log = Log(database.open())
    seen: list[tuple[int, str, str]] = []
    running = list(writers)
    while True:
        running = [writer for writer in running if writer.running()]
        for event in log.read(after=len(seen)):
            seen.append((event.position, event.data.person, event.data.text))
            assert event.position == len(seen), "the reader met a gap"
        if not running:
            break
    assert [(event.position, event.data.person, event.data.text) for event in log.read()] == seen
    for name in ("one", "two"):
        expected = [f"{n}.{part}" for n in range(ROUNDS) if n % 4 != 3 for part in range(1 + n % 3)]
        assert [text for _, person, text in seen if person == name] == expected
    assert log.verify() == []
