"""From the components of a calendar object to the fields of a Meeting or a Task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from urllib.parse import unquote

from auld.errors import ItemUnreadable
from auld.observations import Attendee, Happening, Meeting, Override, Task
from auld_connectors._lines import Component, Property
from auld_connectors._when import DAY, When, parse_duration, parse_when

MARK = "X-AULD-KEY"
"""The property by which auld knows what it wrote itself."""

Definitions = Mapping[str, str]


# --- choosing -----------------------------------------------------------------------------------------------------------
def _uid(parts: Iterable[Component], digest: str) -> str:
    """The UID, or one made of the content where there is none: the same content is then the same item."""
    return next((uid for part in parts if (uid := part.text("UID"))), f"sha256:{digest[:40]}")


def _sequence(part: Component) -> tuple[int, str]:
    """What decides between two versions of the same thing in one object (RFC 5546 section 2.1.5)."""
    text = part.text("SEQUENCE")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return number, part.text("DTSTAMP")


def _newest(parts: Sequence[Component]) -> Component:
    return max(parts, key=_sequence)


def meeting(events: list[Component], method: str, definitions: Definitions, digest: str) -> Meeting:
    """The meeting that the VEVENTs of an object are: the master, and its changed instances, in whatever order they stand.

    Where an object holds several UIDs (which RFC 4791 section 4.1 forbids) the first one counts. Raises ItemUnreadable if no
    VEVENT can be placed in time.
    """
    uid = _uid(events, digest)
    events = [event for event in events if event.text("UID") in (uid, "")]
    masters = [event for event in events if event.first("RECURRENCE-ID") is None]
    master = _newest(masters) if masters else None
    start = _start(master, definitions) if master else None
    end = _end(master, start, definitions) if master and start else None
    main = _happening(master, start, end) if master and start and end else None
    instances: dict[str, list[Component]] = {}
    for event in events:
        instance = event.first("RECURRENCE-ID")
        if instance is not None:
            instances.setdefault(f"{instance.param('TZID')}:{instance.value.strip()}", []).append(event)
    overrides = tuple(
        override for same in instances.values() if (override := _override(_newest(same), start, end, definitions)) is not None
    )
    if main is None and not overrides:
        raise ItemUnreadable("an event without a start (DTSTART) that can be read")
    return Meeting(
        uid=uid,
        main=main,
        rules=tuple(p.value.strip() for p in master.properties if p.name == "RRULE" and p.value.strip())
        if master and main
        else (),
        extra=_dates(master, "RDATE", start, definitions),
        except_=_dates(master, "EXDATE", start, definitions),
        overrides=tuple(sorted(overrides, key=lambda override: override.recurrence_id)),
        method=method,
        mark=next((mark for event in events if (mark := event.text(MARK))), ""),
    )


def task(todos: list[Component], definitions: Definitions, digest: str) -> Task:
    """The task that the VTODOs of an object are. A due date that cannot be read is as good as none."""
    uid = _uid(todos, digest)
    todos = [todo for todo in todos if todo.text("UID") in (uid, "")]
    masters = [todo for todo in todos if todo.first("RECURRENCE-ID") is None]
    todo = _newest(masters or todos)
    start, due = _when(todo, "DTSTART", definitions), _when(todo, "DUE", definitions)
    duration = parse_duration(todo.text("DURATION"))
    if due is None and start is not None and duration is not None:
        due = start.plus(duration)
    zone = due.zone if due else start.zone if start else ""
    completed = _when(todo, "COMPLETED", definitions)
    percent = todo.text("PERCENT-COMPLETE")
    status = todo.text("STATUS").lower()
    if status not in ("needs-action", "in-process", "completed", "cancelled"):
        status = "completed" if completed else "needs-action"
    return Task(
        uid=uid,
        title=todo.text("SUMMARY"),
        description=todo.text("DESCRIPTION"),
        start=start.in_zone(zone).text if start else "",
        due=due.text if due else "",
        zone=zone,
        status=status,
        completed=completed.instant().astimezone(UTC).isoformat(timespec="seconds") if completed else "",
        percent=min(int(percent), 100) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0,
        recurring=bool(todo.text("RRULE") or todo.text("RDATE")),
        mark=todo.text(MARK),
    )


# --- times --------------------------------------------------------------------------------------------------------------
def _when(part: Component, name: str, definitions: Definitions) -> When | None:
    prop = part.first(name)
    return parse_when(prop.value, prop, definitions) if prop else None


def _start(part: Component, definitions: Definitions) -> When | None:
    start = _when(part, "DTSTART", definitions)
    if start and _is_exchange_all_day(part) and not start.all_day and start.local.time().isoformat() == "00:00:00":
        return When(start.local, "", True)
    return start


def _is_exchange_all_day(part: Component) -> bool:
    """Exchange exports whole days as midnight to midnight and says so on the side."""
    return part.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"


def _end(part: Component, start: When, definitions: Definitions) -> When:
    """The exclusive end, of the same kind as the start: DTEND, else DURATION, else what RFC 5545 section 3.6.1 says."""
    least = start._replace(local=start.local + DAY) if start.all_day else start
    end = _when(part, "DTEND", definitions)
    duration = parse_duration(part.text("DURATION"))
    if end is not None and start.all_day and not end.all_day:
        whole = end.local.replace(hour=0, minute=0, second=0)
        end = When(whole if whole == end.local else whole + DAY, "", True)
    elif end is not None and end.all_day and not start.all_day:
        end = When(end.local, start.zone, False)
    elif end is not None and not end.all_day and not end.zone:
        end = end._replace(zone=start.zone)
    elif end is None and duration is not None:
        end = start.plus(duration)
    return end if end is not None and end.instant() > least.instant() else least


def _dates(master: Component | None, name: str, start: When | None, definitions: Definitions) -> tuple[str, ...]:
    """The dates of an RDATE or EXDATE, in the master's zone and sorted; of a period (RFC 5545 section 3.3.9) its start."""
    if master is None or start is None:
        return ()
    found = {
        _aligned(when, start).text
        for prop in master.properties
        if prop.name == name
        for part in prop.value.split(",")
        if (when := parse_when(part.partition("/")[0], prop._replace(params=_without_period(prop)), definitions)) is not None
    }
    return tuple(sorted(found))


