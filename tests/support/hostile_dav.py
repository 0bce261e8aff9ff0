"""A WebDAV server inside the test process that misbehaves as its script says.

Left alone it is a small, honest server with one calendar or address book: sync tokens, multiget, ETags, preconditions. A test
scripts faults with :meth:`HostileDav.on`, for a verb, for a number of times, and looks at ``log`` to see what was asked.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

ROOT, PRINCIPAL, HOME, COLLECTION = "/", "/u/", "/u/home/", "/u/home/work/"
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_NAMESPACES = (
    'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="urn:ietf:params:xml:ns:carddav" '
    'xmlns:S="http://calendarserver.org/ns/"'
)


@dataclass
class Asked:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The method, or for a REPORT ``sync`` or ``multiget``."""
        if self.method != "REPORT":
            return self.method
        return "sync" if b"sync-collection" in self.body else "multiget"

    @property
    def hrefs(self) -> list[str]:
        """The hrefs named in the body."""
        return re.findall(r"<(?:\w+:)?href>([^<]*)</(?:\w+:)?href>", self.body.decode())


@dataclass
class Reply:
    """An answer. ``wire`` takes the connection over, after the headers if there is a status, instead of a body."""

    status: int
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    wire: Callable[[socket.socket, threading.Event], None] | None = None


Fault = Callable[[Asked], Reply | None]


def row(href: str, props: str = "", status: int | None = None, prop_status: int = 200) -> str:
    """One ``response`` element: properties, or a bare status."""
    if status is not None:
        return f"<response><href>{escape(href)}</href><status>HTTP/1.1 {status} Because</status></response>"
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{props}</prop>"
        f"<status>HTTP/1.1 {prop_status} Because</status></propstat></response>"
    )


def multistatus(rows: Iterable[str], token: str | None = None) -> Reply:
    """A 207 answer."""
    tail = "" if token is None else f"<sync-token>{escape(token)}</sync-token>"
    return Reply(207, f'<?xml version="1.0"?><multistatus {_NAMESPACES}>{"".join(rows)}{tail}</multistatus>', _XML)


def dav_error(status: int, condition: str) -> Reply:
    """A refusal that names a precondition (RFC 4918 section 16)."""
    return Reply(status, f"<?xml version='1.0'?><error {_NAMESPACES}><{condition}/></error>", _XML)


