"""Subscribed calendars from a real server: asking only for what is new, and every way to misbehave."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydantic
import pytest

from auld.contract import Collection, Connector, Pull, Source
from auld.errors import CollectionGone, ConfigurationWrong, CredentialsRefused, RateLimited, TryLater
from auld.observations import Task
from auld.testing import SourcePromises
from auld_connectors._http import Limits
from auld_connectors.ics import Ics, IcsSource, Settings
from support.feed_server import FeedServer, Reply
from support.ics_feeds import COLLECTION, NOW, Reader, calendar, component, ics, open_source, read, vevent

NOTHING = (0, 0, 0)


# --- the promises, as a feed, a folder and a file -----------------------------------------------------------------------
@dataclass
class Feed:
    """A calendar by its address, of which the test writes the entries."""

    server: FeedServer
    connector: Connector = field(default_factory=Ics)
    entries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._write()

    def open(self) -> Source:
        return open_source({"url": self.server.url("/private-0123456789/basic.ics")})

    def collection(self) -> Collection:
        return self.open().discover()[0]

    def put(self, name: str, text: str) -> None:
        self.entries[name] = vevent(name, "20260310", text)
        self._write()

    def delete(self, name: str) -> None:
        del self.entries[name]
        self._write()

    def _write(self) -> None:
        self.server.serve("/private-0123456789/basic.ics", calendar(*self.entries.values()))


@dataclass
class Folder:
    """A folder with a file for each entry."""

    path: Path
    connector: Connector = field(default_factory=Ics)

    def open(self) -> Source:
        return open_source({"path": str(self.path)})

    def collection(self) -> Collection:
        return self.open().discover()[0]

    def put(self, name: str, text: str) -> None:
        (self.path / f"{name}.ics").write_bytes(ics(vevent(name, "20260310", text)))

    def delete(self, name: str) -> None:
        (self.path / f"{name}.ics").unlink()


@dataclass
class File(Folder):
    """A file with all entries."""

    entries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path /= "calendar.ics"
        self._write()

    def put(self, name: str, text: str) -> None:
        self.entries[name] = vevent(name, "20260310", text)
        self._write()

    def delete(self, name: str) -> None:
        del self.entries[name]
        self._write()

    def _write(self) -> None:
        self.path.write_bytes(ics(*self.entries.values()))


class TestFeedPromises(SourcePromises):
    @pytest.fixture
    def subject(self, feed_server: FeedServer) -> Feed:
        return Feed(feed_server)


class TestFolderPromises(SourcePromises):
    @pytest.fixture
    def subject(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path)


class TestFilePromises(SourcePromises):
    @pytest.fixture
    def subject(self, tmp_path: Path) -> File:
        return File(tmp_path)


# --- what is read -------------------------------------------------------------------------------------------------------
@pytest.fixture
def feed(feed_server: FeedServer) -> Reader:
    return read(feed_server.serve("/feed", calendar(vevent("one"), vevent("two", "20260311"))))


def test_meetings_and_tasks_are_items(feed_server: FeedServer) -> None:
    todo = component("VTODO", "UID:three", "SUMMARY:Call Ben", "DUE;VALUE=DATE:20260312")
    journal = component("VJOURNAL", "UID:four", "SUMMARY:Dear diary")
    reader = read(feed_server.serve("/feed", calendar(vevent("one"), todo, journal)))
    assert reader.pull() == (2, 0, 0)
    assert reader.refs == ["one", "three"]
    (meeting,) = reader.meetings
    assert meeting.uid == "one" and meeting.main is not None
    assert [attendee.email for attendee in meeting.main.attendees] == ["ana@example.net"]
    task = reader.copy.items["three"].observation
    assert isinstance(task, Task) and (task.title, task.due) == ("Call Ben", "2026-03-12")


def test_an_item_holds_its_own_text_with_the_zones_that_it_names(feed_server: FeedServer) -> None:
    zones = [component("VTIMEZONE", f"TZID:{name}", "X-LIC-LOCATION:x") for name in ("Office Time", "Another Place")]
    event = component("VEVENT", "UID:one", "DTSTART;TZID=Office Time:20260310T120000", "SUMMARY:x")
    reader = read(feed_server.serve("/feed", Reply(ics(*zones, event, vevent("two"), head=["METHOD:PUBLISH"]))))
    reader.pull()
    raw = reader.copy.items["one"].raw.decode()
    assert raw.startswith("BEGIN:VCALENDAR\r\n") and raw.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "TZID:Office Time" in raw and "Another Place" not in raw and "two" not in raw
    assert {meeting.method for meeting in reader.meetings} == {"publish"}


def test_a_zone_is_found_however_its_name_is_written(feed_server: FeedServer) -> None:
    """As Outlook writes it: with escapes at its definition, in quotes at the times, and both folded."""
    offset = "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0400\r\nTZOFFSETTO:+0400\r\nEND:STANDARD"
    zone = component("VTIMEZONE", "TZID:Our office\\, fi\r\n rst floor", offset)
    event = component("VEVENT", "UID:one", 'DTSTART;TZID="Our office, first fl\r\n oor":20260310T120000', "SUMMARY:x")
    reader = read(feed_server.serve("/feed", Reply(ics(zone, event))))
    reader.pull()
    (meeting,) = reader.meetings
    assert meeting.main is not None and meeting.main.zone == "+04:00"


def test_what_a_calendar_says_of_all_its_entries_holds_for_each(feed_server: FeedServer) -> None:
    event = vevent("one").replace("0000Z", "0000")
    served = [Reply(ics(event, head=[f"X-WR-TIMEZONE:{zone}"])) for zone in ("Europe/Lisbon", "Asia/Tokyo")]
    reader = read(feed_server.serve("/feed", *served))
    assert reader.pull() == (1, 0, 0)
    assert b"\r\nX-WR-TIMEZONE:Europe/Lisbon\r\n" in reader.copy.items["one"].raw
    reader.pull()
    assert b"\r\nX-WR-TIMEZONE:Asia/Tokyo\r\n" in reader.copy.items["one"].raw


def test_the_calendar_is_called_what_it_calls_itself(feed_server: FeedServer) -> None:
    named = feed_server.serve("/named", Reply(ics(vevent(), head=["X-WR-CALNAME;X-A=b:Büro\\, Lis", " boa"])))
    plain = feed_server.serve("/plain", calendar())
    assert [c.name for c in open_source({"url": named}).discover()] == ["Büro, Lisboa"]
    assert [c.name for c in open_source({"url": plain}).discover()] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + ics(vevent()),
        ics(vevent()).decode().encode("utf-16"),
        ics(vevent()).replace(b"\r\n", b"\n"),
        ics(vevent()).replace(b"\r\n", b"\r"),
        ics(vevent()).replace(b"\r\n", b"\r\r\n"),
        b"\r\n\r\n" + ics(vevent()).lower().replace(b"t120000z", b"T120000Z").replace(b"t130000z", b"T130000Z"),
        ics(vevent()).replace(b"UID:one", b"UID:o\r\n ne"),
        ics(vevent()).rstrip(),
        ics(vevent()) + ics(),
        ics().replace(b"END:VCALENDAR", vevent().encode().replace(b"END:VEVENT\r\n", b"") + b"END:VCALENDAR"),
        ics(vevent() + component("X-JUNK", "UID:other")),
        ics(vevent("one", "20260310", "Lunch with Ana", component("VALARM", "UID:alarm", "TRIGGER:-PT5M").strip())),
    ],
    ids=["bom", "utf-16", "lf", "cr", "crcrlf", "lower", "folded", "no-eol", "two-calendars", "no-end", "junk", "alarm-uid"],
)
def test_all_spellings_of_a_calendar_are_read(feed_server: FeedServer, text: bytes) -> None:
    reader = read(feed_server.serve("/feed", Reply(text)))
    assert reader.pull() == (1, 0, 0)
    assert reader.refs == ["one"]
    assert reader.problems == []
    assert [title.lower() for title in reader.titles] == ["lunch with ana"]


def test_letters_that_are_not_utf8_are_read_as_well_as_can_be(feed_server: FeedServer) -> None:
    reader = read(feed_server.serve("/feed", Reply(ics(vevent("one", "20260310", "Jos\xe9")).decode().encode("cp1252"))))
    reader.pull()
    assert reader.titles == ["José"]


def test_one_unreadable_component_does_not_stop_the_rest(feed_server: FeedServer) -> None:
    broken = component("VEVENT", "UID:broken", "DTSTART:never", "SUMMARY:?")
    reader = read(feed_server.serve("/feed", calendar(vevent("one"), broken, vevent("two"))))
    assert reader.pull() == (3, 0, 0)
    assert len(reader.problems) == 1
    assert len(reader.meetings) == 2
    feed_server.serve("/feed", calendar(vevent("one"), broken.replace("SUMMARY", "DTSTAMP:20260101T000000Z\r\nSUMMARY")))
    assert reader.pull(full=True) == (0, 0, 1)


def test_messages_about_a_meeting_are_not_the_meeting(feed_server: FeedServer) -> None:
    answer = ics(vevent("one", "20260310", "Accepted: Lunch"), head=["METHOD:REPLY"])
    reader = read(feed_server.serve("/feed", Reply(ics(vevent("one")) + answer)))
    reader.pull()
    assert reader.titles == ["Lunch with Ana"]


# --- asking only for what is new ----------------------------------------------------------------------------------------
def test_a_quiet_feed_costs_one_conditional_request_and_nothing_else(feed: Reader, feed_server: FeedServer) -> None:
    assert feed.pull() == (2, 0, 0)
    for _ in range(3):
        feed.pull()
        assert feed.batches == []
    assert feed.source.requests == len(feed_server.requests) == 4
    assert {"If-None-Match", "If-Modified-Since"} <= feed_server.requests[-1].headers.keys()
    assert feed_server.requests[-1].headers["User-Agent"] == "auld/test"


@pytest.mark.parametrize("validators", [{"etag": False}, {"modified": False}, {"etag": False, "modified": False}])
def test_without_validators_the_bytes_tell(feed_server: FeedServer, validators: dict[str, bool]) -> None:
    reader = read(feed_server.serve("/feed", calendar(vevent(), **validators)))
    reader.pull()
    reader.pull()
    assert reader.batches == []


def test_new_time_stamps_alone_are_nothing_new(feed_server: FeedServer) -> None:
    """As Google's: each request is answered with another DTSTAMP."""
    stamped = [vevent("one", "20260310", "Lunch", f"DTSTAMP:20260302T09300{n}Z", f"SEQUENCE:{n}") for n in range(4)]
    reader = read(feed_server.serve("/feed", *(calendar(event, etag=False, modified=False) for event in stamped)))
    assert reader.pull() == (1, 0, 0)
    for _ in range(2):
        reader.pull()
        assert reader.batches == []
    assert reader.pull(full=True) == NOTHING
    assert [batch for batch in reader.batches if batch.items] == []


