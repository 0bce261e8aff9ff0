"""Writing follow-ups into Google Calendar: all-day events, free time, without guests, and nobody is ever mailed.

The id is made of the follow-up's UID, so that a creation that is repeated meets the first one (409). Every change and removal
depends on the entity tag of the version that it was made from. An id that was used is used up: what the user deleted stays so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from auld.contract import Collection, Entry, EntryField, Held, Stored
from auld.errors import Conflict, Refused, UsedUp
from auld_connectors._google_calendar_read import CalendarReader
from auld_connectors._google_errors import Missing
from auld_connectors._google_events import CLOSED, PROPERTY, Event, id_in, id_of, is_recurring, master_of, read, ref_of
from auld_connectors._google_service import GoogleService
from auld_connectors._google_text import changed, writable, written

_MOST_TITLE = 1024
_MOST_DESCRIPTION = 8192
_DAY = 24 * 60


class CalendarWriter:
    """The writing half of an account; see :class:`auld.contract.Sink`."""

    def __init__(self, google: GoogleService, reader: CalendarReader) -> None:
        self._google = google
        self._reader = reader

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        item = self._reader.get(collection, ref)
        return None if item is None else Held(item)

    def create(self, collection: Collection, entry: Entry) -> Stored:
        if entry.form != "event":
            raise Refused("Google's calendars take events only; for tasks there is the connector google_tasks")
        request = self._google.api.events().insert(calendarId=collection.id, sendUpdates="none", body=_body(entry))
        try:
            return _stored(collection, self._google.ask(request))
        except Conflict as error:
            if self._reader.get(collection, ref_of(collection.id, id_of(entry.uid))) is None:
                raise UsedUp("the entry was there, and was deleted") from error
            raise

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored:
        event = master_of(held.item)
        request = self._google.api.events().patch(
            calendarId=collection.id, eventId=id_in(held.item.ref), sendUpdates="none", body=_changes(event, entry, fields)
        )
        try:
            return _stored(collection, self._google.ask(request, etag=event["etag"]))
        except Missing as error:
            raise Conflict("the entry is not there any more") from error

    def remove(self, collection: Collection, held: Held) -> None:
        event = master_of(held.item)
        request = self._google.api.events().delete(calendarId=collection.id, eventId=id_in(held.item.ref), sendUpdates="none")
        try:
            self._google.ask(request, etag=event["etag"])
        except Missing:
            return
        except Conflict:
            if self._reader.get(collection, held.item.ref) is not None:
                raise


def _body(entry: Entry) -> dict[str, Any]:
    description = written(entry.description, _MOST_DESCRIPTION)
    return {
        "id": id_of(entry.uid),
        "summary": writable(entry.title, _MOST_TITLE),
        **({"description": description} if description else {}),
        **_day(entry),
        "transparency": "transparent",
        "reminders": {"useDefault": False, **({"overrides": [_reminder(entry.alarm)]} if entry.alarm else {})},
        "extendedProperties": {"private": {PROPERTY: entry.uid}},
    }


def _day(entry: Entry) -> dict[str, Any]:
    return {"start": {"date": entry.day.isoformat()}, "end": {"date": (entry.day + timedelta(days=1)).isoformat()}}


def _reminder(alarm: str) -> dict[str, Any]:
    """Google counts back from the midnight at which an all-day event begins, and never forward: the reminder comes at that
    time of the day before."""
    hours, _, minutes = alarm.partition(":")
    return {"method": "popup", "minutes": _DAY - int(hours) * 60 - int(minutes)}


def _changes(event: Event, entry: Entry, fields: frozenset[EntryField]) -> dict[str, Any]:
    """What to send so that just these fields change (a patch leaves out what stays)."""
    body: dict[str, Any] = {}
    if "title" in fields:
        body["summary"] = writable(entry.title, _MOST_TITLE)
    if "description" in fields:
        body["description"] = changed(event.get("description", ""), entry.description, _MOST_DESCRIPTION)
    if "day" in fields:
        nothing = {"dateTime": None, "timeZone": None} if "dateTime" in event.get("start", {}) else {}
        body |= {name: {**when, **nothing} for name, when in _day(entry).items()}
    if "closed" in fields:
        body |= {"status": "cancelled", "extendedProperties": {"private": {CLOSED: "1"}}}
    return body


def _stored(collection: Collection, event: Event) -> Stored:
    """What was stored, as Google answered it. Of a series the answer is only a part."""
    item = None if is_recurring(event) else read(ref_of(collection.id, event["id"]), [event])
    return Stored(item.fingerprint, item.version) if item is not None else Stored()
