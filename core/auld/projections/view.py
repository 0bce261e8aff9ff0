"""Read-only questions to the state, as of an instant: who there is, what was held, what is planned, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Protocol

from auld.policy import Policy
from auld.projections.views import (
    Accepted,
    Fact,
    Favour,
    FollowUp,
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


class View(Protocol):
    """State as of ``as_of`` (aware). ``today`` is its local date in the user's zone."""

    as_of: datetime
    today: date
    policy: Policy

    def at(self, instant: datetime) -> View:
        """The same log as of another instant (aware): what was held by then. Cards and decisions are those of now."""
        ...

    def people(self) -> Sequence[PersonView]:
        """Everybody who has a card now, or was kept; by name."""
        ...

    def tracked(self) -> Sequence[PersonView]:
        """Those who are followed up (have a cadence and were not let go), in a stable order."""
        ...

    def person(self, person_id: str) -> PersonView | None:
        """The person of that id, also by an id that has since been joined to another."""
        ...

    def find(self, name: str) -> Sequence[PersonView]:
        """People by id, exact folded name, e-mail or phone; else by folded part of the name. Several if ambiguous."""
        ...

    def touches(self, person_id: str) -> Sequence[Touch]:
        """What was held with the person up to ``as_of``, oldest first; notes are among them, with weight 0."""
        ...

    def last_touch(self, person_id: str) -> Touch | None:
        """The latest that counts (weight above 0; a note does not)."""
        ...

    def planned(self, person_id: str, until: date | None = None) -> Sequence[Planned]:
        """Meetings to come or in progress, up to the local day ``until`` (13 weeks ahead if None), soonest first."""
        ...

    def mentions(self, person_id: str) -> Sequence[Press]:
        """What the news tell of the person, oldest first."""
        ...

    def posts(self, person_id: str) -> Sequence[Post]:
        """What the person published in the last weeks, oldest first."""
        ...

    def offers(self, person_id: str) -> Sequence[Offer]:
        """News entries to pass on to the person: those that open follow-ups tell of, and at most one that is new."""
        ...

    def roles(self, person_id: str) -> Sequence[NewRole]:
        """The roles in force that somebody who is followed up did not always have, as the cards' changes tell, oldest first."""
        ...

    def notes(self, person_id: str) -> Sequence[NoteView]:
        """Oldest first. Here, and where promises and facts are asked for, an empty id means what the user typed into entries
        that concern nobody else (the review of a quarter, say)."""
        ...

    def promises(self, person_id: str) -> Sequence[Promise]:
        """What was promised or asked, on both sides, oldest first, in every state."""
        ...

    def facts(self, person_id: str) -> Sequence[Fact]:
        """Interests, needs and the like, oldest first."""
        ...

    def accepted(self) -> Sequence[Accepted]:
        """The actions of reviews that the user said yes to, each once, in the order in which that was said."""
        ...

    def bearers(self, name: str) -> Sequence[PersonView]:
        """Who may be meant by a name: by their full one, else by a given name or nickname, with or without more of it."""
        ...

    def introduction(self, person_id: str) -> Match | None:
        """Whom the person could be introduced to, or is just being asked to be."""
        ...

    def favours(self, person_id: str) -> Sequence[Favour]:
        """Introductions made for the person by the user, and by the person for the user."""
        ...

    def unchosen(self) -> Iterable[Unchosen]:
        """Whom the user met repeatedly and never chose, in a book or not, most frequent first. Looks at all of a calendar."""
        ...

    def follow_ups(self, person_id: str | None = None) -> Sequence[FollowUp]:
        """Every follow-up ever, in order of birth."""
        ...

    def busy_minutes(self, day: date) -> int:
        """How many minutes of the local day opaque timed events take up (overlaps counted once)."""
        ...

    def is_away(self, day: date) -> bool:
        """Has the user entered an absence for the whole day?"""
        ...

    def free_gap(self, day: date, since: time, until: time) -> tuple[datetime, datetime] | None:
        """The longest span between two local times of a day that no opaque timed event touches; None if there is none."""
        ...

    def trips(self) -> Sequence[Trip]:
        """Journeys of the user's, under way or to come within 13 weeks, by day: those that the calendar tells for certain."""
        ...

    def is_local(self, person_id: str) -> bool:
        """Does the person live or work where the user lives, in the city or around it? False where either is not known."""
        ...

    def last_in_person(self, person_id: str) -> Touch | None:
        """The latest touch with both in one place: a meeting that is no call and no video conference, or a follow-up that was
        done by meeting."""
        ...
