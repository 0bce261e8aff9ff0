"""Asking Google: what is repeated and what is not, what bounds an answer, and what its refusals mean."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.http import HttpMockSequence

from auld.errors import (
    AuldError,
    CollectionGone,
    ConfigurationWrong,
    Conflict,
    CredentialsRefused,
    CursorRefused,
    RateLimited,
    Refused,
    TryLater,
)
from auld_connectors._google_errors import Missing, login_failure, refusal
from auld_connectors._google_http import BoundedHttp, Broken, Limits
from auld_connectors._google_service import GoogleService

REFRESH: Callable[..., Exception] = RefreshError
TRANSPORT: Callable[..., Exception] = TransportError
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OK = ({"status": "200"}, '{"items": [], "nextSyncToken": "t"}')


def failed(status: int, reason: str = "", **headers: str) -> tuple[dict[str, str], str]:
    error = {"code": status, "message": "Ana Lima's words", "errors": [{"domain": "global", "reason": reason}]}
    return {"status": str(status), **headers}, json.dumps({"error": error})


class Asked:
    """A service over canned answers; what it slept is counted."""

    def __init__(self, *answers: tuple[dict[str, str], str]) -> None:
        self.slept = 0.0
        self.http = HttpMockSequence(list(answers))
        self.google = GoogleService("calendar", "v3", lambda: None, now=lambda: NOW, http=self.http, pause=self._sleep)
        self.events = self.google.api.events()

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def list(self, cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        return self.google.ask(self.events.list(calendarId="me"), cancelled)

    def insert(self) -> dict[str, Any]:
        return self.google.ask(self.events.insert(calendarId="me", body={}))


# --- what is repeated ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("failure", [failed(500), failed(503), failed(403, "rateLimitExceeded"), failed(429)])
def test_reading_is_tried_again_after_a_pause(failure: tuple[dict[str, str], str]) -> None:
    asked = Asked(failure, failure, OK)
    assert asked.list()["nextSyncToken"] == "t"
    assert asked.google.requests == 3
    assert 1.5 <= asked.slept <= 4


def test_reading_is_not_tried_for_ever() -> None:
    with pytest.raises(TryLater):
        Asked(failed(500), failed(500), failed(500)).list()


@pytest.mark.parametrize("failure", [failed(500), failed(503), failed(403, "rateLimitExceeded"), failed(429)])
def test_writing_never_is(failure: tuple[dict[str, str], str]) -> None:
    asked = Asked(failure, OK)
    with pytest.raises(TryLater):
        asked.insert()
    assert (asked.google.requests, asked.slept) == (1, 0)


def test_a_short_wish_to_wait_is_kept_and_a_long_one_left_to_the_daemon() -> None:
    asked = Asked(failed(429, **{"retry-after": "3"}), OK)
    asked.list()
    assert asked.slept == pytest.approx(3)
    asked = Asked(failed(429, **{"retry-after": "300"}), OK)
    with pytest.raises(RateLimited) as raised:
        asked.list()
    assert (raised.value.after, asked.slept) == (300, 0)


def test_who_is_told_to_stop_waits_no_longer() -> None:
    asked = Asked(failed(500), OK)
    with pytest.raises(TryLater):
        asked.list(lambda: True)
    assert asked.slept == 0


def test_a_list_that_goes_in_circles_ends() -> None:
    page = ({"status": "200"}, '{"items": [], "nextPageToken": "again"}')
    asked = Asked(page, page, page)
    with pytest.raises(TryLater, match="end"):
        list(asked.google.pages(asked.events, lambda: False, calendarId="me"))


@pytest.mark.parametrize("body", ["", "<html></html>", "[1]", '"x"', "{"])
def test_what_is_no_answer_is_no_success(body: str) -> None:
    with pytest.raises(TryLater):
        Asked(({"status": "200"}, body)).list()


def test_a_deletion_needs_no_answer_but_believes_no_portal() -> None:
    asked = Asked(({"status": "204"}, ""), ({"status": "200"}, "<html>Log in</html>"))
    assert asked.google.ask(asked.events.delete(calendarId="me", eventId="x")) == {}
    with pytest.raises(TryLater):
        asked.google.ask(asked.events.delete(calendarId="me", eventId="x"))


# --- what refusals mean -------------------------------------------------------------------------------------------------
class Resp(dict[str, str]):
    """An answer's status and headers."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(headers)
        self.status = status


def rpc(status: int, code: str, reason: str, **more: str) -> bytes:
    """An error as the newer APIs tell it."""
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}
    return json.dumps({"error": {"code": status, "status": code, "message": "m", "details": [detail, more]}}).encode()


