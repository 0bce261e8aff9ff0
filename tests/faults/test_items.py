"""Bad input: *Items*. All odd bodies at once, beside healthy ones: what can be read is, what cannot is named in the status.

One world for all cases (they must not hold each other up either); each case then looks at what became of its own body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from faults.house import House, Houses, card, held_by, last, meeting
from support.hostile_dav import COLLECTION, HostileDav, row


class Faithful(HostileDav):
    """Serves bodies that fit into no XML by GET alone."""

    def data(self, name: str) -> str:
        try:
            return super().data(name)
        except UnicodeDecodeError:
            return row(COLLECTION + name, status=500)


@dataclass(frozen=True)
class Case:
    """A body, and the problem that the status tells (none: it can be read, and ``data`` is in its event)."""

    name: str
    body: str | bytes
    problem: str | None = None
    data: Any = None


def _card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def _todo(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTODO", *lines, "END:VTODO", "END:VCALENDAR", ""])


PHOTO = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * (5 * 1024 * 1024 // 4)
FOLDED = "NOTE:" + "x" * 69 + "é"
SPLIT = FOLDED.encode()[:75] + b"\r\n " + FOLDED.encode()[75:]

CARDS = [
    Case("no UID", _card("FN:Ida No"), data={"name": "Ida No"}),
    Case("two UIDs", _card("UID:one", "UID:two", "FN:Ida Two"), data={"name": "Ida Two"}),
    Case("same UID in two hrefs 1", _card("UID:twin", "FN:Twin"), data={"uid": "twin"}),
    Case("same UID in two hrefs 2", _card("UID:twin", "FN:Twin"), data={"uid": "twin"}),
    Case("UID with odd characters", _card("UID:a/b@c d\\ne", "FN:Odd"), data={"name": "Odd"}),
    Case("UID of 1000 characters", _card("UID:" + "u" * 1000, "FN:Long"), data={"uid": "u" * 1000}),
    Case("no FN", _card("UID:nofn", "N:Lima;Ana;;;"), data={"name": "Ana Lima"}),
    Case("photo of 5 MB", _card("UID:photo", "FN:Photo", PHOTO), data={"name": "Photo"}),
    Case(
        "2.1 quoted-printable",
        _card("UID:qp", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9 =\r\nLima", version="2.1"),
        data={"name": "José Lima"},
    ),
    Case("version 4.0", _card("UID:four", "FN:Four", "KIND:individual", version="4.0"), data={"name": "Four"}),
    Case("latin-1", _card("UID:latin", "FN:José").encode("latin-1"), data={"name": "José"}),
    Case("BOM", b"\xef\xbb\xbf" + _card("UID:bom", "FN:Bom").encode(), data={"name": "Bom"}),
    Case("LF only", _card("UID:lf", "FN:Lf").replace("\r\n", "\n"), data={"name": "Lf"}),
    Case(
        "folded inside a letter",
        _card("UID:fold", "FN:Fold", "NOTE:@").encode().replace(b"NOTE:@", SPLIT),
        data={"name": "Fold"},
    ),
    Case("groups and labels", _card("UID:group", "item1.FN:Group", "item1.X-ABLabel:_$!<Home>!$_"), data={"name": "Group"}),
    Case(
        "X-ABDATE with its label",
        _card("UID:date", "FN:Date", "item1.X-ABDATE:2012-08-16", "item1.X-ABLabel:_$!<Anniversary>!$_"),
        data={"dates": [{"date": {"month": 8, "day": 16, "year": 2012}, "label": "Anniversary"}]},
    ),
    *(
        Case(f"BDAY {value}", _card(f"UID:b{number}", f"FN:Birthday {number}", f"BDAY{value}"), data={"birthday": birthday})
        for number, (value, birthday) in enumerate(
            [
                (":--0412", {"month": 4, "day": 12}),
                (":1604-04-12", {"month": 4, "day": 12}),
                (";X-APPLE-OMIT-YEAR=1604:1604-04-12", {"month": 4, "day": 12}),
                (":19800412", {"month": 4, "day": 12, "year": 1980}),
                (";VALUE=text:circa 1980", None),
                (":31 February", None),
            ]
        )
    ),
    Case("one junk line", _card("UID:junk", "this is no property at all", "FN:Junk"), data={"name": "Junk"}),
    Case("bad PHOTO", _card("UID:bad", "FN:Bad", "PHOTO;ENCODING=b:@@not base64@@"), data={"name": "Bad"}),
    Case("deep nesting", _card("UID:deep", *["BEGIN:X"] * 2000, *["END:X"] * 2000, "FN:Deep"), "nested more than 50 deep"),
    Case("cut short", _card("UID:cut", "FN:Cut").replace("END:VCARD", ""), "END:VCARD is missing"),
    Case("no card at all", "Hello, world", "there is no vCard in it"),
    Case("2 MB of text", _card("UID:text", "FN:Text", "NOTE:" + "x" * 2**21), "larger than 1024 KiB"),
    Case("noise", bytes(range(128, 256)) * 20, "there is no vCard in it"),
]

CALENDAR = [
    Case("no UID", meeting("x").replace("UID:x\r\n", ""), data={"main": "Talk x"}),
    Case("two UIDs", meeting("one", "UID:two"), data={"main": "Talk one"}),
    Case("same UID in two hrefs 1", meeting("twin"), data={"uid": "twin"}),
    Case("same UID in two hrefs 2", meeting("twin"), data={"uid": "twin"}),
    Case("UID with odd characters", meeting("a/b@c"), data={"uid": "a/b@c"}),
    Case("UID of 1000 characters", meeting("u" * 1000), data={"uid": "u" * 1000}),
    Case("VTODO without DUE and SUMMARY", _todo("UID:bare"), data={"uid": "bare"}),
    Case("DUE garbage", _todo("UID:garbage", "SUMMARY:Garbage", "DUE:next Tuesday"), data={"title": "Garbage"}),
    Case("DUE date", _todo("UID:d1", "DUE;VALUE=DATE:20260310"), data={"due": "2026-03-10"}),
    Case("DUE floating", _todo("UID:d2", "DUE:20260310T100000"), data={"due": "2026-03-10T10:00:00"}),
    Case("DUE in UTC", _todo("UID:d3", "DUE:20260310T100000Z"), data={"due": "2026-03-10T10:00:00", "zone": "UTC"}),
    Case("DUE in an unknown zone", _todo("UID:d4", "DUE;TZID=Nowhere/Land:20260310T100000"), data={"uid": "d4"}),
    Case("RRULE", _todo("UID:rrule", "DUE;VALUE=DATE:20260310", "RRULE:FREQ=WEEKLY"), data={"recurring": True}),
    Case("RRULE garbage", meeting("rr", "RRULE:FREQ=SOMETIMES;INTERVAL=-3"), data={"uid": "rr"}),
    Case("VALARM ACTION:NONE", _todo("UID:a", "BEGIN:VALARM", "ACTION:NONE", "TRIGGER:-PT5M", "END:VALARM"), data={"uid": "a"}),
    Case("one junk line", meeting("junk", "this is no property at all"), data={"uid": "junk"}),
    Case("latin-1", meeting("latin", "LOCATION:Café").encode("latin-1"), data={"uid": "latin"}),
    Case("BOM", b"\xef\xbb\xbf" + meeting("bom").encode(), data={"uid": "bom"}),
    Case("LF only", meeting("lf").replace("\r\n", "\n"), data={"uid": "lf"}),
    Case("DTSTART garbage", meeting("start").replace("DTSTART:20260223T100000Z", "DTSTART:soon"), "without a start"),
    Case("deep nesting", meeting("deep", *["BEGIN:X"] * 2000, *["END:X"] * 2000), "nested more than 50 deep"),
    Case("cut short", meeting("cut").partition("END:VEVENT")[0], "is missing"),
    Case("no calendar at all", "Hello, world", "there is no calendar object in it"),
]


@dataclass
class Ward:
    """What became of all cases, after one cycle."""

    house: House
    server: HostileDav
    cases: list[Case]
    suffix: str
    status: dict[str, Any]
    events: list[dict[str, Any]]

    def file(self, case: Case) -> str:
        return f"{self.cases.index(case)}{self.suffix}"


def _ward(built: Houses, kind: str) -> Ward:
    cases, connector, suffix = (CARDS, "carddav", ".vcf") if kind == "addressbook" else (CALENDAR, "caldav", ".ics")
    server = built.enter_context(Faithful(kind))
    house = built.beside(server.url, connector)
    ward = Ward(house, server, cases, suffix, {}, [])
    server.put(f"healthy{suffix}", _healthy(kind, "healthy"))
    house.once()
    for case in cases:
        server.put(ward.file(case), case.body)
    server.put(f"beside{suffix}", _healthy(kind, "beside"))
    house.add_healthy("bruno")
    ill = house.once()
    assert ill.code == 0, ill
    house.assert_healthy(ill, "bruno")
    ward.status, ward.events = house.status(), house.events()
    return ward


def _healthy(kind: str, uid: str) -> str:
    return card(uid, f"{uid.title()} Sick") if kind == "addressbook" else meeting(uid)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with Houses(tmp_path_factory.mktemp("cards")) as built:
        yield _ward(built, "addressbook")


@pytest.fixture(scope="module")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with Houses(tmp_path_factory.mktemp("calendar")) as built:
        yield _ward(built, "calendar")


def _assert_treated(ward: Ward, case: Case) -> None:
    named = {last(each["ref"]): each["problem"] for each in ward.status["unreadable"]}
    [event] = [each for each in ward.events if each["account"] == "sick" and last(each["ref"]) == ward.file(case)]
    if case.problem is None:
        assert ward.file(case) not in named
        for key, value in case.data.items():
            told = event["data"].get(key)
            assert (told["title"] if key == "main" else told) == value
    else:
        assert case.problem in named[ward.file(case)]
        assert event["type"] == "item.unreadable"


@pytest.mark.parametrize("case", CARDS, ids=lambda case: case.name)
def test_a_card(cards: Ward, case: Case) -> None:
    _assert_treated(cards, case)


@pytest.mark.parametrize("case", CALENDAR, ids=lambda case: case.name)
def test_a_calendar_object(calendar: Ward, case: Case) -> None:
    _assert_treated(calendar, case)


@pytest.mark.parametrize("kind", ["cards", "calendar"])
def test_what_is_beside_them_and_after_them(kind: str, request: pytest.FixtureRequest) -> None:
    """The last look at each ward: healthy items came in; all stays quiet; once mended, the bodies are read, and nothing is left
    of it all in the status."""
    ward: Ward = request.getfixturevalue(kind)
    house, server = ward.house, ward.server
    assert {f"healthy{ward.suffix}", f"beside{ward.suffix}"} <= held_by(ward.events)
    assert len(held_by(ward.events)) == len(ward.cases) + 2
    unreadable = [case for case in ward.cases if case.problem is not None]
    shown = house.auld("status").stdout
    assert f"sick: {len(unreadable)} items cannot be read: {COLLECTION}" in shown
    assert ward.status["state"] == "ok" and ward.status["error"] is None
    house.assert_quiet()
    house.assert_sound()
    for number, case in enumerate(unreadable):
        server.put(ward.file(case), _healthy(server.kind, f"mended{number}"))
    assert house.once(timedelta(days=1)).sick["events"] == len(unreadable)
    assert house.status()["unreadable"] == [] and "cannot be read" not in house.auld("status").stdout
    house.assert_quiet()
    house.assert_sound()
