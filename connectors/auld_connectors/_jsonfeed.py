"""JSON Feed (jsonfeed.org, versions 1 and 1.1), read into the shape in which feedparser gives entries, which it does not know.

It is recognised by its content, for servers send it as anything. What breaks off is read as far as it goes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

_VERSION = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1')
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class JsonFeed:
    """``entries`` look like feedparser's; ``broken`` counts items that are none (the specification has those without an id
    discarded). ``whole`` is False where the document breaks off."""

    title: str
    site: str
    entries: tuple[Mapping[str, Any], ...]
    broken: int
    whole: bool


def parse(body: bytes, url: str) -> JsonFeed | None:
    """None if it is no JSON Feed. ``url`` is its address, to which links are relative."""
    text = body.decode("utf-8-sig", "replace").lstrip()
    if not text.startswith("{"):
        return None
    try:
        whole = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        return _broken_off(text, url)
    if not isinstance(whole, dict) or not _VERSION.search(f'"version":"{whole.get("version")}"'):
        return None
    items = whole.get("items")
    return _feed(whole, items if isinstance(items, list) else [], url, whole=True)


def _broken_off(text: str, url: str) -> JsonFeed | None:
    """The items that are all there, of a document that is cut."""
    start = _ITEMS.search(text)
    if start is None or not _VERSION.search(text):
        return None
    head: dict[str, Any] = {
        name: found[1] for name in ("title", "home_page_url") if (found := re.search(rf'"{name}"\s*:\s*"([^"\\]*)"', text))
    }
    return _feed(head, list(_items(text, start.end())), url, whole=False)


def _items(text: str, at: int) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    while True:
        separator = _SEPARATOR.match(text, at)
        try:
            item, at = decoder.raw_decode(text, separator.end() if separator else at)
        except (ValueError, RecursionError):
            return
        yield item


def _feed(head: Mapping[str, Any], items: list[Any], url: str, whole: bool) -> JsonFeed:
    site = head.get("home_page_url")
    base = urljoin(url, site) if isinstance(site, str) else url
    entries = tuple(_entry(item, base) for item in items if isinstance(item, dict) and _identity(item))
    return JsonFeed(_plain(head.get("title")), base if site else "", entries, len(items) - len(entries), whole)


def _entry(item: Mapping[str, Any], base: str) -> dict[str, Any]:
    link = next((item[name] for name in ("url", "external_url") if isinstance(item.get(name), str) and item[name]), "")
    summary = _plain(item.get("summary")) or item.get("content_html") or _plain(item.get("content_text"))
    return {
        "id": _identity(item),
        "link": _absolute(base, link) if link else "",
        "title": _plain(item.get("title")),
        "summary": summary if isinstance(summary, str) else "",
        "published": item.get("date_published"),
        "published_parsed": _time(item.get("date_published")),
        "updated_parsed": _time(item.get("date_modified")),
    }


def _identity(item: Mapping[str, Any]) -> str:
    """A number is taken for a text, as the specification has it; anything else is none."""
    found = item.get("id")
    return str(found).strip() if isinstance(found, (str, int, float)) and not isinstance(found, bool) else ""


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _plain(text: object) -> str:
    """Plain text, written as markup: titles and summaries hold none, and what looks like it is meant so."""
    return html.escape(text, quote=False) if isinstance(text, str) else ""


def _time(text: object) -> struct_time | None:
    """An RFC 3339 time in UTC."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        return None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).utctimetuple()
    except (ValueError, OverflowError):
        return None
