"""What an entry just read says about our own writing: is it ours, does it hold what we sent, is anybody else's hand in it?"""

from __future__ import annotations

import msgspec

from auld.contract import Entry, EntryField, Held, Stored
from auld.observations import Meeting, Observation, Task

_OURS = ("title", "description", "day")


def is_ours(held: Held, uid: str) -> bool:
    """By UID, or by our mark where the server gave it another."""
    seen = held.item.observation
    return isinstance(seen, Task | Meeting) and uid in {seen.uid, seen.mark}


def is_closed(held: Held) -> bool:
    """Does it say itself that it is done, or that nothing will come of it?"""
    seen = held.item.observation
    if isinstance(seen, Task):
        return seen.status in {"cancelled", "completed"} or bool(seen.completed)
    return isinstance(seen, Meeting) and seen.main is not None and seen.main.status == "cancelled"


def holds(held: Held, entry: Entry, fields: frozenset[EntryField]) -> bool:
    """Does it say, in those fields, what the entry says?"""
    shown, wanted = _shown(held.item.observation), _wanted(entry)
    return bool(shown) and all(_same(shown[name], wanted[name]) for name in _OURS if name in fields)


def description(held: Held) -> str:
    """The text that stands there."""
    return _shown(held.item.observation).get("description", "")


def is_as_created(held: Held, entry: Entry) -> bool:
    """Is it a new entry, open, just as we would have made it?"""
    seen = held.item.observation
    if isinstance(seen, Task):
        fresh = seen.status in {"needs-action", "in-process"} and not seen.percent and not seen.completed
    else:
        fresh = isinstance(seen, Meeting) and seen.main is not None and seen.main.status != "cancelled"
    return fresh and holds(held, entry, frozenset({"title", "description", "day"}))


def is_as_stored(held: Held, stored: Stored, *, plain: bool) -> bool:
    """Is this still what our write stored, with nobody's hand in it since? Where the other side stores it otherwise than it was
    sent and does not tell the version, only what shows in our fields can answer that (``plain``)."""
    if held.item.fingerprint == stored.fingerprint:
        return True
    return held.item.version == stored.version if stored.version else plain


def is_bare(held: Held) -> bool:
    """Has it nothing but what auld writes, as far as auld reads entries at all?"""
    seen = held.item.observation
    if isinstance(seen, Task):
        return not (seen.recurring or seen.snoozed)
    if not isinstance(seen, Meeting) or seen.main is None:
        return False
    main = seen.main
    return not (main.attendees or main.location or main.url or seen.rules or seen.extra or seen.overrides or seen.snoozed)


def is_as_updated(before: Held, after: Held, entry: Entry, fields: frozenset[EntryField]) -> bool:
    """Does it differ from what stood there before in those fields only, and say there what the entry says?"""
    old, new = _shown(before.item.observation), _shown(after.item.observation)
    if not old or not new or _rest(before.item.observation) != _rest(after.item.observation):
        return False
    wanted = _wanted(entry)
    return all(_same(new[name], wanted[name] if name in fields else old[name]) for name in _OURS)


def _wanted(entry: Entry) -> dict[str, str]:
    return {"title": entry.title, "description": entry.description, "day": entry.day.isoformat()}


def _shown(seen: Observation | None) -> dict[str, str]:
    """The fields that we write, as they stand there; none if it cannot be read."""
    if isinstance(seen, Task):
        return {"title": seen.title, "description": seen.description, "day": (seen.due or seen.start)[:10]}
    if isinstance(seen, Meeting) and seen.main is not None:
        return {"title": seen.main.title, "description": seen.main.description, "day": seen.main.start[:10]}
    return {}


def _rest(seen: Observation | None) -> Observation | None:
    """All the other fields."""
    if isinstance(seen, Task):
        return msgspec.structs.replace(seen, title="", description="", start="", due="", zone="")
    if isinstance(seen, Meeting) and seen.main is not None:
        main = msgspec.structs.replace(seen.main, title="", description="", start="", end="", zone="", end_zone="")
        return msgspec.structs.replace(seen, main=main)
    return seen


def _same(a: str, b: str) -> bool:
    """Equal but for white space, which servers fold and trim."""
    return a.split() == b.split()
