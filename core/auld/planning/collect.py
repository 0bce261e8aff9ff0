"""First step: ask every reason about every person who is followed up. A reason that fails costs nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from auld.planning.demand import Demand
from auld.reasons.base import Beside, ForTheUser, Pressing, Proposal, Rare, Reason, Revocable
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.policy import Policy
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


class Panel:
    """The reasons, asked inside an error boundary. ``failures`` counts by reason id and error type."""

    def __init__(self, reasons: Sequence[Reason], policy: Policy) -> None:
        self.reasons = [r for r in reasons if r.id not in policy.reasons_off]
        self._off = frozenset(policy.reasons_off)
        self.failures: dict[tuple[str, str], int] = {}
        # what a reason is besides is asked once: it takes longer than most of the reasons' own questions
        self._judges = {r.id: r for r in reasons if isinstance(r, Revocable)}
        self._beside = {r.id for r in reasons if isinstance(r, Beside) and r.beside}
        self._pressing = {r.id for r in reasons if isinstance(r, Pressing) and r.pressing}
        self._rare = {r.id: r.per_week for r in reasons if isinstance(r, Rare)}
        self._budgets = {each.name.casefold(): each.per_week for each in policy.categories if each.per_week}

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
        if because.reason in self._off:
            return tongue(view.policy)("you switched this reason off")
        reason = self._judges.get(because.reason)
        if reason is None:
            return None
        try:
            return reason.void(view, person, follow_up, because, today)
        except Exception as error:  # a plugin may raise anything
            self._failed(reason, error)
            return None

    def judges(self, reason_id: str) -> bool:
        """Whether that reason can tell by itself that an ask is void."""
        return reason_id in self._judges or reason_id in self._off

    def stands_beside(self, part: Proposal | Because) -> bool:
        """Whether that has an entry of its own, whatever else there is for the person."""
        return part.reason in self._beside

    def presses(self, part: Proposal | Because) -> bool:
        """Does it come too late after its window?"""
        return part.reason in self._pressing

    def demand(self, person: PersonView | None, because: Iterable[Because | Proposal]) -> Demand:
        """What an entry for the person (None: somebody who is gone) takes of the budgets."""
        parts = tuple(because)
        rare = {part.reason: self._rare[part.reason] for part in parts if part.reason in self._rare}
        budget = self._budgets.get(person.category.casefold(), 0) if person else 0
        return Demand(
            counted=person is None or bool(person.id),
            heavy=any(part.heavy for part in parts),
            rare=tuple(rare.items()),
            category=((f"category {person.category}", budget),) if person and budget else (),
        )

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
