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
from auld.outbox import Missing
from auldd.clock import SystemClock
from auldd.loop import READ_DEADLINE, Loop
from auldd.pulling import Outcome
from auldd.reports import AccountReport
from auldd.systemd import Notifier

HOME = Collection("/home/", "Home", frozenset())

PATIENCE = 20.0
"""Seconds after which a test gives up waiting for a thread; never waited for when all is well."""


class Bench:
    """A workshop whose accounts do what the test says. Keeps what happened."""

    def __init__(self, accounts: dict[str, Callable[[Callable[[], bool]], Outcome]]) -> None:
        self._accounts = accounts
        self.turns: list[list[str]] = []
        self.turned = threading.Event()
        self.reads: dict[str, int] = dict.fromkeys(accounts, 0)

    @property
    def accounts(self) -> list[str]:
        return list(self._accounts)

    def read(self, name: str, cancelled: Callable[[], bool]) -> tuple[Outcome, datetime]:
        self.reads[name] += 1
        return self._accounts[name](cancelled), datetime.now(UTC) + timedelta(hours=1)

    def turn(self, missing: list[Missing], cancelled: Callable[[], bool]) -> datetime:
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
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    hanging, release = threading.Event(), threading.Event()

    def hang(_: Callable[[], bool]) -> Outcome:
        hanging.set()
        release.wait(PATIENCE)
        return well("hang")(_)

    with running(Loop(Bench({"hang": hang}), clock, Notifier({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000"}))):
        assert hanging.wait(PATIENCE)
        clock.advance(READ_DEADLINE + timedelta(seconds=1))
        while sock.recv(4096) != b"STATUS=hanging: hang":
            pass
        assert sock.recv(4096) == b"STATUS=hanging: hang"  # and no sign of life between
        release.set()
