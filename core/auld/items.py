"""Rows of the working tables ``items`` and ``collections``: read and written in bulk, without a word on what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from auld.safety import CollectionState
from auld.store import Store
from auld.times import from_micros, to_micros

IN_PART = "in part: "
"""So begins the problem of an item that was read, but for some of it."""


class ItemRow(NamedTuple):
    """One external item as last known; the columns of ``items`` after owner and account."""

    ref: str
    collection: str
    version: str
    fingerprint: str
    normaliser: int
    revision: int
    present: bool
    missing: bool
    ours: str
    problem: str


_COLUMNS = ", ".join(ItemRow._fields)
_STATE = (
    "cursor", "last_full", "last_seen", "present", "lost", "lost_since", "suspect_since", "suspect_seen", "suspect_looks",
    "suspect_last", "suspect_missing",
)  # fmt: skip
_TIMES = frozenset({"last_full", "last_seen", "lost_since", "suspect_since", "suspect_seen", "suspect_last"})
_UPSERT_ITEM = (
    f"INSERT INTO items (owner, account, {_COLUMNS}) VALUES ({', '.join('?' * (2 + len(ItemRow._fields)))}) "
    f"ON CONFLICT (owner, account, ref) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in ItemRow._fields[1:])}"
)
_UPSERT_STATE = (
    f"INSERT INTO collections (owner, account, collection, {', '.join(_STATE)}) "
    f"VALUES ({', '.join('?' * (3 + len(_STATE)))}) "
    f"ON CONFLICT (owner, account, collection) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _STATE)}"
)


class Items:
    """The items and collections of one owner."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner
        # one parameter for any number of refs
        self._among = "= ANY(?)" if store.postgresql else "IN (SELECT value FROM json_each(?))"

    def find(self, connection: Connection, account: str, refs: Iterable[str]) -> dict[str, ItemRow]:
        """The rows of those refs that are known at all."""
        found = self._store.rows(
            connection,
            f"SELECT {_COLUMNS} FROM items WHERE owner = ? AND account = ? AND ref {self._among}",
            (self._owner, account, self._list(refs)),
        )
        return {row[0]: ItemRow(*row) for row in found}

    def present(self, connection: Connection, account: str, collection: str) -> list[tuple[str, str, str]]:
        """Ref, version and follow-up key ("" if not ours) of every item that the collection holds."""
        return self._store.rows(
            connection,
            "SELECT ref, version, ours FROM items WHERE owner = ? AND account = ? AND collection = ? AND present",
            (self._owner, account, collection),
        )

    def unreadable(self, connection: Connection, in_part: bool) -> list[tuple[str, str, str]]:
        """Account, ref and problem of every item that is there and cannot be read; or, ``in_part``, not all of it."""
        found = self._store.rows(
            connection,
            "SELECT account, ref, problem FROM items WHERE owner = ? AND present AND problem <> '' ORDER BY account, ref",
            (self._owner,),
        )
        return [
            (account, ref, problem.removeprefix(IN_PART))
            for account, ref, problem in found
            if problem.startswith(IN_PART) == in_part
        ]

    def missing(self, connection: Connection, account: str, collection: str) -> dict[str, ItemRow]:
        """The rows marked as missing."""
        found = self._store.rows(
            connection,
            f"SELECT {_COLUMNS} FROM items WHERE owner = ? AND account = ? AND collection = ? AND missing",
            (self._owner, account, collection),
        )
        return {row[0]: ItemRow(*row) for row in found}

    def save(self, connection: Connection, account: str, rows: Sequence[ItemRow]) -> None:
        """Insert or replace rows."""
        if rows:
            connection.exec_driver_sql(self._store.sql(_UPSERT_ITEM), [(self._owner, account, *row) for row in rows])

    def revisions(self, connection: Connection, account: str, refs: Iterable[str]) -> dict[str, int]:
        """The last revision that the log holds of each ref: for items whose row was lost with the working tables."""
        found = self._store.rows(
            connection,
            f"SELECT ref, MAX(revision) FROM events WHERE owner = ? AND account = ? AND ref {self._among} "
            "AND revision > 0 GROUP BY ref",
            (self._owner, account, self._list(refs)),
        )
        return {str(ref): int(revision) for ref, revision in found}

    def recorded(self, connection: Connection, account: str, refs: Iterable[str]) -> dict[str, datetime]:
        """When the last event of each ref entered the log."""
        found = self._store.rows(
            connection,
            f"SELECT ref, MAX(recorded_at) FROM events WHERE owner = ? AND account = ? AND ref {self._among} "
            "AND revision > 0 GROUP BY ref",
            (self._owner, account, self._list(refs)),
        )
        return {ref: from_micros(at) for ref, at in found}

    def state(self, connection: Connection, account: str, collection: str) -> CollectionState:
        """What is remembered of a collection; an empty state for one never seen."""
        found = self._states(connection, " AND account = ? AND collection = ?", (account, collection))
        return found[0] if found else CollectionState(account, collection)

    def states(self, connection: Connection, account: str | None = None) -> list[CollectionState]:
        """The state of all collections, or of one account's."""
        return self._states(connection, "" if account is None else " AND account = ?", () if account is None else (account,))

    def save_state(self, connection: Connection, state: CollectionState) -> None:
        """Insert or replace a collection's row."""
        values = tuple(_to_column(name, getattr(state, name)) for name in _STATE)
        connection.exec_driver_sql(self._store.sql(_UPSERT_STATE), (self._owner, state.account, state.collection, *values))

    def _states(self, connection: Connection, where: str, parameters: tuple[str, ...]) -> list[CollectionState]:
        found = self._store.rows(
            connection,
            f"SELECT account, collection, {', '.join(_STATE)} FROM collections WHERE owner = ?{where} "
            "ORDER BY account, collection",
            (self._owner, *parameters),
        )
        return [
            CollectionState(row[0], row[1], *(_from_column(name, value) for name, value in zip(_STATE, row[2:], strict=True)))
            for row in found
        ]

    def _list(self, refs: Iterable[str]) -> list[str] | str:
        return list(refs) if self._store.postgresql else msgspec.json.encode(list(refs)).decode()


def _to_column(name: str, value: Any) -> Any:
    return to_micros(value) if name in _TIMES and value is not None else value


def _from_column(name: str, value: Any) -> Any:
    return from_micros(value) if name in _TIMES and value is not None else value
