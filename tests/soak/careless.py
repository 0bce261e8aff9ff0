"""Write-backs that are careless in one way each, as real programs have been. The soak must find every one of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from auld.contract import Collection, Entry, EntryField, Held, Sink, Stored
from auld.errors import TryLater
from auld.events import Captured, Draft
from auld.outbox import Delivered, Outbox, Target, Wanted
from auld.policy import Words
from auld_connectors._dav_http import Answer
from auld_connectors._ical_write import render
from soak.daemon import FusedLog, Parts
from soak.server import BASE, Calendar, Wire
from support.hostile_dav import COLLECTION


# --- in how they speak --------------------------------------------------------------------------------------------------
class _Unconditional(Wire):
    """Leaves out what a write depends on."""

    def ask(
        self, verb: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, slow: bool = False
    ) -> Answer:
        kept = {name: value for name, value in (headers or {}).items() if name not in ("If-Match", "If-None-Match")}
        return super().ask(verb, url, body, kept, slow=slow)


class Unconditional(Calendar):
    """Writes without If-Match: an edit made between the look and the write is lost."""

    wire_type = _Unconditional


class _Stubborn(Wire):
    """Repeats a write until there is an answer, without a condition the second time: the first try may have been stored."""

    def ask(
        self, verb: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, slow: bool = False
    ) -> Answer:
        try:
            return super().ask(verb, url, body, headers, slow=slow)
        except TryLater:
            if verb != "PUT":
                raise
        return super().ask(verb, url, body, {}, slow=slow)


class Stubborn(Calendar):
    """Retries blindly."""

    wire_type = _Stubborn


class Rerendering(Calendar):
    """Writes the whole entry anew, as it would have made it, in place of a change of what stands there."""

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> None:
        self._http.ask("PUT", BASE + held.item.ref, _body(self, entry), {"If-Match": held.item.version})


class DeletingAndCreating(Calendar):
    """Changes an entry by taking it out and putting a new one in."""

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> None:
        self._http.ask("DELETE", BASE + held.item.ref)
        self.create(collection, entry)


class Sorting(Calendar):
    """Writes the lines that it ticks in an order of its own."""

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        lines = entry.description.split("\n")
        return super().update(collection, held, replace(entry, description="\n".join(sorted(lines))), fields)


class Tidy(Calendar):
    """Takes all out of its calendar that it does not know."""

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        stored = super().create(collection, entry)
        self._http.ask("DELETE", f"{BASE}{COLLECTION}mine.ics")
        return stored


class Renaming(Calendar):
    """Gives an entry a new name and UID each time that it is tried."""

    tries = 0

    def create(self, collection: Collection, entry: Entry) -> None:
        Renaming.tries += 1
        url = f"{BASE}{COLLECTION}{Renaming.tries}.ics"
        self._http.ask("PUT", url, _body(self, entry), {"If-None-Match": "*"})


def _body(calendar: Calendar, entry: Entry) -> bytes:
    return render(entry, calendar._now())


# --- in what they want --------------------------------------------------------------------------------------------------
class _Bent(Outbox):
    """An outbox whose wishes are bent first."""

    def deliver(
        self,
        wanted: Iterable[Wanted],
        target: Target,
        sink: Sink,
        now: Callable[[], datetime],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        return super().deliver([self.bend(each, now()) for each in wanted], target, sink, now, cancelled)

    def due(self, wanted: Iterable[Wanted], target: Target, now: datetime) -> list[Any]:
        return list(super().due([self.bend(each, now) for each in wanted], target, now))

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        raise NotImplementedError


class Recreating(_Bent):
    """Puts back what a person deleted."""

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        return replace(wanted, state="open") if wanted.state == "over" else wanted


class Overwriting(_Bent):
    """Takes a person's field for its own again."""

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        if "title" not in wanted.theirs:
            return wanted
        return replace(wanted, theirs=wanted.theirs - {"title"}, title="Get in touch")


class Restless(_Bent):
    """Writes in every cycle: the time is in its words."""

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        return replace(wanted, description=f"{wanted.description}\nLooked at {now:%H:%M}")


class Drifting(_Bent):
    """Moves what a person has put on a day of their own."""

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        if "day" not in wanted.theirs:
            return wanted
        return replace(wanted, theirs=wanted.theirs - {"day"}, day=wanted.day + timedelta(days=1))


class Doubling(_Bent):
    """Takes what a person moved to another calendar for deleted by mistake, and writes it again."""

    def bend(self, wanted: Wanted, now: datetime) -> Wanted:
        moved = wanted.state == "over" and wanted.base is None and wanted.theirs >= {"title", "description", "day"}
        return replace(wanted, state="open") if moved else wanted


# --- in what they remember and understand -------------------------------------------------------------------------------
class Inattentive(FusedLog):
    """Does not take in what was typed."""

    def append(self, drafts: Sequence[Draft], now: datetime) -> list[int]:
        return super().append([draft for draft in drafts if not isinstance(draft.data, Captured)], now)


CARELESS: dict[str, tuple[str, Parts]] = {
    "writes without If-Match": (
        "lost|came back|changed lines|changed a text|changed the status|deleted what a person had touched",
        Parts(calendar=Unconditional),
    ),
    "retries blindly": ("wrote without need|lost|came back|changed lines|changed a text", Parts(calendar=Stubborn)),
    "writes the whole entry anew": ("changed lines", Parts(calendar=Rerendering)),
    "deletes and creates": ("deleted what a person had touched|gone", Parts(calendar=DeletingAndCreating)),
    "touches what is not its own": ("did not mint", Parts(calendar=Tidy)),
    "names an entry anew at each try": ("did not mint", Parts(calendar=Renaming)),
    "puts the user's lines in order when it ticks them": ("changed a text", Parts(calendar=Sorting)),
    "puts back what was deleted": ("brought back|a second one", Parts(outbox=Recreating)),
    "overwrites a person's words": ("SUMMARY lost|not the person's title", Parts(outbox=Overwriting)),
    "moves what a person placed": ("(DTSTART|DTEND|DUE).* lost|not the day|set for", Parts(outbox=Drifting)),
    "writes in quiet cycles": ("a quiet cycle wrote", Parts(outbox=Restless)),
    "writes what was moved once more": ("a second one|brought back", Parts(outbox=Doubling)),
    "forgets what was typed": ("understood as \\[\\]", Parts(log=Inattentive)),
    "does not know the words": ("never|decline|dismissed", Parts(words=Words(not_this=(), never=()))),
}
"""What each is careless in, by what it is found out, and the part of the soak that it takes the place of. One carelessness has
several first consequences, by what a person happened to do before."""
