"""Bad input: *Listing*. What vanishes on the server is believed or doubted by its size, and comes back without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from faults.house import House, Houses, last
from support.dav_servers import _MKCOL, DavHome
from support.hostile_dav import HostileDav, Reply, dav_error

SOON = timedelta(minutes=16)
LATER = timedelta(minutes=46)
MANY = 100


def _plain(number: int) -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:n{number}\r\nFN:Number {number}\r\nEND:VCARD\r\n"


@pytest.fixture
def server() -> Iterator[HostileDav]:
    with HostileDav("addressbook") as built:
        for number in range(MANY):
            built.put(f"{number}.vcf", _plain(number))
        yield built


@pytest.fixture
def house(houses: Houses, server: HostileDav) -> House:
    """Well since two cycles."""
    built = houses.beside(server.url)
    for _ in range(2):
        assert built.once().code == 0
    assert len(built.held()) == MANY
    return built


def _lose(server: HostileDav, count: int) -> dict[str, tuple[str, bytes]]:
    """Delete the first ``count`` items; what they were."""
    names = [f"{number}.vcf" for number in range(count)]
    lost = {name: server.items[name] for name in names}
    for name in names:
        server.delete(name)
    return lost


def _assert_suspect(house: House, says: str) -> None:
    """The account is doubted, and the healthy ones go on."""
    name = f"bruno{len(house.people.items)}"
    house.add_healthy(name)
    ill = house.once(SOON)
    house.assert_healthy(ill, name)
    line = house.status()
    assert ill.code == 1 and line["state"] == "suspect", line
    assert says in line["error"], line
    assert says in house.auld("status").stdout
    assert house.gone() == []


def test_an_empty_collection(houses: Houses) -> None:
    with HostileDav("addressbook") as server:
        built = houses.beside(server.url)
        for _ in range(3):
            assert built.once().code == 0
        built.assert_quiet()


def test_one_in_a_hundred_is_believed_at_once(house: House, server: HostileDav) -> None:
    _lose(server, 1)
    assert house.once().code == 0
    assert {last(each["ref"]) for each in house.gone()} == {"0.vcf"}
    house.assert_quiet()
    house.assert_sound()


def test_eleven_in_a_hundred_are_believed_after_two_more_looks(house: House, server: HostileDav) -> None:
    _lose(server, 11)
    _assert_suspect(house, "Work: 11 of 100 items are suddenly missing; it is looked at again before that is believed")
    assert house.once(SOON).code == 1 and house.gone() == []
    assert house.once(LATER).code == 0
    assert len(house.gone()) == 11 and len(house.held()) == MANY - 11
    assert house.status()["error"] is None
    house.assert_quiet()
    house.assert_sound()


def test_sixty_in_a_hundred_take_the_users_word(house: House, server: HostileDav) -> None:
    _lose(server, 60)
    _assert_suspect(house, "Work: 60 of 100 items are suddenly missing; if that is right, run: auld accept-loss sick")
    for _ in range(4):
        assert house.once(timedelta(hours=2)).code == 1
        assert house.gone() == []
    assert "The loss in Work is believed" in house.auld("accept-loss", "sick").stdout
    assert house.once().code == 0
    assert len(house.gone()) == 60 and len(house.held()) == 40
    assert "Nothing is held back for sick" in house.auld("accept-loss", "sick").stdout
    house.assert_quiet()
    house.assert_sound()


@pytest.mark.parametrize("count", [11, 60, 100])
def test_gone_and_back(count: int, house: House, server: HostileDav) -> None:
    lost = _lose(server, count)
    _assert_suspect(house, f"{count} of 100 items are suddenly missing")
    for name, (_, body) in lost.items():
        server.put(name, body)
    assert house.once().code == 0
    assert house.gone() == [] and len(house.held()) == MANY
    assert house.status()["state"] == "ok" and house.status()["error"] is None
    house.assert_quiet()
    house.assert_sound()


GONE: dict[str, Reply] = {
    "404": Reply(404),
    "410": Reply(410),
    "403": Reply(403),
    "403 with a condition": dav_error(403, "need-privileges"),
}


@pytest.mark.parametrize("reply", GONE.values(), ids=GONE.keys())
def test_a_collection_that_is_away_for_an_hour(reply: Reply, house: House, server: HostileDav) -> None:
    server.on("*", reply, times=1000)
    for _ in range(4):
        _assert_suspect(house, f"({reply.status}); nothing is taken as deleted")
    server.clear()
    server.put("new.vcf", _plain(MANY))
    assert house.once(SOON).code == 0
    assert house.gone() == [] and len(house.held()) == MANY + 1
    house.assert_quiet()
    house.assert_sound()


@pytest.mark.parametrize("after", [timedelta(seconds=10), timedelta(minutes=5)], ids=str)
def test_a_collection_that_is_away_for_a_moment(after: timedelta, house: House, server: HostileDav) -> None:
    """All is well as soon as it is back, not only when the next look at a loss would be due."""
    server.on("*", Reply(404), times=1000)
    assert house.once().code == 1
    server.clear()
    assert house.once(after).code == 0
    assert house.status()["state"] == "ok"
    house.assert_quiet()
    house.assert_sound()


def test_a_server_restored_to_last_month(house: House, server: HostileDav) -> None:
    """A few items fewer, one as it was before, and a token from our future, which is refused."""
    server.put("50.vcf", _plain(50).replace("Number 50", "Married 50"))
    house.once()
    server.items["50.vcf"] = ('"old"', _plain(50).encode())
    for number in range(3):
        del server.items[f"{number}.vcf"]
    server._changes = server._changes[:5]
    assert house.once().code == 0
    assert {last(each["ref"]) for each in house.gone()} == {"0.vcf", "1.vcf", "2.vcf"}
    names = [each["data"]["name"] for each in house.events("contact.observed") if last(each["ref"]) == "50.vcf"]
    assert names == ["Number 50", "Married 50", "Number 50"]
    house.assert_quiet(timedelta(hours=1))


def test_a_server_restored_that_takes_our_token(house: House, server: HostileDav) -> None:
    """It says "nothing changed": the daily listing finds the truth (G4)."""
    for number in range(3):
        del server.items[f"{number}.vcf"]
    assert house.once().code == 0 and house.gone() == []
    assert house.once(timedelta(days=1)).code == 0
    assert len(house.gone()) == 3


@pytest.fixture
def at_radicale(houses: Houses, radicale: DavHome) -> tuple[House, str]:
    """A house on Radicale with twelve people in its address book, and that book's URL."""
    url = radicale.address_book("Contacts")
    _fill(radicale, url, 12)
    assert radicale.username is not None
    built = houses.beside(radicale.base, username=radicale.username)
    for _ in range(2):
        assert built.once().code == 0
    return built, url


