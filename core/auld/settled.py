"""Remembers that there was nothing to do, so that the next process which finds the same world need not work that out again.

A cache like the snapshots that it stands beside: losing it costs one look at the whole state.
"""

from __future__ import annotations

from datetime import datetime

from auld.log import Log
from auld.times import from_micros, to_micros

_NAME = "settled"


class Settled:
    """At most one finding of an owner: at which position of the log it was made, of which ``world``, and how long it holds.

    A world is whatever decides beside the log (policy, plugins, the day), in a spelling that differs when it does.
    """

    def __init__(self, log: Log) -> None:
        self._log = log

    def holds(self, world: str, now: datetime) -> bool:
        """Was there nothing to do in this world, and has nothing entered the log since? ``now`` is aware."""
        store = self._log.store
        with store.read() as connection:
            rows = store.rows(
                connection,
                "SELECT s.code, s.data FROM snapshots s JOIN heads h ON h.owner = s.owner AND h.position = s.position "
                "WHERE s.owner = ? AND s.name = ?",
                (self._log.owner, _NAME),
            )
        return any(code == world and now < from_micros(int(bytes(until))) for code, until in rows)

    def note(self, world: str, position: int, until: datetime) -> None:
        """There was nothing to do at that position of the log, nor will be before ``until`` (aware)."""
        store, owner = self._log.store, self._log.owner
        with store.write() as connection:
            connection.exec_driver_sql(store.sql("DELETE FROM snapshots WHERE owner = ? AND name = ?"), (owner, _NAME))
            connection.exec_driver_sql(
                store.sql("INSERT INTO snapshots (owner, name, code, position, data) VALUES (?, ?, ?, ?, ?)"),
                (owner, _NAME, world, position, str(to_micros(until)).encode()),
            )
