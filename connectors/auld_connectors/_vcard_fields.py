"""From the properties of a card to the fields of a Contact: names, dates, types, labels, members."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable

from auld.observations import Address, Contact, Labelled, LabelledDate, PartialDate
from auld_connectors._lines import Component, Property

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "N": "\n", "\\": "\\", ",": ",", ";": ";", ":": ":", '"': '"'}
_SEPARATOR = {";": re.compile(r"(?:[^;\\]|\\.|\\$)*", re.DOTALL), ",": re.compile(r"(?:[^,\\]|\\.|\\$)*", re.DOTALL)}


def unescape(text: str) -> str:
    """Undo backslash escapes (RFC 6350 section 3.4), also the ones that are not needed (``\\:``); others stay as they are."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group()), text)


def split(text: str, separator: str) -> list[str]:
    """The parts of a structured or listed value, split where the separator is not escaped; escapes undone."""
    if "\\" not in text:
        return text.split(separator)
    parts: list[str] = []
    position = 0
    while position <= len(text):
        match = _SEPARATOR[separator].match(text, position)
        assert match is not None
        parts.append(unescape(match.group()))
        position = match.end() + 1
    return parts


def contact(card: Component) -> Contact:
    """The facts on a card. Nothing is required: a name is made up from what there is, as address books do."""
    by_name: dict[str, list[Property]] = {}
    for prop in card.properties:
        by_name.setdefault(prop.name, []).append(prop)
    labels = {
        prop.group: _plain_label(unescape(prop.value)) for prop in by_name.get("X-ABLABEL", ()) if prop.group and prop.value
    }
    family, given, additional, prefix, suffix = _name_parts(by_name)
    organisation, *units = _organisation(by_name) or [""]
    emails = _labelled(by_name.get("EMAIL", ()), labels, "mailto:")
    phones = _labelled(by_name.get("TEL", ()), labels, "tel:")
    nicknames = _listed(by_name, "NICKNAME")
    formatted = _best_text(by_name, "FN")
    built = " ".join(part for part in (given, additional, family) if part)
    fallback = [*nicknames, organisation, *(email.value for email in emails), *(phone.value for phone in phones)]
    return Contact(
        name=formatted or built or next(filter(None, fallback), ""),
        uid=_uid(next((text for text in _texts(by_name, "UID")), "")),
        kind=_kind(by_name, nameless=not (given or family), formatted=formatted, organisation=organisation),
        given=given,
        family=family,
        additional=additional,
        prefix=prefix,
        suffix=suffix,
        nicknames=nicknames,
        emails=emails,
        phones=phones,
        organisation=organisation,
        units=tuple(units),
        title=_best_text(by_name, "TITLE"),
        role=_best_text(by_name, "ROLE"),
        categories=_listed(by_name, "CATEGORIES"),
        birthday=next((day for prop in by_name.get("BDAY", ()) if (day := partial_date(prop))), None),
        dates=_dates(by_name, labels),
        addresses=_addresses(by_name.get("ADR", ()), labels),
        urls=_labelled([prop for name in _URLS for prop in by_name.get(name, ())], labels),
        interests=_unique(text for name in ("INTEREST", "HOBBY") for text in _texts(by_name, name)),
        expertise=_unique(_texts(by_name, "EXPERTISE")),
        note="\n".join(_texts(by_name, "NOTE")),
        members=_unique(_uid(text) for name in ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER") for text in _texts(by_name, name)),
    )


# --- texts --------------------------------------------------------------------------------------------------------------
_Properties = dict[str, list[Property]]
_URLS = ("URL", "X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP")


def _texts(by_name: _Properties, name: str) -> list[str]:
    return [text for prop in by_name.get(name, ()) if (text := unescape(prop.value).strip())]


def _best_text(by_name: _Properties, name: str) -> str:
    """The text of the property that is marked as preferred, or of the first one. Commas in it are commas, escaped or not."""
    candidates = [prop for prop in by_name.get(name, ()) if prop.value.strip()]
    return unescape(min(candidates, key=_preference).value).strip() if candidates else ""


def _preference(prop: Property) -> int:
    """1 for the most preferred; 101 where nothing is said (RFC 6350 section 5.3; ``TYPE=pref`` before that)."""
    if "pref" in prop.params.get("TYPE", ()):
        return 1
    rank = prop.param("PREF")
    return int(rank) if rank.isascii() and rank.isdigit() and len(rank) <= 3 else 101


def _listed(by_name: _Properties, name: str) -> tuple[str, ...]:
    return _unique(part.strip() for prop in by_name.get(name, ()) for part in split(prop.value, ","))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _name_parts(by_name: _Properties) -> list[str]:
    """Family, given, additional, prefix, suffix; lists inside them are joined by blanks."""
    for prop in by_name.get("N", ()):
        parts = [" ".join(part.replace(",", " ").split()) for part in split(prop.value, ";")[:5]]
        if any(parts):
            return parts + [""] * (5 - len(parts))
    return [""] * 5


def _organisation(by_name: _Properties) -> list[str]:
    for prop in by_name.get("ORG", ()):
        parts = [part.strip() for part in split(prop.value, ";") if part.strip()]
        if parts:
            return parts
    return []


def _uid(text: str) -> str:
    """A UID, or the reference to one, without ``urn:uuid:``; a member's ``mailto:`` address in lower case."""
    lower = text[:9].lower()
    if lower.startswith("urn:uuid:"):
        return text[9:]
    return text.lower() if lower.startswith("mailto:") else text


_KINDS = {"individual": "individual", "group": "group", "org": "org", "organization": "org", "location": "location"}


def _kind(by_name: _Properties, *, nameless: bool, formatted: str, organisation: str) -> str:
    for name in ("KIND", "X-ADDRESSBOOKSERVER-KIND"):
        for text in _texts(by_name, name):
            if kind := _KINDS.get(text.lower()):
                return kind
    if any(text.upper() == "COMPANY" for text in _texts(by_name, "X-ABSHOWAS")):
        return "org"
    return "org" if nameless and organisation and formatted in ("", organisation) else "individual"


# --- types and labels ---------------------------------------------------------------------------------------------------
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
# Types that say how a line is used, from the most telling one; others (pref, voice, internet, text …) say nothing to people.
_TELLING = ("fax", "pager", "cell", "work", "home")
_MUTE = frozenset({"pref", "voice", "internet", "text", "video", "msg", "x400", "main", "dom", "intl", "postal", "parcel", ""})


def _plain_label(text: str) -> str:
    """``_$!<Anniversary>!$_`` is how Apple writes a label that it translates for display."""
    match = _APPLE_LABEL.fullmatch(text.strip())
    return match.group(1) if match else text.strip()


def _label(prop: Property, labels: dict[str, str]) -> str:
    if label := labels.get(prop.group):
        return label.lower()
    types = prop.params.get("TYPE", ())
    return next((word for word in _TELLING if word in types), None) or next((word for word in types if word not in _MUTE), "")


def _labelled(props: Iterable[Property], labels: dict[str, str], scheme: str = "") -> tuple[Labelled, ...]:
    """Values with their labels, each value once, the preferred ones first."""
    found: dict[str, Labelled] = {}
    for prop in sorted(props, key=_preference):
        value = unescape(prop.value).strip().replace("\\", "")  # Radicale escapes what was escaped
        if scheme and value[: len(scheme)].lower() == scheme:
            value = value[len(scheme) :].strip()
        if value and value not in found:
            found[value] = Labelled(value=value, label=_label(prop, labels))
    return tuple(found.values())


def _addresses(props: Iterable[Property], labels: dict[str, str]) -> tuple[Address, ...]:
    found = []
    for prop in props:
        parts = [" ".join(part.split()) for part in split(prop.value, ";")]
        city, region, _, country = (parts + [""] * 7)[3:7]
        if city or region or country:
            found.append(Address(city=city, region=region, country=country, label=_label(prop, labels)))
    return tuple(found)


# --- dates --------------------------------------------------------------------------------------------------------------
_FULL_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_APPLE_NO_YEAR = 1604
_ANNIVERSARIES = ("ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY")


def partial_date(prop: Property) -> PartialDate | None:
    """A day with or without its year (RFC 6350 section 4.3.1), None where the text names no day.

    Apple writes the year 1604 for "no year" and says so in X-APPLE-OMIT-YEAR; other programs lose that parameter, and nobody
    in an address book was born in 1604.
    """
    if prop.param("VALUE").lower() == "text":
        return None
    text = unescape(prop.value).strip()
    if match := _YEARLESS.fullmatch(text):
        return _valid_date(None, int(match[1]), int(match[2]))
    match = _FULL_DATE.fullmatch(text)
    if match is None or (not match[2] and len(match[3] + match[4]) != 4):
        return None
    year = int(match[1])
    unknown = year in (0, _APPLE_NO_YEAR) or match[1] == prop.param("X-APPLE-OMIT-YEAR")
    return _valid_date(None if unknown else year, int(match[3]), int(match[4]))


def _valid_date(year: int | None, month: int, day: int) -> PartialDate | None:
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000 if year is None else year, month)[1]:
        return None
    return PartialDate(month=month, day=day, year=year)


def _dates(by_name: _Properties, labels: dict[str, str]) -> tuple[LabelledDate, ...]:
    """Anniversaries of every spelling, and Apple's labelled dates; the same day under the same label once."""
    found: dict[LabelledDate, None] = {}
    for name in (*_ANNIVERSARIES, "X-ABDATE"):
        for prop in by_name.get(name, ()):
            day = partial_date(prop)
            label = labels.get(prop.group, "") if name == "X-ABDATE" else "Anniversary"
            if day is not None:
                found[LabelledDate(date=day, label=label)] = None
    return tuple(found)
