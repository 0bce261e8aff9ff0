"""The projector: catching up, snapshots, rebuilding, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from auld.events import Draft, Erased, Note
from auld.log import Log
from auld.observations import Contact
from auld.policy import Policy
from auld.projections.runner import Projector
from auld.store import Store

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture
def log(store: Store) -> Log:
    log = Log(store)
    log.append([Draft(Policy()), Draft(Contact("Ana Lima", "ana"), "book", "/1", 1)], NOW)
    return log


def notes(log: Log, count: int) -> None:
    log.append([Draft(Note("p", f"{n}")) for n in range(count)], NOW)


def test_catching_up_takes_in_what_came_since(log: Log) -> None:
    projector = Projector(log)
    state = projector.catch_up()
    assert state.position == 2 and len(state.people.cards) == 1
    notes(log, 3)
    assert projector.catch_up() is state
    assert state.position == 5 == log.head()


def test_a_snapshot_saves_reading_the_log(log: Log) -> None:
    first = Projector(log)
    first.catch_up()
    assert first.save(force=True) and not first.save(force=True)
    notes(log, 1)
    told: list[int] = []
    again = Projector(log)
    again.catch_up()
    assert again.state is not None and again.state.digest() == Projector(log).rebuild(lambda at, _: told.append(at)).digest()
    assert told == [3] and not again.differs()


def test_snapshots_are_written_when_they_are_worth_it(log: Log) -> None:
    projector = Projector(log)
    projector.catch_up()
    assert not projector.save()
    notes(log, 998)
    projector.catch_up()
    assert projector.save()
    notes(log, 49)
    projector.catch_up()
    assert not projector.save()
    notes(log, 10)
    projector.catch_up()
    assert projector.save()


@pytest.mark.parametrize(("column", "value"), [("code", "other"), ("data", b"damaged"), ("position", 99)])
def test_a_snapshot_that_does_not_fit_is_passed_over(log: Log, store: Store, column: str, value: object) -> None:
    projector = Projector(log)
    expected = projector.catch_up().digest()
    projector.catch_up().acts.notes["p"] = []
    projector.save(force=True)
    assert Projector(log).catch_up().digest() != expected, "as long as it fits, it is believed"
    with store.write() as connection:
        connection.execute(text(f"UPDATE snapshots SET {column} = :value"), {"value": value})
    assert Projector(log).catch_up().digest() == expected


def test_differs_tells_when_the_live_state_is_not_what_the_log_says(log: Log) -> None:
    projector = Projector(log)
    assert not projector.differs()
    projector.catch_up().acts.notes["p"] = []
    assert projector.differs()


def test_an_erasure_has_the_state_built_anew(log: Log, store: Store) -> None:
    projector = Projector(log)
    notes(log, 2)
    before = projector.catch_up()
    log.append([Draft(Erased((3,)))], NOW)
    assert projector.catch_up() is not before
    assert projector.catch_up().position == log.head()


def test_owners_do_not_see_each_other(log: Log, store: Store) -> None:
    projector = Projector(log)
    projector.catch_up()
    projector.save(force=True)
    assert Projector(Log(store, "other")).catch_up().position == 0
