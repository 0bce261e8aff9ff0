"""Bad input: *Transport* and *Status*, between the real program and a real Radicale."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from faults.house import House, Houses, Story, card
from support.dav_servers import DavHome
from support.fault_proxy import FaultProxy, after_it_was_done, changed, close, drip, flood, hang, reset
from support.hostile_dav import Fault, Reply, dav_error

LONG = {"Content-Length": "2000000000", "Content-Type": "application/xml"}
PORTAL = "<!DOCTYPE html><html><body><br>Welcome! <a href=/login>Log in</a></body></html>"
HTML = {"Content-Type": "text/html"}
ELSEWHERE = {"Location": "https://elsewhere.invalid/dav/"}


@dataclass(frozen=True)
class Case:
    """A fault, made for the proxy at hand, and how the account stands while it lasts: all from the first discovery on if it
    befalls every request, else after two cycles."""

    name: str
    fault: Reply | Callable[[FaultProxy], Fault]
    says: str
    state: str = "waiting"
    short: bool = False
    check: bool = False
    first: str = ""
    """What is said where not even the collections could be found, if that is for the user to mend."""


def _cut(reply: Reply) -> Reply:
    """Half of the answer, and then nothing."""
    body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
    return Reply(reply.status, body[: len(body) // 2], reply.headers | {"Content-Length": str(len(body))}, wire=close)


def _half(reply: Reply) -> Reply:
    """Half of the answer, as if it were all."""
    return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers)


def _too_long(reply: Reply) -> Reply:
    return Reply(reply.status, reply.body, reply.headers | {"Content-Length": str(len(reply.body) + 50)}, wire=close)


def _torn_gzip(reply: Reply) -> Reply:
    body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
    return Reply(reply.status, gzip.compress(body)[:40], reply.headers | {"Content-Encoding": "gzip"})


TRANSPORT = [
    Case("hang before headers", Reply(0, wire=hang), "did not answer in time", short=True),
    Case("hang in the body", Reply(207, b"<?xml", LONG, wire=hang), "in time|too long", short=True),
    Case(
        "answer lost after it was done",
        lambda p: after_it_was_done(p, Reply(0, wire=close)),
        "the connection to 127.0.0.1 broke|broke off",
    ),
    Case("reset before headers", Reply(0, wire=reset), "the connection to 127.0.0.1 broke"),
    Case("reset in the body", Reply(207, b"<?xml", LONG, wire=reset), "broke"),
    Case("cut in the middle", lambda p: changed(p, _cut), "broke off"),
    Case("cut without a word", lambda p: changed(p, _half), "."),
    Case("longer than it says", lambda p: changed(p, _too_long), "broke off"),
    Case("torn gzip", lambda p: changed(p, _torn_gzip), "decompress|not well-formed"),
    Case("two gigabytes", Reply(207, b"<?xml", LONG, wire=flood), "larger than 2 MiB|too long", short=True),
    Case("a byte now and then", Reply(207, b"<?xml", LONG, wire=drip), "too long", short=True),
    *(
        Case(f"redirect {status}", Reply(status, b"", ELSEWHERE), "elsewhere", first="the password is not sent there")
        for status in (301, 302, 303, 307, 308)
    ),
    Case("redirect to nowhere", Reply(302), "elsewhere", first="does not say where"),
    Case("portal 200", Reply(200, PORTAL, HTML), r"failed to list .*\(200\)", first="a web page"),
    Case("portal 207", Reply(207, PORTAL, HTML), "not well-formed XML|no multistatus"),
    Case("empty 207", Reply(207), "."),
]


@pytest.fixture
def proxy(radicale: DavHome) -> Iterator[FaultProxy]:
    with FaultProxy(radicale.base) as built:
        yield built


@pytest.fixture
def book(radicale: DavHome) -> str:
    """An address book with three people in it; its URL."""
    url = radicale.address_book("Contacts")
    for name in ("ada", "ben", "eve"):
        radicale.put(f"{url}{name}.vcf", card(name, f"{name.title()} Sick"))
    return url


@pytest.fixture
def house(houses: Houses, proxy: FaultProxy, radicale: DavHome, book: str) -> House:
    assert radicale.username is not None
    return houses.beside(proxy.base, username=radicale.username)


def _tell(case: Case, proxy: FaultProxy, radicale: DavHome, book: str, warm: int) -> Story:
    fault = case.fault if isinstance(case.fault, Reply) else case.fault(proxy)

    def begin() -> None:
        proxy.on("*", fault, times=1000)

    def news() -> set[str]:
        radicale.put(f"{book}new.vcf", card("new", "Newcomer Sick"))
        return {"new.vcf"} | (set() if warm else {"ada.vcf", "ben.vcf", "eve.vcf"})

    mine = case.first and not warm
    state, says = ("failed", case.first) if mine else (case.state, case.says)
    return Story(begin, proxy.clear, news, state, says, warm, case.short, case.check)


STATUS = [
    *(Case(str(n), Reply(n), rf"\({n}\)", first="no address book found") for n in (400, 405, 409, 412, 413, 415, 418, 423)),
    Case("401 for ever", Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}), "password.*401", "refused", check=True),
    Case("401 without WWW-Authenticate", Reply(401), "password.*401", "refused", check=True),
    Case("403", Reply(403), r"\(403\); nothing is taken as deleted", "suspect", first="no address book found"),
    Case("403 with a condition", lambda p: lambda a: dav_error(403, "need-privileges"), "403", "suspect", first="no address"),
    Case("404", Reply(404), r"\(404\); nothing is taken as deleted", "suspect", first="no address book found"),
    Case("410", Reply(410), r"\(410\); nothing is taken as deleted", "suspect", first="no address book found"),
    *(
        Case(f"{status}, Retry-After {wish[:10]}", Reply(status, headers={"Retry-After": wish}), f"wait|{status}")
        for status in (429, 503)
        for wish in ("120", "Mon, 02 Mar 2026 20:00:00 GMT", "soon", "315360000")
    ),
    Case("429", Reply(429), "wait"),
    Case("500", Reply(500), r"\(500\)"),
    Case("500 after it was done", lambda p: after_it_was_done(p, Reply(500)), r"\(500\)"),
    Case("502", Reply(502, "<html>Bad Gateway</html>", HTML), r"\(502\)"),
    Case("503", Reply(503), r"\(503\)"),
    Case("507", Reply(507), r"\(507\)"),
    Case("202", Reply(202), r"\(202\)", first="no address book found"),
    Case("204", Reply(204), r"\(204\)", first="no address book found"),
]


def _when(cases: list[Case], at_first: str) -> pytest.MarkDecorator:
    """Each case later; those named also during the very first cycle, the discovery."""
    chosen = at_first.split(", ")
    both = [(case, warm) for case in cases for warm in (0, 2) if warm or case.name in chosen]
    named = [f"{case.name} {'later' if warm else 'at first'}" for case, warm in both]
    return pytest.mark.parametrize(("case", "warm"), both, ids=named)


@_when(STATUS, "400, 401 for ever, 403, 404, 429, 500, 503")
def test_status(case: Case, warm: int, house: House, proxy: FaultProxy, radicale: DavHome, book: str) -> None:
    _tell(case, proxy, radicale, book, warm).run(house)


@_when(TRANSPORT, "hang before headers, reset before headers, cut in the middle, redirect 301, redirect to nowhere, portal 200")
def test_transport(case: Case, warm: int, house: House, proxy: FaultProxy, radicale: DavHome, book: str) -> None:
    _tell(case, proxy, radicale, book, warm).run(house)


@pytest.mark.parametrize("warm", [0, 2], ids=["at first", "later"])
def test_connection_refused(warm: int, house: House, proxy: FaultProxy, radicale: DavHome, book: str) -> None:
    story = _tell(Case("", Reply(0), ""), proxy, radicale, book, warm)
    Story(proxy.switch_off, proxy.switch_on, story.news, says="refuses the connection", warm=warm).run(house)


def test_a_name_that_is_not_known(houses: Houses, house: House) -> None:
    house.sick = house.sick.replace("http://127.0.0.1", "https://nowhere.invalid")
    house.add_healthy("bruno")
    house.assert_healthy(house.once(), "bruno")
    assert "the name nowhere.invalid is not known" in house.status()["error"]


def test_no_tls_where_tls_was_promised(house: House) -> None:
    house.sick = house.sick.replace("http://", "https://")
    house.add_healthy("bruno")
    house.assert_healthy(house.once(), "bruno")
    assert "no secure connection to 127.0.0.1" in house.status()["error"]


def test_a_refused_password_is_not_tried_again(house: House, proxy: FaultProxy) -> None:
    """G7: two requests at most, over any number of cycles."""
    house.once()
    proxy.on("*", Reply(401), times=1000)
    asked = len(proxy.log)
    for _ in range(3):
        assert house.once().code == 1
    assert len(proxy.log) - asked <= 2
    assert house.status()["state"] == "refused"


def test_401_once(house: House, proxy: FaultProxy) -> None:
    """A single 401 in the midst of all is believed: the account pauses, and `auld check` wakes it."""
    house.once()
    proxy.on("PROPFIND", Reply(401))
    assert house.once().code == 1
    assert house.auld("check").exit_code == 0
    assert house.once().code == 0
    assert house.held() == {"ada.vcf", "ben.vcf", "eve.vcf"}
