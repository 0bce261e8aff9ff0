"""Writes address-book cards as five programs write them, each with its own habits, and group cards in both styles.

What differs is what a reader of real address books meets: vCard 2.1, 3.0 and 4.0, quoted-printable, grouped properties with
Apple's labels, dates without a year in three spellings, and categories in the card or in a group card.
"""

from __future__ import annotations

import quopri
import uuid
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from auldd.demo.people import ME, Somebody, Style

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.auld.example")
_REVISED = "20260105T093000Z"


def uid_of(text: str) -> str:
    """A UID that is the same in every demo."""
    return str(uuid.uuid5(_NAMESPACE, text))


def card(person: Somebody, today: date) -> bytes:
    """The card of ``person``, as that person's program writes it. ``today`` is where birthdays are counted from."""
    return folded(["BEGIN:VCARD", *_WRITERS[person.style](person, today), "END:VCARD"])


def card_uid(person: Somebody) -> str:
    return uid_of(f"{person.style} {person.name}")


def apple_group(name: str, members: Iterable[Somebody]) -> bytes:
    """A group as Apple Contacts keeps it: a vCard 3.0 with properties of its own."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//macOS 15.1//EN", f"N:{name};;;;", f"FN:{name}"]
    lines += ["X-ADDRESSBOOKSERVER-KIND:group"]
    lines += [f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{card_uid(member)}" for member in members]
    return folded([*lines, f"REV:{_REVISED}", f"UID:{uid_of(f'apple group {name}')}", "END:VCARD"])


def standard_group(name: str, members: Iterable[Somebody]) -> bytes:
    """A group as vCard 4.0 has it (RFC 6350 section 6.6.5)."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:group", f"FN:{name}", f"UID:urn:uuid:{uid_of(f'group {name}')}"]
    return folded([*lines, *(f"MEMBER:urn:uuid:{card_uid(member)}" for member in members), "END:VCARD"])


def folded(lines: Iterable[str]) -> bytes:
    """Content lines in UTF-8, none longer than 75 octets (RFC 6350 section 3.2, RFC 5545 section 3.1)."""
    out = bytearray()
    for line in lines:
        width = 0
        for letter in line:
            octets = letter.encode()
            if width + len(octets) > 75:
                out += b"\r\n "
                width = 1
            out += octets
            width += len(octets)
        out += b"\r\n"
    return bytes(out)


