"""What the parts of the fake share: a call, an error, time, and lists that come in pages."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
Now = Callable[[], datetime]


@dataclass
class ApiError(Exception):
    """An answer that is an error, as Google words it; ``place`` is what the error is about ("parameter", "syncToken")."""

    status: int
    reason: str
    message: str = ""
    domain: str = "global"
    headers: Mapping[str, str] = field(default_factory=dict)
    place: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Call:
    """One request that is allowed and well formed. ``params``: of path and query, as values; ``headers`` in lower case."""

    name: str
    params: Json
    body: Json
    headers: Mapping[str, str]
    scopes: frozenset[str]

    def __getitem__(self, name: str) -> Any:
        return self.params.get(name)

    def only_if(self, etag: str) -> None:
        """Hold the request to its ``If-Match``."""
        wanted = self.headers.get("if-match", "*")
        if wanted not in ("*", etag):
            raise ApiError(412, "conditionNotMet", "Precondition Failed", place=("header", "If-Match"))


class Ticks:
    """Times that never stand still: each is later than the one before, even while the clock is not."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        self._last = max(self._now(), self._last + timedelta(milliseconds=1))
        return self._last


def rfc3339(at: datetime) -> str:
    """In UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def opaque(*parts: object) -> str:
    """A token that tells nothing, with characters that have to be escaped in a URL."""
    digest = hashlib.sha256(repr(parts).encode()).digest()[:14]
    return base64.b64encode(b"\xfb\xff" + digest).decode()


def merge(old: Json, patch: Json) -> Json:
    """A merge patch (RFC 7396)."""
    new = dict(old)
    for name, value in patch.items():
        if value is None:
            new.pop(name, None)
        elif isinstance(value, dict) and isinstance(new.get(name), dict):
            new[name] = merge(new[name], value)
        elif isinstance(value, dict):
            new[name] = merge({}, value)
        else:
            new[name] = value
    return new


class Pages:
    """Page tokens of one kind of list: each stands for the rest of an answer, and for the parameters that were asked with."""

    def __init__(self) -> None:
        self._rest: dict[str, tuple[Json, list[Json], Json]] = {}
        self._number = itertools.count()

    def expire(self) -> None:
        self._rest.clear()

    def first(self, params: Json, items: Sequence[Json], size: int, last: Json) -> tuple[list[Json], Json]:
        """A page, and what is said beside it: the next page's token, or, with the last page, ``last``."""
        if len(items) <= size:
            return list(items), last
        token = opaque("page", next(self._number))
        self._rest[token] = (_asked(params), list(items[size:]), last)
        return list(items[:size]), {"nextPageToken": token}

    def next(self, params: Json, size: int) -> tuple[list[Json], Json]:
        """The page that a token stands for."""
        found = self._rest.get(params["pageToken"])
        if found is None or found[0] != _asked(params):
            raise ApiError(400, "invalid", "Invalid page token value.", place=("parameter", "pageToken"))
        return self.first(params, found[1], size, found[2])


def _asked(params: Json) -> Json:
    """The parameters that must not change from page to page, nor from pull to pull."""
    free = ("pageToken", "syncToken", "maxResults", "pageSize", "alt", "prettyPrint", "fields", "quotaUser", "key")
    return {name: value for name, value in params.items() if name not in free}


@dataclass
class _Sync:
    params: Json
    after: int
    made: datetime


class Changes:
    """What changed after what, and the sync tokens that stand for a moment in between.

    ``life``: how long after the full listing its tokens are good (a token made with a token is as old as that one)."""

    def __init__(self, now: Now, life: timedelta) -> None:
        self._now = now
        self.life = life
        self.seen: dict[str, int] = {}
        self._count = 0
        self._tokens: dict[str, _Sync] = {}

    def touch(self, key: str) -> None:
        """Something changed."""
        self._count += 1
        self.seen.pop(key, None)
        self.seen[key] = self._count

    def expire(self) -> None:
        """No token is good any more."""
        self._tokens.clear()

    def token(self, params: Json) -> str:
        """A token for this moment."""
        old = self._tokens.get(params.get("syncToken", ""))
        token = opaque("sync", self._count, len(self._tokens), id(self))
        self._tokens[token] = _Sync(_asked(params), self._count, old.made if old else self._now())
        return token

    def since(self, params: Json) -> list[str] | None:
        """What changed since the token in these parameters, oldest first; None if the token is no good (any more).

        Raises ValueError if the other parameters are not those that the token was made with."""
        found = self._tokens.get(params["syncToken"])
        if found is None or self._now() - found.made > self.life:
            return None
        if found.params != _asked(params):
            raise ValueError(f"{found.params} became {_asked(params)}")
        return [key for key, number in self.seen.items() if number > found.after]
