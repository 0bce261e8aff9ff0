"""Pulling by listing: servers without tokens, and listings that are odd or lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from auld.contract import Collection
from auld.errors import CollectionGone, TryLater
from auld.testing.sources import Copy
from auld_connectors.caldav import CalDavAccount
from support.dav_accounts import QUICK, caldav_account, calendar, event, pulled
from support.hostile_dav import COLLECTION, HostileDav, Reply, multistatus, row


@pytest.fixture
def plain() -> Iterator[HostileDav]:
    """A server without sync tokens, with three items."""
    with HostileDav(tokens=False) as server:
        for name in "abc":
            server.put(f"{name}.ics", event(name, name))
        yield server


@pytest.fixture
def source(plain: HostileDav) -> CalDavAccount:
    return caldav_account(plain.url, limits=QUICK)


@pytest.fixture
def collection(plain: HostileDav) -> Collection:
    return calendar(plain.url)


def test_a_quiet_pull_is_one_propfind(plain: HostileDav, source: CalDavAccount, collection: Collection) -> None:
    copy = Copy()
    assert len(pulled(source, collection, copy)) == 3
    plain.log.clear()
    assert pulled(source, collection, copy) == []
    (asked,) = plain.log
    assert (asked.method, asked.headers["depth"]) == ("PROPFIND", "1")


def test_changes_and_deletions_are_seen(plain: HostileDav, source: CalDavAccount, collection: Collection) -> None:
    copy = Copy()
    pulled(source, collection, copy)
    plain.put("a.ics", event("a", "new"))
    plain.delete("b.ics")
    assert [item.ref for item in pulled(source, collection, copy)] == [COLLECTION + "a.ics"]
    assert sorted(copy.items) == [COLLECTION + "a.ics", COLLECTION + "c.ics"]


@pytest.mark.parametrize("etag", ["", '""'])
def test_without_a_tag_an_item_is_fetched_each_time(
    plain: HostileDav, source: CalDavAccount, collection: Collection, etag: str
) -> None:
    plain.put("a.ics", event("a", "a"), etag=etag)
    copy = Copy()
    pulled(source, collection, copy)
    plain.put("a.ics", event("a", "changed in silence"), etag=etag)
    (item,) = pulled(source, collection, copy)
    assert b"changed in silence" in item.raw


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda path: path.replace("@", "%40"), id="escaped at"),
        pytest.param(lambda path: path.replace("@", "%40").replace("é", "%c3%a9"), id="lower-case hex"),
        pytest.param(lambda path: path.replace("é", "%C3%A9"), id="bare at"),
        pytest.param(lambda path: path.removeprefix(COLLECTION), id="relative"),
    ],
)
def test_one_item_however_it_is_spelt(hostile: HostileDav, spell: Callable[[str], str]) -> None:
    hostile.put("a@b-é.ics", event("a", "a"))
    hostile.spell = spell
    hostile.on("GET", Reply(200, event("a", "a"), {"ETag": '"e1"'}))
    copy = Copy()
    source, collection = caldav_account(hostile.url), calendar(hostile.url)
    assert len(pulled(source, collection, copy)) == 1
    assert list(copy.items) == [COLLECTION + "a@b-%C3%A9.ics"]
    hostile.spell = lambda path: path
    assert pulled(source, collection, copy, full=True) == []
    assert list(copy.items) == [COLLECTION + "a@b-%C3%A9.ics"]


def test_odd_rows_do_not_disturb(plain: HostileDav, source: CalDavAccount, collection: Collection) -> None:
    rows = [
        plain.itself(),
        plain.member("a.ics"),
        plain.member("a.ics"),
        row(COLLECTION + "folder/", "<resourcetype><collection/></resourcetype>"),
        row(COLLECTION + "subfolder", "<resourcetype><collection/></resourcetype>"),
        row(COLLECTION + "gone.ics", status=404),
        row("http://evil.example" + COLLECTION + "x.ics", "<getetag>x</getetag>"),
        plain.member("b.ics"),
    ]
    plain.on("PROPFIND", multistatus(rows))
    copy = Copy()
    batches = copy.pull(source, collection)
    assert sorted(batches[-1].listing or {}) == [COLLECTION + "a.ics", COLLECTION + "b.ics"]
    assert len(batches[-1].notes) == 1


@pytest.mark.parametrize(("status", "error"), [(404, CollectionGone), (410, CollectionGone), (403, CollectionGone)])
@pytest.mark.parametrize("inside", [False, True])
def test_a_collection_that_is_not_there(
    plain: HostileDav, source: CalDavAccount, collection: Collection, status: int, error: type[Exception], inside: bool
) -> None:
    plain.on("PROPFIND", multistatus([row(plain.url, status=status)]) if inside else Reply(status))
    with pytest.raises(error):
        pulled(source, collection)


@pytest.mark.parametrize("status", [400, 405, 418, 423, 500, 502, 507])
def test_a_listing_that_fails(plain: HostileDav, source: CalDavAccount, collection: Collection, status: int) -> None:
    plain.on("PROPFIND", Reply(status))
    with pytest.raises(TryLater):
        pulled(source, collection)


def test_a_collection_that_became_something_else(plain: HostileDav, source: CalDavAccount, collection: Collection) -> None:
    plain.on("PROPFIND", multistatus([row(COLLECTION, "<resourcetype><collection/></resourcetype>")]))
    with pytest.raises(CollectionGone):
        pulled(source, collection)


def test_a_change_during_the_listing_is_not_lost(hostile: HostileDav) -> None:
    hostile.put("a.ics", event("a", "a"))
    source, collection, copy = caldav_account(hostile.url), calendar(hostile.url), Copy()
    pulled(source, collection, copy)

    def change_then_answer(asked: object) -> Reply:
        listing = multistatus([hostile.itself(), hostile.member("a.ics")])
        hostile.put("b.ics", event("b", "b"))
        hostile.delete("a.ics")
        return listing

    hostile.on("PROPFIND", change_then_answer)
    assert pulled(source, collection, copy) == []
    assert [item.ref for item in pulled(source, collection, copy)] == [COLLECTION + "b.ics"]
    assert hostile.log[-2].kind == "sync"
    assert list(copy.items) == [COLLECTION + "b.ics"]
