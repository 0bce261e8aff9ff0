"""Calendars of a CalDAV server inside the process, as bad as its manners say, and the wire to them: auld's own DAV code
speaks to it.

The wire begins where auld's HTTP ends: what comes back has been judged by the real code (redirects, refusals, waits). Requests
are numbered, so that a test can end the process, let a person edit, or run a second daemon at any of them.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from xml.sax.saxutils import escape

from auld.contract import Account, Batch, Collection, Kind, Pull
from auld.errors import TryLater
from auld_connectors._dav_http import Answer, DavHttp, Limits
from auld_connectors.caldav import CalDavAccount, CalDavSettings
from outbox.hostile import Fuse
from soak.icalendar_text import Part, parse, render
from support.hostile_dav import COLLECTION, Reply, dav_error, multistatus, row

BASE = "http://127.0.0.1:5232"
WRITES = ("PUT", "DELETE")
READS = ("PROPFIND", "sync", "multiget", "GET")


@dataclass(frozen=True)
class Manners:
    """What a server is like. ``tokens``: it knows sync tokens. ``checks``: which conditions of a write it looks at.
    ``other_first``: of its two calendars, the one that is not written to is read first."""

    tokens: bool = True
    etags: Literal["strong", "weak", "none"] = "strong"
    checks: Literal["both", "If-Match", "neither"] = "both"
    rewrites: Literal["nothing", "order", "unknown", "titles"] = "nothing"
    forms: tuple[str, ...] = ("task", "meeting")
    alarm: str | None = None
    other_first: bool = False


@dataclass(frozen=True)
class Write:
    """One write that took place; ``sent`` is None for a deletion, ``before`` where there was nothing."""

    name: str
    before: bytes | None
    sent: bytes | None


@dataclass(frozen=True)
class Asked:
    verb: str
    name: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        if self.verb != "REPORT":
            return self.verb
        return "sync" if b"sync-collection" in self.body else "multiget"


Fault = Callable[[Callable[[], Reply]], Reply]
"""Is given what the server would do, and does that or something else; what it raises is what the wire does."""


class Server:
    """One calendar. ``on_write`` hears of each write of auld's before it takes place, ``on_request`` of each request."""

    def __init__(self, manners: Manners, path: str = COLLECTION, name: str = "Keep in touch") -> None:
        self.manners = manners
        self.path = path
        self._name = name
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.on_write: Callable[[Write], None] = lambda write: None
        self.on_request: Callable[[Asked], None] = lambda asked: None
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._versions: dict[str, int] = {}
        self._changes: list[str] = []
        self._oldest = 0

    @property
    def collection(self) -> Collection:
        kinds: frozenset[Kind] = frozenset({"task", "meeting"})
        accepts = frozenset(kind for kind in kinds if kind in self.manners.forms)
        return Collection(BASE + self.path, self._name, kinds, accepts)

    @property
    def can_refuse(self) -> bool:
        """Can a write be made to depend on what stood there at the last look?"""
        return self.manners.checks != "neither" and self.manners.etags == "strong"

    @property
    def tells_versions(self) -> bool:
        """Does the answer to a write tell the version that came of it?"""
        return self.manners.etags == "strong" and self.manners.rewrites in ("nothing", "unknown")

    def put(self, name: str, body: bytes) -> None:
        """Store an object, the way this server does."""
        self.objects[name] = _rewritten(body, self.manners.rewrites)
        self._changes.append(name)
        self._versions[name] = len(self._changes)

    def delete(self, name: str) -> None:
        del self.objects[name]
        self._changes.append(name)

    def forget_tokens(self) -> None:
        """Its history is pruned."""
        self._changes.append("")
        self._oldest = len(self._changes)

    def writes(self) -> int:
        return sum(verb in WRITES for verb in self.asked)

    # --- answers --------------------------------------------------------------------------------------------------------
    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked.kind)
        self.on_request(asked)
        faults = self.faults["write" if asked.verb in WRITES else "read"]
        if faults:
            return faults.popleft()(lambda: self._honest(asked))
        return self._honest(asked)

    def _honest(self, asked: Asked) -> Reply:
        match asked.kind:
            case "PROPFIND":
                rows = (self._member(name) for name in self.objects)
                return multistatus([self._itself(), *rows])
            case "sync":
                return self._sync(asked)
            case "multiget":
                hrefs = re.findall(rb"<(?:\w+:)?href>([^<]*)</(?:\w+:)?href>", asked.body)
                return multistatus(self._data(href.decode().removeprefix(self.path)) for href in hrefs)
            case "GET" if asked.name in self.objects:
                return Reply(200, self.objects[asked.name], {"etag": tag} if (tag := self._etag(asked.name)) else {})
            case "PUT" | "DELETE":
                return self._write(asked)
        return Reply(404)

    def _write(self, asked: Asked) -> Reply:
        name, held = asked.name, self.objects.get(asked.name)
        checks = self.manners.checks
        if "If-None-Match" in asked.headers and held is not None and checks == "both":
            return Reply(412)
        if (
            "If-Match" in asked.headers
            and checks != "neither"
            and (held is None or asked.headers["If-Match"] != self._etag(name))
        ):
            return Reply(412)
        if asked.verb == "PUT":
            if b"BEGIN:VTODO" in asked.body and "task" not in self.manners.forms:
                return dav_error(403, "C:supported-calendar-component")
            self.on_write(Write(name, held, asked.body))
            self.put(name, asked.body)
            # what is stored otherwise than it was sent has no strong tag yet (RFC 4791 section 5.3.4), but some give theirs
            return Reply(201, headers={"ETag": self._etag(name)} if self.tells_versions else {})
        if held is None:
            return Reply(404)
        self.on_write(Write(name, held, None))
        self.delete(name)
        return Reply(204)

    def _sync(self, asked: Asked) -> Reply:
        found = re.search(rb"sync-token>urn:token:(\d+)<", asked.body)
        since = int(found[1]) if found else -1
        if not self.manners.tokens or not self._oldest <= since <= len(self._changes):
            return dav_error(403, "valid-sync-token")
        names = dict.fromkeys(filter(None, self._changes[since:]))
        rows = [self._member(name) if name in self.objects else row(self.path + name, status=404) for name in names]
        return multistatus(rows, self._token)

    @property
    def _token(self) -> str:
        return f"urn:token:{len(self._changes)}"

    def _itself(self) -> str:
        token = f"<sync-token>{self._token}</sync-token>" if self.manners.tokens else ""
        return row(self.path, f"<resourcetype><collection/><C:calendar/></resourcetype>{token}")

    def _member(self, name: str) -> str:
        tag = self._etag(name)
        return row(self.path + name, (f"<getetag>{escape(tag)}</getetag>" if tag else "") + "<resourcetype/>")

    def _data(self, name: str) -> str:
        if name not in self.objects:
            return row(self.path + name, status=404)
        tag = self._etag(name)
        data = f"<C:calendar-data>{escape(self.objects[name].decode())}</C:calendar-data>"
        return row(self.path + name, (f"<getetag>{escape(tag)}</getetag>" if tag else "") + data)

    def _etag(self, name: str) -> str:
        tag = f'"{self._versions.get(name, 0)}"'
        return {"strong": tag, "weak": f"W/{tag}", "none": ""}[self.manners.etags]


