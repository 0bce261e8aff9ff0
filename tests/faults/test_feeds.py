"""Bad input: *Feeds*. One feed of two is ill: the other one's news come in, and all goes on as it was afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from faults.house import House, Houses
from support.feed_server import FeedServer, Reply


def entry(
    number: int | str, *, identity: str = "{n}", link: str = "https://news.example.org/{n}", date: str = "2026-02-27"
) -> str:
    """An Atom entry; what is empty is left out."""
    ident = f"<id>tag:{identity.format(n=number)}</id>" if identity else ""
    href = f'<link href="{link.format(n=number)}"/>' if link else ""
    when = f"<published>{date}T08:00:00Z</published><updated>{date}T08:00:00Z</updated>" if date else ""
    return f"<entry>{ident}<title>Story {number}</title>{href}{when}</entry>"


def atom(*entries: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', title: str = "Ill") -> bytes:
    tag = '<feed xmlns="http://www.w3.org/2005/Atom">'
    return f"{head}{tag}<title>{title}</title><id>feed</id>{''.join(entries)}</feed>".encode()


OLD = (entry(1), entry(2))
WHOLE = atom(*OLD, entry(3))
HTML = "text/html; charset=utf-8"
ENTITIES = '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "&b;&b;&b;"><!ENTITY b "Story 3">]>'


@dataclass(frozen=True)
class Case:
    """What the ill feed answers. ``stories`` the log holds of it meanwhile."""

    name: str
    reply: Reply
    state: str = "waiting"
    says: str = ""
    notes: str = ""
    short: bool = False
    stories: frozenset[str] = frozenset({"Story 1", "Story 2"})


ALL_THREE = frozenset({"Story 1", "Story 2", "Story 3"})
CASES = [
    Case("empty 200", Reply(b""), says="Ill: the feed is empty"),
    Case("HTML", Reply(b"<!DOCTYPE html><html><body>We value your privacy</body></html>", content_type=HTML), says="web page"),
    Case("no feed", Reply(b"hello"), says="not a feed"),
    Case("truncated XML", Reply(WHOLE[:-40]), "ok"),
    Case("cut on the way", Reply(WHOLE, cut=200), says="Ill: 127.0.0.1 could not be read: the answer broke off"),
    Case("torn gzip", Reply(WHOLE, cut_gzip=60), says="broke off|not a feed|empty"),
    Case("hang", Reply(WHOLE, fault="hang"), says="did not answer in time", short=True),
    Case("mute", Reply(WHOLE, fault="mute"), says="did not answer in time", short=True),
    Case("a byte now and then", Reply(fault="drip"), says="took longer", short=True),
    Case("without end", Reply(fault="flood"), says="not a feed|empty", short=True),
    Case("entry of 5 MB", Reply(atom(*OLD, entry("3" + "x" * 5_000_000))), "ok", notes="too long: only its beginning was read"),
    Case(
        "wrong charset",
        Reply(atom(*OLD, entry(3)).replace(b"utf-8", b"utf-16")),
        "ok",
        stories=ALL_THREE,
    ),
    Case("DOCTYPE entities", Reply(atom(*OLD, "<entry><id>x</id><title>&a;</title></entry>", head=ENTITIES)), "ok"),
    Case("duplicate ids", Reply(atom(*OLD, entry(3, identity="1"), *OLD)), "ok", stories=ALL_THREE),
    Case(
        "changed ids",
        Reply(atom(entry(1, identity="new-{n}"), entry(2, identity="new-{n}"), entry(3))),
        "ok",
        stories=ALL_THREE,
    ),
    Case("no ids", Reply(atom(entry(1, identity=""), entry(2, identity=""), entry(3, identity=""))), "ok", stories=ALL_THREE),
    Case("javascript: links", Reply(atom(*OLD, entry(3, link="javascript:alert({n})"))), "ok", stories=ALL_THREE),
    Case("no date", Reply(atom(*OLD, entry(3, date=""))), "ok", stories=ALL_THREE),
    Case("date in the future", Reply(atom(*OLD, entry(3, date="2041-01-01"))), "ok", stories=ALL_THREE),
    Case("date in 1970", Reply(atom(*OLD, entry(3, date="1970-01-01"))), "ok", stories=ALL_THREE),
    Case("redirect loop", Reply(status=302, headers={"Location": "/ill"}), says="sent us on more than 5 times"),
    Case("gone", Reply(status=410), "failed", says=r"Ill: .*gone for good \(410\): take it out of the configuration"),
    Case("not there", Reply(status=404), "failed", says="answered 404: the feed is not there"),
    Case("forbidden", Reply(status=403), "failed", says="answered 403"),
    Case("wants a password", Reply(status=401), "failed", says=r"\(401\)"),
    Case("429", Reply(status=429, headers={"Retry-After": "120"}), says="come back later"),
    Case("503, 10 years", Reply(status=503, headers={"Retry-After": "315360000"}), says="come back later"),
    Case("500", Reply(status=500), says="answered 500"),
    Case("304 never asked for", Reply(status=304), says="unchanged, though"),
]


@pytest.fixture
def house(houses: Houses, feed_server: FeedServer) -> House:
    feed_server.serve("/ill", Reply(atom(*OLD)))
    feed_server.serve("/well", Reply(atom(entry("A", link=""), title="Well")))
    return houses.with_feeds(feed_server.url("/ill"), feed_server.url("/well"))


def _stories(house: House) -> list[str]:
    return [each["data"]["title"] for each in house.events("mention.observed")]


AT_FIRST = {"HTML", "hang", "gone", "wants a password", "500", "redirect loop"}


@pytest.mark.parametrize(
    ("case", "warm"),
    [
        pytest.param(case, warm, id=f"{case.name} {'later' if warm else 'at first'}")
        for case in CASES
        for warm in (0, 1)
        if warm or case.name in AT_FIRST
    ],
)
def test_a_feed(case: Case, warm: int, house: House, feed_server: FeedServer) -> None:
    for _ in range(warm):
        house.once()
    house.doors.short = case.short
    feed_server.serve("/ill", case.reply)
    feed_server.serve("/well", Reply(atom(entry("A", link=""), entry("B", link=""), title="Well")))
    house.add_healthy("bruno")
    ill = house.once(timedelta(hours=1) if case.name != "304 never asked for" else timedelta(days=1))
    house.assert_healthy(ill, "bruno")
    line = house.status()
    assert line["state"] == case.state, line
    if warm:
        assert re.search(case.says, line["error"] or ""), line
        assert set(_stories(house)) >= {"Story A", "Story B", *case.stories}
    assert {"Story A", "Story B"} <= set(_stories(house))
    assert ill.code == (0 if case.state == "ok" else 1)
    assert case.notes in " ".join(line["notes"])

    house.doors.short = False
    feed_server.serve("/ill", Reply(WHOLE))
    assert house.once(timedelta(days=1)).code == 0
    assert {"Story A", "Story B", *ALL_THREE} <= set(_stories(house))
    line = house.status()
    assert (line["state"], line["error"], line["notes"]) == ("ok", None, [])
    assert house.gone() == []
    house.assert_quiet(requests=2)
    house.assert_quiet(requests=2)
    assert house.auld("verify").exit_code == 0


def test_a_304_with_a_body(house: House, feed_server: FeedServer) -> None:
    feed_server.serve("/ill", Reply(atom(*OLD), body_of_304=b"surprise"))
    assert house.once().code == 0
    house.assert_quiet(requests=2)


def test_a_feed_that_moved(house: House, feed_server: FeedServer) -> None:
    house.once()
    feed_server.redirect("/ill", "/new", 301)
    feed_server.serve("/new", Reply(WHOLE))
    assert house.once().code == 0
    assert "Story 3" in _stories(house)
    assert "moved for good" in house.auld("status").stdout


def test_a_reused_id_with_another_story(house: House, feed_server: FeedServer) -> None:
    """The newer text counts; the log keeps both."""
    house.once()
    other = entry(1).replace("Story 1", "Another story").replace("news.example.org/1", "news.example.org/other")
    feed_server.serve("/ill", Reply(atom(other, entry(2))))
    assert house.once().code == 0
    assert {"Story 1", "Another story"} <= set(_stories(house))
    house.assert_quiet(requests=2)


def test_a_secret_in_the_address_of_a_feed_is_not_told(houses: Houses, feed_server: FeedServer) -> None:
    """The address of an alert is its password."""
    feed_server.serve("/feeds/Authorization", Reply(status=500))
    house = houses.with_feeds(feed_server.url("/feeds/Authorization"))
    assert house.once().code == 1
    assert "answered 500" in house.status()["error"]
