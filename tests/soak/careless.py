"""Write-backs that are careless in one way each, as real programs have been. The soak must find every one of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from auld.contract import Collection, Entry, EntryField, Held, Sink
from auld.errors import TryLater
from auld.outbox import Delivered, Outbox, Target, Wanted
from auld_connectors._dav_http import Answer
from auld_connectors._ical_write import render
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


class Tidy(Calendar):
    """Takes all out of its calendar that it does not know."""

    def create(self, collection: Collection, entry: Entry) -> None:
        super().create(collection, entry)
        self._http.ask("DELETE", f"{BASE}{COLLECTION}mine.ics")


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


CARELESS: dict[str, tuple[str, dict[str, Any]]] = {
    "writes without If-Match": ("lost|came back|changed lines", {"calendar_type": Unconditional}),
    "retries blindly": ("wrote without need|lost|came back|changed lines", {"calendar_type": Stubborn}),
    "writes the whole entry anew": ("changed lines", {"calendar_type": Rerendering}),
    "deletes and creates": ("deleted what a person had touched|gone", {"calendar_type": DeletingAndCreating}),
    "touches what is not its own": ("did not mint", {"calendar_type": Tidy}),
    "names an entry anew at each try": ("did not mint", {"calendar_type": Renaming}),
    "puts back what was deleted": ("brought back", {"outbox_type": Recreating}),
    "overwrites a person's words": ("SUMMARY lost", {"outbox_type": Overwriting}),
    "moves what a person placed": ("(DTSTART|DTEND|DUE).* lost|not the day", {"outbox_type": Drifting}),
    "writes in quiet cycles": ("a quiet cycle wrote", {"outbox_type": Restless}),
}
"""What each is careless in, by what it is found out, and the part of the soak that it takes the place of."""
