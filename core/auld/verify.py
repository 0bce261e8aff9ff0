"""Checks a log from end to end: positions, commitments, the chain, and the head. Reads; never mends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from auld import chain
from auld.store import Store

_PAGE = 1000


def verify(store: Store, connection: Connection, owner: str) -> Iterator[str]:
    """What is wrong, one line each, starting with the position where there is one."""
    erased = _erased(store, connection, owner)
    expected, value = 0, chain.genesis(owner)
    for row in _rows(store, connection, owner):
        header, committed, link, salt, payload, raw = row[:8], row[8], row[9], row[10], row[11], row[12]
        position = header[0]
        expected += 1
        if position != expected:
            yield f"{expected}: missing (the next event is {position})"
            expected, value = position, link
        else:
            value = chain.link(value, header, committed)
            if value != link:
                yield f"{position}: the chain is broken: this event or the one before was changed"
                value = link
        if payload is None and raw is None and position in erased:
            continue
        if payload is None:
            yield f"{position}: its payload is missing, and no erasure is on record"
        elif chain.commitment(salt, payload, raw) != committed:
            yield f"{position}: payload, salt or body are not what was recorded"
    yield from _head(store, connection, owner, expected, value)
    yield from _strays(store, connection, owner)


def _rows(store: Store, connection: Connection, owner: str) -> Iterator[tuple[Any, ...]]:
    after = -(2**63)  # a changed position may be anywhere
    while True:
        rows = store.rows(
            connection,
            "SELECT e.position, e.type, e.version, e.account, e.ref, e.revision, e.recorded_at, e.occurred_at, "
            "e.commitment, e.chain, p.salt, p.data, b.raw FROM events e "
            "LEFT JOIN payloads p ON p.owner = e.owner AND p.position = e.position "
            "LEFT JOIN bodies b ON b.owner = e.owner AND b.position = e.position "
            "WHERE e.owner = ? AND e.position > ? ORDER BY e.position LIMIT ?",
            (owner, after, _PAGE),
        )
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _erased(store: Store, connection: Connection, owner: str) -> set[int]:
    """The positions that erasure.recorded events name. A damaged one counts as none: its own line is reported anyway."""
    rows = store.rows(
        connection,
        "SELECT p.data FROM events e JOIN payloads p ON p.owner = e.owner AND p.position = e.position "
        "WHERE e.owner = ? AND e.type = 'erasure.recorded'",
        (owner,),
    )
    found: set[int] = set()
    for (data,) in rows:
        try:
            found.update(msgspec.json.decode(data)["positions"])
        except (msgspec.DecodeError, KeyError, TypeError):
            continue
    return found


def _head(store: Store, connection: Connection, owner: str, last: int, value: bytes) -> Iterator[str]:
    rows = store.rows(connection, "SELECT position, chain FROM heads WHERE owner = ?", (owner,))
    if not rows:
        if last:
            yield "the head is missing"
        return
    position, link = rows[0]
    if position != last:
        yield f"{last}: the log ends here, but its head says {position}"
    elif link != value:
        yield f"{position}: the head's chain value is not that of the last event"


def _strays(store: Store, connection: Connection, owner: str) -> Iterator[str]:
    for table in ("payloads", "bodies"):
        rows = store.rows(
            connection,
            f"SELECT t.position FROM {table} t LEFT JOIN events e "
            "ON e.owner = t.owner AND e.position = t.position WHERE t.owner = ? AND e.position IS NULL ORDER BY t.position",
            (owner,),
        )
        for (position,) in rows:
            yield f"{position}: a row in {table} belongs to no event"