def _fill(home: DavHome, url: str, count: int) -> None:
    for number in range(count):
        home.put(f"{url}{number}.vcf", _plain(number))


def _recreate(home: DavHome, url: str) -> str:
    home.delete(url)
    new = _MKCOL.format(name="Contacts")
    assert home.request("MKCOL", urlsplit(url).path, new, Content_Type="application/xml; charset=utf-8").status == 201
    return url


def _move(home: DavHome, url: str) -> str:
    home.delete(url)
    return home.address_book("Contacts")


MOVES = {"created anew at the same URL": _recreate, "moved to another URL": _move}
Move = Callable[[DavHome, str], str]


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_collection_that_is_another_one_now(move: Move, at_radicale: tuple[House, str], radicale: DavHome) -> None:
    """With the same people in it: nobody is lost, nobody is there twice."""
    house, url = at_radicale
    new = move(radicale, url)
    _fill(radicale, new, 12)
    radicale.put(f"{new}new.vcf", _plain(99))
    for _ in range(3):
        house.once()
    assert {each["name"] for each in house.json("people")} >= {f"Number {n}" for n in (*range(12), 99)}
    assert len(house.json("people")) == 13
    house.auld("accept-loss", "sick")
    house.once()
    assert house.once().code == 0, house.status()
    assert len(house.json("people")) == 13
    house.assert_quiet()
    house.assert_sound()


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_collection_that_is_empty_now(move: Move, at_radicale: tuple[House, str], radicale: DavHome) -> None:
    house, url = at_radicale
    move(radicale, url)
    for _ in range(3):
        _assert_suspect(house, "auld accept-loss sick" if house.status()["state"] == "suspect" else "")
    assert len([each for each in house.json("people") if each["name"].startswith("Number")]) == 12
    assert "is believed" in house.auld("accept-loss", "sick").stdout
    assert house.once().code == 0, house.status()
    assert not [each for each in house.json("people") if each["name"].startswith("Number")]
    house.assert_quiet()
    house.assert_sound()
