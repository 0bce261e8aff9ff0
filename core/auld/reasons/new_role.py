"""Congratulate on a new job or a promotion: a card says another employer or title than before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, NewRole, PersonView

_PRIORITY = 65
_FRESH = timedelta(days=30)


class NewJob:
    """Once for each new role, for thirty days from when auld first saw it; not if you were in touch since."""

    id: ClassVar[str] = "new_role"
    summary: ClassVar[str] = "A card names another employer or title than it did before."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for role in view.roles(person.id):
            seen = _seen(view, role)
            if not today - _FRESH <= seen <= until or _in_touch_since(view, person, role):
                continue
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"{self.id}:{seen}",
                first=max(today, seen),
                last=seen + _FRESH,
                best=max(today, seen),
                priority=_PRIORITY,
                title=_title(say, person.name, role),
                context=tuple(_context(say, role, seen)),
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        role = next((r for r in view.roles(person.id) if because.occasion == f"{self.id}:{_seen(view, r)}"), None)
        if role is None:
            return say("the card does not say so any more")
        if _in_touch_since(view, person, role):
            return say("you were in touch since")
        return say("it is no news any more") if today > _seen(view, role) + _FRESH else None


def _seen(view: View, role: NewRole) -> date:
    return role.at.astimezone(view.policy.zone).date()


def _in_touch_since(view: View, person: PersonView, role: NewRole) -> bool:
    touch = view.last_touch(person.id)
    return touch is not None and touch.at > role.at


def _title(say: Tongue, name: str, role: NewRole) -> str:
    now = _words(role.organisation, role.title)
    return wording.plain(say("New role: {name}, {role}", name=name, role=now), wording.MAX_TITLE)


def _context(say: Tongue, role: NewRole, seen: date) -> Iterator[str]:
    yield wording.plain(say("Now: {role}", role=_words(role.organisation, role.title)))
    if before := _words(role.former_organisation, role.former_title):
        yield wording.plain(say("Before: {role}", role=before))
    yield say("The card says so since {day}.", day=say.day(seen))


def _words(organisation: str, title: str) -> str:
    return ", ".join(part for part in (title, organisation) if part)
