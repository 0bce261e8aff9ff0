"""The JSON that reading commands print. These keys are an interface: more may be added, none renamed or taken away.

Instants are ISO 8601 with offset, in the user's zone; days are local ISO dates; what is not known is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, NotRequired, TypedDict

import msgspec

from auld.alerts import Alert
from auld.events import TYPES, Event
from auld.observations import PartialDate
from auld.planner import Entry, mint_uid
from auld.projections.view import View
from auld.projections.views import FollowUp, LeftOut, PersonView, Question
from auldd.plugins import Registry
from auldd.reports import CheckLine, OnceReport, StatusReport
from auldd.upcoming import next_due


class AccountShape(TypedDict):
    """One account of ``once``."""

    name: str
    ok: bool
    items: int
    events: int
    requests: int
    error: str | None


class CountsShape(TypedDict):
    planned: int
    written: int
    closed: int
    failed: int


class OnceShape(TypedDict):
    """``auld once --json``."""

    accounts: list[AccountShape]
    follow_ups: CountsShape


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
    """One line of ``people --questions``. ``about`` are the words of the title that may mean one of the candidates."""

    event: str
    at: str
    title: str
    about: str
    account: str
    ref: str
    candidates: list[CandidateShape]


class PlannedShape(TypedDict):
    at: str
    title: str


class MentionShape(TypedDict):
    at: str
    title: str
    link: str


class PromiseShape(TypedDict):
    """``by`` is "me" or "them"."""

    text: str
    by: str
    due: str | None
    state: str
    at: str


class ShowShape(TypedDict):
    """``auld show NAME --json``; ``left_out`` is there with ``--why`` only."""

    person: PersonDetailShape
    touches: list[TouchShape]
    left_out: NotRequired[list[LeftOutShape]]
    planned: list[PlannedShape]
    mentions: list[MentionShape]
    promises: list[PromiseShape]
    follow_ups: list[FollowUpShape]


class EventShape(TypedDict):
    """One line of ``auld events --json``. ``version`` is that of ``data``, which is always in its current form."""

    position: int
    type: str
    version: int
    account: str
    ref: str
    recorded_at: str
    occurred_at: str | None
    data: Any


class UnreadableShape(TypedDict):
    """An item that cannot be read, and why. Its body is kept; everything else of the account goes on."""

    ref: str
    problem: str


class AccountStatusShape(TypedDict):
    name: str
    state: str
    since: str | None
    last_ok: str | None
    next: str | None
    error: str | None
    unreadable: list[UnreadableShape]
    notes: list[str]


class LogShape(TypedDict):
    position: int
    events: int


class OutboxShape(TypedDict):
    pending: int
    parked: int
    problems: list[str]


class StatusShape(TypedDict):
    """``auld status --json``."""

    accounts: list[AccountStatusShape]
    problems: list[ProblemShape]
    log: LogShape
    outbox: OutboxShape


class AlertShape(TypedDict):
    """One line of ``auld alerts``: a Google-Alerts query worth creating, and the page that creates it."""

    person: str
    person_id: str
    query: str
    url: str


class CheckShape(TypedDict):
    """One line of ``auld check``. ``mark``: ok, note or wrong."""

    mark: str
    subject: str
    text: str


class VerifyShape(TypedDict):
    """``auld verify --json``."""

    ok: bool
    events: int
    problems: list[str]


class SettingShape(TypedDict):
    key: str
    description: str
    required: bool


class ConnectorShape(TypedDict):
    name: str
    summary: str
    every: str
    settings: list[SettingShape]


class ReasonShape(TypedDict):
    id: str
    summary: str


class PluginShape(TypedDict):
    name: str
    version: str


class ProblemShape(TypedDict):
    plugin: str
    message: str


class ConnectorsShape(TypedDict):
    """``auld connectors --json``."""

    connectors: list[ConnectorShape]
    reasons: list[ReasonShape]
    plugins: list[PluginShape]
    problems: list[ProblemShape]


def once(report: OnceReport) -> OnceShape:
    return {
        "accounts": [
            {
                "name": account.name,
                "ok": account.ok,
                "items": account.items,
                "events": account.events,
                "requests": account.requests,
                "error": account.error or None,
            }
            for account in report.accounts
        ],
        "follow_ups": {"planned": report.planned, "written": report.written, "closed": report.closed, "failed": report.failed},
    }


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
    return {
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
                "account": touch.account,
                "ref": touch.ref,
            }
            for touch in view.touches(given.id)
        ],
        "planned": [{"at": each.at.isoformat(), "title": each.title} for each in view.planned(given.id)],
        "mentions": [{"at": each.at.isoformat(), "title": each.title, "link": each.link} for each in view.mentions(given.id)],
        "promises": [],
        "follow_ups": [follow_up(each) for each in view.follow_ups(given.id)],
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
        "event": given.event,
        "at": given.at.isoformat(),
        "title": given.title,
        "about": given.about,
        "account": given.account,
        "ref": given.ref,
        "candidates": [{"id": person.id, "name": person.name} for person in given.candidates],
    }


def event(given: Event, zone: tzinfo) -> EventShape:
    return {
        "position": given.position,
        "type": given.type,
        "version": TYPES[given.type].version,
        "account": given.account,
        "ref": given.ref,
        "recorded_at": given.recorded_at.astimezone(zone).isoformat(),
        "occurred_at": instant(given.occurred_at, zone),
        "data": msgspec.to_builtins(given.data),
    }


def status(report: StatusReport, zone: tzinfo) -> StatusShape:
    return {
        "accounts": [
            {
                "name": account.name,
                "state": account.state,
                "since": instant(account.since, zone),
                "last_ok": instant(account.last_ok, zone),
                "next": instant(account.next, zone),
                "error": account.error or None,
                "unreadable": [{"ref": ref, "problem": problem} for ref, problem in account.unreadable],
                "notes": list(account.notes),
            }
            for account in report.accounts
        ],
        "problems": [{"plugin": problem.plugin, "message": problem.message} for problem in report.left_out],
        "log": {"position": report.position, "events": report.events},
        "outbox": {"pending": report.pending, "parked": report.parked, "problems": list(report.unwritten)},
    }


def alert(given: Alert) -> AlertShape:
    return {"person": given.name, "person_id": given.person, "query": given.query, "url": given.url}


def check(line: CheckLine) -> CheckShape:
    return {"mark": line.mark, "subject": line.subject, "text": line.text}


def connectors(registry: Registry) -> ConnectorsShape:
    return {
        "connectors": [
            {
                "name": connector.name,
                "summary": connector.summary,
                "every": connector.every,
                "settings": [
                    {"key": info.alias or key, "description": info.description or "", "required": info.is_required()}
                    for key, info in connector.settings.model_fields.items()
                ],
            }
            for connector in registry.connectors.values()
        ],
        "reasons": [{"id": reason.id, "summary": reason.summary} for reason in registry.reasons],
        "plugins": [{"name": name, "version": version} for name, version in registry.plugins],
        "problems": [{"plugin": problem.plugin, "message": problem.message} for problem in registry.problems],
    }


def instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at else None


def in_order(items: Sequence[FollowUpShape]) -> list[FollowUpShape]:
    """By day, then by person."""
    return sorted(items, key=lambda item: (item["day"], item["person"].casefold(), item["key"]))
