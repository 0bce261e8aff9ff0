"""A reverse proxy inside the test process, between the real program and a real server, that puts faults into what passes.

It is scripted like :class:`support.hostile_dav.HostileDav` (``on``, ``clear``, ``log``); what no fault answers goes to the
server behind it and comes back as it is. :meth:`FaultProxy.switch_off` closes its port, :meth:`FaultProxy.switch_on` opens it.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

from support.hostile_dav import Asked, Fault, HostileDav, Reply

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class FaultProxy(HostileDav):
    """Stands before ``upstream`` (``http://host:port/``)."""

    def __init__(self, upstream: str) -> None:
        super().__init__()
        self._upstream = urlsplit(upstream).netloc

    def honest(self, asked: Asked) -> Reply:
        """What the server behind answers."""
        connection = http.client.HTTPConnection(self._upstream, timeout=60)
        headers = {name: value for name, value in asked.headers.items() if name not in {*_HOP_BY_HOP, "accept-encoding"}}
        with contextlib.closing(connection):
            connection.request(asked.method, asked.path, asked.body, headers)
            answer = connection.getresponse()
            passed = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Reply(answer.status, answer.read(), passed)

    def switch_off(self) -> None:
        """Nobody listens any more."""
        self._server.shutdown()
        self._server.server_close()

    def switch_on(self) -> None:
        """Listen again, at the same port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._server.server_port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()


def hang(connection: socket.socket, stop: threading.Event) -> None:
    """Keep silent until the client goes, or the test ends."""
    while not stop.is_set() and connection.recv(1024):
        pass


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """A byte now and then, without end."""
    while not stop.wait(0.02):
        connection.sendall(b" ")


def flood(connection: socket.socket, stop: threading.Event) -> None:
    """As many bytes as it takes, without end."""
    while not stop.is_set():
        connection.sendall(b" " * 65536)


def reset(connection: socket.socket, stop: threading.Event) -> None:
    """Break the connection off with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def close(connection: socket.socket, stop: threading.Event) -> None:
    """End the connection in good order."""
    connection.shutdown(socket.SHUT_RDWR)


def after_it_was_done(server: HostileDav, then: Reply) -> Fault:
    """The server does what it is asked, but its answer is lost on the way, and ``then`` comes instead."""

    def fault(asked: Asked) -> Reply:
        server.honest(asked)
        return then

    return fault


def changed(server: HostileDav, edit: Callable[[Reply], Reply]) -> Fault:
    """The server's own answer, edited on the way."""
    return lambda asked: edit(server.honest(asked))
