"""The programs that people edit their calendars with: what a person can do in them, and what they make of the rest of it.

Modelled on what these programs are known to write. Each saves a whole object anew: some drop what they do not know, all put
their own name and stamps on it, some add lines and alarms that nobody asked for, fold differently, or turn a day into midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from soak.acts import Act, Words
from soak.icalendar_text import Part, name_of, parse, render

_KNOWN = frozenset(
    {
        "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE",
        "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "CATEGORIES", "PRIORITY", "LOCATION", "CLASS", "URL",
        "ATTENDEE", "ORGANIZER", "COMPLETED", "PERCENT-COMPLETE",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """``signature`` are lines that it adds; ``zone`` is how it writes a time; ``midnights``: it knows no whole days."""

    name: str
    forms: tuple[str, ...]
    product: str
    keeps_unknown: bool = True
    counts: bool = False
    signature: tuple[str, ...] = ()
    alarm: tuple[str, ...] = ()
    zone: Literal["local", "utc"] = "local"
    midnights: bool = False
    sorts: bool = False
    width: int = 75
    end: str = "\r\n"

    def save(self, body: bytes, act: Act, words: Words) -> bytes:
        """The object as it stands on the server after a person did something to it."""
        calendar = parse(body)
        entry = next(part for part in calendar.parts if part.name in self.forms)
        act(entry, replace(words, local=self.zone == "local"))
        calendar.set("PRODID", f"PRODID:{self.product}")
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            entry.set(name, f"{name}:{words.now:%Y%m%dT%H%M%SZ}")
        if self.counts:
            entry.set("SEQUENCE", f"SEQUENCE:{int(entry.value('SEQUENCE') or 0) + 1}")
        if not self.keeps_unknown:
            known = [each for each in entry.inside if not isinstance(each, str) or name_of(each) in _KNOWN]
            entry.inside = known
        for line in self.signature:
            entry.set(name_of(line), line)
        if self.alarm and not any(part.line("X-WR-ALARMUID") for part in entry.parts):
            entry.inside.append(Part("VALARM", [*self.alarm, f"X-WR-ALARMUID:{self.name}"]))
        if self.midnights:
            _to_midnight(entry)
        if self.sorts:
            entry.inside = [*sorted(entry.lines), *entry.parts]
        return render(calendar, width=self.width, end=self.end)


APPLE_REMINDERS = Program(
    "Apple Reminders", ("VTODO",), "-//Apple Inc.//iOS 17.5//EN", signature=("X-APPLE-SORT-ORDER:731241",),
    alarm=("ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER;VALUE=DATE-TIME:20260301T080000Z"),
)  # fmt: skip
APPLE_CALENDAR = Program(
    "Apple Calendar", ("VEVENT",), "-//Apple Inc.//macOS 14.5//EN", counts=True,
    signature=("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",),
    alarm=("ACTION:NONE", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z"),
)  # fmt: skip
GOOGLE = Program(
    "Google", ("VEVENT",), "-//Google Inc//Google Calendar 70.9054//EN", keeps_unknown=False, counts=True, zone="utc"
)
THUNDERBIRD = Program(
    "Thunderbird", ("VTODO", "VEVENT"), "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", signature=("X-MOZ-GENERATION:1",)
)
TASKS_ORG = Program("Tasks.org", ("VTODO",), "+//IDN tasks.org//android-130900//EN", midnights=True, width=60)
DAVX5 = Program("DAVx5", ("VEVENT", "VTODO"), "DAVx5/4.4 ical4j/3.2", counts=True, sorts=True)
OUTLOOK = Program(
    "Outlook", ("VEVENT", "VTODO"), "-//Microsoft Corporation//Outlook 16.0//EN", keeps_unknown=False, end="\n",
    signature=("CLASS:PUBLIC", "PRIORITY:5"), midnights=True,
)  # fmt: skip
PROGRAMS = [APPLE_REMINDERS, APPLE_CALENDAR, GOOGLE, THUNDERBIRD, TASKS_ORG, DAVX5, OUTLOOK]


def copied(body: bytes, uid: str) -> bytes:
    """The same entry once more, as somebody's own."""
    calendar = parse(body)
    for part in calendar.parts:
        part.set("UID", f"UID:{uid}")
    return render(calendar)


def _to_midnight(entry: Part) -> None:
    for name in ("DTSTART", "DTEND", "DUE"):
        line = entry.line(name)
        if ";VALUE=DATE:" in line:
            entry.set(name, f"{name};TZID=Europe/Lisbon:{line[-8:]}T000000")
