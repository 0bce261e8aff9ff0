"""From the address that the user typed to the collections that auld may use.

The steps are those of RFC 6764 section 6: the address itself, the well-known address of its server, the server's root; from
there to the principal (RFC 5397), its home sets (RFC 4791 section 6.2.1, RFC 6352 section 7.1.1) and the collections in them.
caldav's own discovery is not used: it asks the DNS, builds https addresses only, and takes an error for an empty home.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from auld.contract import Collection, Kind
from auld.errors import ConfigurationWrong, TryLater
from auld_connectors._dav_http import Answer, DavHttp, Redirected
from auld_connectors._dav_settings import DavSettings
from auld_connectors._dav_urls import (
    canonical_path,
    canonical_url,
    is_collection,
    last_segment,
    may_follow,
    origin,
    same_server,
)
from auld_connectors._dav_xml import CAL, CARD, CS, DAV, BadXml, MultiStatus, Row, propfind

_HOPS = 5
_COMPONENTS = f"{CAL}supported-calendar-component-set"
_PRIVILEGES = f"{DAV}current-user-privilege-set"
_PRINCIPAL = f"{DAV}current-user-principal"
_WRITING = {f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"}
_NOT_OURS = {
    f"{CAL}schedule-inbox",
    f"{CAL}schedule-outbox",
    f"{CS}subscribed",
    f"{CS}notification",
    "{http://nextcloud.com/ns}trash-bin",
    "{http://nextcloud.com/ns}deleted-calendar",
}


@dataclass(frozen=True, slots=True)
class Flavour:
    """What tells CalDAV from CardDAV: the resource type of a collection, the property that names the home, the well-known
    address, the multiget report with its data property, and the words for it."""

    what: str
    resource_type: str
    home_set: str
    well_known: str
    report: str
    data: str


CALDAV = Flavour(
    what="calendar",
    resource_type=f"{CAL}calendar",
    home_set=f"{CAL}calendar-home-set",
    well_known="/.well-known/caldav",
    report=f"{CAL}calendar-multiget",
    data=f"{CAL}calendar-data",
)
CARDDAV = Flavour(
    what="address book",
    resource_type=f"{CARD}addressbook",
    home_set=f"{CARD}addressbook-home-set",
    well_known="/.well-known/carddav",
    report=f"{CARD}addressbook-multiget",
    data=f"{CARD}address-data",
)


def discover(http: DavHttp, settings: DavSettings, flavour: Flavour) -> list[Collection]:
    """The collections that fit ``settings``.

    Raises TryLater, RateLimited, CredentialsRefused, or ConfigurationWrong, which names what there is.
    """
    found = _Discovery(http, settings, flavour).run()
    return _selected(found, settings.collections, flavour)


class _Discovery:
    def __init__(self, http: DavHttp, settings: DavSettings, flavour: Flavour) -> None:
        self._http = http
        self._settings = settings
        self._flavour = flavour
        self._asked: set[str] = set()
        self._seen: list[str] = []
        self._trouble: TryLater | None = None

    def run(self) -> list[Collection]:
        for start in self._starts():
            found = self._from(start)
            if found is not None:
                return found
        if self._trouble is not None:
            raise self._trouble
        beside = f"; there is: {', '.join(sorted(set(self._seen)))}" if self._seen else ""
        raise ConfigurationWrong(
            f"no {self._flavour.what} found at {origin(self._settings.url)}{beside}. "
            f"Create one, or write the address of your {self._flavour.what} home as `url`."
        )

    def _starts(self) -> Iterator[str]:
        """The addresses to begin from. The well-known one asks the password's own server only."""
        url = canonical_url(self._settings.url)
        yield url
        yield origin(url) + self._flavour.well_known
        yield origin(url) + "/"

    def _from(self, start: str) -> list[Collection] | None:
        """What can be reached from an address; None if nothing can."""
        rows = self._list(start, depth=0)
        here = rows[0] if rows else None
        if here is not None:
            url, row = here
            if self._flavour.resource_type in row.names(f"{DAV}resourcetype"):
                collection = self._collection(url, row)
                return [collection] if collection is not None else None
            homes = self._homes(url, row)
            if homes:
                return self._in_homes(homes)
            listed = self._in_homes([url])
            if listed:
                return listed
        return None

    def _homes(self, url: str, row: Row) -> list[str]:
        homes = row.hrefs(self._flavour.home_set)
        if homes:
            return [self._allowed(url, home) for home in homes]
        for principal in row.hrefs(_PRINCIPAL):
            where = self._allowed(url, principal)
            if canonical_url(where) in self._asked:
                continue
            for at, inner in self._list(where, depth=0)[:1]:
                return [self._allowed(at, home) for home in inner.hrefs(self._flavour.home_set)]
        return []

    def _in_homes(self, homes: Sequence[str]) -> list[Collection] | None:
        """The collections in the homes; None if there is none, so that the next address is tried."""
        found: dict[str, Collection] = {}
        for home in homes:
            for url, row in self._list(home, depth=1):
                collection = self._collection(url, row)
                if collection is not None:
                    found.setdefault(collection.id, collection)
        return list(found.values()) or None

    def _list(self, url: str, *, depth: int) -> list[tuple[str, Row]]:
        """PROPFIND, redirects followed. The asked resource itself comes first; empty where the server does not answer that."""
        self._asked.add(canonical_url(url))
        body = propfind(
            [
                f"{DAV}resourcetype",
                f"{DAV}displayname",
                _PRINCIPAL,
                self._flavour.home_set,
                _PRIVILEGES,
                *([_COMPONENTS] if self._flavour is CALDAV else []),
            ]
        )
        for _ in range(_HOPS):
            try:
                answer = self._http.ask("PROPFIND", url, body, {"Depth": str(depth)})
            except Redirected as redirect:
                url = self._allowed(url, redirect.location)
                continue
            if answer.status != 207:
                self._note_trouble(answer)
                return []
            return self._rows(url, answer.body)
        raise TryLater("the server sends us round in circles")

    def _note_trouble(self, answer: Answer) -> None:
        """Why it did not answer with what was asked for."""
        if answer.status >= 500:
            self._trouble = TryLater(f"the server failed while it was asked for its collections ({answer.status})")
        elif answer.ok and b"<html" in answer.body[:1024].lower():
            self._seen.append("a web page (does this network want a log-in first?)")

    def _rows(self, url: str, body: bytes) -> list[tuple[str, Row]]:
        rows: list[tuple[str, Row]] = []
        try:
            for row in MultiStatus(body):
                if not row.href or row.status >= 400 or not same_server(urljoin(url, row.href), url):
                    continue
                at = origin(url) + canonical_path(urlsplit(urljoin(url, row.href)).path)
                rows.append((at, _kept(row)))
        except BadXml as trouble:
            self._trouble = trouble
            return []
        rows.sort(key=lambda found: not is_collection(found[0], canonical_url(url, folder=True)))
        return rows

    def _allowed(self, here: str, there: str) -> str:
        target = urljoin(here, there)
        if not there:
            raise ConfigurationWrong(f"{origin(here)} refers us elsewhere, but does not say where: is `url` right?")
        if not may_follow(here, target):
            raise ConfigurationWrong(
                f"{origin(here)} refers us to {origin(target)}, and the password is not sent there unasked. "
                f"If you trust it, write that address as `url`."
            )
        return target

    def _collection(self, url: str, row: Row) -> Collection | None:
        types = row.names(f"{DAV}resourcetype")
        name = row.text(f"{DAV}displayname") or last_segment(url)
        if self._flavour.resource_type not in types or types & _NOT_OURS:
            if types - {f"{DAV}resourcetype", f"{DAV}collection", f"{DAV}principal"}:
                self._seen.append(name)
            return None
        kinds = self._kinds(row)
        if not kinds:
            self._seen.append(f"{name} (holds neither events nor tasks)")
            return None
        privileges = row.names(_PRIVILEGES)
        writable = self._flavour is CALDAV and (not privileges or bool(privileges & _WRITING))
        return Collection(
            id=canonical_url(url, folder=True), name=name, kinds=kinds, accepts=kinds if writable else frozenset()
        )

    def _kinds(self, row: Row) -> frozenset[Kind]:
        if self._flavour is CARDDAV:
            return frozenset({"contact"})
        element = row.props.get(_COMPONENTS)
        # Without the property, or with an empty one, all are taken (RFC 4791 section 5.2.3).
        names = set() if element is None else {(c.get("name") or "").upper() for c in element.iter(f"{CAL}comp")}
        kinds: set[Kind] = set()
        if not names or "VEVENT" in names:
            kinds.add("meeting")
        if not names or "VTODO" in names:
            kinds.add("task")
        return frozenset(kinds)


