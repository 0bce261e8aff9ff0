"""HTTP for CalDAV and CardDAV: caldav's verbs over a session that bounds every answer in time and size and never follows a
redirect, and every failure turned into one of auld's errors.

A redirect is never followed because it silently turns a PUT into a GET, or into a PUT without a body, and then reports success.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from auld.contract import Account
from auld.errors import AuldError, CredentialsRefused, CredentialsUnavailable, RateLimited, TryLater
from auld_connectors._dav_login import Login, answer_to, login_of
from auld_connectors._dav_xml import conditions
from auld_connectors._waiting import retry_after

if TYPE_CHECKING:
    from caldav.davclient import DAVClient


class TimedOut(TryLater):
    """No answer, or not all of it, within the time allowed."""


class TooLarge(TryLater):
    """The answer is larger than anything that was asked for can be."""


class Redirected(TryLater):
    """The server says that the resource is elsewhere; ``location`` is where, as written."""

    def __init__(self, message: str, location: str) -> None:
        super().__init__(message)
        self.location = location


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that one request may take. ``slow`` replaces ``read`` where a server may have to compute for long
    before its first byte (Radicale builds its history during the first sync); ``total`` bounds the whole answer."""

    connect: float = 10.0
    read: float = 30.0
    slow: float = 180.0
    total: float = 300.0
    body: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered. ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def etag(self) -> str:
        """The entity tag as sent, so that it can be sent back (RFC 9110 section 8.8.3); empty if there is none."""
        return self.headers.get("etag", "").strip()

    def conditions(self) -> frozenset[str]:
        """Names of the preconditions that failed, by Clark name (RFC 4918 section 16)."""
        return conditions(self.body) if self.body else frozenset()


