"""The loop: who is read when, what a hanging or failing worker does to the others, and how it stops."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from auld.clock import FixedClock
from auld.contract import Collection
from auld.errors import TryLater
from auld.outbox import Missing
from auldd.clock import SystemClock
from auldd.loop import FIRST_TURN, READ_DEADLINE, Alarm, Loop, Orders
from auldd.pulling import Outcome
from auldd.reports import AccountReport
from auldd.systemd import Notifier

HOME = Collection("/home/", "Home", frozenset())

PATIENCE = 20.0
"""Seconds after which a test gives up waiting for a thread; never waited for when all is well."""


class Bench:
    """A workshop whose accounts do what the test says. Keeps what happened."""

    def __init__(self, accounts: dict[str, Callable[[Callable[[], bool]], Outcome]], until: int = 1) -> None:
        """An account is read again at once until it was read ``until`` times."""
        self._accounts = accounts
        self._until = until
        self.turns: list[list[str]] = []
        self.turned = threading.Event()
        self.reads: dict[str, int] = dict.fromkeys(accounts, 0)
        self.left: list[str] = []
        self.unread = threading.Event()
        self.remembered = self.closed = 0

    @property
    def accounts(self) -> list[str]:
        return list(self._accounts)

    def read(self, name: str, cancelled: Callable[[], bool]) -> tuple[Outcome, datetime]:
        self.reads[name] += 1
        again = datetime.now(UTC) + timedelta(hours=1) if self.reads[name] >= self._until else datetime(2000, 1, 1, tzinfo=UTC)
        return self._accounts[name](cancelled), again

    def leave(self, name: str) -> None:
        self.left.append(name)

    def news(self) -> bool:
        return self.unread.is_set()

    def remember(self) -> None:
        self.remembered += 1

    def close(self) -> None:
        self.closed += 1

    def turn(self, missing: list[Missing], cancelled: Callable[[], bool]) -> datetime:
        self.unread.clear()
        self.turns.append([entry.ref for entry in missing])
        self.turned.set()
        return datetime.now(UTC) + timedelta(hours=1)

    def status(self) -> str:
        return "all well"


def well(name: str, events: int = 0, missing: tuple[str, ...] = ()) -> Callable[[Callable[[], bool]], Outcome]:
    return lambda _: Outcome(
        AccountReport(name, ok=True, events=events), "ok", missing_ours=[Missing("home", HOME, ref) for ref in missing]
    )


@contextmanager
def running(loop: Loop) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        loop.end("stop")
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def service_manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """The receiving end of sd_notify, as systemd has it."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(path)
        sock.settimeout(PATIENCE)
        yield sock, path


def test_nothing_is_planned_before_every_account_was_tried_once() -> None:
    gate = threading.Event()

    def slow(_: Callable[[], bool]) -> Outcome:
        assert gate.wait(PATIENCE)
        assert bench.turns == []
        return well("slow")(_)

    bench = Bench({"quick": well("quick", events=3), "slow": slow})
    with running(Loop(bench, SystemClock(), Notifier({}))):
        gate.set()
        assert bench.turned.wait(PATIENCE)
    assert len(bench.turns) == 1


def test_entries_that_went_missing_reach_the_turn() -> None:
    bench = Bench({"home": well("home", missing=("a.ics",))})
    with running(Loop(bench, SystemClock(), Notifier({}))):
        assert bench.turned.wait(PATIENCE)
    assert bench.turns == [["a.ics"]]


def test_an_account_that_raises_does_not_stop_the_others() -> None:
    good_done = threading.Event()

    def bad(_: Callable[[], bool]) -> Outcome:
        raise OSError("the disk is full")

    def good(_: Callable[[], bool]) -> Outcome:
        good_done.set()
        return well("good", events=1)(_)

    bench = Bench({"bad": bad, "good": good})
    with running(Loop(bench, SystemClock(), Notifier({}))) as thread:
        assert good_done.wait(PATIENCE)
        assert thread.is_alive()