class HostileDav:
    """The server. ``kind`` is ``calendar`` or ``addressbook``; ``tokens`` says whether it knows sync tokens."""

    def __init__(self, kind: str = "calendar", *, tokens: bool = True) -> None:
        self.kind = kind
        self.tokens = tokens
        self.items: dict[str, tuple[str, bytes]] = {}
        self.log: list[Asked] = []
        self.spell: Callable[[str], str] = lambda path: path
        self._changes: list[str] = []
        self._faults: list[tuple[str, Fault, list[int]]] = []
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.url = self.base + COLLECTION

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    # --- what tests do --------------------------------------------------------------------------------------------------
    def on(self, kind: str, fault: Fault | Reply, times: int = 1) -> None:
        """Answer the next ``times`` requests of a kind (``PROPFIND sync multiget GET PUT DELETE``) by ``fault``; a fault that
        returns None lets the honest server answer, and is not used up."""
        answer: Fault = (lambda asked: fault) if isinstance(fault, Reply) else fault
        self._faults.append((kind, answer, [times]))

    def clear(self) -> None:
        """The faults are over."""
        self._faults.clear()

    def put(self, name: str, body: str | bytes, etag: str | None = None) -> None:
        """Store an item in the collection."""
        raw = body.encode() if isinstance(body, str) else body
        self._changes.append(name)
        self.items[name] = (etag if etag is not None else f'"e{len(self._changes)}"', raw)

    def delete(self, name: str) -> None:
        """Delete an item."""
        del self.items[name]
        self._changes.append(name)

    def asked(self, kind: str) -> list[Asked]:
        """The requests of one kind so far."""
        return [asked for asked in self.log if asked.kind == kind]

    @property
    def token(self) -> str:
        return f"urn:token:{len(self._changes)}"

    def member(self, name: str) -> str:
        """The listing's row of an item."""
        return row(self.spell(COLLECTION + name), f"<getetag>{escape(self.items[name][0])}</getetag><resourcetype/>")

    def itself(self, *, token: bool = True) -> str:
        """The listing's row of the collection, with the sync token if there is one and it is asked for."""
        kind = "<C:calendar/>" if self.kind == "calendar" else "<A:addressbook/>"
        told = f"<sync-token>{self.token}</sync-token>" if token and self.tokens else ""
        return row(COLLECTION, f"<resourcetype><collection/>{kind}</resourcetype><displayname>Work</displayname>{told}")

    def data(self, name: str) -> str:
        """The multiget's row of an item."""
        etag, body = self.items[name]
        tag = "C:calendar-data" if self.kind == "calendar" else "A:address-data"
        props = f"<getetag>{escape(etag)}</getetag><{tag}>{escape(body.decode())}</{tag}>"
        return row(self.spell(COLLECTION + name), props)

    # --- the honest server ----------------------------------------------------------------------------------------------
    def answer(self, asked: Asked) -> Reply:
        """What the script says, else what an honest server would."""
        for kind, fault, left in self._faults:
            if left[0] > 0 and kind in (asked.kind, "*"):
                reply = fault(asked)
                if reply is not None:
                    left[0] -= 1
                    return reply
        return self.honest(asked)

    def honest(self, asked: Asked) -> Reply:
        """What an honest server answers."""
        name = asked.path.removeprefix(COLLECTION)
        match asked.kind:
            case "PROPFIND":
                return self._propfind(asked)
            case "sync":
                return self._sync(asked)
            case "multiget":
                names = [href.removeprefix(COLLECTION) for href in asked.hrefs]
                return multistatus(self.data(n) if n in self.items else row(COLLECTION + n, status=404) for n in names)
            case "GET" if name in self.items:
                etag, body = self.items[name]
                return Reply(200, body, {"ETag": etag} if etag else {})
            case "PUT" | "DELETE":
                return self._write(asked, name)
        return Reply(404)

    def _propfind(self, asked: Asked) -> Reply:
        deep = asked.headers.get("depth") == "1"
        home = "calendar-home-set" if self.kind == "calendar" else "addressbook-home-set"
        prefix = "C" if self.kind == "calendar" else "A"
        collection = "<resourcetype><collection/></resourcetype>"
        match asked.path:
            case "/":
                principal = f"<current-user-principal><href>{PRINCIPAL}</href></current-user-principal>"
                return multistatus([row(ROOT, collection + principal)])
            case "/u/":
                home_set = f"<{prefix}:{home}><href>{HOME}</href></{prefix}:{home}>"
                return multistatus([row(PRINCIPAL, f"<resourcetype><principal/></resourcetype>{home_set}")])
            case "/u/home/":
                return multistatus([row(HOME, collection), *([self.itself()] if deep else [])])
            case "/u/home/work/":
                itself = self.itself(token=b"sync-token" in asked.body)
                return multistatus([itself, *(map(self.member, self.items) if deep else [])])
        return Reply(404)

    def _sync(self, asked: Asked) -> Reply:
        found = re.search(rb"sync-token>urn:token:(\d+)<", asked.body)
        if found is None or not self.tokens or int(found[1]) > len(self._changes):
            return dav_error(403, "valid-sync-token")
        names = dict.fromkeys(self._changes[int(found[1]) :])
        rows = [self.member(n) if n in self.items else row(COLLECTION + n, status=404) for n in names]
        return multistatus(rows, self.token)

    def _write(self, asked: Asked, name: str) -> Reply:
        held = self.items.get(name)
        if asked.headers.get("if-none-match") == "*" and held is not None:
            return Reply(412)
        if "if-match" in asked.headers and (held is None or held[0] != asked.headers["if-match"]):
            return Reply(412)
        if asked.method == "PUT":
            self.put(name, asked.body)
            return Reply(201, headers={"ETag": self.items[name][0]})
        if held is None:
            return Reply(404)
        self.delete(name)
        return Reply(204)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hostile = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body)
                hostile.log.append(asked)
                self._send(hostile.answer(asked))

            def _send(self, reply: Reply) -> None:
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                if reply.status:
                    self.send_response_only(reply.status)
                    for name, value in ({"Content-Length": str(len(body))} | reply.headers).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                    self.wfile.flush()
                if reply.wire is not None:
                    self.close_connection = True
                    try:
                        reply.wire(self.connection, hostile._stop)
                    except OSError:
                        return  # the client hung up, as it should

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
