"""Takes in what sources yield: dedupes, counts revisions, detects deletions, commits each batch with its cursor.

New and changed items are committed batch by batch, so that a long first sync that is killed goes on where it was. Deletions
wait for the end of the pull, where they can be judged together (:mod:`auld.safety`); until then, and for as long as a loss
is doubted, the cursor does not move past them. Items of ours (entries that the outbox wrote) never vanish by themselves: a
missing one is reported for a direct look, and is no part of the safety stop.

A pull in which nothing changed writes nothing at all; only when it was is written down, once an hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from auld.contract import Batch, Item
from auld.dedupe import after, draft, encodable, is_storable, problem_of, storable
from auld.events import Dismissed, Draft, Gone, LossAccepted, Removed, Unreadable, Written
from auld.items import ItemRow, Items
from auld.log import Log, Transaction
from auld.safety import CollectionState, believe, doubt, due_full, judge

_SEEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch, or of the end of a pull.

    ``items`` were looked at; ``events`` appended, of which ``gone`` deletions and ``unreadable`` bodies that cannot be read.
    ``missing_ours`` are refs of our entries that are not there any more and want a direct look. ``suspect``: a loss is doubted.
    """

    items: int = 0
    events: int = 0
    gone: int = 0
    unreadable: int = 0
    missing_ours: tuple[str, ...] = ()
    suspect: bool = False
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Pull:
    """What a pull has brought that waits for its end."""

    gone: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    listed: bool = False
    drift: int = 0
    """By how much the item count was wrong when the listing came."""
    cursor: str | None = None

    @property
    def lost(self) -> set[str]:
        return self.gone | self.missing

    def note(self, batch: Batch, present: list[tuple[str, str, str]] | None, count: int) -> None:
        self.gone.update(batch.gone)
        if batch.listing is not None and present is not None:
            self.listed = True
            self.missing = {ref for ref, _, _ in present if ref not in batch.listing}
            self.gone = {ref for ref in self.gone if ref not in batch.listing}
            self.drift = sum(not ours for _, _, ours in present) - count
        if self.gone or self.missing:
            offered = {item.ref for item in batch.items}
            self.gone -= offered
            self.missing -= offered


