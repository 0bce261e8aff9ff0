"""Questions to the state, as of an instant: who there is, what was held, what is planned, what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from auld.people import fold, normalise_email, normalise_phone
from auld.policy import Policy
from auld.projections import introductions
from auld.projections.attendance import Attendance, Met
from auld.projections.encounters import unchosen
from auld.projections.entries import Entry
from auld.projections.heard import Heard
from auld.projections.hours import Hours
from auld.projections.meetings import HORIZON, event_id
from auld.projections.paper import Paper
from auld.projections.roles import new_roles, without_renamed
from auld.projections.state import State
from auld.projections.touches import WHY, Link
from auld.projections.views import (
    Accepted,
    Fact,
    Favour,
    FollowUp,
    LeftOut,
    Match,
    NewRole,
    NoteView,
    Offer,
    PersonView,
    Planned,
    Post,
    Press,
    Promise,
    Question,
    Titled,
    Touch,
    Trip,
    Typed,
    Unchosen,
)

if TYPE_CHECKING:
    from auld.projections.trips import Whereabouts


_ABOUT_A_MEETING = frozenset({"brief", "debrief"})
"""To tick these off is no touch: the meeting is."""


class Query:
    """Implements :class:`auld.projections.view.View` over a live state. ``as_of`` must be aware.

    Good for one moment: make a new one after events were applied. What is expensive is kept beside the state, so that a new
    one costs only what has changed.
    """

    def __init__(self, state: State, as_of: datetime) -> None:
        if as_of.tzinfo is None:
            raise ValueError("as_of must be aware")
        self._state = state
        self._index = state.index()
        self._zone = state.policy.zone
        self.as_of = as_of.astimezone(self._zone)
        # Times of one zone compare by their clocks, which show an hour twice when summer time ends; with UTC they do not.
        self._instant = as_of.astimezone(UTC)
        self.today = self.as_of.date()
        self.policy: Policy = state.policy
        links = {**state.touches.links, **_made_meetings(state)}
        self._attendance = Attendance(self._index.joining, self._index.meetings, self._index.callings, links, self.as_of)
        self._heard = Heard(
            state.captures.entries, state.follow_ups.entries, self._index.joining.resolve, self._instant, self._zone
        )
        self._hours = Hours(self._index.meetings, self.as_of)
        self._paper = Paper(self._index, self)
        self._touches: dict[str, tuple[Touch, ...]] = {}

    def at(self, instant: datetime) -> Query:
        return Query(self._state, instant)

    @property
    def good_until(self) -> datetime:
        """As long as nothing enters the log, every answer stays as it is up to this instant (UTC): the end of a meeting of
        today, by which it was held, or the local midnight."""
        midnight = datetime.combine(self.today + timedelta(days=1), time.min, self._zone).astimezone(UTC)
        meetings = self._index.meetings.around(self.today, self.today, self.as_of)
        ends = (slot.end.astimezone(UTC) for slot in meetings if slot.end > self._instant)
        return min((*ends, midnight))

    # --- people ---------------------------------------------------------------------------------------------------------
    def people(self) -> Sequence[PersonView]:
        return self._index.everybody()

    def tracked(self) -> Sequence[PersonView]:
        return self._index.tracked()

    def person(self, person_id: str) -> PersonView | None:
        now = self._index.joining.resolve(person_id)
        return None if now is None else self._index.view(now)

    def find(self, name: str) -> Sequence[PersonView]:
        by_id = self.person(name.strip())
        if by_id is not None:
            return [by_id]
        address, number = normalise_email(name), normalise_phone(name, self.policy.region)
        everybody = self._index.everybody()
        found = [person for person in everybody if address in person.emails or number in person.phones]
        wanted = fold(name)
        if found or not wanted:
            return found
        words = set(wanted.split())
        ways: tuple[Callable[[str], bool], ...] = (
            lambda name: name == wanted,
            lambda name: words <= set(name.split()),
            lambda name: wanted in name,
        )
        for way in ways:  # also by the names of before, but what somebody is called now goes first
            found = [person for person in everybody if way(fold(person.name))]
            found = found or [person for person in everybody if any(way(fold(name)) for name in person.also)]
            if found:
                return found
        return []

    # --- what was, and what will be -------------------------------------------------------------------------------------
    def touches(self, person_id: str) -> Sequence[Touch]:
        person = self._index.joining.resolve(person_id)
        if person is None:
            return ()
        found = self._touches.get(person)
        if found is None:
            everything = [*self._meetings_held(person), *self._follow_ups_done(person), *self._notes_taken(person)]
            found = self._touches[person] = tuple(sorted(everything, key=lambda touch: (touch.at, touch.kind, touch.ref)))
        return found

    def last_touch(self, person_id: str) -> Touch | None:
        """The last one that counts: a note is remembered, but is no contact."""
        return next((touch for touch in reversed(self.touches(person_id)) if touch.weight > 0), None)

    def left_out(self, person_id: str) -> Sequence[LeftOut]:
        """Every occurrence that concerns the person and is no touch, oldest first, up to 13 weeks ahead. Looks at the whole
        calendar: for a question of the user's, not for every cycle."""
        person = self._index.joining.resolve(person_id)
        return [
            LeftOut(slot.start, slot.title, rule, WHY[rule], slot.account, slot.ref, event_id(slot.uid))
            for slot, rule in (self._attendance.left_out(person) if person is not None else ())
        ]

    def questions(self) -> Sequence[Question]:
        """Titles of the last year, and of the next 13 weeks, that do not say for certain whom they mean; the latest first."""
        found = [
            Question(event_id(slot.uid), slot.start, slot.title, told.about, slot.account, slot.ref, self._views(told.people))
            for slot, told in self._attendance.questions()
        ]
        return sorted(found, key=lambda question: (question.at, question.event, question.about), reverse=True)

    def titled(self, event: str) -> Sequence[Titled]:
        """The entries without attendees that go by this: the id that questions show, a UID, a reference, account/reference."""
        return [
            Titled(
                event_id(slot.uid),
                slot.uid,
                slot.title,
                fold(slot.title),
                tuple((told.about, told.people) for told in self._attendance.told(slot.uid, slot.title)),
            )
            for slot in self._attendance.called(event)
        ]

    def _views(self, people: Iterable[str]) -> tuple[PersonView, ...]:
        return tuple(
            sorted(
                (self._index.view(person) for person in people), key=lambda view: (not view.tracked, fold(view.name), view.id)
            )
        )

    def planned(self, person_id: str, until: date | None = None) -> Sequence[Planned]:
        """Meetings to come or in progress up to the local day ``until`` (default: 13 weeks ahead), soonest first."""
        person = self._index.joining.resolve(person_id)
        if person is None:
            return ()
        last = until or (self.as_of + HORIZON).date()
        end = datetime.combine(last + timedelta(days=1), time.min, self._zone)
        return [
            Planned(met.slot.start, met.slot.title, met.weight.size)
            for met in self._attendance.met(person, end)
            if met.slot.end > self._instant and met.slot.start < end
        ]

    def notes(self, person_id: str) -> Sequence[NoteView]:
        person = self._index.joining.resolve(person_id)
        if person is None:
            return () if person_id else list(self._heard.notes(""))
        notes = self._state.acts.notes
        lines = [line for known_as in self._index.joining.ids(person) for line in notes.get(known_as, ())]
        views = [NoteView(line.at.astimezone(self._zone), line.text) for line in lines if line.at <= self.as_of]
        return sorted([*views, *self._heard.notes(person)], key=lambda note: (note.at, note.text))

    def roles(self, person_id: str) -> Sequence[NewRole]:
        return self._roles.get(self._index.joining.resolve(person_id) or "", ())

    @cached_property
    def _roles(self) -> dict[str, list[NewRole]]:
        members, cards = self._index.joining.members, self._state.people.cards
        theirs = ((person.id, [cards[key] for key in members[person.id]]) for person in self.tracked())
        changed = ((person, found) for person, found in theirs if any(card.roles for card in found))
        return without_renamed({person: new_roles(found, self._instant) for person, found in changed})

    def promises(self, person_id: str) -> Sequence[Promise]:
        person = self._index.joining.resolve(person_id)
        return () if person_id and person is None else self._heard.promises(person or "")

    def facts(self, person_id: str) -> Sequence[Fact]:
        person = self._index.joining.resolve(person_id)
        return () if person_id and person is None else self._heard.facts(person or "")

    def bearers(self, name: str) -> Sequence[PersonView]:
        words, callings = fold(name).split(), self._index.callings
        return self._views(callings.named(words) or callings.meant(words)) if words else ()

    def introduction(self, person_id: str) -> Match | None:
        return self._matches.get(self._index.joining.resolve(person_id) or "")

    def favours(self, person_id: str) -> Sequence[Favour]:
        return self._favours.get(self._index.joining.resolve(person_id) or "", ())

    @cached_property
    def _matches(self) -> dict[str, Match]:
        return introductions.matches(self)

    @cached_property
    def _favours(self) -> dict[str, list[Favour]]:
        return introductions.favours(self)

    def unchosen(self) -> Iterable[Unchosen]:
        return unchosen(self._state, self.as_of)

    def typed(self) -> Iterator[Typed]:
        """Entries of ours whose description somebody else changed, whether or not that was taken in."""
        return self._heard.typed()

    def accepted(self) -> Sequence[Accepted]:
        found: dict[tuple[str, str, str], Accepted] = {}
        for line in self._state.acts.accepted:
            person = self._index.joining.resolve(line.person) or line.person
            at, day = line.at.astimezone(self._zone), date.fromisoformat(line.day)
            said = Accepted(at, line.quarter, line.kind, person, day, line.about)
            found.setdefault((line.quarter, line.kind, person), said)
        return list(found.values())

    def mentions(self, person_id: str) -> Sequence[Press]:
        return self._paper.mentions(person_id)

    def posts(self, person_id: str) -> Sequence[Post]:
        return self._paper.posts(person_id)

    def offers(self, person_id: str) -> Sequence[Offer]:
        return self._paper.offers(person_id)

    # --- follow-ups -----------------------------------------------------------------------------------------------------
    def follow_ups(self, person_id: str | None = None) -> Sequence[FollowUp]:
        if person_id is None:
            return self._follow_ups
        person = self._index.joining.resolve(person_id) or person_id
        return self._follow_ups_by_person.get(person, ())

    @cached_property
    def _follow_ups(self) -> tuple[FollowUp, ...]:
        return tuple(self._follow_up(entry) for entry in self._state.follow_ups.entries.values())

    @cached_property
    def _follow_ups_by_person(self) -> dict[str, list[FollowUp]]:
        by_person: defaultdict[str, list[FollowUp]] = defaultdict(list)
        for follow_up in self._follow_ups:
            by_person[follow_up.person].append(follow_up)
        return dict(by_person)

    def _follow_up(self, entry: Entry) -> FollowUp:
        proposed, base, theirs = entry.proposed, entry.base, entry.theirs
        day = date.fromisoformat(theirs.get("day", proposed.day))
        first, last = proposed.window
        return FollowUp(
            key=proposed.key,
            uid=proposed.uid,
            person=self._index.joining.resolve(proposed.person) or proposed.person,
            name=proposed.name,
            because=proposed.because,
            day=day,
            title=theirs.get("title", proposed.title),
            description=proposed.description,
            state=entry.state,
            proposed_at=entry.proposed_at.astimezone(self._zone),
            window=(date.fromisoformat(first) if first else day, date.fromisoformat(last) if last else day),
            account=(entry.stands or ("", ""))[0],
            ref=(entry.stands or ("", ""))[1],
            pinned="day" in theirs or entry.user_owned,
            closed_at=entry.closed_at and entry.closed_at.astimezone(self._zone),
            why=entry.why,
            base=base,
            user_fields=frozenset(theirs),
            their_title=theirs.get("title", ""),
            their_description=theirs.get("description", ""),
            answers=self._heard.unanswered(proposed.key),
            channel=entry.channel,
            rolled=entry.rolled,
            rested=entry.rested,
            user_owned=entry.user_owned,
            repeats=entry.repeats,
            sighted=tuple(entry.sighted),
            every=proposed.every,
        )

    # --- days -----------------------------------------------------------------------------------------------------------
    def busy_minutes(self, day: date) -> int:
        return self._hours.busy_minutes(day)

    def is_away(self, day: date) -> bool:
        return self._hours.is_away(day)

    def free_gap(self, day: date, since: time, until: time) -> tuple[datetime, datetime] | None:
        return self._hours.free_gap(day, since, until)

    # --- places ---------------------------------------------------------------------------------------------------------
    def trips(self) -> Sequence[Trip]:
        return self._trips

    @cached_property
    def _trips(self) -> Sequence[Trip]:
        anywhere = any(person.cities for person in self.tracked())  # else nobody could be visited
        return self._whereabouts.trips if anywhere else ()

    def is_local(self, person_id: str) -> bool:
        person = self.person(person_id)
        return person is not None and self._whereabouts.is_local(person)

    def last_in_person(self, person_id: str) -> Touch | None:
        person = self._index.joining.resolve(person_id)
        if person is None:
            return None
        from auld.projections.places import in_person

        calls = self.policy.words.call
        held = (met for met in self._attendance.met(person, self.as_of) if met.slot.end <= self._instant)
        met = [_as_touch(each) for each in held if in_person(each.slot.happening, calls)]
        met += [touch for touch in self._follow_ups_done(person) if touch.channel == "met"]
        return max(met, key=lambda touch: touch.at, default=None)

    @cached_property
    def _whereabouts(self) -> Whereabouts:
        from auld.projections.trips import Whereabouts

        return Whereabouts(
            self.policy,
            self._index.joining.own,
            self.today,
            lambda first, last: self._index.meetings.around(first, last, self.as_of),
            self.tracked,
            lambda: self._given_names,
            self.touches,
            self._state.people.cards.values(),
        )

    @cached_property
    def _given_names(self) -> frozenset[str]:
        return frozenset(fold(person.name).partition(" ")[0] for person in self.people())

    # --- touches of a person --------------------------------------------------------------------------------------------
    def _meetings_held(self, person: str) -> Iterator[Touch]:
        for met in self._attendance.met(person, self.as_of):
            if met.slot.end <= self._instant:
                yield _as_touch(met)

    def _follow_ups_done(self, person: str) -> Iterator[Touch]:
        for follow_up in self.follow_ups(person):
            closed = follow_up.closed_at
            contact = any(because.reason not in _ABOUT_A_MEETING for because in follow_up.because)
            if contact and follow_up.state == "done" and closed is not None and closed <= self._instant:
                channel = follow_up.channel
                yield Touch(closed, "follow-up", follow_up.title, 1.0, follow_up.account, follow_up.ref, channel=channel)

    def _notes_taken(self, person: str) -> Iterator[Touch]:
        for note in self.notes(person):
            yield Touch(note.at, "note", note.text, 0.0, "", "")


def _made_meetings(state: State) -> dict[str, tuple[Link, ...]]:
    """The meetings that the user made of entries: with whom each is stands in the follow-up, unless the user says otherwise."""
    entries = state.follow_ups.entries.values()
    made = (entry.proposed for entry in entries if entry.state == "meeting" and entry.proposed.person)
    return {each.uid: (Link(each.person, "", 0), *state.touches.links.get(each.uid, ())) for each in made}


def _as_touch(met: Met) -> Touch:
    slot, weight = met
    return Touch(slot.start, "meeting", slot.title, weight.value, slot.account, slot.ref, weight)