def test_it_stops_within_five_seconds_although_a_worker_hangs() -> None:
    hanging, release = threading.Event(), threading.Event()

    def hang(_: Callable[[], bool]) -> Outcome:
        hanging.set()
        release.wait(PATIENCE)
        return well("hang")(_)

    loop = Loop(Bench({"hang": hang}), SystemClock(), Notifier({}))
    with running(loop) as thread:
        assert hanging.wait(PATIENCE)
        began = monotonic()
        loop.end("stop")
        thread.join(PATIENCE)
        took = monotonic() - began
        release.set()
    assert took < 5


def test_a_reload_ends_the_run_and_says_which() -> None:
    loop = Loop(Bench({"home": well("home")}), SystemClock(), Notifier({}))
    loop.end("reload")
    assert loop.run() == "reload"


def test_systemd_hears_ready_then_life_then_stopping(service_manager: tuple[socket.socket, str]) -> None:
    sock, path = service_manager
    notifier = Notifier({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000"})
    with running(Loop(Bench({"home": well("home")}), SystemClock(), notifier)):
        assert sock.recv(4096).startswith(b"READY=1\nSTATUS=all well")
        while sock.recv(4096) != b"WATCHDOG=1":
            pass
    while not sock.recv(4096).startswith(b"STOPPING=1"):
        pass


def test_a_worker_over_its_deadline_silences_the_watchdog(service_manager: tuple[socket.socket, str]) -> None:
    sock, path = service_manager
    hanging, release = threading.Event(), threading.Event()
    awake = [0.0]

    def hang(_: Callable[[], bool]) -> Outcome:
        hanging.set()
        release.wait(PATIENCE)
        return well("hang")(_)

    notifier = Notifier({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000"})
    with running(Loop(Bench({"hang": hang}), SystemClock(), notifier, elapsed=lambda: awake[0])):
        assert hanging.wait(PATIENCE)
        awake[0] += READ_DEADLINE.total_seconds() + 1
        while sock.recv(4096) != b"STATUS=hanging: hang":
            pass
        sock.settimeout(0.2)  # twenty ticks
        with pytest.raises(TimeoutError):
            sock.recv(4096)
        release.set()


def test_a_wall_clock_that_is_set_makes_nobody_hang(service_manager: tuple[socket.socket, str]) -> None:
    sock, path = service_manager
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    reading, release = threading.Event(), threading.Event()

    def slow(_: Callable[[], bool]) -> Outcome:
        reading.set()
        release.wait(PATIENCE)
        return well("slow")(_)

    with running(Loop(Bench({"slow": slow}), clock, Notifier({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000"}))):
        assert reading.wait(PATIENCE)
        clock.advance(timedelta(days=365))
        for _ in range(5):
            while (heard := sock.recv(4096)) != b"WATCHDOG=1":
                assert b"hanging" not in heard
        release.set()


def test_an_alarm_rings_by_the_wall_clock_or_by_the_time_that_passed() -> None:
    clock, awake = FixedClock(datetime(2026, 3, 2, tzinfo=UTC)), [100.0]
    alarm = Alarm(clock.now() + timedelta(hours=1), clock, lambda: awake[0])
    assert alarm.left() == 3600
    clock.advance(timedelta(minutes=20))  # the machine slept
    assert alarm.left() == 2400
    clock.advance(timedelta(days=-3650))  # somebody set the clock right, by ten years
    awake[0] += 1800
    assert alarm.left() == 1800
    awake[0] += 1800
    assert alarm.left() == 0


def test_what_somebody_else_put_into_the_log_is_acted_on() -> None:
    gate, done = threading.Event(), threading.Event()

    def quiet(_: Callable[[], bool]) -> Outcome:
        if bench.reads["quiet"] == 2:
            assert gate.wait(PATIENCE)
        done.set()
        return well("quiet")(_)

    bench = Bench({"quiet": quiet}, until=2)
    with running(Loop(bench, SystemClock(), Notifier({}))):
        assert bench.turned.wait(PATIENCE)
        bench.turned.clear()
        bench.unread.set()
        gate.set()
        assert bench.turned.wait(PATIENCE)


def test_an_account_that_is_well_again_is_a_reason_to_turn() -> None:
    def shaky(_: Callable[[], bool]) -> Outcome:
        ok = bench.reads["shaky"] == 2
        if ok:
            assert bench.turned.wait(PATIENCE)
            bench.turned.clear()
        return Outcome(AccountReport("shaky", ok=ok), "ok" if ok else "waiting")

    bench = Bench({"shaky": shaky}, until=2)
    with running(Loop(bench, SystemClock(), Notifier({}))):
        while len(bench.turns) < 2:
            assert bench.turned.wait(PATIENCE)


def test_an_account_that_takes_too_long_does_not_hold_up_the_others_for_ever() -> None:
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    release = threading.Event()

    def slow(_: Callable[[], bool]) -> Outcome:
        release.wait(PATIENCE)
        return well("slow")(_)

    def quick(_: Callable[[], bool]) -> Outcome:
        if bench.reads["quick"] == 2:
            clock.advance(FIRST_TURN)
        if bench.reads["quick"] == 3:
            assert bench.turned.wait(PATIENCE)
            bench.turned.clear()
        return well("quick", events=1)(_)

    bench = Bench({"quick": quick, "slow": slow}, until=3)
    with running(Loop(bench, clock, Notifier({}))):
        while len(bench.turns) < 2:
            assert bench.turned.wait(PATIENCE)
        release.set()


def test_trouble_in_a_turn_or_in_what_follows_is_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    class Shaky(Bench):
        def status(self) -> str:
            if len(self.turns) == 1:
                raise TryLater("no space left for the store")
            return "all well"

    def source(_: Callable[[], bool]) -> Outcome:
        if bench.reads["home"] == 2:
            assert bench.turned.wait(PATIENCE)
            bench.turned.clear()
        return well("home", events=1)(_)

    bench = Shaky({"home": source}, until=2)
    with running(Loop(bench, SystemClock(), Notifier({}))):
        while len(bench.turns) < 2:
            assert bench.turned.wait(PATIENCE)
    assert "planning and delivering: no space left for the store" in caplog.text


def test_every_thread_gives_back_what_it_holds() -> None:
    bench = Bench({"home": well("home"), "people": well("people")})
    with running(Loop(bench, SystemClock(), Notifier({}))):
        assert bench.turned.wait(PATIENCE)
    assert (sorted(bench.left), bench.remembered, bench.closed) == (["home", "people"], 1, 1)


def test_an_order_to_stop_is_not_lost_between_two_loops(service_manager: tuple[socket.socket, str]) -> None:
    orders = Orders()
    for order in ("reload", "stop", "reload"):
        orders.give(order)
    sock, path = service_manager
    bench = Bench({"home": well("home")})
    for _ in range(2):
        assert Loop(bench, SystemClock(), Notifier({"NOTIFY_SOCKET": path}), orders).run() == "stop"
        assert sock.recv(4096).startswith(b"STOPPING=1")
    assert bench.reads == {"home": 0}


def test_the_journal_hears_what_came_in_and_how_accounts_fare_and_no_reasons(caplog: pytest.LogCaptureFixture) -> None:
    outcomes = iter(
        [
            Outcome(AccountReport("home", ok=True, items=9, events=3), "ok"),
            Outcome(AccountReport("home", error="Ana Lima's card"), "waiting"),
            Outcome(AccountReport("home", error="Ana Lima's card"), "waiting"),
            Outcome(AccountReport("home", ok=True), "ok"),
        ]
    )
    told = threading.Event()

    def read(cancelled: Callable[[], bool]) -> Outcome:
        if bench.reads["home"] < 5:
            return next(outcomes)
        told.set()
        return well("home")(cancelled)

    bench = Bench({"home": read}, until=5)
    caplog.set_level("INFO", logger="auldd.loop")
    with running(Loop(bench, SystemClock(), Notifier({}))):
        assert told.wait(PATIENCE)
    assert caplog.messages == [
        "account home: 3 events from 9 items",
        "account home: waiting (`auld status` says why)",
        "account home: ok again",
    ]
