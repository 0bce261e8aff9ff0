"""The Google Calendar connector: a source of meetings, and a sink of follow-ups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from auld.contract import Account, Batch, Collection, Consent, Entry, EntryField, Held, Pull, Source, Stored
from auld_connectors._google_service import (
    CALENDAR_OWN_SCOPE,
    CALENDAR_SCOPES,
    CALENDAR_WRITE_SCOPE,
    GoogleService,
    open_service,
)
from auld_connectors._google_settings import ORIGIN, GoogleSettings

if TYPE_CHECKING:
    from auld_connectors._google_calendar_read import CalendarReader
    from auld_connectors._google_calendar_write import CalendarWriter


class GoogleCalendarSettings(GoogleSettings):
    """Settings of a ``google_calendar`` account."""

    collections: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = Field(
        default=None,
        description="Which calendars to read, by name or id; left out: all that are ticked in Google's own list, "
        "without its holidays and birthdays.",
    )
    write: Literal["own", "any"] = Field(
        default="own",
        description="What auld may write to: own: nothing but a calendar called auld, which it makes (the least that can be "
        "allowed); any: whichever calendar `write_to` names. After a change, run `auld auth google` again.",
    )

    @property
    def scopes(self) -> tuple[str, ...]:
        """What has to be allowed."""
        return (*CALENDAR_SCOPES, CALENDAR_OWN_SCOPE if self.write == "own" else CALENDAR_WRITE_SCOPE)


class GoogleCalendarAccount:
    """An open account: source and sink."""

    def __init__(self, account: Account, google: GoogleService | None = None) -> None:
        self._settings = account.settings
        self._google = google or open_service("calendar", "v3", account, account.settings.scopes)

    @cached_property
    def _reader(self) -> CalendarReader:
        from auld_connectors._google_calendar_read import CalendarReader

        return CalendarReader(self._google, self._settings.collections, self._settings.write)

    @cached_property
    def _writer(self) -> CalendarWriter:
        from auld_connectors._google_calendar_write import CalendarWriter

        return CalendarWriter(self._google, self._reader)

    @property
    def requests(self) -> int:
        return self._google.requests

    def discover(self) -> Sequence[Collection]:
        return self._reader.discover()

    def pull(self, request: Pull) -> Iterator[Batch]:
        return self._reader.pull(request)

    def close(self) -> None:
        self._google.close()

    def ref_for(self, collection: Collection, uid: str) -> str:
        """Calendar and event; the event's id is made of the UID."""
        from auld_connectors._google_events import id_of, ref_of

        return ref_of(collection.id, id_of(uid))

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        return self._writer.fetch(collection, ref)

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        return self._writer.create(collection, entry)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        return self._writer.update(collection, held, entry, fields)

    def remove(self, collection: Collection, held: Held) -> None:
        self._writer.remove(collection, held)


class GoogleCalendar:
    """Reads meetings from Google Calendar, and writes follow-ups into a calendar of its own there."""

    name: ClassVar[str] = "google_calendar"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "meetings, from Google Calendar; follow-ups are written there as all-day events"
    settings: ClassVar[type[GoogleCalendarSettings]] = GoogleCalendarSettings
    every: ClassVar[str] = "15m"
    vendor: ClassVar[str] = "google"

    def open(self, account: Account) -> Source:
        return GoogleCalendarAccount(account)

    def origin(self, settings: Any) -> str | None:
        return ORIGIN

    def authorise(self, account: Account, consent: Consent) -> str:
        from auld_connectors._google_consent import authorise

        return authorise(account, account.settings.scopes, consent)
