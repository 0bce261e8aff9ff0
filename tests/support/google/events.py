"""Events as Google keeps them: what it refuses, what it adds, and the instances of a series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from support.google.model import ApiError, Json

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.+)")
Start = date | datetime
INSTANCES = 800
"""More are never expanded."""


def invalid(message: str, reason: str = "invalid") -> ApiError:
    return ApiError(400, reason, message)


# --- what is refused ----------------------------------------------------------------------------------------------------
def validate(event: Json) -> None:
    """Raise what Google answers to an event that makes no sense."""
    start, end = event.get("start") or {}, event.get("end") or {}
    if not start or not end:
        raise ApiError(400, "required", "Missing end time." if start else "Missing start time.")
    for each in (start, end):
        if ("date" in each) == ("dateTime" in each):
            raise invalid("Invalid start time." if each is start else "Invalid end time.")
        if "dateTime" in each and not _has_offset(each["dateTime"]) and not each.get("timeZone"):
            raise ApiError(400, "required", "Missing time zone definition.")
    if ("date" in start) != ("date" in end):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    if instant(end, UTC) < instant(start, UTC) or ("date" in start and start["date"] >= end["date"]):
        raise invalid("The specified time range is empty.", "timeRangeEmpty")
    if event.get("recurrence") and "dateTime" in start and not start.get("timeZone"):
        raise ApiError(400, "required", "Missing time zone definition for start time.")
    if any(not _LINE.fullmatch(line) for line in event.get("recurrence", ())):
        raise invalid("Invalid recurrence rule.")
    _validate_rest(event)


def _validate_rest(event: Json) -> None:
    reminders = event.get("reminders", {})
    overrides = reminders.get("overrides", [])
    if reminders.get("useDefault") and overrides:
        raise invalid("Cannot use default reminders and specify overrides.", "cannotUseDefaultRemindersAndSpecifyOverride")
    if len(overrides) > 5 or any(not 0 <= each.get("minutes", -1) <= 40320 for each in overrides):
        raise invalid("Invalid reminder overrides.")
    for properties in event.get("extendedProperties", {}).values():
        for name, value in properties.items():
            if len(name) > 44 or len(value) > 1024:
                raise invalid("Extended property too long.")
    if any("@" not in attendee.get("email", "") for attendee in event.get("attendees", ())):
        raise invalid("Invalid attendee email.")
    if event.get("status") not in (None, "confirmed", "tentative", "cancelled"):
        raise invalid("Invalid status.")
    if len(event.get("summary", "")) > 1024 or len(event.get("description", "")) > 8192:
        raise invalid("Field too long.")


def validate_id(event_id: str) -> None:
    if not re.fullmatch(r"[a-v0-9]{5,1024}", event_id):
        raise invalid("Invalid resource id value.")


def _has_offset(text: str) -> bool:
    return bool(re.search(r"([Zz]|[+-]\d\d:\d\d)$", text))


# --- what is added ------------------------------------------------------------------------------------------------------
def tidy(event: Json) -> Json:
    """Without what Google leaves out because it says nothing."""
    says_nothing = {"transparency": "opaque", "visibility": "default", "guestsCanModify": False}
    return {name: value for name, value in event.items() if value not in ("", [], {}) and says_nothing.get(name) != value}


def shown(when: Json, calendar_zone: str, wanted: str | None = None) -> Json:
    """A start or end as it is answered: with the offset of the calendar's zone, or the one asked for."""
    if "date" in when:
        return {"date": when["date"]}
    zone = when.get("timeZone") or calendar_zone
    at = instant(when, ZoneInfo(zone)).astimezone(ZoneInfo(wanted or calendar_zone))
    return {"dateTime": at.isoformat().replace("+00:00", "Z"), "timeZone": zone}


def instant(when: Json, zone: tzinfo) -> datetime:
    """When that is; whole days begin at midnight in ``zone``."""
    if "date" in when:
        return datetime.combine(date.fromisoformat(when["date"]), datetime.min.time(), zone)
    at = datetime.fromisoformat(when["dateTime"])
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(when.get("timeZone") or "UTC"))


