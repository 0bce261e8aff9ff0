"""The demo's calendar: half a year back and a month ahead, counted from today, as several programs write it.

Beside the meetings that count there is everything that does not: declined, cancelled, all-day, too large, still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from auldd.demo.cards import folded, text, uid_of
from auldd.demo.people import ME, MY_ADDRESS, NETWORK, PEOPLE, TEAM, Somebody, named

ZONE = "Europe/Lisbon"

_TITLES = ("Coffee with {}", "{} / Alice", "Catch-up with {}", "Video call {}", "Visit: {}", "Lunch with {}")
_HOURS = (time(9, 30), time(11), time(12, 30), time(14), time(15, 30), time(17))
_STAMP = "DTSTAMP:20260105T093000Z"

# Lisbon's rules since 1996, under the name that each program knows the zone by (Outlook: the name that Windows has for it).
_RULES = (
    "BEGIN:DAYLIGHT\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nTZNAME:WEST\nDTSTART:19960331T010000\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n"
    "BEGIN:STANDARD\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nTZNAME:WET\nDTSTART:19961027T020000\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD"
)


class Guest(NamedTuple):
    """An attendee of a meeting, with the answer given."""

    name: str
    email: str
    answer: str = "ACCEPTED"


class Habit(NamedTuple):
    """How a calendar program writes: its name, and the name it uses for Lisbon's zone ("" where it writes UTC)."""

    product: str
    tzid: str


