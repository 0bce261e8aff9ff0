"""Second step: from proposals and open follow-ups to at most one wish per person and time.

An open follow-up stands where it stands. It moves only if its day is past and nothing was done about it, or if a reason joins
it that cannot wait until then (a birthday, news); a day that the user chose is never changed. What was left undone again and
again is laid to rest, so that the calendar does not fill up with it. What cannot join waits until the
open entry is closed. Merging what was merged before gives the same again: that is what keeps the calendar still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from auld import wording
from auld.events import Because
from auld.planning.collect import Panel
from auld.planning.demand import ORDINARY, Demand
from auld.projections.views import FollowUp, PersonView
from auld.reasons.base import Proposal
from auld.tongue import Tongue, later, tongue

if TYPE_CHECKING:
    from auld.projections.view import View

EXPIRY = timedelta(days=14)
"""How long after its window an ask stays open that its reason neither repeats nor judges (a plugin that is gone, say)."""

GAPS = (timedelta(0), timedelta(days=3), timedelta(days=7))
"""An entry of a past day is set again this long after it was found undone, each time later, and then laid to rest."""

ROLL = timedelta(days=7)
"""How far behind the day that it is due again an entry may be set again."""

FORGOTTEN = timedelta(days=28)
"""So long after a day that the user chose an entry is laid to rest: it is not ours to move."""

_DAY = timedelta(days=1)

FULL_DAY = 360
"""Minutes of meetings from which on a day counts as full."""

_UNDONE = later("left undone")

THE_USER = PersonView("", "")
"""Stands where entries for the user alone have no person."""

_SERVING = frozenset({"done", "dismissed", "meeting", "failed"})


def why_quiet(view: View, day: date) -> str:
    """Why a day has no follow-ups, by the configuration or because the user is away; "" if it may have some."""
    quiet, iso = view.policy.quiet, day.isoformat()
    if day.weekday() in quiet.weekdays:
        return "a quiet weekday"
    if iso in quiet.dates:
        return "a quiet day"
    if iso in quiet.holidays:
        return "a public holiday"
    return "you are away" if view.is_away(day) else ""


class Window(NamedTuple):
    """The days that suit, inclusive, and the best of them. Later than ``last`` is too late, but better than never; ``latest``
    is the last day that is possible at all."""

    first: date
    last: date
    best: date
    latest: date = date.max


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry to be: for whom and why. ``window`` is None where it stays on the day of ``existing``.

    ``title`` is None where the leading reason is silent now, so that the words stay as they are. ``demand`` is what
    it takes of the budgets, ``stood`` what ``existing`` does now, without what was lost of it. ``plain`` is what it is without
    reasons that are rare or heavy, for when there is no room for those now. ``pressing``: past its window it comes too late.
    ``aside`` is where ``existing`` may go if one that is fixed or pressing needs its place; None: nowhere."""

    person: PersonView
    because: tuple[Because, ...]
    window: Window | None
    priority: int
    title: str | None
    fixed: bool = False
    existing: FollowUp | None = None
    demand: Demand = ORDINARY
    stood: Demand = ORDINARY
    plain: Candidate | None = None
    pressing: bool = False
    aside: Window | None = None


class Withdrawal(NamedTuple):
    """An open follow-up that lost its point, and why, in words for the user."""

    follow_up: FollowUp
    why: str
    rested: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    candidates: list[Candidate]
    withdrawn: list[Withdrawal]


def merge(view: View, panel: Panel, proposals: dict[str, list[Proposal]], today: date, horizon: date) -> Merged:
    """What should stand, person by person. ``horizon`` is the last day for which entries are written now: what can only begin
    later never holds back what is near, and is planned beside it."""
    merged = Merged([], [])
    past = _by_person(view, merged.withdrawn)
    for person_id in dict.fromkeys((*past, *proposals)):
        person = view.person(person_id) if person_id else THE_USER
        if person is not None:
            wanted = proposals.get(person_id, [])
            _merge_person(_Case(view, panel, person, wanted, today), past.get(person_id, []), horizon, merged)
    return merged