def _rewritten(body: bytes, how: str) -> bytes:
    if how == "nothing":
        return body
    calendar = parse(body)
    for part in calendar.parts:
        if how == "order":
            part.inside = [*sorted(part.lines), *part.parts]
        elif how == "unknown":  # those of others, which is why auld does not trust in its mark alone
            part.inside = [each for each in part.inside if isinstance(each, Part) or not each.startswith("X-AULD")]
        elif part.line("SUMMARY"):
            part.set("SUMMARY", part.line("SUMMARY")[:40].rstrip("\\ "))
    return render(calendar)


class NamedFuse(Fuse):
    """Remembers at which boundary it was that the process ended."""

    at = ""

    def burn_at(self, boundary: str) -> None:
        self.at = boundary
        self.burn()


# --- the wire -----------------------------------------------------------------------------------------------------------
class Wire(DavHttp):
    """auld's own HTTP, with the calendars at its end in place of a socket. The fuse burns before and after each request."""

    def __init__(self, account: Account, servers: Sequence[Server], fuse: NamedFuse) -> None:
        super().__init__(account, Limits(), account.now)
        self._servers = servers
        self._fuse = fuse

    def _exchange(self, verb: str, url: str, body: bytes, headers: Mapping[str, str], slow: bool) -> Answer:
        self.requests += 1
        server = next(server for server in self._servers if url.startswith(BASE + server.path))
        asked = Asked(verb, url.removeprefix(BASE + server.path), headers, body)
        self._fuse.burn_at(f"before {asked.kind}")
        reply = server.answer(asked)
        self._fuse.burn_at(f"after {asked.kind}")
        content = reply.body.encode() if isinstance(reply.body, str) else reply.body
        return Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, content)


class Calendar(CalDavAccount):
    """auld's own CalDAV account, on such a wire."""

    wire_type: ClassVar[type[Wire]] = Wire

    def __init__(self, servers: Sequence[Server], fuse: NamedFuse, now: Callable[[], datetime]) -> None:
        account = Account("home", CalDavSettings(url=BASE), now=now)
        super().__init__(account)
        self._http = self.wire_type(account, servers, fuse)

    def pull(self, request: Pull) -> Iterator[Batch]:
        return iter(list(super().pull(request)))


# --- faults -------------------------------------------------------------------------------------------------------------
def lost(deed: Callable[[], Reply]) -> Reply:
    """The request never arrived."""
    raise TryLater("no answer")


def answer_lost(deed: Callable[[], Reply]) -> Reply:
    """It was done, but nobody was told."""
    deed()
    raise TryLater("no answer")


def failed_after(deed: Callable[[], Reply]) -> Reply:
    deed()
    return Reply(500)


def only_said_so(deed: Callable[[], Reply]) -> Reply:
    """A 200 of somebody in between, for something that was not done."""
    return Reply(200, "<html>Welcome to our hotel</html>")


def unclear(deed: Callable[[], Reply]) -> Reply:
    deed()
    return Reply(202)


def answers(status: int, **headers: str) -> Fault:
    """A refusal or a redirection; nothing was done."""

    def answer(deed: Callable[[], Reply]) -> Reply:
        return Reply(status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    answer.__name__ = f"answers {status}"
    return answer


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        lost, answer_lost, failed_after, only_said_so, unclear, answers(301, Location="/x/"), answers(302, Location="/"),
        answers(307, Location="/u/"), answers(401), answers(403), answers(409), answers(412), answers(423),
        answers(429, Retry_After="1800"), answers(500), answers(503), answers(507),
    )
}  # fmt: skip
