"""Follow up on questions fast: what a person asked the user, and still waits to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.promise import Promised
from auld.tongue import Tongue

if TYPE_CHECKING:
    from auld.projections.views import PersonView, Promise


class Asked(Promised):
    """One entry for each open question, like a promise: an answer is owed."""

    id: ClassVar[str] = "question"
    summary: ClassVar[str] = "A question that they asked you is open."
    kind: ClassVar[str] = "question"

    def title(self, say: Tongue, person: PersonView, promise: Promise) -> str:
        return wording.plain(say("Answer {name}: {what}", name=person.name, what=promise.text), wording.MAX_TITLE)
