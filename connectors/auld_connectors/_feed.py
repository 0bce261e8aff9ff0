"""From the bytes of a feed to plain entries: text without markup, canonical links, dates in UTC, and what identifies an entry.

feedparser reads Atom, RSS 0.9x, 1.0 and 2.0, well-formed or not; it is only ever given bytes that we fetched, for a string it
might open as a file or a URL. JSON Feed it does not know (:mod:`auld_connectors._jsonfeed`). All that an entry says is a
stranger's text: markup, control and bidirectional characters and links other than http and https do not come through.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import feedparser

from auld.errors import TryLater
from auld.people import fold
from auld_connectors import _jsonfeed

LONGEST_TITLE = 300
LONGEST_SUMMARY = 600
LONGEST_LINK = 2000
LONGEST_SOURCE = 100
MOST_ENTRIES = 1000
_MOST_MARKUP = 50_000  # characters of one text that are looked at, before tags are taken out

_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>[^<]*(?:</\1\s*>)?|<!--(?:(?!-->).)*(?:-->)?", re.I | re.S)
_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.I)
_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.I)
_BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")
_TRACKING = re.compile(r"utm_\w*|gclid|fbclid|mc_\w*", re.I)
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
_ROOT_END = re.compile(rb"</\s*(?:\w+:)?(?:feed|rss|rdf)\s*>", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, cleaned. ``published`` is UTC and never in the future; ``dated`` False means that the feed gave no usable
    date and it is the time of fetching. ``keys`` are what it may be known by, strongest first: its id, its link, its title and
    week; what it lacks is left out. ``raw`` are the feed's own words, for a better parser."""

    title: str
    link: str
    summary: str
    published: datetime
    dated: bool
    source: str
    keys: tuple[str, ...]
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read. ``site`` is the canonical address of what it is the feed of, empty if it does not say. ``whole`` is False
    where it breaks off; ``skipped`` counts entries that could not be understood."""

    title: str
    site: str
    entries: tuple[Entry, ...]
    whole: bool
    skipped: int


def read(body: bytes, headers: Mapping[str, str], url: str, now: datetime, cut: bool = False) -> Document:
    """Reads a feed. Raises TryLater if it is none: an empty body, a web page (a consent or log-in page), anything else."""
    if not body.strip():
        raise TryLater("the feed is empty: the answer had no body")
    found = _opened(body, headers, url, cut)
    entries, skipped = [], max(len(found.entries) - MOST_ENTRIES, 0) + found.broken
    title = clean(found.title, LONGEST_SOURCE)
    for entry in found.entries[:MOST_ENTRIES]:
        try:
            read_entry = _entry(entry, title, now)
        except (ValueError, TypeError, AttributeError, OverflowError):  # one odd entry never holds up the others
            read_entry = None
        if read_entry is None:
            skipped += 1
        else:
            entries.append(read_entry)
    return Document(title, canonical_link(found.site), tuple(entries), found.whole, skipped)


@dataclass(frozen=True)
class _Opened:
    """A document, before its texts are looked at; ``entries`` in feedparser's shape."""

    title: object
    site: object
    entries: Sequence[Any]
    broken: int
    whole: bool


def _opened(body: bytes, headers: Mapping[str, str], url: str, cut: bool) -> _Opened:
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and (feed := _jsonfeed.parse(body, url)) is not None:
        return _Opened(feed.title, feed.site, feed.entries, feed.broken, feed.whole and not cut)
    parsed = _parse(body, headers, url)
    if not parsed.get("version"):
        page = b"<html" in body[:4096].lower() or b"<!doctype html" in body[:4096].lower()
        raise TryLater("the address answers with a web page, not with a feed" if page else "the answer is not a feed")
    # The last entry of a document that breaks off is half an entry, with half a headline: it comes back whole next time.
    whole = not cut and (not parsed.get("bozo") or bool(_ROOT_END.search(body[-512:])))
    entries = parsed.entries if whole else parsed.entries[:-1]
    return _Opened(parsed.feed.get("title"), parsed.feed.get("link"), entries, 0, whole)


