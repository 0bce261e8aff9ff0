"""A view over plain lists, for tests of reasons and planner: it implements ``auld.projections.view.View`` and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from auld.events import Draft, Proposed, Revised, Withdrawn
from auld.people import fold
from auld.policy import Policy
from auld.projections import introductions
from auld.projections.views import (
    Accepted,
    Fact,
    Favour,
    FollowUp,
    FollowUpState,
    Match,
    NewRole,
    NoteView,
    Offer,
    PersonView,
    Planned,
    Post,
    Press,
    Promise,
    Touch,
    Trip,
    Unchosen,
)


@dataclass
class FakeView:
    """``alias`` maps a joined person's old id to the one that lives on."""

    as_of: datetime
    policy: Policy = field(default_factory=Policy)
    persons: list[PersonView] = field(default_factory=list)
    held: dict[str, list[Touch]] = field(default_factory=dict)
    ahead: dict[str, list[Planned]] = field(default_factory=dict)
    press: dict[str, list[Press]] = field(default_factory=dict)
    posted: dict[str, list[Post]] = field(default_factory=dict)
    offered: dict[str, list[Offer]] = field(default_factory=dict)
    noted: dict[str, list[NoteView]] = field(default_factory=dict)
    promised: dict[str, list[Promise]] = field(default_factory=dict)
    told: dict[str, list[Fact]] = field(default_factory=dict)
    changed: dict[str, list[NewRole]] = field(default_factory=dict)
    strangers: list[Unchosen] = field(default_factory=list)
    asked: dict[str, FollowUp] = field(default_factory=dict)
    busy: dict[date, int] = field(default_factory=dict)
    away: set[date] = field(default_factory=set)
    journeys: list[Trip] = field(default_factory=list)
    locals: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    noon_taken: set[date] = field(default_factory=set)
    agreed: list[Accepted] = field(default_factory=list)
    alias: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.policy.zone).date()

    @today.setter
    def today(self, day: date) -> None:
        self.as_of = datetime.combine(day, time(8), self.policy.zone)

    def at(self, instant: datetime) -> FakeView:
        return replace(self, as_of=instant)

    def people(self) -> Sequence[PersonView]:
        return sorted(self.persons, key=lambda p: p.name)

    def tracked(self) -> Sequence[PersonView]:
        return [p for p in self.persons if p.tracked]

    def person(self, person_id: str) -> PersonView | None:
        wanted = self.alias.get(person_id, person_id)
        return next((p for p in self.persons if p.id == wanted), None)

    def find(self, name: str) -> Sequence[PersonView]:
        return [p for p in self.persons if fold(name) in fold(p.name)]

    def touches(self, person_id: str) -> Sequence[Touch]:
        return sorted((t for t in self.held.get(person_id, ()) if t.at <= self.as_of), key=lambda t: t.at)

    def last_touch(self, person_id: str) -> Touch | None:
        return next((t for t in reversed(self.touches(person_id)) if t.weight > 0), None)

    def planned(self, person_id: str, until: date | None = None) -> Sequence[Planned]:
        coming = (p for p in self.ahead.get(person_id, ()) if p.at > self.as_of and (until is None or p.at.date() <= until))
        return sorted(coming, key=lambda p: p.at)

    def mentions(self, person_id: str) -> Sequence[Press]:
        return [m for m in self.press.get(person_id, ()) if m.at <= self.as_of]

    def roles(self, person_id: str) -> Sequence[NewRole]:
        return self.changed.get(person_id, [])

    def posts(self, person_id: str) -> Sequence[Post]:
        return [post for post in self.posted.get(person_id, ()) if post.at <= self.as_of]

    def offers(self, person_id: str) -> Sequence[Offer]:
        return [offer for offer in self.offered.get(person_id, ()) if offer.at <= self.as_of]

    def notes(self, person_id: str) -> Sequence[NoteView]:
        return self.noted.get(person_id, [])

    def promises(self, person_id: str) -> Sequence[Promise]:
        return self.promised.get(person_id, [])

    def facts(self, person_id: str) -> Sequence[Fact]:
        return self.told.get(person_id, [])

    def accepted(self) -> Sequence[Accepted]:
        return self.agreed

    def bearers(self, name: str) -> Sequence[PersonView]:
        words = set(fold(name).split())
        return [p for p in self.persons if words and words <= set(fold(p.name).split())]

    def introduction(self, person_id: str) -> Match | None:
        return introductions.matches(self).get(person_id)

    def favours(self, person_id: str) -> Sequence[Favour]:
        return introductions.favours(self).get(person_id, ())

    def unchosen(self) -> Sequence[Unchosen]:
        return self.strangers

    def follow_ups(self, person_id: str | None = None) -> Sequence[FollowUp]:
        if person_id is None:
            return list(self.asked.values())
        return [f for f in self.asked.values() if self.alias.get(f.person, f.person) == person_id]

    def busy_minutes(self, day: date) -> int:
        return self.busy.get(day, 0)

    def is_away(self, day: date) -> bool:
        return day in self.away

    def free_gap(self, day: date, since: time, until: time) -> tuple[datetime, datetime] | None:
        """All of it, except on a day of ``noon_taken``."""
        start, end = (datetime.combine(day, each, self.policy.zone) for each in (since, until))
        return None if day in self.noon_taken else (start, end)

    def trips(self) -> Sequence[Trip]:
        return [trip for trip in self.journeys if trip.last >= self.today]

    def is_local(self, person_id: str) -> bool:
        return person_id in self.locals

    def last_in_person(self, person_id: str) -> Touch | None:
        """Of those whose titles are not in ``called``."""
        met = (t for t in reversed(self.touches(person_id)) if t.kind == "meeting" or t.channel == "met")
        return next((t for t in met if t.title not in self.called), None)

    # --- what happens to it ---------------------------------------------------------------------------------------------
    def met(self, person_id: str, day: date, title: str = "Lunch", kind: str = "meeting") -> None:
        at = datetime.combine(day, time(12), self.policy.zone)
        self.held.setdefault(person_id, []).append(Touch(at, kind, title, 1.0, "calendar", f"{title}-{day}"))

    def plan_meeting(self, person_id: str, day: date, title: str = "Lunch", hour: int = 12, size: int = 2) -> None:
        at = datetime.combine(day, time(hour), self.policy.zone)
        self.ahead.setdefault(person_id, []).append(Planned(at, title, size))

    def take(self, drafts: Sequence[Draft]) -> None:
        """Fold the planner's decisions, as the projection of follow-ups does."""
        for draft in drafts:
            data = draft.data
            if isinstance(data, Proposed):
                assert data.key not in self.asked
                self.asked[data.key] = self._born(data)
            elif isinstance(data, Revised):
                old = self.asked[data.key]
                assert old.open
                self.asked[data.key] = replace(
                    old,
                    day=date.fromisoformat(data.day) if data.day else old.day,
                    title=data.title or old.title,
                    description=data.description or old.description,
                    because=data.because or old.because,
                    rolled=old.rolled + (data.day is not None and old.day < self.today),
                )
            elif isinstance(data, Withdrawn):
                assert self.asked[data.key].open
                self.close(data.key, "withdrawn", data.why)
                self.asked[data.key] = replace(self.asked[data.key], rested=data.rested)

    def _born(self, data: Proposed) -> FollowUp:
        return FollowUp(
            key=data.key,
            uid=data.uid,
            person=data.person,
            name=data.name,
            because=data.because,
            day=date.fromisoformat(data.day),
            title=data.title,
            description=data.description,
            state="planned",
            proposed_at=self.as_of,
            window=(date.fromisoformat(data.window[0]), date.fromisoformat(data.window[1])),
            every=data.every,
        )

    def close(self, key: str, state: FollowUpState, why: str = "") -> None:
        """A follow-up is over; a done one counts as a touch."""
        done = self.asked[key]
        self.asked[key] = replace(done, state=state, closed_at=self.as_of, why=why)
        if state == "done":
            self.held.setdefault(done.person, []).append(Touch(self.as_of, "follow-up", done.title, 1.0, "", done.key))

    def pin(self, key: str, day: date) -> None:
        """The user moves the entry."""
        self.asked[key] = replace(self.asked[key], day=day, pinned=True, state="moved", user_fields=frozenset({"day"}))


MONDAY = date(2026, 3, 2)


def fake_view(*persons: PersonView, today: date = MONDAY, policy: Policy | None = None) -> FakeView:
    """A view on a Monday morning in Lisbon, unless told otherwise."""
    policy = policy or Policy(timezone="Europe/Lisbon")
    return FakeView(datetime.combine(today, time(8), policy.zone), policy, list(persons))


def days_ago(days: int, today: date = MONDAY) -> date:
    return today - timedelta(days=days)
