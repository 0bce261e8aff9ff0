"""The review of a quarter in words, line by line, for the calendar entry. Calm: figures, no praise and no blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from auld.review.actions import Action, actions
from auld.review.concentration import HIGH, MODERATE, Concentration, Kind, concentration, single_threads
from auld.review.count import METRICS, Count, Metric, count
from auld.review.quarters import Quarter
from auld.review.ties import Tie, ties
from auld.tongue import Tongue, later, tongue
from auld.wording import plain

if TYPE_CHECKING:
    from auld.policy import Goals
    from auld.projections.view import View

_NAMED = 3
_COUNTED: dict[Metric, str] = {
    "meetings": later("Meetings: {count}"),
    "calls": later("Calls: {count}"),
    "reached": later("People reached: {count}"),
}
_OF_GOAL: dict[Metric, str] = {
    "meetings": later("Meetings: {count} (goal: {goal})"),
    "calls": later("Calls: {count} (goal: {goal})"),
    "reached": later("People reached: {count} (goal: {goal})"),
}
_SHARED: dict[Kind, str] = {
    "category": later("By category: {shares}"),
    "employer": later("By employer: {shares}"),
    "sector": later("By sector: {shares}"),
    "city": later("By city: {shares}"),
}
_LESS = later("Touches in the 13 weeks to the end of the quarter: {lately}; in the 26 weeks before: {before}.")


def lines(view: View, quarter: Quarter) -> list[str]:
    """The review of a quarter that is over, from what was known at its end (cards and decisions: of now). A kind of group is
    told where it is known of most people."""
    say = tongue(view.policy)
    then = view.at(quarter.end(view.policy.zone))
    found = [*counted(say, count(then, quarter), view.policy.goals)]
    found += [shared(say, each) for kind in _SHARED if 2 * (each := concentration(then, kind)).known > each.people]
    alone = single_threads(then)
    if alone:
        names = _names([f"{thread.organisation} ({thread.person.name})" for thread in alone])
        found.append(say("Organisations where you know one person only ({n}): {names}", n=len(alone), names=names))
    found += _moving(say, ties(then))
    found += [line for action in actions(view, quarter) for line in _proposed(say, action)]
    return [plain(line) for line in found]


def counted(say: Tongue, given: Count, goals: Goals) -> Iterator[str]:
    """One line a metric, with its goal if there is one."""
    wanted: dict[Metric, int] = {"meetings": goals.meetings, "calls": goals.calls, "reached": goals.reached}
    for metric in METRICS:
        if wanted[metric]:
            yield say(_OF_GOAL[metric], count=given[metric], goal=wanted[metric])
        else:
            yield say(_COUNTED[metric], count=given[metric])


def shared(say: Tongue, given: Concentration) -> str:
    """The greatest shares of one kind, and in a word how concentrated that is; of categories, which are of the user's own
    making, only the shares."""
    shares = ", ".join(f"{plain(share.name, 60)} {share.part:.0%}" for share in given.shares[:_NAMED])
    line = say(_SHARED[given.kind], shares=shares)
    return line if given.kind == "category" else f"{line} ({judged(say, given)})"


def judged(say: Tongue, given: Concentration) -> str:
    """In a word how concentrated that is, by a convention of competition law for want of one for people."""
    if given.index >= HIGH:
        return say("concentrated")
    return say("somewhat concentrated") if given.index >= MODERATE else say("spread out")


def title_of(say: Tongue, kind: str, name: str, about: str = "") -> str:
    """What to do, as the title of an entry."""
    if kind == "introduce":
        return say("Ask {name} whom else to meet at {organisation}", name=name, organisation=about)
    if kind == "meet":
        return say("Meet {name}", name=name)
    return say("Get in touch with {name} again", name=name)


def ground(say: Tongue, action: Action) -> str:
    """Why it is proposed."""
    if action.kind == "introduce":
        return say("{name} is the only person you know at {organisation}.", name=action.person.name, organisation=action.about)
    if action.kind == "revive":
        return say(_LESS, lately=action.lately, before=action.before)
    if action.last_met is None:
        return say("You have not met face to face yet, as far as the calendar tells.")
    return say("You last met on {day}.", day=say.day(action.last_met))


def _proposed(say: Tongue, action: Action) -> Iterator[str]:
    what = title_of(say, action.kind, action.person.name, action.about)
    yield say("{number}. {what}, on {day}.", number=action.number, what=what, day=say.day(action.day))
    yield say("{why} To take it on: {command}", why=ground(say, action), command=f"auld accept {action.code}")


def _moving(say: Tongue, found: Sequence[Tie]) -> Iterator[str]:
    warming = _names([tie.person.name for tie in found if tie.trend == "warming"])
    cooling = _names([tie.person.name for tie in found if tie.trend == "cooling"])
    if warming:
        yield say("Warming up: {names}", names=warming)
    if cooling:
        yield say("Cooling down: {names}", names=cooling)


def _names(names: Sequence[str]) -> str:
    return ", ".join(plain(name, 80) for name in names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def accepted_line(say: Tongue, quarter: str, said: date) -> str:
    """Where an accepted action comes from."""
    return say("You accepted this on {day}, from the review {quarter}.", day=say.day(said), quarter=quarter)
