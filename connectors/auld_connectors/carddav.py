"""The CardDAV connector (RFC 6352): a source of contacts. Cards are never written."""

from __future__ import annotations

from typing import Any, ClassVar

from auld.contract import Account, Source
from auld_connectors._dav import DavSource
from auld_connectors._dav_discovery import CARDDAV
from auld_connectors._dav_settings import DavSettings
from auld_connectors._dav_sync import Reader


class CardDavSettings(DavSettings):
    """Settings of a ``carddav`` account."""


class CardDav:
    """Reads people from the address books of a CardDAV server."""

    name: ClassVar[str] = "carddav"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "people, from the address books of a CardDAV server"
    settings: ClassVar[type[CardDavSettings]] = CardDavSettings
    every: ClassVar[str] = "1h"

    def open(self, account: Account) -> Source:
        return DavSource(account, CARDDAV, _reader)

    def origin(self, settings: Any) -> str | None:
        return CardDavSettings.origin(settings) if settings.username is not None or settings.auth == "bearer" else None


def _reader() -> Reader:
    from auld_connectors import _vcard

    return Reader(_vcard.read_card, _vcard.NORMALISER)
