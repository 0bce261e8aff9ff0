"""The append-only log of one owner: append, read, verify.

Positions count from 1 per owner without gaps: they are handed out under a lock on the owner's head row, which is held until
the transaction ends, so a reader never sees a position before all earlier ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from auld import chain
from auld.errors import ConfigurationWrong
from auld.events import CODEC, Codec, Draft, Event
from auld.store import Store
from auld.times import EPOCH, from_micros, to_micros
from auld.verify import verify

_PAGE = 2000

_EVENT_COLUMNS = (
    "owner", "position", "type", "version", "account", "ref", "revision", "recorded_at", "occurred_at", "commitment", "chain",
)  # fmt: skip


class Transaction:
    """An open transaction that holds the owner's head: what is appended here, and whatever else is written over
    ``connection``, is committed together or not at all."""

    def __init__(self, store: Store, connection: Connection, owner: str, codec: Codec) -> None:
        self.connection = connection
        self._store = store
        self._owner = owner
        self._codec = codec
        self._position, self._chain = self._lock_head()

    def append(self, drafts: Sequence[Draft], now: datetime) -> list[int]:
        """Append events; returns their positions. ``now`` is aware and becomes ``recorded_at``.

        Raises UnicodeEncodeError, before anything is written, for text that is no Unicode (lone surrogates).
        """
        if not drafts:
            return []
        owner, at, position, previous = self._owner, to_micros(now), self._position, self._chain
        encode, commit, link = self._codec.encode, chain.commitment, chain.link
        events: list[tuple[Any, ...]] = []
        payloads: list[tuple[Any, ...]] = []
        bodies: list[tuple[Any, ...]] = []
        for salt, (data, account, ref, revision, occurred, raw) in zip(chain.salts(len(drafts)), drafts, strict=True):
            position += 1
            name, version, payload = encode(data)
            header = (
                position, name, version, account, ref, revision, at, None if occurred is None else to_micros(occurred),
            )  # fmt: skip
            committed = commit(salt, payload, raw)
            previous = link(previous, header, committed)
            events.append((owner, *header, committed, previous))
            payloads.append((owner, position, salt, payload))
            if raw is not None:
                bodies.append((owner, position, raw))
        self._insert(events, payloads, bodies)
        first, self._position, self._chain = self._position + 1, position, previous
        self.connection.exec_driver_sql(
            self._store.sql("UPDATE heads SET position = ?, chain = ? WHERE owner = ?"), (position, previous, owner)
        )
        return list(range(first, position + 1))

    def _insert(self, events: list[Any], payloads: list[Any], bodies: list[Any]) -> None:
        insert = self._store.insert
        insert(self.connection, "events", _EVENT_COLUMNS, events)
        insert(self.connection, "payloads", ("owner", "position", "salt", "data"), payloads)
        if bodies:
            insert(self.connection, "bodies", ("owner", "position", "raw"), bodies)

    def _lock_head(self) -> tuple[int, bytes]:
        lock = " FOR UPDATE" if self._store.postgresql else ""  # SQLite: BEGIN IMMEDIATE has the whole database
        select = f"SELECT position, chain FROM heads WHERE owner = ?{lock}"
        rows = self._store.rows(self.connection, select, (self._owner,))
        if not rows:
            conflict = " ON CONFLICT DO NOTHING" if self._store.postgresql else ""
            self.connection.exec_driver_sql(
                self._store.sql(f"INSERT INTO heads (owner, position, chain) VALUES (?, 0, ?){conflict}"),
                (self._owner, chain.genesis(self._owner)),
            )
            rows = self._store.rows(self.connection, select, (self._owner,))
        position, value = rows[0]
        return position, value


class Log:
    """The log of one owner in a store. Safe to share between threads.

    All methods raise what :class:`auld.store.Store` raises. ``codec`` knows the event types.
    """

    def __init__(self, store: Store, owner: str = "me", codec: Codec = CODEC) -> None:
        self.store = store
        self.owner = owner
        self._codec = codec

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Lock the head; commits at the end of the block, rolls back on an exception."""
        with self.store.write() as connection:
            yield Transaction(self.store, connection, self.owner, self._codec)

    def append(self, drafts: Sequence[Draft], now: datetime) -> list[int]:
        """Append in a transaction of its own; returns the positions."""
        with self.transaction() as transaction:
            return transaction.append(drafts, now)

    def head(self) -> int:
        """The last position, 0 for an empty log."""
        with self.store.read() as connection:
            rows = self.store.rows(connection, "SELECT position FROM heads WHERE owner = ?", (self.owner,))
        return rows[0][0] if rows else 0

    def raw(self, position: int) -> bytes | None:
        """The raw body kept with an event; None if there was none, or it was erased."""
        with self.store.read() as connection:
            rows = self.store.rows(
                connection, "SELECT raw FROM bodies WHERE owner = ? AND position = ?", (self.owner, position)
            )
        return bytes(rows[0][0]) if rows else None

    def verify(self) -> list[str]:
        """Everything that is wrong with the log, each with its position; empty if it is sound."""
        with self.store.read() as connection:
            return list(verify(self.store, connection, self.owner))

    def read(self, after: int = 0, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Event]:
        """The events with ``after < position <= until``, in order, in bounded memory; erased ones are left out.

        Only those that were there when reading began are read. ``types`` are type names. Raises ConfigurationWrong for an
        event of a newer auld, or a damaged one.
        """
        until = self.head() if until is None else min(until, self.head())
        while after < until:
            last = min(after + _PAGE, until)
            yield from self._decode(self._page(after, last, types))
            after = last

    def _page(self, after: int, last: int, types: Collection[str] | None) -> list[tuple[Any, ...]]:
        where, parameters = "", [self.owner, after, last]
        if types is not None:
            where = f"AND e.type IN ({', '.join('?' * len(types)) or 'NULL'})"
            parameters += types
        statement = (
            "SELECT e.type, e.version, p.data, e.position, e.account, e.ref, e.recorded_at, e.occurred_at "
            "FROM events e JOIN payloads p ON p.owner = e.owner AND p.position = e.position "
            f"WHERE e.owner = ? AND e.position > ? AND e.position <= ? {where} ORDER BY e.position"
        )
        with self.store.read() as connection:
            return self.store.rows(connection, statement, tuple(parameters))

    def _decode(self, rows: list[tuple[Any, ...]]) -> Iterator[Event]:
        decoder = self._codec.decoder
        known: dict[tuple[str, int], Any] = {}
        stamp, recorded = -1, EPOCH  # a batch's events share their time: convert it once
        new = tuple.__new__  # what a named tuple does by itself, without a call of its own for each event
        for name, version, data, position, account, ref, recorded_at, occurred_at in rows:
            decode = known.get((name, version))
            if decode is None:
                decode = known[name, version] = decoder(name, version)
            if recorded_at != stamp:
                stamp, recorded = recorded_at, from_micros(recorded_at)
            try:
                value = decode(data)
            except msgspec.DecodeError as error:
                raise ConfigurationWrong(f"event {position} of the log is damaged ({error}); run auld verify") from error
            occurred = None if occurred_at is None else from_micros(occurred_at)
            yield new(Event, (position, name, account, ref, recorded, occurred, value))
