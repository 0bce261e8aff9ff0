"""What is open between the user and a person, as the reasons that ask for it share it.

The occasion holds the day, so that a corrected day is a new occasion, and the id of the line, which stays when it is edited.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from auld import wording
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView, Promise

RESPONSE = timedelta(days=2)
"""In how many days something is answered that names no day."""


def occasion(reason: str, promise: Promise) -> str:
    """``promise:2026-11-27:<id>``; :data:`auld.projections.heard.ASKING` reads the id out of it."""
    return f"{reason}:{promise.due or ''}:{promise.id}"


def due(promise: Promise, within: timedelta = RESPONSE) -> date:
    """The day that it names, else the default."""
    return promise.due or promise.at.date() + within


def void(view: View, person: PersonView, reason: str, asked: str) -> str | None:
    """Why an occasion is none any more: the line was taken out or corrected, or something closed it."""
    say = tongue(view.policy)
    _, _, id_ = asked.split(":", 2) if asked.count(":") > 1 else ("", "", "")
    promise = next((each for each in view.promises(person.id) if each.id == id_), None)
    if promise is None:
        return say("the line was taken out")
    if promise.state != "open":
        return say("it is done")
    return None if occasion(reason, promise) == asked else say("the line was changed")


def context(say: Tongue, promise: Promise) -> tuple[str, ...]:
    """What it is, and since when."""
    return (wording.promise_line(say, promise), say("Noted on {day}.", day=say.day(promise.at.date())))
