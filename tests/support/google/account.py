"""What one Google account holds, and which of its parts answers which method."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from support.google.calendar import Calendar
from support.google.model import ApiError, Call, Json, Pages, Ticks
from support.google.people import Contacts, Groups
from support.google.tasks import TaskList

_VERBS = frozenset({"get", "listing", "instances", "insert", "update", "patch", "remove", "clear"})


class Account:
    """``calendars`` by id, the primary one first; ``lists`` of tasks by id, the default one first."""

    def __init__(self, email: str, ticks: Ticks) -> None:
        self.email = email
        self.primary = Calendar(email, email, ticks, email, primary=True)
        self.calendars = {email: self.primary}
        self.contacts = Contacts(ticks)
        self.others = Contacts(ticks, "otherContacts")
        self.groups = Groups()
        self.tasks = TaskList("MDAxMjM0NTY3ODkwMTIzNDU6MDow", "My Tasks", ticks)
        self.lists = {self.tasks.id: self.tasks}
        self._ticks = ticks
        self._number = itertools.count(1)
        self._pages = Pages()

    # --- what the user does ---------------------------------------------------------------------------------------------
    def calendar(self, summary: str, role: str = "owner", **more: Any) -> Calendar:
        """One more calendar; ``more``: fields of :class:`Calendar`."""
        name = more.pop("id", f"c{next(self._number):026d}@group.calendar.google.com")
        self.calendars[name] = Calendar(name, summary, self._ticks, self.email, role, **more)
        return self.calendars[name]

    def task_list(self, title: str) -> TaskList:
        """One more list of tasks."""
        task_list = TaskList(f"list{next(self._number):020d}", title, self._ticks)
        self.lists[task_list.id] = task_list
        return task_list

    # --- the API --------------------------------------------------------------------------------------------------------
    def answer(self, call: Call) -> Json | None:
        """The body of the answer; None if it has none. Raises ApiError."""
        own: dict[str, Callable[[Call], Json | None]] = {
            "calendar.calendarList.list": self._calendar_list,
            "calendar.calendarList.get": lambda call: self._calendar(call).entry(),
            "calendar.calendars.insert": self._new_calendar,
            "calendar.calendars.get": lambda call: _as_calendar(self._calendar(call)),
            "calendar.calendars.delete": self._drop_calendar,
            "tasks.tasklists.list": self._task_lists,
            "tasks.tasklists.get": lambda call: self._list(call).entry(),
            "tasks.tasklists.insert": lambda call: self.task_list(call.body["title"]).entry(),
            "people.people.connections.list": self._connections,
            "people.people.get": lambda call: (
                self._me(call) if call["resourceName"] == "people/me" else self.contacts.get(call)
            ),
            "people.otherContacts.list": self._other_contacts,
            "people.contactGroups.list": self.groups.listing,
        }
        if call.name in own:
            return own[call.name](call)
        _, part, verb = call.name.split(".", 2)
        verb = {"delete": "remove", "list": "listing"}.get(verb, verb)
        found = self._calendar(call) if part == "events" else self._list(call) if part == "tasks" else None
        method: Callable[[Call], Json | None] | None = getattr(found, verb, None) if verb in _VERBS else None
        if method is not None:
            return method(call)
        raise NotImplementedError(f"the fake does not know {call.name}")

    def _calendar(self, call: Call) -> Calendar:
        name = call["calendarId"]
        found = self.calendars.get(self.email if name == "primary" else name)
        if found is None:
            raise ApiError(404, "notFound", "Not Found")
        if _only_its_own(call.scopes) and not found.made_by_app:
            raise ApiError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return found

    def _calendar_list(self, call: Call) -> Json:
        roles = ("freeBusyReader", "reader", "writer", "owner")
        least = roles.index(call["minAccessRole"] or roles[0])
        entries = [each.entry() for each in self.calendars.values() if roles.index(each.role) >= least]
        entries = [each for each in entries if call["showHidden"] or not each.get("hidden")]
        size = min(call["maxResults"] or 100, 250)
        if call["pageToken"]:
            page, beside = self._pages.next(call.params, size)
        else:
            page, beside = self._pages.first(call.params, entries, size, {"nextSyncToken": "CPDAlvWDx70CEPDAlvWDx70CGAU="})
        return {"kind": "calendar#calendarList", "etag": '"p32"', **beside, "items": page}

    def _new_calendar(self, call: Call) -> Json:
        zone = call.body.get("timeZone", "UTC")
        return _as_calendar(self.calendar(call.body["summary"], zone=zone, made_by_app=True))

    def _drop_calendar(self, call: Call) -> None:
        if self._calendar(call).primary:
            raise ApiError(403, "forbiddenForPrimaryCalendar", "Cannot delete primary calendar.", "calendar")
        del self.calendars[call["calendarId"]]

    def _list(self, call: Call) -> TaskList:
        name = call["tasklist"]
        found = self.tasks if name == "@default" else self.lists.get(name)
        if found is None:
            raise ApiError(404, "notFound", "Requested entity was not found.")
        return found

    def _task_lists(self, call: Call) -> Json:
        size = min(call["maxResults"] or 1000, 1000)
        if call["pageToken"]:
            page, beside = self._pages.next(call.params, size)
        else:
            page, beside = self._pages.first(call.params, [each.entry() for each in self.lists.values()], size, {})
        return {"kind": "tasks#taskLists", "etag": '"lists"', **beside, "items": page}

    def _connections(self, call: Call) -> Json:
        if call["resourceName"] != "people/me":
            raise ApiError(400, "INVALID_ARGUMENT", "Only people/me is supported.")
        page, beside, total = self.contacts.listing(call)
        return {**({"connections": page} if page else {}), **beside, "totalPeople": total, "totalItems": total}

    def _me(self, call: Call) -> Json:
        """The user's own profile; nothing of what stands in it is for programs that may only read contacts."""
        if not call["personFields"]:
            raise ApiError(400, "INVALID_ARGUMENT", "personFields mask is required. Please specify one or more valid paths.")
        return {"resourceName": f"people/1{int.from_bytes(self.email.encode()) % 10**20:020d}", "etag": "%EgcBAj0="}

    def _other_contacts(self, call: Call) -> Json:
        page, beside, total = self.others.listing(call)
        return {**({"otherContacts": page} if page else {}), **beside, "totalSize": total}


def _only_its_own(scopes: frozenset[str]) -> bool:
    """Is the program confined to the calendars that it made?"""
    return not scopes - {"calendar.app.created"}


def _as_calendar(calendar: Calendar) -> Json:
    names = ("etag", "id", "summary", "timeZone", "dataOwner")
    entry = calendar.entry()
    return {"kind": "calendar#calendar"} | {name: entry[name] for name in names if name in entry}
