"""The life of every follow-up: what the planner decided, what the outbox wrote, and what the user made of the entry.

An edit in the calendar is an ordinary observation of an object that is ours. It is read against the *base*, the fields that
auld knows it wrote: whatever differs is the user's, and stays the user's for good (guarantee G1).

    planned -> written -> done | dismissed | moved | withdrawn          failed: the outbox gave up on it
    done -> written or moved, if the user takes the tick off again; nothing else is ever reopened
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from auld.events import Event, Proposed
from auld.observations import Meeting, Task
from auld.projections.views import Base, FollowUpState

_DONE = re.compile(r"^\s*(?:[✓✔☑✅]|\[x\]|x\s|(?:done|ok)\b)", re.IGNORECASE)
_ENDED: frozenset[FollowUpState] = frozenset({"done", "dismissed", "withdrawn"})


class Entry(msgspec.Struct):
    """One follow-up. ``proposed`` holds the planner's latest wishes; ``theirs`` what the user wrote instead, by field
    (title, description, day); ``seen`` is the description as last seen in the calendar, whoever wrote it."""

    proposed: Proposed
    proposed_at: datetime
    state: FollowUpState = "planned"
    base: Base | None = None
    theirs: dict[str, str] = {}
    seen: str | None = None
    closed_at: datetime | None = None
    why: str = ""


class FollowUpsState(msgspec.Struct):
    """Entries by key, in order of birth; the two maps find the key of what a calendar shows."""

    entries: dict[str, Entry] = {}
    by_ref: dict[tuple[str, str], str] = {}
    by_uid: dict[str, str] = {}
    zone: str = "UTC"


# --- decisions of the planner -------------------------------------------------------------------------------------------
def _proposed(state: FollowUpsState, event: Event) -> None:
    proposed: Proposed = event.data
    if proposed.key not in state.entries:
        state.entries[proposed.key] = Entry(proposed, event.recorded_at)
        state.by_uid[proposed.uid] = proposed.key


def _revised(state: FollowUpsState, event: Event) -> None:
    entry = state.entries.get(event.data.key)
    if entry is not None:
        names = ("day", "title", "description", "because")
        changes = {name: getattr(event.data, name) for name in names if getattr(event.data, name) is not None}
        entry.proposed = msgspec.structs.replace(entry.proposed, **changes)


def _withdrawn(state: FollowUpsState, event: Event) -> None:
    entry = state.entries.get(event.data.key)
    if entry is not None and entry.state not in _ENDED:
        _close(entry, "withdrawn", event.recorded_at, event.data.why)


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
    state.by_ref[event.account, event.ref] = written.key
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
    entry = state.entries.get(event.data.key)
    if entry is None:
        return
    entry.base = None
    if entry.state not in _ENDED:
        _close(entry, "dismissed", event.recorded_at)


# --- what the user did in the calendar ----------------------------------------------------------------------------------
def _task_observed(state: FollowUpsState, event: Event) -> None:
    entry = _ours(state, event, event.data)
    if entry is None:
        return
    task: Task = event.data
    entry.seen = task.description
    if task.status == "completed" or task.percent >= 100 or task.completed:
        _tick(entry, _ticked_at(entry, task, event))
        return
    if task.status == "cancelled":
        _dismiss(entry, event.recorded_at)
        return
    due = task.due or task.start
    _edited(entry, {"title": task.title, "description": task.description, "day": _local_day(due, task.zone, state.zone)})


def _meeting_observed(state: FollowUpsState, event: Event) -> None:
    entry = _ours(state, event, event.data)
    main = event.data.main
    if entry is None or main is None:
        return
    entry.seen = main.description
    if main.status == "cancelled" or event.data.method.casefold() == "cancel":
        _dismiss(entry, event.recorded_at)
    elif _DONE.match(main.title) and not _DONE.match(entry.proposed.title):
        _tick(entry, event.recorded_at)
    else:
        day = _local_day(main.start, main.zone, state.zone)
        _edited(entry, {"title": main.title, "description": main.description, "day": day})


def _gone(state: FollowUpsState, event: Event) -> None:
    """An entry of ours that the working tables did not know as ours any more, or that had no receipt yet."""
    entry = _standing_at(state, event)
    if entry is not None:
        entry.base = None
        _dismiss(entry, event.recorded_at)


def _ours(state: FollowUpsState, event: Event, seen: Task | Meeting) -> Entry | None:
    """The entry behind a calendar object: by where it was written; by our mark or UID only until a receipt says where that
    is, so that a copy which the user put elsewhere is nobody's edit."""
    entry = _standing_at(state, event)
    if entry is not None:
        return entry
    key = seen.mark if seen.mark in state.entries else state.by_uid.get(seen.mark, state.by_uid.get(seen.uid))
    if key is None or state.entries[key].base is not None:
        return None
    state.by_ref[event.account, event.ref] = key
    return state.entries[key]


