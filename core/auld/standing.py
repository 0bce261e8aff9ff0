"""How each account stands: its state, the collections it is bound to, and the passwords that were refused.

Working tables, not truth: losing them costs a discovery and one more try, never a fact.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Table, delete, select

from auld import schema
from auld.contract import Collection, Kind
from auld.log import Log
from auld.times import from_micros, to_micros

State = Literal["ok", "syncing", "waiting", "refused", "suspect", "failed", "paused"]
"""ok: read without trouble. syncing: being read. waiting: will be tried again. refused: the password was not accepted.
suspect: a sudden loss is held back. failed: only the user can mend it. paused: not read, by the user's wish."""


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """Instants are aware, UTC. ``since`` is when the state began, ``next`` when the account will be read again."""

    account: str
    state: State
    since: datetime
    last_ok: datetime | None
    next: datetime | None
    failures: int
    error: str
    notes: tuple[str, ...]


class _Bound(msgspec.Struct, frozen=True):
    id: str
    name: str
    kinds: list[Kind]
    accepts: list[Kind]


class Standing:
    """Reads and writes the working tables ``accounts``, ``bindings`` and ``breakers`` of one owner."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.binding_lock = threading.Lock()
        """Hold it to compare what others are bound to before one binds oneself."""

    # --- account states -------------------------------------------------------------------------------------------------
    def all(self) -> dict[str, AccountStanding]:
        t = schema.accounts
        with self._log.store.read() as connection:
            rows = connection.execute(select(t).where(t.c.owner == self._log.owner)).mappings().all()
        return {
            row["account"]: AccountStanding(
                account=row["account"],
                state=row["state"],
                since=from_micros(row["since"]),
                last_ok=None if row["last_ok"] is None else from_micros(row["last_ok"]),
                next=None if row["next"] is None else from_micros(row["next"]),
                failures=row["failures"],
                error=row["error"],
                notes=msgspec.json.decode(row["notes"], type=tuple[str, ...]),
            )
            for row in rows
        }

    def record(
        self,
        account: str,
        state: State,
        now: datetime,
        *,
        error: str = "",
        next_at: datetime | None = None,
        notes: Sequence[str] | None = None,
    ) -> None:
        """Note how the account stands now. ``since`` moves only when the state changes; failures count up until it is ok.
        ``notes`` are remarks for the user; None leaves those of before standing."""
        before = self.all().get(account)
        failing = state in {"waiting", "refused", "failed"}
        failures = before.failures if before else 0
        values = {
            "state": state,
            "since": to_micros(before.since if before and before.state == state else now),
            "last_ok": to_micros(now) if state == "ok" else (to_micros(before.last_ok) if before and before.last_ok else None),
            "next": None if next_at is None else to_micros(next_at),
            "failures": 0 if state == "ok" else failures + (1 if failing else 0),
            "error": error,
        }
        if notes is not None:
            values["notes"] = msgspec.json.encode(notes).decode()
        self._replace(schema.accounts, {"owner": self._log.owner, "account": account}, values)

    def forget_accounts(self, keep: Sequence[str]) -> None:
        """Drop the standing of accounts that the configuration no longer names."""
        t = schema.accounts
        if set(self.all()) - set(keep):
            with self._log.transaction() as tx:
                tx.connection.execute(delete(t).where(t.c.owner == self._log.owner, t.c.account.not_in(list(keep))))

    # --- bindings -------------------------------------------------------------------------------------------------------
    def binding(self, account: str, key: str | None = None) -> list[Collection] | None:
        """The collections that were discovered for this account, if it was with the same settings (``key``)."""
        t = schema.bindings
        with self._log.store.read() as connection:
            row = connection.execute(
                select(t.c.key, t.c.data).where(t.c.owner == self._log.owner, t.c.account == account)
            ).one_or_none()
        if row is None or (key is not None and row.key != key):
            return None
        bound = msgspec.json.decode(row.data, type=list[_Bound])
        return [Collection(b.id, b.name, frozenset(b.kinds), frozenset(b.accepts)) for b in bound]

    def bind(self, account: str, key: str, collections: Sequence[Collection], now: datetime) -> None:
        data = msgspec.json.encode([_Bound(c.id, c.name, sorted(c.kinds), sorted(c.accepts)) for c in collections])
        values = {"key": key, "data": data, "bound_at": to_micros(now)}
        self._replace(schema.bindings, {"owner": self._log.owner, "account": account}, values)

    def unbind(self, account: str) -> None:
        """Discover again next time."""
        t = schema.bindings
        with self._log.transaction() as tx:
            tx.connection.execute(delete(t).where(t.c.owner == self._log.owner, t.c.account == account))

    # --- breakers -------------------------------------------------------------------------------------------------------
    def is_refused(self, origin: str, username: str, secret: str) -> bool:
        """Was exactly this secret refused for this login? A changed secret is worth a new try."""
        t = schema.breakers
        with self._log.store.read() as connection:
            stored = connection.execute(
                select(t.c.secret).where(t.c.owner == self._log.owner, t.c.origin == origin, t.c.username == username)
            ).scalar_one_or_none()
        if stored is None:
            return False
        salt, _, _ = str(stored).partition(":")
        return hmac.compare_digest(str(stored), _digest(secret, bytes.fromhex(salt)))

    def refuse(self, origin: str, username: str, secret: str, now: datetime) -> None:
        """Open the breaker: nobody asks with this secret again."""
        values = {"secret": _digest(secret, os.urandom(16)), "refused_at": to_micros(now)}
        self._replace(schema.breakers, {"owner": self._log.owner, "origin": origin, "username": username}, values)

    def reset_breakers(self) -> None:
        """Close all breakers (``auld check``, a reload): the user says that the passwords are right now."""
        t = schema.breakers
        with self._log.transaction() as tx:
            tx.connection.execute(delete(t).where(t.c.owner == self._log.owner))

    # --- helpers --------------------------------------------------------------------------------------------------------
    def _replace(self, table: Table, key: Mapping[str, str], values: Mapping[str, object]) -> None:
        where = [table.c[name] == value for name, value in key.items()]
        with self._log.transaction() as tx:
            if not tx.connection.execute(table.update().where(*where).values(**values)).rowcount:
                tx.connection.execute(table.insert().values(**key, **values))


def _digest(secret: str, salt: bytes) -> str:
    """Slow on purpose: whoever steals the store must not read a password out of it (RFC 7914)."""
    return f"{salt.hex()}:{hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1).hex()}"
