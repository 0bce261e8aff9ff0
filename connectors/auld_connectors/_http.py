"""Conditional GET with limits, for what is fetched from the open web: time, size, redirects, and who may be sent where.

requests has no limit on the whole of an answer (its time-outs start anew at every byte), none on what a body grows to when it
is unpacked, and follows a redirect from the internet into the local network. All three are kept here.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from auld.errors import CollectionGone, CredentialsRefused, RateLimited, TryLater
from auld_connectors._waiting import retry_after

PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 16384

Resolve = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two bytes, and for everything; bytes of a body once unpacked; redirects followed."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0
    size: int = 2 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 or 304. ``cut`` says that the body was longer than allowed and ends early. ``moved`` is where the server says
    that the resource now lives for good (301, 308 all the way), empty if it did not."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    moved: str


class _Session(requests.Session):
    """A session that leaves redirects alone. Even when told not to follow them, requests would look ahead, and for that read
    the whole body of the redirect, however long."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class _Login(AuthBase):
    """Sends the given Authorization, or none. It is always passed, for without one requests would look into ~/.netrc."""

    def __init__(self, login: tuple[str, str] | None) -> None:
        self._login = login

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return requests.auth.HTTPBasicAuth(*self._login)(request) if self._login else request


def origin(url: str) -> str:
    """``scheme://host:port``, lower case, with the default port written out. Raises ValueError for an impossible port."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or (443 if scheme == "https" else 80)
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}"


def is_local(host: str, resolve: Resolve) -> bool:
    """Whether a host is on this machine or in a private network: by its address, or by what its name stands for."""
    try:
        return _private(host)
    except ValueError:
        pass
    try:
        return any(_private(address) for address in resolve(host))
    except (OSError, ValueError):
        return False  # a name that stands for nothing leads nowhere


def _private(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return not (mapped or ip).is_global


def resolve(host: str) -> set[str]:
    """The addresses that a host name stands for."""
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}


class Fetcher:
    """Fetches single URLs. ``requests`` counts what was sent. ``transport`` stands in for the network in tests; ``clock`` is
    monotonic, in seconds."""

    def __init__(
        self,
        user_agent: str = "auld",
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
        resolve: Resolve = resolve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests = 0
        self._session = _Session()
        self._session.headers["User-Agent"] = user_agent
        if transport is not None:
            self._session.mount("https://", transport)
            self._session.mount("http://", transport)
        self._limits = limits or Limits()
        self._resolve = resolve
        self._clock = clock

    def get(
        self, url: str, headers: Mapping[str, str], now: datetime, *, home: str = "", login: tuple[str, str] | None = None
    ) -> Answer:
        """The body at ``url`` (200), or that it has not changed (304).

        ``home`` is the URL that the user configured: the login is sent to its origin only, and a redirect may lead into the
        local network only if it is there itself. Messages name hosts, never whole URLs: those may hold a secret.

        Raises TryLater, RateLimited, CredentialsRefused (401), CollectionGone (403, 404, 410).
        """
        home = home or url
        deadline = self._clock() + self._limits.total
        permanent, moved = True, ""
        try:
            for _ in range(self._limits.redirects + 1):
                auth = _Login(login if origin(url) == origin(home) else None)
                with self._send(url, headers, auth) as response:
                    if response.status_code not in REDIRECTS:
                        return self._answer(response, url, now, deadline, moved)
                    target = self._target(response, url, home)
                if self._clock() > deadline:
                    raise TryLater(f"{_host(url)} took longer than {self._limits.total:.0f} seconds")
                permanent = permanent and response.status_code in PERMANENT
                moved = target if permanent else moved
                url = target
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise TryLater(f"{_host(url)} could not be read: {_in_words(error)}") from error
        raise TryLater(f"{_host(home)} sent us on more than {self._limits.redirects} times")

    def close(self) -> None:
        self._session.close()

    def _send(self, url: str, headers: Mapping[str, str], auth: AuthBase) -> requests.Response:
        self.requests += 1
        return self._session.get(
            url,
            headers={"Accept-Encoding": "gzip", **headers},
            auth=auth,
            timeout=(self._limits.connect, self._limits.read),
            allow_redirects=False,
            stream=True,
        )

    def _target(self, response: requests.Response, url: str, home: str) -> str:
        location = response.headers.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace").strip()
        target = urljoin(url, location)
        scheme, host = urlsplit(target).scheme.lower(), urlsplit(target).hostname or ""
        if not location or scheme not in {"http", "https"} or not host:
            raise TryLater(f"{_host(url)} sent us on to nowhere")
        if scheme == "http" and urlsplit(url).scheme.lower() == "https":
            raise TryLater(f"{_host(url)} sent us on from https to plain http, which we do not follow")
        if is_local(host, self._resolve) and not is_local(urlsplit(home).hostname or "", self._resolve):
            raise TryLater(f"{_host(url)} sent us on into the local network, which we do not follow")
        return target

    def _answer(self, response: requests.Response, url: str, now: datetime, deadline: float, moved: str) -> Answer:
        _refuse(response, url, now)
        body, cut = (b"", False) if response.status_code == 304 else self._body(response, url, deadline)
        return Answer(response.status_code, url, response.headers, body, cut, moved)

    def _body(self, response: requests.Response, url: str, deadline: float) -> tuple[bytes, bool]:
        """The unpacked body. read1() hands over what is there; read(n) would wait for n bytes, however slowly they drip."""
        raw = cast("urllib3.HTTPResponse", response.raw)
        body = bytearray()
        while chunk := raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._limits.size:
                return bytes(body[: self._limits.size]), True
            if self._clock() > deadline:
                raise TryLater(f"{_host(url)} took longer than {self._limits.total:.0f} seconds")
        return bytes(body), False


def _refuse(response: requests.Response, url: str, now: datetime) -> None:
    """Turns every status but 200 and 304 into the error that calls for the right reaction."""
    status, host = response.status_code, _host(url)
    if status in {200, 304}:
        return
    if status == 401:
        raise CredentialsRefused(f"{host} refuses the user name or password (401)")
    if status == 410:
        raise CollectionGone(f"{host} says that the feed is gone for good (410): take it out of the configuration")
    if status in {403, 404}:
        raise CollectionGone(f"{host} answered {status}: the feed is not there, or not for us")
    wish = retry_after(response.headers.get("Retry-After"), now)
    if status == 429 or (status == 503 and wish is not None):
        raise RateLimited(f"{host} asks us to come back later ({status})", after=wish)
    raise TryLater(f"{host} answered {status}", after=wish)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "the address"
    except ValueError:
        return "the address"


def _in_words(error: Exception) -> str:
    """What went wrong, without the URL that the libraries like to quote."""
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its TLS certificate was not accepted"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return f"the answer broke off or made no sense ({type(error).__name__})"
