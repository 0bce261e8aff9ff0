"""The life of every follow-up: what the planner decided, what the outbox wrote, and what the user made of the entry.

An edit in the calendar is an ordinary observation of an object that is ours. It is read against the *base*, the fields that
auld knows it wrote: whatever differs is the user's, and stays the user's for good (guarantee G1). What it says of the
follow-up is read by :mod:`auld.projections.gestures`, in the words that were in force when it was seen.

    planned -> written -> done | dismissed | meeting | moved | withdrawn      failed: the outbox gave up on it
    done, dismissed, meeting -> written or moved, if the user takes back in the entry what said so; nothing else is reopened

An entry that the user put elsewhere, or made a series of, is theirs: it stays open, and auld never writes to it again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from auld.events import Event, Proposed
from auld.observations import Meeting, Task
from auld.projections import gestures
from auld.projections.acts import Said
from auld.projections.entries import Copy, Entry, FollowUpsState, Place
from auld.projections.gestures import Seen
from auld.projections.views import Base, FollowUpState

_ENDED: frozenset[FollowUpState] = frozenset({"done", "dismissed", "meeting", "withdrawn"})

_STRONGER: frozenset[gestures.Said] = frozenset({"done", "never", "meeting"})
"""What the user says of an entry that auld has taken back meanwhile, and what counts nevertheless. Not that it is cancelled:
auld itself cancels what it takes back."""

_FIELDS = ("day", "title", "description")


# --- decisions of the planner -------------------------------------------------------------------------------------------
def _proposed(state: FollowUpsState, event: Event) -> None:
    proposed: Proposed = event.data
    if proposed.key in state.entries:
        return
    entry = state.entries[proposed.key] = Entry(proposed, event.recorded_at)
    state.by_uid[proposed.uid] = proposed.key
    found = [where for where, item in state.unclaimed.items() if item.uid == proposed.uid]  # copies have another UID
    for where in found:
        _sight(state, event, entry, where, state.unclaimed.pop(where))
    if not found and proposed.uid in state.cleared:  # an older log wrote it, and the user said no
        entry.lost = True
        _close(entry, "dismissed", event.recorded_at, _DELETED)


def _revised(state: FollowUpsState, event: Event) -> None:
    entry = state.entries.get(event.data.key)
    if entry is not None:
        if event.data.day and entry.proposed.day < _today(state, event):
            entry.rolled += 1
        for name in _FIELDS:
            if getattr(event.data, name) is not None:
                entry.former.setdefault(name, []).append(getattr(entry.proposed, name))
        names = (*_FIELDS, "because")
        changes = {name: getattr(event.data, name) for name in names if getattr(event.data, name) is not None}
        entry.proposed = msgspec.structs.replace(entry.proposed, **changes)


def _withdrawn(state: FollowUpsState, event: Event) -> None:
    entry = state.entries.get(event.data.key)
    if entry is not None and entry.state not in _ENDED:
        _close(entry, "withdrawn", event.recorded_at, event.data.why)
        entry.rested = event.data.rested


def _today(state: FollowUpsState, event: Event) -> str:
    return event.recorded_at.astimezone(ZoneInfo(state.zone)).date().isoformat()


# --- receipts of the outbox ---------------------------------------------------------------------------------------------
def _written(state: FollowUpsState, event: Event) -> None:
    written = event.data
    entry = state.entries.get(written.key)
    if entry is None:
        return
    entry.base = Base(
        account=event.account,
        collection=written.collection,
        ref=event.ref,
        form=written.form,
        day=date.fromisoformat(written.day),
        title=written.title,
        description=written.description,
        fingerprint=written.fingerprint,
        adopted=written.adopted or (entry.base is not None and entry.base.adopted),
    )
    if entry.seen is not None and "description" not in entry.theirs and not written.answers:
        entry.seen = written.description  # else what auld itself said before would pass for the user's typing
    state.by_ref[event.account, event.ref] = written.key
    state.copies.pop((event.account, event.ref), None)
    entry.sighted, entry.received, entry.lost, entry.former = [], True, False, {}
    if entry.state in ("planned", "failed"):
        entry.state, entry.why = ("moved" if "day" in entry.theirs else "written"), ""


def _removed(state: FollowUpsState, event: Event) -> None:
    entry = state.entries.get(event.data.key)
    if entry is not None:
        entry.base = None


def _parked(state: FollowUpsState, event: Event) -> None:
    """Only what never came to stand has failed; an entry that cannot be changed stands as it is."""
    entry = state.entries.get(event.data.key)
    if entry is not None and entry.base is None and entry.state not in _ENDED:
        entry.state, entry.why = "failed", event.data.why


def _dismissed(state: FollowUpsState, event: Event) -> None:
    entry, where = state.entries.get(event.data.key), (event.account, event.ref)
    if entry is not None and entry.place in (None, where):
        _lose_sight(entry, where)
        if entry.stands is not None or not entry.sighted:  # else it was seen elsewhere before it was missed here
            _lost(state, event, entry)


# --- what the user did in the calendar ----------------------------------------------------------------------------------
def _observed(state: FollowUpsState, event: Event) -> None:
    """An object of ours, by where it was written; by mark or UID it may be a copy, too, or the entry in a new place."""
    where, item = (event.account, event.ref), event.data
    if where not in state.by_ref and not item.mark and item.uid not in state.by_uid:
        return  # somebody else's, as most are
    key = state.by_ref.get(where) or _marked(state, item)
    if key is None:
        if item.mark:
            state.unclaimed[where] = item
        return
    entry = state.entries[key]
    if entry.stands == where:
        _take(state, event, entry, item)
    elif _went_there(state, entry, where, item):
        _hand_over(state, event, entry, where, item)
    elif entry.stands is None and not entry.lost:
        _sight(state, event, entry, where, item)
    else:
        state.copies.pop(where, None)
        state.copies[where] = Copy(key, item)


def _sight(state: FollowUpsState, event: Event, entry: Entry, where: Place, item: Task | Meeting) -> None:
    """It is seen where no receipt says that it stands."""
    state.by_ref[where] = entry.proposed.key
    if item.uid == entry.proposed.uid and not entry.received and where not in entry.sighted:  # a copy has another UID
        entry.sighted.append(where)
    _take(state, event, entry, item)


def _went_there(state: FollowUpsState, entry: Entry, where: Place, item: Task | Meeting) -> bool:
    """Moved, also to where it once stood; or taken out of the bin. Of what the user closed before it went, an object of another
    UID at a new place tells nothing; and where a copy was followed, the entry itself counts for more."""
    itself = item.uid == entry.proposed.uid
    return itself or where in state.by_ref or not entry.in_place if entry.lost else itself and entry.copied


def _lose_sight(entry: Entry, where: Place) -> None:
    if where in entry.sighted:
        entry.sighted.remove(where)


def _marked(state: FollowUpsState, item: Task | Meeting) -> str | None:
    if item.mark in state.entries:
        return item.mark
    return state.by_uid.get(item.mark, state.by_uid.get(item.uid))


def _gone(state: FollowUpsState, event: Event) -> None:
    """A copy; or an entry that the user keeps, that the working tables no longer knew as ours, or that had no receipt."""
    where = (event.account, event.ref)
    if state.copies.pop(where, None) is not None:
        return
    if (cleared := state.unclaimed.pop(where, None)) is not None:
        state.cleared.append(cleared.uid)
        return
    entry = state.entries.get(state.by_ref.get(where, ""))
    if entry is None:
        return
    _lose_sight(entry, where)
    if entry.stands == where or (entry.stands is None and not entry.sighted and entry.state not in _ENDED):
        _lost(state, event, entry)


def _lost(state: FollowUpsState, event: Event, entry: Entry) -> None:
    """It is not where it stood: moved, if it stands elsewhere; else deleted. What was done stays done, and a meeting that was
    over by then took place."""
    entry.base, entry.place, entry.copied = None, None, False
    key = entry.proposed.key
    copies = [where for where in reversed(state.copies) if state.copies[where].key == key]
    # the entry itself keeps its UID wherever it is put; of copies, which get others, the latest counts
    copy = max(copies, key=lambda where: state.copies[where].item.uid == entry.proposed.uid, default=None)
    if copy is not None:
        follow = _sight if entry.state == "withdrawn" else _hand_over
        follow(state, event, entry, copy, state.copies.pop(copy).item)
    else:
        entry.lost = entry.state != "withdrawn"
        if entry.state not in _ENDED or (entry.ends is not None and event.recorded_at < entry.ends):
            _close(entry, "dismissed", event.recorded_at, _DELETED)
            entry.in_place = False


_DELETED = "deleted"


def _hand_over(state: FollowUpsState, event: Event, entry: Entry, where: Place, item: Task | Meeting) -> None:
    """The user keeps the entry elsewhere now."""
    entry.place, entry.lost, entry.copied = where, False, item.uid != entry.proposed.uid
    state.by_ref[where] = entry.proposed.key
    if entry.state == "dismissed" and entry.why == _DELETED:
        _open(entry)
    _take(state, event, entry, item)


def _take(state: FollowUpsState, event: Event, entry: Entry, item: Task | Meeting) -> None:
    """The entry as it stands now."""
    seen = gestures.read(item, _ours(entry, "title"), state.words, state.zone)
    if seen is None:
        return
    entry.seen, entry.repeats = _text_of_theirs(entry, seen), seen.repeats
    if not seen.said:
        _edited(entry, seen)
    if entry.state in _ENDED and not entry.in_place and not (entry.state == "withdrawn" and seen.said in _STRONGER):
        return
    if seen.said != "never":
        _forget_never(state, entry)
    entry.ends = seen.end if seen.said == "meeting" else None
    match seen.said:
        case "done":
            if entry.state != "done":
                _close(entry, "done", _ticked_at(entry, seen, event))
            entry.channel = seen.channel
        case "meeting":
            _close(entry, "meeting", event.recorded_at)
        case "never" | "not this":
            if entry.state != "dismissed":
                _close(entry, "dismissed", event.recorded_at)
            if seen.said == "never" and not entry.never_at:
                entry.never_at = event.position
                state.let_go.setdefault(entry.proposed.person, []).append(Said(event.position, "let go", at=event.recorded_at))
        case "":
            if entry.state in _ENDED or entry.state == "written":
                _open(entry)
    entry.in_place = bool(seen.said)


def _forget_never(state: FollowUpsState, entry: Entry) -> None:
    said = state.let_go.get(entry.proposed.person, [])
    said[:] = [each for each in said if each.position != entry.never_at]
    if not said:
        state.let_go.pop(entry.proposed.person, None)
    entry.never_at = 0


def _undone(state: FollowUpsState, event: Event) -> None:
    """``auld undo`` of a never: the entry stays dismissed, the person is followed up again."""
    for entry in state.entries.values():
        if entry.never_at == event.data.position:
            _forget_never(state, entry)
            return


def _edited(entry: Entry, seen: Seen) -> None:
    """An open entry as the user left it: what differs from the base is theirs, and what once was theirs follows them. What
    equals a wish since then is ours too: a write whose receipt was lost."""
    shown = {"title": seen.title, "description": seen.description, "day": _day(entry, seen)}
    for field, value in shown.items():
        edited = entry.user_owned or not _is_ours(entry, field, value)
        if (edited or field in entry.theirs) and (value or field != "day"):
            entry.theirs[field] = value


def _text_of_theirs(entry: Entry, seen: Seen) -> str | None:
    """The text to look for the user's lines in; None as long as nobody but auld wrote any of it."""
    return seen.description if entry.seen is not None or not _is_ours(entry, "description", seen.description) else None


