"""What the user said by what they made of an entry of ours: one observation, read against the titles that auld gave it.

Nothing is remembered here and nothing decided; the fold (:mod:`auld.projections.follow_ups`) does both. docs/calendar.md is
this for users.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from auld.observations import Happening, Meeting, Task
from auld.people import fold
from auld.policy import Words

Said = Literal["", "done", "not this", "never", "meeting"]
Channel = Literal["", "call", "mail", "message", "met"]

_PUNCTUATION = ",:;.!?)]–—-"


class Seen(NamedTuple):
    """An entry as it stands in the calendar now.

    ``said`` is what that says of the follow-up, "" if nothing; ``at`` when, if the entry tells. ``day`` is the user's local ISO
    date, "" if there is none, ``snoozed`` that to which its alarm was put off. ``end`` is when a meeting is over.
    ``repeats``: the user made a series of it."""

    title: str
    description: str
    day: str
    said: Said = ""
    channel: Channel = ""
    at: datetime | None = None
    snoozed: str = ""
    end: datetime | None = None
    repeats: bool = False


def read(item: Task | Meeting, ours: Sequence[str], words: Words, zone: str) -> Seen | None:
    """``ours`` are the titles that auld gave the entry or wants to; ``zone`` is the user's. None if it stands nowhere in time
    (only single dates of a series are left)."""
    if isinstance(item, Task):
        return _task(item, ours, words, zone)
    return None if item.main is None else _event(item, item.main, ours, words, zone)


def _task(task: Task, ours: Sequence[str], words: Words, zone: str) -> Seen:
    said, channel = by_title(task.title, ours, words)
    if task.status == "completed" or task.percent >= 100 or task.completed:
        said, channel = "done" if said != "never" else said, channel or _channel(_added(task.title, ours), words)
    elif task.status == "cancelled" and said != "never":
        said = "not this"
    return Seen(
        title=task.title,
        description=task.description,
        day=local_day(task.due or task.start, task.zone, zone),
        said=said,
        channel=channel,
        at=instant(task.completed),
        snoozed=_local_day_of(task.snoozed, zone),
        repeats=task.recurring,
    )


def _event(item: Meeting, main: Happening, ours: Sequence[str], words: Words, zone: str) -> Seen:
    said, channel = by_title(main.title, ours, words)
    if said != "never" and (main.status == "cancelled" or item.method.casefold() == "cancel"):
        said = "not this"
    elif said in ("", "done") and is_made_a_meeting(item):
        said, channel = "meeting", ""
    return Seen(
        title=main.title,
        description=main.description,
        day=local_day(main.start, main.zone, zone),
        said=said,
        channel=channel,
        snoozed=_local_day_of(item.snoozed, zone),
        end=_moment(main.end, main.end_zone or main.zone, zone),
        repeats=bool(item.rules or item.extra),
    )


def is_made_a_meeting(item: Meeting) -> bool:
    """Has an entry got a time of day, and people, a place or a link besides? auld writes none of these. A time alone is no
    meeting: it says when to get in touch."""
    main = item.main
    if main is None or main.all_day:
        return False
    host = main.organizer.email if main.organizer else ""
    return bool(main.location or main.url or any(guest.email != host for guest in main.attendees))


# --- titles -------------------------------------------------------------------------------------------------------------
def by_title(title: str, ours: Sequence[str], words: Words) -> tuple[Said, Channel]:
    """What the head of a title says, and the channel that it names. A title of ours says nothing, nor does the word with which
    one of ours begins, unless it was put before that once more."""
    if any(title.split() == own.split() for own in ours):
        return "", ""
    kinds: tuple[tuple[Said, tuple[str, ...]], ...] = (
        ("done", words.done),
        ("never", words.never),
        ("not this", words.not_this),
    )
    found = max(((len(word), said, word) for said, all_ in kinds for word in all_ if _begins(title, word)), default=None)
    if found is None:
        return "", ""
    _, said, word = found
    rest = _plain(title)[len(_plain(word)) :]
    if any(_begins(own, word) and _plain(own) not in rest for own in ours):
        return "", ""
    return said, _channel(_added(rest, ours), words) if said == "done" else ""


def _begins(title: str, word: str) -> bool:
    """A word ends where a blank follows, maybe after punctuation; a sign ends anywhere."""
    text, start = _plain(title), _plain(word)
    if not start or not text.startswith(start):
        return False
    rest = text[len(start) :].lstrip(_PUNCTUATION)
    return not start[-1].isalnum() or not rest or rest[0].isspace()


def _added(title: str, ours: Sequence[str]) -> str:
    """What the user put beside a title of ours; all of it, where ours is not in it."""
    text = _plain(title)
    for own in ours:
        if (plain := _plain(own)) and plain in text:
            return text.replace(plain, " ", 1)
    return text


def _channel(text: str, words: Words) -> Channel:
    """The channel that is named first."""
    channels: tuple[tuple[Channel, tuple[str, ...]], ...] = (
        ("call", words.call),
        ("mail", words.mail),
        ("message", words.message),
        ("met", words.met),
    )
    said = f" {fold(text)} "
    named = [(at, name) for name, all_ in channels for word in all_ if (at := said.find(f" {fold(word)} ")) >= 0]
    return min(named)[1] if named else ""


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Without case, accents, the variation selectors of pictographs, and more than one blank in a row."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if unicodedata.category(c) != "Mn").split())


# --- times --------------------------------------------------------------------------------------------------------------


def instant(text: str) -> datetime | None:
    """An ISO time; UTC if it names no offset. None if it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def local_day(text: str, zone: str, own_zone: str) -> str:
    """The day in the user's zone on which a local time of ``zone`` falls; "" if there is none."""
    if len(text) <= 10 or not zone:
        return text[:10]
    at = _moment(text, zone, own_zone)
    return text[:10] if at is None else at.date().isoformat()


def _local_day_of(at: str, own_zone: str) -> str:
    return local_day(at, "UTC", own_zone) if at else ""


def _moment(text: str, zone: str, own_zone: str) -> datetime | None:
    """In the user's zone; None where the zone is not known (then the written day is the best that is known)."""
    try:
        if len(text) <= 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(own_zone))
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            own = zone or own_zone
            at = datetime.fromisoformat(f"{text}{own}") if own[0] in "+-" else at.replace(tzinfo=ZoneInfo(own))
        return at.astimezone(ZoneInfo(own_zone))
    except (ValueError, KeyError, OSError, OverflowError):
        return None
