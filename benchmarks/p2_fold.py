"""P2: what it costs to fold the log into state, against the smallest honest program that does it.

The floor reads the same rows over ``sqlite3``, decodes them with ``msgspec`` into the same payloads and keeps the latest of
each item in a dict. The peer is the eventsourcing library reading notifications (a fiftieth as many; left out where it is not
installed). CPU is this process's own; limits are ratios inside one run, except the 20 ms and the 60 MB that the goal names.
"""

from __future__ import annotations

import gc
import importlib.util
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from auld.events import TYPES, Draft, decode, encode
from auld.log import Log
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting, Task
from auld.policy import Policy
from auld.projections.runner import Projector
from auld.store import Store
from benchmarks.costs import memory, scratch

COUNT = 1_000_000
ITEMS = 10_000
NEW = 1_000
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STAMP = 1_772_445_600_000_000
_32 = bytes(32)
_READ = (
    "SELECT e.type, p.data, e.account, e.ref FROM events e JOIN payloads p ON p.owner = e.owner AND p.position = e.position "
    "WHERE e.owner = 'me' AND e.position > ? AND e.position <= ? ORDER BY e.position"
)


def run(count: int = COUNT) -> list[tuple[str, str, float, float, str]]:
    """Goal, what was measured, the figure, the limit, and whether it is an upper or a lower one."""
    with scratch() as folder:
        small, large = folder / "small.db", folder / "large.db"
        _fill(small, count // 10)
        _fill(large, count)
        floor = _cpu(lambda: _floor(large, count))
        with get_context("spawn").Pool(1) as process:  # one of its own: what was freed here would be used again there
            grown = process.apply(_memory_of_rebuild, (large,))
        with Store.open(f"sqlite:///{large}") as store:
            rebuild = _cpu(lambda: Projector(Log(store)).rebuild())
            on_large = _new_events(store)
        with Store.open(f"sqlite:///{small}") as store:
            on_small = _new_events(store)
        peer = _peer(folder, count // 50)
    rows = [
        ("P2", f"rebuild of {count} events, CPU against the floor", rebuild / floor, 2.5, "max"),
        ("P2", "peak memory of the rebuild, MB", grown, 60, "max"),
        ("P2", f"{NEW} new events projected, CPU ms", on_small * 1000, 20, "max"),
        ("P2", "the same on a log ten times as long, times", on_large / on_small, 1.2, "max"),
    ]
    if peer is not None:
        rows.append(("P2", "eventsourcing's notifications, CPU an event against ours", peer / (rebuild / count), 3, "min"))
    return rows


@cache
def _payload(number: int) -> tuple[str, str, str, bytes]:
    """Type, account, ref and body of a log in which the same items change again and again: mostly meetings, some cards."""
    item, change = number % ITEMS, number // ITEMS
    if item % 10 < 7:
        day = f"2026-{change % 12 + 1:02}-{item % 28 + 1:02}"
        main = Happening(
            f"{day}T10:00:00", f"{day}T11:00:00", "Europe/Lisbon", title=f"Meeting {item}",
            attendees=(Attendee("me@example.org", status="accepted"), Attendee(f"p{item % 3000}@example.org", f"P {item}")),
        )  # fmt: skip
        return "meeting.observed", "calendar", f"/cal/{item}.ics", encode(Meeting(f"{item}@example.org", main))
    if item % 10 < 9:
        contact = Contact(
            f"Given{item} Family{item}", f"card-{item}", given=f"Given{item}", family=f"Family{item}",
            emails=(Labelled(f"p{item}@example.org", "work"),), organisation=f"Firm {change}", categories=("clients",),
        )  # fmt: skip
        return "contact.observed", "contacts", f"/cards/{item}.vcf", encode(contact)
    return "task.observed", "calendar", f"/tasks/{item}.ics", encode(Task(f"task-{item}", f"Task {change}", due="2026-04-01"))


def _fill(path: Path, count: int) -> None:
    """A log of that many events: straight into the tables, since appending is not what is measured here."""
    Store.open(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    policy = encode(Policy("Europe/Lisbon", ("me@example.org",)))
    _insert(connection, [(1, "policy.set", "", "", 0, policy)])
    for start in range(2, count + 1, 10_000):
        rows = []
        for position in range(start, min(start + 10_000, count + 1)):
            name, account, ref, data = _payload(position % (ITEMS * 10))
            rows.append((position, name, account, ref, position // ITEMS + 1, data))
        _insert(connection, rows)
    connection.execute("INSERT INTO heads VALUES ('me', ?, ?)", (count, _32))
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: sqlite3.Connection, rows: list[tuple[int, str, str, str, int, bytes]]) -> None:
    connection.executemany(
        "INSERT INTO events VALUES ('me', ?, ?, 1, ?, ?, ?, ?, NULL, ?, ?)",
        [(position, name, account, ref, revision, STAMP, _32, _32) for position, name, account, ref, revision, _ in rows],
    )
    connection.executemany(
        "INSERT INTO payloads VALUES ('me', ?, ?, ?)", [(position, _32[:16], data) for position, *_, data in rows]
    )


def _floor(path: Path, count: int) -> None:
    """Read, decode, keep the latest."""
    connection = sqlite3.connect(path)
    decoders = {name: msgspec.json.Decoder(event_type.payload).decode for name, event_type in TYPES.items()}
    state: dict[tuple[str, str], Any] = {}
    for after in range(0, count, 2000):
        for name, data, account, ref in connection.execute(_READ, (after, after + 2000)).fetchall():
            state[account, ref] = decoders[name](data)
    connection.close()


def _new_events(store: Store) -> float:
    """CPU seconds for taking in new events of a live log and bringing its indexes up to them; the median of several."""
    log = Log(store)
    projector = Projector(log)
    projector.catch_up().index()
    times = []
    for turn in range(7):
        drafts = []
        for number in range(NEW):
            name, account, ref, data = _payload((turn * NEW + number * 7) % ITEMS + ITEMS * (turn + 1))
            payload: Any = decode(name, 1, data)
            drafts.append(Draft(payload, account, ref, 1000 + turn))
        log.append(drafts, NOW + timedelta(minutes=turn))
        times.append(_cpu(lambda: projector.catch_up().index()))
    return sorted(times)[len(times) // 2]


def _memory_of_rebuild(path: Path) -> float:
    """How far the resident size rises above that of a process with the store open, MB."""
    with Store.open(f"sqlite:///{path}") as store:
        projector = Projector(Log(store))
        gc.collect()
        before = memory("VmRSS")
        projector.rebuild()
        return memory("VmHWM") - before


def _peer(folder: Path, count: int) -> float | None:
    """CPU seconds an event for the eventsourcing library, read as its own followers do: by its reader, in sections of
    its default size, mapped to domain events; the latest of each originator is kept. None if it is not installed."""
    if importlib.util.find_spec("eventsourcing") is None:
        return None
    from uuid import UUID

    from eventsourcing.application import Application
    from eventsourcing.persistence import StoredEvent
    from eventsourcing.system import NotificationLogReader

    application: Any = Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "peer.db")})
    encode_state = application.mapper.transcoder.encode
    for start in range(0, count, 1000):
        stored = []
        for number in range(start, min(start + 1000, count)):
            state = encode_state({"timestamp": NOW, "data": msgspec.json.decode(_payload(number)[3])})
            stored.append(StoredEvent(UUID(int=number % ITEMS), number // ITEMS, "eventsourcing.domain:LogEvent", state))
        application.recorder.insert_events(stored)
    latest: dict[Any, Any] = {}

    def fold() -> None:
        for section in NotificationLogReader(application.notification_log).select(start=1):
            for notification in section:
                event = application.mapper.to_domain_event(notification)
                latest[event.originator_id] = event

    return _cpu(fold) / count


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start
