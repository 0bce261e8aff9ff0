"""Scenes of the table's first rows: who was there, and what was moved, cancelled or deleted. Each writes one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from .calendars import DAY, HOUR, Diary
from .icals import Entry, Guest


def took_place(d: Diary) -> None:
    start, (person,) = d.hour(), d.people(1)
    d.put(d.meeting(start, d.guests([person])))
    d.met([person], start)


def to_come(d: Diary) -> None:
    start = d.hour(d.world.now + DAY, d.world.now + 85 * DAY)
    d.put(d.meeting(start, d.guests(d.people(d.random.choice((1, 1, 2, 3))))))


# --- who was there ------------------------------------------------------------------------------------------------------
def declined_by_me(d: Diary) -> None:
    """At once, or after I had accepted."""
    guests = d.guests(d.people(d.random.choice((1, 1, 3))))
    if d.random.random() < 0.6:
        d.put(d.meeting(d.hour(), guests, mine="DECLINED"))
        return
    start = d.seen_hour()
    me = d.me()
    entry = replace(d.meeting(start, guests), organizer=replace(guests[0], status="ACCEPTED"), guests=(*guests, me))
    place = d.put(entry, start - 10 * DAY)
    d.put(replace(entry, guests=(*guests, replace(me, status="DECLINED"))), start - 2 * HOUR, account=place[0], ref=place[1])


def declined_by_another(d: Diary) -> None:
    start, people = d.hour(), d.people(d.random.choice((1, 2, 3, 5)))
    guests = (d.guest(people[0], "DECLINED"), *d.guests(people[1:]))
    d.put(replace(d.meeting(start, guests), organizer=d.me(), guests=guests))
    d.met(people[1:], start)


def never_answered(d: Diary) -> None:
    """An invitation of few people counts also unanswered; of many, only those who said something are known to have come."""
    start = d.hour()
    if d.random.random() < 0.5:
        people = d.people(d.random.choice((1, 2, 3)))
        d.put(replace(d.meeting(start, d.guests(people)), organizer=d.me(), guests=d.guests(people, "NEEDS-ACTION")))
        d.met(people, start)
        return
    came, silent = d.people(3), d.people(4)
    silent = [person for person in silent if person not in came]
    guests = (*d.guests(came), *d.guests(silent, "NEEDS-ACTION"), *d.strangers(d.random.randrange(6, 9), "NEEDS-ACTION"))
    d.put(replace(d.meeting(start, guests), organizer=d.me(), guests=(*guests, *d.strangers(1))))
    d.met(came, start)


def organiser(d: Diary) -> None:
    """Named by ORGANIZER alone, or listed among the attendees with an answer still open."""
    start, (person, *others) = d.hour(), d.people(d.random.choice((1, 2)))
    host = d.guest(person)
    listed = (replace(host, status="NEEDS-ACTION", role="CHAIR"),) if d.random.random() < 0.4 else ()
    d.put(replace(d.meeting(start, [host]), organizer=host, guests=(*listed, *d.guests(others), d.me())))
    d.met([person, *others], start)


def optional(d: Diary) -> None:
    start, people = d.hour(), d.people(d.random.choice((1, 2, 3)))
    d.put(d.meeting(start, (d.guest(people[0], role="OPT-PARTICIPANT"), *d.guests(people[1:]))))
    d.met(people, start)


def _nobody(d: Diary) -> Guest:
    number = d.random.randrange(15)
    return d.random.choice(
        (
            Guest(f"room{number}@alderfinch.example", f"Room {number}", kind="ROOM"),
            Guest(f"c_{d.random.getrandbits(60):x}@resource.calendar.google.com", "Lisboa-2-Tejo (8)", kind="RESOURCE"),
            Guest(f"beamer{number}@work.example", "Beamer", role="NON-PARTICIPANT", kind="RESOURCE"),
            Guest("everybody@work.example", "Everybody", "NEEDS-ACTION", kind="GROUP"),
            Guest(f"meeting-room-{number}@work.example", f"Meeting Room {number}", role="NON-PARTICIPANT", kind="ROOM"),
        )
    )


def rooms_and_lists(d: Diary) -> None:
    start, people = d.hour(), d.people(d.random.choice((0, 1, 1, 2)))
    guests = (*d.guests(people), _nobody(d))
    d.put(replace(d.meeting(start, guests), organizer=d.me(), guests=guests))
    d.met(people, start)


def own_addresses(d: Diary) -> None:
    """Invited by oneself, at another address, with a guest or without."""
    start, people = d.hour(), d.people(d.random.choice((0, 1, 1)))
    entry = d.meeting(start, [d.me()])
    d.put(replace(entry, organizer=d.me(), guests=(d.me(), d.me(), *d.guests(people))))
    d.met(people, start)


def somebody_else(d: Diary) -> None:
    """At a mailbox on several people's cards: the name beside it says who is meant, and without one nobody can say."""
    start, (person, box) = d.hour(), d.random.choice(d.shared)
    way = d.random.randrange(5)
    name = person.full() if way > 1 else "" if way else "Visitor Nobody"
    d.put(replace(d.meeting(start, d.strangers(1)), organizer=d.me(), guests=(Guest(box, name),)))
    if name == person.full():
        d.met([person], start)
    elif box == person.work:  # the address itself is a name
        d.met([person], start, undecided=True)


