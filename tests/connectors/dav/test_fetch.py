"""Fetching bodies: whatever multiget does, every item that can be had is had, and one bad item holds up no other."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from auld.contract import Collection
from auld.errors import CredentialsRefused, RateLimited, TryLater
from auld.testing.sources import Copy
from auld_connectors._dav_fetch import ahead
from support.dav_accounts import QUICK, caldav_account, calendar, card, carddav_account, event, pulled, request
from support.hostile_dav import COLLECTION, Asked, HostileDav, Reply, multistatus, row

BAD = "bad.ics"


def fill(server: HostileDav, count: int = 20) -> Collection:
    """Items ``0.ics`` … and a bad one in their middle."""
    for n in range(count):
        server.put(BAD if n == count // 2 else f"{n}.ics", event(str(n), f"Title {n}"))
    return calendar(server.url)


def names(server: HostileDav, collection: Collection, copy: Copy | None = None) -> list[str]:
    """What one pull brings, sorted."""
    items = pulled(caldav_account(server.url, limits=QUICK), collection, copy)
    return sorted(item.ref.removeprefix(COLLECTION) for item in items)


def hang(connection: socket.socket, stop: threading.Event) -> None:
    """Say nothing until the test is over."""
    stop.wait(20)


def poison(server: HostileDav, reply: Callable[[Asked], Reply]) -> None:
    """Multigets that ask for the bad item go wrong."""
    server.on("multiget", lambda asked: reply(asked) if COLLECTION + BAD in asked.hrefs else None, times=999)


def without_bad(server: HostileDav, asked: Asked, *rows: str) -> Reply:
    """An honest answer, with other rows in the place of the bad item's."""
    good = [href.removeprefix(COLLECTION) for href in asked.hrefs if not href.endswith(BAD)]
    return multistatus([*map(server.data, good), *rows])


BAD_DATA = "<getetag>x</getetag><C:calendar-data>{}</C:calendar-data>"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="left out"),
        pytest.param([row(COLLECTION + BAD, BAD_DATA.format(""))], id="empty data"),
        pytest.param([row(COLLECTION + BAD, BAD_DATA.format("  \n"))], id="blank data"),
        pytest.param([row(COLLECTION + BAD, "<getetag>x</getetag>")], id="no data"),
        pytest.param([row(COLLECTION + BAD, BAD_DATA.format("x"), prop_status=500)], id="property failed"),
        pytest.param([row(COLLECTION + BAD, status=500)], id="row failed"),
        pytest.param([row(COLLECTION + BAD, status=403)], id="row forbidden"),
    ],
)
def test_what_a_multiget_leaves_out_is_fetched_singly(hostile: HostileDav, rows: list[str]) -> None:
    collection = fill(hostile)
    poison(hostile, lambda asked: without_bad(hostile, asked, *rows))
    assert len(names(hostile, collection)) == 20
    assert [asked.path for asked in hostile.asked("GET")] == [COLLECTION + BAD]
    assert len(hostile.asked("multiget")) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(404), id="whole request 404"),
        pytest.param(Reply(400), id="400"),
        pytest.param(Reply(413), id="413"),
        pytest.param(Reply(500), id="500"),
        pytest.param(Reply(207, "<multistatus xmlns='DAV:'>\x0b</multistatus>"), id="control character"),
        pytest.param(Reply(207, b"<multistatus xmlns='DAV:'>\xff\xfe</multistatus>"), id="invalid UTF-8"),
        pytest.param(Reply(207, "<multistatus xmlns='DAV:'>"), id="cut"),
        pytest.param(Reply(0, wire=lambda connection, stop: connection.close()), id="server crashes"),
    ],
)
def test_one_bad_item_is_found_by_halving(hostile: HostileDav, reply: Reply) -> None:
    collection = fill(hostile)
    poison(hostile, lambda asked: reply)
    assert len(names(hostile, collection)) == 20
    assert [asked.path for asked in hostile.asked("GET")].count(COLLECTION + BAD) == 1
    assert len(hostile.asked("multiget")) <= 16


