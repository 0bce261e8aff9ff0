"""Whom one meets, by address, whether or not they are in an address book: to help with the choice of whom to keep up with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from auld.people import is_role
from auld.projections.state import State

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Encounter:
    """An attendee's address, the name that the invitations gave, how many meetings were held, and the last one's start."""

    name: str
    email: str
    count: int
    last: datetime


def encounters(state: State, as_of: datetime, within: timedelta = YEAR) -> list[Encounter]:
    """Everybody met in the time ``within`` before ``as_of`` (aware), the most frequent first. Large meetings do not count."""
    local = as_of.astimezone(state.policy.zone)
    met: dict[str, Encounter] = {}
    for slot in state.index().meetings.around((local - within).date(), local.date(), local):
        if not slot.verdict.counts or not local - within <= slot.start or slot.end > local:
            continue
        for guest in slot.guests:
            if not guest.address.startswith("mailto:"):
                continue
            email = guest.address.removeprefix("mailto:")
            before = met.get(email, Encounter("", email, 0, slot.start))
            name = before.name or guest.name
            met[email] = Encounter(name, email, before.count + 1, max(before.last, slot.start))
    return sorted(met.values(), key=lambda e: (-e.count, -e.last.timestamp(), e.email))


def unknown(state: State, as_of: datetime, within: timedelta = YEAR) -> list[Encounter]:
    """Those among :func:`encounters` who were met more than once and are nobody's that is known: no card, and not kept.
    Addresses of functions are left out."""
    joining = state.index().joining
    met = (each for each in encounters(state, as_of, within) if each.count > 1)
    return [each for each in met if not is_role(f"mailto:{each.email}") and not joining.owners(f"mailto:{each.email}")]