def size(d: Diary) -> None:
    start, people = d.hour(), d.people(d.random.randrange(2, 8))
    d.put(d.meeting(start, (*d.guests(people), *d.strangers(d.random.choice((0, 0, 1, 4))))))
    d.met(people, start)


def too_large(d: Diary) -> None:
    people = d.people(d.random.randrange(2, 9))
    guests = (*d.guests(people), *d.strangers(d.random.randrange(22, 45)))
    d.put(replace(d.meeting(d.hour(), guests), organizer=d.me(), guests=guests))


# --- moved, cancelled, deleted ------------------------------------------------------------------------------------------
def _moved(entry: Entry, start: datetime) -> Entry:
    assert isinstance(entry.start, datetime) and isinstance(entry.end, datetime)
    return replace(entry, start=start, end=start + (entry.end - entry.start))


def moved(d: Diary) -> None:
    """Before its date, after it, or to and fro; it took place where it stood in the end."""
    first, people = d.seen_hour(), d.people(d.random.choice((1, 1, 2, 4)))
    second = d.hour(max(d.begin, first - 20 * DAY), min(first + 20 * DAY, d.world.now - 3 * DAY))
    entry = d.meeting(first, d.guests(people))
    place = d.put(entry, first - 25 * DAY)
    way = d.random.randrange(3)
    if way == 0:
        d.put(_moved(entry, second), min(first, second) - 2 * DAY, account=place[0], ref=place[1])
    elif way == 1:
        d.put(_moved(entry, second), d.look_after(max(first, second) + 3 * HOUR) + HOUR, account=place[0], ref=place[1])
    else:
        at = d.look_after(first - 20 * DAY)
        d.put(_moved(entry, second), at + HOUR, account=place[0], ref=place[1])
        d.put(entry, d.look_after(at + HOUR) + HOUR, account=place[0], ref=place[1])
        second = first
    d.met(people, second)


def cancelled(d: Diary) -> None:
    """By status, by a cancelling message, or as Outlook does it: by both, and in the title."""
    start = d.seen_hour()
    entry = d.meeting(start, d.guests(d.people(d.random.choice((1, 1, 2, 4)))))
    place = d.put(entry, start - 15 * DAY)
    way = d.random.randrange(3)
    title = f"Canceled: {entry.title}" if way == 2 else entry.title
    off = replace(entry, title=title, status="CANCELLED" if way != 1 else "CONFIRMED", method="CANCEL" if way else "")
    d.put(off, start - d.random.choice((2 * HOUR, 5 * DAY)), account=place[0], ref=place[1])


def deleted_before(d: Diary) -> None:
    start = d.seen_hour()
    place = d.put(d.meeting(start, d.guests(d.people(d.random.choice((1, 2))))), start - 20 * DAY)
    d.drop(place, start - d.random.choice((HOUR, 3 * DAY)))


def deleted_after(d: Diary) -> None:
    """auld saw it after its end; then somebody tidied up."""
    start, people = d.seen_hour(), d.people(d.random.choice((1, 2)))
    entry = d.meeting(start, d.guests(people))
    d.drop(d.put(entry, start - 5 * DAY), d.look_after(start + 2 * HOUR) + d.random.choice((HOUR, 9 * DAY)))
    d.met(people, start)


def deleted_unseen(d: Diary) -> None:
    """It was there at the last look before its end, and gone at the next: it may as well have been called off."""
    start = d.seen_hour()
    entry = d.meeting(start, d.guests(d.people(1)), minutes=30)
    d.drop(d.put(entry, start - 15 * DAY), start + timedelta(minutes=35))
