"""From the bytes of a card or calendar object to decoded content lines and components, and to the digest of what they mean.

This is what the two formats share (RFC 6350 section 3, RFC 5545 section 3.1); the lines themselves are taken apart by the
content-line layers of vobject and icalendar. Everything here is linear in the size of its input and bounded in depth,
because address books and calendars are written by strangers.
"""

from __future__ import annotations

import codecs
import hashlib
import quopri
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from auld.errors import ItemUnreadable
from auld.observations import Contact, Meeting, Task

MAX_BYTES = 1024 * 1024
"""How large a body may be once its binaries are cut out."""
MAX_DEPTH = 50
"""How deep components may be nested."""

_KEEP_BINARY = 1024
_KEEP_TEXT = 128 * 1024


class Reading(NamedTuple):
    """What became of one body.

    ``observation`` is None if the body cannot be read (``problem`` says why, and ``fingerprint`` is that of the bytes) or,
    with an empty ``problem``, if it holds nothing that auld is interested in. ``raw`` is what to keep: the body as received,
    its large binaries replaced by ``sha256:<hex>``.
    """

    observation: Contact | Meeting | Task | None
    fingerprint: str
    problem: str
    raw: bytes


class Property(NamedTuple):
    """One content line: name and parameter names in upper case. The value of a calendar line has its escapes undone, that of
    a card line has not, because cards split values at unescaped separators. Junk lines have an empty name."""

    name: str
    params: Mapping[str, list[str]]
    value: str
    group: str = ""

    def param(self, name: str) -> str:
        """The first value of a parameter, or nothing."""
        values = self.params.get(name)
        return values[0] if values else ""


class Component:
    """What stands between BEGIN and END."""

    __slots__ = ("children", "name", "properties")

    def __init__(self, name: str) -> None:
        self.name = name
        self.properties: list[Property] = []
        self.children: list[Component] = []

    def first(self, name: str) -> Property | None:
        """The first property of that name, if there is one."""
        return next((p for p in self.properties if p.name == name), None)

    def text(self, name: str) -> str:
        """The value of the first property of that name that says anything, stripped."""
        return next((value for p in self.properties if p.name == name and (value := p.value.strip())), "")


def read(raw: bytes, interpret: Callable[[str], tuple[Contact | Meeting | Task | None, str]]) -> Reading:
    """Run ``interpret`` (text to observation and fingerprint) over a body; whatever is wrong with that becomes a problem."""
    kept = raw
    try:
        kept = cut_binaries(to_utf8(raw))
        observation, fingerprint = interpret(decode(kept))
    except (ItemUnreadable, ValueError, LookupError, ArithmeticError) as error:  # the last three: one item must not stop others
        return Reading(None, hashlib.sha256(kept).hexdigest(), str(error) or type(error).__name__, kept)
    return Reading(observation, fingerprint, "", kept)


