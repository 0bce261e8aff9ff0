"""From the components of a calendar object to the fields of a Meeting or a Task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import unquote

import msgspec

from auld.errors import ItemUnreadable
from auld.observations import Attendee, Happening, Meeting, Override, Task
from auld_connectors._lines import Component, Property, is_cut
from auld_connectors._when import DAY, When, parse_duration, parse_when, tzid_of
from auld_connectors._zones import Zones

MARK = "X-AULD-KEY"
"""The property by which auld knows what it wrote itself."""
_MOST_PROBLEMS = 5
"""So many are told of one object."""


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


def meeting(events: list[Component], method: str, zones: Zones, digest: str) -> Meeting:
    """The meeting that the VEVENTs of an object are: the master, and its changed instances, in whatever order they stand.

    Where an object holds several UIDs (which RFC 4791 section 4.1 forbids) the first one counts. Raises ItemUnreadable if no
    VEVENT can be placed in time.
    """
    uid = _uid(events, digest)
    own = [event for event in events if event.text("UID") in (uid, "")]
    problems = ["there are several meetings in one object; only the first is read"] if len(own) < len(events) else []
    masters = [event for event in own if event.first("RECURRENCE-ID") is None]
    master = _newest(masters) if masters else None
    start = _start(master, zones) if master else None
    if master is None or start is None:
        overrides = _overrides(own, None, None, None, zones, problems)
        if not overrides:
            raise ItemUnreadable("an event without a start (DTSTART) that can be read")
        series = Meeting(uid, overrides=tuple(overrides.values()))
    else:
        series = _series(uid, master, start, own, zones, problems)
    problems += (f"the time zone {tzid[:60]!r} is not known; its times are taken as yours" for tzid in zones.unknown)
    mark = next((mark for event in own if (mark := event.text(MARK))), "")
    snoozed = _snoozed(master, start, zones) if master is not None else ""
    told = tuple(problems[:_MOST_PROBLEMS])
    return msgspec.structs.replace(series, method=method, mark=mark, problems=told, snoozed=snoozed)


def _series(uid: str, master: Component, start: When, events: list[Component], zones: Zones, problems: list[str]) -> Meeting:
    """The master with its rules, its other dates, and its changed instances."""
    if (dtstart := master.first("DTSTART")) and start.zone:
        zones.fix(tzid_of(dtstart), start.zone)
    end = _end(master, start, zones)
    main = _happening(master, start, end)
    rules, except_rules = (
        tuple(value for prop in master.properties if prop.name == name and (value := prop.value.strip()))
        for name in ("RRULE", "EXRULE")
    )
    overrides = _periods(master, main, start, end, zones) | _overrides(events, master, start, end, zones, problems)
    return Meeting(
        uid=uid,
        main=main,
        rules=rules,
        extra=_dates(master, "RDATE", start, zones, problems),
        except_=_dates(master, "EXDATE", start, zones, problems),
        except_rules=except_rules,
        overrides=tuple(sorted(overrides.values(), key=lambda override: override.recurrence_id)),
    )


def task(todos: list[Component], zones: Zones, digest: str) -> Task:
    """The task that the VTODOs of an object are. A due date that cannot be read is as good as none."""
    uid = _uid(todos, digest)
    todos = [todo for todo in todos if todo.text("UID") in (uid, "")]
    masters = [todo for todo in todos if todo.first("RECURRENCE-ID") is None]
    todo = _newest(masters or todos)
    start, due = _when(todo, "DTSTART", zones), _when(todo, "DUE", zones)
    duration = parse_duration(todo.text("DURATION"))
    if due is None and start is not None and duration is not None:
        due = start.plus(duration)
    zone = due.zone if due else start.zone if start else ""
    completed = _when(todo, "COMPLETED", zones)
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
        snoozed=_snoozed(todo, due or start, zones),
    )


# --- alarms -------------------------------------------------------------------------------------------------------------
def _snoozed(part: Component, start: When | None, zones: Zones) -> str:
    """Until when an alarm was put off, the latest: Mozilla's own property, or an alarm that stands for a snoozed one (RFC 9074
    section 7.1; Apple leaves out the RELTYPE). "" if none was."""
    put_off = [_when(part, "X-MOZ-SNOOZE-TIME", zones)]
    for alarm in part.children:
        related = alarm.first("RELATED-TO") if alarm.name == "VALARM" else None
        if related is not None and related.param("RELTYPE").upper() in ("SNOOZE", ""):
            after = parse_duration(alarm.text("TRIGGER"))
            put_off.append(_when(alarm, "TRIGGER", zones) if after is None else start and start.plus(after))
    instants = [when.instant() for when in put_off if when is not None]
    return max(instants).astimezone(UTC).isoformat(timespec="seconds") if instants else ""


# --- times --------------------------------------------------------------------------------------------------------------
def _when(part: Component, name: str, zones: Zones) -> When | None:
    prop = part.first(name)
    return parse_when(prop.value, prop, zones) if prop else None


def _start(part: Component, zones: Zones) -> When | None:
    start = _when(part, "DTSTART", zones)
    if start and _is_exchange_all_day(part) and not start.all_day and start.local.time().isoformat() == "00:00:00":
        return When(start.local, "", True)
    return start


def _is_exchange_all_day(part: Component) -> bool:
    """Exchange exports whole days as midnight to midnight and says so on the side."""
    return part.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"


def _end(part: Component, start: When, zones: Zones) -> When:
    """The exclusive end, of the same kind as the start: DTEND, else DURATION, else what RFC 5545 section 3.6.1 says."""
    least = start._replace(local=start.local + DAY) if start.all_day else start
    end = _when(part, "DTEND", zones)
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


_MANY_TIMES = re.compile("BYHOUR|BYMINUTE|HOURLY|MINUTELY|SECONDLY", re.IGNORECASE)


def _dates(master: Component, name: str, start: When, zones: Zones, problems: list[str]) -> tuple[str, ...]:
    """The dates of an RDATE or EXDATE, in the master's zone and sorted; of a period (RFC 5545 section 3.3.9) its start."""
    found = set()
    for prop, part in _listed(master, name):
        when = parse_when(part.partition("/")[0], prop, zones, in_series=True)
        if when is None:
            problems.append(f"{name} has a date that cannot be read: {part[:40]!r}")
        elif name == "EXDATE" and _is_day(when, start, master):
            found.add(when.local.date().isoformat())
        else:
            found.add(_aligned(when, start).text)
    return tuple(sorted(found))


