"""The programs that people edit their calendars with: what a person can do in them, and what they make of the rest of it.

Modelled on what these programs are known to write. Each saves a whole object anew: some drop what they do not know, all put
their own name and stamps on it, some add lines and alarms that nobody asked for, fold differently, or turn a day into midnight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from soak.icalendar_text import Part, escaped, name_of, parse, render, text_of

ALARM = ("ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M")
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
        act(entry, self, words)
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


@dataclass(frozen=True)
class Words:
    """What a person says this time: a ``token`` never used before, and a day on which auld would not think."""

    token: str
    day: date
    now: datetime


Act = Callable[[Part, Program, Words], None]

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


# --- what a person does -------------------------------------------------------------------------------------------------
def resave(entry: Part, program: Program, words: Words) -> None:
    """Open it and press save."""


def rename(entry: Part, program: Program, words: Words) -> None:
    entry.set("SUMMARY", f"SUMMARY:{escaped(f'Ring them; about {words.token}, soon')}")


def decline(entry: Part, program: Program, words: Words) -> None:
    entry.set("SUMMARY", f"SUMMARY:no {words.token} {entry.value('SUMMARY')}")


def never(entry: Part, program: Program, words: Words) -> None:
    entry.set("SUMMARY", f"SUMMARY:never {words.token} {entry.value('SUMMARY')}")


def write_under(entry: Part, program: Program, words: Words) -> None:
    text = f"{text_of(entry.value('DESCRIPTION'))}\nI: send the deck {words.token}\nlikes: sailing"
    entry.set("DESCRIPTION", f"DESCRIPTION:{escaped(text)}")


def write_above(entry: Part, program: Program, words: Words) -> None:
    text = f"asked for {words.token} – ✓\n{text_of(entry.value('DESCRIPTION'))}"
    entry.set("DESCRIPTION", f"DESCRIPTION;LANGUAGE=en:{escaped(text)}")


def drag(entry: Part, program: Program, words: Words) -> None:
    """To another day."""
    _put_on(entry, f";VALUE=DATE:{words.day:%Y%m%d}", f";VALUE=DATE:{words.day + timedelta(days=1):%Y%m%d}")


def drag_to_time(entry: Part, program: Program, words: Words) -> None:
    how = f";TZID=Europe/Lisbon:{words.day:%Y%m%d}T%H0000" if program.zone == "local" else f":{words.day:%Y%m%d}T%H0000Z"
    _put_on(entry, how.replace("%H", "10"), how.replace("%H", "11"))


def tick(entry: Part, program: Program, words: Words) -> None:
    if entry.name == "VEVENT":
        entry.set("SUMMARY", f"SUMMARY:✓ {entry.value('SUMMARY')} {words.token}")
        return
    entry.set("STATUS", "STATUS:COMPLETED")
    entry.set("PERCENT-COMPLETE", "PERCENT-COMPLETE:100")
    entry.set("COMPLETED", f"COMPLETED:{words.now:%Y%m%dT%H%M%SZ}")


def cancel(entry: Part, program: Program, words: Words) -> None:
    entry.set("STATUS", "STATUS:CANCELLED")


def snooze(entry: Part, program: Program, words: Words) -> None:
    entry.set("X-MOZ-SNOOZE-TIME", f"X-MOZ-SNOOZE-TIME:{words.now + timedelta(hours=1):%Y%m%dT%H%M%SZ}")
    entry.set("X-MOZ-LASTACK", f"X-MOZ-LASTACK:{words.now:%Y%m%dT%H%M%SZ}")


def add_alarm(entry: Part, program: Program, words: Words) -> None:
    entry.inside.append(Part("VALARM", [f"UID:{words.token}", *ALARM]))


def embellish(entry: Part, program: Program, words: Words) -> None:
    """Give it a place, a priority and a colour."""
    entry.set("LOCATION", f"LOCATION:Café {words.token}\\, Lisboa")
    entry.set("PRIORITY", "PRIORITY:1")
    entry.set("X-COLOR", f"X-COLOR;X-PARAM={words.token}:turquoise")


def make_meeting(entry: Part, program: Program, words: Words) -> None:
    drag_to_time(entry, program, words)
    entry.set("LOCATION", f"LOCATION:Room {words.token}")
    entry.set("ATTENDEE", "ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@example.org")
    entry.set("ORGANIZER", "ORGANIZER:mailto:me@example.org")


def repeat(entry: Part, program: Program, words: Words) -> None:
    entry.set("RRULE", "RRULE:FREQ=MONTHLY;COUNT=6")


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        resave, rename, decline, never, write_under, write_above, drag, drag_to_time, tick, cancel, snooze, add_alarm,
        embellish, make_meeting, repeat,
    )
}  # fmt: skip
OWNS: dict[str, tuple[str, ...]] = {
    "rename": ("SUMMARY",), "decline": ("SUMMARY",), "never": ("SUMMARY",), "drag": ("DTSTART", "DUE", "DTEND"),
    "drag_to_time": ("DTSTART", "DUE", "DTEND"), "make_meeting": ("DTSTART", "DUE", "DTEND"),
}  # fmt: skip
"""The lines that belong to the person after an act, letter for letter; of a description it is the words."""


def copied(body: bytes, uid: str) -> bytes:
    """The same entry once more, as somebody's own."""
    calendar = parse(body)
    for part in calendar.parts:
        part.set("UID", f"UID:{uid}")
    return render(calendar)


def _put_on(entry: Part, start: str, end: str) -> None:
    last = "DTEND" if entry.name == "VEVENT" else "DUE"
    entry.drop("DURATION")
    entry.set("DTSTART", f"DTSTART{start}")
    entry.set(last, f"{last}{end if last == 'DTEND' else start}")


def _to_midnight(entry: Part) -> None:
    for name in ("DTSTART", "DTEND", "DUE"):
        line = entry.line(name)
        if ";VALUE=DATE:" in line:
            entry.set(name, f"{name};TZID=Europe/Lisbon:{line[-8:]}T000000")
