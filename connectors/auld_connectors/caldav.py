"""The CalDAV connector (RFC 4791): a source of meetings and tasks, and the sink of follow-ups."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from auld.contract import Account, Collection, Entry, EntryField, Held, Source, Stored
from auld_connectors._dav import DavSource
from auld_connectors._dav_discovery import CALDAV
from auld_connectors._dav_http import Limits
from auld_connectors._dav_settings import DavSettings
from auld_connectors._dav_sync import Reader

if TYPE_CHECKING:
    from auld_connectors._dav_sink import DavSink


class CalDavSettings(DavSettings):
    """Settings of a ``caldav`` account."""


class CalDavAccount(DavSource):
    """An open CalDAV account: source and sink."""

    def __init__(self, account: Account, limits: Limits | None = None) -> None:
        super().__init__(account, CALDAV, _reader, limits)
        self._now = account.now

    @cached_property
    def _sink(self) -> DavSink:
        from auld_connectors._dav_sink import DavSink

        return DavSink(self._http, self._now)

    def ref_for(self, collection: Collection, uid: str) -> str:
        return self._sink.ref_for(collection, uid)

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        return self._sink.fetch(collection, ref)

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        return self._sink.create(collection, entry)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        return self._sink.update(collection, held, entry, fields)

    def remove(self, collection: Collection, held: Held) -> None:
        self._sink.remove(collection, held)


class CalDav:
    """Reads meetings and tasks from the calendars of a CalDAV server, and writes follow-ups into one of them."""

    name: ClassVar[str] = "caldav"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "meetings and tasks, from the calendars of a CalDAV server; follow-ups are written there"
    settings: ClassVar[type[CalDavSettings]] = CalDavSettings
    every: ClassVar[str] = "15m"

    def open(self, account: Account) -> Source:
        return CalDavAccount(account)

    def origin(self, settings: Any) -> str | None:
        return CalDavSettings.origin(settings) if settings.username is not None or settings.auth == "bearer" else None


def _reader() -> Reader:
    from auld_connectors import _ical

    return Reader(_ical.read_object, _ical.NORMALISER)
