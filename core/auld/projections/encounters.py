"""Whom one meets, by address, whether or not they are in an address book: to help with the choice of whom to keep up with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from auld.people import fold, is_role
from auld.projections.meetings import HISTORY, Slot
from auld.projections.people import is_nobodys
from auld.projections.state import State
from auld.projections.views import Unchosen

YEAR = timedelta(days=365)

REPEATEDLY = 3
"""So many meetings in the time that calendars are looked back at make somebody whom the user may want to keep up with."""

_MANY_PEOPLE = """
    all announce committee company department equipa equipe equipo everybody everyone group groupe grupo gruppe list lista
    liste lists mailing newsletter staff team verteiler
"""
_SEVERAL = frozenset(_MANY_PEOPLE.split())
"""Words in names and addresses that stand for many people, of invitations that do not say so otherwise."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """An attendee's address, the name that the invitations gave, how many meetings were held, the first one's and the last
    one's start, and what the last one was and where."""

    name: str
    email: str
    count: int
    first: datetime
    last: datetime
    title: str = ""
    place: str = ""


def encounters(state: State, as_of: datetime, within: timedelta = YEAR) -> list[Encounter]:
    """Everybody met in the time ``within`` before ``as_of`` (aware), the most frequent first. Large meetings do not count."""
    local = as_of.astimezone(state.policy.zone)
    slots = state.index().meetings.around((local - within).date(), local.date(), local)
    return _by_count(_met(slots, local - within, local))


def _met(slots: Iterable[Slot], since: datetime, until: datetime) -> dict[str, Encounter]:
    """By address, from what of the occurrences was held."""
    met: dict[str, Encounter] = {}
    for slot in slots:
        if not slot.verdict.counts or not since <= slot.start or slot.end > until:
            continue
        for guest in slot.guests:
            if not guest.address.startswith("mailto:"):
                continue
            email = guest.address.removeprefix("mailto:")
            before = met.get(email) or Encounter(guest.name, email, 0, slot.start, slot.start)
            latest = (slot.title, slot.happening.location) if slot.start >= before.last else (before.title, before.place)
            span = min(before.first, slot.start), max(before.last, slot.start)
            met[email] = Encounter(before.name or guest.name, email, before.count + 1, *span, *latest)
    return met


def _by_count(met: Mapping[str, Encounter]) -> list[Encounter]:
    return sorted(met.values(), key=lambda e: (-e.count, -e.last.timestamp(), e.email))


def unknown(state: State, as_of: datetime, within: timedelta = YEAR) -> list[Encounter]:
    """Those among :func:`encounters` who were met more than once and are nobody's that is known: no card, and not kept.
    Addresses of functions, rooms and lists are left out."""
    joining = state.index().joining
    met = (each for each in encounters(state, as_of, within) if each.count > 1)
    return [each for each in met if _is_somebody(each) and not joining.owners(f"mailto:{each.email}")]


def unchosen(state: State, as_of: datetime) -> Iterator[Unchosen]:
    """Whom the user met repeatedly and never chose: in no address book, or in none of the categories. The most frequent
    first; nobody who was let go."""
    index, local = state.index(), as_of.astimezone(state.policy.zone)
    often = {address: uids for address, uids in index.meetings.often(REPEATEDLY) if not _is_decided(state, address)}
    slots = index.meetings.passing({uid for uids in often.values() for uid in uids}, local)
    seen: set[str] = set()
    for each in _by_count(_met(slots, local - HISTORY, local)):
        owners = index.joining.owners(f"mailto:{each.email}", each.name)
        if each.count < REPEATEDLY or f"mailto:{each.email}" not in often or len(owners) > 1 or not seen.isdisjoint(owners):
            continue
        seen.update(owners)
        name = next((index.view(owner).name for owner in owners), each.name or each.email)
        if owners or _is_somebody(each):
            yield Unchosen(name, each.email, bool(owners), each.count, each.first, each.last, each.title, each.place)


def _is_decided(state: State, address: str) -> bool:
    """Did the user choose whose address this is, or let them go?"""
    index = state.index()
    people = map(index.view, index.joining.owners(address))
    return any(person.tracked or person.let_go or person.category for person in people)


def _is_somebody(met: Encounter) -> bool:
    local, _, host = met.email.partition("@")
    words = {*fold(local).split(), *fold(met.name).split()}
    return not (is_role(f"mailto:{met.email}") or is_nobodys(host) or words & _SEVERAL)
