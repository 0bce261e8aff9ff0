"""An event of Google Calendar, with its exceptions, as one item: told as the calendar object that it is to others (RFC 5545),
and read by the same reader as the objects of CalDAV servers.

Google keeps a moved or cancelled date of a series as an event of its own (``recurringEventId``, ``originalStartTime``); here
they belong to the series: one item goes by the master's id, and has all of them inside. Ids are those of a calendar: who has
several of the people invited in his list meets the same id in each. Therefore a ref begins with the calendar's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from auld.contract import Item
from auld_connectors import _ical
from auld_connectors._google_text import plain
from auld_connectors._ical_fields import MARK
from auld_connectors._when import zone_info
from auld_connectors._zones import named_zone

Event = Mapping[str, Any]

NORMALISER = 1000 + _ical.NORMALISER
"""Goes up when a fingerprint or an observation would come out differently for the same event."""
PROPERTY = "auld"
"""The private extended property that holds the UID of a follow-up."""
CLOSED = "auldClosed"
"""The one that says that auld itself called the entry off."""

_NO_MEETINGS = frozenset({"birthday", "focusTime", "workingLocation", "fromGmail"})
_NOON = 12


def id_of(uid: str) -> str:
    """The event id of a follow-up: the 128 bits of its UID in base32hex, which is all that ids may be made of."""
    try:
        octets = UUID(uid).bytes
    except ValueError:
        octets = hashlib.sha256(uid.encode()).digest()[:16]
    return base64.b32hexencode(octets).decode().rstrip("=").lower()


def ref_of(calendar: str, event_id: str) -> str:
    """The ref of an event, or of a series by its master's id."""
    return f"{calendar}/{event_id}"


def id_in(ref: str) -> str:
    """The event id in a ref."""
    return ref.rpartition("/")[2]


def uid_of(event: Event) -> str:
    """The UID of the follow-up that an event is; nothing if it is none. A copy that the user made carries the property, too,
    and so is marked, but has an id of its own."""
    uid = _private(event).get(PROPERTY, "")
    return uid if uid and id_of(uid) == event.get("id") else ""


def is_there(event: Event) -> bool:
    """Is it more than the trace of something deleted? What auld called off counts as there: its words can still be read."""
    return event.get("status") != "cancelled" or (CLOSED in _private(event) and uid_of(event) != "")


def is_recurring(event: Event) -> bool:
    return bool(event.get("recurrence")) or "recurringEventId" in event


def master_of(item: Item) -> Event:
    """The event itself, out of what is kept of it."""
    kept = json.loads(item.raw)
    found: Event = next((event for event in kept["items"] if event["id"] == id_in(item.ref)), {}) if "items" in kept else kept
    return found


def read(ref: str, events: Iterable[Event]) -> Item | None:
    """The item that an event is, or a series with its exceptions; None if nothing of it is left. Never raises: what cannot be
    read becomes an item with a problem."""
    parts = {event["id"]: event for event in events}
    master_id = id_in(ref)
    master = parts.pop(master_id, None)
    if master is not None and not is_there(master):
        return None
    exceptions = [parts[each] for each in sorted(parts)]
    live = [event for event in exceptions if is_there(event)]
    if master is None and not live:
        return None
    whole = [*([master] if master is not None else []), *exceptions]
    try:
        reading = _ical.read_object("\r\n".join(_object(master_id, master, exceptions)).encode("utf-8", "replace"))
        observation, fingerprint, problem = reading.observation, reading.fingerprint, reading.problem
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:  # one item must not stop others
        observation, problem = None, f"the event is not as Google describes events ({type(error).__name__})"
        fingerprint = hashlib.sha256(_dumped(whole)).hexdigest()
    raw = _dumped(whole[0]) if whole == [master] else _dumped({"items": whole})
    return Item(ref, _version(whole), observation, raw, fingerprint, NORMALISER, problem)


def _version(events: Sequence[Event]) -> str:
    etags = [str(event.get("etag", "")) for event in events]
    return etags[0] if len(etags) == 1 else hashlib.sha256("\n".join(etags).encode()).hexdigest()


