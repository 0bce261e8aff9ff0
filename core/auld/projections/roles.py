"""When is what a card says of somebody's work another than before, and when only written in another way?

The fold keeps what a card said before each change of its ORG or TITLE (:class:`auld.projections.people.Former`); what such a
change means is judged here, when it is asked for. In doubt it means nothing: to congratulate somebody on a corrected typo is
worse than to miss a promotion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import NamedTuple

from auld.people import fold
from auld.projections.likeness import mistyped
from auld.projections.people import Card
from auld.projections.stories import ROLES
from auld.projections.views import NewRole
from auld.projections.vocabulary import LEGAL_FORMS, RANKS, SMALL

BACK_WITHIN = timedelta(days=90)
"""Whoever is back so soon in a role of before never left it: an edit was taken back, or two programs write into one card."""

RENAMED = 3
"""So many people whose firm changes from one and the same to another,"""
TOGETHER = timedelta(days=14)
"""within this time, have not all found another job: it was renamed, or bought."""

_ALIKE = 0.8
"""So alike two longer words are at least, from 0 to 1, if one is the other mistyped or in a related language."""
_LONG = 5
"""Letters of a word from which on it is compared so: ``CEO`` and ``CFO`` are alike, too."""
_SAME_BEGINNING = 0.6
"""Of the longer of two words so much is their common beginning, if one is the other in a related language."""


_SPELT = ROLES | {"asst": "assistant", "dir": "director", "jr": "junior", "mgr": "manager", "prof": "professor", "sr": "senior"}


class _Role(NamedTuple):
    """What a card said from ``since`` on."""

    organisation: str
    title: str
    since: datetime


def new_roles(cards: Iterable[Card], as_of: datetime) -> list[NewRole]:
    """The roles that somebody with these cards has now, and did not have when a card was first seen, oldest first; each once,
    however many cards say so. ``at`` is when the log first heard of it."""
    told = [(card.present, list(_told(card, as_of))) for card in cards]
    found: list[NewRole] = []
    for number, (present, roles) in enumerate(told):
        change = _latest(roles) if present else None
        if change is None:
            continue
        earlier = (
            role
            for other, (_, them) in enumerate(told)
            for role in them
            if other != number and (role.since, other) < (change.at, number)
        )
        if not any(_tells(role, change) for role in earlier):
            found.append(change)
    return sorted(found, key=lambda change: change.at)


def without_renamed(found: Mapping[str, Sequence[NewRole]]) -> dict[str, list[NewRole]]:
    """New roles by person id, without those of people who all at once work for another firm, each as what they were: the firm
    goes by another name."""
    moves: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for role in (role for roles in found.values() for role in roles if _is_move(role)):
        moves[_move(role)].append(role.at)
    return {
        person: [
            role
            for role in roles
            if not _is_move(role) or sum(abs(role.at - at) <= TOGETHER for at in moves[_move(role)]) < RENAMED
        ]
        for person, roles in found.items()
    }


def _is_move(role: NewRole) -> bool:
    """Another firm, and the same job?"""
    return bool(role.former_organisation) and same_title(role.former_title, role.title)


def _move(role: NewRole) -> tuple[str, str]:
    one, other = (" ".join(_words(text, LEGAL_FORMS)) for text in (role.former_organisation, role.organisation))
    return one, other


def same_organisation(a: str, b: str) -> bool:
    """Is it one employer, as two cards (or one, twice) write it? Legal forms, departments, typing errors, abbreviations and
    translations into a related language make no other; nor does a name that is not there."""
    one, other = _words(a, LEGAL_FORMS), _words(b, LEGAL_FORMS)
    if not one or not other or _run_together(one, other):
        return True
    return _covers(one, other) or _covers(other, one) or _initials(a, other) or _initials(b, one)


def same_title(a: str, b: str) -> bool:
    """Is it one job? As for :func:`same_organisation`; but what adds a rank (``senior``, ``vice``) is a promotion."""
    one, other = _words(a), _words(b)
    if not one or not other:
        return True
    short, long = sorted((one, other), key=len)
    added = [word for word in long if not any(_same_word(word, each) for each in short)]
    return _covers(long, short) and RANKS.isdisjoint(added)


# --- one card -----------------------------------------------------------------------------------------------------------
def _told(card: Card, as_of: datetime) -> Iterator[_Role]:
    """What the card said, oldest first, as far as one knew at ``as_of``."""
    since = card.since
    for former in card.roles:
        yield _Role(former.organisation, former.title, since)
        if former.until > as_of:
            return
        since = former.until
    contact = card.contact
    yield _Role(contact.organisation, contact.title, since)


def _latest(roles: Sequence[_Role]) -> NewRole | None:
    """The last change that means another role, unless it was taken back."""
    held: list[_Role] = []  # without what only says the same otherwise
    for role in roles:
        if held and not _differ(held[-1], role):
            held[-1] = _Role(
                role.organisation or held[-1].organisation, role.title or held[-1].title, held[-1].since
            )  # a field that was emptied, and is filled in again, has not changed
        else:
            held.append(role)
    if len(held) < 2:
        return None
    before, now = held[-2:]
    ended = ((role, after.since) for role, after in pairwise(held))
    if any(now.since - end < BACK_WITHIN and not _differ(role, now) for role, end in ended):
        return None
    return NewRole(now.since, now.organisation, now.title, before.organisation, before.title)


def _differ(before: _Role, now: _Role) -> bool:
    """A field that is empty on either side says nothing."""
    return not (same_organisation(before.organisation, now.organisation) and same_title(before.title, now.title))


def _tells(role: _Role, change: NewRole) -> bool:
    """Does another card tell of the new role? It need not say all of it, but what is new."""
    moved = not same_organisation(change.former_organisation, change.organisation)
    says = role.organisation if moved else role.title
    same = same_organisation(role.organisation, change.organisation) and same_title(role.title, change.title)
    return bool(says) and same


# --- words --------------------------------------------------------------------------------------------------------------
def _words(text: str, without: frozenset[str] = frozenset()) -> list[str]:
    spelt = (part for word in fold(text).split() for part in _SPELT.get(word, word).split())
    words = [word for word in spelt if word not in SMALL]
    return [word for word in words if word not in without] or words


def _covers(long: Sequence[str], short: Sequence[str]) -> bool:
    """Does every word of ``short`` stand in ``long``?"""
    return all(any(_same_word(word, other) for other in long) for word in short)


def _run_together(one: Sequence[str], other: Sequence[str]) -> bool:
    """``Data Dog`` and ``Datadog``; and what is written without spaces, with and without 株式会社."""
    short, long = sorted(("".join(one), "".join(other)), key=len)
    return short == long or (not short.isascii() and short in long)


def _initials(text: str, other: Sequence[str]) -> bool:
    """Is ``other`` the abbreviation of a name: IBM?"""
    words = [word for word in fold(text).split() if word not in LEGAL_FORMS]
    letters = {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in SMALL)}
    return len(words) > 1 and len(other) == 1 and len(other[0]) > 1 and other[0] in letters


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    if min(len(a), len(b)) < _LONG:
        return max(len(a), len(b)) >= _LONG - 1 and mistyped(a, b)
    beginning = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    if beginning >= _LONG and beginning >= _SAME_BEGINNING * max(len(a), len(b)):
        return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() > _ALIKE
