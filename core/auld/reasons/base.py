"""What a reason is: a rule over state and date that proposes, and never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reason's wish: get in touch with ``person`` between ``first`` and ``last`` (local dates, inclusive), best on ``best``.

    ``occasion`` is the key by which the same occasion is proposed only once (``birthday:2027``, ``press:<story>``,
    ``cadence:3``). ``priority``: higher goes first, 0 to 100. ``title`` is the entry's title if this reason leads;
    ``context`` what to show, line by line, the most important first. A ``fixed`` proposal belongs to its day (a birthday):
    it may stand on a quiet day and is dropped, not moved, once ``last`` is over.
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


class Reason(Protocol):
    """A rule. Pure: the same view and date give the same proposals."""

    id: ClassVar[str]
    summary: ClassVar[str]

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterable[Proposal]:
        """What this reason wants for ``person`` in the days from ``today`` to ``until``."""
        ...