def _without_period(prop: Property) -> Mapping[str, list[str]]:
    return {name: values for name, values in prop.params.items() if name != "VALUE" or values[0].upper() == "DATE"}


def _aligned(when: When, start: When) -> When:
    """A date of a series in the terms of its start: on its clock; the day alone if the series is one of days."""
    return When(when.local.replace(hour=0, minute=0, second=0), "", True) if start.all_day else when.in_zone(start.zone)


# --- what happens -------------------------------------------------------------------------------------------------------
_STATUSES = ("confirmed", "tentative", "cancelled")


def _happening(part: Component, start: When, end: When) -> Happening:
    status = part.text("STATUS").lower()
    organizer = part.first("ORGANIZER")
    return Happening(
        start=start.text,
        end=end.text,
        zone=start.zone,
        end_zone="" if end.zone == start.zone else end.zone,
        title=part.text("SUMMARY"),
        status=status if status in _STATUSES else "confirmed",
        organizer=_attendee(organizer) if organizer else None,
        attendees=tuple(_attendees(part)),
        location=part.text("LOCATION"),
        url=part.text("URL"),
        description=part.text("DESCRIPTION"),
        transparent=part.text("TRANSP").upper() == "TRANSPARENT",
    )


def _override(part: Component, start: When | None, end: When | None, definitions: Definitions) -> Override | None:
    """A changed instance; ``start`` and ``end`` are the master's. One without a start of its own (some cancellations) stands
    where the rule had put it."""
    marker = part.first("RECURRENCE-ID")
    instance = _when(part, "RECURRENCE-ID", definitions)
    if instance is None or marker is None:
        return None
    if start is not None:
        instance = _aligned(instance, start)
    own_start = _start(part, definitions)
    if own_start is not None:
        own_end = _end(part, own_start, definitions)
    else:
        own_start = instance
        own_end = instance.plus(end.instant() - start.instant()) if start and end else _end(part, instance, definitions)
    return Override(
        recurrence_id=instance.text,
        happening=_happening(part, own_start, own_end),
        zone=instance.zone,
        this_and_future=marker.param("RANGE").upper() == "THISANDFUTURE",
    )


def _attendees(part: Component) -> Iterator[Attendee]:
    """Everybody invited, each address once; the one without an address and a name is nobody."""
    seen: set[str] = set()
    for prop in part.properties:
        if prop.name != "ATTENDEE":
            continue
        attendee = _attendee(prop)
        identity = attendee.email or attendee.name
        if identity and identity not in seen:
            seen.add(identity)
            yield attendee


_ROLES = frozenset({"chair", "req-participant", "opt-participant", "non-participant"})
_ANSWERS = frozenset({"needs-action", "accepted", "declined", "tentative", "delegated"})
_KINDS = frozenset({"individual", "group", "resource", "room", "unknown"})


def _attendee(prop: Property) -> Attendee:
    """A calendar user (RFC 5545 section 3.8.4.1), words of the standard in lower case; unknown words count as the default
    (sections 3.2.12 and 3.2.16), an unknown kind of user as an individual."""
    role, status, kind = (prop.param(name).lower() for name in ("ROLE", "PARTSTAT", "CUTYPE"))
    return Attendee(
        email=_address(prop.value) or _address(prop.param("EMAIL")),
        name=prop.param("CN").strip(),
        role=role if role in _ROLES else "req-participant",
        status=status if status in _ANSWERS else "needs-action",
        kind=kind if kind in _KINDS else "individual",
    )


def _address(text: str) -> str:
    """The e-mail address in a calendar user address, lower case; nothing where it is another kind of URI (``urn:uuid:…``)."""
    address = "".join(text.split()).strip("<>").lower()
    if address.startswith("mailto:"):
        address = unquote(address[7:].partition("?")[0])
    return address if "@" in address and ":" not in address and "/" not in address else ""