def _dumped(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _private(event: Event) -> Mapping[str, str]:
    properties = event.get("extendedProperties")
    private = properties.get("private") if isinstance(properties, dict) else None
    return private if isinstance(private, dict) else {}


# --- the calendar object ------------------------------------------------------------------------------------------------
def _object(master_id: str, master: Event | None, exceptions: Sequence[Event]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    live = [event for event in exceptions if is_there(event)]
    told = [*([master] if master is not None else []), *live]
    uid = uid_of(told[0]) or next((event["iCalUID"] for event in told if event.get("iCalUID")), master_id)
    # VJOURNAL: sound, but no business of auld's. What it says still makes its fingerprint.
    kind = "VJOURNAL" if told[0].get("eventType", "default") in _NO_MEETINGS else "VEVENT"
    for event in told:
        yield f"BEGIN:{kind}"
        yield f"UID:{_escaped(uid)}"
        yield from _fields(event)
        if event is not master:
            yield _time("RECURRENCE-ID", event["originalStartTime"])
        else:
            yield from (line for line in event.get("recurrence", ()) if "\n" not in line and "\r" not in line)
            yield from (_time("EXDATE", each["originalStartTime"]) for each in exceptions if not is_there(each))
        yield f"END:{kind}"
    yield "END:VCALENDAR"


def _fields(event: Event) -> Iterator[str]:
    yield from _span(event)
    yield f"STATUS:{event.get('status', 'confirmed').upper()}"
    texts = {"SUMMARY": "summary", "LOCATION": "location"}
    yield from (f"{name}:{_escaped(event[key])}" for name, key in texts.items() if event.get(key))
    if event.get("description"):
        yield f"DESCRIPTION:{_escaped(plain(event['description']))}"
    if event.get("transparency") == "transparent":
        yield "TRANSP:TRANSPARENT"
    if event.get("visibility") in ("private", "confidential"):
        yield f"CLASS:{event['visibility'].upper()}"
    if (where := _call(event)) != "":
        yield f"URL:{_one_line(where)}"
    if organizer := event.get("organizer"):
        yield f"ORGANIZER{_name(organizer)}:{_address(organizer)}"
    yield from map(_attendee, event.get("attendees", ()))
    if mark := _private(event).get(PROPERTY):
        yield f"{MARK}:{_one_line(mark)}"
    yield from _beside(event)


def _beside(event: Event) -> Iterator[str]:
    """What no observation holds, but tells whether somebody was at the event: its colour, reminders, and attached files."""
    if colour := event.get("colorId"):
        yield f"X-GOOGLE-COLOR:{_one_line(colour)}"
    for reminder in event.get("reminders", {}).get("overrides", ()):
        yield f"X-GOOGLE-REMINDER:{_one_line(reminder.get('method', ''))} {reminder.get('minutes')}"
    for attached in event.get("attachments", ()):
        yield f"X-GOOGLE-ATTACHED:{_one_line(attached.get('fileUrl', ''))}"


def _span(event: Event) -> Iterator[str]:
    """Start and end. Who is out of office is so by the clock at Google, but away for the day: a day that is taken from before
    noon until after it counts."""
    start, end = event["start"], event["end"]
    if event.get("eventType") == "outOfOffice" and "dateTime" in start and "dateTime" in end:
        first, last = (_local(each)[0] for each in (start, end))
        days = [(each + timedelta(days=each.hour >= _NOON)).date() for each in (first, last)]
        if days[0] < days[1]:
            start, end = ({"date": day.isoformat()} for day in days)
    yield _time("DTSTART", start)
    yield _time("DTEND", end)


def _local(when: Mapping[str, str]) -> tuple[datetime, str]:
    """The time on the clock of the zone that is named beside it, and that zone; else on that of its offset."""
    at = datetime.fromisoformat(when["dateTime"])
    zone = named_zone(when.get("timeZone") or "")
    if at.tzinfo is None:
        return at, zone or ""
    if zone is None:
        zone = at.strftime("%z")[:3] + ":" + at.strftime("%z")[3:5] if at.utcoffset() else "UTC"
    return at.astimezone(zone_info(zone)).replace(tzinfo=None), zone


def _time(name: str, when: Mapping[str, str]) -> str:
    if "date" in when:
        return f"{name};VALUE=DATE:{when['date'].replace('-', '')}"
    local, zone = _local(when)
    stamp = local.strftime("%Y%m%dT%H%M%S")
    if zone in ("", "UTC"):
        return f"{name}:{stamp}{'Z' if zone else ''}"
    return f'{name};TZID="{zone}":{stamp}'


def _call(event: Event) -> str:
    """Where one meets by video."""
    entries = event.get("conferenceData", {}).get("entryPoints", ())
    found = next((entry.get("uri", "") for entry in entries if entry.get("entryPointType") == "video"), "")
    return str(found or event.get("hangoutLink", ""))


_ANSWERS = {"needsAction": "NEEDS-ACTION", "declined": "DECLINED", "tentative": "TENTATIVE", "accepted": "ACCEPTED"}


def _attendee(attendee: Mapping[str, Any]) -> str:
    answer = _ANSWERS.get(attendee.get("responseStatus", ""), "NEEDS-ACTION")
    role = "OPT-PARTICIPANT" if attendee.get("optional") else "REQ-PARTICIPANT"
    kind = "RESOURCE" if attendee.get("resource") else "INDIVIDUAL"
    return f"ATTENDEE{_name(attendee)};ROLE={role};PARTSTAT={answer};CUTYPE={kind}:{_address(attendee)}"


def _name(somebody: Mapping[str, Any]) -> str:
    name = _one_line(somebody.get("displayName", "")).replace('"', "'")
    return f';CN="{name}"' if name else ""


def _address(somebody: Mapping[str, Any]) -> str:
    email = _one_line(somebody.get("email", ""))
    return f"mailto:{email}" if email else "invalid:nomail"


_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _escaped(text: str) -> str:
    """TEXT (RFC 5545 section 3.3.11)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
