"""A turn that would find the same as the last one, nothing to do, is spared; whatever may change that ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from auld.clock import FixedClock
from auld.contract import Collection, Entry
from auld.errors import TryLater
from auld.events import Note
from auld.projections.view import View
from auld.projections.views import PersonView
from auld.reasons.base import Proposal
from auld.reasons.cadence import Cadence
from auldd import config
from auldd.config import Config
from auldd.credentials import Vault
from auldd.plugins import Registry
from auldd.reports import OnceReport
from auldd.wiring import App
from support.small_world import CONFIG, World, card, meeting

MONDAY = date(2026, 3, 2)


class Stubborn(World):
    """Takes no new entry while it ``refuses``."""

    refuses = False

    def create(self, collection: Collection, entry: Entry) -> None:
        if self.refuses:
            raise TryLater("the calendar is locked")
        super().create(collection, entry)


class Counting:
    """A reason that wants nothing and counts how often it is asked."""

    id: ClassVar[str] = "counting"
    summary: ClassVar[str] = "counts"

    def __init__(self) -> None:
        self.asked = 0

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        self.asked += 1
        return iter(())


@pytest.fixture
def world() -> Stubborn:
    made = Stubborn()
    made.put(card("Ana Lima", "ana@example.net", categories=("clients",)))
    made.put(card("Bruno Sá", "bruno@example.net", categories=("clients",)))
    made.put(meeting("Lunch", MONDAY, "ana@example.net"))
    return made


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))


@pytest.fixture
def read(world: World, counting: Counting, tmp_path: Path) -> Callable[[str], Config]:
    registry = Registry({"memory": world}, [Cadence(), counting], [], [("test", "1")])
    return lambda text: config.parse(text, tmp_path / "c.yaml", registry, tmp_path, Vault({}))


@pytest.fixture
def settled(read: Callable[[str], Config], clock: FixedClock, counting: Counting) -> Config:
    """A configuration whose world has been read, planned and looked over until nothing was left to do."""
    made = read(CONFIG)
    for _ in range(3):
        once(made, clock)
    counting.asked = 0
    return made


def once(made: Config, clock: FixedClock) -> OnceReport:
    with App(made, clock) as app:
        return app.once()


def test_nobody_is_asked_again_while_nothing_changes(settled: Config, clock: FixedClock, counting: Counting) -> None:
    report = once(settled, clock)
    assert counting.asked == 0
    assert [account.ok for account in report.accounts] == [True]


def test_what_is_read_is_planned_for(settled: Config, clock: FixedClock, counting: Counting, world: World) -> None:
    world.put(card("Carla Reis", "carla@example.net", categories=("clients",)))
    once(settled, clock)
    assert counting.asked > 0


def test_what_the_user_says_is_planned_for(settled: Config, clock: FixedClock, counting: Counting) -> None:
    with App(settled, clock) as app:
        app.append(Note(next(iter(app.view().people())).id, "rang"))
    once(settled, clock)
    assert counting.asked > 0


def test_a_deleted_entry_is_looked_at(settled: Config, clock: FixedClock, world: World) -> None:
    with App(settled, clock) as app:
        states = [follow_up.state for follow_up in app.view().follow_ups()]
    assert states == ["written"]
    world.objects["memory:tasks"].clear()
    once(settled, clock)
    with App(settled, clock) as app:
        states = [follow_up.state for follow_up in app.view().follow_ups()]
    assert states == ["dismissed"]


@pytest.mark.parametrize(
    ("later", "asked"),
    [(timedelta(minutes=30), False), (timedelta(hours=4), True), (timedelta(days=1), True), (-timedelta(days=1), True)],
    ids=["the meeting is not over", "the meeting is over", "another day", "the clock was set back"],
)
def test_time_that_changes_an_answer_ends_it(
    settled: Config, clock: FixedClock, counting: Counting, later: timedelta, asked: bool
) -> None:
    clock.advance(later)
    once(settled, clock)
    assert (counting.asked > 0) is asked


@pytest.mark.parametrize("line", ["horizon: 3w\n", "budget: {per_day: 1, per_week: 1}\n", "quiet: {weekdays: [mon]}\n"])
def test_another_setting_ends_it(
    settled: Config, read: Callable[[str], Config], clock: FixedClock, counting: Counting, line: str
) -> None:
    once(read(CONFIG + line), clock)
    assert counting.asked > 0


def test_another_alarm_or_plugin_ends_it(settled: Config, clock: FixedClock, counting: Counting) -> None:
    assert settled.write_to is not None
    once(replace(settled, write_to=replace(settled.write_to, alarm="09:00")), clock)
    assert counting.asked > 0
    once(settled, clock)
    counting.asked = 0
    settled.registry.plugins.append(("another", "1"))
    once(settled, clock)
    assert counting.asked > 0


def test_what_could_not_be_written_is_tried_again(read: Callable[[str], Config], clock: FixedClock, world: Stubborn) -> None:
    made = read(CONFIG)
    world.refuses = True
    assert [once(made, clock).written for _ in range(3)] == [0, 0, 0]
    world.refuses = False
    clock.advance(timedelta(hours=1))
    assert once(made, clock).written > 0
