"""The reference connector: a source and a sink over a little world in memory.

It shows connector authors what the contract asks for in the fewest lines, and lets tests of the core play server, user and
network failure. It is not registered: there is nothing in it for a user. A test makes a :class:`MemoryWorld`, hands it to a
:class:`MemoryConnector`, and changes the world as a user would; failures are injected by giving the world functions to call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
from pydantic import BaseModel, ConfigDict

from auld.contract import Account, Batch, Collection, Entry, EntryField, Held, Item, Kind, Pull, Stored
from auld.errors import CollectionGone, Conflict, CursorRefused
from auld.observations import Happening, Meeting, Observation, Task

Hook = Callable[[str, str], None]
"""Called with a verb (``discover pull fetch create update remove``) and a collection id or ref; may raise any auld error."""


def _quiet(verb: str, what: str) -> None:
    """No failure."""


@dataclass
class _Shelf:
    collection: Collection
    items: dict[str, Item] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)  # ref -> number of the change that touched it last


@dataclass
class MemoryWorld:
    """What is on the other side.

    ``before`` runs ahead of each verb (the request is lost), ``after`` behind it (the answer is lost, the deed is done).
    ``batch`` is how many items a batch of a pull holds. Entity tags are honest: a content seen again has a new one.
    """

    batch: int = 100
    before: Hook = _quiet
    after: Hook = _quiet
    _shelves: dict[str, _Shelf] = field(default_factory=dict)
    _ticks: int = 0
    _oldest: int = 0

    def add(self, name: str, *kinds: Kind, writable: bool = True) -> Collection:
        """Make a collection; its id is ``memory:<name>``."""
        held = frozenset(kinds)
        collection = Collection(f"memory:{name}", name, held, held & {"task", "meeting"} if writable else frozenset())
        self._shelves[collection.id] = _Shelf(collection)
        return collection

    def drop(self, collection: Collection) -> None:
        """Delete a whole collection."""
        del self._shelves[collection.id]

    def put(self, collection: Collection, ref: str, observation: Observation) -> Item:
        """Make or change an item, as the user or another program would."""
        raw = msgspec.json.encode(observation)
        return self._store(collection, ref, observation, raw, "")

    def spoil(self, collection: Collection, ref: str, raw: bytes, problem: str = "not readable") -> Item:
        """Make an item that cannot be read."""
        return self._store(collection, ref, None, raw, problem)

    def delete(self, collection: Collection, ref: str) -> None:
        """Delete an item, as the user would."""
        shelf = self._shelf(collection)
        del shelf.items[ref]
        shelf.changed[ref] = self._tick()

    def items(self, collection: Collection) -> dict[str, Item]:
        """What is there, by ref."""
        return dict(self._shelf(collection).items)

    def forget_cursors(self) -> None:
        """Refuse every cursor given out so far (a server restored, or its history pruned)."""
        self._oldest = self._tick()

    def _store(self, collection: Collection, ref: str, observation: Observation | None, raw: bytes, problem: str) -> Item:
        tick = self._tick()
        digest = hashlib.sha256(raw).hexdigest()
        item = Item(ref, f'"{tick}"', observation, raw, digest, problem=problem)
        shelf = self._shelf(collection)
        shelf.items[ref] = item
        shelf.changed[ref] = tick
        return item

    def _tick(self) -> int:
        self._ticks += 1
        return self._ticks

    def _shelf(self, collection: Collection) -> _Shelf:
        shelf = self._shelves.get(collection.id)
        if shelf is None:
            raise CollectionGone(f"{collection.name} is not there")
        return shelf


class MemoryAccount:
    """An open account on a :class:`MemoryWorld`: source and sink."""

    def __init__(self, world: MemoryWorld) -> None:
        self._world = world
        self._requests = 0

    @property
    def requests(self) -> int:
        return self._requests

    def discover(self) -> Sequence[Collection]:
        self._ask("discover", "")
        return [shelf.collection for shelf in self._world._shelves.values()]

    def pull(self, request: Pull) -> Iterator[Batch]:
        if request.cancelled():
            return
        self._ask("pull", request.collection.id)
        shelf = self._world._shelf(request.collection)
        since = self._since(request)
        cursor = str(self._world._ticks)
        wanted = [
            item for ref, item in shelf.items.items() if shelf.changed[ref] > since and request.known.get(ref) != item.version
        ]
        gone = sorted(ref for ref, tick in shelf.changed.items() if tick > since and ref not in shelf.items)
        listing = None if since else {ref: item.version for ref, item in shelf.items.items()}
        size = self._world.batch
        last = (len(wanted) - 1) // size * size if wanted else 0
        for start in range(0, last, size):
            if request.cancelled():
                return
            yield Batch(items=wanted[start : start + size], total=len(wanted))
        yield Batch(
            items=wanted[last:],
            gone=[ref for ref in gone if ref in request.known],
            listing=listing,
            cursor=cursor if cursor != request.cursor else None,
            total=len(wanted),
        )

    def close(self) -> None:
        """Nothing to give back."""

    def ref_for(self, collection: Collection, uid: str) -> str:
        return f"{collection.id}/{uid}"

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        self._ask("fetch", ref)
        item = self._world._shelf(collection).items.get(ref)
        return None if item is None else Held(item)

    def create(self, collection: Collection, entry: Entry) -> Stored:
        ref = self.ref_for(collection, entry.uid)
        self._ask("create", ref)
        if ref in self._world._shelf(collection).items:
            raise Conflict("something is there already")
        item = self._world.put(collection, ref, _rendered(entry))
        self._world.after("create", ref)
        return Stored(item.fingerprint, item.version)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored:
        self._ask("update", held.item.ref)
        item = self._unchanged(collection, held)
        if item is None or not isinstance(item.observation, Task | Meeting):
            raise Conflict("the entry is not there any more")
        item = self._world.put(collection, item.ref, _patched(item.observation, _rendered(entry), fields))
        self._world.after("update", item.ref)
        return Stored(item.fingerprint, item.version)

    def remove(self, collection: Collection, held: Held) -> None:
        self._ask("remove", held.item.ref)
        if self._unchanged(collection, held) is not None:
            self._world.delete(collection, held.item.ref)
        self._world.after("remove", held.item.ref)

    def _ask(self, verb: str, what: str) -> None:
        self._requests += 1
        self._world.before(verb, what)

    def _since(self, request: Pull) -> int:
        if request.full or request.cursor is None:
            return 0
        since = int(request.cursor)
        if since < self._world._oldest:
            raise CursorRefused("the history does not go back that far")
        return since

    def _unchanged(self, collection: Collection, held: Held) -> Item | None:
        item = self._world._shelf(collection).items.get(held.item.ref)
        if item is not None and item.version != held.item.version:
            raise Conflict("somebody else wrote meanwhile")
        return item


class MemorySettings(BaseModel):
    """A memory account has no settings: the world is handed to its connector."""

    model_config = ConfigDict(extra="forbid")


class MemoryConnector:
    """Opens accounts on one world."""

    name: ClassVar[str] = "memory"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "a little world in memory, for tests and as an example"
    settings: ClassVar[type[Any]] = MemorySettings
    every: ClassVar[str] = "15m"

    def __init__(self, world: MemoryWorld) -> None:
        self._world = world

    def open(self, account: Account) -> MemoryAccount:
        return MemoryAccount(self._world)

    def origin(self, settings: Any) -> str | None:
        return None


def _rendered(entry: Entry) -> Task | Meeting:
    """What a follow-up looks like once it is in a calendar."""
    day = entry.day.isoformat()
    if entry.form == "task":
        return Task(uid=entry.uid, title=entry.title, description=entry.description, start=day, due=day, mark=entry.key)
    happening = Happening(
        start=day,
        end=(entry.day + timedelta(days=1)).isoformat(),
        title=entry.title,
        description=entry.description,
        transparent=True,
    )
    return Meeting(uid=entry.uid, main=happening, mark=entry.key)


def _patched(there: Task | Meeting, wanted: Task | Meeting, fields: frozenset[EntryField]) -> Task | Meeting:
    """``there`` with just ``fields`` as in ``wanted``."""
    if isinstance(there, Task) and isinstance(wanted, Task):
        changes = {"title": {"title": wanted.title}, "description": {"description": wanted.description}}
        changes |= {"day": {"start": wanted.start, "due": wanted.due}, "closed": {"status": "cancelled"}}
        return msgspec.structs.replace(there, **{k: v for name in fields for k, v in changes[name].items()})
    if isinstance(there, Meeting) and isinstance(wanted, Meeting) and there.main and wanted.main:
        main = wanted.main
        changes = {"title": {"title": main.title}, "description": {"description": main.description}}
        changes |= {"day": {"start": main.start, "end": main.end}, "closed": {"status": "cancelled"}}
        happening = msgspec.structs.replace(there.main, **{k: v for name in fields for k, v in changes[name].items()})
        return msgspec.structs.replace(there, main=happening)
    raise Conflict("the entry changed its form")
