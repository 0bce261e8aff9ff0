"""The JSON that says of people what is known of them, of their touches and follow-ups. Keys as in :mod:`auldd.shapes`: an
interface, to which more may be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from auld.observations import PartialDate
from auld.planner import Entry, mint_uid
from auld.projections.encounters import Encounter
from auld.projections.view import View
from auld.projections.views import Fact, FollowUp, LeftOut, PersonView, Promise, Question
from auld.refusals import slower
from auldd.upcoming import next_due


class FollowUpShape(TypedDict):
    """One line of ``due`` and of ``plan``. ``state``: planned, written, done, dismissed, moved, withdrawn or failed."""

    key: str
    person: str
    person_id: str
    reasons: list[str]
    day: str
    title: str
    context: list[str]
    state: str
    uid: str


class PersonShape(TypedDict):
    """One line of ``people``."""

    id: str
    name: str
    emails: list[str]
    phones: list[str]
    category: str | None
    last_touch: str | None
    next_due: str | None


class PersonDetailShape(PersonShape):
    organisation: str | None
    title: str | None
    birthday: str | None


class TouchShape(TypedDict):
    """``why`` says in words where the weight comes from."""

    at: str
    kind: str
    title: str
    weight: float
    why: str
    channel: str | None
    account: str
    ref: str


class LeftOutShape(TypedDict):
    """``rule`` is the row of docs/what-counts.md, ``why`` the same in words, ``event`` what ``auld link`` calls the entry."""

    at: str
    title: str
    rule: str
    why: str
    account: str
    ref: str
    event: str


class CandidateShape(TypedDict):
    id: str
    name: str


class QuestionShape(TypedDict):
    """One line of ``people --questions``. ``kind`` is "title", and ``about`` are the words of it that may mean one of the
    candidates; or "slower category", and ``about`` is the category of somebody whose entries are deleted again and again:
    ``category`` and ``every`` (days) are the offer."""

    kind: str
    event: str
    at: str
    title: str
    about: str
    account: str
    ref: str
    candidates: list[CandidateShape]
    category: str | None
    every: int | None


class PlannedShape(TypedDict):
    at: str
    title: str


class MentionShape(TypedDict):
    at: str
    title: str
    link: str


class PromiseShape(TypedDict):
    """``by`` is "me" or "them": whose the next step is. ``state``: open or done."""

    text: str
    by: str
    due: str | None
    state: str
    at: str


class FactShape(TypedDict):
    """``kind``: likes, need, offers, met_through or next, which may have a day."""

    kind: str
    text: str
    due: str | None
    at: str


class ShowShape(TypedDict):
    """``auld show NAME --json``; ``left_out`` is there with ``--why`` only, ``facts`` if there are any."""

    person: PersonDetailShape
    touches: list[TouchShape]
    left_out: NotRequired[list[LeftOutShape]]
    planned: list[PlannedShape]
    mentions: list[MentionShape]
    promises: list[PromiseShape]
    facts: NotRequired[list[FactShape]]
    follow_ups: list[FollowUpShape]


def follow_up(given: FollowUp) -> FollowUpShape:
    return {
        "key": given.key,
        "person": given.name,
        "person_id": given.person,
        "reasons": [because.reason for because in given.because],
        "day": given.day.isoformat(),
        "title": given.title,
        "context": [line for because in given.because for line in because.context],
        "state": given.state,
        "uid": given.uid,
    }


def entry(given: Entry, owner: str) -> FollowUpShape:
    """An entry of a plan; one that is not born yet has the key and the UID that it would get."""
    return {
        "key": given.key,
        "person": given.name,
        "person_id": given.person,
        "reasons": [because.reason for because in given.because],
        "day": given.day.isoformat(),
        "title": given.title,
        "context": [line for because in given.because for line in because.context],
        "state": given.existing.state if given.existing else "planned",
        "uid": given.existing.uid if given.existing else mint_uid(owner, given.key),
    }


def person(view: View, given: PersonView) -> PersonShape:
    last = view.last_touch(given.id)
    due = next_due(view, given)
    return {
        "id": given.id,
        "name": given.name,
        "emails": list(given.emails),
        "phones": list(given.phones),
        "category": given.category or None,
        "last_touch": last.at.isoformat() if last else None,
        "next_due": due.isoformat() if due else None,
    }


def birthday(given: PartialDate | None) -> str | None:
    """``1980-03-05``, or ``--03-05`` where the year is not known (RFC 6350 section 4.3.1)."""
    if given is None:
        return None
    return f"{f'{given.year:04}' if given.year else '-'}-{given.month:02}-{given.day:02}"


def show(view: View, given: PersonView) -> ShowShape:
    shown: ShowShape = {
        "person": {
            **person(view, given),
            "organisation": given.organisation or None,
            "title": given.title or None,
            "birthday": birthday(given.birthday),
        },
        "touches": [
            {
                "at": touch.at.isoformat(),
                "kind": touch.kind,
                "title": touch.title,
                "weight": touch.weight,
                "why": touch.why,
                "channel": touch.channel or None,
                "account": touch.account,
                "ref": touch.ref,
            }
            for touch in view.touches(given.id)
        ],
        "planned": [{"at": each.at.isoformat(), "title": each.title} for each in view.planned(given.id)],
        "mentions": [{"at": each.at.isoformat(), "title": each.title, "link": each.link} for each in view.mentions(given.id)],
        "promises": [promise(each) for each in view.promises(given.id)],
        "follow_ups": [follow_up(each) for each in view.follow_ups(given.id)],
    }
    if facts := view.facts(given.id):
        shown["facts"] = [fact(each) for each in facts]
    return shown


def promise(given: Promise) -> PromiseShape:
    return {
        "text": given.text,
        "by": given.by,
        "due": given.due.isoformat() if given.due else None,
        "state": given.state,
        "at": given.at.isoformat(),
    }


def fact(given: Fact) -> FactShape:
    return {
        "kind": given.kind,
        "text": given.text,
        "due": given.due.isoformat() if given.due else None,
        "at": given.at.isoformat(),
    }


def left_out(given: LeftOut) -> LeftOutShape:
    return {
        "at": given.at.isoformat(),
        "title": given.title,
        "rule": given.rule,
        "why": given.why,
        "account": given.account,
        "ref": given.ref,
        "event": given.event,
    }


def question(given: Question) -> QuestionShape:
    return {
        "kind": "title",
        "event": given.event,
        "at": given.at.isoformat(),
        "title": given.title,
        "about": given.about,
        "account": given.account,
        "ref": given.ref,
        "candidates": [{"id": person.id, "name": person.name} for person in given.candidates],
        "category": None,
        "every": None,
    }


def slower_questions(view: View) -> list[QuestionShape]:
    """Who may be asked for too often: what was refused last, and how often would be less."""
    found: list[QuestionShape] = []
    for person in view.tracked():
        offer = slower(view, person)
        refused = [each for each in view.follow_ups(person.id) if each.state == "dismissed" and each.closed_at]
        if offer is None or not refused:
            continue
        last = refused[-1]
        found.append(
            {
                "kind": "slower category",
                "event": "",
                "at": last.closed_at.isoformat() if last.closed_at else "",
                "title": last.title,
                "about": person.category,
                "account": last.account,
                "ref": last.ref,
                "candidates": [{"id": person.id, "name": person.name}],
                "category": offer[0] or None,
                "every": offer[1],
            }
        )
    return found


def in_order(items: Sequence[FollowUpShape]) -> list[FollowUpShape]:
    """By day, then by person."""
    return sorted(items, key=lambda item: (item["day"], item["person"].casefold(), item["key"]))


# --- one person per human -----------------------------------------------------------------------------------------------
class LikelyShape(TypedDict):
    """One of the two people of a pair."""

    id: str
    name: str
    emails: list[str]


class DuplicateShape(TypedDict):
    """One line of ``people --duplicates``, the most likely first."""

    people: list[LikelyShape]
    reasons: list[str]


class UnknownShape(TypedDict):
    """One line of ``people --unknown``, the most frequent first. ``count`` are meetings held in the last year, ``last_met``
    the start of the latest."""

    name: str | None
    email: str
    count: int
    last_met: str


def duplicate(two: Sequence[PersonView], reasons: Sequence[str]) -> DuplicateShape:
    people: list[LikelyShape] = [{"id": each.id, "name": each.name, "emails": list(each.emails)} for each in two]
    return {"people": people, "reasons": list(reasons)}


def unknown(met: Encounter) -> UnknownShape:
    return {"name": met.name or None, "email": met.email, "count": met.count, "last_met": met.last.isoformat()}
