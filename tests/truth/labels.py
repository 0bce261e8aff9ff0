"""What is known to be true of the labelled world, and the texts in which auld has to find it.

A label says what a careful human would decide who has only these texts. Where such a human could not decide, the pair of cards
or the touch is *undecided*: left out of the score on both sides, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

ME = ("rosalind@hollis.example", "r.hollis@work.example", "rosalind.hollis@gmail.com")
"""The user's addresses. Invitations go to any of them."""
MY_NAME = "Rosalind Hollis"
MY_PHONE = "+351917772345"
ZONE, REGION = "Europe/Lisbon", "PT"


class Version(NamedTuple):
    """From the instant ``at`` on, ``text`` is what a collection of ``account`` holds under ``ref``; None: it is deleted."""

    at: datetime
    account: str
    ref: str
    text: str | None


Ref = tuple[str, str]
"""(account, ref) of a card or a calendar object."""


@dataclass(frozen=True)
class CardLabel:
    """Whom a card is about: the id of a person, None for nobody (a firm, a list, a room).

    ``noise`` is how the card is written. ``ties`` are what tells the bearer: two cards of one person that have a tie in common,
    directly or by way of others, can be known to be one human's. Without any the card is undecided."""

    account: str
    ref: str
    person: str | None
    noise: str
    ties: frozenset[str] = frozenset()
    undecided: bool = False

    @property
    def key(self) -> Ref:
        return self.account, self.ref


def knowable(cards: Sequence[CardLabel]) -> dict[Ref, int]:
    """Cards of one person -> the number of the group in which ties, direct or by way of others, tell that they are one's."""
    group = {card.key: number for number, card in enumerate(cards)}
    by_tie: dict[str, list[Ref]] = {}
    for card in cards:
        for tie in card.ties:
            by_tie.setdefault(tie, []).append(card.key)
    for keys in by_tie.values():
        joined = {group[key] for key in keys}
        group = {key: min(joined) if number in joined else number for key, number in group.items()}
    return group


class TouchLabel(NamedTuple):
    """The user met the person at ``start`` (UTC), as the object ``told`` says. ``undecided``: nobody can say whether."""

    person: str
    start: datetime
    scene: str
    told: Ref
    undecided: bool = False


@dataclass
class World:
    """``looks``: when auld looks at all accounts, in order; ``now``: when it is asked. ``scene_of``: in which scene a calendar
    object plays. ``books`` and ``calendars`` name the accounts."""

    books: tuple[str, ...]
    calendars: tuple[str, ...]
    looks: tuple[datetime, ...]
    now: datetime
    versions: list[Version] = field(default_factory=list)
    cards: list[CardLabel] = field(default_factory=list)
    touches: list[TouchLabel] = field(default_factory=list)
    scene_of: dict[Ref, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Person id -> name, for people who read reports."""
