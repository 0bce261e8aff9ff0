"""Follow up on questions fast: what a person asked the user, and still waits to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.promise import Promised

if TYPE_CHECKING:
    from auld.projections.views import PersonView, Promise


class Asked(Promised):
    """One entry for each open question, like a promise: an answer is owed."""

    id: ClassVar[str] = "question"
    summary: ClassVar[str] = "A question that they asked you is open."
    kind: ClassVar[str] = "question"

    def title(self, person: PersonView, promise: Promise) -> str:
        return wording.plain(f"Answer {person.name}: {promise.text}", wording.MAX_TITLE)
