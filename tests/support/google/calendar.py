"""Google Calendar: the calendars of one account, what the user does in them, and the Calendar API v3 over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from support.google import events
from support.google.model import ApiError, Call, Changes, Json, Pages, Ticks, merge, opaque, rfc3339

TOKEN_LIFE = timedelta(days=28)
"""Google names no number; that tokens do end is sure."""

_FORBIDDEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
_TAKEN_OVER = ("kind", "etag", "created", "updated", "creator", "organizer", "htmlLink", "iCalUID", "hangoutLink", "eventType")
"""What a client cannot change of an event that there is."""

_TOMBSTONE = ("id", "status", "kind", "etag", "recurringEventId", "originalStartTime")
_OUTLINE = (*_TOMBSTONE, "htmlLink", "created", "updated", "start", "end", "iCalUID", "recurrence", "eventType")
"""What is told of an event that one may not see."""

Tombstone = Literal["bare", "full"]


@dataclass
class Calendar:
    """One calendar. ``events`` holds every event that ever was, by id; those deleted with the status ``cancelled``.

    ``tombstones``: what a list tells of a deleted event: its id alone, which is all that Google promises, or everything. Who
    asks for one of the calendar's own by its id gets everything: "on the organizer's calendar, cancelled events continue to
    expose event details"."""

    id: str
    summary: str
    ticks: Ticks
    owner: str
    role: str = "owner"
    zone: str = "Europe/Lisbon"
    primary: bool = False
    made_by_app: bool = False
    extra: Json = field(default_factory=dict)
    tombstones: Tombstone = "bare"
    events: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = Changes(self.ticks, TOKEN_LIFE)
        self.pages = Pages()
        self._number = itertools.count(1)

    # --- what the user, and others, do ----------------------------------------------------------------------------------
    def put(self, event: Json) -> str:
        """An event comes to stand there, with whatever Google may say of one; its id (an old one replaces that event)."""
        event_id = event.get("id") or f"google{next(self._number):020d}"
        self._store({**self._new(event_id), **event, "id": event_id})
        return event_id

    def edit(self, event_id: str, **changes: object) -> None:
        """Change fields, as by a merge patch; of an instance of a series too."""
        self._store(merge(self._find(event_id), changes), more_than_reminders=set(changes) != {"reminders"})

    def delete(self, event_id: str) -> None:
        """Delete an event with all its exceptions, or call off one instance of a series."""
        event = self._find(event_id)
        self._store({**event, "status": "cancelled"})
        for other in self.exceptions(event_id):
            self._store({**other, "status": "cancelled"})

    def forget(self, event_id: str) -> None:
        """A deleted event goes for good, as all do in time."""
        del self.events[event_id]
        del self.changes.seen[event_id]

    def move(self, event_id: str, to: Calendar) -> None:
        """Move an event to another calendar: it keeps its id there, and leaves a cancelled one behind."""
        to.put({**self.events[event_id]})
        self.delete(event_id)

    def split(self, event_id: str, instance_id: str, **changes: object) -> str:
        """Change an instance "and all that follow": the series ends before it, and another begins with it; its id."""
        series, first = self.events[event_id], self._find(instance_id)
        stamp = instance_id.rpartition("_")[2].removesuffix("Z")
        (rule,) = (line for line in series["recurrence"] if line.startswith("RRULE"))
        kept = ";".join(part for part in rule.split(";") if not part.startswith(("UNTIL", "COUNT")))
        until = events.instant(first["start"], UTC) - timedelta(seconds=1)
        last = f"{until:%Y%m%d}" if "date" in first["start"] else f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        self.edit(event_id, recurrence=[f"{kept};UNTIL={last}"])
        new_id = f"{event_id}_R{stamp}"
        times = {"start": first["start"], "end": first["end"]}
        return self.put(
            merge({**series, **times, "id": new_id, "iCalUID": f"{new_id}@google.com", "recurrence": [kept]}, changes)
        )

    def exceptions(self, event_id: str) -> list[Json]:
        """The exceptions of a series, those called off too."""
        return [event for event in self.events.values() if event.get("recurringEventId") == event_id]

    # --- keeping --------------------------------------------------------------------------------------------------------
    def _new(self, event_id: str) -> Json:
        mine = {"email": self.owner if self.primary else self.id, "self": True}
        return {
            "kind": "calendar#event",
            "status": "confirmed",
            "created": rfc3339(self.ticks()),
            "creator": {"email": self.owner, **({"self": True} if self.primary else {})},
            "organizer": mine if self.primary else {**mine, "displayName": self.summary},
            "iCalUID": f"{event_id}@google.com",
            "htmlLink": f"https://www.google.com/calendar/event?eid={opaque(event_id)}",
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
        }

    def _store(self, event: Json, *, more_than_reminders: bool = True) -> Json:
        event = events.tidy(event)
        at = self.ticks()
        event["etag"] = f'"{int(at.timestamp() * 1000)}000"'
        if more_than_reminders or "updated" not in event:  # "changing reminders does not change updated"
            event["updated"] = rfc3339(at)
        self.events[event["id"]] = event
        self.changes.touch(event["id"])
        return event

    def _find(self, event_id: str) -> Json:
        """An event, or the instance of a series that is not an exception yet."""
        if event_id in self.events:
            return self.events[event_id]
        series = self.events.get(event_id.rpartition("_")[0])
        if series and series.get("recurrence") and series["status"] != "cancelled":
            for start in events.starts(series, self.zone):
                if events.instance_id(series["id"], start) == event_id:
                    found = events.instance(series, start, self.zone)
                    return {**found, "etag": series["etag"]}
        raise ApiError(404, "notFound", "Not Found")

    # --- answering ------------------------------------------------------------------------------------------------------
    def answer(self, event: Json, call: Call) -> Json:
        """An event as it is told."""
        organised = call.name == "calendar.events.get" and event.get("organizer", {}).get("self")
        if event["status"] == "cancelled" and self.tombstones == "bare" and not organised:
            event = {name: event[name] for name in _TOMBSTONE if name in event}
        elif self.role == "freeBusyReader" or (
            self.role == "reader" and event.get("visibility") in ("private", "confidential")
        ):
            event = {name: event[name] for name in _OUTLINE if name in event} | {"visibility": "private"}
        times = [name for name in ("start", "end", "originalStartTime") if name in event]
        answered: Json = {**event, **{name: events.shown(event[name], self.zone, call["timeZone"]) for name in times}}
        most = call["maxAttendees"]
        if most is not None and len(event.get("attendees", ())) > most:
            own = [attendee for attendee in event["attendees"] if attendee.get("self")]
            answered |= {"attendees": own, "attendeesOmitted": True}
        return answered

    def entry(self) -> Json:
        """As the list of calendars tells it."""
        return {
            "kind": "calendar#calendarListEntry",
            "etag": f'"{opaque(self.id)}"',
            "id": self.id,
            "summary": self.summary,
            "timeZone": self.zone,
            "colorId": "14",
            "backgroundColor": "#9fe1e7",
            "foregroundColor": "#000000",
            "selected": True,
            "accessRole": self.role,
            "defaultReminders": [{"method": "popup", "minutes": 30}] if self.primary else [],
            **({"primary": True} if self.primary else {"dataOwner": self.owner}),
            **self.extra,
        }

    # --- reading --------------------------------------------------------------------------------------------------------
    def get(self, call: Call) -> Json:
        event = self._find(call["eventId"])
        if call.headers.get("if-none-match") == event["etag"]:
            raise ApiError(304, "notModified")
        return self.answer(event, call)

    def listing(self, call: Call) -> Json:
        size = min(call["maxResults"] or 250, 2500)
        if call["pageToken"]:
            page, beside = self.pages.next(call.params, size)
        else:
            found = self._changed(call) if call["syncToken"] else self._matching(call)
            whole = not any(call[name] for name in _FORBIDDEN)
            last = {"nextSyncToken": self.changes.token(call.params)} if whole else {}
            page, beside = self.pages.first(call.params, [self.answer(event, call) for event in found], size, last)
        return self._list(page, beside)

    def _list(self, page: Iterable[Json], beside: Json) -> Json:
        head = {"kind": "calendar#events", "etag": f'"p{opaque(len(self.changes.seen))}"', "summary": self.summary}
        told = {"updated": rfc3339(self.ticks()), "timeZone": self.zone, "accessRole": self.role}
        reminders = self.entry()["defaultReminders"]
        return {**head, "description": "", **told, "defaultReminders": reminders, **beside, "items": [*page]}

    def _changed(self, call: Call) -> list[Json]:
        if any(call[name] for name in _FORBIDDEN) or call["showDeleted"] is False:
            raise ApiError(400, "invalid", "Sync token cannot be used with other query restrictions.")
        try:
            ids = self.changes.since(call.params)
        except ValueError as error:
            raise ApiError(400, "invalid", f"The parameters of a pull must not change: {error}") from error
        if ids is None:
            message = "Sync token is no longer valid, a full sync is required."
            raise ApiError(410, "fullSyncRequired", message, "calendar", place=("parameter", "syncToken"))
        return [self.events[event_id] for event_id in ids if self._is_of_type(self.events[event_id], call)]

    def _matching(self, call: Call) -> list[Json]:
        if call["orderBy"] == "startTime" and not call["singleEvents"]:
            raise ApiError(400, "invalid", "The requested ordering is not available for the particular query.")
        if call["updatedMin"] and datetime.fromisoformat(call["updatedMin"]) < self.ticks() - TOKEN_LIFE:
            raise ApiError(410, "updatedMinTooLongAgo", "The requested minimum modification time lies too far in the past.")
        found = [event for event in self._standing(call) if self._is_of_type(event, call) and self._is_asked_for(event, call)]
        if call["orderBy"]:
            found.sort(key=lambda event: event["updated"] if call["orderBy"] == "updated" else _begin(event))
        return found

    def _standing(self, call: Call) -> Iterator[Json]:
        for event in self.events.values():
            series = event.get("recurringEventId")
            if event["status"] == "cancelled":
                live = series in self.events and self.events[series]["status"] != "cancelled"
                if call["showDeleted"] or (live and not call["singleEvents"]):
                    yield event
            elif call["singleEvents"] and event.get("recurrence"):
                yield from self._instances(event)
            else:
                yield event

    def _instances(self, series: Json) -> Iterator[Json]:
        for start in events.starts(series, self.zone):
            if events.instance_id(series["id"], start) not in self.events:
                yield {**events.instance(series, start, self.zone), "etag": series["etag"]}

    def _is_of_type(self, event: Json, call: Call) -> bool:
        return not call["eventTypes"] or event.get("eventType") in call["eventTypes"]

    def _is_asked_for(self, event: Json, call: Call) -> bool:
        if call["iCalUID"] and event.get("iCalUID") != call["iCalUID"]:
            return False
        for kind in ("private", "shared"):
            held = event.get("extendedProperties", {}).get(kind, {})
            for wanted in call[f"{kind}ExtendedProperty"] or ():
                name, _, value = wanted.partition("=")
                if held.get(name) != value:
                    return False
        if call["updatedMin"] and datetime.fromisoformat(event["updated"]) < datetime.fromisoformat(call["updatedMin"]):
            return False
        if call["q"] and call["q"].casefold() not in f"{event.get('summary')} {event.get('description')}".casefold():
            return False
        if event.get("recurrence") or "start" not in event:
            return True
        return events.overlaps(event, self.zone, call["timeMin"], call["timeMax"])

    def instances(self, call: Call) -> Json:
        series = self._find(call["eventId"])
        size = min(call["maxResults"] or 250, 2500)
        if call["pageToken"]:
            page, beside = self.pages.next(call.params, size)
            return self._list(page, beside)
        if not series.get("recurrence") or series["status"] == "cancelled":
            raise ApiError(404, "notFound", "Not Found")
        found = [*self._instances(series), *self.exceptions(series["id"])]
        found = [event for event in found if event["status"] != "cancelled" or call["showDeleted"]]
        found = [event for event in found if events.overlaps(event, self.zone, call["timeMin"], call["timeMax"])]
        told = [self.answer(event, call) for event in sorted(found, key=_begin)]
        page, beside = self.pages.first(call.params, told, size, {})
        return self._list(page, beside)

    # --- writing --------------------------------------------------------------------------------------------------------
    def insert(self, call: Call) -> Json:
        self._may_write()
        body = call.body
        event_id = body.get("id")
        if event_id is not None:
            events.validate_id(event_id)
            if event_id in self.events:
                raise ApiError(409, "duplicate", "The requested identifier already exists.")
            if body.get("iCalUID") not in (None, f"{event_id}@google.com"):
                raise events.invalid("Only one of id and iCalUID may be given.")
        events.validate(body)
        if body.get("eventType", "default") == "fromGmail":
            raise events.invalid("Event type cannot be created.", "eventTypeRestriction")
        event_id = event_id or f"google{next(self._number):020d}"
        kept = {name: value for name, value in body.items() if value is not None}
        return self.answer(self._store({**self._new(event_id), **kept, "id": event_id}), call)

    def update(self, call: Call) -> Json:
        return self._change(call, lambda event: {**call.body, **{n: event[n] for n in _TAKEN_OVER if n in event}})

    def patch(self, call: Call) -> Json:
        return self._change(call, lambda event: merge(event, call.body))

    def _change(self, call: Call, change: Callable[[Json], Json]) -> Json:
        self._may_write()
        event = self._find(call["eventId"])
        call.only_if(event["etag"])
        if event["status"] == "cancelled":  # googleapis/google-api-python-client#846
            raise ApiError(403, "forbidden", "Forbidden")
        if call.body.get("sequence", event["sequence"]) < event["sequence"]:
            raise events.invalid("Invalid sequence value. The specified sequence number is below the current sequence number.")
        if call.body.get("eventType", event["eventType"]) != event["eventType"]:
            raise events.invalid("Event type cannot be changed.", "eventTypeRestriction")
        changed = change(event)
        events.validate(changed)
        moved = any(changed.get(name) != event.get(name) for name in ("start", "end", "recurrence", "status"))
        kept = {name: event[name] for name in ("id", *_TAKEN_OVER) if name in event}
        sequence = event["sequence"] + moved
        stored = {"status": "confirmed", "reminders": {"useDefault": True}, **changed, **kept, "sequence": sequence}
        only_reminders = all(stored.get(name) == event.get(name) for name in {*stored, *event} - {"reminders"})
        return self.answer(self._store(stored, more_than_reminders=not only_reminders), call)

    def remove(self, call: Call) -> None:
        self._may_write()
        event = self._find(call["eventId"])
        if event["status"] == "cancelled":
            raise ApiError(410, "deleted", "Resource has been deleted")
        call.only_if(event["etag"])
        self.delete(call["eventId"])

    def _may_write(self) -> None:
        if self.role not in ("owner", "writer"):
            raise ApiError(403, "requiredAccessLevel", "You need to have writer access to this calendar.", "calendar")


def _begin(event: Json) -> str:
    start = event.get("start") or event.get("originalStartTime") or {}
    text: str = start.get("dateTime") or start.get("date") or ""
    return text
