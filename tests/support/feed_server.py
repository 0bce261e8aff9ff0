"""A real HTTP server of feeds on loopback that behaves, or misbehaves, as it is told; and the fixture ``feed_server``."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal

import pytest

SOME_DAY = "Mon, 02 Mar 2026 08:00:00 GMT"


@dataclass(frozen=True)
class Reply:
    """What stands at a path.

    ``etag`` and ``modified`` are sent and honoured (``volatile`` ETags differ every time; ``picky`` servers answer 304 only
    to one validator alone; ``deaf`` ones never). ``cut`` closes the connection after so many bytes of the body;
    ``cut_gzip`` sends so many bytes of the packed body as if they were all. ``hang`` keeps silent before the last byte,
    ``mute`` before the first; ``drip`` sends one byte after the other without end, ``flood`` as much as it can.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/atom+xml"
    etag: bool = True
    modified: bool = True
    validators: Literal["honest", "volatile", "picky", "deaf"] = "honest"
    packed: bool = False
    cut: int | None = None
    cut_gzip: int | None = None
    fault: Literal["", "mute", "hang", "drip", "flood"] = ""
    login: str = ""
    body_of_304: bytes = b""


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]


class FeedServer:
    """``serve(path, reply)`` puts a reply, or a queue of replies of which the last one stays; ``requests`` is what came."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.replies: dict[str, list[Reply]] = {}
        self.closing = threading.Event()
        server = self

        class Handler(_Handler):
            owner = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> FeedServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}{path}"

    def serve(self, path: str, *replies: Reply) -> str:
        """Returns the URL."""
        self.replies[path] = list(replies)
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.serve(path, Reply(status=status, headers={"Location": to}, etag=False, modified=False))

    def next_reply(self, path: str) -> Reply:
        replies = self.replies.get(path.partition("?")[0], [Reply(status=404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Handler(BaseHTTPRequestHandler):
    owner: FeedServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.owner.requests.append(Request(self.path, dict(self.headers)))
        reply = self.owner.next_reply(self.path)
        if reply.fault == "mute":
            self.owner.closing.wait()
            self.close_connection = True
            return
        if reply.login and self.headers.get("Authorization") != reply.login:
            self._head(401, {"WWW-Authenticate": 'Basic realm="feeds"', "Content-Length": "0"})
            return
        validators = self._validators(reply)
        if reply.status == 200 and self._unchanged(reply, validators):
            self._head(304, validators)
            if reply.body_of_304:
                self.close_connection = True
                self.wfile.write(reply.body_of_304)
            return
        self._send(reply, validators)

    def _validators(self, reply: Reply) -> dict[str, str]:
        validators = {}
        if reply.etag:
            salt = str(len(self.owner.requests)) if reply.validators == "volatile" else ""
            validators["ETag"] = f'"{hashlib.sha256(reply.body + salt.encode()).hexdigest()[:16]}"'
        if reply.modified:
            validators["Last-Modified"] = SOME_DAY
        return validators

    def _unchanged(self, reply: Reply, validators: Mapping[str, str]) -> bool:
        tag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if reply.validators == "deaf" or (reply.validators == "picky" and tag and since):
            return False
        if tag:  # RFC 9110 section 13.1.3: If-Modified-Since counts only without If-None-Match
            return tag == validators.get("ETag")
        return bool(since) and since == validators.get("Last-Modified")

    def _send(self, reply: Reply, validators: Mapping[str, str]) -> None:
        body = reply.body
        headers = {"Content-Type": reply.content_type, **validators, **reply.headers}
        if reply.packed or reply.cut_gzip is not None:
            body = gzip.compress(body)[: reply.cut_gzip]
            headers["Content-Encoding"] = "gzip"
        endless = reply.fault in {"drip", "flood"}
        length = 2**31 if endless else len(body) + (1 if reply.fault else 0)
        self._head(reply.status, {**headers, "Content-Length": str(length)})
        try:
            self.wfile.write(body[: reply.cut])
            while endless and not self.owner.closing.wait(0.01 if reply.fault == "drip" else 0):
                self.wfile.write(b" " if reply.fault == "drip" else b" " * 65536)
        except ConnectionError:  # the client has had enough
            self.close_connection = True
            return
        if reply.fault == "hang":
            self.owner.closing.wait()
        if reply.cut is not None or reply.fault:
            self.close_connection = True

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server
