"""The one guarded procedure that takes something out of the log: payload, salt and raw body of given events.

The event rows stay, with their commitments, so the chain still verifies; an ``erasure.recorded`` event says what was erased,
in the same transaction. The database lets go only of what stands in ``erasing``, which is filled and emptied here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from auld.events import Draft, Erased
from auld.log import Log


def erase(log: Log, positions: Sequence[int], now: datetime) -> list[int]:
    """Erase payload, salt and body at these positions; returns those that held any. Folds see them no more: state must be
    rebuilt from the log afterwards.

    Raises ValueError for the position of an erasure's own record, or one that the log does not have; StoreBusy if all is
    erased but a reader keeps it in SQLite's write-ahead log: do it again then.
    """
    store, owner = log.store, log.owner
    with log.transaction() as tx:
        for position in sorted(set(positions)):
            tx.connection.exec_driver_sql(store.sql("INSERT INTO erasing (owner, position) VALUES (?, ?)"), (owner, position))
        chosen = "FROM erasing x JOIN {} t ON t.owner = x.owner AND t.position = x.position WHERE x.owner = ?"
        kinds = store.rows(tx.connection, f"SELECT t.position, t.type {chosen.format('events')}", (owner,))
        if len(kinds) < len(set(positions)) or any(kind == "erasure.recorded" for _, kind in kinds):
            raise ValueError("only events that are there, and that record no erasure, can be erased")
        held = store.rows(tx.connection, f"SELECT t.position {chosen.format('payloads')} ORDER BY t.position", (owner,))
        for table in ("bodies", "payloads"):
            tx.connection.exec_driver_sql(
                store.sql(
                    f"DELETE FROM {table} WHERE owner = ? AND position IN (SELECT position FROM erasing WHERE owner = ?)"
                ),
                (owner, owner),
            )
        tx.connection.exec_driver_sql(store.sql("DELETE FROM erasing WHERE owner = ?"), (owner,))
        erased = [position for (position,) in held]
        if erased:
            tx.append([Draft(Erased(tuple(erased)))], now)
    store.scrub()
    return erased
