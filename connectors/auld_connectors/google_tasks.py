"""The Google Tasks connector: a source of tasks, and a sink of follow-ups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from auld.contract import Account, Batch, Collection, Consent, Entry, EntryField, Held, Pull, Source, Stored
from auld_connectors._google_service import TASKS_SCOPES, GoogleService, open_service
from auld_connectors._google_settings import ORIGIN, GoogleSettings

if TYPE_CHECKING:
    from auld_connectors._google_tasks import TaskLists


class GoogleTasksSettings(GoogleSettings):
    """Settings of a ``google_tasks`` account."""

    collections: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = Field(
        default=None, description="Which task lists to read, by name or id; left out: all."
    )

    @property
    def scopes(self) -> tuple[str, ...]:
        """What has to be allowed."""
        return TASKS_SCOPES


class GoogleTasksAccount:
    """An open account: source and sink."""

    def __init__(self, account: Account, google: GoogleService | None = None) -> None:
        self._settings = account.settings
        self._google = google or open_service("tasks", "v1", account, account.settings.scopes)

    @cached_property
    def _lists(self) -> TaskLists:
        from auld_connectors._google_tasks import TaskLists

        return TaskLists(self._google, self._settings.collections)

    @property
    def requests(self) -> int:
        return self._google.requests

    def discover(self) -> Sequence[Collection]:
        return self._lists.discover()

    def pull(self, request: Pull) -> Iterator[Batch]:
        return self._lists.pull(request)

    def close(self) -> None:
        self._google.close()

    def ref_for(self, collection: Collection, uid: str) -> str:
        """Google makes the ids of tasks: the ref of a follow-up is what its notes say."""
        from auld_connectors._google_task_fields import ref_for

        return ref_for(collection.id, uid)

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        return self._lists.fetch(collection, ref)

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        return self._lists.create(collection, entry)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        return self._lists.update(collection, held, entry, fields)

    def remove(self, collection: Collection, held: Held) -> None:
        self._lists.remove(collection, held)


class GoogleTasks:
    """Reads tasks from Google Tasks, and writes follow-ups there."""

    name: ClassVar[str] = "google_tasks"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "tasks, from Google Tasks; follow-ups are written there"
    settings: ClassVar[type[GoogleTasksSettings]] = GoogleTasksSettings
    every: ClassVar[str] = "15m"
    vendor: ClassVar[str] = "google"

    def open(self, account: Account) -> Source:
        return GoogleTasksAccount(account)

    def origin(self, settings: Any) -> str | None:
        return ORIGIN

    def authorise(self, account: Account, consent: Consent) -> str:
        from auld_connectors._google_consent import authorise

        return authorise(account, account.settings.scopes, consent)
