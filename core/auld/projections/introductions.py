"""Who could be introduced to whom, and to whom thanks are due for an introduction. Asked of all people at once, when needed.

Two meet where what one needs, asks or likes shares its words with what the other offers or knows (:mod:`auld.terms`), unless
they know each other already as far as anything tells: by a meeting with the user, by their employer, or since one brought the
other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from auld.projections.roles import same_organisation
from auld.projections.views import Favour, FollowUp, Match, PersonView
from auld.projections.vocabulary import ANYBODYS_DOMAINS
from auld.terms import Meeting, TermIndex, Terms, meeting_of

if TYPE_CHECKING:
    from auld.projections.view import View

HELPER_RESTS = timedelta(days=91)
"""So long after somebody was thought of as a help, nobody else is to be introduced to them."""

NEEDED = timedelta(days=365)
"""So long what somebody needs is taken to hold."""

MOST = 13
"""So many are thought of at a time: a quarter's, with one a week."""

_INTRODUCTION = "introduction"
_WANTS = ("need", "question", "likes")
_ENGLISH = ("en",)


@dataclass(frozen=True, slots=True)
class _Person:
    """What somebody wants and has, by kind."""

    view: PersonView
    wants: Mapping[str, Terms]
    has: Mapping[str, Terms]

    @property
    def everything(self) -> Terms:
        return Terms(tuple(term for terms in self.has.values() for term in terms.terms))

    def kind_of(self, offer: str) -> str:
        return next(kind for kind, terms in self.has.items() if any(term.text == offer for term in terms.terms))


class _Asked(NamedTuple):
    """An introduction that was put to the user at any time, and what became of it."""

    key: str
    needer: str
    helper: str
    ask: FollowUp


# --- who could be introduced --------------------------------------------------------------------------------------------
def matches(view: View) -> dict[str, Match]:
    """By the id of whose need it is, one each: the one that is being asked, else one that never was, whatever became of it.
    What is needed goes before what is liked; nobody is to help two at once."""
    people = {person.id: _read(view, person) for person in view.tracked()}
    asked = list(_asked(view))
    found = {each.needer: match for each in asked if each.ask.open and (match := _still(view, people, each)) is not None}
    busy = {each.needer for each in asked if each.ask.open}
    helping = {each.helper for each in asked if each.ask.open or each.ask.proposed_at > view.as_of - HELPER_RESTS}
    wanting = [each for each in people.values() if each.view.id not in busy and any(each.wants.values())]
    index = TermIndex(view.policy.languages or _ENGLISH)
    for person in people.values() if wanting else ():
        if person.everything and not _is_paused(view, person.view):
            index.add(person.view.id, person.everything)
    for kind, person in ((kind, person) for kind in _WANTS for person in wanting):
        id_ = person.view.id
        if len(found) < MOST and id_ not in found and kind in person.wants:
            without = helping | _partners(asked, id_) | {id_}
            match = next(_offers(view, people, index.meetings(person.wants[kind]), kind, person, without), None)
            if match is not None:
                found[id_] = match
                helping.add(match.other)
    return found


def _offers(
    view: View,
    people: Mapping[str, _Person],
    met: Mapping[str, Sequence[Meeting]],
    kind: str,
    person: _Person,
    without: Collection[str],
) -> Iterator[Match]:
    """Who has what the person wants, the most alike first."""
    for other in sorted(met, key=lambda each: -len(met[each][0].shared)):
        if other not in without and not _know(view, person.view, people[other].view):
            yield _match(f"{_INTRODUCTION}:{other}", kind, met[other][0], people[other])


def _partners(asked: Iterable[_Asked], person: str) -> set[str]:
    """With whom they were once thought of, as the one or as the other."""
    found = {each.helper for each in asked if each.needer == person}
    return found.union(each.needer for each in asked if each.helper == person)