def _periods(master: Component, main: Happening, start: When, end: When, zones: Zones) -> dict[tuple[str, bool], Override]:
    """The extra dates (RDATE) that last longer or shorter than the others: changed instances, as it were."""
    found = {}
    for prop, part in _listed(master, "RDATE"):
        first, slash, last = part.partition("/")
        begin = parse_when(first, prop, zones, in_series=True) if slash and not start.all_day else None
        if begin is None:
            continue
        duration, until = parse_duration(last), parse_when(last, prop, zones, in_series=True)
        close = begin.plus(duration) if duration is not None else until
        if (
            close
            and close.instant() - begin.instant() != end.instant() - start.instant()
            and close.instant() >= begin.instant()
        ):
            begin, close = begin.in_zone(start.zone), close.in_zone(start.zone)
            happening = msgspec.structs.replace(main, start=begin.text, end=close.text, end_zone="")
            found[begin.text, False] = Override(begin.text, happening, start.zone)
    return found


def _listed(part: Component, name: str) -> Iterator[tuple[Property, str]]:
    """The parts of the lists of that name."""
    for prop in part.properties:
        if prop.name == name:
            params = {key: values for key, values in prop.params.items() if key != "VALUE" or values[0].upper() == "DATE"}
            plain = prop._replace(params=params)
            yield from ((plain, text) for value in prop.value.split(",") if (text := value.strip()))


def _aligned(when: When, start: When) -> When:
    """A date of a series in the terms of its start: on its clock; the day alone if the series is one of days."""
    if start.all_day:
        return When(when.local.replace(hour=0, minute=0, second=0), "", True)
    if when.all_day or not start.zone:
        return when
    return when.in_zone(start.zone) if when.zone else when._replace(zone=start.zone)


# --- what happens -------------------------------------------------------------------------------------------------------
_STATUSES = ("confirmed", "tentative", "cancelled")


