"""Asking the web for one resource only if it has changed (RFC 9110 section 13.1), also of servers that do so half-heartedly.

What is remembered between two questions is a small struct that a connector keeps in its cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from auld.errors import CollectionGone, RateLimited, TryLater

if TYPE_CHECKING:
    from auld_connectors._http import Answer

_LONGEST_VALIDATOR = 512  # longer ones are not sent back: a cursor stays small
_BOTH, _ETAG, _MODIFIED, _NEITHER_HELPS = range(4)


class Conditions(msgspec.Struct, frozen=True, omit_defaults=True):
    """``ask`` is which validators to send: some servers answer 200 for ever to both, and 304 to one alone. ``url`` is where the
    server says that the resource has moved for good."""

    etag: str = ""
    modified: str = ""
    ask: int = _BOTH
    url: str = ""


C = TypeVar("C", bound=Conditions)

Get = Callable[[str, Mapping[str, str]], "Answer"]
"""Fetches a URL with these headers."""


def fetch(get: Get, url: str, known: Conditions, *, full: bool) -> tuple[Answer, str]:
    """The answer, and where to ask next time ("" for ``url``, the configured address). ``full`` asks without conditions.

    Raises TryLater, RateLimited, CredentialsRefused, CollectionGone.
    """
    headers = {} if full else _headers(known)
    place = known.url
    try:
        answer = get(place or url, headers)
    except (TryLater, CollectionGone) as error:
        if not place or isinstance(error, RateLimited):
            raise
        place, headers = "", {}  # it is not where it had moved to: is it back?
        answer = get(url, headers)
    if answer.status == 304 and not headers:
        raise TryLater("the server says that the feed is unchanged, though it was asked for all of it")
    return answer, answer.moved or place


def _headers(known: Conditions) -> dict[str, str]:
    """If-None-Match and If-Modified-Since (RFC 9110 section 13.1), or the one that the server is on speaking terms with."""
    headers = {}
    if known.etag and known.ask != _MODIFIED:
        headers["If-None-Match"] = known.etag
    if known.modified and known.ask != _ETAG:
        headers["If-Modified-Since"] = known.modified
    return headers


def still(known: C, place: str, *, asked_in_vain: bool) -> C:
    """What to remember after an unchanged body. Where it was sent although we asked for it only if it had changed, next time
    we try the other way of asking."""
    if asked_in_vain and known.etag and known.modified and known.ask != _NEITHER_HELPS:
        known = msgspec.structs.replace(known, ask=known.ask + 1)
    return msgspec.structs.replace(known, url=place)


def validators(known: C, headers: Mapping[str, str]) -> C:
    """With the validators of a new body."""
    etag, modified = _validator(headers, "ETag"), _validator(headers, "Last-Modified")
    return msgspec.structs.replace(known, etag=etag, modified=modified)


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= _LONGEST_VALIDATOR else ""


def moved(place: str, known: Conditions) -> tuple[str, ...]:
    """A note for the user, if the resource has moved since."""
    if not place or place == known.url:
        return ()
    return (f"the feed has moved for good, to {urlsplit(place).hostname}: change its address in the configuration",)
