"""Pulling with a sync token, from servers that get RFC 6578 wrong in every known way."""

from __future__ import annotations

import pytest

from auld.contract import Collection
from auld.errors import CollectionGone, CredentialsRefused, RateLimited
from auld.testing.sources import Copy
from auld_connectors._dav_sync import Cursor, same_etag
from auld_connectors.caldav import CalDavAccount
from support.dav_accounts import QUICK, caldav_account, calendar, event, pulled, request
from support.hostile_dav import COLLECTION, Asked, HostileDav, Reply, dav_error, multistatus, row


class Sync:
    """An account that has pulled a calendar of three items, and then got its token."""

    def __init__(self, hostile: HostileDav) -> None:
        self.server = hostile
        for name in "abc":
            hostile.put(f"{name}.ics", event(name, name))
        self.source: CalDavAccount = caldav_account(hostile.url, limits=QUICK)
        self.collection: Collection = calendar(hostile.url)
        self.copy = Copy()
        self.pull()
        self.pull()
        hostile.log.clear()

    def pull(self, *, full: bool = False) -> list[str]:
        """Pull once; the names of what was brought."""
        items = pulled(self.source, self.collection, self.copy, full=full)
        return sorted(item.ref.rpartition("/")[2].removesuffix(".ics") for item in items)

    @property
    def names(self) -> list[str]:
        """The names of what is held."""
        return sorted(ref.rpartition("/")[2].removesuffix(".ics") for ref in self.copy.items)

    @property
    def kinds(self) -> list[str]:
        """What was asked of the server since the first pull."""
        return [asked.kind for asked in self.server.log]


@pytest.fixture
def sync(hostile: HostileDav) -> Sync:
    return Sync(hostile)


def test_the_report_is_as_the_rfc_wants_it(sync: Sync) -> None:
    sync.pull()
    (asked,) = sync.server.log
    assert asked.headers["depth"] == "0"
    assert b"<d:sync-level>1</d:sync-level>" in asked.body
    assert b"limit" not in asked.body
    assert b"calendar-data" not in asked.body


@pytest.mark.parametrize("status", [400, 403, 409, 412])
def test_a_refused_token_leads_to_a_listing(sync: Sync, status: int) -> None:
    sync.server.on("sync", dav_error(status, "valid-sync-token"))
    sync.server.put("d.ics", event("d", "d"))
    sync.server.delete("a.ics")
    assert sync.pull() == ["d"]
    assert sync.names == ["b", "c", "d"]
    assert sync.kinds == ["sync", "PROPFIND", "multiget"] or sync.kinds == ["sync", "PROPFIND", "GET"]
    sync.server.log.clear()
    assert sync.pull() == []
    assert sync.kinds == ["sync"]


@pytest.mark.parametrize("status", [405, 409, 415, 418, 500, 501, 502])
def test_a_failing_report_leads_to_a_listing(sync: Sync, status: int) -> None:
    sync.server.on("sync", Reply(status))
    sync.server.delete("b.ics")
    assert sync.pull() == []
    assert sync.names == ["a", "c"]


def test_a_token_that_never_works_is_given_up_until_the_next_full_pull(sync: Sync) -> None:
    sync.server.on("sync", dav_error(403, "valid-sync-token"), times=99)
    for _ in range(6):
        sync.pull()
    assert sync.kinds == ["sync", "PROPFIND"] * 3 + ["PROPFIND"] * 3
    sync.server.log.clear()
    sync.pull(full=True)
    sync.pull()
    assert sync.kinds == ["PROPFIND", "sync", "PROPFIND"]


def test_400_is_asked_again_with_depth_1_which_is_remembered(sync: Sync) -> None:
    def google(asked: Asked) -> Reply | None:
        return Reply(400) if asked.headers["depth"] == "0" else None

    sync.server.on("sync", google, times=99)
    sync.pull()
    sync.pull()
    assert [asked.headers["depth"] for asked in sync.server.asked("sync")] == ["0", "1", "1"]


class TestPages:
    """RFC 6578 section 3.6."""

    def page(self, sync: Sync, names: str, token: str) -> Reply:
        rows = [sync.server.member(f"{name}.ics") for name in names]
        return multistatus([*rows, row(COLLECTION, status=507)], token)

    def test_pages_are_fetched_until_the_end(self, sync: Sync) -> None:
        for name in "def":
            sync.server.put(f"{name}.ics", event(name, name))
        sync.server.on("sync", self.page(sync, "d", "urn:token:4"))
        sync.server.on("sync", self.page(sync, "e", "urn:token:5"))
        assert sync.pull() == ["d", "e", "f"]
        assert sync.server.asked("sync")[2].body.count(b"urn:token:5") == 1

    def test_a_token_that_stands_still_leads_to_a_listing(self, sync: Sync) -> None:
        sync.server.put("d.ics", event("d", "d"))
        sync.server.on("sync", self.page(sync, "d", "urn:token:3"), times=99)
        assert sync.pull() == ["d"]
        assert sync.kinds[:2] == ["sync", "PROPFIND"]

    def test_pages_without_end_lead_to_a_listing(self, sync: Sync) -> None:
        pages = iter(range(1000))
        sync.server.on("sync", lambda asked: self.page(sync, "a", f"urn:token:x{next(pages)}"), times=999)
        assert sync.pull() == []
        assert len(sync.server.asked("sync")) == 100
        assert sync.kinds[-1] == "PROPFIND"

    def test_an_item_that_goes_between_two_pages_is_gone(self, sync: Sync) -> None:
        first = self.page(sync, "a", "urn:token:4")
        sync.server.put("a.ics", event("a", "new"))
        first = self.page(sync, "a", "urn:token:4")
        sync.server.delete("a.ics")
        sync.server.on("sync", first)
        assert sync.pull() == []
        assert sync.names == ["b", "c"]