@dataclass(slots=True)
class _Changes:
    """What a batch's items change: events, item rows, and by how much the item counts of collections."""

    drafts: list[Draft] = field(default_factory=list)
    rows: dict[str, ItemRow] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Intake:
    """The front door of the log for what sources say. One writer at a time may use it (the cycle lock); threads may share it
    as long as each works on a collection of its own. ``now`` is the time of the pull, the same for all its batches and its end.
    Raises what :class:`auld.store.Store` raises."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._store = log.store
        self._items = Items(log.store, log.owner)
        self._pulls: dict[tuple[str, str], _Pull] = {}
        self._seen: dict[tuple[str, str], datetime] = {}

    # --- reading --------------------------------------------------------------------------------------------------------
    def known(self, account: str, collection_id: str) -> dict[str, str]:
        """Ref -> version of every item that the collection holds: what a pull that begins now is to be told.

        What an earlier pull of this collection that never came to its end held back is dropped; it will be reported again.
        """
        self._pulls.pop((account, collection_id), None)
        with self._store.read() as connection:
            return {ref: version for ref, version, _ in self._items.present(connection, account, collection_id)}

    def state(self, account: str, collection_id: str) -> CollectionState:
        """What is remembered of a collection; an empty state for one never seen."""
        with self._store.read() as connection:
            return self._state(connection, account, collection_id)

    def states(self, account: str | None = None) -> list[CollectionState]:
        """The states of all collections ever seen, or of one account's."""
        with self._store.read() as connection:
            return [self._refresh(state) for state in self._items.states(connection, account)]

    def unreadable(self, *, in_part: bool = False) -> list[tuple[str, str, str]]:
        """Account, ref and problem of every item that is there and cannot be read; or, ``in_part``, not all of it."""
        with self._store.read() as connection:
            return self._items.unreadable(connection, in_part)

    # --- a pull ---------------------------------------------------------------------------------------------------------
    def take(self, account: str, collection_id: str, batch: Batch, now: datetime) -> Taken:
        """Take in one batch: its items, with the events that they make, and its cursor, in one transaction."""
        pull = self._pulls.setdefault((account, collection_id), _Pull())
        items, notes = storable(batch)
        with self._store.read() as connection:
            state = self._state(connection, account, collection_id)
            changes = self._changes(connection, account, collection_id, items)
            present = None if batch.listing is None else self._items.present(connection, account, collection_id)
        pull.note(batch, present, state.present)
        cursor = batch.cursor
        if cursor is not None and (pull.gone or pull.missing or state.suspect):
            pull.cursor, cursor = cursor, None
        if not changes.rows and cursor in (None, state.cursor):
            return Taken(items=len(items), suspect=state.suspect, notes=notes)
        with self._log.transaction() as tx:
            # again, now that nobody else can write
            changes = self._changes(tx.connection, account, collection_id, changes.items)
            self._append(tx, changes.drafts, now)
            self._items.save(tx.connection, account, list(changes.rows.values()))
            self._count(tx.connection, account, changes.counts)
            state = self._state(tx.connection, account, collection_id)
            self._items.save_state(tx.connection, replace(state, cursor=state.cursor if cursor is None else cursor))
        return Taken(
            items=len(items),
            events=len(changes.drafts),
            unreadable=sum(isinstance(draft.data, Unreadable) for draft in changes.drafts),
            suspect=state.suspect,
            notes=notes,
        )

    def finish(self, account: str, collection_id: str, now: datetime) -> Taken:
        """End a pull that went well: judge what is missing, move the cursor, remember when it was."""
        pull = self._pulls.pop((account, collection_id), None) or _Pull()
        with self._store.read() as connection:
            stored = self._items.state(connection, account, collection_id)
            missing = self._items.missing(connection, account, collection_id)
        cursor_stays = pull.cursor in (None, stored.cursor)
        written_lately = stored.last_seen is not None and timedelta(0) <= now - stored.last_seen < _SEEN_EVERY
        nothing_lost = not (pull.lost or missing or stored.suspect)
        quiet = cursor_stays and written_lately and nothing_lost and not pull.listed and not due_full(stored, now)
        if quiet:
            self._seen[account, collection_id] = now
            return Taken()
        with self._log.transaction() as tx:
            taken = self._settle(tx, account, collection_id, pull, now)
        self._seen[account, collection_id] = now
        return taken

    def _settle(self, tx: Transaction, account: str, collection_id: str, pull: _Pull, now: datetime) -> Taken:
        state = self._state(tx.connection, account, collection_id)
        marked = self._items.missing(tx.connection, account, collection_id)
        lost = {
            ref: row
            for ref, row in self._items.find(tx.connection, account, filter(is_storable, pull.lost)).items()
            if row.present and row.collection == collection_id
        }
        foreign = {ref for ref, row in lost.items() if not row.ours}
        doubted = {ref for ref, row in marked.items() if not row.ours}
        state = replace(state, present=state.present + pull.drift)
        before = state
        state, believed, doubted_now = judge(state, foreign, doubted, pull.listed, now)
        ours = {ref for ref, row in (marked | lost).items() if row.ours and (ref in lost or not pull.listed)}
        self._mark(tx.connection, account, marked | lost, (doubted_now | ours) - believed)
        gone = self._believe(tx, account, [(marked | lost)[ref] for ref in sorted(believed)], doubted, before, now)
        asked = pull.listed or due_full(before, now)
        state = replace(
            state,
            cursor=state.cursor if state.suspect or pull.cursor is None else pull.cursor,
            last_full=now if asked else state.last_full,
            last_seen=now,
        )
        self._items.save_state(tx.connection, state)
        return Taken(events=gone, gone=gone, missing_ours=tuple(sorted(ours)), suspect=state.suspect)

    # --- losses ---------------------------------------------------------------------------------------------------------
    def suspect(self, account: str, collection_id: str, now: datetime) -> bool:
        """The collection itself is gone (404, 410, 403): doubt the loss of all that it held. False if it held none."""
        self._pulls.pop((account, collection_id), None)
        with self._log.transaction() as tx:
            state = self._state(tx.connection, account, collection_id)
            refs = [ref for ref, _, ours in self._items.present(tx.connection, account, collection_id) if not ours]
            if not refs or state.suspect_missing == len(refs):
                return bool(refs)
            rows = self._items.find(tx.connection, account, refs)
            self._mark(tx.connection, account, rows, rows.keys())
            since = state.suspect_since or now
            self._items.save_state(tx.connection, doubt(state, len(refs), since))
        return True

    def accept_loss(self, account: str, collections: Sequence[str], now: datetime) -> int:
        """The user says that a doubted loss is real; no ``collections`` means all of the account. Returns how many items are
        now believed gone; 0 if nothing was doubted, and then nothing is recorded."""
        gone = 0
        with self._log.transaction() as tx:
            doubtful = [
                state
                for state in map(self._refresh, self._items.states(tx.connection, account))
                if state.suspect and (not collections or state.collection in collections)
            ]
            if not doubtful:
                return 0
            accepted = LossAccepted(tuple(state.collection for state in doubtful))
            tx.append([Draft(accepted, account)], now)
            for state in doubtful:
                rows = [r for r in self._items.missing(tx.connection, account, state.collection).values() if not r.ours]
                gone += self._believe(tx, account, rows, {row.ref for row in rows}, state, now)
                self._items.save_state(tx.connection, believe(state, len(rows)))
        return gone

    def _believe(
        self, tx: Transaction, account: str, rows: list[ItemRow], doubted: Set[str], state: CollectionState, now: datetime
    ) -> int:
        """Append item.gone for each, and mark them as absent."""
        if not rows:
            return 0
        recorded = self._items.recorded(tx.connection, account, (row.ref for row in rows))
        drafts = []
        for row in rows:
            looked = state.suspect_seen if row.ref in doubted else state.last_seen
            seen = max((at for at in (looked, recorded.get(row.ref)) if at is not None), default=now)
            drafts.append(Draft(Gone(seen.isoformat()), account, row.ref, row.revision + 1))
        tx.append(drafts, now)
        absent = [row._replace(present=False, missing=False, revision=row.revision + 1) for row in rows]
        self._items.save(tx.connection, account, absent)
        return len(drafts)

    def _mark(self, connection: Connection, account: str, rows: dict[str, ItemRow], missing: Set[str]) -> None:
        """Mark those rows, and no other, as missing."""
        changed = [row._replace(missing=ref in missing) for ref, row in rows.items() if row.missing != (ref in missing)]
        self._items.save(connection, account, changed)

    # --- entries of ours ------------------------------------------------------------------------------------------------
    def reserve(self, tx: Transaction, account: str, collection_id: str, ref: str, key: str) -> None:
        """An entry of ours is about to be stored under ``ref``. If the receipt is lost, a pull will find it to be ours."""
        row = self._items.find(tx.connection, account, [ref]).get(ref)
        if row is None or not row.present:
            revision = row.revision if row else self._last_revision(tx.connection, account, ref)
            reserved = ItemRow(ref, collection_id, "", "", 0, revision, False, False, key, "")
            self._items.save(tx.connection, account, [reserved])

    def is_current(self, account: str, item: Item) -> bool:
        """Does the log know the item as it is now? Where its normaliser changed since, the version tells."""
        with self._store.read() as connection:
            row = self._items.find(connection, account, [item.ref]).get(item.ref)
        if row is None or not row.present:
            return False
        return row.fingerprint == item.fingerprint or (row.normaliser != item.normaliser and row.version == item.version != "")

    def record_write(
        self,
        tx: Transaction,
        account: str,
        collection_id: str,
        item: Item,
        receipt: Written | Removed,
        now: datetime,
        *,
        told: bool = False,
    ) -> None:
        """The outbox's receipt: append it, and know the item, as read back, as ours. The next pull sees no change. ``told``:
        it is not as it was sent, so what it says follows the receipt into the log."""
        row = self._items.find(tx.connection, account, [item.ref]).get(item.ref)
        if row is not None and row.present and not row.ours:
            self._count(tx.connection, account, Counter({row.collection: -1}))
        revision = 1 + (row.revision if row else self._last_revision(tx.connection, account, item.ref))
        version = item.version if is_storable(item.version) else ""
        known = ItemRow(
            item.ref, collection_id, version, item.fingerprint, item.normaliser, revision, True, False, receipt.key, ""
        )
        drafts = [Draft(receipt, account, item.ref, revision, None, None if told else item.raw)]
        if told:
            known = known._replace(revision=revision + 1, problem=problem_of(item))
            drafts.append(encodable(draft(account, item, known)))
        tx.append(drafts, now)
        self._items.save(tx.connection, account, [known])

    def dismiss(self, account: str, ref: str, now: datetime, *, unseen: bool = False) -> bool:
        """A direct look found that our entry is gone: record the user's dismissal. False if it was not known to be there.
        ``unseen``: it was there all the same, made by a try whose answer was lost, or by an auld whose store was."""
        with self._log.transaction() as tx:
            row = self._items.find(tx.connection, account, [ref]).get(ref)
            if row is None or not row.ours or not (row.present or unseen):
                return False
            tx.append([Draft(Dismissed(row.ours), account, ref, row.revision + 1)], now)
            absent = row._replace(present=False, missing=False, revision=row.revision + 1)
            self._items.save(tx.connection, account, [absent])
        return True

    def still_there(self, account: str, ref: str) -> None:
        """A direct look found our entry where a report said that it was gone: it is not missing."""
        with self._log.transaction() as tx:
            row = self._items.find(tx.connection, account, [ref]).get(ref)
            if row is not None and row.missing:
                self._items.save(tx.connection, account, [row._replace(missing=False)])

    def mark_absent(self, tx: Transaction, account: str, ref: str) -> None:
        """The outbox took our entry out itself: no pull shall report it as missing."""
        row = self._items.find(tx.connection, account, [ref]).get(ref)
        if row is not None:
            self._items.save(tx.connection, account, [row._replace(present=False, missing=False)])

    def forget_cursor(self, account: str, collection_id: str) -> None:
        """The collection was bound anew, or its cursor was refused: the next pull lists everything. Items are kept."""
        self._pulls.pop((account, collection_id), None)
        with self._log.transaction() as tx:
            state = self._state(tx.connection, account, collection_id)
            self._items.save_state(tx.connection, replace(state, cursor=None, last_full=None))

    def release(self, account: str, bound: Set[str]) -> None:
        """The account reads these collections from now on. Others do not hold their items any longer: where the same refs turn
        up in a collection of another id (the server has got a new address), they are read there."""
        for state in self.states(account):
            if state.collection not in bound and (state.cursor, state.last_full) != (None, None):
                self.forget_cursor(account, state.collection)

    def remember(self) -> None:
        """Write down when collections were last seen, as far as quiet pulls kept that in memory; for the end of a process."""
        with self._log.transaction() as tx:
            for account, collection_id in self._seen:
                self._items.save_state(tx.connection, self._state(tx.connection, account, collection_id))

    # --- helpers --------------------------------------------------------------------------------------------------------
    def _changes(self, connection: Connection, account: str, collection_id: str, items: Sequence[Item]) -> _Changes:
        """What these items change, compared with what is known of them."""
        changes = _Changes()
        if not items:
            return changes
        known = self._items.find(connection, account, (item.ref for item in items))
        lost_rows = [item.ref for item in items if item.ref not in known]
        revisions = self._items.revisions(connection, account, lost_rows) if lost_rows else {}
        held: dict[str, bool] = {}
        for item in items:
            ref = item.ref
            row = known.get(ref)
            if row is not None and row.present and row.collection != collection_id:
                holder = row.collection
                if holder not in held:
                    held[holder] = self._items.state(connection, account, holder).last_full is not None
                if held[holder]:
                    continue  # one ref in two collections: the first holds it, until it is bound anew
            new, event = after(row, item, collection_id, revisions.get(ref, 0))
            if new is None:
                continue
            if event:
                changes.drafts.append(draft(account, item, new))
            if not new.ours:
                changes.counts[collection_id] += 1
                if row is not None and row.present:
                    changes.counts[row.collection] -= 1
            known[ref] = changes.rows[ref] = new
            changes.items.append(item)
        return changes

    def _append(self, tx: Transaction, drafts: list[Draft], now: datetime) -> None:
        try:
            tx.append(drafts, now)
        except UnicodeEncodeError:  # one bad text must not hold up the others
            drafts[:] = map(encodable, drafts)
            tx.append(drafts, now)

    def _count(self, connection: Connection, account: str, counts: Counter[str]) -> None:
        for collection_id, change in counts.items():
            if change:
                state = self._items.state(connection, account, collection_id)
                self._items.save_state(connection, replace(state, present=state.present + change))

    def _last_revision(self, connection: Connection, account: str, ref: str) -> int:
        return self._items.revisions(connection, account, [ref]).get(ref, 0)

    def _state(self, connection: Connection, account: str, collection_id: str) -> CollectionState:
        return self._refresh(self._items.state(connection, account, collection_id))

    def _refresh(self, state: CollectionState) -> CollectionState:
        """With what is only in memory: when the last quiet pull was."""
        seen = self._seen.get((state.account, state.collection))
        return state if seen is None or (state.last_seen and state.last_seen >= seen) else replace(state, last_seen=seen)