def _by_person(view: View, withdrawn: list[Withdrawal]) -> dict[str, list[FollowUp]]:
    """Every follow-up under the person whom its key means today; open ones of people who are gone are withdrawn."""
    found: dict[str, list[FollowUp]] = {}
    ids: dict[str, str | None] = {"": ""}
    for follow_up in view.follow_ups():
        if follow_up.person not in ids:
            person = view.person(follow_up.person)
            ids[follow_up.person] = person.id if person else None
        person_id = ids[follow_up.person]
        if person_id is not None:
            found.setdefault(person_id, []).append(follow_up)
        elif follow_up.open:
            withdrawn.append(Withdrawal(follow_up, tongue(view.policy)("not in the address book any more")))
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    """One person, and what the reasons want for them today."""

    view: View
    panel: Panel
    person: PersonView
    proposals: Sequence[Proposal]
    today: date

    @property
    def say(self) -> Tongue:
        return tongue(self.view.policy)

    def has_lost(self, day: date) -> bool:
        """Has a day become one without follow-ups: a quiet one, or one full of meetings?"""
        return bool(why_quiet(self.view, day)) or self.view.busy_minutes(day) >= FULL_DAY

    def fresh(self, because: Because) -> Proposal | None:
        """The proposal that repeats a part of a follow-up."""
        return next((p for p in self.proposals if _serves(p, because)), None)

    def is_beside(self, follow_up: FollowUp) -> bool:
        """Does it stand beside the person's other entry, for itself?"""
        return all(map(self.stands_beside, follow_up.because))

    def stands_beside(self, part: Proposal | Because) -> bool:
        return self.person is THE_USER or self.panel.stands_beside(part)

    def is_over_after(self, proposal: Proposal) -> bool:
        """Is it of no use at all after its window (to ask for a lunch that is over)?"""
        return proposal.heavy and self.panel.presses(proposal)

    def is_special(self, proposal: Proposal) -> bool:
        return self.panel.demand(self.person, (proposal,)).special


def _merge_person(case: _Case, past: Sequence[FollowUp], horizon: date, merged: Merged) -> None:
    standing: tuple[FollowUp, list[Because]] | None = None
    served = {(b.reason, b.occasion) for f in past if _counts_as_served(f, case.today) for b in f.because}
    for follow_up in past:
        if not follow_up.open:
            continue
        live, why = _judge(case, follow_up)
        if live and case.is_beside(follow_up):
            served |= {(b.reason, b.occasion) for b in follow_up.because}
            merged.candidates.append(_revisit(case, follow_up, live, []))
        elif live and standing is None:
            standing = follow_up, live
        else:
            rested = why == case.say(_UNDONE)
            why = why or case.say("another entry stands for the same person")
            merged.withdrawn.append(Withdrawal(follow_up, why, rested))
            if rested:  # its reasons ask anew in their own time, not at once
                served |= {(b.reason, b.occasion) for b in follow_up.because}
    if standing is not None:
        served |= {(b.reason, b.occasion) for b in standing[0].because}
    new = [p for p in case.proposals if (p.reason, p.occasion) not in served and p.last >= case.today]
    merged.candidates.extend(_alone(case, p) for p in new if case.stands_beside(p))
    new = [p for p in new if not case.stands_beside(p)]
    near = [p for p in new if p.first <= horizon]
    if standing is not None:
        merged.candidates.append(_with_plain(case, near, lambda wanted: _revisit(case, *standing, wanted)))
    elif near:
        merged.candidates.append(_with_plain(case, near, lambda wanted: _gather(case, wanted)[0]))
    far = [p for p in new if p.first > horizon]
    if standing is not None or near:
        far = [p for p in far if p.fixed]  # the touch that comes first decides about the others
    while far:
        candidate, far = _gather(case, far)
        merged.candidates.append(candidate)


def _with_plain(case: _Case, wanted: Sequence[Proposal], make: Callable[[Sequence[Proposal]], Candidate]) -> Candidate:
    """The candidate, with what it is without new reasons that are rare or heavy beside."""
    usual = [p for p in wanted if not case.is_special(p)]
    made = make(wanted)
    return made if len(usual) == len(wanted) or not (usual or made.existing) else replace(made, plain=make(usual))