_APPLE = Habit("-//Apple Inc.//macOS 15.1//EN", ZONE)
_GOOGLE = Habit("-//Google Inc//Google Calendar 70.9054//EN", "")
_OUTLOOK = Habit("-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "GMT Standard Time")
HABITS = (_APPLE, _GOOGLE, _OUTLOOK)


def calendar(today: date) -> dict[str, bytes]:
    """Every calendar object of the demo as iCalendar text, by its file name."""
    lists = (_talks(today), [_weekly(today), _monthly(today)], _not_counting(today), _around(today))
    objects = [item for items in lists for item in items]
    return {f"{uid}.ics": body for uid, body in objects}


def workday(day: date, step: int) -> date:
    """``day``, or from a weekend the next Friday (``step`` -1) or Monday (+1)."""
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def guests(people: Iterable[Somebody]) -> list[Guest]:
    return [Guest(person.name, person.email) for person in people]


def _object(habit: Habit, *components: Sequence[str]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{habit.product}", "CALSCALE:GREGORIAN"]
    if habit.tzid:
        lines += ["BEGIN:VTIMEZONE", f"TZID:{habit.tzid}", *_RULES.split("\n"), "END:VTIMEZONE"]
    for component in components:
        lines += ["BEGIN:VEVENT", *component, "END:VEVENT"]
    return folded([*lines, "END:VCALENDAR"])


def _when(name: str, at: datetime, habit: Habit) -> str:
    """A date property; ``at`` is local time in Lisbon."""
    if habit.tzid:
        return f"{name};TZID={habit.tzid}:{at:%Y%m%dT%H%M%S}"
    return f"{name}:{at.replace(tzinfo=ZoneInfo(ZONE)).astimezone(ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}"


def invited(others: Sequence[Guest], mine: str = "ACCEPTED", organiser: Guest | None = None) -> list[str]:
    """ORGANIZER and ATTENDEE lines; the user is always among them."""
    me = Guest(ME, MY_ADDRESS, mine)
    host = organiser or me
    lines = [f'ORGANIZER;CN="{host.name}":mailto:{host.email}']
    for guest in (me, *others):
        lines += [
            f'ATTENDEE;CN="{guest.name}";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={guest.answer}:mailto:{guest.email}'
        ]
    return lines


def meeting(key: str, title: str, at: datetime, habit: Habit, people: list[str], *more: str) -> tuple[str, bytes]:
    """UID and body of an hour's meeting at local time ``at``; ``people`` as :func:`invited` gives them."""
    uid = uid_of(key)
    lines = [f"UID:{uid}", _STAMP, _when("DTSTART", at, habit), _when("DTEND", at + timedelta(hours=1), habit)]
    return uid, _object(habit, [*lines, f"SUMMARY:{text(title)}", *people, *more])


def _talks(today: date) -> Iterator[tuple[str, bytes]]:
    """Meetings of two, as the table of people says."""
    number = 0
    for person in PEOPLE:
        for days in person.met:
            number += 1
            day = workday(today - timedelta(days=days), -1 if days > 0 else 1)
            at = datetime.combine(day, _HOURS[number % len(_HOURS)])
            title = _TITLES[number % len(_TITLES)].format(person.given)
            people = invited(guests([person]))
            place = f"LOCATION:{text(person.city)}"
            yield meeting(f"talk {person.name} {days}", title, at, HABITS[number % 3], people, place)


def _weekly(today: date) -> tuple[str, bytes]:
    """The team's week: one instance moved, one cancelled, one taken out."""
    monday = today - timedelta(days=today.weekday())
    first = datetime.combine(monday - timedelta(weeks=26) + timedelta(days=1), time(9, 30))
    moved, cancelled, out = (first + timedelta(weeks=n) for n in (22, 18, 14))
    uid = uid_of("weekly")
    people = invited(guests(TEAM))
    hour = timedelta(hours=1)
    series = [f"UID:{uid}", _STAMP, _when("DTSTART", first, _APPLE), _when("DTEND", first + hour, _APPLE)]
    series += ["RRULE:FREQ=WEEKLY;BYDAY=TU", _when("EXDATE", out, _APPLE), "SUMMARY:Team week", *people]
    later = moved + timedelta(days=1, hours=2)
    one = [f"UID:{uid}", _STAMP, _when("RECURRENCE-ID", moved, _APPLE), _when("DTSTART", later, _APPLE)]
    one += [_when("DTEND", later + hour, _APPLE), "SUMMARY:Team week (moved)", *people]
    none = [f"UID:{uid}", _STAMP, _when("RECURRENCE-ID", cancelled, _APPLE), _when("DTSTART", cancelled, _APPLE)]
    none += [_when("DTEND", cancelled + hour, _APPLE), "STATUS:CANCELLED", "SUMMARY:Team week", *people]
    return uid, _object(_APPLE, series, one, none)


def _monthly(today: date) -> tuple[str, bytes]:
    """A series with a client, first Thursdays: keeps that client in touch without any follow-up."""
    month = (today.replace(day=1) - timedelta(days=150)).replace(day=1)
    first = datetime.combine(month + timedelta(days=(3 - month.weekday()) % 7), time(16))
    people = invited(guests([named("Katarzyna Zielińska")]))
    return meeting("monthly", "Fleet review", first, _OUTLOOK, people, "RRULE:FREQ=MONTHLY;BYDAY=1TH")


def _not_counting(today: date) -> Iterator[tuple[str, bytes]]:
    """What looks like a meeting and is none."""

    def at(days: int, hour: int) -> datetime:
        return datetime.combine(workday(today - timedelta(days=days), -1), time(hour))

    marisol, thomas, hiroshi = named("Marisol Quintero"), named("Thomas Okonkwo"), named("Hiroshi Tanabe")
    mine = invited([], mine="DECLINED", organiser=Guest(marisol.name, marisol.email))
    yield meeting("declined by me", "Harbourline spring reception", at(10, 18), _GOOGLE, mine)
    theirs = invited([Guest(thomas.name, thomas.email, "DECLINED")])
    yield meeting("declined by them", "Dinner with Thomas", at(8, 19), _APPLE, theirs)
    called_off = invited(guests([hiroshi]))
    yield meeting("cancelled", "Tanabe Optics: samples", at(14, 10), _GOOGLE, called_off, "STATUS:CANCELLED")
    crowd = invited([Guest(person.name, person.email, "NEEDS-ACTION") for person in PEOPLE if person.category == NETWORK])
    crowd += invited([Guest(f"Guest {n}", f"guest{n}@forum.example", "NEEDS-ACTION") for n in range(15)])[2:]
    yield meeting("crowd", "Lisbon Export Forum: opening", at(35, 10), _OUTLOOK, crowd)


def whole_days(key: str, title: str, first: date, days: int, *more: str) -> tuple[str, bytes]:
    """UID and body of an entry over so many whole days."""
    uid = uid_of(key)
    lines = [
        f"UID:{uid}",
        _STAMP,
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{first + timedelta(days=days):%Y%m%d}",
    ]
    return uid, _object(_APPLE, [*lines, f"SUMMARY:{text(title)}", *more])


def _around(today: date) -> Iterator[tuple[str, bytes]]:
    """What fills a calendar besides: a conference, a trip, a birthday, a full day to come, a lunch named by its title alone."""
    next_wednesday = today + timedelta(days=(2 - today.weekday()) % 7 or 7)
    fair = invited(guests([named("Louise Vandamme"), named("Priya Raghunathan")]))
    yield whole_days("fair", "Hannover Messe", today - timedelta(days=45), 3, "LOCATION:Hannover", *fair)
    yield whole_days("trip", "Family in Madeira", today + timedelta(days=24), 5, "TRANSP:TRANSPARENT")
    yield whole_days("cake", "Marta's birthday", today + timedelta(days=15), 1, "TRANSP:TRANSPARENT", "RRULE:FREQ=YEARLY")
    for hour in (9, 10, 11, 13, 14, 15, 16, 17):
        at = datetime.combine(next_wednesday, time(hour))
        yield meeting(f"audit {hour}", "Audit, room 2", at, _APPLE, invited(guests(TEAM[:1])))
    at = datetime.combine(workday(today - timedelta(days=19), -1), time(13))
    yield meeting("lunch", "Almoço com Ana Lima", at, _APPLE, [])
