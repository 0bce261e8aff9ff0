"""A sink that misbehaves as a test tells it to, around the honest one of :mod:`auld_connectors.memory`.

What is armed with :meth:`HostileSink.on` happens at the next calls of a verb, once each. ``log`` holds the verbs asked so far.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from auld.contract import Batch, Collection, Entry, EntryField, Held, Pull, Stored
from auld.errors import CollectionGone, Conflict, CredentialsRefused, RateLimited, Refused, TryLater
from auld.observations import Meeting, Task
from auld.testing.sinks import OpenAccount
from auld_connectors.memory import MemoryAccount, MemoryWorld

Deed = Callable[[], Any]
Fault = Callable[[Deed], Any]
"""Is given what the verb would do, and does that or something else."""


class Crash(BaseException):
    """The end of the process: nothing that runs may catch it."""


class Fuse:
    """Counts boundaries (requests, transactions) and ends the process at one of them."""

    def __init__(self) -> None:
        self.left = 0

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


# --- faults -------------------------------------------------------------------------------------------------------------
def lost(deed: Deed) -> None:
    """The request never arrived."""
    raise TryLater("no answer")


def answer_lost(deed: Deed) -> None:
    """It was done, but nobody was told (a timeout, or a 500 after storing)."""
    deed()
    raise TryLater("no answer")


def only_said_so(deed: Deed) -> None:
    """A 200 for something that was not done."""


def conflict(deed: Deed) -> None:
    raise Conflict("412")


def refused(deed: Deed) -> None:
    raise Refused("403")


def no_credentials(deed: Deed) -> None:
    raise CredentialsRefused("401")


def no_collection(deed: Deed) -> None:
    raise CollectionGone("404")


def limited(deed: Deed) -> None:
    raise RateLimited("429", after=1800)


def broken(deed: Deed) -> None:
    raise KeyError("a connector's mistake")


def nothing_there(deed: Deed) -> None:
    """A read that lags behind a write: it is not there yet."""


class HostileSink:
    """Source and sink over one world. ``fuse`` burns before and after every request."""

    def __init__(self, world: MemoryWorld, fuse: Fuse) -> None:
        self._world = world
        self._account: OpenAccount = MemoryAccount(world)
        self._fuse = fuse
        self._armed: dict[str, deque[Fault]] = defaultdict(deque)
        self.log: list[str] = []
        self.rewrite: Callable[[Task | Meeting], Task | Meeting] | None = None
        """What the server makes of all that is stored."""

    def on(self, verb: str, *faults: Fault) -> None:
        self._armed[verb].extend(faults)

    def calm(self) -> None:
        self._armed.clear()

    @property
    def requests(self) -> int:
        return len(self.log)

    def discover(self) -> Sequence[Collection]:
        return self._account.discover()

    def close(self) -> None:
        self._account.close()

    def ref_for(self, collection: Collection, uid: str) -> str:
        return self._account.ref_for(collection, uid)

    def pull(self, request: Pull) -> Iterator[Batch]:
        return iter(self._ask("pull", lambda: list(self._account.pull(request))))

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        found: Held | None = self._ask("fetch", lambda: self._account.fetch(collection, ref))
        return found

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        stored: Stored | None = self._ask("create", lambda: self._create(collection, entry))
        return stored

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        stored: Stored | None = self._ask("update", lambda: self._update(collection, held, entry, fields))
        return stored

    def remove(self, collection: Collection, held: Held) -> None:
        self._ask("remove", lambda: self._account.remove(collection, held))

    def _create(self, collection: Collection, entry: Entry) -> Stored | None:
        stored = self._account.create(collection, entry)
        return self._mangled(collection, self.ref_for(collection, entry.uid), stored)

    def _update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        stored = self._account.update(collection, held, entry, fields)
        return self._mangled(collection, held.item.ref, stored)

    def _mangled(self, collection: Collection, ref: str, stored: Stored | None) -> Stored | None:
        seen = self._world.items(collection)[ref].observation
        if stored is None or self.rewrite is None or not isinstance(seen, Task | Meeting):
            return stored
        self._world.put(collection, ref, self.rewrite(seen))
        return replace(stored, version="")  # a server that stores it otherwise tells no version (RFC 4791 section 5.3.4)

    def _ask(self, verb: str, deed: Deed) -> Any:
        self.log.append(verb)
        self._fuse.burn()
        fault = self._armed[verb].popleft() if self._armed[verb] else None
        answer = deed() if fault is None else fault(deed)
        self._fuse.burn()
        return answer


# --- what a careless outbox would send --------------------------------------------------------------------------------
class BlindSink(HostileSink):
    """As if nobody looked before creating, and nobody asked for ``If-None-Match``."""

    def _create(self, collection: Collection, entry: Entry) -> Stored | None:
        ref = self.ref_for(collection, entry.uid)
        if ref in self._world.items(collection):
            self._world.delete(collection, ref)
        return super()._create(collection, entry)

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        return super().fetch(collection, ref) if self.log[-1:] == ["create"] or "update" in self.log[-1:] else None


class UnconditionalSink(HostileSink):
    """As if nobody asked for ``If-Match``: what was read is changed and stored, whatever stands there by now."""

    def _update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        return super()._update(collection, self._put_back(collection, held), entry, fields)

    def remove(self, collection: Collection, held: Held) -> None:
        self._ask("remove", lambda: self._account.remove(collection, self._put_back(collection, held)))

    def _put_back(self, collection: Collection, held: Held) -> Held:
        seen = held.item.observation
        assert isinstance(seen, Task | Meeting)
        return replace(held, item=self._world.put(collection, held.item.ref, seen))


def truncated(seen: Task | Meeting) -> Task | Meeting:
    """A server that keeps ten characters of a title."""
    if isinstance(seen, Task):
        return msgspec.structs.replace(seen, title=seen.title[:10])
    assert seen.main is not None
    return msgspec.structs.replace(seen, main=msgspec.structs.replace(seen.main, title=seen.main.title[:10]))