@pytest.mark.parametrize(
    "reply", [Reply(404), Reply(405), Reply(501), Reply(500), multistatus([])], ids=["404", "405", "501", "500", "empty"]
)
def test_without_any_multiget_all_is_fetched_singly(hostile: HostileDav, reply: Reply) -> None:
    collection = fill(hostile, 12)
    hostile.on("multiget", reply, times=999)
    assert len(names(hostile, collection)) == 12
    assert len(hostile.asked("GET")) == 12


@pytest.mark.parametrize("status", [403, 406, 500])
def test_an_item_that_cannot_be_had_is_told_and_tried_thrice_more(hostile: HostileDav, status: int) -> None:
    collection, copy = fill(hostile), Copy()
    poison(hostile, lambda asked: without_bad(hostile, asked))
    hostile.on("GET", Reply(status), times=999)
    source = caldav_account(hostile.url, limits=QUICK)
    batches = copy.pull(source, collection)
    assert len(copy.items) == 19
    assert batches[-1].notes == [f"bad.ics could not be fetched: the server answers {status}"]
    for _ in range(4):
        copy.pull(source, collection)
    assert len(hostile.asked("GET")) == 3
    copy.pull(source, collection, full=True)
    assert len(hostile.asked("GET")) == 4


def test_an_item_that_can_be_had_later_comes_later(hostile: HostileDav) -> None:
    collection, copy = fill(hostile), Copy()
    poison(hostile, lambda asked: without_bad(hostile, asked))
    hostile.on("GET", Reply(500))
    assert BAD not in names(hostile, collection, copy)
    assert names(hostile, collection, copy) == [BAD]
    hostile.log.clear()
    assert names(hostile, collection, copy) == []
    assert len(hostile.log) == 1


def test_an_item_that_goes_between_listing_and_fetching(hostile: HostileDav) -> None:
    collection, copy = fill(hostile), Copy()

    def delete_first(asked: Asked) -> None:
        if BAD in hostile.items:
            hostile.delete(BAD)

    hostile.on("multiget", delete_first)
    assert len(names(hostile, collection, copy)) == 19
    names(hostile, collection, copy)
    assert len(copy.items) == 19


def test_what_was_not_asked_for_is_dropped_and_doubles_count_once(hostile: HostileDav) -> None:
    collection = fill(hostile, 4)

    def chatty(asked: Asked) -> Reply:
        rows = [hostile.data(href.removeprefix(COLLECTION)) for href in asked.hrefs]
        strangers = ["/u/home/other/x.ics", COLLECTION + "unasked.ics", "http://evil.example" + COLLECTION + "0.ics"]
        return multistatus([*(row(s, BAD_DATA.format("BEGIN:VCALENDAR")) for s in strangers), *rows, *rows])

    hostile.on("multiget", chatty)
    assert len(names(hostile, collection)) == 4


def test_a_portal_page_is_no_item(hostile: HostileDav) -> None:
    collection = fill(hostile, 4)
    hostile.on("multiget", Reply(405))
    hostile.on("GET", Reply(200, "<html>Log in</html>", {"Content-Type": "text/html"}), times=99)
    batches = Copy().pull(caldav_account(hostile.url), collection)
    assert [item for batch in batches for item in batch.items] == []
    assert len(batches[-1].notes) == 4


def test_a_server_that_hangs_ends_the_pull(hostile: HostileDav) -> None:
    collection = fill(hostile, 64)
    hostile.on("multiget", Reply(0, wire=hang), times=999)
    with pytest.raises(TryLater):
        names(hostile, collection)
    assert len(hostile.asked("multiget")) == 3


def test_a_server_that_serves_nothing_ends_the_pull(hostile: HostileDav) -> None:
    collection = fill(hostile, 100)
    hostile.on("multiget", Reply(500), times=999)
    hostile.on("GET", Reply(500), times=999)
    with pytest.raises(TryLater):
        names(hostile, collection)
    assert len(hostile.log) < 40


