"""The XML of WebDAV: what is asked, and a walk over the answer that keeps one row in memory at a time.

Answers are walked here and not by caldav's parsers because those rewrite the hrefs, hold the whole tree, and write a body that
they cannot read into the log of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from auld.errors import TryLater

DAV = "{DAV:}"
CAL = "{urn:ietf:params:xml:ns:caldav}"
CARD = "{urn:ietf:params:xml:ns:carddav}"
CS = "{http://calendarserver.org/ns/}"
_ROOT, _RESPONSE, _TOKEN = f"{DAV}multistatus", f"{DAV}response", f"{DAV}sync-token"
_NO_DAV = "the server answered with something that is no WebDAV answer (a login page?)"
_PREFIX = {DAV: "d", CAL: "cal", CARD: "card", CS: "cs"}
_NAMESPACES = " ".join(f'xmlns:{prefix}="{name[1:-1]}"' for name, prefix in _PREFIX.items())


class BadXml(TryLater):
    """The answer is no multi-status document that can be read: cut short, not well-formed, a web page, or booby-trapped."""


@dataclass(slots=True)
class Row:
    """One ``DAV:response``: ``status`` of the whole resource (200 where it only lists properties), and the properties that
    were found (status 200 in their propstat), by Clark name. The elements are only good until the next row is asked for."""

    href: str
    status: int = 200
    props: dict[str, Any] = field(default_factory=dict)
    failed: int = 0
    """Status of a propstat that failed otherwise than by 404 (RFC 4918 section 13), 0 if none did."""
    conditions: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """The text of a property, stripped; empty if it is absent."""
        element = self.props.get(name)
        return "" if element is None else (element.text or "").strip()

    def hrefs(self, name: str) -> list[str]:
        """The hrefs inside a property."""
        element = self.props.get(name)
        return [] if element is None else [h.text.strip() for h in element.iter(f"{DAV}href") if h.text]

    def names(self, name: str) -> frozenset[str]:
        """Clark names of everything inside a property (resource types, privileges)."""
        element = self.props.get(name)
        return frozenset() if element is None else frozenset(e.tag for e in element.iter() if isinstance(e.tag, str))


class MultiStatus:
    """Walks a ``DAV:multistatus`` body (RFC 4918 section 13). After the walk ``sync_token`` holds the document's own token."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.sync_token = ""

    def __iter__(self) -> Iterator[Row]:
        from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

        try:
            walk = etree.iterparse(
                BytesIO(self._body),
                events=("start", "end"),
                tag=(_ROOT, _RESPONSE, _TOKEN),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            )
            root = None
            for event, element in walk:
                if root is None:
                    root = self._root(element)
                if event == "start" or element.getparent() is not root:
                    continue
                if element.tag == _TOKEN:
                    self.sync_token = (element.text or "").strip()
                else:
                    yield _row(element)
                element.clear()
                while element.getprevious() is not None:
                    del root[0]
            if root is None:
                raise BadXml(_NO_DAV)
        except etree.XMLSyntaxError as error:
            raise BadXml("the server's answer is not well-formed XML") from error

    @staticmethod
    def _root(element: Any) -> Any:
        if element.getroottree().docinfo.doctype:
            raise BadXml("the server's answer carries a document type declaration, which no WebDAV answer needs")
        if element.tag != _ROOT or element.getparent() is not None:
            raise BadXml(_NO_DAV)
        return element


def _row(element: Any) -> Row:
    row = Row(href=(element.findtext(f"{DAV}href") or "").strip())
    status = element.findtext(f"{DAV}status")
    if status is not None:
        row.status = _code(status)
    error = element.find(f"{DAV}error")
    if error is not None:
        row.conditions = frozenset(e.tag for e in error if isinstance(e.tag, str))
    for propstat in element.iterfind(f"{DAV}propstat"):
        code = _code(propstat.findtext(f"{DAV}status") or "")
        if 200 <= code < 300:
            for prop in propstat.iterfind(f"{DAV}prop"):
                row.props.update((child.tag, child) for child in prop if isinstance(child.tag, str))
        elif code not in (404, 410):
            row.failed = code
    return row


def _code(status_line: str) -> int:
    """``HTTP/1.1 404 Not Found`` -> 404; anything odd counts as 200, since a row without a status is a found one."""
    parts = status_line.split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isascii() and parts[1].isdigit() else 200


def conditions(body: bytes) -> frozenset[str]:
    """The precondition names in a ``DAV:error`` body (RFC 4918 section 16); none if the body is something else."""
    from lxml import etree

    try:
        root = etree.fromstring(body, parser=etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return frozenset()
    return frozenset(e.tag for e in root.iter() if isinstance(e.tag, str)) - {root.tag}


def _element(name: str) -> str:
    namespace, _, local = name.rpartition("}")
    return f"{_PREFIX[namespace + '}']}:{local}"


def _document(name: str, inside: str) -> bytes:
    tag = _element(name)
    return f'<?xml version="1.0" encoding="utf-8"?><{tag} {_NAMESPACES}>{inside}</{tag}>'.encode()


def _prop(names: Sequence[str]) -> str:
    return f"<d:prop>{''.join(f'<{_element(name)}/>' for name in names)}</d:prop>"


def propfind(names: Sequence[str]) -> bytes:
    """Body of a PROPFIND for the properties of these Clark names (RFC 4918 section 9.1)."""
    return _document(f"{DAV}propfind", _prop(names))


def sync_collection(token: str) -> bytes:
    """Body of a sync-collection REPORT (RFC 6578 section 6.1): one level, ETags only. Never with a limit: several servers
    cut the answer and hand out a token that skips what they cut."""
    inside = f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>{_prop([f'{DAV}getetag'])}"
    return _document(f"{DAV}sync-collection", inside)


def multiget(report: str, data: str, hrefs: Sequence[str]) -> bytes:
    """Body of a calendar- or addressbook-multiget REPORT (RFC 4791 section 7.9, RFC 6352 section 8.7)."""
    wanted = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _document(report, _prop([f"{DAV}getetag", data]) + wanted)