def _parse(body: bytes, headers: Mapping[str, str], url: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": headers.get("Content-Type", "application/xml"), "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # whatever a parser may raise on a hostile document, the reaction is the same
        raise TryLater(f"the feed cannot be read ({type(error).__name__})") from error


def _entry(entry: Any, feed_title: str, now: datetime) -> Entry | None:
    title = clean(entry.get("title"), LONGEST_TITLE)
    body = entry.get("summary") or next((part.get("value") for part in entry.get("content") or ()), "")
    summary = clean(body, LONGEST_SUMMARY)
    link = canonical_link(entry.get("link"))
    if not title and not summary:
        return None
    title = title or summary[:80]
    claimed = _date(entry)
    published = min(claimed, now) if claimed else now
    source = clean((entry.get("source") or {}).get("title"), LONGEST_SOURCE) or _site(link) or feed_title
    raw = {name: str(dict.get(entry, name) or "")[:_MOST_MARKUP] for name in ("id", "link", "title", "published", "updated")}
    keys = tuple(_keys(str(entry.get("id") or ""), link, title, claimed))
    return Entry(
        title, link, summary, published, claimed is not None, source, keys, {**raw, "summary": str(body)[:_MOST_MARKUP]}
    )


def _date(entry: Any) -> datetime | None:
    """When the feed says that it was published, else updated. Nothing was published in a feed before there were feeds: such
    a date (often 1970) stands for none. dict.get, because feedparser's own answers one of them with another, and warns."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = dict.get(entry, name)
        if isinstance(parsed, struct_time):
            try:
                at = datetime(*parsed[:6], tzinfo=UTC)
            except (ValueError, OverflowError):
                continue
            if at.year >= 1995:
                return at
    return None


def _keys(identity: str, link: str, title: str, claimed: datetime | None) -> Iterator[str]:
    """What an entry may be known by (RFC 4287 section 4.2.6 says that its id is for ever; publishers break it). An undated
    title stands alone: a week of fetching would make it new every Monday."""
    if identity:
        yield "i" + digest(identity)
    if link:
        yield "l" + digest(link)
    week = "{}-{}".format(*claimed.isocalendar()[:2]) if claimed else ""
    yield "t" + digest(f"{fold(title) or title} {week}")


def digest(text: str) -> str:
    """64 bits of a text, in hexadecimal; enough to tell the entries of one feed apart."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _site(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def clean(text: object, longest: int) -> str:
    """One line of plain text: tags, entities, control and bidirectional characters gone, at most ``longest`` characters.

    Inline tags vanish without a trace (``<b>Ada</b>'s``), others leave a space.
    """
    if not isinstance(text, str):
        return ""
    plain = _HIDDEN.sub(" ", text[:_MOST_MARKUP])
    plain = html.unescape(_TAG.sub(" ", _INLINE.sub("", plain)))
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in _BIDI.sub("", plain))
    plain = plain.encode("utf-8", "ignore").decode("utf-8")  # half surrogates cannot be stored
    plain = _SPACE.sub(" ", plain).strip()
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def canonical_link(link: object) -> str:
    """A link as it is compared and shown: out of Google's redirect, host in lower case, without user, default port, fragment
    and tracking parameters. Empty if it is no http or https link. Applying it twice changes nothing."""
    if not isinstance(link, str) or len(link) > 2 * LONGEST_LINK:
        return ""
    while wrapped := _unwrap(link):  # a redirect may be wrapped more than once; what is inside is always shorter
        link = wrapped
    try:
        parts = urlsplit(link.strip())
        host, port, scheme = (parts.hostname or "").rstrip("."), parts.port, parts.scheme.lower()
    except ValueError:
        return ""
    if scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        netloc += f":{port}"
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.fullmatch(unquote(p.partition("=")[0])))
    # Letters beyond ASCII stay readable; what would break a line or a calendar entry is escaped.
    path = _escape(parts.path) or "/"
    canonical = urlunsplit((scheme, netloc, path, _escape(query), ""))
    return canonical if len(canonical) <= LONGEST_LINK else ""


def _escape(text: str) -> str:
    return "".join(c if c.isprintable() and c not in ' <>"\\^`{|}' else quote(c, errors="replace") for c in text)


def _unwrap(link: str) -> str:
    """The target of a ``google.com/url?…url=…`` link, empty if it is none."""
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.path != "/url" or not _GOOGLE.fullmatch(host):
        return ""
    query = parse_qs(parts.query)
    return next((query[name][0] for name in ("url", "q") if name in query), "")
