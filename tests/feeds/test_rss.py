"""The rss connector against a real server: asking only for what is new, knowing entries again, and every way to misbehave."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pydantic
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from auld.contract import Account, Batch, Collection, Pull, Source
from auld.errors import CollectionGone, ConfigurationWrong, CredentialsRefused, RateLimited, TryLater
from auld.observations import Mention
from auld_connectors._feed import Entry
from auld_connectors._http import Fetcher, Limits, is_local
from auld_connectors._waiting import retry_after
from auld_connectors.rss import Rss, RssSource, Settings, identify
from support.feed_server import FeedServer, Reply

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUICK = Limits(connect=1, read=0.3, total=0.6)

Story = dict[str, str]


def story(number: int, **changes: str) -> Story:
    given = {
        "id": f"tag:example.org,2026:{number}",
        "title": f"News {number}",
        "link": f"https://news.example.org/{number}",
        "summary": f"What happened in {number}",
        "published": f"2026-03-01T{number % 24:02}:00:00Z",
    }
    return {name: text for name, text in {**given, **changes}.items() if text}


def atom(*stories: Story) -> bytes:
    def entry(story: Story) -> str:
        link = f'<link href="{story["link"]}"/>' if "link" in story else ""
        return f"<entry>{link}" + "".join(f"<{k}>{v}</{k}>" for k, v in story.items() if k != "link") + "</entry>"

    body = "".join(map(entry, stories))
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Alerts</title>{body}</feed>'.encode()


class Reader:
    """What the core does with a source, in memory: it keeps items and cursor, and counts what would become events."""

    def __init__(self, url: str, person: str | None = None, **settings: Any) -> None:
        self.url = url
        self.items: dict[str, tuple[str, str]] = {}
        self.mentions: dict[str, Mention] = {}
        self.cursor: str | None = None
        self.notes: list[str] = []
        self.source = open_source(url, person=person, **settings)
        self.now = NOW

    def pull(self, full: bool = False) -> int:
        """Returns the number of changes."""
        changes = 0
        known = {ref: version for ref, (version, _) in self.items.items()}
        for batch in self.source.pull(request(self.url, self.cursor, known, full, self.now)):
            assert batch.listing is None
            assert not batch.gone
            for item in batch.items:
                assert isinstance(item.observation, Mention)
                changes += self.items.get(item.ref, ("", ""))[1] != item.fingerprint
                self.items[item.ref] = (item.version, item.fingerprint)
                self.mentions[item.ref] = item.observation
            self.cursor = batch.cursor or self.cursor
            self.notes += batch.notes
        return changes

    @property
    def titles(self) -> list[str]:
        return sorted(mention.title for mention in self.mentions.values())


def open_source(url: str, person: str | None = None, secret: str = "", **settings: Any) -> RssSource:
    parsed = Settings.model_validate({"feeds": [{"url": url, "person": person}], **settings})
    return Rss(limits=QUICK).open(Account("alerts", parsed, (lambda: secret) if secret else None, "auld/test", now=lambda: NOW))


def request(url: str, cursor: str | None, known: Mapping[str, str], full: bool = False, now: datetime = NOW) -> Pull:
    return Pull(Collection(url, "Alerts", frozenset({"mention"})), cursor, known, full, now)


@pytest.fixture
def feed(feed_server: FeedServer) -> Iterator[Reader]:
    reader = Reader(feed_server.serve("/feed", Reply(atom(story(1), story(2)))))
    yield reader
    reader.source.close()


# --- what a mention is --------------------------------------------------------------------------------------------------
def test_an_entry_becomes_a_mention(feed: Reader) -> None:
    assert isinstance(feed.source, Source)
    (batch,) = feed.source.pull(request(feed.url, None, {}))
    first, second = batch.items
    assert first.observation == Mention(
        title="News 1",
        link="https://news.example.org/1",
        summary="What happened in 1",
        published="2026-03-01T01:00:00Z",
        source="news.example.org",
        feed=feed.url,
    )
    assert first.occurred_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert json.loads(first.raw)["id"] == "tag:example.org,2026:1"
    assert first.ref != second.ref
    assert batch.total == 2


def test_collections_are_feeds_by_title_or_host(feed_server: FeedServer) -> None:
    urls = [feed_server.serve("/good", Reply(atom())), feed_server.url("/missing")]
    source = Rss(limits=QUICK).open(Account("alerts", Settings.model_validate({"feeds": urls}), now=lambda: NOW))
    assert [(c.id, c.name, set(c.kinds)) for c in source.discover()] == [
        (urls[0], "Alerts", {"mention"}),
        (urls[1], "127.0.0.1", {"mention"}),
    ]


def test_google_alerts_are_unwrapped(feed_server: FeedServer) -> None:
    link = "https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://n.example/a%3Futm_source%3Dx&amp;ct=ga&amp;usg=A"
    body = atom(story(1, link=link)).replace(b"<title>News 1", b'<title type="html">&lt;b&gt;Ada&lt;/b&gt;&amp;#39;s news')
    reader = Reader(feed_server.serve("/feed", Reply(body)), person="Ada Vale")
    reader.pull()
    (mention,) = reader.mentions.values()
    assert (mention.title, mention.link, mention.person) == ("Ada's news", "https://n.example/a", "Ada Vale")


# --- asking only for what is new ----------------------------------------------------------------------------------------
def test_a_quiet_feed_costs_one_request_and_nothing_else(feed: Reader, feed_server: FeedServer) -> None:
    assert feed.pull() == 2
    cursor = feed.cursor
    for _ in range(3):
        assert list(feed.source.pull(request(feed.url, cursor, {}))) == []
    assert feed.source.requests == len(feed_server.requests) == 4
    assert {"If-None-Match", "If-Modified-Since"} <= feed_server.requests[-1].headers.keys()
    assert feed_server.requests[-1].headers["User-Agent"] == "auld/test"


@pytest.mark.parametrize("validators", [{"etag": False}, {"modified": False}, {"etag": False, "modified": False}])
def test_without_validators_the_bodys_hash_tells(feed_server: FeedServer, validators: dict[str, bool]) -> None:
    reader = Reader(feed_server.serve("/feed", Reply(atom(story(1)), **validators)))  # type: ignore[arg-type]  # header names vary
    assert reader.pull() == 1
    assert list(reader.source.pull(request(reader.url, reader.cursor, {}))) == []


@pytest.mark.parametrize(("validators", "soon_quiet"), [("picky", True), ("volatile", True), ("deaf", False)])
def test_a_server_that_answers_200_for_ever_is_asked_in_other_ways(
    feed_server: FeedServer, validators: Any, soon_quiet: bool
) -> None:
    reader = Reader(feed_server.serve("/feed", Reply(atom(story(1)), validators=validators)))
    for _ in range(5):
        reader.pull()
    settled = reader.cursor
    assert list(reader.source.pull(request(reader.url, settled, {}))) == []
    asked = feed_server.requests[-1].headers.keys() & {"If-None-Match", "If-Modified-Since"}
    assert (len(asked) == 1) is soon_quiet


def test_a_full_pull_asks_for_everything_and_still_changes_nothing(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    cursor = feed.cursor
    assert feed.pull(full=True) == 0
    assert feed.cursor == cursor
    assert "If-None-Match" not in feed_server.requests[-1].headers


def test_a_304_may_have_a_body(feed_server: FeedServer) -> None:
    reader = Reader(feed_server.serve("/feed", Reply(atom(story(1)), body_of_304=b"surprise")))
    assert [reader.pull(), reader.pull(), reader.pull(full=True)] == [1, 0, 0]


def test_a_304_to_a_question_never_asked_is_no_answer(feed_server: FeedServer) -> None:
    with pytest.raises(TryLater, match="unchanged"):
        Reader(feed_server.serve("/feed", Reply(status=304))).pull()


@pytest.mark.parametrize("cursor", ["", "garbage", "[]", '{"ask": "x"}', '{"made_for": "0 "}', "\ud800"])
def test_a_damaged_or_foreign_cursor_starts_afresh(feed: Reader, cursor: str) -> None:
    feed.cursor = cursor
    assert feed.pull() == 2


def test_another_person_in_the_settings_is_noticed(feed: Reader) -> None:
    feed.pull()
    feed.source = open_source(feed.url, person="Ada Vale")
    assert feed.pull() == 2
    assert {mention.person for mention in feed.mentions.values()} == {"Ada Vale"}
    assert feed.pull() == 0


def test_whose_feed_it_is_comes_with_every_entry(feed_server: FeedServer) -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "home_page_url": "https://Ana.example/#top",
        "items": [{"id": 1, "title": "On tides", "url": "https://ana.example/tides"}],
    }
    url = feed_server.serve("/feed", Reply(json.dumps(body).encode(), content_type="application/feed+json"))
    feed = Reader(url)
    assert feed.pull() == 1
    (mention,) = feed.mentions.values()
    assert (mention.title, mention.site, mention.by) == ("On tides", "https://ana.example/", "")
    settings = Settings.model_validate({"feeds": [{"url": url, "by": "Ana Lima"}]})
    feed.source = Rss(limits=QUICK).open(Account("alerts", settings, now=lambda: NOW))
    assert (feed.pull(), feed.pull()) == (1, 0)
    assert [mention.by for mention in feed.mentions.values()] == ["Ana Lima"]


def test_a_feed_is_about_somebody_or_by_somebody() -> None:
    with pytest.raises(ValueError, match="either about somebody"):
        Settings.model_validate({"feeds": [{"url": "https://a.example", "person": "Ana Lima", "by": "Ana Lima"}]})


def test_cancelled_it_sends_nothing(feed: Reader) -> None:
    assert list(feed.source.pull(replace(request(feed.url, None, {}), cancelled=lambda: True))) == []
    assert feed.source.requests == 0


# --- knowing entries again ----------------------------------------------------------------------------------------------
def pulls(server: FeedServer, *documents: bytes) -> tuple[Reader, list[int]]:
    reader = Reader(server.serve("/feed", *map(Reply, documents)))
    return reader, [reader.pull() for _ in documents]


def test_feeds_rotate(feed_server: FeedServer) -> None:
    reader, changes = pulls(feed_server, atom(story(1), story(2)), atom(story(3), story(2)), atom())
    assert changes == [2, 1, 0]
    assert len(reader.items) == 3


@pytest.mark.parametrize(
    "later",
    [
        story(1, id="tag:example.org,2026:new"),
        story(1, id=""),
        story(1, id="x", published="2026-03-02T08:00:00Z"),
        story(1, published=""),
        story(1, link="https://NEWS.example.org/1?utm_source=feed#top"),
    ],
)
def test_the_same_entry_under_another_id_or_date_is_no_news(feed_server: FeedServer, later: Story) -> None:
    _, changes = pulls(feed_server, atom(story(1)), atom(later))
    assert changes == [1, 0]


@pytest.mark.parametrize(
    "later",
    [
        story(1, title="Corrected"),
        story(1, link="https://news.example.org/moved"),
        story(1, id="new", title="Corrected"),
        story(1, id="new", link="https://news.example.org/moved"),
        story(1, id="new", link=""),
    ],
)
def test_known_by_any_of_its_keys_it_is_a_change_not_a_new_entry(feed_server: FeedServer, later: Story) -> None:
    reader, changes = pulls(feed_server, atom(story(1)), atom(later), atom(story(2), later))
    assert changes == [1, 1, 1]
    assert len(reader.items) == 2


def test_the_ladder_can_be_climbed_step_by_step(feed_server: FeedServer) -> None:
    """Each step shares one key with the step before, and none with the first."""
    steps = [story(1), story(1, id="b", link="https://b.example/"), story(1, id="c", link="https://b.example/", title="C")]
    reader, changes = pulls(feed_server, *map(atom, steps))
    assert changes == [1, 1, 1]
    assert len(reader.items) == 1


def test_nothing_in_common_is_another_entry(feed_server: FeedServer) -> None:
    reader, _ = pulls(feed_server, atom(story(1)), atom(story(1, id="b", link="https://b.example/", title="B")))
    assert len(reader.items) == 2


def test_one_id_for_everything_identifies_nothing(feed_server: FeedServer) -> None:
    same = [story(number, id="same") for number in range(1, 5)]
    reader, changes = pulls(feed_server, atom(*same[:2]), atom(*same[1:3]), atom(*same[::-1]), atom(*same))
    assert changes == [2, 1, 1, 0]
    assert reader.titles == ["News 1", "News 2", "News 3", "News 4"]


def test_one_link_for_everything_identifies_nothing(feed_server: FeedServer) -> None:
    same = [story(number, link="https://news.example.org/") for number in range(1, 4)]
    reader, changes = pulls(feed_server, atom(*same[:2]), atom(*same), atom(*same[::-1]))
    assert changes == [2, 1, 0]
    assert len(reader.items) == 3


def test_the_same_entry_twice_in_a_document_counts_once(feed_server: FeedServer) -> None:
    reader, changes = pulls(feed_server, atom(story(1), story(1), story(1, id="x")), atom(story(1, id="x"), story(1)))
    assert changes == [1, 0]
    assert len(reader.items) == 1


def test_without_ids_links_and_dates_the_title_identifies_for_good(feed_server: FeedServer) -> None:
    bare = [story(number, id="", link="", published="") for number in (1, 2)]
    reader, _ = pulls(feed_server, atom(*bare))
    reader.now = NOW + timedelta(days=30)
    feed_server.serve("/feed", Reply(atom(*bare[::-1], story(3, id="", link="", published=""))))
    assert reader.pull() == 1
    assert {mention.dated for mention in reader.mentions.values()} == {False}


def test_a_link_that_is_no_web_page_is_left_out(feed_server: FeedServer) -> None:
    reader, changes = pulls(feed_server, atom(story(1, link="javascript:alert(1)"), story(2)))
    assert changes == [2]
    assert sorted(mention.link for mention in reader.mentions.values()) == ["", "https://news.example.org/2"]


def entry(keys: tuple[str, ...]) -> Entry:
    return Entry(" ".join(keys), "", "", NOW, True, "", keys, {})


KEYS = st.tuples(
    st.sampled_from(["", "i1", "i2", "i3"]), st.sampled_from(["", "l1", "l2", "l3"]), st.sampled_from(["t1", "t2", "t3"])
)
DOCUMENT = st.lists(KEYS.map(lambda keys: entry(tuple(filter(None, keys)))), max_size=6)


@given(st.lists(DOCUMENT, max_size=4))
def test_refs_are_unique_and_a_repeated_document_brings_nothing_new(documents: list[list[Entry]]) -> None:
    known: dict[str, str] = {}
    for document in documents:
        found = identify("feed", document, known)
        assert len({ref for ref, _ in found}) == len(found)
        known |= {ref: ".".join(entry.keys) for ref, entry in found}
    for document in documents[-1:]:
        again = identify("feed", document, known)
        assert {ref for ref, _ in again} <= known.keys()


# --- servers that misbehave ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), TryLater),
        (Reply(status=503), TryLater),
        (Reply(status=418), TryLater),
        (Reply(status=204), TryLater),
        (Reply(status=503, headers={"Retry-After": "120"}), RateLimited),
        (Reply(status=429), RateLimited),
        (Reply(status=401), CredentialsRefused),
        (Reply(status=403), CollectionGone),
        (Reply(status=404), CollectionGone),
        (Reply(status=410), CollectionGone),
        (Reply(b""), TryLater),
        (Reply(b"<html><body>Accept our cookies</body></html>", content_type="text/html"), TryLater),
        (Reply(atom(story(1)), cut=100), TryLater),
        (Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"}), TryLater),
        (Reply(atom(), fault="mute"), TryLater),
        (Reply(atom(), fault="hang"), TryLater),
        (Reply(b"", fault="drip"), TryLater),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), TryLater),
        (Reply(status=302, headers={"Location": "http://[broken"}), TryLater),
        (Reply(status=302), TryLater),
    ],
)
def test_a_fault_is_named_and_the_cursor_stays(
    feed: Reader, feed_server: FeedServer, reply: Reply, error: type[Exception]
) -> None:
    feed.pull()
    cursor = feed.cursor
    good = feed_server.replies["/feed"]
    feed_server.serve("/feed", replace(reply, etag=False, modified=False))
    with pytest.raises(error) as caught:
        feed.pull()
    assert type(caught.value) is error
    assert feed.url not in str(caught.value)
    assert feed.cursor == cursor
    feed_server.serve("/feed", *good)
    assert feed.pull() == 0


def test_refused_connections_and_unknown_hosts_are_for_later() -> None:
    for url in ("http://127.0.0.1:9/feed", "http://feeds.invalid/feed"):
        with pytest.raises(TryLater, match="no connection"):
            Reader(url).pull()


def test_a_packed_feed_is_unpacked_and_half_of_one_read_again(feed_server: FeedServer) -> None:
    body = atom(*(story(number, summary=random.Random(number).randbytes(200).hex()) for number in range(1, 9)))
    reader = Reader(feed_server.serve("/feed", Reply(body, cut_gzip=1200), Reply(body, packed=True)))
    first = reader.pull()
    assert 0 < first < 8
    assert first + reader.pull() == 8
    assert "If-None-Match" not in feed_server.requests[-1].headers


@pytest.mark.parametrize("fault", [{"packed": True}, {"packed": False}, {"fault": "flood"}])
def test_a_huge_feed_is_read_as_far_as_allowed(feed_server: FeedServer, fault: dict[str, Any]) -> None:
    start = atom(story(1), story(2)).removesuffix(b"</feed>")
    entry = b"<entry><title>" + (b"" if "fault" in fault else b"x" * 5_000_000)
    reader = Reader(feed_server.serve("/feed", Reply(start + entry, **fault)))
    assert reader.pull() == 2
    assert reader.notes == ["the feed is too long: only its beginning was read"]
    assert list(reader.source.pull(request(reader.url, reader.cursor, {}))) == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999", 86400),
        ("Mon, 02 Mar 2026 09:05:00 GMT", 300),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Mon, 02 Mar 2036 08:00:00 GMT", 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


# --- redirects ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_lasting_ones_remembered(feed_server: FeedServer, status: int) -> None:
    new = feed_server.serve("/new", Reply(atom(story(1))))
    reader = Reader(feed_server.redirect("/feed", new, status))
    lasting = status in {301, 308}
    assert [reader.pull(), reader.pull()] == [1, 0]
    assert len(feed_server.requests) == (3 if lasting else 4)
    assert bool(reader.notes) is lasting


def test_a_move_is_only_remembered_as_far_as_it_is_lasting(feed_server: FeedServer) -> None:
    feed_server.serve("/c", Reply(atom(story(1))))
    feed_server.redirect("/b", "/c", 302)
    reader = Reader(feed_server.redirect("/feed", "/b", 301))
    reader.pull()
    reader.pull()
    assert [request.path for request in feed_server.requests] == ["/feed", "/b", "/c", "/b", "/c"]


def test_a_feed_that_moved_and_came_back_is_found(feed_server: FeedServer) -> None:
    reader = Reader(feed_server.redirect("/feed", feed_server.serve("/new", Reply(atom(story(1)))), 301))
    reader.pull()
    feed_server.serve("/new", Reply(status=404))
    feed_server.serve("/feed", Reply(atom(story(1), story(2))))
    assert reader.pull() == 1
    reader.pull()
    assert feed_server.requests[-1].path == "/feed"


def test_a_redirect_loop_ends(feed_server: FeedServer) -> None:
    with pytest.raises(TryLater, match="more than 5 times"):
        Reader(feed_server.redirect("/feed", "/feed")).pull()
    assert len(feed_server.requests) == 6


class Elsewhere(requests.adapters.BaseAdapter):
    """The internet, as far as a test needs it: every address redirects to the same place."""

    def __init__(self, to: str) -> None:
        super().__init__()
        self.to = to
        self.sent: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        self.sent.append(request.url or "")
        response = requests.Response()
        response.status_code = 302
        response.headers["Location"] = self.to
        response.url = request.url or ""
        response.raw = io.BytesIO()
        return response

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("feed", "to", "says"),
    [
        ("https://feeds.example/a", "http://feeds.example/b", "plain http"),
        ("https://feeds.example/a", "https://127.0.0.1/b", "local network"),
        ("https://feeds.example/a", "https://[::ffff:10.0.0.1]/b", "local network"),
        ("https://feeds.example/a", "https://169.254.169.254/latest", "local network"),
        ("https://feeds.example/a", "https://router.example/b", "local network"),
        ("https://feeds.example/a", "https://other.example/b", "more than 5"),
        ("https://router.example/a", "https://127.0.0.1/b", "more than 5"),
        ("https://feeds.example/a", "gopher://feeds.example/", "nowhere"),
    ],
)
def test_a_redirect_leads_neither_to_plain_http_nor_into_the_local_network(feed: str, to: str, says: str) -> None:
    names = {"router.example": ["192.168.1.1"], "feeds.example": ["93.184.215.14"], "other.example": ["93.184.215.15"]}
    elsewhere = Elsewhere(to)
    with pytest.raises(TryLater, match=says):
        Fetcher(transport=elsewhere, resolve=lambda host: names[host]).get(feed, {}, NOW)
    assert len(elsewhere.sent) == (6 if says == "more than 5" else 1)


def test_a_name_that_stands_for_nothing_is_not_local() -> None:
    def unknown(host: str) -> list[str]:
        raise OSError(host)

    assert not is_local("nowhere.example", unknown)


# --- login and settings -------------------------------------------------------------------------------------------------
def test_a_login_goes_to_its_own_server_only(feed_server: FeedServer) -> None:
    login = "Basic " + base64.b64encode(b"me:secret").decode()
    good = Reply(atom(story(1)), login=login)
    with FeedServer() as other:
        feed_server.redirect("/feed", other.serve("/feed", Reply(atom(story(2)))))
        reader = Reader(feed_server.url("/feed"), username="me", secret="secret")
        assert reader.pull() == 1
        assert feed_server.requests[0].headers["Authorization"] == login
        assert "Authorization" not in other.requests[0].headers
    feed_server.serve("/feed", good)
    assert reader.pull() == 1
    with pytest.raises(CredentialsRefused):
        Reader(feed_server.url("/feed"), username="me", secret="wrong").pull()


def test_a_refused_password_is_tried_once_in_discovery(feed_server: FeedServer) -> None:
    urls = [feed_server.serve(f"/{number}", Reply(atom(), login="Basic x")) for number in range(4)]
    settings = Settings.model_validate({"feeds": urls, "username": "me"})
    with pytest.raises(CredentialsRefused):
        Rss().open(Account("alerts", settings, lambda: "wrong", now=lambda: NOW)).discover()
    assert len(feed_server.requests) == 1


def test_netrc_is_left_alone(feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Reader(feed_server.serve("/feed", Reply(atom()))).pull()
    assert "Authorization" not in feed_server.requests[0].headers


def test_a_user_name_needs_a_password() -> None:
    with pytest.raises(ConfigurationWrong, match="password"):
        open_source("https://feeds.example/a", username="me")


def test_a_feed_that_is_not_configured_any_more_is_gone(feed: Reader) -> None:
    with pytest.raises(CollectionGone):
        list(feed.source.pull(request("https://old.example/", None, {})))


@pytest.mark.parametrize(
    "wrong",
    [
        {"feeds": []},
        {"feeds": ["feeds.example/a"]},
        {"feeds": ["file:///etc/passwd"]},
        {"feeds": ["https://feeds.example:99999/"]},
        {"feeds": ["https://me:secret@feeds.example/"]},
        {"feeds": ["https://feeds.example/a", {"url": "https://feeds.example/a"}]},
        {"feeds": [{"url": "https://feeds.example/a", "persons": "Ada"}]},
        {"feeds": ["https://feeds.example/a"], "colour": "red"},
        {"feeds": ["https://feeds.example/a", "https://other.example/a"], "username": "me"},
        {"feeds": ["http://feeds.example/a"], "username": "me"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(pydantic.ValidationError):
        Settings.model_validate(wrong)


def test_the_origin_of_a_login() -> None:
    connector = Rss()
    public = Settings.model_validate({"feeds": ["http://feeds.example/a", {"url": "https://b.example", "person": "Ada Vale"}]})
    closed = Settings.model_validate({"feeds": ["https://Feeds.Example/a"], "username": "me"})
    assert connector.origin(public) is None
    assert connector.origin(closed) == "https://feeds.example:443"


def test_a_closed_source_can_be_closed_again(feed: Reader) -> None:
    batches: list[Batch] = list(feed.source.pull(request(feed.url, None, {})))
    assert batches
    feed.source.close()
    feed.source.close()