def test_a_full_pull_asks_for_everything_and_lists_it(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    assert feed.pull(full=True) == NOTHING
    assert "If-None-Match" not in feed_server.requests[-1].headers
    assert set(feed.batches[-1].listing or ()) == set(feed.refs)


def test_only_what_changed_is_brought(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    feed_server.serve("/feed", calendar(vevent("one"), vevent("two", "20260312")))
    assert feed.pull() == (0, 1, 0)
    assert [item.ref for batch in feed.batches for item in batch.items] == ["two"]


def test_many_items_come_in_batches(feed_server: FeedServer) -> None:
    reader = read(feed_server.serve("/feed", calendar(*(vevent(f"e{n}", "20260310", f"Meeting {n}") for n in range(1200)))))
    assert reader.pull() == (1200, 0, 0)
    assert [len(batch.items) for batch in reader.batches] == [500, 500, 200, 0]
    assert [batch.cursor is None for batch in reader.batches] == [True, True, True, False]


@pytest.mark.parametrize("cursor", ["garbage", "[]", '{"ask": "x"}', '{"made_for": "0 "}', "\ud800"])
def test_a_damaged_or_foreign_cursor_starts_afresh(feed: Reader, cursor: str) -> None:
    feed.pull()
    feed.copy.cursor = cursor
    assert feed.pull() == NOTHING
    assert feed.batches[-1].listing is not None


def test_another_address_is_the_same_calendar(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    feed.source = open_source({"url": feed_server.serve("/new-address", calendar(vevent("one")))})
    assert feed.pull() == (0, 0, 1)


def test_another_parser_reads_everything_again_under_the_same_versions(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    assert feed.copy.cursor is not None
    before = dict(feed.copy.known)
    feed.copy.cursor = feed.copy.cursor.replace('"normaliser":', '"normaliser":9')
    assert feed.pull() == NOTHING
    assert sum(len(batch.items) for batch in feed.batches) == 2
    assert feed.copy.known == before


# --- what must not be believed ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"<html>BEGIN:VCALENDAR\r\nEND:VCALENDAR</html>",
        b'{"error": "no such calendar"}',
        b"OK",
        b"\0" * 4096,
    ],
)
def test_what_is_no_calendar_is_an_error_and_no_deletion(feed: Reader, feed_server: FeedServer, body: bytes) -> None:
    feed.pull()
    cursor = feed.copy.cursor
    feed_server.serve("/feed", Reply(body, content_type="text/calendar"))
    for full in (False, True):
        with pytest.raises(TryLater, match="not send a calendar"):
            feed.pull(full)
    assert (feed.refs, feed.copy.cursor) == (["one", "two"], cursor)


def test_every_truncation_of_a_feed_leaves_what_it_lacks_alone(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    whole = ics(vevent("one"), vevent("two", "20260311"))
    for end in (30, 80, 200, len(whole) // 2, len(whole) - 30, len(whole) - 5):
        feed_server.serve("/feed", Reply(whole[:end]))
        assert feed.pull() == NOTHING, end
        assert all(batch.listing is None for batch in feed.batches)
        assert "breaks off" in feed.notes[-1]
        assert feed.pull(full=True) == NOTHING
    feed_server.serve("/feed", Reply(whole))
    assert feed.pull() == NOTHING
    assert feed.batches[-1].listing is not None


def test_an_empty_calendar_is_believed_to_be_empty_of_what_is_to_come(feed: Reader, feed_server: FeedServer) -> None:
    feed.pull()
    feed_server.serve("/feed", calendar())
    assert feed.pull() == (0, 0, 2)


def test_a_feed_without_a_frame_is_read_but_never_known_to_be_whole(feed_server: FeedServer) -> None:
    reader = read(feed_server.serve("/feed", Reply((vevent("one") + vevent("two", "20260311")).encode())))
    assert reader.pull() == (2, 0, 0)
    assert all(batch.listing is None for batch in reader.batches)


def test_a_feed_that_is_too_long_is_refused(feed_server: FeedServer) -> None:
    url = feed_server.serve("/feed", calendar(vevent()))
    small = open_source({"url": url}, limits=Limits(size=100))
    with pytest.raises(TryLater, match="more than"):
        list(small.pull(Pull(COLLECTION, None, {}, True, NOW)))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), TryLater),
        (Reply(status=503, headers={"Retry-After": "120"}), RateLimited),
        (Reply(status=401), CredentialsRefused),
        (Reply(status=403), CollectionGone),
        (Reply(status=404), CollectionGone),
        (Reply(status=410), CollectionGone),
        (calendar(vevent(), cut=100), TryLater),
        (Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"}), TryLater),
        (calendar(fault="mute"), TryLater),
        (calendar(fault="hang"), TryLater),
        (Reply(fault="drip"), TryLater),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), TryLater),
        (Reply(status=304), TryLater),
    ],
)
def test_servers_that_misbehave(feed_server: FeedServer, reply: Reply, error: type[Exception]) -> None:
    url = feed_server.serve("/private-0123456789/basic.ics", reply)
    source = open_source({"url": url})
    with pytest.raises(error) as raised:
        list(source.pull(Pull(COLLECTION, None, {}, True, NOW)))
    assert "private" not in str(raised.value)