# --- instances ----------------------------------------------------------------------------------------------------------
def starts(series: Json, calendar_zone: str) -> Iterator[Start]:
    """When the instances of a series begin: dates, or aware times in its zone; without what its EXDATEs take away."""
    whole_days = "date" in series["start"]
    zone = ZoneInfo(series["start"].get("timeZone") or calendar_zone)
    first = instant(series["start"], zone).astimezone(zone)
    begin = first.replace(tzinfo=None) if whole_days else first
    rules = rruleset()
    if not any(line.startswith("RRULE") for line in series["recurrence"]):
        rules.rdate(begin)
    for line in series["recurrence"]:
        kind, params, value = (_LINE.fullmatch(line) or invalid_line(line)).groups()
        if kind in ("RRULE", "EXRULE"):
            rule = rrulestr(value, dtstart=begin)
            (rules.rrule if kind == "RRULE" else rules.exrule)(rule)  # type: ignore[arg-type]  # both take what rrulestr gives
            continue
        named = re.search(r"TZID=([^;:]+)", params)
        for text in value.split(","):
            at = _moment(text, ZoneInfo(named[1]) if named else zone, whole_days)
            (rules.rdate if kind == "RDATE" else rules.exdate)(at)
    for at in islice(rules, INSTANCES):
        yield at.date() if whole_days else at


def invalid_line(line: str) -> re.Match[str]:
    raise invalid(f"Invalid recurrence line {line}")


def _moment(text: str, zone: ZoneInfo, whole_days: bool) -> datetime:
    text = text.partition("/")[0]
    at = datetime.strptime(text[:15].removesuffix("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
    if whole_days:
        return at
    return at.replace(tzinfo=UTC if text.endswith("Z") else zone)


def instance_id(series_id: str, start: Start) -> str:
    """As Google names the instance that a series has, or had, at that time."""
    if isinstance(start, datetime):
        return f"{series_id}_{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{series_id}_{start:%Y%m%d}"


def instance(series: Json, start: Start, calendar_zone: str) -> Json:
    """The instance that begins then, as the series makes it; without etag and times of change."""
    zone = series["start"].get("timeZone") or calendar_zone
    length = instant(series["end"], UTC) - instant(series["start"], UTC)

    def moment(at: Start) -> Json:
        if isinstance(at, datetime):
            return {"dateTime": at.isoformat().replace("+00:00", "Z"), "timeZone": zone}
        return {"date": at.isoformat()}

    end = (start.astimezone(UTC) + length).astimezone(ZoneInfo(zone)) if isinstance(start, datetime) else start + length
    own = {name: value for name, value in series.items() if name not in ("recurrence", "etag")}
    return own | {
        "id": instance_id(series["id"], start),
        "recurringEventId": series["id"],
        "originalStartTime": moment(start),
        "start": moment(start),
        "end": moment(end),
    }


def overlaps(event: Json, zone: str, since: str | None, until: str | None) -> bool:
    """Does an event end after ``since`` and start before ``until``?"""
    here = ZoneInfo(zone)
    begins, ends = instant(event["start"], here), instant(event["end"], here)
    if since and ends <= datetime.fromisoformat(since):
        return False
    return not until or begins < datetime.fromisoformat(until)


def whole_day(start: str, days: int = 1) -> Json:
    """``start`` and ``end`` of an event of whole days."""
    return {"start": {"date": start}, "end": {"date": (date.fromisoformat(start) + timedelta(days=days)).isoformat()}}


def hours(start: str, length: float = 1, zone: str = "Europe/Lisbon") -> Json:
    """``start`` and ``end`` of an event that begins at that local time (``2026-03-04T10:00:00``)."""
    at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    end = (at.astimezone(UTC) + timedelta(hours=length)).astimezone(at.tzinfo)
    return {key: {"dateTime": each.isoformat(), "timeZone": zone} for key, each in (("start", at), ("end", end))}
