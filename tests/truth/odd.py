"""Scenes of what is no meeting, of several copies of one, of odd objects and hours, and of what the table does not speak of.

Each writes one case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .calendars import DAY, HOME, HOUR, Diary
from .icals import OUTLOOK, PROGRAMS, ZONES, Entry, Guest, write
from .labels import MY_NAME
from .people import Person, ascii_of

MINE = MY_NAME.split()[0]


def _own(d: Diary, start: datetime, title: str) -> Entry:
    """An entry of one's own, without anybody invited."""
    return Entry(d.uid(), start, start + d.random.choice((30, 60, 90)) * timedelta(minutes=1), title)


# --- not every entry is a meeting ---------------------------------------------------------------------------------------
def whole_days(d: Diary) -> None:
    start, guests = d.hour(), d.guests(d.people(d.random.choice((1, 2, 5))))
    entry = d.meeting(start, guests)
    length = d.random.randrange(1, 5)
    if d.random.random() < 0.7:
        d.put(replace(entry, start=start.date(), end=start.date() + length * DAY, title="Offsite"))
    else:
        d.put(replace(entry, end=start + length * DAY, title="Fair"))


def calendars_of_days(d: Diary) -> None:
    """Birthday calendars, holidays, and the fixtures of a club, each subscribed to as a calendar of its own."""
    start, way = d.hour(), d.random.randrange(3)
    day = start.date()
    if way == 0:
        name = d.random.choice(d.readable).full()
        title = d.random.choice((f"{name}'s birthday", f"Aniversário de {name}", f"🎂 {name}", f"Geburtstag: {name}"))
        rule = "FREQ=YEARLY" if d.random.random() < 0.5 else ""
        d.put(Entry(d.uid(), day, day + DAY, title, rule=rule), account="birthdays")
    elif way == 1:
        title = d.random.choice(("Dia da Liberdade", "Whit Monday", "Christmas Eve", "Tag der Arbeit", "Labour Day"))
        d.put(Entry(d.uid(), day, day + DAY, title, extra=("TRANSP:TRANSPARENT",)), account="holidays")
    else:
        home, away = d.random.sample(("Sporting", "Benfica", "Porto", "Braga", "Boavista", "Arouca"), 2)
        d.put(_own(d, start, f"{home} – {away}"), account="football")


def written_by_auld(d: Diary) -> None:
    """A follow-up of an earlier installation; now and then the user has given it an hour."""
    start, person = d.hour(), d.random.choice(d.readable)
    mark = (f"X-AULD-KEY:{d.random.getrandbits(80):x}", "TRANSP:TRANSPARENT")
    entry = replace(_own(d, start, f"Call {person.full()}"), extra=mark)
    d.put(entry if d.random.random() < 0.4 else replace(entry, start=start.date(), end=start.date() + DAY))


_LUNCH = ("Lunch with {}", "Coffee {}", "{} / " + MINE + " 1:1", "{}", "Call {}", MINE + " <> {}", "Jantar com {}", "Tel. {}",
          "{} lunch", "Kaffee mit {}", "Almoço {}", "Meeting: {} (contract)", "1:1 {}", "Zoom w/ {}")  # fmt: skip
_TOO_LITTLE = ("{}", "Meeting: {} (contract)")
"""Around a given name alone these words leave open whether its bearer is met, spoken of, or somebody else of that name."""


def title_names(d: Diary) -> None:
    """The whole name, as it is or typed in a hurry; the given name alone, where only one person bears it; two people."""
    random, start = d.random, d.hour()
    way = random.randrange(5)
    if way == 0:
        people = random.sample(d.by_given_name, random.choice((1, 1, 2)))
        names = [person.given.native for person in people]
    else:
        people = random.sample(d.unmistakable, 2 if way == 1 else 1)
        names = [_hurried(d, person) for person in people]
    forms = (
        [form for form in _LUNCH if way or form not in _TOO_LITTLE] if len(people) == 1 else ["{} / {}: sync", "{} / {}: 1:1"]
    )
    d.put(_own(d, start, random.choice(forms).format(*names)))
    d.met(people, start)