def _ours(entry: Entry, field: str) -> list[str]:
    """All that a field may say without anybody but auld having said it."""
    written = [] if entry.base is None else [str(getattr(entry.base, field))]
    return [getattr(entry.proposed, field), *written, *entry.former.get(field, ())]


def _is_ours(entry: Entry, field: str, value: str) -> bool:
    return any(value.split() == text.split() for text in _ours(entry, field))


def _day(entry: Entry, seen: Seen) -> str:
    """The day that the entry shows, or a later one to which its alarm was put off. That one stays when the alarm has rung."""
    if seen.snoozed > seen.day:
        entry.snoozed = seen.snoozed
    elif entry.base is None or seen.day != entry.base.day.isoformat():
        entry.snoozed = ""
    return entry.snoozed or seen.day


def _open(entry: Entry) -> None:
    entry.state, entry.closed_at, entry.why = ("moved" if "day" in entry.theirs or entry.place else "written"), None, ""
    entry.channel = ""


def _close(entry: Entry, state: FollowUpState, at: datetime, why: str = "") -> None:
    entry.state, entry.closed_at, entry.why = state, at, why


def _ticked_at(entry: Entry, seen: Seen, event: Event) -> datetime:
    """When, as the entry says; where that is before it was born or still to come (clocks go wrong), when it was seen."""
    at = seen.at
    plausible = at is not None and entry.proposed_at.date() <= at.astimezone(UTC).date() <= event.recorded_at.date()
    return at if at is not None and plausible else event.recorded_at


def _policy(state: FollowUpsState, event: Event) -> None:
    state.zone, state.words = event.data.timezone, event.data.words


HANDLERS: dict[str, Callable[[FollowUpsState, Event], None]] = {
    "follow_up.proposed": _proposed,
    "follow_up.revised": _revised,
    "follow_up.withdrawn": _withdrawn,
    "follow_up.written": _written,
    "follow_up.removed": _removed,
    "follow_up.parked": _parked,
    "follow_up.dismissed": _dismissed,
    "task.observed": _observed,
    "meeting.observed": _observed,
    "item.gone": _gone,
    "act.undone": _undone,
    "policy.set": _policy,
}
