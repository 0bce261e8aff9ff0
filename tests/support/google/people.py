"""Google Contacts: the contacts of one account, and the part of the People API v1 that reads them.

Writes show late, as at Google ("a propagation delay of several minutes for sync requests"): see ``Contacts.delay``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

from support.google.model import ApiError, Call, Changes, Json, Pages, Ticks, merge, opaque, rfc3339

TOKEN_LIFE = timedelta(days=7)
FIELDS = frozenset(
    {
        "addresses", "ageRanges", "biographies", "birthdays", "calendarUrls", "clientData", "coverPhotos", "emailAddresses",
        "events", "externalIds", "genders", "imClients", "interests", "locales", "locations", "memberships", "metadata",
        "miscKeywords", "names", "nicknames", "occupations", "organizations", "phoneNumbers", "photos", "relations",
        "sipAddresses", "skills", "urls", "userDefined",
    }
)  # fmt: skip
OTHER_FIELDS = frozenset({"emailAddresses", "metadata", "names", "phoneNumbers", "photos"})
_SYSTEM_GROUPS = ("myContacts", "starred", "friends", "family", "coworkers", "blocked", "chatBuddies", "all")


class Contacts:
    """An address book: that of the contacts (``people/…``), or of the other ones (``otherContacts/…``).

    What is put, edited and deleted shows ``delay`` after that. ``full_pulls``: how many full listings may begin before the
    fixed quota for them is used up (None: as many as one likes)."""

    def __init__(self, ticks: Ticks, kind: str = "people") -> None:
        self.kind = kind
        self.delay = timedelta(0)
        self.full_pulls: int | None = None
        self.people: dict[str, Json] = {}
        self.changes = Changes(ticks, TOKEN_LIFE)
        self.pages = Pages()
        self._ticks = ticks
        self._waiting: list[tuple[datetime, Json]] = []
        self._number = itertools.count(1)

    # --- what the user does ---------------------------------------------------------------------------------------------
    def put(self, person: Json) -> str:
        """A contact comes to stand there; its resource name (an old one replaces that contact)."""
        name: str = person.get("resourceName") or f"{self.kind}/c{next(self._number):018d}"
        self._later({**person, "resourceName": name})
        return name

    def edit(self, name: str, **changes: object) -> None:
        """Change fields."""
        waiting = [person for _, person in self._waiting if person["resourceName"] == name]
        self._later(merge((waiting or [self.people[name]])[-1], changes))

    def delete(self, name: str) -> None:
        self._later({"resourceName": name, "metadata": {"deleted": True}})

    def merge(self, kept: str, gone: str) -> str:
        """Two contacts become one, under a name of its own that tells of both."""
        old, other = self.people[kept], self.people[gone]
        joined = {**other, **old, "metadata": {"previousResourceNames": [kept, gone]}}
        del joined["resourceName"]
        for name in (kept, gone):
            self.delete(name)
        return self.put(joined)

    def _later(self, person: Json) -> None:
        self._waiting.append((self._ticks() + self.delay, person))

    def settle(self) -> None:
        """What has had its time shows."""
        at = self._ticks()
        for shows, person in [waiting for waiting in self._waiting if waiting[0] <= at]:
            self._waiting.remove((shows, person))
            name = person["resourceName"]
            etag = f"%{opaque(name, rfc3339(self._ticks()))}"
            identity = name.rpartition("/")[2]
            source = {"type": "CONTACT", "id": identity, "etag": f"#{etag}", "updateTime": rfc3339(at)}
            metadata = {"sources": [source], "objectType": "PERSON", **person.get("metadata", {})}
            self.people[name] = {**person, "etag": etag, "metadata": metadata}
            self.changes.touch(name)

    # --- the API --------------------------------------------------------------------------------------------------------
    def listing(self, call: Call) -> tuple[list[Json], Json, int]:
        """A page of people as the field mask shows them, what is said beside it, and how many there are."""
        self.settle()
        fields = self._fields(call)
        size = call["pageSize"] or 100
        if not 1 <= size <= 1000:
            raise ApiError(400, "INVALID_ARGUMENT", "Page size must be within the range of [1, 1000].")
        there = [person for person in self.people.values() if not person["metadata"].get("deleted")]
        if call["pageToken"]:
            page, beside = self.pages.next(call.params, size)
            return page, beside, len(there)
        found = self._changed(call) if call["syncToken"] else self._all(call, there)
        last = {"nextSyncToken": self.changes.token(call.params)} if call["requestSyncToken"] or call["syncToken"] else {}
        page, beside = self.pages.first(call.params, [_masked(person, fields) for person in found], size, last)
        return page, beside, len(there)

    def get(self, call: Call) -> Json:
        self.settle()
        person = self.people.get(call["resourceName"])
        if person is None or person["metadata"].get("deleted"):
            raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
        return _masked(person, self._fields(call))

    def _fields(self, call: Call) -> frozenset[str]:
        asked = call["readMask"] if self.kind == "otherContacts" else call["personFields"]
        if not asked:
            raise ApiError(400, "INVALID_ARGUMENT", "personFields mask is required. Please specify one or more valid paths.")
        fields = frozenset(asked.split(","))
        if fields - (OTHER_FIELDS if self.kind == "otherContacts" else FIELDS):
            raise ApiError(400, "INVALID_ARGUMENT", f"Invalid personFields mask path: {sorted(fields)}.")
        return fields

    def _all(self, call: Call, there: list[Json]) -> list[Json]:
        if self.full_pulls is not None:
            self.full_pulls -= 1
            if self.full_pulls < 0:
                raise ApiError(429, "RATE_LIMIT_EXCEEDED", "Quota exceeded for quota metric 'FULL_SYNC'.")
        number = self.changes.seen
        newest = call["sortOrder"] == "LAST_MODIFIED_DESCENDING"
        return sorted(there, key=lambda person: number[person["resourceName"]], reverse=newest)

    def _changed(self, call: Call) -> list[Json]:
        try:
            names = self.changes.since(call.params)
        except ValueError as error:
            raise ApiError(400, "INVALID_ARGUMENT", f"Request must match the first call: {error}") from error
        if names is None:
            message = "Sync token is expired. Clear local cache and retry call without the sync token."
            raise ApiError(400, "EXPIRED_SYNC_TOKEN", message)
        return [self.people[name] for name in names]


class Groups:
    """The groups of contacts ("labels")."""

    def __init__(self) -> None:
        self.groups: dict[str, Json] = {}
        self.pages = Pages()
        for name in _SYSTEM_GROUPS:
            self._add(name, name, "SYSTEM_CONTACT_GROUP")

    def add(self, name: str) -> str:
        """A group of the user's; its resource name."""
        return self._add(opaque("group", name).encode().hex()[:16], name, "USER_CONTACT_GROUP")

    def _add(self, identity: str, name: str, kind: str) -> str:
        resource = f"contactGroups/{identity}"
        self.groups[resource] = {"resourceName": resource, "groupType": kind, "name": name, "formattedName": name,
                                 "etag": opaque(resource)}  # fmt: skip
        return resource

    def listing(self, call: Call) -> Json:
        if call["pageToken"]:
            page, beside = self.pages.next(call.params, call["pageSize"] or 30)
        else:
            page, beside = self.pages.first(call.params, list(self.groups.values()), call["pageSize"] or 30, {})
        return {"contactGroups": page, **beside, "totalItems": len(self.groups)}


def member_of(*groups: str) -> Sequence[Json]:
    """The ``memberships`` of a contact in groups, by resource name."""
    return [
        {"contactGroupMembership": {"contactGroupId": name.partition("/")[2], "contactGroupResourceName": name}}
        for name in groups
    ]


def _masked(person: Json, fields: frozenset[str]) -> Json:
    told = {"resourceName", "etag"} | fields
    return {name: value for name, value in person.items() if name in told}