@pytest.mark.parametrize(("status", "error"), [(401, CredentialsRefused), (429, RateLimited)])
@pytest.mark.parametrize("kind", ["multiget", "GET"])
def test_what_concerns_the_account_ends_the_pull(hostile: HostileDav, kind: str, status: int, error: type[Exception]) -> None:
    collection = fill(hostile, 4)
    if kind == "GET":
        hostile.on("multiget", Reply(405))
    hostile.on(kind, Reply(status))
    with pytest.raises(error):
        names(hostile, collection)
    assert len(hostile.asked(kind)) == 1


def test_many_items_come_in_many_batches_and_what_came_is_kept(hostile: HostileDav) -> None:
    collection, copy = fill(hostile, 700), Copy()
    served: list[int] = []

    def fail_third(asked: Asked) -> Reply | None:
        served.append(len(asked.hrefs))
        return Reply(429) if len(served) == 3 else None

    hostile.on("multiget", fail_third)
    with pytest.raises(RateLimited):
        copy.pull(caldav_account(hostile.url), collection)
    assert served == [100, 200, 400]
    assert len(copy.items) == 300
    assert copy.cursor is None
    batches = copy.pull(caldav_account(hostile.url), collection)
    assert sum(len(batch.items) for batch in batches) == 400
    assert len(copy.items) == 700
    assert batches[0].total == 400


def test_stopping_in_the_middle_gives_no_cursor(hostile: HostileDav) -> None:
    collection = fill(hostile, 700)
    asked = request(collection)
    stopping = type(asked)(asked.collection, None, {}, False, asked.now, lambda: len(hostile.asked("multiget")) >= 2)
    batches = list(caldav_account(hostile.url).pull(stopping))
    assert 0 < sum(len(batch.items) for batch in batches) < 700
    assert all(batch.cursor is None and batch.listing is None for batch in batches)


def test_an_unreadable_item_is_kept_beside_the_others(hostile: HostileDav) -> None:
    collection, copy = fill(hostile, 4), Copy()
    hostile.put("junk.ics", "this is no calendar")
    names(hostile, collection, copy)
    junk = copy.items[COLLECTION + "junk.ics"]
    assert (junk.observation, junk.raw) == (None, b"this is no calendar")
    assert junk.problem
    assert sum(not item.problem for item in copy.items.values()) == 4


def test_an_item_of_no_interest_has_no_problem(hostile: HostileDav) -> None:
    journal = event("j", "Diary").replace("VEVENT", "VJOURNAL").replace("DTEND:20260302T110000Z\r\n", "")
    hostile.put("j.ics", journal)
    (item,) = pulled(caldav_account(hostile.url), calendar(hostile.url))
    assert (item.observation, item.problem) == (None, "")


def test_a_card_with_a_large_photo(hostile: HostileDav) -> None:
    with HostileDav("addressbook") as server:
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 400_000
        server.put("a.vcf", card("a", "Ana").replace("END:VCARD", f"{photo}\r\nEND:VCARD"))
        server.put("b.vcf", card("b", "Bea"))
        collection = Collection(server.url, "People", frozenset({"contact"}))
        items = pulled(carddav_account(server.url), collection)
    assert [item.problem for item in items] == ["", ""]
    assert all(len(item.raw) < 2000 for item in items)


class TestAhead:
    """The thread that fetches while we parse."""

    def test_it_passes_everything_on_in_order(self) -> None:
        assert list(ahead(iter(range(50)))) == list(range(50))

    def test_it_passes_errors_on(self) -> None:
        def broken() -> Iterator[int]:
            yield 1
            raise TryLater("away")

        results = ahead(broken())
        assert next(results) == 1
        with pytest.raises(TryLater, match="away"):
            next(results)

    def test_it_stops_when_its_reader_does(self) -> None:
        made: list[int] = []

        def endless() -> Iterator[int]:
            while True:
                made.append(1)
                yield 1

        results = ahead(endless())
        next(results)
        results.close()
        assert len(made) < 10
