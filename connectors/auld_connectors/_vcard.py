"""Reads one card of an address book (vCard 2.1, 3.0 and 4.0, RFC 6350) into a Contact.

Lines are taken apart by vobject's own content-line layer; its objects are not used, because they cost many times more and
lose bare commas, type lists and yearless dates. Cards are never written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import StringIO

from vobject.base import getLogicalLines, parseLine

from auld.errors import ItemUnreadable
from auld.observations import Contact
from auld_connectors._lines import Component, Property, Reading, components, describe_geo, describe_params, fingerprint, read
from auld_connectors._vcard_fields import contact, split, unescape

NORMALISER = 1
"""Goes up when a fingerprint or an observation would come out differently for the same body."""


def read_card(raw: bytes) -> Reading:
    """Read the first card of a body. Never raises: what cannot be read has a problem and the fingerprint of its bytes."""
    return read(raw, _interpret)


_BOUNDARY = re.compile(rb"^[ \t]*(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*\r?$", re.I | re.M)


def split_cards(raw: bytes) -> list[bytes]:
    """The cards of a file one by one. A card inside a card (AGENT, vCard 2.1) stays inside; one that is cut short ends with
    the file and will be unreadable."""
    cards: list[bytes] = []
    depth = start = 0
    for match in _BOUNDARY.finditer(raw):
        if match.group(1).upper() == b"BEGIN":
            if depth == 0:
                start = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                cards.append(raw[start : match.end()])
    if depth:
        cards.append(raw[start:])
    return cards


def _interpret(text: str) -> tuple[Contact, str]:
    tops = components(_properties(text))
    card = next((component for component in tops if component.name == "VCARD"), None)
    if card is None:
        raise ItemUnreadable("there is no vCard in it")
    return contact(card), fingerprint(_counted(tops), _describe)


def _counted(tops: list[Component]) -> list[Component]:
    return [component for component in tops if component.name == "VCARD"]


# --- lines --------------------------------------------------------------------------------------------------------------
_VALUE = r'(?:"[^"]*"|[^";:,]*+)'
# vobject's pattern for a line takes exponential time over some lines that do not match it; these always match.
_WELL_FORMED = re.compile(rf"(?:[\w-]+\.)?[\w-]+(?:;[\w-]+(?:={_VALUE}(?:,{_VALUE})*+)?)*+:", re.ASCII)
_CARET = re.compile(r"\^[n^']")
_CARET_MEANS = {"^n": "\n", "^^": "^", "^'": '"'}
# Words without a value that are not one of the types that vCard 2.1 writes so: encodings, and parameters left empty.
_NOT_TYPES = frozenset({"BASE64", "8BIT", "7BIT", "B", "TYPE", "VALUE", "ENCODING", "CHARSET", "LANGUAGE"})


def _properties(text: str) -> Iterator[Property]:
    for line, _ in getLogicalLines(StringIO(text), False):
        usable = line if _WELL_FORMED.match(line) else _mend(line)
        if usable is None:
            yield Property("", {}, line)
        else:
            name, params, value, group = parseLine(usable)
            yield Property(name.upper(), _params(params), value, group.lower() if group else "")


def _mend(line: str) -> str | None:
    """The line with what is wrong in its parameters taken out (stray quotes, blanks, empty parameters), or None: junk."""
    head, colon, value = line.partition(":")
    head = re.sub(r";+", ";", re.sub(r'["\s]', "", head)).rstrip(";")
    mended = head + colon + value
    return mended if _WELL_FORMED.match(mended) else None


def _params(given: list[list[str]]) -> dict[str, list[str]]:
    """Parameters by name, with RFC 6868 escapes undone, type lists split (``TYPE="voice,home"``) and bare 2.1 types named."""
    params: dict[str, list[str]] = {}
    for name, *values in given:
        key = name.upper()
        if not values:
            if key not in _NOT_TYPES:
                params.setdefault("TYPE", []).append(name.lower())
        elif key == "TYPE":
            params.setdefault("TYPE", []).extend(part.strip() for value in values for part in value.lower().split(","))
        else:
            params.setdefault(key, []).extend(_uncaret(value) for value in values)
    return params


def _uncaret(value: str) -> str:
    return _CARET.sub(lambda match: _CARET_MEANS[match.group()], value) if "^" in value else value


# --- the fingerprint ----------------------------------------------------------------------------------------------------
_IGNORED = frozenset({"PRODID", "REV", "VERSION", "X-RADICALE-NAME"})
_STRUCTURED = frozenset({"N", "ADR", "ORG"})


def _describe(prop: Property) -> Iterable[str]:
    if prop.name in _IGNORED:
        return ()
    head = f"{prop.group}.{prop.name}{describe_params(prop.params)}:"
    if prop.name in _STRUCTURED:
        value = "\x1f".join(part.strip() for part in split(prop.value, ";")).rstrip("\x1f")
    elif prop.name == "CATEGORIES":
        return [head + part for part in map(str.strip, unescape(prop.value).split(",")) if part]
    elif prop.name == "GEO":
        value = describe_geo(unescape(prop.value))
    else:
        value = unescape(prop.value).replace("\\", "").strip()  # Radicale escapes what was escaped
    return (head + value,) if value else ()
