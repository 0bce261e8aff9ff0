"""Logging in to servers that take a password by Digest only: never more than two requests with one that is wrong."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

import pytest

from auld.errors import CredentialsRefused
from auld.testing.sinks import ENTRY
from auld_connectors._dav_login import Digest, challenges
from support.dav_accounts import QUICK, caldav_account, calendar, event, pulled
from support.hostile_dav import COLLECTION, Asked, HostileDav, Reply

FOR_EVER = 1000


@dataclass
class DigestOnly:
    """Lets nobody in who does not answer its challenge, as a server would work it out (RFC 7616 section 3.4)."""

    nonce: str = "n0"
    stale: bool = False
    password: str = "secret"
    algorithm: str = "MD5"
    qop: str = "auth,auth-int"
    seen: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply | None:
        header = asked.headers.get("authorization", "")
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', header))
        if header.startswith("Digest ") and given["nonce"] == self.nonce and given["response"] == self.expected(asked, given):
            self.seen.append(given.get("nc", ""))
            return None
        return Reply(401, headers={"WWW-Authenticate": self.challenge()})

    def challenge(self) -> str:
        stale = ", stale=true" if self.stale else ""
        params = f'qop="{self.qop}", nonce="{self.nonce}", opaque="o", algorithm={self.algorithm}{stale}'
        return f'Digest realm="a \\"b\\", c", {params}'

    def expected(self, asked: Asked, given: dict[str, str]) -> str:
        def digest(*parts: str) -> str:
            name = "sha256" if "256" in self.algorithm else "md5"
            return hashlib.new(name, ":".join(parts).encode()).hexdigest()

        secret = digest("user", 'a "b", c', self.password)
        if "sess" in self.algorithm:
            secret = digest(secret, self.nonce, given["cnonce"])
        request = digest(asked.method, asked.path)
        if not self.qop:
            return digest(secret, self.nonce, request)
        return digest(secret, self.nonce, given["nc"], given["cnonce"], "auth", request)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess"])
@pytest.mark.parametrize("qop", ["auth,auth-int", ""])
def test_answers_a_challenge_and_keeps_to_it(hostile: HostileDav, algorithm: str, qop: str) -> None:
    hostile.put("1.ics", event("1", "Coffee"))
    gate = DigestOnly(algorithm=algorithm, qop=qop)
    hostile.on("*", gate, FOR_EVER)
    account = caldav_account(hostile.url, limits=QUICK)
    collection = calendar(hostile.url)
    assert len(pulled(account, collection)) == 1
    account.create(collection, ENTRY)
    assert account.fetch(collection, f"{COLLECTION}{ENTRY.uid}.ics") is not None
    assert account.requests == len(hostile.log)
    assert len(hostile.log) == 1 + len(gate.seen), "one refusal, at the very beginning"


def test_sends_a_wrong_password_twice_at_most(hostile: HostileDav) -> None:
    hostile.on("*", DigestOnly(password="another"), FOR_EVER)
    account = caldav_account(hostile.url, limits=QUICK)
    with pytest.raises(CredentialsRefused):
        pulled(account, calendar(hostile.url))
    assert account.requests == len(hostile.log) == 2


@pytest.mark.parametrize("stale", [True, False])
def test_takes_a_new_nonce(hostile: HostileDav, stale: bool) -> None:
    """Also from a server that does not say that the old one is stale."""
    gate = DigestOnly(stale=stale)
    hostile.on("*", gate, FOR_EVER)
    account = caldav_account(hostile.url, limits=QUICK)
    collection = calendar(hostile.url)
    account.create(collection, ENTRY)
    gate.nonce = "n1"
    assert account.fetch(collection, f"{COLLECTION}{ENTRY.uid}.ics") is not None
    assert [asked.method for asked in hostile.log] == ["PUT", "PUT", "GET", "GET"]
    assert gate.seen == ["00000001", "00000001"]


@pytest.mark.parametrize(
    "challenge",
    [
        'Basic realm="Digest x"',
        'Digest realm="x", nonce="n", algorithm=MD5, Basic realm="y"',
        "Negotiate abc==",
        "",
        "Digest",
        'Digest nonce="n", algorithm=X',
    ],
)
def test_sends_a_password_once_where_basic_is_taken_or_digest_would_not_help(hostile: HostileDav, challenge: str) -> None:
    hostile.on("*", Reply(401, headers={"WWW-Authenticate": challenge}), FOR_EVER)
    account = caldav_account(hostile.url, limits=QUICK)
    with pytest.raises(CredentialsRefused):
        pulled(account, calendar(hostile.url))
    assert len(hostile.log) == 1


def test_a_token_is_no_password(hostile: HostileDav) -> None:
    hostile.on("*", DigestOnly(), FOR_EVER)
    account = caldav_account(hostile.url, None, limits=QUICK, auth="bearer")
    with pytest.raises(CredentialsRefused):
        pulled(account, calendar(hostile.url))
    assert len(hostile.log) == 1


CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
EXAMPLE = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_standard(algorithm: str, response: str) -> None:
    """RFC 7616 section 3.9.1."""
    [(scheme, challenge)] = challenges(EXAMPLE.format(algorithm))
    header = Digest("Mufasa", "Circle of Life", challenge, CNONCE).header("GET", "/dir/index.html")
    assert scheme == "digest"
    assert f'response="{response}"' in header
    assert f'cnonce="{CNONCE}", qop=auth, nc=00000001' in header


def test_a_name_beyond_ascii_is_spelt_in_the_extended_notation() -> None:
    """RFC 7616 section 3.4."""
    assert "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe," in Digest("Jäsøn Doe", "x", {"nonce": "n"}).header("GET", "/")