def _hurried(d: Diary, person: Person) -> str:
    way = d.random.randrange(6)
    if way == 0:
        return person.full().lower()
    if way == 1 and person.culture.name in ("German", "Portuguese", "Spanish", "Polish", "Turkish", "French"):
        return ascii_of(person.full(), person.culture.name)
    if way == 2 and person.culture.family_first:
        return f"{person.given.native} {person.family.native}"
    return person.full()


def title_ambiguous(d: Diary) -> None:
    """A given name that several bear, or a whole one that two people share."""
    random, start = d.random, d.hour()
    if random.random() < 0.5:
        bearers = Counter(person.full() for person in d.readable)
        name = random.choice([name for name, count in bearers.items() if count > 1])
    else:
        bearers = Counter(person.given.native for person in d.readable)
        name = random.choice(
            [name for name, count in bearers.items() if count > 2 and len(name) > 1]
        )  # one character is no name
    d.put(_own(d, start, random.choice(_LUNCH).format(name)))


# --- one meeting, several copies ----------------------------------------------------------------------------------------
def two_calendars(d: Diary) -> None:
    """One UID in two accounts, the zone spelt in two ways; now and then moved in both."""
    start, people = d.hour(), d.people(d.random.choice((1, 1, 2)))
    entry = d.meeting(start, d.guests(people))
    places = [d.put(entry, account=account) for account in d.random.sample(("work", "home", "gmail", "team"), 2)]
    if d.random.random() < 0.2:
        later = d.hour(d.begin, d.world.now - 3 * DAY)
        for account, ref in places:
            d.put(replace(entry, start=later, end=later + HOUR), d.world.looks[5] + HOUR, account=account, ref=ref)
        start = later
    d.met(people, start)


def organisers_copy(d: Diary) -> None:
    """The other side's copy came with a UID and a title of its own: forwarded, or through a booking service."""
    start, people = d.hour(), d.people(d.random.choice((1, 1, 2)))
    entry = d.meeting(start, d.guests(people))
    accounts = d.random.sample(("work", "home", "gmail", "team"), 2)
    d.put(entry, account=accounts[0])
    title = d.random.choice((entry.title, f"FW: {entry.title}", f"{people[0].full()} and {MY_NAME}"))
    d.put(replace(entry, uid=d.uid(), title=title), account=d.random.choice(accounts))
    d.met(people, start)


def new_uid(d: Diary) -> None:
    """A feed that makes up its UIDs anew each time: the object is another one at every look, the meeting is not."""
    start, people = d.seen_hour(), d.people(d.random.choice((1, 1, 2)))
    entry = d.meeting(start, d.guests(people))
    place = d.put(entry, start - 15 * DAY, account="team")
    for at in (start - 5 * DAY, d.look_after(start) + HOUR, d.look_after(start) + 9 * DAY)[d.random.randrange(2) :]:
        d.drop(place, at)
        place = d.put(replace(entry, uid=d.uid()), at, account="team")
    d.met(people, start)


# --- odd objects --------------------------------------------------------------------------------------------------------
def uid_twice(d: Diary) -> None:
    """A copy that kept its UID: two meetings in one calendar."""
    starts, (one, other) = (d.hour(), d.hour()), d.people(2)
    first = d.meeting(starts[0], d.guests([one]))
    second = replace(d.meeting(starts[1], d.guests([other])), uid=first.uid)
    account, _ = d.put(first)
    d.put(second, account=account)
    d.met([one], starts[0])
    d.met([other], starts[1])


def override_alone(d: Diary) -> None:
    start, people = d.hour(), d.people(d.random.choice((1, 2)))
    d.put(replace(d.meeting(start, d.guests(people)), instance=start - d.random.choice((timedelta(), DAY, HOUR))))
    d.met(people, start)


def no_start(d: Diary) -> None:
    d.put(replace(d.meeting(d.hour(), d.guests(d.people(1))), start=None, end=None))


def unusable_zone(d: Diary) -> None:
    """A name that nobody knows: then its definition tells, and where that is missing too it is taken for a local time."""
    people, start = d.people(1), d.hour(zone=ZoneInfo(d.random.choice(ZONES)))
    if d.random.random() < 0.25:
        start = d.hour()
        entry = replace(d.meeting(start, d.guests(people)), tzid="Customized Time Zone", definition=False)
    else:
        entry = replace(
            d.meeting(start, d.guests(people)),
            tzid=d.random.choice(("Customized Time Zone", "tzone://Microsoft/Custom", "Our Office 1")),
        )
    d.put(entry)
    d.met(people, start)