def test_an_answer_without_a_token_leads_to_a_listing(sync: Sync) -> None:
    sync.server.on("sync", multistatus([]))
    sync.server.put("d.ics", event("d", "d"))
    assert sync.pull() == ["d"]


def test_broken_xml_leads_to_a_listing(sync: Sync) -> None:
    sync.server.on("sync", Reply(207, "<multistatus xmlns='DAV:'>\x0b"))
    sync.server.put("d.ics", event("d", "d"))
    assert sync.pull() == ["d"]


def test_a_whole_replay_fetches_nothing(sync: Sync) -> None:
    names = list(sync.server.items)
    sync.server.on("sync", multistatus(map(sync.server.member, names), "urn:token:0"))
    assert sync.pull() == []
    assert sync.kinds == ["sync"]


def test_a_lying_no_change_is_found_by_the_full_pull(sync: Sync) -> None:
    sync.server.put("d.ics", event("d", "d"))
    sync.server.delete("a.ics")
    sync.server.on("sync", multistatus([], sync.server.token), times=9)
    assert sync.pull() == []
    assert sync.pull(full=True) == ["d"]
    assert sync.names == ["b", "c", "d"]


def test_rows_about_other_things_are_left_alone(sync: Sync) -> None:
    sync.server.put("d.ics", event("d", "d"))
    rows = [
        sync.server.itself(),
        row("http://evil.example" + COLLECTION + "e.ics", "<getetag>x</getetag>"),
        row("//evil.example" + COLLECTION + "f.ics", "<getetag>x</getetag>"),
        row("/u/home/other/g.ics", "<getetag>x</getetag>"),
        row(COLLECTION + "deep/h.ics", "<getetag>x</getetag>"),
        row(COLLECTION + "../other/i.ics", "<getetag>x</getetag>"),
        row("http://[broken/j.ics", "<getetag>x</getetag>"),
        row("", "<getetag>x</getetag>"),
        row(COLLECTION + "never-known.ics", status=404),
        sync.server.member("d.ics"),
    ]
    sync.server.on("sync", multistatus(rows, sync.server.token))
    assert sync.pull() == ["d"]
    assert sync.names == ["a", "b", "c", "d"]
    assert all("evil" not in href for asked in sync.server.log for href in asked.hrefs)


def test_what_is_named_twice_is_fetched_once(sync: Sync) -> None:
    sync.server.put("d.ics", event("d", "d"))
    rows = [sync.server.member("d.ics"), row(COLLECTION + "d.ics", "<getetag>other</getetag>")]
    sync.server.on("sync", multistatus(rows, sync.server.token))
    assert sync.pull() == ["d"]
    assert len(sync.server.asked("GET")) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_collection_is_gone_and_nothing_in_it_deleted(sync: Sync, status: int) -> None:
    sync.server.on("*", Reply(status), times=9)
    with pytest.raises(CollectionGone):
        sync.pull()
    assert sync.names == ["a", "b", "c"]


def test_a_collection_gone_by_a_row_in_a_207(sync: Sync) -> None:
    sync.server.on("*", multistatus([row(sync.server.url, status=404)], "t"), times=9)
    with pytest.raises(CollectionGone):
        sync.pull()


def test_permission_lost_is_gone_and_not_empty(sync: Sync) -> None:
    sync.server.on("*", Reply(403), times=9)
    with pytest.raises(CollectionGone, match="403"):
        sync.pull()


@pytest.mark.parametrize(("status", "error"), [(401, CredentialsRefused), (429, RateLimited)])
def test_what_concerns_the_account_is_not_worked_around(sync: Sync, status: int, error: type[Exception]) -> None:
    sync.server.on("sync", Reply(status))
    with pytest.raises(error):
        sync.pull()
    assert sync.kinds == ["sync"]


def test_no_request_once_cancelled(sync: Sync) -> None:
    sync.server.put("d.ics", event("d", "d"))
    asked = request(sync.collection, sync.copy)
    stopping = type(asked)(asked.collection, asked.cursor, asked.known, False, asked.now, lambda: bool(sync.server.log))
    batches = list(sync.source.pull(stopping))
    assert sync.kinds == ["sync"]
    assert all(batch.cursor is None for batch in batches)


@pytest.mark.parametrize("text", ["", "null", "[]", "not json", '{"v": 2, "token": "x"}', '{"token": 7}', '"fake-md5"'])
def test_a_cursor_of_another_make_is_none(hostile: HostileDav, text: str) -> None:
    assert Cursor.load(text) == Cursor()
    hostile.put("a.ics", event("a", "a"))
    assert len(pulled(caldav_account(hostile.url), calendar(hostile.url), Copy(cursor=text))) == 1
    assert hostile.asked("sync") == []


def test_a_cursor_survives_storing() -> None:
    cursor = Cursor(token='<&"', failures=1, depth=1, missed={"/x": (2, '"e"')})
    assert Cursor.load(cursor.dump()) == cursor


@pytest.mark.parametrize("spelling", ['W/"1"', "1", "%221%22", ' "1" ', 'w/"1"'])
def test_one_tag_in_many_spellings(spelling: str) -> None:
    assert same_etag(spelling, '"1"')
    assert not same_etag(spelling, '"2"')


@pytest.mark.parametrize("empty", ["", '""', "W/", " "])
def test_an_empty_tag_is_never_the_same(empty: str) -> None:
    assert not same_etag(empty, empty)
