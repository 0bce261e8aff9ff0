"""Accounts and bodies for the tests of CalDAV and CardDAV."""

from __future__ import annotations

from typing import Any

from auld.contract import Account, Collection, Item, Kind, Pull
from auld.testing.sources import NOW, Copy
from auld_connectors._dav import DavSource
from auld_connectors._dav_discovery import CARDDAV
from auld_connectors._dav_http import Limits
from auld_connectors.caldav import CalDavAccount, CalDavSettings
from auld_connectors.carddav import CardDavSettings, _reader
from support.dav_servers import DavHome

QUICK = Limits(connect=2, read=0.4, slow=0.6, total=1.5, body=2 * 1024 * 1024)
"""Limits that a test can wait for."""


def event(uid: str, title: str) -> str:
    """A calendar object with one meeting."""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n"
        f"SUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def card(uid: str, name: str) -> str:
    """A card with a name."""
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nEND:VCARD\r\n"


def caldav_account(
    url: str, username: str | None = "user", password: str = "secret", limits: Limits | None = None, **settings: Any
) -> CalDavAccount:
    """An open CalDAV account."""
    account = Account("work", CalDavSettings(url=url, username=username, **settings), lambda: password, now=lambda: NOW)
    return CalDavAccount(account, limits)


def carddav_account(
    url: str, username: str | None = "user", password: str = "secret", limits: Limits | None = None, **settings: Any
) -> DavSource:
    """An open CardDAV account."""
    account = Account("people", CardDavSettings(url=url, username=username, **settings), lambda: password, now=lambda: NOW)
    return DavSource(account, CARDDAV, _reader, limits)


def caldav_of(home: DavHome, **settings: Any) -> CalDavAccount:
    """An open CalDAV account of a real home."""
    return caldav_account(settings.pop("url", home.base), home.username, home.password, **settings)


def carddav_of(home: DavHome, **settings: Any) -> DavSource:
    """An open CardDAV account of a real home."""
    return carddav_account(settings.pop("url", home.base), home.username, home.password, **settings)


def calendar(url: str, *kinds: Kind) -> Collection:
    """A calendar at a URL, as discovery would give it."""
    held = frozenset(kinds or ("meeting", "task"))
    return Collection(url, "Work", held, held)


def pulled(source: DavSource, collection: Collection, copy: Copy | None = None, *, full: bool = False) -> list[Item]:
    """The items of one pull, taken into ``copy``."""
    batches = (copy or Copy()).pull(source, collection, full=full)
    return [item for batch in batches for item in batch.items]


def request(collection: Collection, copy: Copy | None = None, *, full: bool = False) -> Pull:
    """What the core would ask next."""
    copy = copy or Copy()
    return Pull(collection, copy.cursor, copy.known, full, NOW)
