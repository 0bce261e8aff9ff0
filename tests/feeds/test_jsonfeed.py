"""JSON Feed: both versions, whatever they are sent as; what breaks off; what only looks like one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.errors import TryLater
from auld_connectors._feed import Document, read

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://ana.example/feed.json"


def feed(*items: Any, version: str = "https://jsonfeed.org/version/1.1", **head: Any) -> bytes:
    return json.dumps({"version": version, "title": "Ana writes", **head, "items": list(items)}).encode()


def parse(body: bytes, content_type: str = "application/feed+json", cut: bool = False) -> Document:
    return read(body, {"Content-Type": content_type}, URL, NOW, cut)


ITEM = {
    "id": "https://ana.example/2026/ports",
    "url": "https://ana.example/2026/ports?utm_source=feed",
    "title": "Ports & people",
    "content_html": "<p>About <b>ports</b></p><script>x()</script>",
    "date_published": "2026-03-01T10:00:00+02:00",
}


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
@pytest.mark.parametrize("content_type", ["application/feed+json", "application/json", "text/html", "application/xml"])
def test_it_is_known_by_its_content(version: str, content_type: str) -> None:
    document = parse(feed(ITEM, version=version, home_page_url="https://Ana.example/"), content_type)
    (entry,) = document.entries
    assert (document.title, document.site, document.whole, document.skipped) == ("Ana writes", "https://ana.example/", True, 0)
    assert (entry.title, entry.link, entry.summary) == ("Ports & people", "https://ana.example/2026/ports", "About ports")
    assert (entry.published, entry.dated) == (datetime(2026, 3, 1, 8, tzinfo=UTC), True)


def test_plain_text_keeps_what_looks_like_markup() -> None:
    (entry,) = parse(feed({"id": "1", "title": "Why <b> is bold & i < 3", "content_text": "5 < 6 &amp; <i>so</i>"})).entries
    assert (entry.title, entry.summary) == ("Why <b> is bold & i < 3", "5 < 6 &amp; <i>so</i>")


def test_a_note_without_a_title_is_named_by_its_beginning() -> None:
    (entry,) = parse(feed({"id": 7, "content_text": "Sailed to Cascais today"})).entries
    assert entry.title == "Sailed to Cascais today"


def test_links_are_made_whole() -> None:
    items = [{"id": 1, "title": "a", "url": "/a"}, {"id": 2, "title": "b", "external_url": "https://other.example/b"}]
    links = [entry.link for entry in parse(feed(*items, home_page_url="https://ana.example/blog/")).entries]
    assert links == ["https://ana.example/a", "https://other.example/b"]


@pytest.mark.parametrize("date", ["yesterday", "", None, 1772438400, "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z"])
def test_a_date_that_is_none_leaves_the_entry_undated(date: object) -> None:
    (entry,) = parse(feed({**ITEM, "date_published": date})).entries
    assert (entry.published, entry.dated) == (NOW, False)


def test_the_date_of_a_change_stands_in() -> None:
    (entry,) = parse(feed({"id": 1, "title": "a", "date_modified": "2026-02-28T12:00:00"})).entries
    assert (entry.published, entry.dated) == (datetime(2026, 2, 28, 12, tzinfo=UTC), True)


def test_items_without_an_id_are_discarded_and_numbers_are_ids() -> None:
    document = parse(feed({"title": "a"}, {"id": "", "title": "b"}, {"id": True, "title": "c"}, "d", {"id": 1.5, "title": "e"}))
    assert [entry.title for entry in document.entries] == ["e"]
    assert document.skipped == 4


@pytest.mark.parametrize("keep", [1.0, 0.9, 0.5, 0.35])
def test_what_breaks_off_is_read_as_far_as_it_goes(keep: float) -> None:
    body = feed(*({"id": n, "title": f"Post {n}"} for n in range(20)), home_page_url="https://ana.example/")
    document = parse(body[: int(len(body) * keep)], cut=keep < 1)
    assert document.whole is (keep == 1)
    assert document.title == "Ana writes"
    assert [entry.title for entry in document.entries] == [f"Post {n}" for n in range(len(document.entries))]
    assert len(document.entries) > 20 * keep - 5


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": []}',
        b'{"version": "https://example.org/version/1", "items": [{"id": 1, "title": "a"}]}',
        b'{"error": "not found"}',
        b'{"version": {"https://jsonfeed.org/version/1": 1}}',
        b"{",
        b'{"a":' * 100_000,
        b'[{"version": "https://jsonfeed.org/version/1"}]',
    ],
)
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(TryLater, match="not a feed"):
        parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ITEM, "items", "version"]), inner),
    max_leaves=10,
)


@given(JSON, JSON)
def test_odd_items_never_hold_up_the_others(item: object, home: object) -> None:
    document = parse(feed(item, ITEM, home_page_url=home))
    assert document.entries[-1].title == "Ports & people"
