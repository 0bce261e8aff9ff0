"""Bad input: *multiget* and *Sync report*, from a server that misbehaves as its script says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from faults.house import House, Houses, Story, card
from support.hostile_dav import COLLECTION, Asked, Fault, HostileDav, Reply, dav_error, multistatus, row

ALL = {"ada.vcf", "ben.vcf", "eve.vcf"}
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><multistatus xmlns="DAV:"><sync-token>&i;</sync-token></multistatus>'
)


@dataclass(frozen=True)
class Case:
    """Faults by the kind of request. ``state`` and ``says`` as the status tells it; ``notes`` what it remarks beside."""

    name: str
    faults: dict[str, Callable[[HostileDav], Fault] | Reply]
    state: str = "ok"
    says: str = ""
    notes: str = ""


@pytest.fixture
def server() -> Iterator[HostileDav]:
    with HostileDav("addressbook") as built:
        for name in ALL:
            built.put(name, card(name[:3], f"{name[:3].title()} Sick"))
        yield built


@pytest.fixture
def house(houses: Houses, server: HostileDav) -> House:
    return houses.beside(server.url)


def _tell(case: Case, server: HostileDav, house: House) -> None:
    def begin() -> None:
        for kind, fault in case.faults.items():
            server.on(kind, fault if isinstance(fault, Reply) else fault(server), times=1000)

    def news() -> set[str]:
        server.put("new.vcf", card("new", "Newcomer Sick"))
        server.put("ada.vcf", card("ada", "Ada Changed"))
        return {"new.vcf"}

    def end() -> None:
        assert case.notes in " ".join(house.status()["notes"]), house.status()
        assert case.notes in house.auld("status").stdout
        server.clear()

    Story(begin, end, news, case.state, case.says, full=True).run(house)
    assert house.status()["notes"] == []
    names = {each["data"]["name"] for each in house.events("contact.observed")}
    assert {"Ada Changed", "Newcomer Sick"} <= names


def _rows(edit: Callable[[HostileDav, Asked, list[str]], list[str]]) -> Callable[[HostileDav], Fault]:
    """The honest multiget, with its rows edited."""

    def made(server: HostileDav) -> Fault:
        def fault(asked: Asked) -> Reply:
            names = [href.removeprefix(COLLECTION) for href in asked.hrefs]
            return multistatus(
                edit(server, asked, [server.data(n) if n in server.items else row(COLLECTION + n, status=404) for n in names])
            )

        return fault

    return made


def _without(name: str, instead: str = "") -> Callable[[HostileDav], Fault]:
    def edit(server: HostileDav, asked: Asked, rows: list[str]) -> list[str]:
        return [each for each in rows if name not in each] + ([instead] if instead else [])

    return _rows(edit)


def _refuse_multi(reply: Reply) -> Callable[[HostileDav], Fault]:
    """Fails as long as the new item is among those asked for."""
    return lambda server: lambda asked: reply if any("new" in href for href in asked.hrefs) else None


EMPTY = row(COLLECTION + "new.vcf", "<getetag>x</getetag><A:address-data></A:address-data>")
MULTIGET = [
    Case("item missing", {"multiget": _without("new.vcf")}),
    Case("item 404", {"multiget": _without("new.vcf", row(COLLECTION + "new.vcf", status=404))}),
    Case("empty address-data", {"multiget": _without("new.vcf", EMPTY)}),
    Case(
        "unsolicited item",
        {"multiget": _rows(lambda s, a, rows: [*rows, s.data("eve.vcf"), row("/elsewhere/x.vcf", "<getetag>y</getetag>")])},
    ),
    Case("rows twice", {"multiget": _rows(lambda s, a, rows: rows + rows)}),
    Case("control characters", {"multiget": _refuse_multi(Reply(207, "<multistatus xmlns='DAV:'>\x0b</multistatus>"))}),
    Case("invalid UTF-8", {"multiget": _refuse_multi(Reply(207, b"<multistatus xmlns='DAV:'>\xff\xfe</multistatus>"))}),
    Case("XML bomb", {"multiget": Reply(207, BOMB)}),
    Case("413", {"multiget": _refuse_multi(Reply(413))}),
    Case("no multiget at all", {"multiget": Reply(501)}),
    Case(
        "one item that nobody can have",
        {
            "multiget": _without("new.vcf", row(COLLECTION + "new.vcf", status=500)),
            "GET": lambda s: lambda a: Reply(500) if "new" in a.path else None,
        },
        notes="new.vcf could not be fetched: the server answers 500",
    ),
    Case(
        "nothing can be had",
        {"multiget": Reply(500), "GET": Reply(500)},
        notes="new.vcf could not be fetched: the server answers 500",
    ),
]


@pytest.mark.parametrize("case", MULTIGET, ids=lambda case: case.name)
def test_multiget(case: Case, server: HostileDav, house: House) -> None:
    _tell(case, server, house)


def test_what_cannot_be_had_stays_in_the_status(server: HostileDav, house: House) -> None:
    """Also in cycles that bring nothing else, as long as it is so; a change of it ends it."""
    house.once()
    house.once()
    server.put("new.vcf", card("new", "Newcomer Sick"))
    server.on("multiget", Reply(500), times=1000)
    server.on("GET", lambda asked: Reply(500) if "new" in asked.path else None, times=1000)
    for number in range(5):
        server.put(f"other{number}.vcf", card(f"other{number}", "Somebody Else"))
        assert house.once(timedelta(minutes=15)).code == 0
        [note] = house.status()["notes"]
        assert note.startswith("Work: new.vcf could not be fetched")
    server.clear()
    server.put("new.vcf", card("new", "Newcomer Sick"))
    house.once(timedelta(minutes=15))
    assert house.status()["notes"] == [] and "new.vcf" in house.held()


def _report(
    edit: Callable[[HostileDav, list[str]], list[str]], token: Callable[[HostileDav], str | None]
) -> Callable[[HostileDav], Fault]:
    """A sync report of all there is, edited."""

    def made(server: HostileDav) -> Fault:
        return lambda asked: multistatus(edit(server, [server.member(name) for name in server.items]), token(server))

    return made


def _honest(server: HostileDav) -> str:
    return server.token


def _etags(spell: Callable[[str], str]) -> Callable[[HostileDav], Fault]:
    def edit(server: HostileDav, rows: list[str]) -> list[str]:
        return [
            row(COLLECTION + name, f"<getetag>{spell(etag)}</getetag><resourcetype/>")
            for name, (etag, _) in server.items.items()
        ]

    return _report(edit, _honest)


SAME = _report(lambda server, rows: [], lambda server: "urn:token:3")
SYNC = [
    Case("token unchanged though data changed", {"sync": SAME}),
    Case("token reset to 0", {"sync": _report(lambda server, rows: rows, lambda server: "urn:token:0")}),
    Case("token from the future", {"sync": _report(lambda server, rows: [], lambda server: "urn:token:99999")}),
    Case("pruned history: no change", {"sync": _report(lambda server, rows: [], _honest)}),
    Case("token rejected every time", {"sync": dav_error(403, "valid-sync-token")}),
    Case("token rejected with 412", {"sync": dav_error(412, "valid-sync-token")}),
    Case("report fails with 500", {"sync": Reply(500)}),
    Case(
        "truncated without a new token",
        {"sync": _report(lambda s, rows: [rows[0], row(COLLECTION, status=507)], lambda s: None)},
    ),
    Case(
        "truncated, the token stands still",
        {"sync": _report(lambda s, rows: [row(COLLECTION, status=507)], lambda s: "urn:token:3")},
    ),
    Case("cut without 507", {"sync": _report(lambda server, rows: rows[:1], _honest)}),
    Case(
        "404 rows of what never was",
        {"sync": _report(lambda s, rows: [*rows, row(COLLECTION + "old.vcf", status=404)], _honest)},
    ),
    Case("the collection as its own member", {"sync": _report(lambda server, rows: [server.itself(), *rows], _honest)}),
    Case("hrefs twice", {"sync": _report(lambda server, rows: rows + rows, _honest)}),
    Case(
        "foreign host",
        {"sync": _report(lambda s, r: [*r, row("http://evil.invalid/u/home/work/x.vcf", "<getetag>e</getetag>")], _honest)},
    ),
    Case("absolute hrefs", {"sync": _report(lambda s, r: [each.replace("<href>", f"<href>{s.base}") for each in r], _honest)}),
    Case(
        "relative hrefs", {"sync": _report(lambda s, r: [each.replace(f"<href>{COLLECTION}", "<href>") for each in r], _honest)}
    ),
    Case("percent-encoded hrefs", {"sync": _report(lambda s, r: [each.replace(".vcf", "%2Evcf") for each in r], _honest)}),
    Case("no getetag", {"sync": _report(lambda s, r: [row(COLLECTION + n, "<resourcetype/>") for n in s.items], _honest)}),
    Case("weak etags", {"sync": _etags(lambda etag: f"W/{etag}")}),
    Case("unquoted etags", {"sync": _etags(lambda etag: etag.strip('"'))}),
    Case("%22-quoted etags", {"sync": _etags(lambda etag: etag.replace('"', "%22"))}),
    Case("empty etags", {"sync": _etags(lambda etag: "")}),
]


@pytest.mark.parametrize("case", SYNC, ids=lambda case: case.name)
def test_sync_report(case: Case, server: HostileDav, house: House) -> None:
    _tell(case, server, house)