def _counts_as_served(follow_up: FollowUp, today: date) -> bool:
    """Also one taken back by us is not asked again, unless its time is still to come: the user may have changed their mind."""
    taken_back = follow_up.state == "withdrawn" and (follow_up.rested or follow_up.window[1] < today)
    return follow_up.state in _SERVING or taken_back


# --- open follow-ups ----------------------------------------------------------------------------------------------------
def _judge(case: _Case, follow_up: FollowUp) -> tuple[list[Because], str]:
    """The parts of an open follow-up that still stand; if there are none, why."""
    say, person = case.say, case.person
    if person.let_go:
        return [], say("let go")
    if not person.tracked and person is not THE_USER:
        return [], say("not followed up any more")
    if person.paused_until and max(follow_up.day, case.today) < person.paused_until:
        return [], say("paused until {day}", day=say.day(person.paused_until))
    live: list[Because] = []
    why = ""
    for because in follow_up.because:
        if (void := _void(case, follow_up, because)) is None:
            live.append(because)
        elif not why:
            why = void
    if _is_left_undone(case, follow_up, live):
        return [], say(_UNDONE)
    return live, why


def _is_left_undone(case: _Case, follow_up: FollowUp, live: Sequence[Because]) -> bool:
    """Was it set again often enough? What was never in the calendar was never seen; what belongs to a day goes with it; a
    series that the user made goes on."""
    if follow_up.state == "planned" or follow_up.repeats or any(p.fixed for b in live if (p := case.fresh(b))):
        return False
    if follow_up.pinned:
        return case.today >= follow_up.day + FORGOTTEN
    return case.today > follow_up.day and follow_up.rolled >= len(GAPS)


def _void(case: _Case, follow_up: FollowUp, because: Because) -> str | None:
    if case.panel.judges(because.reason):
        return case.panel.void(case.view, case.person, follow_up, because, case.today)
    last = max(follow_up.window[1], follow_up.day) if follow_up.pinned else follow_up.window[1]
    over = case.today > last + EXPIRY
    return case.say("its time has passed") if over and case.fresh(because) is None else None


def _revisit(case: _Case, follow_up: FollowUp, live: Sequence[Because], new: Sequence[Proposal]) -> Candidate:
    """An open follow-up with what joins it. A fixed reason that joins leads; others are added behind."""
    joining = sorted((p for p in new if _joins(follow_up, p, case.today)), key=lambda p: (not p.fixed, -p.priority))
    window = _move(case, follow_up, live, joining)
    kept = [p if (p := case.fresh(b)) else b for b in live]
    parts = [*(p for p in joining if p.fixed), *kept, *(p for p in joining if not p.fixed)]
    leading = parts[0]
    title: str | None
    if isinstance(leading, Proposal):
        title = leading.title
    else:  # the words can stay only if the leading reason is still the same
        title = None if follow_up.because[0] == leading else wording.get_in_touch(case.say, case.person.name)
    fixed = any(isinstance(p, Proposal) and p.fixed for p in parts)
    priority = max((p.priority for p in parts if isinstance(p, Proposal)), default=0)
    because = tuple(p if isinstance(p, Because) else _because(p) for p in parts)
    demand = case.panel.demand(case.person, because)
    stood = case.panel.demand(case.person, live)
    waits = not (follow_up.pinned or fixed or any(map(case.panel.presses, because)))
    aside = window or (_near(case, follow_up) if follow_up.day >= case.today else None)
    moves = fixed and window is not None
    return Candidate(
        case.person, because, window, priority, title, moves, follow_up, demand, stood, aside=aside if waits else None
    )


def _joins(follow_up: FollowUp, proposal: Proposal, today: date) -> bool:
    """What is due now joins whatever stands; what has its own day joins an entry that comes after it or was left undone."""
    if proposal.fixed:
        return follow_up.day < today or proposal.first <= follow_up.day
    return proposal.first <= today


def _move(case: _Case, follow_up: FollowUp, live: Sequence[Because], joining: Sequence[Proposal]) -> Window | None:
    """Where an open follow-up has to go; None if it stays."""
    if follow_up.pinned:
        return None
    fixed = [p for p in (*joining, *map(case.fresh, live)) if p is not None and p.fixed]
    coming = [p for p in fixed if p.last >= case.today]
    if any(p.first <= follow_up.day <= p.last for p in coming):
        return None
    if coming:
        return _window(min(coming, key=_by_day), case.today)
    return None if fixed else _elsewhere(case, follow_up, live, joining)  # belated, but a wish may still be made


