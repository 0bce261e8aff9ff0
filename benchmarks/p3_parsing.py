"""P3: a card and an event from bytes to facts, fingerprint included, against the kept libraries' object layers."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import vobject
from icalendar import Calendar

from auld_connectors._ical import read_object
from auld_connectors._vcard import read_card

_CARDS = 200
_EVENTS = 300


def _folded(line: bytes) -> bytes:
    return b"\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


def _cards() -> list[bytes]:
    """Cards as an address book holds them; every fifth has a picture of 50 KB."""
    choose = random.Random(3)
    cards = []
    for number in range(_CARDS):
        lines = [
            "BEGIN:VCARD",
            "VERSION:3.0",
            f"UID:{number:08}-0000-4000-8000-000000000000",
            f"FN:Ana Lima {number}",
            f"N:Lima {number};Ana;;;",
            f"EMAIL;TYPE=INTERNET,WORK:ana{number}@example.org",
            f"EMAIL;TYPE=HOME:ana.lima{number}@example.net",
            f"TEL;TYPE=CELL:+351 912 {number:06}",
            "ORG:Acme\\, Inc.;Research",
            "TITLE:Head of Research",
            "ADR;TYPE=WORK:;;Rua Augusta 1;Lisboa;;1100-048;Portugal",
            f"BDAY:19{choose.randrange(40, 99)}-0{choose.randrange(1, 9)}-1{choose.randrange(9)}",
            "CATEGORIES:Clients,Inner circle",
            "NOTE:Met at the conference\\; likes climbing.\\nTwo children.",
            "REV:2026-01-01T10:00:00Z",
        ]
        body = "\r\n".join(lines).encode()
        if number % 5 == 0:
            body += b"\r\n" + _folded(b"PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(choose.randbytes(50_000)))
        cards.append(body + b"\r\nEND:VCARD\r\n")
    return cards


_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Lisbon
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:WEST
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:WET
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def _events() -> list[bytes]:
    return [
        f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar 1.0//EN
{_ZONE}
BEGIN:VEVENT
UID:{number:08}-1111-4000-8000-000000000000
DTSTAMP:20260101T100000Z
CREATED:20260101T090000Z
LAST-MODIFIED:20260101T100000Z
SEQUENCE:1
DTSTART;TZID=Europe/Lisbon:202603{number % 28 + 1:02}T100000
DTEND;TZID=Europe/Lisbon:202603{number % 28 + 1:02}T110000
SUMMARY:Quarterly review {number}\\, second try
DESCRIPTION:Agenda:\\n1. Figures\\n2. Plans\\n3. Lunch
LOCATION:Room 5\\, Lisboa
ORGANIZER;CN=Me:mailto:me@example.org
ATTENDEE;CN="Lima {number % 100}, Ana";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:ana{number % 100}@example.org
ATTENDEE;CN=Bo Lind;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:bo@example.org
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
        for number in range(_EVENTS)
    ]


def _cost(read: Callable[[Any], Any], bodies: Sequence[Any]) -> float:
    """CPU seconds, the better of two rounds."""
    rounds = []
    for _ in range(2):
        begun = time.process_time()
        for body in bodies:
            read(body)
        rounds.append(time.process_time() - begun)
    return min(rounds)


def run() -> list[tuple[str, str, float, float, str]]:
    """Rows of (goal, what, figure, limit, "max" or "min")."""
    cards, events = _cards(), _events()
    card_ratio = _cost(vobject.readOne, [card.decode() for card in cards]) / _cost(read_card, cards)
    event_ratio = _cost(Calendar.from_ical, events) / _cost(read_object, events)
    return [
        ("P3", "vCard: times cheaper than vobject.readOne", card_ratio, 4.0, "min"),
        ("P3", "VEVENT: times cheaper than Calendar.from_ical", event_ratio, 3.0, "min"),
    ]
