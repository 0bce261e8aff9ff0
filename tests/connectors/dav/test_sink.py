"""Writing: every answer to a write leads to the one right error, and no write is ever sent twice or blindly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from auld.contract import Collection, Entry, Held
from auld.errors import AuldError, CollectionGone, Conflict, CredentialsRefused, RateLimited, Refused, TryLater
from auld.testing.sinks import ENTRY, seen
from auld_connectors.caldav import CalDavAccount
from support.dav_accounts import QUICK, caldav_account, calendar
from support.hostile_dav import COLLECTION, HostileDav, Reply, dav_error

REF = f"{COLLECTION}{ENTRY.uid}.ics"
NAME = f"{ENTRY.uid}.ics"
NEW = replace(ENTRY, title="New title")


@pytest.fixture
def sink(hostile: HostileDav) -> CalDavAccount:
    return caldav_account(hostile.url, limits=QUICK)


@pytest.fixture
def collection(hostile: HostileDav) -> Collection:
    return calendar(hostile.url)


def written(sink: CalDavAccount, collection: Collection, entry: Entry = ENTRY) -> Held:
    """A follow-up in the calendar, as read back."""
    sink.create(collection, entry)
    held = sink.fetch(collection, REF)
    assert held is not None
    return held


ANSWERS = [
    (Reply(202), TryLater),
    (Reply(207), TryLater),
    (Reply(301, headers={"Location": "/x"}), TryLater),
    (Reply(302, headers={"Location": "/x"}), TryLater),
    (Reply(303, headers={"Location": "/x"}), TryLater),
    (Reply(307, headers={"Location": "/x"}), TryLater),
    (Reply(308, headers={"Location": "/x"}), TryLater),
    (Reply(400), Refused),
    (Reply(401), CredentialsRefused),
    (Reply(403), Refused),
    (dav_error(403, "C:supported-calendar-component"), Refused),
    (dav_error(403, "C:unique-scheduling-object-resource"), Conflict),
    (Reply(405), Refused),
    (Reply(408), TryLater),
    (Reply(409), Refused),
    (dav_error(409, "C:no-uid-conflict"), Conflict),
    (Reply(412), Conflict),
    (dav_error(412, "C:no-uid-conflict"), Conflict),
    (Reply(413), Refused),
    (Reply(415), Refused),
    (Reply(422), Refused),
    (Reply(423), TryLater),
    (Reply(429, headers={"Retry-After": "9"}), RateLimited),
    (Reply(500), TryLater),
    (Reply(502), TryLater),
    (Reply(503), TryLater),
    (Reply(503, headers={"Retry-After": "9"}), RateLimited),
    (Reply(507), Refused),
    (Reply(0, wire=lambda connection, stop: connection.close()), TryLater),
]
IDS = [f"{reply.status}-{error.__name__}-{number}" for number, (reply, error) in enumerate(ANSWERS)]


@pytest.mark.parametrize(("reply", "error"), ANSWERS, ids=IDS)
def test_what_an_answer_to_a_write_means(
    hostile: HostileDav, sink: CalDavAccount, collection: Collection, reply: Reply, error: type[AuldError]
) -> None:
    held = written(sink, collection)
    hostile.delete(NAME)
    hostile.log.clear()
    hostile.on("PUT", reply, times=2)
    hostile.on("DELETE", reply)
    writes: list[Callable[[], object]] = [
        lambda: sink.create(collection, ENTRY),
        lambda: sink.update(collection, held, NEW, frozenset({"title"})),
        lambda: sink.remove(collection, held),
    ]
    for write in writes:
        with pytest.raises(error):
            write()
    assert [asked.method for asked in hostile.log] == ["PUT", "PUT", "DELETE"]


def test_a_new_entry_is_stored_on_condition_that_nothing_is_there(
    hostile: HostileDav, sink: CalDavAccount, collection: Collection
) -> None:
    sink.create(collection, ENTRY)
    (asked,) = hostile.log
    assert asked.headers["if-none-match"] == "*"
    assert asked.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "if-match" not in asked.headers


@pytest.mark.parametrize(("status", "error"), [(404, CollectionGone), (410, CollectionGone)])
def test_creating_in_a_collection_that_is_gone(
    hostile: HostileDav, sink: CalDavAccount, collection: Collection, status: int, error: type[AuldError]
) -> None:
    hostile.on("PUT", Reply(status))
    with pytest.raises(error):
        sink.create(collection, ENTRY)


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_user_deleted(hostile: HostileDav, sink: CalDavAccount, collection: Collection, status: int) -> None:
    held = written(sink, collection)
    hostile.on("*", Reply(status), times=9)
    assert sink.fetch(collection, REF) is None
    with pytest.raises(Conflict):
        sink.update(collection, held, NEW, frozenset({"title"}))
    sink.remove(collection, held)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, "<html>Log in</html>"), TryLater),
        (Reply(200, ""), TryLater),
        (Reply(204), TryLater),
        (Reply(207), TryLater),
        (Reply(302, headers={"Location": "/login"}), TryLater),
        (Reply(403), CollectionGone),
        (Reply(500), TryLater),
        (Reply(401), CredentialsRefused),
    ],
)
def test_an_error_is_not_an_absence(
    hostile: HostileDav, sink: CalDavAccount, collection: Collection, reply: Reply, error: type[AuldError]
) -> None:
    written(sink, collection)
    hostile.on("GET", reply)
    with pytest.raises(error):
        sink.fetch(collection, REF)


class TestVersions:
    """Conditions need strong entity tags; without one the body is looked at right before the write."""

    def test_a_strong_tag_is_the_condition(self, hostile: HostileDav, sink: CalDavAccount, collection: Collection) -> None:
        held = written(sink, collection)
        hostile.log.clear()
        sink.update(collection, held, NEW, frozenset({"title"}))
        (asked,) = hostile.log
        assert asked.headers["if-match"] == held.item.version

    @pytest.mark.parametrize("etag", ["", 'W/"1"', '""'])
    def test_without_one_the_body_is_compared(
        self, hostile: HostileDav, sink: CalDavAccount, collection: Collection, etag: str
    ) -> None:
        written(sink, collection)
        hostile.put(NAME, hostile.items[NAME][1], etag=etag)
        held = sink.fetch(collection, REF)
        assert held is not None
        hostile.log.clear()
        sink.update(collection, held, NEW, frozenset({"title"}))
        assert [asked.method for asked in hostile.log] == ["GET", "PUT"]
        assert "if-match" not in hostile.log[1].headers
        assert seen(sink.fetch(collection, REF))[0] == "New title"

    @pytest.mark.parametrize("verb", ["update", "remove"])
    def test_a_body_that_changed_is_a_conflict(
        self, hostile: HostileDav, sink: CalDavAccount, collection: Collection, verb: str
    ) -> None:
        written(sink, collection)
        hostile.put(NAME, hostile.items[NAME][1], etag="")
        held = sink.fetch(collection, REF)
        assert held is not None
        edited = hostile.items[NAME][1].replace(b"eight weeks", b"nine weeks")
        hostile.put(NAME, edited, etag="")
        with pytest.raises(Conflict):
            if verb == "update":
                sink.update(collection, held, NEW, frozenset({"title"}))
            else:
                sink.remove(collection, held)
        assert hostile.items[NAME][1] == edited

    def test_removing_what_vanished_is_fine_without_a_tag(
        self, hostile: HostileDav, sink: CalDavAccount, collection: Collection
    ) -> None:
        held = written(sink, collection)
        hostile.delete(NAME)
        sink.remove(collection, Held(replace(held.item, version="")))
        assert hostile.asked("DELETE") == []


def test_what_others_wrote_into_the_entry_stays_byte_for_byte(
    hostile: HostileDav, sink: CalDavAccount, collection: Collection
) -> None:
    written(sink, collection)
    body = hostile.items[NAME][1].replace(b"END:VTODO", b"X-OTHER;P=1:k\xc3\xa9pt\nLOCATION:here\nEND:VTODO")
    hostile.put(NAME, body)
    held = sink.fetch(collection, REF)
    assert held is not None
    assert held.item.raw == body
    sink.update(collection, held, NEW, frozenset({"title"}))
    assert b"X-OTHER;P=1:k\xc3\xa9pt\nLOCATION:here\n" in hostile.items[NAME][1]


class TestAttachments:
    """What the user attached is too large to keep, but is never lost by a write."""

    @pytest.fixture
    def held(self, hostile: HostileDav, sink: CalDavAccount, collection: Collection) -> Held:
        written(sink, collection)
        attached = b"ATTACH;ENCODING=BASE64;VALUE=BINARY:" + b"QUJD" * 500 + b"\r\nEND:VTODO"
        hostile.put(NAME, hostile.items[NAME][1].replace(b"END:VTODO", attached))
        held = sink.fetch(collection, REF)
        assert held is not None
        hostile.log.clear()
        return held

    def test_are_not_kept(self, held: Held) -> None:
        assert b"QUJD" not in held.item.raw

    def test_are_written_back(self, hostile: HostileDav, sink: CalDavAccount, collection: Collection, held: Held) -> None:
        sink.update(collection, held, NEW, frozenset({"title"}))
        assert [asked.method for asked in hostile.log] == ["GET", "PUT"]
        assert hostile.log[1].headers["if-match"] == held.item.version
        assert b"QUJD" * 500 in hostile.items[NAME][1]
        assert seen(sink.fetch(collection, REF))[0] == "New title"

    @pytest.mark.parametrize("etag", [None, ""])
    def test_that_were_changed_are_a_conflict(
        self, hostile: HostileDav, sink: CalDavAccount, collection: Collection, held: Held, etag: str | None
    ) -> None:
        """Also where the server has no entity tags to tell."""
        if etag is not None:
            held = Held(replace(held.item, version=etag))
        hostile.put(NAME, hostile.items[NAME][1].replace(b"QUJDQUJD", b"REVGREVG", 1), etag=etag)
        with pytest.raises(Conflict):
            sink.update(collection, held, NEW, frozenset({"title"}))
        assert hostile.asked("PUT") == []

    def test_that_went_with_the_entry_are_a_conflict(
        self, hostile: HostileDav, sink: CalDavAccount, collection: Collection, held: Held
    ) -> None:
        hostile.delete(NAME)
        with pytest.raises(Conflict):
            sink.update(collection, held, NEW, frozenset({"title"}))