def test_packed_answers_and_redirects_are_followed(feed_server: FeedServer) -> None:
    feed_server.serve("/new", calendar(vevent(), packed=True))
    reader = read(feed_server.redirect("/old", feed_server.url("/new"), 301))
    assert reader.pull() == (1, 0, 0)
    assert "moved for good" in reader.notes[0] and "/new" not in reader.notes[0]
    reader.pull()
    assert (feed_server.requests[-1].path, len(feed_server.requests)) == ("/new", 3)
    del feed_server.replies["/new"]
    feed_server.serve("/old", calendar(vevent("two")))
    assert reader.pull() == NOTHING  # it is back; and the same lunch under another UID is no other lunch
    assert feed_server.requests[-1].path == "/old"


def test_a_calendar_that_is_not_ours_is_gone(feed: Reader) -> None:
    with pytest.raises(CollectionGone):
        list(feed.source.pull(Pull(Collection("ics:other", "x", frozenset()), None, {}, True, NOW)))


# --- addresses and settings ---------------------------------------------------------------------------------------------
def test_webcal_is_asked_by_http_on_this_machine(feed_server: FeedServer) -> None:
    reader = read(feed_server.serve("/feed", calendar(vevent())).replace("http://", "webcal://"))
    assert reader.pull() == (1, 0, 0)


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({"url": "webcal://Example.org/a.ics"}, None),
        ({"url": "webcals://example.org/a.ics", "username": "me"}, "https://example.org:443"),
        ({"url": "WEBCAL://example.org/a.ics", "username": "me"}, "https://example.org:443"),
        ({"url": " https://example.org:444/a.ics#x ", "username": "me"}, "https://example.org:444"),
        ({"url": "http://example.org/a.ics", "insecure": True}, None),
        ({"url": {"file": "/run/address"}}, None),
        ({"path": "~/calendars"}, None),
        ({"path": "/srv/calendars/work.ics"}, None),
    ],
)
def test_good_settings(settings: dict[str, Any], origin: str | None) -> None:
    assert Ics().origin(Settings.model_validate(settings)) == origin


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "either `url`"),
        ({"url": "https://example.org/a.ics", "path": "/srv/a.ics"}, "either `url`"),
        ({"url": "file:///srv/a.ics"}, "use `path`"),
        ({"url": "/srv/a.ics"}, "use `path`"),
        ({"url": "https://"}, "starts with https"),
        ({"url": "https://example.org:notaport/"}, "makes no sense"),
        ({"url": "https://example.org:0/"}, "port 0"),
        ({"url": "https://[::1/"}, "makes no sense"),
        ({"url": "http://example.org/a.ics"}, "insecure"),
        ({"url": "http://example.org/a.ics", "insecure": True, "username": "me"}, "plain http"),
        ({"url": "https://me:pw@example.org/a.ics"}, "password"),
        ({"url": ["https://example.org"]}, "must be an address"),
        ({"url": 7}, "must be an address"),
        ({"path": "calendars/work.ics"}, "absolute"),
        ({"path": "/srv/\0"}, "absolute"),
        ({"path": "/srv/a.ics", "username": "me"}, "goes with"),
        ({"url": "https://example.org/a.ics", "feeds": []}, "feeds"),
    ],
)
def test_wrong_settings_are_refused_in_words(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=words):
        Settings.model_validate(settings)