def _elsewhere(case: _Case, follow_up: FollowUp, live: Sequence[Because], joining: Sequence[Proposal]) -> Window | None:
    """Where an entry goes that belongs to no day: one that was left undone, cannot wait so long, or has lost its day."""
    if follow_up.day < case.today:
        back = case.today + GAPS[min(follow_up.rolled, len(GAPS) - 1)]
        fresh = [p for p in map(case.fresh, live) if p is not None]
        latest = min((p.last for p in fresh if case.is_over_after(p) and p.last >= case.today), default=date.max)
        back = min(back, latest)
        return Window(back, max(back, min((back + ROLL, *(p.last for p in fresh)))), back, latest)
    late = min((p.last for p in joining), default=follow_up.day)
    if late < follow_up.day:
        latest = min((p.last for p in joining if case.is_over_after(p)), default=follow_up.day)
        return Window(case.today, late, late, min(latest, follow_up.day))
    return _near(case, follow_up) if case.has_lost(follow_up.day) else None


def _near(case: _Case, follow_up: FollowUp) -> Window:
    """Where an entry goes that cannot have its day."""
    first, last = follow_up.window
    day = follow_up.day  # near to it; but not up to what has its own day, and would join it there
    latest = min((p.first - _DAY for p in case.proposals if p.fixed and p.first > day), default=date.max)
    return Window(max(case.today, min(first, day)), max(min(last, latest), day), day, latest)


# --- new ones -----------------------------------------------------------------------------------------------------------
def _gather(case: _Case, proposals: Sequence[Proposal]) -> tuple[Candidate, list[Proposal]]:
    """The proposals that fall together first, as one candidate, and those fixed ones that do not.

    A fixed one takes along all that has begun by its day, even what would rather come before: one entry, not two in a row.
    Without any, those whose windows meet go together, the soonest to end first."""
    bound = min((p for p in proposals if p.fixed), key=_by_day, default=None)
    if bound is not None:
        window = _window(bound, case.today)
        together = [p for p in proposals if p.first <= (window.last if p.fixed else window.best)]
    else:
        together, first, last = [], date.min, date.max
        for proposal in sorted(proposals, key=lambda p: (p.last, -p.priority, p.reason, p.occasion)):
            if proposal.first <= last and proposal.last >= first:
                first, last = max(first, proposal.first), min(last, proposal.last)
                together.append(proposal)
        first = max(case.today, first)
    together.sort(key=lambda p: (-p.priority, p.last, p.reason, p.occasion))
    leading = together[0]
    if bound is None:
        window = Window(first, last, min(max(leading.best, first), last))
    return _new(case, together, window, fixed=bound is not None), [p for p in proposals if p.fixed and p not in together]


def _alone(case: _Case, proposal: Proposal) -> Candidate:
    """A proposal that has an entry of its own."""
    return _new(case, [proposal], _window(proposal, case.today), fixed=proposal.fixed)


def _new(case: _Case, parts: Sequence[Proposal], window: Window, *, fixed: bool) -> Candidate:
    because = tuple(map(_because, parts))
    demand = case.panel.demand(case.person, because)
    pressing = any(map(case.panel.presses, parts))
    if any(map(case.is_over_after, parts)):
        window = window._replace(latest=window.last)
    return Candidate(case.person, because, window, parts[0].priority, parts[0].title, fixed, demand=demand, pressing=pressing)


def _by_day(proposal: Proposal) -> tuple[date, int, str]:
    return proposal.best, -proposal.priority, proposal.occasion


def _window(proposal: Proposal, today: date) -> Window:
    first = max(today, proposal.first)
    return Window(first, proposal.last, max(first, proposal.best))


def _because(proposal: Proposal) -> Because:
    return Because(proposal.reason, proposal.occasion, proposal.context, proposal.heavy)


def _serves(proposal: Proposal, because: Because) -> bool:
    return (proposal.reason, proposal.occasion) == (because.reason, because.occasion)
