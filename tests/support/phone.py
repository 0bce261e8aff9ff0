"""A calendar program as people have it, on the client library caldav: it knows nothing of auld.

It remembers all that its user ever set, typed or deleted, and can tell what of it got lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from caldav.davclient import DAVClient

from support.dav_servers import DavHome

_TICK = "✓ "
_KINDS = ("VEVENT", "VTODO")


class Entry:
    """One object of a calendar, as it was when it was opened."""

    def __init__(self, where: str, resource: Any) -> None:
        self.where, self.resource = where, resource

    @cached_property
    def part(self) -> Any:
        """The event or the task in it, as icalendar has it."""
        return next(part for part in self.resource.get_icalendar_instance().subcomponents if part.name in _KINDS)

    @property
    def uid(self) -> str:
        return str(self.part["UID"])

    @property
    def title(self) -> str:
        """With ``[x]`` before what is ticked, and ``[-]`` before what is cancelled."""
        status = {"COMPLETED": "[x] ", "CANCELLED": "[-] "}.get(str(self.part.get("STATUS", "")), "")
        return f"{status}{self.part.get('SUMMARY', '')}"

    @property
    def text(self) -> str:
        return str(self.part.get("DESCRIPTION", ""))

    @property
    def day(self) -> date:
        at: Any = self.part["DUE" if "DUE" in self.part else "DTSTART"].dt
        return at.date() if isinstance(at, datetime) else at


class Phone:
    """``calendars`` by name, with the URLs of those that the user looks at."""

    def __init__(self, home: DavHome, calendars: Mapping[str, str]) -> None:
        client: Any = DAVClient(url=home.base, username=home.username, password=home.password or None)
        self._calendars: dict[str, Any] = {name: client.calendar(url=url) for name, url in calendars.items()}
        self._set: dict[tuple[str, str], dict[str, str]] = {}
        self._gone: set[tuple[str, str]] = set()

    # --- looking
    def entries(self) -> Iterator[Entry]:
        """Everything there is, in all calendars."""
        for name, calendar in self._calendars.items():
            found = [*calendar.search(event=True), *calendar.search(todo=True, include_completed=True)]
            yield from (Entry(name, resource) for resource in found)

    def titles(self) -> list[str]:
        """What the user sees: ``Keep: Get in touch with Ana Lima``, sorted."""
        return sorted(f"{entry.where}: {entry.title}" for entry in self.entries())

    def bodies(self) -> dict[str, str]:
        """Every object byte for byte, by its URL."""
        return {str(entry.resource.url): str(entry.resource.data) for entry in self.entries()}

    def open(self, uid: str) -> Entry:
        (found,) = (entry for entry in self.entries() if entry.uid == uid)
        return found

    # --- doing
    def change(self, uid: str, **properties: Any) -> None:
        """Set properties (``_`` for ``-``); None takes one out."""
        entry = self.open(uid)
        with entry.resource.edit_icalendar_component() as part:
            for key, value in properties.items():
                part.pop(key.replace("_", "-"), None)
                if value is not None:
                    part.add(key.replace("_", "-"), value)
        entry.resource.save()
        self._remember(entry.where, uid, *properties)

    def rename(self, uid: str, title: str) -> None:
        """As a program on vobject does it."""
        entry = self.open(uid)
        with entry.resource.edit_vobject_instance() as calendar:
            component = calendar.vevent if hasattr(calendar, "vevent") else calendar.vtodo
            component.summary.value = title
        entry.resource.save()
        self._remember(entry.where, uid, "SUMMARY")

    def tick(self, uid: str, at: datetime) -> None:
        """Check the box of a task; an event has none, and its title says it."""
        entry = self.open(uid)
        if entry.part.name == "VEVENT":
            return self.rename(uid, f"✓ {entry.title}")
        entry.resource.complete(completion_timestamp=at)
        return self._remember(entry.where, uid, "STATUS", "COMPLETED")

    def write(self, uid: str, *lines: str) -> None:
        """Type lines at the end of the description."""
        self.change(uid, DESCRIPTION="\n".join((self.open(uid).text, *lines)))

    def drag(self, uid: str, to: date) -> None:
        """To another day, as a whole."""
        start = self.open(uid).part.get("DTSTART")
        end = "DUE" if self.open(uid).part.name == "VTODO" else "DTEND"
        after = to if end == "DUE" else date.fromordinal(to.toordinal() + 1)
        self.change(uid, **({"DTSTART": to} if start is not None else {}), **{end: after})

    def delete(self, *uids: str) -> None:
        for entry in [entry for entry in self.entries() if entry.uid in uids]:
            entry.resource.delete()
            self._set.pop((entry.where, entry.uid), None)
            self._gone.add((entry.where, entry.uid))

    def move(self, uid: str, to: str) -> None:
        entry = self.open(uid)
        self._add(to, entry.resource.data)
        entry.resource.delete()
        self._gone.add((entry.where, uid))
        moved = self._set.pop((entry.where, uid), {})
        self._remember(to, uid, "SUMMARY", *moved)

    def copy(self, uid: str, to: str) -> str:
        """The UID of the copy."""
        copy = self.open(uid).resource.copy(keep_uid=False)
        self._add(to, copy.data)
        self._remember(to, str(copy.id), "SUMMARY", "DESCRIPTION")
        return str(copy.id)

    def add(self, to: str, body: str, uid: str) -> None:
        """An entry of the user's own."""
        self._add(to, body)
        self._remember(to, uid, "SUMMARY", "DTSTART")

    def _add(self, to: str, body: Any) -> None:
        add = self._calendars[to].add_todo if "BEGIN:VTODO" in str(body) else self._calendars[to].add_event
        add(ical=body)

    # --- losing nothing
    def _remember(self, where: str, uid: str, *properties: str) -> None:
        part = self.open_in(where, uid).part
        known = self._set.setdefault((where, uid), {})
        known.update({name.replace("_", "-"): _value(part, name.replace("_", "-")) for name in properties})

    def open_in(self, where: str, uid: str) -> Entry:
        (found,) = (entry for entry in self.entries() if (entry.where, entry.uid) == (where, uid))
        return found

    def lost(self) -> list[str]:
        """What the user set and is not so any more, and what they deleted and is there again."""
        there = {(entry.where, entry.uid): entry for entry in self.entries()}
        found = [f"{key} is back" for key in self._gone & set(there)]
        for key, properties in self._set.items():
            if key not in there:
                found.append(f"{key} is gone")
                continue
            for name, value in properties.items():
                if _value(there[key].part, name) != value:
                    found.append(f"{key}: {name} was {value!r}, is {_value(there[key].part, name)!r}")
        return found


def _value(part: Any, name: str) -> str:
    """As it stands there, but for the ticks that auld may put before lines of a description, and trailing blanks."""
    value = part.get(name)
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    text = "\n".join(each.to_ical().decode() if name != "DESCRIPTION" else str(each) for each in values)
    return text if name != "DESCRIPTION" else "\n".join(line.removeprefix(_TICK) for line in text.rstrip().split("\n"))