def _still(view: View, people: Mapping[str, _Person], asked: _Asked) -> Match | None:
    """What is being asked, if it holds: both are followed up, do not know each other, and have those words in common."""
    needer, helper = people.get(asked.needer), people.get(asked.helper)
    if needer is None or helper is None or _know(view, needer.view, helper.view):
        return None
    languages = view.policy.languages or _ENGLISH
    met = ((kind, meeting_of(terms, helper.everything, languages)) for kind, terms in needer.wants.items())
    return next((_match(asked.key, kind, meetings[0], helper) for kind, meetings in met if meetings), None)


def _match(key: str, kind: str, meeting: Meeting, helper: _Person) -> Match:
    return Match(key, helper.view.id, kind, meeting.one, helper.kind_of(meeting.other), meeting.other)


def _read(view: View, person: PersonView) -> _Person:
    told: defaultdict[str, list[str]] = defaultdict(list)
    for fact in view.facts(person.id):
        if fact.kind != "need" or fact.at > view.as_of - NEEDED:
            told[fact.kind].append(fact.text)
    asked = [each.text for each in view.promises(person.id) if each.kind == "question" and each.state == "open"]
    wants = dict(zip(_WANTS, (told["need"], asked, [*told["likes"], *person.interests]), strict=True))
    has = {"offers": told["offers"], "expertise": person.expertise}
    return _Person(person, _terms(wants), _terms(has))


def _terms(texts: Mapping[str, Collection[str]]) -> dict[str, Terms]:
    return {kind: Terms.of(each) for kind, each in texts.items() if each}


def _is_paused(view: View, person: PersonView) -> bool:
    return person.paused_until is not None and person.paused_until > view.today


def _asked(view: View) -> Iterator[_Asked]:
    for ask in view.follow_ups():
        for because in ask.because:
            if because.reason == _INTRODUCTION:
                needer, helper = (view.person(each) for each in (ask.person, because.occasion.partition(":")[2]))
                if needer is not None and helper is not None:
                    yield _Asked(because.occasion, needer.id, helper.id, ask)


# --- who knows whom -----------------------------------------------------------------------------------------------------
def _know(view: View, one: PersonView, other: PersonView) -> bool:
    return _colleagues(one, other) or _brought(view, one, other) or bool(_met(view, one) & _met(view, other))


def _colleagues(one: PersonView, other: PersonView) -> bool:
    if one.organisation and other.organisation and same_organisation(one.organisation, other.organisation):
        return True
    hosts = ({email.rpartition("@")[2] for email in each.emails} for each in (one, other))
    return any(not ANYBODYS_DOMAINS.issuperset(host.split(".")[:-1]) for host in set.intersection(*hosts))


def _brought(view: View, one: PersonView, other: PersonView) -> bool:
    """Did one bring the user together with the other?"""
    return any(helper.id == b.id for a, b in ((one, other), (other, one)) for helper, _ in _helpers(view, a))


def _met(view: View, person: PersonView) -> set[datetime]:
    """When the user was in a meeting with them, or will be: with both at one time is with both."""
    held = {touch.at for touch in view.touches(person.id) if touch.kind == "meeting"}
    return held.union(planned.at for planned in view.planned(person.id))


# --- whom to thank ------------------------------------------------------------------------------------------------------
def favours(view: View) -> dict[str, list[Favour]]:
    """By person id: introductions that the user made (whose entry was ticked off), and those made for the user."""
    found: defaultdict[str, list[Favour]] = defaultdict(list)
    for asked in _asked(view):
        closed = asked.ask.closed_at
        if asked.ask.state == "done" and closed is not None:
            for one, other in ((asked.needer, asked.helper), (asked.helper, asked.needer)):
                found[one].append(Favour(f"made:{asked.ask.key}", True, other, closed))
    for person in view.tracked():
        for helper, at in _helpers(view, person):
            found[helper.id].append(Favour(f"for:{person.id}", False, person.id, at))
    return dict(found)


def _helpers(view: View, person: PersonView) -> Iterator[tuple[PersonView, datetime]]:
    """Who brought the user together with the person ("met through: Ben"), where the name means one person who is followed up,
    and when that was told."""
    for fact in view.facts(person.id):
        if fact.kind == "met_through":
            meant = [each for each in view.bearers(fact.text) if each.tracked and each.id != person.id]
            if len(meant) == 1:
                yield meant[0], fact.at