def _happening(part: Component, start: When, end: When) -> Happening:
    status = part.text("STATUS").lower()
    organizer, description = part.first("ORGANIZER"), part.text("DESCRIPTION")
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
        description="" if is_cut(description) else description,
        transparent=_is_transparent(part),
    )


def _is_transparent(part: Component) -> bool:
    """Does it leave the time free? Outlook has a word of its own, and more than two of them, for entries without TRANSP."""
    said = part.text("TRANSP").upper()
    return said == "TRANSPARENT" or (not said and part.text("X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE")


def _is_day(when: When, start: When, master: Component) -> bool:
    """Does it mean the one date of the series on that day? Some programs write midnight for a day, and Exchange does so where
    one date of a series was made a whole day."""
    if start.all_day or when.all_day:
        return when.all_day and not start.all_day
    midnight = when.local.time() == datetime.min.time() and _aligned(when, start).local.time() != start.local.time()
    return midnight and not any(prop.name == "RRULE" and _MANY_TIMES.search(prop.value) for prop in master.properties)


def _overrides(
    events: Iterable[Component],
    master: Component | None,
    start: When | None,
    end: When | None,
    zones: Zones,
    problems: list[str],
) -> dict[tuple[str, bool], Override]:
    """The changed instances by the date that the rule gave them, and by whether they speak for all that follow too; of several
    versions the newest. ``start`` and ``end`` are the master's."""
    versions: dict[tuple[str, bool], list[tuple[Component, When]]] = {}
    for event in events:
        marker = event.first("RECURRENCE-ID")
        if marker is None:
            continue
        instance = parse_when(marker.value, marker, zones, in_series=True)
        if instance is None:
            problems.append(f"a changed date (RECURRENCE-ID) cannot be read: {marker.value[:40]!r}")
            continue
        if master is not None and start is not None:
            on_day = When(datetime.combine(instance.local, start.local.time()), start.zone, False)
            instance = on_day if _is_day(instance, start, master) else _aligned(instance, start)
        key = (instance.text, marker.param("RANGE").upper() == "THISANDFUTURE")
        versions.setdefault(key, []).append((event, instance))
    newest = {key: max(same, key=lambda each: _sequence(each[0])) for key, same in versions.items()}
    return {key: _override(part, instance, key[1], start, end, zones) for key, (part, instance) in newest.items()}


def _override(
    part: Component, instance: When, this_and_future: bool, start: When | None, end: When | None, zones: Zones
) -> Override:
    """A changed instance; ``start`` and ``end`` are the master's. One without a start of its own (some cancellations) stands
    where the rule had put it."""
    own_start = _start(part, zones)
    if own_start is not None:
        own_end = _end(part, own_start, zones)
    else:
        own_start = instance
        own_end = instance.plus(end.instant() - start.instant()) if start and end else _end(part, instance, zones)
    return Override(
        recurrence_id=instance.text,
        happening=_happening(part, own_start, own_end),
        zone=instance.zone,
        this_and_future=this_and_future,
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
    (sections 3.2.12 and 3.2.16), an unknown kind of user as an individual. An address in the place of the name is no name."""
    role, status, kind = (prop.param(name).lower() for name in ("ROLE", "PARTSTAT", "CUTYPE"))
    name = ",".join(prop.params.get("CN", ())).strip()
    named = _address(name)
    if named:
        name = name.partition("<")[0].strip() if "<" in name else ""
    return Attendee(
        email=_address(prop.value) or _address(prop.param("EMAIL")) or named,
        name=name[1:-1].strip() if name[:1] == name[-1:] == "'" else name,
        role=role if role in _ROLES else "req-participant",
        status=status if status in _ANSWERS else "needs-action",
        kind=kind if kind in _KINDS else "individual",
    )


def _address(text: str) -> str:
    """The e-mail address in a calendar user address, lower case; nothing where it is another kind of URI (``urn:uuid:…``) or a
    name. Some write it as in a letter's head: ``Ana Lima <ana@example.org>``."""
    _, mailto, address = text.strip().lower().rpartition("mailto:")
    if "<" in address:
        address = address.partition("<")[2].partition(">")[0]
    elif not mailto and " " in address:
        return ""
    address = "".join(address.split()).strip("<>'\"")
    if mailto:
        address = unquote(address.partition("?")[0])
    return address if "@" in address and ":" not in address and "/" not in address else ""