# --- bytes to text ------------------------------------------------------------------------------------------------------
# Only the names are matched without regard to case: the rest is long, and matching it so is slow.
_BINARY = re.compile(
    rb"^(?:[\w-]+\.)?(?i:PHOTO|LOGO|SOUND|KEY|ATTACH|X-MS-CARDPICTURE|(DESCRIPTION|X-ALT-DESC|STYLED-DESCRIPTION|COMMENT))"
    rb"[;:][^\n]*(?:\n[ \t][^\n]*)*",
    re.MULTILINE,
)
_HEAD = re.compile(rb'[^:;"\r\n]+(?:;(?:"[^"\r\n]*"|[^":\r\n])*+)?:')
_LINE_BREAKS = re.compile(rb"[\r\n]+")
_QUOTED_PRINTABLE = re.compile(rb";(?:encoding=)?quoted-printable(?=[;:])", re.I)
# A value that ends in "=" goes on in the next line, unless that is the frame of the card.
_QUOTED_PRINTABLE_LINE = re.compile(
    rb"^([^:\r\n]*;(?:encoding=)?quoted-printable[^:\r\n]*:)((?:[^\r\n]*=\r?\n(?!BEGIN:|END:))*+[^\r\n]*)", re.I | re.M
)
_SOFT_BREAK = re.compile(rb"=\r?\n")
_CHARSET = re.compile(rb";charset=\"?([\w.:-]+)", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def to_utf8(raw: bytes) -> bytes:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def cut_binaries(raw: bytes) -> bytes:
    """The body with each picture, sound, key or attachment of more than 1 KiB replaced by its hash; and each description of
    more than 128 KiB, which is a web page with its pictures inside.

    The hash is that of the text without blanks and line breaks, so that another folding makes no other picture.
    """

    def shorten(match: re.Match[bytes]) -> bytes:
        line = match.group()
        most = _KEEP_TEXT if match[1] else _KEEP_BINARY
        if len(line) <= most:
            return line
        head = _HEAD.match(line) or _HEAD.match(line := _unfolded(line))
        if head is None or len(line) - head.end() <= most:
            return match.group()
        digest = hashlib.sha256(line[head.end() :].translate(None, b" \t\r\n")).hexdigest()
        return head.group() + b"sha256:" + digest.encode() + (b"\r" if line.endswith(b"\r") else b"")

    return _BINARY.sub(shorten, raw)


def is_cut(value: str) -> bool:
    """Whether a value is the hash that :func:`cut_binaries` has put in its place."""
    return len(value) == 71 and value.startswith("sha256:")


def decode(body: bytes) -> str:
    """Unfolded text with ``\\n`` between the lines, control characters gone, quoted-printable (vCard 2.1) undone.

    Lines are unfolded before they are decoded, since a fold may stand inside a character (RFC 5545 section 3.1). A body that is
    not UTF-8 is decoded line by line, by its CHARSET parameter or as cp1252. Raises ItemUnreadable if it is too large.
    """
    if len(body) > MAX_BYTES:
        raise ItemUnreadable(f"larger than {MAX_BYTES // 1024} KiB, even without its pictures")
    if _QUOTED_PRINTABLE.search(body):
        body = _QUOTED_PRINTABLE_LINE.sub(_undo_quoted_printable, body)
    body = _LINE_BREAKS.sub(b"\n", body)
    body = _unfolded(body)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\n".join(map(_decode_line, body.split(b"\n")))
    return _CONTROL.sub("", text)


def _unfolded(data: bytes) -> bytes:
    return data.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").replace(b"\n ", b"").replace(b"\n\t", b"")


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        head = _HEAD.match(line)
        return _decode_as(line, _CHARSET.search(head.group()) if head else None)


def _decode_as(data: bytes, charset: re.Match[bytes] | None) -> str:
    for name in (charset.group(1).decode() if charset else "utf-8", "utf-8", "cp1252"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):  # no such character set, or not written in it
            continue
    return data.decode("latin-1")


def _undo_quoted_printable(match: re.Match[bytes]) -> bytes:
    """A line with its soft line breaks joined and its value decoded; line breaks inside become ``\\n`` escapes."""
    head, encoded = match.groups()
    value = _decode_as(quopri.decodestring(_SOFT_BREAK.sub(b"", encoded)), _CHARSET.search(head))
    escaped = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return _QUOTED_PRINTABLE.sub(b"", head) + escaped.encode("utf-8", "replace")


# --- lines to components ------------------------------------------------------------------------------------------------
def components(properties: Iterable[Property]) -> list[Component]:
    """The components at the top level. A forgotten END is forgiven inside, not at the end: such a body was cut short.

    Raises ItemUnreadable if it was, or if components are nested deeper than anybody does.
    """
    root = Component("")
    stack = [root]
    for prop in properties:
        if prop.name == "BEGIN":
            if len(stack) > MAX_DEPTH:
                raise ItemUnreadable(f"components are nested more than {MAX_DEPTH} deep")
            child = Component(prop.value.strip().upper())
            stack[-1].children.append(child)
            stack.append(child)
        elif prop.name == "END":
            name = prop.value.strip().upper()
            if any(component.name == name for component in stack[1:]):
                while stack.pop().name != name:
                    pass
        else:
            stack[-1].properties.append(prop)
    if len(stack) > 1:
        raise ItemUnreadable(f"cut short: END:{stack[-1].name} is missing")
    return root.children


# --- the digest of the meaning ------------------------------------------------------------------------------------------
Describe = Callable[[Property], Iterable[str]]
"""The canonical spellings of a property: none if it does not count, several if its value is a list."""

# Parameters whose values are words of the standard, so that their case says nothing.
_FOLDED_PARAMS = frozenset({"TYPE", "ENCODING", "ROLE", "PARTSTAT", "CUTYPE", "RELATED", "RANGE", "RELTYPE", "LANGUAGE"})
# What servers add of their own accord (RFC 6638 section 7; SOGo sets RSVP), or that the value itself tells.
_IGNORED_PARAMS = frozenset({"SCHEDULE-STATUS", "SCHEDULE-AGENT", "RSVP", "CHARSET"})


def describe_params(params: Mapping[str, list[str]]) -> str:
    """One spelling for parameters, whatever their order, case and list style (``TYPE=A,B`` or ``TYPE=A;TYPE=B``)."""
    if not params:
        return ""
    spelled = []
    for name, values in params.items():
        if name in _IGNORED_PARAMS or (name == "VALUE" and values[0].lower() != "text"):
            continue
        if name in _FOLDED_PARAMS:
            values = sorted({part for value in values for part in value.lower().split(",")})  # noqa: PLW2901  # normalised in place
        spelled.append(f";{name}={','.join(values)}")
    spelled.sort()
    return "".join(spelled)


def fingerprint(tops: Iterable[Component], describe: Describe) -> str:
    """SHA-256 (hex) over the components' meaning, in an order of its own, so that the order in the body does not matter."""
    digest = hashlib.sha256()
    for spelled in sorted(_spell(component, describe) for component in tops):
        digest.update(spelled.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _spell(component: Component, describe: Describe) -> str:
    lines = [line for prop in component.properties for line in describe(prop)]
    lines.sort()
    children = sorted(_spell(child, describe) for child in component.children)
    return "\x1e".join((component.name, *lines, *children, "\x1d"))


def describe_geo(value: str) -> str:
    """A position to about ten metres, since servers write it anew (Cyrus); as it is, if it is none."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", value)
    return ";".join(f"{float(number):.4f}" for number in numbers) if len(numbers) == 2 else value
