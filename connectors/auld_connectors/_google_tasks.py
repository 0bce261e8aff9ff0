"""Reading and writing the lists of Google Tasks.

There are no sync tokens: what changed is asked for by the time of its change, of which the newest seen is the cursor. Nor can a
creation be repeated without harm, so it is only made after a search for the line by which follow-ups are known, and only once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auld.contract import Batch, Collection, Entry, EntryField, Held, Item, Kind, Pull, Stored
from auld.errors import ConfigurationWrong, Conflict, Refused, TryLater, UsedUp
from auld_connectors._google_errors import Missing
from auld_connectors._google_service import Cancelled, GoogleService
from auld_connectors._google_task_fields import TaskBody, body, changes, is_ours, is_there, plain_ref, read, ref_for, ref_of

OWN = "auld"
"""The name of the list that auld makes for itself."""

_LISTING = {"maxResults": 100, "showCompleted": True, "showDeleted": True, "showHidden": True, "showAssigned": True}


@dataclass
class _Seen:
    """The follow-ups of a list as they were last seen, by ref, deleted ones too; and the newest change seen."""

    tasklist: str
    tasks: dict[str, TaskBody] = field(default_factory=dict)
    until: str | None = None

    def note(self, task: TaskBody) -> None:
        self.until = max(self.until or "", task.get("updated", ""))
        ref = ref_of(self.tasklist, task)
        before = self.tasks.get(ref)
        # of two with the same line the one that is there counts
        if is_ours(task) and (before is None or before["id"] == task["id"] or is_there(task)):
            self.tasks[ref] = task


class TaskLists:
    """An account's lists; see :class:`auld.contract.Source` and :class:`auld.contract.Sink`."""

    def __init__(self, google: GoogleService, collections: Sequence[str] | None) -> None:
        self._google = google
        self._wanted = collections
        self._seen: dict[str, _Seen] = {}

    # --- reading --------------------------------------------------------------------------------------------------------
    def discover(self) -> list[Collection]:
        """A list called "auld" that is named, but not there, is made: once, because the next look finds it."""
        lists = self._google.api.tasklists()
        pages = self._google.pages(lists, lambda: False, maxResults=100)
        entries = [entry for page in pages for entry in page.get("items", ())]
        if self._wanted is None:
            return list(map(_collection, entries))
        found: dict[str, Collection] = {}
        for name in self._wanted:
            wanted = name.strip().casefold()
            named = [entry for entry in entries if wanted in (entry["id"].casefold(), entry.get("title", "").casefold())]
            if not named and wanted == OWN:
                named = [self._google.ask(lists.insert(body={"title": OWN}))]
            if not named:
                there = ", ".join(sorted(repr(entry.get("title", "")) for entry in entries)) or "none"
                raise ConfigurationWrong(f"there is no task list {name!r} at Google; there is: {there}")
            found.update((entry["id"], _collection(entry)) for entry in named)
        return list(found.values())

    def pull(self, request: Pull) -> Iterator[Batch]:
        since = None if request.full else request.cursor
        listing: dict[str, str] = {}
        gone: list[str] = []
        newest = request.cursor or ""
        for page in self._pages(request.collection, since, request.cancelled):
            items = []
            for task in page:
                newest = max(newest, task.get("updated", ""))
                if not is_there(task):
                    gone.append(ref_of(request.collection.id, task))
                    continue
                item = _named_once(request.collection, task, listing)
                listing[item.ref] = item.version
                if request.known.get(item.ref) != item.version:
                    items.append(item)
            if items:
                yield Batch(items=items)
        if request.cancelled():
            return
        yield Batch(
            gone=[ref for ref in gone if ref in request.known and ref not in listing] if since is not None else (),
            listing=listing if since is None else None,
            cursor=newest if newest and newest != request.cursor else None,
        )

    def _pages(self, collection: Collection, since: str | None, cancelled: Cancelled) -> Iterator[list[TaskBody]]:
        """All tasks, or those changed at or after a moment (RFC 3339, by Google's clock)."""
        changed = {"updatedMin": since} if since else {}
        for page in self._google.pages(self._google.api.tasks(), cancelled, tasklist=collection.id, **_LISTING, **changed):
            if "kind" not in page and "items" not in page:
                raise TryLater("what came as Google's list of tasks is none")
            yield page.get("items", [])

    # --- looking for one ------------------------------------------------------------------------------------------------
    def fetch(self, collection: Collection, ref: str) -> Held | None:
        task = self._look(collection, ref)
        return Held(read(ref, task)) if task is not None and is_there(task) else None

    def _look(self, collection: Collection, ref: str) -> TaskBody | None:
        """The follow-up as it is now; the deleted one, if there is only that. Raises CollectionGone if the list is gone."""
        seen = self._seen.setdefault(collection.id, _Seen(collection.id))
        if ref in seen.tasks:
            task = self._get(collection, seen.tasks[ref]["id"])
            if task is not None and is_there(task) and ref_of(collection.id, task) == ref:
                return task
            del seen.tasks[ref]
            if task is not None:
                seen.note(task)
        for page in self._pages(collection, seen.until, lambda: False):
            for task in page:
                seen.note(task)
        return seen.tasks.get(ref)

    def _get(self, collection: Collection, task_id: str) -> TaskBody | None:
        try:
            return self._google.ask(self._google.api.tasks().get(tasklist=collection.id, task=task_id))
        except Missing:
            return None

    # --- writing --------------------------------------------------------------------------------------------------------
    def create(self, collection: Collection, entry: Entry) -> Stored:
        if entry.form != "task":
            raise Refused("a task list takes tasks only; for events there is the connector google_calendar")
        ref = ref_for(collection.id, entry.uid)
        before = self._look(collection, ref)
        if before is not None:
            raise Conflict("there is such a task") if is_there(before) else UsedUp("there was such a task, and it was deleted")
        made = self._google.ask(self._google.api.tasks().insert(tasklist=collection.id, body=body(entry)))
        self._seen[collection.id].tasks[ref] = made
        return _stored(ref, made)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored:
        task = self._unchanged(collection, held)
        if task is None:
            raise Conflict("the entry is not there any more")
        told = changes(task, entry, fields)
        request = self._google.api.tasks().patch(tasklist=collection.id, task=task["id"], body=told)
        try:
            return _stored(held.item.ref, self._google.ask(request, etag=task["etag"]))
        except Missing as error:
            raise Conflict("the entry is not there any more") from error

    def remove(self, collection: Collection, held: Held) -> None:
        task = self._unchanged(collection, held)
        if task is None:
            return
        try:
            self._google.ask(self._google.api.tasks().delete(tasklist=collection.id, task=task["id"]), etag=task["etag"])
        except Missing:
            return

    def _unchanged(self, collection: Collection, held: Held) -> TaskBody | None:
        """The task that is held, as it is now; None if it was deleted. It is compared here, because Google does not say that it
        keeps to ``If-Match``; raises Conflict."""
        task = self._get(collection, json.loads(held.item.raw)["id"])
        if task is None or not is_there(task):
            return None
        if read(held.item.ref, task).fingerprint != held.item.fingerprint:
            raise Conflict("the entry was changed meanwhile")
        return task


def _collection(entry: Mapping[str, Any]) -> Collection:
    tasks: frozenset[Kind] = frozenset({"task"})
    return Collection(entry["id"], str(entry.get("title") or entry["id"]), tasks, tasks)


def _named_once(collection: Collection, task: TaskBody, taken: Mapping[str, str]) -> Item:
    """A task with the line of a follow-up that was seen already is the user's copy, and goes by its own id."""
    ref = ref_of(collection.id, task)
    return read(plain_ref(collection.id, task) if ref in taken else ref, task)


def _stored(ref: str, task: TaskBody) -> Stored:
    item = read(ref, task)
    return Stored(item.fingerprint, item.version)
