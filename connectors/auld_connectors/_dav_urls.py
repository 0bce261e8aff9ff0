"""Addresses of WebDAV resources: one canonical spelling, and who is allowed to be meant by them.

Servers spell the same path differently from answer to answer (``%40`` and ``@``, upper and lower case hex, absolute and
relative). The core remembers the canonical spelling made here; a request uses the spelling that the server just gave.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

_SAFE = "@:!$&'()*+,;=~"  # what RFC 3986 section 3.3 lets stand in a path segment beside unreserved characters
_PLAIN = re.compile(r"[\w.@:!$&'()*+,;=~/-]*", re.ASCII)
_PORTS = {"http": 80, "https": 443}


def canonical_path(path: str) -> str:
    """Each segment percent-decoded once and encoded again in one way.

    A ``%2F`` inside a segment stays apart from the ``/`` between segments, ``%2540`` apart from ``%40``, and octets that are
    not UTF-8 survive, so that the result still is a path that the server knows (RFC 3986 section 6.2.2).
    """
    if _PLAIN.fullmatch(path):
        return path  # nearly always
    return "/".join(quote(unquote_to_bytes(segment), safe=_SAFE) for segment in path.split("/"))


def canonical_url(url: str, *, folder: bool = False) -> str:
    """Scheme and host in lower case, default port and fragment left out, path canonical; ``folder`` adds the last slash."""
    parts = urlsplit(url)
    path = canonical_path(parts.path) or "/"
    if folder and not path.endswith("/"):
        path += "/"
    return f"{origin(url)}{path}"


def origin(url: str) -> str:
    """``scheme://host[:port]`` (RFC 6454 section 4), the default port left out."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    return f"{scheme}://{host}" if parts.port in (None, _PORTS.get(scheme)) else f"{scheme}://{host}:{parts.port}"


def same_server(url: str, other: str) -> bool:
    """Whether both name the same server. A scheme that differs is forgiven: behind a proxy that ends TLS some servers write
    ``http://`` into their answers. Only the path of such an address is used, so nothing is sent elsewhere."""
    one, two = urlsplit(url), urlsplit(other)
    if (one.hostname or "") != (two.hostname or ""):
        return False
    return one.scheme != two.scheme or origin(url) == origin(other)


def may_follow(here: str, there: str) -> bool:
    """Whether discovery may take the password from ``here`` to ``there``: the same host (any port), and never from https
    to http. iCloud, which keeps each user on a numbered host, is the one neighbourhood that is let through."""
    one, two = urlsplit(here), urlsplit(there)
    if two.scheme not in ("http", "https") or (one.scheme == "https" and two.scheme != "https"):
        return False
    if (one.hostname or "") == (two.hostname or ""):
        return True
    return two.scheme == "https" and all((h.hostname or "").endswith(".icloud.com") for h in (one, two))


def is_loopback(url: str) -> bool:
    """Whether the host is this very machine (RFC 6761 section 6.3 for the name)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def ref_of(href: str, collection: str) -> str | None:
    """The canonical path of a member of ``collection`` (a URL that ends in a slash), or None if ``href`` names the
    collection itself, something below or beside it, or another server's resource."""
    path = _path_on(href, collection)
    folder = urlsplit(collection).path
    if path is None or not path.startswith(folder):
        return None
    name = path[len(folder) :]
    return path if name and "/" not in name else None


def is_collection(href: str, collection: str) -> bool:
    """Whether ``href`` names the collection itself, with or without its last slash."""
    path = _path_on(href, collection)
    return path is not None and path.rstrip("/") == urlsplit(collection).path.rstrip("/")


def _path_on(href: str, collection: str) -> str | None:
    """The canonical path that an href in an answer of the collection's server means; None if it is another server's."""
    href = href.strip()
    if href.startswith("/") and not href.startswith("//") and "/." not in href and "?" not in href and "#" not in href:
        return canonical_path(href)  # nearly always: spares the general way, which costs several times as much
    try:
        absolute = urljoin(collection, href)
        return canonical_path(urlsplit(absolute).path) if same_server(absolute, collection) else None
    except ValueError:
        return None


def last_segment(url: str) -> str:
    """The last path segment, for people to read."""
    segment = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return unquote_to_bytes(segment).decode("utf-8", "replace")
