"""Calendar objects (RFC 5545) as Google takes them in: an event, or a series with an event for each exception.

What Google has no place for falls away: categories, alarms, properties of other programs. What is called off is deleted.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from icalendar import Calendar as Object

from support.google import events
from support.google.calendar import Calendar

_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative", "DELEGATED": "declined"}


def event_id(name: str) -> str:
    """The id under which an object of that name is imported."""
    return hashlib.sha256(name.encode()).hexdigest()[:26]


def take_in(calendar: Calendar, name: str, body: str) -> None:
    """Import an object, in place of what was imported under that name."""
    master_id = event_id(name)
    parsed = Object.from_ical(body)
    method = str(parsed.get("METHOD", ""))
    components = sorted(parsed.walk("VEVENT"), key=lambda event: "RECURRENCE-ID" in event)  # the series before its exceptions
    for component in components:
        made = _event(component, calendar)
        known = calendar.events.get(master_id, {})
        if "RECURRENCE-ID" in component:
            made |= _instance(component, master_id)
        else:
            made["id"] = master_id
        called_off = made.get("status") == "cancelled" or method == "CANCEL"
        if made == {key: value for key, value in known.items() if key in made} and not called_off:
            continue
        calendar.put(made | {"status": "confirmed"})
        if called_off:
            calendar.delete(made["id"])


def _instance(component: Any, master_id: str) -> dict[str, Any]:
    original = component["RECURRENCE-ID"].dt
    if isinstance(original, datetime):
        original = original if original.tzinfo else original.replace(tzinfo=UTC)
    return {
        "id": events.instance_id(master_id, original),
        "recurringEventId": master_id,
        "originalStartTime": _moment(component, "RECURRENCE-ID", "UTC"),
    }


def _event(component: Any, calendar: Calendar) -> dict[str, Any]:
    start = _moment(component, "DTSTART", calendar.zone)
    made: dict[str, Any] = {
        "start": start,
        "end": _end(component, start, calendar.zone),
        "iCalUID": str(component.get("UID", "")),
        "summary": str(component.get("SUMMARY", "")),
        "description": str(component.get("DESCRIPTION", "")),
        "location": str(component.get("LOCATION", "")),
        "status": str(component.get("STATUS", "confirmed")).lower(),
        "sequence": int(component.get("SEQUENCE", 0)),
        "attendees": [_attendee(each, calendar.owner) for each in _several(component.get("ATTENDEE"))],
        "transparency": str(component.get("TRANSP", "opaque")).lower(),
    }
    if "ORGANIZER" in component:
        email = _email(component["ORGANIZER"])
        made["organizer"] = {"email": email, **({"self": True} if email == calendar.owner else {})}
    recurrence = [line for line in _lines(component) if line.startswith(("RRULE", "RDATE", "EXDATE", "EXRULE"))]
    return made | ({"recurrence": recurrence} if recurrence else {})


def _lines(component: Any) -> list[str]:
    text: str = component.to_ical().decode()
    return text.replace("\r\n ", "").splitlines()


def _moment(component: Any, name: str, zone: str) -> dict[str, str]:
    """A property as Google writes a time; a floating one is in the calendar's zone."""
    at = component[name].dt
    if not isinstance(at, datetime):
        return {"date": at.isoformat()}
    named = component[name].params.get("TZID") or ("UTC" if at.tzinfo else zone)
    if named not in available_timezones():  # of another program's making: kept as what it stands for
        at, named = (at.astimezone(UTC), "UTC") if at.tzinfo else (at, zone)
    return {"dateTime": at.replace(tzinfo=None).isoformat() + ("Z" if named == "UTC" else ""), "timeZone": named}


def _end(component: Any, start: dict[str, str], zone: str) -> dict[str, str]:
    if "DTEND" in component:
        return _moment(component, "DTEND", zone)
    length: Any = component["DURATION"].dt if "DURATION" in component else timedelta(days=1 if "date" in start else 0)
    if "date" in start:
        return {"date": (date.fromisoformat(start["date"]) + length).isoformat()}
    end = events.instant(start, UTC).astimezone(UTC) + length
    return {"dateTime": end.isoformat().replace("+00:00", "Z"), "timeZone": start["timeZone"]}


def _attendee(line: Any, owner: str) -> dict[str, Any]:
    email = _email(line)
    answer = _ANSWERS.get(line.params.get("PARTSTAT", ""), "needsAction")
    told: dict[str, Any] = {"email": email, "responseStatus": answer}
    if "CN" in line.params:
        told["displayName"] = line.params["CN"]
    if line.params.get("CUTYPE") in ("ROOM", "RESOURCE"):
        told["resource"] = True
    if line.params.get("ROLE") in ("OPT-PARTICIPANT", "NON-PARTICIPANT"):
        told["optional"] = True
    return told | ({"self": True} if email == owner else {})


def _email(line: Any) -> str:
    return str(line).lower().removeprefix("mailto:")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