def _standing_at(state: FollowUpsState, event: Event) -> Entry | None:
    """The entry that was written, or seen before there was a receipt, in the place that the event is about."""
    entry = state.entries.get(state.by_ref.get((event.account, event.ref), ""))
    if entry is None or (entry.base is not None and (entry.base.account, entry.base.ref) != (event.account, event.ref)):
        return None
    return entry


def _tick(entry: Entry, at: datetime) -> None:
    """Done holds even where the planner has just taken the follow-up back: the user did it."""
    if entry.state not in ("done", "dismissed"):
        _close(entry, "done", at)


def _dismiss(entry: Entry, at: datetime) -> None:
    if entry.state not in _ENDED:
        _close(entry, "dismissed", at)


def _edited(entry: Entry, seen: dict[str, str]) -> None:
    """An open entry as the user left it: what differs from the base is theirs, and what once was theirs follows them. What
    equals the latest wish is ours too: a write whose receipt was lost."""
    base, wish = entry.base, entry.proposed
    ours = {
        "title": (wish.title, base.title if base else ""),
        "description": (wish.description, base.description if base else ""),
        "day": (wish.day, base.day.isoformat() if base else ""),
    }
    for field, value in seen.items():
        edited = all(value.split() != text.split() for text in ours[field])
        if (edited or field in entry.theirs) and (value or field != "day"):
            entry.theirs[field] = value
    if entry.state in ("done", "written"):
        entry.state, entry.closed_at = ("moved" if "day" in entry.theirs else "written"), None


def _close(entry: Entry, state: FollowUpState, at: datetime, why: str = "") -> None:
    entry.state, entry.closed_at, entry.why = state, at, why


def _ticked_at(entry: Entry, task: Task, event: Event) -> datetime:
    """When, as the entry says; where that is before it was born or still to come (clocks go wrong), when it was seen."""
    at = _instant(task.completed)
    plausible = at is not None and entry.proposed_at.date() <= at.astimezone(UTC).date() <= event.recorded_at.date()
    return at if at is not None and plausible else event.recorded_at


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _local_day(text: str, zone: str, own_zone: str) -> str:
    """The day in the user's zone on which a local time of ``zone`` falls; "" if there is none."""
    if len(text) <= 10 or not zone:
        return text[:10]
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = datetime.fromisoformat(f"{text}{zone}") if zone[0] in "+-" else at.replace(tzinfo=ZoneInfo(zone))
        return at.astimezone(ZoneInfo(own_zone)).date().isoformat()
    except (ValueError, OSError):  # an unknown zone: the written day is the best that is known
        return text[:10]


def _policy(state: FollowUpsState, event: Event) -> None:
    state.zone = event.data.timezone


HANDLERS: dict[str, Callable[[FollowUpsState, Event], None]] = {
    "follow_up.proposed": _proposed,
    "follow_up.revised": _revised,
    "follow_up.withdrawn": _withdrawn,
    "follow_up.written": _written,
    "follow_up.removed": _removed,
    "follow_up.parked": _parked,
    "follow_up.dismissed": _dismissed,
    "task.observed": _task_observed,
    "meeting.observed": _meeting_observed,
    "item.gone": _gone,
    "policy.set": _policy,
}