def text(value: str) -> str:
    """A text value with its special characters escaped (RFC 6350 section 3.4, RFC 5545 section 3.3.11)."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _ahead(today: date, days: int, year: int) -> date:
    """The date of that many days ahead, in another year."""
    then = today + timedelta(days=days)
    # somebody born on 29 February was born in a leap year
    return then.replace(year=year - year % 4 if (then.month, then.day) == (2, 29) else year)


def _apple(person: Somebody, today: date) -> list[str]:
    lines = ["VERSION:3.0", "PRODID:-//Apple Inc.//macOS 15.1//EN"]
    lines += [f"N:{text(person.family)};{text(person.given)};;;", f"FN:{text(person.name)}"]
    lines += [f"ORG:{text(person.organisation)};", f"TITLE:{text(person.title)}"]
    lines += [f"EMAIL;type=INTERNET;type=WORK;type=pref:{person.email}"]
    if person.phone:
        lines += [f"TEL;type=CELL;type=VOICE;type=pref:{person.phone}"]
    lines += [f"item1.ADR;type=WORK;type=pref:;;;{text(person.city)};;;", "item1.X-ABADR:pt"]
    if person.birthday is not None and person.born is not None:
        lines += [f"BDAY:{_ahead(today, person.birthday, person.born):%Y-%m-%d}"]
    elif person.birthday is not None:
        lines += [f"BDAY;X-APPLE-OMIT-YEAR=1604:{_ahead(today, person.birthday, 1604):%Y-%m-%d}"]
    if person.anniversary is not None:
        lines += [f"item2.X-ABDATE;type=pref:{_ahead(today, person.anniversary, person.since):%Y-%m-%d}"]
        lines += [f"item2.X-ABLabel:{text(person.label) or '_$!<Anniversary>!$_'}"]
    return [*lines, f"REV:{_REVISED}", f"UID:{card_uid(person)}"]


def _google(person: Somebody, today: date) -> list[str]:
    lines = ["VERSION:3.0", f"FN:{text(person.name)}", f"N:{text(person.family)};{text(person.given)};;;"]
    lines += [f"item1.EMAIL;TYPE=INTERNET:{person.email}", "item1.X-ABLabel:"]
    if person.phone:
        lines += [f"TEL;TYPE=CELL:{person.phone}"]
    lines += [f"item2.ORG:{text(person.organisation)}"]
    lines += [f"item2.TITLE:{text(person.title)}"] if person.title else []
    lines += [f"item3.ADR;TYPE=WORK:;;;{text(person.city)};;;", "item3.X-ABLabel:Work"]
    if person.birthday is not None:
        born = _ahead(today, person.birthday, person.born or 2000)
        lines += [f"BDAY:{born:%Y-%m-%d}" if person.born else f"BDAY:--{born:%m%d}"]
    if person.anniversary is not None:
        lines += [f"item4.X-ABDATE:{_ahead(today, person.anniversary, person.since):%Y-%m-%d}"]
        lines += [f"item4.X-ABLabel:{text(person.label) or '_$!<Anniversary>!$_'}"]
    labels = ",".join(filter(None, [text(person.category), "myContacts"]))
    return [*lines, f"CATEGORIES:{labels}", f"UID:{card_uid(person)}"]


def _nextcloud(person: Somebody, today: date) -> list[str]:
    lines = ["VERSION:4.0", "PRODID:-//Nextcloud Contacts v6.1.0", f"UID:{card_uid(person)}"]
    lines += [f"FN:{text(person.name)}", f"N:{text(person.family)};{text(person.given)};;;"]
    lines += [f"EMAIL;TYPE=WORK:{person.email}"]
    lines += [f"EMAIL;TYPE=WORK:{person.also}"] if person.also else []
    if person.phone:
        lines += [f'TEL;TYPE="cell,voice":{person.phone}']
    lines += [f"ORG:{text(person.organisation)}", f"TITLE:{text(person.title)}", f"ADR;TYPE=WORK:;;;{text(person.city)};;;"]
    if person.birthday is not None:
        born = _ahead(today, person.birthday, person.born or 2000)
        lines += [f"BDAY;VALUE=DATE:{born:%Y%m%d}" if person.born else f"BDAY:--{born:%m%d}"]
    if person.anniversary is not None:
        lines += [f"ANNIVERSARY;VALUE=DATE:{_ahead(today, person.anniversary, person.since):%Y%m%d}"]
    return [*lines, f"REV;VALUE=DATE-AND-OR-TIME:{_REVISED}"]


def _quoted(name: str, value: str) -> str:
    """A property of vCard 2.1, quoted-printable where it is not ASCII."""
    if value.isascii():
        return f"{name}:{value}"
    coded = quopri.encodestring(value.encode(), quotetabs=False).decode("ascii").replace("=\n", "")
    return f"{name};CHARSET=utf-8;ENCODING=QUOTED-PRINTABLE:{coded}"


def _outlook(person: Somebody, today: date) -> list[str]:
    lines = ["VERSION:2.1", _quoted("N", f"{person.family};{person.given}"), _quoted("FN", person.name)]
    lines += [_quoted("ORG", person.organisation), _quoted("TITLE", person.title)]
    if person.phone:
        lines += [f"TEL;WORK;VOICE:{person.phone}"]
    lines += [_quoted("ADR;WORK;PREF", f";;;{person.city};;;"), f"EMAIL;PREF;INTERNET:{person.email}"]
    if person.birthday is not None and person.born is not None:
        lines += [f"BDAY:{_ahead(today, person.birthday, person.born):%Y%m%d}"]
    lines += [f"CATEGORIES:{person.category}"] if person.category else []
    return [*lines, f'X-MS-OL-DESIGN;CHARSET=utf-8:<card owner="{ME}"/>', f"REV:{_REVISED}", f"UID:{card_uid(person)}"]


def _evolution(person: Somebody, today: date) -> list[str]:
    lines = ["VERSION:3.0", f"UID:{card_uid(person)}", f"FN:{text(person.name)}"]
    lines += [f"N:{text(person.family)};{text(person.given)};;;"]
    lines += [f"X-EVOLUTION-FILE-AS:{text(f'{person.family}, {person.given}')}"]
    lines += [f"EMAIL;TYPE=WORK;X-EVOLUTION-UI-SLOT=1:{person.email}"]
    if person.phone:
        lines += [f"TEL;TYPE=WORK,VOICE;X-EVOLUTION-UI-SLOT=1:{person.phone}"]
    lines += [f"ORG:{text(person.organisation)}", f"TITLE:{text(person.title)}", f"ADR;TYPE=WORK:;;;{text(person.city)};;;"]
    if person.birthday is not None:
        lines += [f"BDAY;VALUE=date:{_ahead(today, person.birthday, person.born or 1604):%Y-%m-%d}"]
    if person.anniversary is not None:
        lines += [f"X-EVOLUTION-ANNIVERSARY;VALUE=date:{_ahead(today, person.anniversary, person.since):%Y-%m-%d}"]
    lines += [f"CATEGORIES:{text(person.category)}"] if person.category else []
    return [*lines, f"REV:{_REVISED}"]


_WRITERS: dict[Style, Callable[[Somebody, date], list[str]]] = {
    "apple": _apple,
    "google": _google,
    "nextcloud": _nextcloud,
    "outlook": _outlook,
    "evolution": _evolution,
}
