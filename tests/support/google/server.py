"""The HTTP side of the fake: finds the method, holds both sides to the discovery documents, and misbehaves if told to."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from auld.clock import FixedClock
from support.google.account import Account
from support.google.discovery import Json, Method, api
from support.google.model import ApiError, Call, Ticks
from support.google.oauth import Grant, OAuth, OAuthError
from support.google.words import error_body, masked

_APIS = ("calendar.v3", "tasks.v1", "people.v1")


@dataclass(frozen=True)
class Fault:
    """What happens to a request instead of, or (``after``) besides its being carried out.

    ``status`` with a ``reason`` in the words of its API, or with a ``body`` of one's own. ``wire``: the connection just ends
    (``drop``), ends in the middle of the body (``cut``), or nothing more comes until the server stops (``hang``)."""

    status: int = 200
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json; charset=UTF-8"
    after: bool = False
    wire: Literal["", "drop", "cut", "hang"] = ""


@dataclass
class Asked:
    """One request as it came in. ``name``: the method's (``calendar.events.list``), or the path of an OAuth request."""

    name: str
    verb: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any
    status: int = 0


@dataclass
class _Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wire: str = ""


class Google:
    """The server. ``failures`` are breaches of the discovery documents, by client or fake; a test fails by them at its end.

    ``clock`` is the fake's time; ``log`` holds the requests. ``url`` is the root: Calendar is below ``/calendar/v3/``."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.ticks = Ticks(clock.now)
        self.log: list[Asked] = []
        self.failures: list[str] = []
        self.accounts: dict[str, Account] = {}
        self._faults: list[tuple[str, Fault, list[int]]] = []
        self._lock = threading.RLock()
        self.closing = threading.Event()
        google = self

        class Handler(_Handler):
            owner = google

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.oauth = OAuth(self.ticks, self.url)

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        self._http.shutdown()
        self.close()

    def close(self) -> None:
        """Of one that was never entered: give the port back."""
        self._http.server_close()

    # --- what a test does -----------------------------------------------------------------------------------------------
    def account(self, email: str = "me@example.org") -> Account:
        """The account with that address, made at first use."""
        if email not in self.accounts:
            self.accounts[email] = Account(email, self.ticks)
        return self.accounts[email]

    def on(self, name: str, fault: Fault, times: int = 1) -> None:
        """The next requests for a method (``calendar.events.list``), an API (``tasks``), the token (``/token``), or for
        anything (``""``) meet a fault."""
        self._faults.append((name, fault, [times]))

    def calm(self) -> None:
        """The faults are over."""
        self._faults.clear()

    def asked(self, name: str) -> list[Asked]:
        """The requests so far for a method, or for all whose names begin so."""
        return [asked for asked in self.log if asked.name.startswith(name)]

    def broke(self, problem: str) -> None:
        """Note a breach of the documents."""
        self.failures.append(problem)

    # --- what the server does -------------------------------------------------------------------------------------------
    def answer(self, verb: str, target: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        """The answer to one request."""
        with self._lock:
            parts = urlsplit(target)
            asked = Asked(parts.path, verb, parts.path, parse_qs(parts.query, keep_blank_values=True), dict(headers), body)
            self.log.append(asked)
            found = None
            for name in _APIS:
                if match := api(name).find(verb, parts.path):
                    found = (name, *match)
                    asked.name = match[0].name
            fault = self._fault(asked.name)
            if fault is not None and not fault.after:
                answer = _spoilt(asked.name, fault)
            else:
                answer = self._oauth(asked) if found is None else self._api(*found, asked)
                if fault is not None:
                    answer = _spoilt(asked.name, fault, answer)
            asked.status = answer.status
            return answer

    def _fault(self, name: str) -> Fault | None:
        for wanted, fault, left in self._faults:
            if left[0] and name.startswith(wanted):
                left[0] -= 1
                return fault
        return None

    def _oauth(self, asked: Asked) -> _Answer:
        match asked.verb, asked.path:
            case "POST", "/token":
                try:
                    body: Json = self.oauth.token(dict(parse_qsl(asked.body.decode())))
                except OAuthError as error:
                    return _json(error.status, error.body)
                return _json(200, body)
            case "GET", "/o/oauth2/auth":
                status, to = self.oauth.consent({name: values[0] for name, values in asked.query.items()})
                return _Answer(status, b"", {"Location": to} if to else {})
            case "POST", "/revoke":
                return _Answer(200, b"{}")
        self.broke(f"no such method: {asked.verb} {asked.path}")
        return _Answer(
            404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", {"Content-Type": "text/html; charset=UTF-8"}
        )

    def _api(self, name: str, method: Method, path: Json, asked: Asked) -> _Answer:
        try:
            grant = self.oauth.grant(asked.headers.get("authorization", ""))
            scopes = _allowed(method, grant)
            assert grant is not None
            call = self._call(name, method, path, asked, scopes)
            body = self.account(grant.account).answer(call)
        except ApiError as error:
            return _json(error.status, error_body(method.name, error), error.headers)
        except NotImplementedError as error:
            self.broke(str(error))
            return _json(501, {})
        if body is None and not method.response:
            return _Answer(204)
        for problem in api(name).check_response(method, body):
            self.broke(f"{method.name} answers wrongly: {problem}")
        if asked.query.get("fields"):
            body = masked(body, asked.query["fields"][0])
        return _json(200, body, {"ETag": body["etag"]} if isinstance(body, dict) and "etag" in body else {})

    def _call(self, name: str, method: Method, path: Json, asked: Asked, scopes: frozenset[str]) -> Call:
        problems = []
        if asked.body and not asked.headers.get("content-type", "").startswith("application/json"):
            problems.append("the body is not said to be JSON")
        try:
            asked.body = json.loads(asked.body) if asked.body else None
        except ValueError:
            problems.append(f"the body is no JSON: {asked.body!r}")
            asked.body = None
        params, more = api(name).check_request(method, asked.query, asked.body)
        problems += more
        for problem in problems:
            self.broke(f"{method.name}: {problem}")
        if problems:
            raise ApiError(400, "badRequest", "; ".join(problems))
        return Call(method.name, {**params, **path}, asked.body or {}, asked.headers, scopes)


def _allowed(method: Method, grant: Grant | None) -> frozenset[str]:
    """The scopes by which somebody may call a method. Raises ApiError if there are none."""
    if grant is None:
        headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        raise ApiError(401, "authError", "Invalid Credentials", headers=headers, place=("header", "Authorization"))
    scopes = grant.scopes & method.scopes
    if not scopes:
        headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{" ".join(sorted(method.scopes))}"'}
        raise ApiError(403, "insufficientPermissions", "Request had insufficient authentication scopes.", headers=headers)
    return scopes


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> _Answer:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return _Answer(status, b"" if status == 304 else json.dumps(body).encode(), {**kind, **(headers or {})})


def _spoilt(name: str, fault: Fault, honest: _Answer | None = None) -> _Answer:
    """The answer that a fault makes of an honest one, or gives in its stead."""
    if fault.wire and honest is not None:
        return _Answer(honest.status, honest.body, honest.headers, fault.wire)
    body = fault.body
    if body is None:
        body = json.dumps(error_body(name, ApiError(fault.status, fault.reason, "Fault"))).encode() if fault.reason else b""
    return _Answer(fault.status, body, {"Content-Type": fault.content_type, **fault.headers}, fault.wire)


class _Handler(BaseHTTPRequestHandler):
    owner: Google
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.owner.answer(self.command, self.path, headers, body)
        if answer.wire == "hang":
            self.owner.closing.wait()
        if answer.wire in ("hang", "drop"):
            self.close_connection = True
            return
        sent = answer.body
        if "gzip" in headers.get("accept-encoding", "") and "gzip" in headers.get("user-agent", "") and sent:
            sent = gzip.compress(sent, 1)
            answer.headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        if answer.wire == "cut":
            sent = sent[: len(sent) // 2]
            self.close_connection = True
        self.wfile.write(sent)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve
