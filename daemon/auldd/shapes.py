"""The JSON that reading commands print; that of people and follow-ups stands in :mod:`auldd.people_shapes`. These keys are an
interface: more may be added, none renamed or taken away.

Instants are ISO 8601 with offset, in the user's zone; days are local ISO dates; what is not known is null.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, TypedDict

import msgspec

from auld.alerts import Alert
from auld.events import TYPES, Event
from auld.reasons.base import Reason
from auldd.plugins import Registry
from auldd.quarterly.goals import Standing
from auldd.reports import CheckLine, OnceReport, StatusReport


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


class GoalShape(TypedDict):
    """One goal; ``expected`` is what an even pace would have brought by now."""

    metric: str
    count: int
    goal: int
    expected: int
    on_track: bool


class GoalsShape(TypedDict):
    """The running quarter, ``2026-Q4``, against the goals."""

    quarter: str
    until: str
    on_track: bool
    metrics: list[GoalShape]


class StatusShape(TypedDict):
    """``auld status --json``. ``goals`` is null where none is set."""

    accounts: list[AccountStatusShape]
    problems: list[ProblemShape]
    log: LogShape
    outbox: OutboxShape
    goals: GoalsShape | None


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


class SwitchShape(ReasonShape):
    """One line of ``auld reasons``."""

    on: bool


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


def status(report: StatusReport, zone: tzinfo, stands: Standing | None = None) -> StatusShape:
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
        "goals": _goals(stands) if stands else None,
    }


def _goals(given: Standing) -> GoalsShape:
    return {
        "quarter": str(given.quarter),
        "until": given.quarter.last.isoformat(),
        "on_track": given.on_track,
        "metrics": [
            {
                "metric": each.metric,
                "count": each.count,
                "goal": each.goal,
                "expected": each.expected,
                "on_track": each.on_track,
            }
            for each in given.goals
        ],
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


def reason(given: Reason, on: bool) -> SwitchShape:
    return {"id": given.id, "summary": given.summary, "on": on}


def instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at else None
