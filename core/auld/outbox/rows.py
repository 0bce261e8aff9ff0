"""The outbox's memory between deliveries: one row a follow-up that still has something to do.

See :data:`auld.schema.outbox`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from auld import schema
from auld.events import Draft, Parked
from auld.intake import Intake
from auld.log import Log
from auld.outbox.steps import Step, Target
from auld.times import from_micros, to_micros

LONGEST_WAIT = timedelta(days=1)
"""No step waits longer. A row that seems to was written by a clock that ran ahead, and is due."""

LIMITED = "limited"
"""The state of a row by which the server asked us to wait: until then nothing at all is sent to its account."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is remembered of a step. ``state``: inflight (it may have been sent), pending, limited or parked."""

    key: str
    account: str
    collection: str
    ref: str
    kind: str
    state: str
    attempts: int
    not_before: datetime
    why: str

    def waits(self, now: datetime) -> bool:
        return now < self.not_before <= now + LONGEST_WAIT

    def could_stand_in(self, target: Target) -> bool:
        """May an entry that has no receipt stand there nevertheless?"""
        place = (target.account, target.collection.id)
        return self.kind in ("create", "look") and (self.account, self.collection) == place


class Rows:
    """Reads and writes the rows of one owner."""

    def __init__(self, log: Log, intake: Intake) -> None:
        self._log = log
        self._intake = intake

    def all(self) -> dict[str, Row]:
        t = schema.outbox
        columns = (t.c.key, t.c.account, t.c.collection, t.c.ref, t.c.kind, t.c.state, t.c.attempts, t.c.not_before, t.c.why)
        with self._log.store.read() as connection:
            found = connection.execute(select(*columns).where(t.c.owner == self._log.owner)).all()
        return {row.key: Row(*row[:7], from_micros(row.not_before), row.why) for row in found}

    def counts(self) -> dict[str, int]:
        """How many steps wait (``pending``) and how many were given up for today (``parked``)."""
        t = schema.outbox
        with self._log.store.read() as connection:
            rows = connection.execute(
                select(t.c.state, func.count()).where(t.c.owner == self._log.owner).group_by(t.c.state)
            ).all()
        by_state = {str(state): int(n) for state, n in rows}
        parked = by_state.pop("parked", 0)
        return {"pending": sum(by_state.values()), "parked": parked}

    def next_due(self) -> datetime | None:
        """When the earliest step may be tried again."""
        t = schema.outbox
        with self._log.store.read() as connection:
            earliest = connection.execute(
                select(func.min(t.c.not_before)).where(t.c.owner == self._log.owner)
            ).scalar_one_or_none()
        return None if earliest is None else from_micros(int(earliest))

    def stands_in(self, target: Target, places: Iterable[tuple[str, str]]) -> bool:
        """Is one of these objects (account, ref) in the collection that is written to, by what was last read of it?"""
        refs = [ref for account, ref in places if account == target.account]
        if not refs:
            return False
        t = schema.items
        mine = and_(t.c.owner == self._log.owner, t.c.account == target.account, t.c.collection == target.collection.id)
        with self._log.store.read() as connection:
            return connection.execute(select(t.c.ref).where(mine, t.c.present, t.c.ref.in_(refs)).limit(1)).first() is not None

    def enter(self, step: Step, account: str, collection: str, ref: str) -> None:
        """Remember, before anything is sent, that it may have been. The place of a new entry becomes ours at once: should a
        pull see it, and the user delete it, before its receipt is in, then that is known for what it is."""
        values = {"account": account, "collection": collection, "ref": ref, "kind": step.kind, "state": "inflight"}
        key = step.wanted.key
        t = schema.outbox
        with self._log.transaction() as tx:
            if not tx.connection.execute(t.update().where(self._is(key)).values(**values)).rowcount:
                tx.connection.execute(
                    t.insert().values(owner=self._log.owner, key=key, attempts=0, not_before=0, why="", **values)
                )
            if step.kind == "create":
                self._intake.reserve(tx, account, collection, ref, key)

    def postpone(self, key: str, attempts: int, until: datetime, why: str, state: str = "pending") -> None:
        t = schema.outbox
        values = {"state": state, "attempts": attempts, "not_before": to_micros(until), "why": why}
        with self._log.transaction() as tx:
            tx.connection.execute(update(t).where(self._is(key)).values(**values))

    def park(self, key: str, attempts: int, why: str, now: datetime, *, again: bool) -> None:
        """Give up for today. ``again``: that is in the log already, for the same reason."""
        t = schema.outbox
        values = {"state": "parked", "attempts": attempts, "not_before": to_micros(now + LONGEST_WAIT), "why": why}
        with self._log.transaction() as tx:
            if not again:
                tx.append([Draft(Parked(key, why))], now)
            tx.connection.execute(update(t).where(self._is(key)).values(**values))

    def forget(self, keys: Iterable[str]) -> None:
        gone = sorted(keys)
        if not gone:
            return
        t = schema.outbox
        with self._log.transaction() as tx:
            tx.connection.execute(delete(t).where(t.c.owner == self._log.owner, t.c.key.in_(gone)))

    def release(self) -> None:
        """Try everything again at the next delivery."""
        t = schema.outbox
        with self._log.transaction() as tx:
            tx.connection.execute(update(t).where(t.c.owner == self._log.owner).values(not_before=0))

    def _is(self, key: str) -> ColumnElement[bool]:
        return and_(schema.outbox.c.owner == self._log.owner, schema.outbox.c.key == key)
