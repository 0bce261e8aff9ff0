"""What a reason is: a rule over state and date that proposes, and never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reason's wish: get in touch with ``person`` between ``first`` and ``last`` (local dates, inclusive), best on ``best``.

    ``occasion`` is the key by which the same occasion is proposed only once (``birthday:2027``, ``press:<story>``,
    ``cadence:3``). ``priority``: higher goes first, 0 to 100. ``title`` is the entry's title if this reason leads;
    ``context`` what to show, line by line, the most important first. A ``fixed`` proposal belongs to its day (a birthday):
    it may stand on a quiet day and is dropped, not moved, once ``last`` is over. A ``heavy`` one asks for hours of the user's
    (a lunch, a journey): there are no two of them on one day.
    """

    person: str
    reason: str
    occasion: str
    first: date
    last: date
    best: date
    priority: int
    title: str
    context: tuple[str, ...] = ()
    fixed: bool = False
    heavy: bool = False


class Reason(Protocol):
    """A rule. Pure: the same view and date give the same proposals."""

    id: ClassVar[str]
    summary: ClassVar[str]

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterable[Proposal]:
        """What this reason wants for ``person`` in the days from ``today`` to ``until``.

        It need not remember what it has asked before: the planner drops occasions that were served. Proposing an occasion
        again while its follow-up is open keeps that follow-up's wording true to the facts.
        """
        ...


@runtime_checkable
class Beside(Protocol):
    """A reason whose entries stand beside the one that a person has otherwise, each for itself: to tick one off says nothing of
    the others. ``beside`` is True."""

    beside: ClassVar[bool]


@runtime_checkable
class Rare(Protocol):
    """A reason of which at most ``per_week`` entries, of all people together, stand in one week (Monday to Sunday)."""

    per_week: ClassVar[int]


@runtime_checkable
class Pressing(Protocol):
    """A reason whose asks come too late after their window (what the user owes somebody, whom to meet on a journey). Like what
    belongs to its day, they take the place of the least important entry that can wait where the week is full. ``pressing`` is
    True."""

    pressing: ClassVar[bool]


@runtime_checkable
class ForTheUser(Protocol):
    """A reason that has something to ask of the user which concerns no single person (the review of a quarter, say). The
    ``person`` of such a proposal is empty, and each has an entry of its own."""

    def propose_for_user(self, view: View, today: date, until: date) -> Iterable[Proposal]:
        """As :meth:`Reason.propose`, asked once and not for each person."""
        ...


@runtime_checkable
class Revocable(Protocol):
    """A reason that can tell when one of its open asks has lost its point. Others simply expire some weeks after their window.

    It must not propose an occasion that it calls void, or the ask would come and go for ever.
    """

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        """Why the part ``because`` of an open follow-up is void, in words for the user; None if it still stands."""
        ...
