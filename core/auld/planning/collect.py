"""First step: ask every reason about every person who is followed up. A reason that fails costs nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from auld.planning.demand import Demand
from auld.reasons.base import Beside, ForTheUser, Proposal, Rare, Reason, Revocable

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason that failed: its id, the error's type (never its text, which may hold personal data), for how many people."""

    reason: str
    error: str
    people: int = 1

    def __str__(self) -> str:
        for_whom = "one person" if self.people == 1 else f"{self.people} people"
        return f"reason {self.reason} failed with {self.error} for {for_whom}"


@dataclass(slots=True)
class Panel:
    """The reasons, asked inside an error boundary. ``failures`` counts by reason id and error type."""

    reasons: Sequence[Reason]
    failures: dict[tuple[str, str], int] = field(default_factory=dict)

    def proposals(self, view: View, person: PersonView, today: date, until: date) -> list[Proposal]:
        """Everything that all reasons want for one person, each occasion once. A reason that raises for them is left out."""
        return self._asked((reason, person.id, partial(reason.propose, view, person, today, until)) for reason in self.reasons)

    def for_the_user(self, view: View, today: date, until: date) -> list[Proposal]:
        """What the reasons have to ask of the user alone."""
        asked = [reason for reason in self.reasons if isinstance(reason, ForTheUser)]
        return self._asked((reason, "", partial(reason.propose_for_user, view, today, until)) for reason in asked)

    def _asked(self, questions: Iterable[tuple[Reason, str, Callable[[], Iterable[Proposal]]]]) -> list[Proposal]:
        found: dict[tuple[str, str], Proposal] = {}
        for reason, person, ask in questions:
            try:
                proposals = [_checked(p, reason, person) for p in ask()]
            except Exception as error:  # a plugin may raise anything
                self._failed(reason, error)
                continue
            for proposal in proposals:
                found.setdefault((proposal.reason, proposal.occasion), proposal)
        return list(found.values())

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        """Why a part of an open follow-up is void, as its reason sees it; None if it stands, or if nobody can tell."""
        reason = next((r for r in self.reasons if r.id == because.reason), None)
        if not isinstance(reason, Revocable):
            return None
        try:
            return reason.void(view, person, follow_up, because, today)
        except Exception as error:  # a plugin may raise anything
            self._failed(reason, error)
            return None

    def judges(self, reason_id: str) -> bool:
        """Whether that reason can tell by itself that an ask is void."""
        return any(r.id == reason_id and isinstance(r, Revocable) for r in self.reasons)

    def stands_beside(self, part: Proposal | Because) -> bool:
        """Whether that has an entry of its own, whatever else there is for the person."""
        return any(r.id == part.reason and isinstance(r, Beside) and r.beside for r in self.reasons)

    def demand(self, person: str, because: Iterable[Because]) -> Demand:
        """What an entry for the person (their id, "" for the user's own) takes of the budgets."""
        parts = list(because)
        ids = {part.reason for part in parts}
        rare = tuple((r.id, r.per_week) for r in self.reasons if r.id in ids and isinstance(r, Rare))
        return Demand(counted=bool(person), heavy=any(part.heavy for part in parts), rare=rare)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(Problem(reason, error, people) for (reason, error), people in self.failures.items())

    def _failed(self, reason: object, error: Exception) -> None:
        key = (str(getattr(reason, "id", type(reason).__name__)), type(error).__name__)
        self.failures[key] = self.failures.get(key, 0) + 1


def collect(view: View, panel: Panel, today: date, until: date) -> dict[str, list[Proposal]]:
    """Proposals by person id; "" has those for the user alone. Who is paused is asked about the days after the pause only."""
    found: dict[str, list[Proposal]] = {}
    if own := panel.for_the_user(view, today, until):
        found[""] = own
    for person in view.tracked():
        start = max(today, person.paused_until or today)
        if start <= until and (proposals := panel.proposals(view, person, start, until)):
            found[person.id] = proposals
    return found


def _checked(proposal: Proposal, reason: Reason, person: str) -> Proposal:
    """The proposal, if it keeps to what :class:`Proposal` promises; ValueError otherwise."""
    if proposal.person != person or proposal.reason != reason.id or not proposal.occasion:
        raise ValueError("a proposal must name its person, its reason and its occasion")
    if not proposal.first <= proposal.best <= proposal.last:
        raise ValueError("a proposal's best day must lie in its window")
    return proposal
