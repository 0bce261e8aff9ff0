"""One card in the spelling of several programs: Apple's, Google's export, Outlook (2.1), Nextcloud (4.0), Thunderbird."""

from __future__ import annotations

import quopri
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """What somebody typed into a card; ``emails``, ``phones`` and ``urls`` with their label (home, work, cell, other …)."""

    uid: str
    full: str = ""
    given: str = ""
    family: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    emails: tuple[tuple[str, str], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    firm: str = ""
    job: str = ""
    categories: tuple[str, ...] = ()
    company: bool = False
    kind: str = ""
    members: tuple[str, ...] = ()


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _name(sheet: Sheet) -> str:
    return ";".join(map(_escape, (sheet.family, sheet.given, sheet.middle, sheet.prefix, sheet.suffix)))


def fold(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character."""
    if len(line) < 38 or len(line.encode()) <= 75:
        return line
    pieces: list[str] = []
    size = start = 0
    for place, char in enumerate(line):
        width = len(char.encode())
        if size + width > (75 if not pieces else 74):
            pieces.append(line[start:place])
            start, size = place, 0
        size += width
    return "\r\n ".join([*pieces, line[start:]])


def _card(version: str, lines: Iterator[str]) -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *map(fold, lines), "END:VCARD", ""])


def apple(sheet: Sheet) -> str:
    """macOS and iOS: vCard 3.0, labels of the user's own in groups, pref on the first of each."""
    return _card("3.0", _apple(sheet))


def _apple(sheet: Sheet) -> Iterator[str]:
    yield "PRODID:-//Apple Inc.//iPhone OS 17.5.1//EN"
    yield f"N:{_name(sheet)}"
    yield f"FN:{_escape(sheet.full)}"
    if sheet.nickname:
        yield f"NICKNAME:{_escape(sheet.nickname)}"
    if sheet.firm:
        yield f"ORG:{_escape(sheet.firm)};"
    if sheet.job:
        yield f"TITLE:{_escape(sheet.job)}"
    group = 0
    for number, (address, label) in enumerate(sheet.emails):
        pref = ";type=pref" if number == 0 else ""
        if label in ("home", "work"):
            yield f"EMAIL;type=INTERNET;type={label.upper()}{pref}:{address}"
        else:
            group += 1
            yield f"item{group}.EMAIL;type=INTERNET{pref}:{address}"
            yield f"item{group}.X-ABLabel:{label}"
    for number, (phone, label) in enumerate(sheet.phones):
        pref = ";type=pref" if number == 0 else ""
        if label in ("home", "work", "cell"):
            yield f"TEL;type={label.upper()};type=VOICE{pref}:{phone}"
        else:
            group += 1
            yield f"item{group}.TEL{pref}:{phone}"
            yield f"item{group}.X-ABLabel:{label}"
    for url, label in sheet.urls:
        group += 1
        if label == "profile":
            yield f"X-SOCIALPROFILE;type=linkedin:{url}"
        else:
            yield f"item{group}.URL;type=pref:{url}"
            yield f"item{group}.X-ABLabel:_$!<HomePage>!$_"
    if sheet.company:
        yield "X-ABShowAs:COMPANY"
    if sheet.kind == "group":
        yield "X-ADDRESSBOOKSERVER-KIND:group"
        yield from (f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{member}" for member in sheet.members)
    yield "REV:2025-11-02T10:11:12Z"
    yield f"UID:{sheet.uid}"


def google(sheet: Sheet) -> str:
    """Google's export and CardDAV: 3.0, an address without type is "other", no UID in the export."""
    return _card("3.0", _google(sheet))


def _google(sheet: Sheet) -> Iterator[str]:
    if sheet.full:
        yield f"FN:{_escape(sheet.full)}"
    yield f"N:{_name(sheet)}"
    if sheet.nickname:
        yield f"NICKNAME:{_escape(sheet.nickname)}"
    for number, (address, label) in enumerate(sheet.emails):
        if label in ("home", "work"):
            yield f"EMAIL;TYPE=INTERNET;TYPE={label.upper()}:{address}"
        else:
            yield f"item{number + 1}.EMAIL;TYPE=INTERNET:{address}"
            yield f"item{number + 1}.X-ABLabel:{label if label != 'other' else ''}"
    for phone, label in sheet.phones:
        yield f"TEL;TYPE={label.upper()}:{phone}" if label in ("home", "work", "cell") else f"TEL:{phone}"
    if sheet.firm:
        yield f"ORG:{_escape(sheet.firm)}"
    if sheet.job:
        yield f"TITLE:{_escape(sheet.job)}"
    for number, (url, label) in enumerate(sheet.urls):
        yield f"item{number + 11}.URL:{_escape(url).replace(':', chr(92) + ':')}"
        yield f"item{number + 11}.X-ABLabel:{'PROFILE' if label == 'profile' else '_$!<HomePage>!$_'}"
    yield "CATEGORIES:" + ",".join(("myContacts", *sheet.categories))


def outlook(sheet: Sheet) -> str:
    """Outlook's own export: vCard 2.1, types without a name, quoted-printable where it is not ASCII."""
    return "\r\n".join(["BEGIN:VCARD", "VERSION:2.1", *_outlook(sheet), "END:VCARD", ""])


def _printable(name: str, value: str) -> str:
    if value.isascii():
        return f"{name}:{value}"
    encoded = quopri.encodestring(value.encode(), quotetabs=False).decode().replace("=\n", "=\r\n")
    return f"{name};CHARSET=utf-8;ENCODING=QUOTED-PRINTABLE:{encoded}"


def _outlook(sheet: Sheet) -> Iterator[str]:
    yield _printable(
        "N;LANGUAGE=en-us", ";".join((sheet.family, sheet.given, sheet.middle, sheet.prefix, sheet.suffix)).rstrip(";")
    )
    yield _printable("FN", sheet.full)
    if sheet.nickname:
        yield _printable("NICKNAME", sheet.nickname)
    if sheet.firm:
        yield _printable("ORG", sheet.firm)
    if sheet.job:
        yield _printable("TITLE", sheet.job)
    kinds = {"home": "HOME;VOICE", "work": "WORK;VOICE", "cell": "CELL;VOICE", "assistant": "VOICE;X-ASSISTANT"}
    for phone, label in sheet.phones:
        yield f"TEL;{kinds.get(label, 'VOICE')}:{phone}"
    for number, (address, _) in enumerate(sheet.emails):
        yield f"EMAIL;{'PREF;' if number == 0 else ''}INTERNET:{address}"
    for url, label in sheet.urls:
        yield f"URL;{'HOME' if label == 'profile' else 'WORK'}:{url}"
    yield "X-MS-OL-DEFAULT-POSTAL-ADDRESS:0"
    yield "REV:20251102T101112Z"


def nextcloud(sheet: Sheet) -> str:
    """Nextcloud: vCard 4.0, ``VALUE=uri`` telephone numbers now and then, KIND."""
    return _card("4.0", _nextcloud(sheet))


def _nextcloud(sheet: Sheet) -> Iterator[str]:
    yield f"UID:urn:uuid:{sheet.uid}" if sheet.uid[0] in "abc" else f"UID:{sheet.uid}"
    if sheet.kind:
        yield f"KIND:{sheet.kind}"
    yield f"FN:{_escape(sheet.full)}"
    yield f"N:{_name(sheet)}"
    if sheet.nickname:
        yield f"NICKNAME:{_escape(sheet.nickname)}"
    for number, (address, label) in enumerate(sheet.emails):
        yield f"EMAIL;TYPE={label.upper()}{';PREF=1' if number == 0 else ''}:{address}"
    for phone, label in sheet.phones:
        if phone.startswith("+"):
            yield f'TEL;VALUE=uri;TYPE="voice,{label}":tel:{phone.replace(" ", "-")}'
        else:
            yield f'TEL;TYPE="{label.upper()},VOICE":{phone}'
    if sheet.firm:
        yield f"ORG:{_escape(sheet.firm)}"
    if sheet.job:
        yield f"TITLE:{_escape(sheet.job)}"
    for url, label in sheet.urls:
        yield f"X-SOCIALPROFILE;TYPE=LINKEDIN:{url}" if label == "profile" else f"URL:{url}"
    if sheet.categories:
        yield "CATEGORIES:" + ",".join(map(_escape, sheet.categories))
    yield from (f"MEMBER:urn:uuid:{member}" for member in sheet.members)
    yield "REV:20251102T101112Z"


def thunderbird(sheet: Sheet) -> str:
    """Thunderbird: vCard 4.0 with no types but work and home; a card collected from mail has nothing but FN and address."""
    return _card("4.0", _thunderbird(sheet))


def _thunderbird(sheet: Sheet) -> Iterator[str]:
    for number, (address, label) in enumerate(sheet.emails):
        kind = f";TYPE={label}" if label in ("home", "work") else ""
        yield f"EMAIL{';PREF=1' if number == 0 else ''}{kind}:{address}"
    yield f"FN:{_escape(sheet.full)}"
    if sheet.given or sheet.family:
        yield f"N:{_name(sheet)}"
    if sheet.nickname:
        yield f"NICKNAME:{_escape(sheet.nickname)}"
    yield from (f"TEL;TYPE={label};VALUE=TEXT:{phone}" for phone, label in sheet.phones)
    if sheet.firm:
        yield f"ORG:{_escape(sheet.firm)}"
    yield from (f"URL;TYPE=work;VALUE=URL:{url}" for url, _ in sheet.urls)
    yield f"UID:{sheet.uid}"


STYLES: dict[str, Callable[[Sheet], str]] = {
    "phone": apple,
    "google": google,
    "office": outlook,
    "cloud": nextcloud,
    "laptop": thunderbird,
}
"""By account."""
