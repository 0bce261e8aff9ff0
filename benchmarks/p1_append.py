"""P1: what the production path of appending costs, against the smallest honest program that writes the same rows.

The floor has the same tables, indices and triggers, opens the same transactions, and writes the same rows with ``sqlite3``
and ``orjson`` alone. It does not look anything up, and it seals nothing: salts, commitments and chain values are constants.
CPU is this process's own (``time.process_time``); limits are ratios inside one run.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import orjson

from auld.contract import Batch, Item
from auld.events import Draft, Note
from auld.intake import Intake
from auld.log import Log
from auld.observations import Attendee, Happening, Meeting
from auld.store import Store
from benchmarks.costs import memory, scratch

COUNT = 100_000
BATCH = 1_000
COMMITS = 300
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STAMP = 1_772_445_600_000_000
RAW = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n" * 5
_32 = bytes(32)

_EVENTS = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PAYLOADS = "INSERT INTO payloads VALUES (?, ?, ?, ?)"
_BODIES = "INSERT INTO bodies VALUES (?, ?, ?)"
_ITEMS = "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def run(count: int = COUNT) -> list[tuple[str, str, float, float, str]]:
    """Goal, what was measured, the figure, the limit, and that it is an upper one."""
    with scratch() as folder:
        batches = list(_batches(count))
        store = Store.open(f"sqlite:///{folder / 'auld.db'}")
        before = _reset_peak()
        first = _cpu(lambda: _ingest(store, batches, NOW))
        grown = memory("VmHWM") - before
        probe = _raw(folder / "auld.db")
        version = _data_version(probe)
        again = _cpu(lambda: _ingest(store, batches, NOW + timedelta(minutes=5)))
        written = float(_data_version(probe) != version)
        probe.close()
        plain = [[msgspec.to_builtins(item.observation) for item in batch.items] for batch in batches]
        floor = _cpu(lambda: _floor(folder / "floor.db", batches, plain))
        commit = _durable(store) / _durable_floor(folder / "floor.db")
        store.close()
    figures = [
        (f"append {count} events, CPU against the floor", first / floor, 1.6),
        ("one durable commit, wall against the floor", commit, 2.5),
        (f"offer {count} known events again, CPU against the first ingest", again / first, 0.8),
        ("commits that changed anything when they are offered again", written, 0),
        ("peak memory beyond the batches themselves, MB", grown, 40),
    ]
    return [("P1", what, figure, limit, "max") for what, figure, limit in figures]


def _meeting(number: int) -> Meeting:
    return Meeting(
        uid=f"{number}@example.org",
        main=Happening(
            start="2026-03-02T12:00:00", end="2026-03-02T13:00:00", zone="Europe/Lisbon", title=f"Lunch {number}",
            attendees=(Attendee("ana@example.org", "Ana Lima"), Attendee("bo@example.org", "Bo Berg")),
        ),
    )  # fmt: skip


def _batches(count: int) -> Iterator[Batch]:
    for start in range(0, count, BATCH):
        items = [
            Item(f"/cal/{n:08}.ics", f'"{n}"', _meeting(n), RAW, f"{n:064x}") for n in range(start, min(start + BATCH, count))
        ]
        yield Batch(items=items, cursor=f"token-{min(start + BATCH, count)}")


def _ingest(store: Store, batches: list[Batch], now: datetime) -> None:
    intake = Intake(Log(store))
    for batch in batches:
        known = Batch(items=batch.items, cursor=batch.cursor if now == NOW else None)
        intake.take("home", "https://dav.example.org/cal/", known, now)
    intake.finish("home", "https://dav.example.org/cal/", now)


def _floor(path: Path, batches: list[Batch], plain: list[list[Any]]) -> None:
    Store.open(f"sqlite:///{path}").close()  # the same tables and triggers
    connection = _raw(path)
    connection.execute("INSERT INTO heads VALUES ('me', 0, ?)", (_32,))
    position = 0
    for batch, values in zip(batches, plain, strict=True):
        events, payloads, bodies, items = [], [], [], []
        for item, value in zip(batch.items, values, strict=True):
            position += 1
            events.append(("me", position, "meeting.observed", 1, "home", item.ref, 1, STAMP, None, _32, _32))
            payloads.append(("me", position, _32[:16], orjson.dumps(value)))
            bodies.append(("me", position, item.raw))
            items.append(("me", "home", item.ref, "https://dav.example.org/cal/", item.version, item.fingerprint, 1, 1,
                          True, False, "", ""))  # fmt: skip
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_EVENTS, events)
        connection.executemany(_PAYLOADS, payloads)
        connection.executemany(_BODIES, bodies)
        connection.executemany(_ITEMS, items)
        connection.execute("UPDATE heads SET position = ?", (position,))
        connection.execute("COMMIT")
    connection.close()


def _durable(store: Store) -> float:
    log = Log(store)
    return _median(lambda: log.append([Draft(Note("p", "hello"))], NOW))


def _durable_floor(path: Path) -> float:
    connection = _raw(path)
    position = connection.execute("SELECT position FROM heads").fetchone()[0]

    def commit() -> None:
        nonlocal position
        position += 1
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_EVENTS, ("me", position, "note.added", 1, "", "", 0, STAMP, None, _32, _32))
        connection.execute(_PAYLOADS, ("me", position, _32[:16], orjson.dumps({"person": "p", "text": "hello"})))
        connection.execute("UPDATE heads SET position = ?", (position,))
        connection.execute("COMMIT")

    try:
        return _median(commit)
    finally:
        connection.close()


def _raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "recursive_triggers = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _data_version(connection: sqlite3.Connection) -> int:
    """Changes whenever another connection commits a change."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _cpu(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(COMMITS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _reset_peak() -> float:
    """Forget the largest resident size so far; returns the present one, MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")