def test_a_login_is_sent(feed_server: FeedServer) -> None:
    url = feed_server.serve("/feed", calendar(vevent(), login="Basic bWU6c2VjcmV0"))
    assert Reader(open_source({"url": url, "username": "me"}, "secret")).pull() == (1, 0, 0)
    with pytest.raises(CredentialsRefused):
        Reader(open_source({"url": url, "username": "me"}, "wrong")).pull()


def test_the_address_may_be_the_secret(feed_server: FeedServer) -> None:
    secret = feed_server.serve("/private-0123456789/basic.ics", calendar(vevent()))
    reader = Reader(open_source({"url": {"file": "/run/address"}}, secret))
    assert reader.pull() == (1, 0, 0)
    told = repr((reader.source.discover(), reader.copy, reader.notes))
    assert "private-0123456789" not in told


@pytest.mark.parametrize(
    ("settings", "secret"),
    [
        ({"url": {"file": "/run/address"}}, ""),
        ({"url": {"file": "/run/address"}}, "private-0123456789"),
        ({"url": {"file": "/run/address"}}, "http://example.org/private-0123456789"),
        ({"url": {"file": "/run/address"}}, "https://example.org:private-0123456789/"),
        ({"url": "https://example.org/a", "username": "me"}, ""),
    ],
)
def test_a_secret_that_is_missing_or_no_address_is_told_without_it(settings: dict[str, Any], secret: str) -> None:
    with pytest.raises(ConfigurationWrong) as raised:
        open_source(settings, secret)
    assert "private" not in str(raised.value)


def test_a_closed_source_can_be_closed_again(feed: Reader) -> None:
    feed.pull()
    assert isinstance(feed.source, IcsSource)
    feed.source.close()
    feed.source.close()