def windows_zone(d: Diary) -> None:
    people, start = d.people(1), d.hour(zone=ZoneInfo(d.random.choice(ZONES)))
    entry = replace(d.meeting(start, d.guests(people)), definition=d.random.random() < 0.5)
    d.put_text(write(entry, OUTLOOK), None, "work", f"/work/{d.uid()}.ics")
    d.met(people, start)


# --- what day it was ----------------------------------------------------------------------------------------------------
_CHANGES = ((2024, 3, 31), (2024, 10, 27), (2025, 3, 30), (2025, 10, 26), (2026, 3, 29))


def daylight_saving(d: Diary) -> None:
    """On the days of the change and beside them; and weekly with New York, whose clocks change on other days."""
    people = d.people(1)
    if d.random.random() < 0.7:
        change = datetime(*d.random.choice(_CHANGES), tzinfo=HOME)
        start = d.hour(change - DAY, min(change + 2 * DAY, d.world.now - HOUR))
        d.put(d.meeting(start, d.guests(people)))
        d.met(people, start)
        return
    for _ in range(200):
        start = d.hour(zone=ZoneInfo("America/New_York"))
        dates = [start + timedelta(weeks=n) for n in range(30)]
        if dates[-1] < d.world.now - 3 * DAY and d.take(dates[1:]):
            d.put(replace(d.meeting(start, d.guests(people)), rule="FREQ=WEEKLY;COUNT=30"))
            d.met(people, *dates)
            return
    raise AssertionError("no room for a series")


def floating(d: Diary) -> None:
    people, start = d.people(1), d.hour()
    entry = d.meeting(start, d.guests(people))
    assert isinstance(entry.end, datetime)
    d.put(replace(entry, start=start.replace(tzinfo=None), end=entry.end.replace(tzinfo=None)))
    d.met(people, start)


def travelling(d: Diary) -> None:
    people, start = (
        d.people(d.random.choice((1, 2))),
        d.hour(zone=ZoneInfo(d.random.choice(("Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata")))),
    )
    d.put(d.meeting(start, d.guests(people)), program=d.random.choice(PROGRAMS))
    d.met(people, start)


# --- beyond the table ---------------------------------------------------------------------------------------------------
_ERRANDS = ("Dentist", "Gym", "Pick up the kids", "Focus time", "Flight LH1167", "Lunch", "Tax return", "Mark the exams",
            "May review", "Rose garden", "Grace period ends", "Bill payments", "Will and testament", "Car: inspection",
            "Blocked", "Yoga / sauna", "Train to Porto", "Lima trip planning", "Paris with the family")  # fmt: skip


def errands(d: Diary) -> None:
    """Entries of one's own, some with words that are names, too."""
    d.put(_own(d, d.hour(), d.random.choice(_ERRANDS)))


def about_somebody(d: Diary) -> None:
    """Work for or about somebody is no meeting with them, whatever the title names."""
    person = d.random.choice(d.unmistakable)
    form = d.random.choice(("Prepare offer for {}", "Present for {}", "Read report by {}", "Send {} the contract",
                            "Write to {}", "Vorbereitung {}", "Reminder: {}'s invoice"))  # fmt: skip
    d.put(_own(d, d.hour(), form.format(person.full())))


def borrowed_address(d: Diary) -> None:
    """At a mailbox that only somebody else's card has (an assistant's, say); the name beside it is not theirs."""
    person, box = d.random.choice(d.borrowed)
    start = d.hour()
    d.put(replace(d.meeting(start, d.strangers(1)), organizer=d.me(), guests=(Guest(box, person.full()),)))
    d.met([person], start, undecided=True)


def unknown_address(d: Diary) -> None:
    """At an address that no card has, under the whole name of one person: likely, but nobody can say."""
    person = d.random.choice(d.unmistakable)
    start = d.hour()
    guest = Guest(
        f"{ascii_of(person.latin()[1]).lower().replace(' ', '')}@newjob{d.random.randrange(99)}.example", person.full()
    )
    d.put(replace(d.meeting(start, [guest]), organizer=d.me(), guests=(guest,)))
    d.met([person], start, undecided=True)
