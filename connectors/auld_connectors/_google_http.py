"""The transport of Google's client library: one attempt a request, bounded in time and size, never redirected.

httplib2 sends a request again when a connection breaks, also one that creates something, and it has no limit on the whole of an
answer. Here a request is sent once; who may repeat it decides (:mod:`auld_connectors._google_service`).
"""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httplib2

from auld.errors import TryLater

_CHUNK = 65_536
_PACKED = frozenset({"gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait for a sign of life, seconds for a whole request, and bytes of an answer once it is unpacked."""

    silence: float = 30.0
    total: float = 120.0
    body: int = 64 * 1024 * 1024


class Broken(TryLater):
    """The connection could not be made, or ended before the answer did: it is not known whether anything was done."""


class BoundedHttp(httplib2.Http):  # type: ignore[misc]  # httplib2 ships no types
    """``httplib2.Http`` with limits. ``requests`` counts what was sent, renewed tokens included."""

    def __init__(self, limits: Limits, user_agent: str) -> None:
        super().__init__(timeout=limits.silence)
        self.follow_redirects = False
        self.requests = 0
        self._limits = limits
        self._user_agent = user_agent

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: dict[str, str]) -> tuple[Any, bytes]:
        """One request over a connection, new or kept. Raises Broken and TryLater."""
        headers["user-agent"] = f"{self._user_agent} {headers.get('user-agent', '')}".strip()
        self.requests += 1
        end = monotonic() + self._limits.total
        try:
            if conn.sock is None:
                conn.connect()
            with _cut_after(self._limits.total, conn.sock):
                conn.request(method, request_uri, body, headers)
                answer = conn.getresponse()
                content = self._read(answer, end)
        except BaseException as error:
            conn.close()
            if isinstance(error, Exception) and not isinstance(error, TryLater):
                raise Broken(f"the connection to {conn.host} {_how(error)}") from error
            raise
        return httplib2.Response(answer), content

    def _read(self, answer: Any, end: float) -> bytes:
        """The body, unpacked."""
        unpack = zlib.decompressobj(wbits=47) if answer.getheader("content-encoding", "").lower() in _PACKED else None
        body = bytearray()
        while chunk := answer.read1(_CHUNK):
            body += unpack.decompress(chunk, self._limits.body) if unpack else chunk
            if len(body) > self._limits.body or (unpack and unpack.unconsumed_tail):
                raise TryLater(f"Google's answer is larger than {self._limits.body // 1024**2} MiB")
            if monotonic() > end:
                raise TimeoutError
        if answer.length or (unpack and body and not unpack.eof):
            raise ConnectionResetError
        answer.close()  # what read1 does not do at the end, and without which the connection takes no other request
        return bytes(body)


@contextmanager
def _cut_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """Ends a connection on which the answer does not end: time-outs begin anew with every byte."""

    def cut() -> None:
        with suppress(OSError):  # it ended by itself just now
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # past the TLS layer, which is not ours to use from here

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _how(error: Exception) -> str:
    """What became of a connection. The error's own text is not used: it may hold what was sent."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ConnectionRefusedError):
        return "was refused"
    if isinstance(error, socket.gaierror):
        return "cannot be made: the name is not known"
    text = str(error).lower()
    return "is not secure: TLS failed" if "ssl" in text or "certificate" in text else f"broke ({type(error).__name__})"
