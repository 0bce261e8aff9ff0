"""Who was at which meeting: the occurrences as judged (:mod:`auld.projections.meetings`) and the people as joined.

By attendees first; without any, by what the title says (:mod:`auld.projections.titles`), and by the user's word on it. Of
several entries with one person at one instant (the organiser's copy under another UID, a feed that gave the meeting a new UID,
a note of the user's own) one counts: one with attendees before one that only a title tells of, then the one that knows of most
people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from auld.projections.callings import Callings
from auld.projections.joining import Joining
from auld.projections.meetings import HISTORY, HORIZON, Meetings, Slot, event_id
from auld.projections.titles import Phrase, Reading, read
from auld.projections.touches import Link, absence, names
from auld.projections.vocabulary import TITLE_ABOUT
from auld.projections.weights import Weight

_LONGEST_NAME = 5
"""Words of a full name that are looked for in a title."""

ASKED_BACK = timedelta(days=365)
"""Titles of longer ago are asked about no more."""


class Met(NamedTuple):
    """An occurrence with one person, and what it weighs."""

    slot: Slot
    weight: Weight


class Told(NamedTuple):
    """Whom a part of a title means: ``about`` its folded words; ``certain`` if it needs no question. The user may have said
    that it is nobody."""

    about: str
    people: frozenset[str]
    certain: bool


class LeftOut(NamedTuple):
    """An occurrence that concerns a person, and the rule by which it is no touch (:data:`auld.projections.touches.WHY`)."""

    slot: Slot
    rule: str


class Attendance:
    """Questions as of one instant (aware), over indexes that are up to date. ``links`` are the user's, by UID."""

    def __init__(
        self,
        joining: Joining,
        meetings: Meetings,
        callings: Callings,
        links: Mapping[str, tuple[Link, ...]],
        as_of: datetime,
    ) -> None:
        self._joining = joining
        self._meetings = meetings
        self._callings = callings
        self._links = links
        self._as_of = as_of
        self._met: dict[tuple[str, datetime], list[Met]] = {}
        self._told: dict[tuple[str, str], tuple[Told, ...]] = {}

    def met(self, person: str, until: datetime) -> list[Met]:
        """Every occurrence with the person up to ``until`` that counts, held or planned, by start; one an instant."""
        found = self._met.get((person, until))
        if found is None:
            at: dict[datetime, Met] = {}
            for met in (*self._with_guest(person, until), *self._by_title(person, until)):
                instant = met.slot.start.astimezone(UTC)  # a clock shows two of them alike when summer time ends
                before = at.get(instant)
                if before is None or _precedence(met) < _precedence(before):
                    at[instant] = met
            found = self._met[person, until] = [at[instant] for instant in sorted(at)]
        return found

    def _with_guest(self, person: str, until: datetime) -> Iterator[Met]:
        addresses = self._joining.addresses(person)
        for uid in self._meetings.with_address(addresses):
            for slot in self._meetings.slots(uid, self._as_of, until):
                if not slot.verdict.counts:
                    continue
                theirs = [
                    guest.optional
                    for guest in slot.guests
                    if guest.address in addresses and self._joining.owners(guest.address, guest.name) == {person}
                ]
                if theirs:  # invited under several addresses, somebody is still one person
                    yield Met(slot, Weight(slot.size - len(theirs) + 1, slot.repeated, all(theirs)))

    def _by_title(self, person: str, until: datetime) -> Iterator[Met]:
        for uid in self._uids_by_title(person):
            for slot in self._meetings.slots(uid, self._as_of, until):
                if slot.verdict.counts and not slot.guests:
                    named = {each for told in self.told(uid, slot.title) if told.certain for each in told.people}
                    if person in named:
                        yield Met(slot, Weight(1 + len(named), slot.repeated))

    def _uids_by_title(self, person: str) -> set[str]:
        """Entries of which a title may name the person, and those that the user linked."""
        names = self._joining.full_names(person) | self._callings.called(person)
        found = {uid for name in names for uid in self._meetings.with_words(name.split())}
        return found | self._linked.get(person, set())

    @cached_property
    def _linked(self) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for uid, links in self._links.items():
            for link in links:
                person = self._joining.resolve(link.person)
                if person is not None and uid in self._meetings.uids():
                    found[person].add(uid)
        return found

    # --- titles ---------------------------------------------------------------------------------------------------------
    def told(self, uid: str, title: str) -> tuple[Told, ...]:
        """Whom an entry of that UID with that title is with, as far as the title and the user tell."""
        found = self._told.get((uid, title))
        if found is None:
            reading = read(title)
            told = {each.about: each for each in (*self._by_full_name(reading), *self._by_phrase(reading))}
            for link in self._links.get(uid, ()):
                if set(link.about.split()) <= set(reading.words):
                    self._hear(link, " ".join(reading.words), told)
            found = self._told[uid, title] = tuple(told.values())
        return found

    def _hear(self, link: Link, whole: str, told: dict[str, Told]) -> None:
        """The user's word takes the place of what the title tells; what is said of a whole title adds up."""
        person = self._joining.resolve(link.person)
        if not link.person:
            if link.about == whole:
                told.clear()
            told[link.about] = Told(link.about, frozenset(), True)
        elif person is not None:
            before = told[link.about].people if link.about == whole and link.about in told else frozenset()
            told[link.about] = Told(link.about, before | {person}, True)

    def _by_full_name(self, reading: Reading) -> Iterator[Told]:
        """The people whom the title names in full; of two names that overlap the longer one is meant."""
        words = reading.words
        covered: set[int] = set()
        for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for first in range(len(words) - length + 1):
                name = words[first : first + length]
                bearers = self._callings.named(name)
                if not bearers or covered & set(range(first, first + length)):
                    continue
                covered.update(range(first, first + length))
                met = any(_holds(phrase, name) for phrase in reading.phrases)
                if reading.full is None and not met:
                    continue
                certain = (bool(reading.full) or (met and reading.sure)) and not _is_about(words, first, first + length)
                yield Told(" ".join(name), bearers, certain and len(bearers) == 1)

    def _by_phrase(self, reading: Reading) -> Iterator[Told]:
        """The people whom the title calls by less than their names."""
        for phrase in reading.phrases:
            if self._names_in_full(phrase):
                continue
            people = self._callings.meant(phrase)
            if people:
                yield Told(" ".join(phrase), people, reading.sure and len(people) == 1)

    def _names_in_full(self, phrase: Phrase) -> bool:
        pieces = (phrase[first:last] for first in range(len(phrase)) for last in range(first + 1, len(phrase) + 1))
        return any(self._callings.named(piece) for piece in pieces)

    def questions(self) -> Iterator[tuple[Slot, Told]]:
        """What the titles of the last year, and of what is planned, leave open: of each entry one occurrence, the last one that
        was held or else the next one."""
        early, late = self._as_of - ASKED_BACK, self._as_of + HORIZON
        for uid in sorted(self._meetings.titled()):
            found: dict[str, tuple[Slot, Told]] = {}
            for slot in self._meetings.slots(uid, self._as_of):
                if slot.guests or not slot.verdict.counts or not early <= slot.start < late:
                    continue
                for told in self.told(uid, slot.title):
                    if not told.certain and (told.about not in found or slot.end <= self._as_of):
                        found[told.about] = (slot, told)
            yield from found.values()

    def called(self, event: str) -> Iterator[Slot]:
        """Of every entry without attendees that goes by this name (an event id, a UID, a reference, or account/reference), one
        occurrence; the last one that was held, or else the next one."""
        for uid in sorted(self._meetings.titled()):
            slots = [slot for slot in self._meetings.slots(uid, self._as_of) if not slot.guests]
            if slots and (
                event in (uid, event_id(uid)) or any(event in (slot.ref, f"{slot.account}/{slot.ref}") for slot in slots)
            ):
                yield max((slot for slot in slots if slot.end <= self._as_of), default=slots[0], key=lambda slot: slot.end)

    # --- what does not count --------------------------------------------------------------------------------------------
    def left_out(self, person: str) -> list[LeftOut]:
        """Every occurrence that concerns the person and is no touch, by start. Looks at the whole calendar."""
        until = self._as_of + HORIZON
        addresses = self._joining.addresses(person)
        counted = {(met.slot.account, met.slot.ref, met.slot.start) for met in self.met(person, until)}
        invited = {uid for uid in self._meetings.uids() if self._meetings.invites(uid, addresses)}
        found: list[LeftOut] = []
        for uid in sorted(invited | self._uids_by_title(person)):
            for slot in self._meetings.slots(uid, self._as_of, until):
                if not self._as_of - HISTORY <= slot.start < until:
                    continue
                if (slot.account, slot.ref, slot.start) in counted:
                    rule = "to_come" if slot.end > self._as_of else ""
                else:
                    rule = self._rule(person, addresses, slot)
                if rule:
                    found.append(LeftOut(slot, rule))
        return sorted(found, key=lambda each: (each.slot.start, each.slot.account, each.slot.ref))

    def _rule(self, person: str, addresses: set[str], slot: Slot) -> str:
        """Why an occurrence is no touch with the person; "" if it has nothing to do with them."""
        if names(slot.happening, addresses):
            rule = self._rule_of_guest(person, addresses, slot)
        elif slot.guests or slot.verdict.rule == "declined_by_another":
            return ""
        else:
            told = [each for each in self.told(slot.uid, slot.title) if person in each.people]
            if not told:
                return ""
            rule = "organisers_copy" if any(each.certain for each in told) else "title_ambiguous"
        return rule if slot.verdict.counts else slot.verdict.rule

    def _rule_of_guest(self, person: str, addresses: set[str], slot: Slot) -> str:
        theirs = [guest for guest in slot.guests if guest.address in addresses]
        if any(self._joining.owners(guest.address, guest.name) == {person} for guest in theirs):
            return "organisers_copy"
        return "somebody_else" if theirs else absence(slot.happening, addresses)


def _precedence(met: Met) -> tuple[bool, float, str, str]:
    return not met.slot.guests, met.weight.value, met.slot.account, met.slot.ref


def _holds(phrase: Phrase, name: Phrase) -> bool:
    return any(phrase[first : first + len(name)] == name for first in range(len(phrase) - len(name) + 1))


def _is_about(words: Phrase, first: int, after: int) -> bool:
    """Does the name stand for something of theirs ("Ana Lima's talk"), or for them ("Flowers for Ana Lima")?"""
    theirs = words[after : after + 1] == ("s",) and len(words) > after + 1
    return theirs or (first > 0 and words[first - 1] in TITLE_ABOUT)