def _kept(row: Row) -> Row:
    """The row with elements of its own, since those of a walk are emptied when it goes on."""
    from copy import deepcopy

    row.props = {name: deepcopy(element) for name, element in row.props.items()}
    return row


def _selected(found: Sequence[Collection], selectors: Sequence[str] | None, flavour: Flavour) -> list[Collection]:
    if selectors is None:
        return list(found)
    chosen: dict[str, Collection] = {}
    problems: list[str] = []
    names = ", ".join(f"{c.name} ({urlsplit(c.id).path})" for c in found)
    for selector in selectors:
        matches = _matching(found, selector)
        if len(matches) == 1:
            chosen[matches[0].id] = matches[0]
        elif matches:
            which = ", ".join(c.id for c in matches)
            problems.append(f"`{selector}` fits several {flavour.what}s: {which}. Write the address of the one you mean.")
        else:
            problems.append(f"no {flavour.what} is called `{selector}`; there is: {names}")
    if problems:
        raise ConfigurationWrong("\n".join(problems))
    return list(chosen.values())


def _matching(found: Sequence[Collection], selector: str) -> list[Collection]:
    """By URL; else by name or end of the path, in whatever case; an exact name decides between several."""
    wanted = selector.strip()
    if "://" in wanted:
        return [c for c in found if c.id == canonical_url(wanted, folder=True)]
    tail = "/" + canonical_path(wanted.strip("/")).casefold()
    matches = [
        c for c in found if c.name.casefold() == wanted.casefold() or urlsplit(c.id).path.rstrip("/").casefold().endswith(tail)
    ]
    exact = [c for c in matches if c.name == wanted]
    return exact if len(matches) > 1 and len(exact) == 1 else matches