class DavHttp:
    """One account's connection to one server. Not for use by two threads at once.

    ``requests`` counts what was sent. :meth:`ask` raises TryLater, RateLimited and CredentialsRefused; every other status
    is the caller's to judge.
    """

    def __init__(self, account: Account, limits: Limits, now: Callable[[], datetime]) -> None:
        self._account = account
        self._limits = limits
        self._now = now
        self._client: DAVClient | None = None
        self._login: Login | None = None
        self.requests = 0

    def ask(
        self, verb: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, slow: bool = False
    ) -> Answer:
        """Send one request. What only reads is sent once more if a kept connection turns out to be dead; what writes never."""
        used = self._client is not None
        try:
            return self._once(verb, url, body, headers or {}, slow)
        except _Broken:
            if not used or verb in ("PUT", "DELETE"):
                raise
        return self._once(verb, url, body, headers or {}, slow)

    def close(self) -> None:
        """Give the sockets back."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _once(self, verb: str, url: str, body: bytes, headers: Mapping[str, str], slow: bool) -> Answer:
        answer = self._exchange(verb, url, body, headers, slow)
        if answer.status == 401 and self._answers(answer):
            answer = self._exchange(verb, url, body, headers, slow)  # what was refused was not done: even a write may be sent
        self._judge(answer, url)
        return answer

    def _answers(self, refusal: Answer) -> bool:
        """Whether there is another way to log in that the server asks for; it is used from now on."""
        if self._client is None or self._login is None:
            return False
        login = answer_to(refusal.headers.get("www-authenticate", ""), self._account, self._login)
        if login is None:
            return False
        self._login = login
        self._client.auth = cast(Any, login)
        return True

    def _exchange(self, verb: str, url: str, body: bytes, headers: Mapping[str, str], slow: bool) -> Answer:
        client = self._open(url)
        session: Any = client.session
        session.read_timeout = self._limits.slow if slow else self._limits.read
        session.answer = None
        self.requests += 1
        try:
            _send(client, verb, url, body, headers)
        except AuldError:
            raise
        except Exception as error:  # whatever the libraries let through: the classes are listed in _failure
            if session.answer is None:
                raise _failure(error, urlsplit(url).hostname or "") from error
        answer: Answer | None = session.answer
        session.answer = None  # nor must a large one be kept until the next request, in a daemon that waits
        if answer is None:
            raise TryLater(f"{urlsplit(url).hostname} was not asked")
        return answer

    def _open(self, url: str) -> DAVClient:
        if self._client is None:
            self._login = login_of(self._account)
            self._client = _client(self._account, self._limits, url, self._login)
        return self._client

    def _judge(self, answer: Answer, url: str) -> None:
        status = answer.status
        if 300 <= status < 400:
            location = answer.headers.get("location", "")
            raise Redirected(f"the server sends us elsewhere ({status}); `auld check --rediscover` asks it where", location)
        if status == 401:
            self.close()
            raise CredentialsRefused(f"{urlsplit(url).hostname} does not accept the user name or password (401)")
        if status in (429, 503):
            after = retry_after(answer.headers.get("retry-after"), self._now(), answer.headers.get("date", ""))
            if status == 429 or after is not None:
                raise RateLimited(f"the server asks us to wait ({status})", after)
            raise TryLater("the server is not available (503)")


class _Broken(TryLater):
    """The connection could not be made, or broke."""


def _send(client: DAVClient, verb: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    from caldav.lib.error import DAVError
    from caldav.lib.python_utilities import WireBytes

    try:
        if verb == "PUT":
            client.put(url, cast(str, WireBytes(body)), headers)  # typed str, takes both; WireBytes: line ends stay as they are
        elif verb == "DELETE":
            client.delete(url, headers)
        else:
            client.request(url, verb, cast(str, WireBytes(body)) if body else "", headers)
    except DAVError:
        # 401, 403, 429 and 503: the library raises, but the session has the answer, and it is judged with all others.
        return


def _client(account: Account, limits: Limits, url: str, login: Login) -> DAVClient:
    from caldav.davclient import DAVClient

    client = DAVClient(
        url=url,
        auth=cast(Any, login),
        ssl_verify_cert=account.settings.ca or True,
        headers={"User-Agent": account.user_agent, "Content-Type": "application/xml; charset=utf-8", "Accept": "*/*"},
        enable_rfc6764=False,
        rate_limit_handle=False,
    )
    client.session.close()
    client.session = _session(limits)
    return client


def _session(limits: Limits) -> Any:
    """A session whose answers are bounded. Defined inside, because the library is only imported at the first poll."""
    from niquests import Session
    from niquests.packages.urllib3.contrib.resolver.system import SystemResolver  # type: ignore[import-untyped, import-not-found, unused-ignore]  # untyped

    wire = _Wire()

    class WatchedResolver(SystemResolver):  # type: ignore[misc]  # its base is untyped
        """Finds addresses as the system does, and lets the wire know what was connected."""

        def create_connection(self, *given: Any, **options: Any) -> socket.socket:
            made: socket.socket = super().create_connection(*given, **options)
            wire.watch(made)
            return made

    class BoundedSession(Session):
        """Reads each answer itself and hands caldav only status and headers, so that the body is neither parsed twice nor
        logged; ``answer`` has all of it."""

        read_timeout = limits.read
        answer: Answer | None = None

        def get_redirect_target(self, resp: Any) -> None:
            """Nowhere: the library does not even prepare to follow, and the answer comes back as it is."""

        def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]  # passes all through
            options.update(stream=True, allow_redirects=False, timeout=(limits.connect, self.read_timeout))
            allowed = max(limits.total, self.read_timeout)
            end = monotonic() + allowed
            with wire.cut_after(allowed):
                response = super().request(method, url, **options)
                try:
                    body = _read(response, end, limits.body)
                finally:
                    response.close()
            headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
            self.answer = Answer(response.status_code or 0, headers, body)
            return _Bare(self.answer.status, response.headers, response.reason or "")

        def close(self) -> None:
            super().close()
            wire.release()

    # No traffic to anybody else than the configured server: no revocation look-ups, no QUIC on a hint, no cookies kept.
    session = BoundedSession(
        resolver=WatchedResolver(), disable_http3=True, revocation_configuration=None, allow_incoming_cookies=False
    )
    session.max_redirects = 0
    return session


class _Wire:
    """Cuts the connection when a request takes too long. The library's own time-outs begin anew with every byte, so that a
    server that sends its headers byte by byte would hold us for ever."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def watch(self, made: socket.socket) -> None:
        """Keep hold of a connection, by a descriptor of our own: TLS takes the first one over."""
        self.release()
        self._socket = made.dup()

    def release(self) -> None:
        """Let go of it; else it would not end when the library closes it."""
        held, self._socket = self._socket, None
        if held is not None:
            held.close()

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Raises TimedOut if what is inside fails because the time is up."""
        cut = threading.Event()

        def expire() -> None:
            cut.set()
            held = self._socket
            if held is not None:
                with suppress(OSError):  # it ended by itself just now
                    held.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if cut.is_set():
                raise TimedOut("the server's answer takes too long to arrive") from error
            raise
        finally:
            timer.cancel()


@dataclass(frozen=True, slots=True)
class _Bare:
    """A response without its body, in the shape that caldav reads."""

    status_code: int
    headers: Any
    reason: str
    content: bytes = b""
    text: str = ""


def _read(response: Any, end: float, limit: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(-1):  # -1: as it arrives, so that the clock is looked at even if one byte comes a second
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"the server's answer is larger than {limit // 1024**2} MiB")
        if monotonic() > end:
            raise TimedOut("the server's answer takes too long to arrive")
    return bytes(body)


_CERTIFICATE = re.compile(r"certificate verify failed: ([^('\"]+)")


def _failure(error: Exception, host: str) -> AuldError:
    """What the HTTP library raised, in our words. Its own text is not used: it may hold paths, headers, or what was sent."""
    from niquests import exceptions

    text = str(error).lower()
    certificate = _CERTIFICATE.search(text)
    made: tuple[tuple[bool, AuldError], ...] = (
        (
            isinstance(error, exceptions.InvalidHeader | UnicodeError),
            CredentialsUnavailable("the user name, password or token holds a character that cannot be sent"),
        ),
        (
            isinstance(error, exceptions.SSLError) or "certificate" in text or "ssl" in text,
            TryLater(f"no secure connection to {host}: {certificate[1].strip() if certificate else 'TLS failed'}"),
        ),
        (isinstance(error, exceptions.Timeout) or "timed out" in text, TimedOut(f"{host} did not answer in time")),
        (isinstance(error, exceptions.ChunkedEncodingError), _Broken(f"{host} broke off in the middle of its answer")),
        (isinstance(error, exceptions.ContentDecodingError), TryLater(f"{host} sent what cannot be decompressed")),
        ("refused" in text, _Broken(f"{host} refuses the connection")),
        ("resolve" in text or "name or service" in text, _Broken(f"the name {host} is not known")),
        (isinstance(error, OSError), _Broken(f"the connection to {host} broke")),
    )
    unknown = TryLater(f"the answer of {host} cannot be read ({type(error).__name__})")
    return next((words for fits, words in made if fits), unknown)
