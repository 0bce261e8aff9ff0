"""One canonical spelling of an address that still is an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld_connectors._dav_urls import canonical_path, canonical_url, is_collection, is_loopback, may_follow, ref_of

CALENDAR = "https://dav.example.org/u/cal/"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/a%40b", "/a@b"),
        ("/a@b", "/a@b"),
        ("/%c3%a9", "/%C3%A9"),
        ("/é", "/%C3%A9"),
        ("/a%20b", "/a%20b"),
        ("/x%2540y", "/x%2540y"),
        ("/a%2Fb", "/a%2Fb"),
        ("/a%2fb", "/a%2Fb"),
        ("/%7Eme", "/~me"),
        ("/%e9", "/%E9"),
        ("/100%", "/100%25"),
        ("/a//b/", "/a//b/"),
    ],
)
def test_canonical(path: str, canonical: str) -> None:
    assert canonical_path(path) == canonical


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_canonical_is_stable(text: str) -> None:
    once = canonical_path(text)
    assert canonical_path(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("href", "ref"),
    [
        ("/u/cal/x.ics", "/u/cal/x.ics"),
        ("x.ics", "/u/cal/x.ics"),
        ("https://dav.example.org/u/cal/x.ics", "/u/cal/x.ics"),
        ("https://dav.example.org:443/u/cal/x.ics", "/u/cal/x.ics"),
        ("http://DAV.example.org/u/cal/x.ics", "/u/cal/x.ics"),
        (" /u/cal/x.ics\n", "/u/cal/x.ics"),
        ("/u/cal/%40.ics", "/u/cal/@.ics"),
        ("/u/cal/a%2Fb.ics", "/u/cal/a%2Fb.ics"),
        ("/u/cal/", None),
        ("/u/cal", None),
        ("/u/cal/deep/x.ics", None),
        ("/u/cal/folder/", None),
        ("/u/calendar/x.ics", None),
        ("/u/cal/../other/x.ics", None),
        ("https://evil.example/u/cal/x.ics", None),
        ("https://dav.example.org:8443/u/cal/x.ics", None),
        ("http://[::1/u/cal/x.ics", None),
        ("", None),
    ],
)
def test_refs(href: str, ref: str | None) -> None:
    assert ref_of(href, CALENDAR) == ref


def test_the_collection_itself() -> None:
    assert all(is_collection(href, CALENDAR) for href in ("/u/cal/", "/u/cal", CALENDAR, "http://dav.example.org/u/c%61l"))
    assert not is_collection("/u/cal/x.ics", CALENDAR)
    assert not is_collection("https://evil.example/u/cal/", CALENDAR)


@pytest.mark.parametrize(
    ("there", "allowed"),
    [
        ("https://dav.example.org/x", True),
        ("https://dav.example.org:8443/x", True),
        ("http://dav.example.org/x", False),
        ("https://evil.example/x", False),
        ("https://dav.example.org.evil.example/x", False),
        ("file:///etc/passwd", False),
    ],
)
def test_where_the_password_may_go(there: str, allowed: bool) -> None:
    assert may_follow("https://dav.example.org/", there) is allowed


def test_icloud_may_send_us_to_its_numbered_hosts() -> None:
    assert may_follow("https://caldav.icloud.com/", "https://p42-caldav.icloud.com/1/")
    assert not may_follow("https://caldav.icloud.com/", "https://eviLicloud.com/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/", "http://127.9.9.9/"])
def test_loopback(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://dav.lan/", "http://127.0.0.1.evil.example/"])
def test_not_loopback(url: str) -> None:
    assert not is_loopback(url)


def test_a_url_in_one_spelling() -> None:
    assert canonical_url("HTTPS://Dav.Example.ORG:443/u/c%61l#x", folder=True) == CALENDAR
    assert canonical_url("http://[::1]:80") == "http://[::1]/"
