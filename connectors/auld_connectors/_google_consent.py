"""The user's consent, asked once in the browser: OAuth 2.0 for native apps (RFC 8252), with PKCE (RFC 7636).

The browser comes back to a port of the loopback address. It may run on another machine: an ssh tunnel to that port will do.
Nothing that must stay secret is printed or logged; what a browser sends here without the right ``state`` is turned away.
"""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from google.auth.exceptions import GoogleAuthError
from google_auth_httplib2 import Request

from auld.contract import Account, Consent
from auld.errors import ConfigurationWrong, CredentialsRefused, TryLater
from auld_connectors._google_auth import (
    AUTH,
    Client,
    UserToken,
    again,
    credentials,
    is_service,
    locked,
    missing,
    read_client,
    save_token,
)
from auld_connectors._google_http import BoundedHttp, Limits
from auld_connectors._google_settings import token_file

_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>auld</title>"
    "<body style='font-family: sans-serif; margin: 4em auto; max-width: 30em'><p>{}</p></body></html>"
)
_SPEAKING = 10.0
"""Seconds that a browser may take to say what it wants."""


def authorise(account: Account, scopes: Sequence[str], consent: Consent) -> str:
    """Ask the user for these scopes and keep what was allowed; returns what to tell in the end.

    For a service account nobody is asked, it is only tried. Raises CredentialsRefused, TryLater, ConfigurationWrong.
    """
    http = BoundedHttp(Limits(), account.user_agent)
    try:
        if is_service(account):
            credentials(account, scopes).refresh(Request(http))
            return f"the service account is let in, with: {_listed(scopes)}"
        return _ask(account, scopes, consent, Request(http))
    finally:
        http.close()


def _ask(account: Account, scopes: Sequence[str], consent: Consent, request: Request) -> str:
    client, path = read_client(account), token_file(account)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    with _loopback(state, consent.port) as (port, answers):
        redirect = f"http://127.0.0.1:{port}/"
        _show(consent, _address(client, scopes, state, verifier, redirect), port)
        try:
            answer = answers.get(timeout=consent.patience)
        except queue.Empty:
            raise TryLater("no answer came from the browser; ask again when you are ready") from None
    if "code" not in answer:
        raise CredentialsRefused(f"Google was told no, or said so itself ({_word(answer.get('error', ''))})")
    got = _exchange(request, client, answer["code"], verifier, redirect)
    granted = str(got.get("scope", "")).split()
    lacking = missing(scopes, granted)
    if lacking:
        raise CredentialsRefused(
            f"these boxes were not ticked: {_listed(lacking)}; nothing was kept. Tick them all: {again(account)}"
        )
    token = UserToken(account, client, path, _kept(got, granted, account.now()))
    try:
        with locked(path):
            save_token(path, client, token, granted)
    except OSError as error:
        raise ConfigurationWrong(f"token: {path} cannot be written: {error.strerror}") from None
    return f"allowed: {_listed(granted)}. Kept in {path}, which only you can read"


def _address(client: Client, scopes: Sequence[str], state: str, verifier: str, redirect: str) -> str:
    """The page on which the user is asked. Without ``prompt=consent`` a second yes gives no refresh token."""
    digest = hashlib.sha256(verifier.encode()).digest()
    question = {
        "client_id": client.id,
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": " ".join(sorted(scopes)),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{client.auth_uri}{'&' if urlsplit(client.auth_uri).query else '?'}{urlencode(question)}"


def _show(consent: Consent, address: str, port: int) -> None:
    opened = consent.browse(address)
    consent.say("Your browser shows a page of Google's; if not, open this:" if opened else "Open this page in a browser:")
    consent.say(address)
    consent.say(
        f"The browser comes back to port {port} of this machine. If it runs on another one, type there before you agree:"
    )
    consent.say(f"    ssh -N -L {port}:127.0.0.1:{port} THIS-MACHINE")


def _exchange(request: Request, client: Client, code: str, verifier: str, redirect: str) -> dict[str, Any]:
    """The code for tokens (RFC 6749 section 4.1.3)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": redirect,
        "client_id": client.id,
        "client_secret": client.secret,
    }
    kind = {"content-type": "application/x-www-form-urlencoded"}
    try:
        reply = request(url=client.token_uri, method="POST", body=urlencode(form), headers=kind)
        got = json.loads(reply.data)
    except (GoogleAuthError, OSError, ValueError):
        got = None
    if not isinstance(got, dict) or reply.status >= 500:
        raise TryLater("Google's login cannot be reached, or does not answer as expected")
    if reply.status != 200:
        raise CredentialsRefused(f"Google does not give a token ({_word(str(got.get('error', reply.status)))}); see `client`")
    return got


def _kept(got: dict[str, Any], granted: list[str], now: datetime) -> dict[str, Any]:
    """An answer of the token endpoint (RFC 6749 section 5.1), as token files have it."""
    token, refresh, seconds = got.get("access_token"), got.get("refresh_token"), got.get("expires_in")
    if not isinstance(token, str) or not isinstance(refresh, str) or not refresh:
        raise CredentialsRefused("Google gave no lasting token; take auld's access away in your Google account, then ask again")
    end = now + timedelta(seconds=seconds if isinstance(seconds, int) else 0)
    return {"token": token, "refresh_token": refresh, "scopes": granted, "expiry": end.isoformat()}


@contextmanager
def _loopback(state: str, port: int) -> Iterator[tuple[int, queue.Queue[dict[str, str]]]]:
    """A server to which the browser brings the answer to the question that has this ``state``. Raises ConfigurationWrong."""
    answers: queue.Queue[dict[str, str]] = queue.Queue()

    class Handler(_Handler):
        expected = state
        found = answers

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise ConfigurationWrong(f"port {port} of this machine cannot be used: {error.strerror}") from None
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.server_port, answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One visit of the browser. A wrong ``state`` changes nothing: anybody on this machine can send one."""

    expected: str
    found: queue.Queue[dict[str, str]]
    timeout = _SPEAKING

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/" or not answer:
            self._reply(404, "There is nothing here.")
        elif not secrets.compare_digest(answer.get("state", "").encode(), self.expected.encode()):
            self._reply(400, "This does not belong to the question that auld asked. Go back to the terminal.")
        else:
            self._reply(200, "auld has your answer. You can close this page and go back to the terminal.")
            self.found.put(answer)

    def _reply(self, status: int, words: str) -> None:
        body = _PAGE.format(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the request line holds the code."""


def _listed(scopes: Sequence[str]) -> str:
    return ", ".join(scope.removeprefix(AUTH) for scope in sorted(scopes))


def _word(code: str) -> str:
    """A code of the other side's, which is one word; anything else is not repeated."""
    return code if code.replace("_", "").isalnum() and code.isascii() and len(code) < 50 else "without a reason"