@pytest.mark.parametrize(
    ("status", "content", "writes", "error"),
    [
        (410, failed(410, "fullSyncRequired")[1], False, CursorRefused),
        (410, failed(410, "updatedMinTooLongAgo")[1], False, CursorRefused),
        (410, failed(410, "deleted")[1], True, Missing),
        (400, rpc(400, "INVALID_ARGUMENT", "EXPIRED_SYNC_TOKEN"), False, CursorRefused),
        (400, b'{"error": {"code": 400, "message": "Invalid sync token value."}}', False, CursorRefused),
        (400, failed(400, "invalid")[1], False, TryLater),
        (400, failed(400, "invalid")[1], True, Refused),
        (401, b"", False, CredentialsRefused),
        (403, failed(403, "quotaExceeded")[1], True, RateLimited),
        (403, rpc(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), False, CredentialsRefused),
        (403, rpc(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), False, ConfigurationWrong),
        (403, failed(403, "accessNotConfigured")[1], False, ConfigurationWrong),
        (403, failed(403, "forbidden")[1], False, CollectionGone),
        (403, failed(403, "forbidden")[1], True, Refused),
        (404, failed(404, "notFound")[1], False, Missing),
        (409, failed(409, "duplicate")[1], True, Conflict),
        (412, failed(412, "conditionNotMet")[1], True, Conflict),
        (413, b"too long", True, Refused),
        (429, rpc(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"), False, RateLimited),
        (500, b"\xff", False, TryLater),
        (302, b"", True, TryLater),
        (404, b'{"error": null}', False, Missing),
        (403, b'{"error": {"errors": [null, 7], "details": "x", "message": 3}}', False, CollectionGone),
    ],
)
def test_each_refusal_is_the_error_it_calls_for(
    status: int, content: str | bytes, writes: bool, error: type[AuldError]
) -> None:
    raw = content.encode() if isinstance(content, str) else content
    made = refusal(Resp(status), raw, NOW, writes=writes)
    assert type(made) is error or (error is TryLater and isinstance(made, TryLater))
    assert "Ana Lima" not in str(made)


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("7", 7.0),
        ("Mon, 02 Mar 2026 09:31:00 GMT", 60.0),
        ("Mon, 02 Mar 2020 09:31:00 GMT", 0.0),
        ("999999999999", 86400.0),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_the_wish_to_wait_is_understood(header: str, after: float | None) -> None:
    made = refusal(Resp(429, **{"retry-after": header}), b"", NOW, writes=False)
    assert isinstance(made, RateLimited)
    assert made.after == after


def test_the_wish_to_wait_may_stand_in_the_answer() -> None:
    made = refusal(Resp(429), rpc(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", retryDelay="3.5s"), NOW, writes=False)
    assert isinstance(made, RateLimited)
    assert made.after == 3.5


@pytest.mark.parametrize(
    ("raised", "error", "words"),
    [
        (REFRESH("invalid_grant: Token has been expired or revoked.", {}), CredentialsRefused, "publish"),
        (REFRESH("deleted_client", {}), CredentialsRefused, "client"),
        (REFRESH("internal_failure", {}, retryable=True), TryLater, ""),
        (TRANSPORT("no route"), TryLater, ""),
    ],
)
def test_a_dead_token_is_told_with_what_to_do(raised: Exception, error: type[AuldError], words: str) -> None:
    made = login_failure(raised)
    assert isinstance(made, error)
    assert words in str(made)


# --- the wire -----------------------------------------------------------------------------------------------------------
Serve = Callable[[Callable[[socket.socket], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server for one connection after the other, each handled by the function given."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def start(handle: Callable[[socket.socket], None]) -> str:
        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                held.append(connection)
                connection.recv(65536)
                handle(connection)

        Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield start
    listening.close()
    for connection in held:
        connection.close()


def drip(connection: socket.socket) -> None:
    """Sends a byte from time to time, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    connection.settimeout(0.02)
    try:
        while True:
            connection.sendall(b"x")
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
    except OSError:
        return


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(lambda connection: connection.close(), id="closed at once"),
        pytest.param(lambda connection: connection.sendall(b"HTTP/1.1 20"), id="half a head, then silence"),
        pytest.param(lambda connection: None, id="silence"),
        pytest.param(drip, id="a byte from time to time"),
        pytest.param(
            lambda connection: (connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), connection.close()),
            id="cut short",
        ),
        pytest.param(
            lambda connection: connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
            ),
            id="not what it says",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_is_sent_once_and_ends(serve: Serve, handle: Callable[[socket.socket], None], method: str) -> None:
    http = BoundedHttp(Limits(silence=0.2, total=0.4), "auld")
    with pytest.raises(Broken):
        http.request(serve(handle), method, body=b"{}" if method == "POST" else None)
    assert http.requests == 1


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_refused(serve: Serve, packed: bool) -> None:
    import gzip

    body = gzip.compress(b"0" * 1_000_000) if packed else b"0" * 1_000_000
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{'Content-Encoding: gzip' if packed else 'X-A: b'}\r\n\r\n"
    http = BoundedHttp(Limits(body=100_000), "auld")
    with pytest.raises(TryLater, match="larger"):
        http.request(serve(lambda connection: connection.sendall(head.encode() + body)))


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    http = BoundedHttp(Limits(), "auld")
    response, _ = http.request(serve(lambda connection: connection.sendall(head)))
    assert (response.status, http.requests) == (302, 1)


def test_nobody_there_is_told_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Broken, match="refused"):
        BoundedHttp(Limits(), "auld").request(f"http://127.0.0.1:{port}/secret")
