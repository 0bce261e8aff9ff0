"""Gives the texts of a labelled world to auld's parsers, intake and folds in the order of time, asks, and compares.

* Identities: over all pairs of cards that are there. A pair is *joined* if auld says that both are one person.
* Touches: over pairs of person and instant. A touch that is told twice of one person is wrong once. auld is asked twice: as it
  found the people by itself, and by row after the user has put them right (``auld merge``, ``auld split``), so that an error
  about who somebody is does not hide what is known about when a meeting counts.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations

from auld.contract import Batch, Item
from auld.events import Draft
from auld.intake import Intake
from auld.log import Log
from auld.policy import Policy
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.state import State
from auld.projections.views import Touch
from auld.store import Store
from auld_connectors._ical import read_object
from auld_connectors._lines import Reading
from auld_connectors._vcard import read_card

from .labels import ME, MY_PHONE, REGION, ZONE, CardLabel, Ref, TouchLabel, World, knowable
from .user import found, put_right

PAIRS_PRECISION, PAIRS_RECALL = 0.999, 0.97
"""Floors over pairs of cards."""

UNAIDED = 0.99
"""Floor of precision and recall of all touches, with the people as auld found them."""

SHOWN_AS_PEOPLE = 0.02
"""The most of the cards of firms, lists and rooms that may be shown as people."""


@dataclass
class Score:
    """``right`` found and true, ``wrong`` found and not true, ``missed`` true and not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


@dataclass
class Report:
    """``pairs`` of all cards; ``noises``: pairs by how their cards are written (a pair of two noises is in both).

    ``touches`` by scene with the people put right, ``unaided`` with the people as found. What is undecided is in no score.
    ``taken_for_people``: cards of ``nobodies`` that auld shows as people. ``unreadable`` objects that are no ``no_start``."""

    pairs: Score
    noises: dict[str, Score]
    touches: dict[str, Score]
    unaided: dict[str, Score]
    undecided_pairs: int
    undecided_touches: int
    nobodies: int
    taken_for_people: list[str]
    unreadable: int
    seconds: dict[str, float]

    def below(self, rows: Iterable[str]) -> list[str]:
        """The floors that do not hold; ``rows`` are the scenes of which everything has to be right."""
        missed = [f"touches of {row}" for row in rows if (self.touches[row].wrong, self.touches[row].missed) != (0, 0)]
        alone = total(self.unaided[row] for row in rows)
        if min(alone.precision, alone.recall) < UNAIDED:
            missed.append(f"touches with the people as found: {alone.precision:.4f}, {alone.recall:.4f} < {UNAIDED}")
        if self.pairs.precision < PAIRS_PRECISION:
            missed.append(f"identities: precision {self.pairs.precision:.4f} < {PAIRS_PRECISION}")
        if self.pairs.recall < PAIRS_RECALL:
            missed.append(f"identities: recall {self.pairs.recall:.4f} < {PAIRS_RECALL}")
        if len(self.taken_for_people) > SHOWN_AS_PEOPLE * self.nobodies:
            missed.append(f"cards of firms, lists and rooms shown as people: {len(self.taken_for_people)}")
        return missed


# --- reading ------------------------------------------------------------------------------------------------------------
def live(world: World, log: Log) -> State:
    """Let auld look at the world at every look, and return the state that it has in the end."""
    intake = Intake(log)
    first = world.looks[0]
    policy = Policy(timezone=ZONE, me=(*ME, MY_PHONE), region=REGION)
    log.append([Draft(policy)], first)
    pending = iter([*world.versions, None])
    version = next(pending)
    for look in world.looks:
        changed: dict[str, dict[str, str | None]] = defaultdict(dict)
        while version is not None and version.at <= look:
            changed[version.account][version.ref] = version.text
            version = next(pending)
        for account in (*world.books, *world.calendars):
            _pull(intake, account, read_card if account in world.books else read_object, changed[account], look)
    return Projector(log).catch_up()


def _pull(
    intake: Intake, account: str, read: Callable[[bytes], Reading], changed: Mapping[str, str | None], look: datetime
) -> None:
    """What changed in the one collection of an account since the last look, as a server with sync tokens would say it."""
    collection = f"/{account}/"
    if changed:
        items = [_item(ref, text, read) for ref, text in changed.items() if text is not None]
        gone = [ref for ref, text in changed.items() if text is None]
        intake.take(account, collection, Batch(items=items, gone=gone, cursor=look.isoformat()), look)
    intake.finish(account, collection, look)


def _item(ref: str, text: str, read: Callable[[bytes], Reading]) -> Item:
    raw = text.encode()
    reading = read(raw)
    version = hashlib.sha256(raw).hexdigest()[:16]
    return Item(ref, version, reading.observation, reading.raw, reading.fingerprint, problem=reading.problem)


# --- comparing: identities ------------------------------------------------------------------------------------------------
def _pairs(world: World, person_of: Mapping[Ref, str]) -> Iterator[tuple[CardLabel, CardLabel, bool, bool | None]]:
    """Pairs that are joined or should be: the two cards, whether they are, whether they should be (None: undecided)."""
    by_person: defaultdict[str, list[CardLabel]] = defaultdict(list)
    by_found: defaultdict[str, list[CardLabel]] = defaultdict(list)
    for card in world.cards:
        if card.person is not None:
            by_person[card.person].append(card)
        if card.key in person_of:
            by_found[person_of[card.key]].append(card)
    for cards in by_person.values():
        groups = knowable(cards)
        for one, other in combinations(cards, 2):
            joined = person_of.get(one.key, one.ref) == person_of.get(other.key, other.ref)
            yield one, other, joined, True if groups[one.key] == groups[other.key] else None
    for cards in by_found.values():
        for one, other in combinations(cards, 2):
            if one.person is None and other.person is None:
                continue  # nobody with nobody: counted among those taken for people
            if one.person != other.person:
                yield one, other, True, None if one.undecided or other.undecided else False


def _score_pairs(world: World, person_of: Mapping[Ref, str], texts: Mapping[Ref, str]) -> tuple[Score, dict[str, Score], int]:
    total, noises, undecided = Score(), defaultdict[str, Score](Score), 0
    for one, other, joined, should in _pairs(world, person_of):
        if should is None:
            undecided += 1
            continue
        involved = {one.noise, other.noise} - {"plain"} or {"plain"}
        for score in (total, *(noises[noise] for noise in sorted(involved))):
            score.right += joined and should
            score.wrong += joined and not should
            score.missed += should and not joined
            if joined is not should:
                score.examples.append(_example(one, other, joined, texts))
    return total, dict(noises), undecided


def _example(one: CardLabel, other: CardLabel, joined: bool, texts: Mapping[Ref, str]) -> str:
    cards = "\n".join(f"    [{card.noise}, {card.person}] {card.ref}\n{_gist(texts[card.key])}" for card in (one, other))
    common = ", ".join(sorted(one.ties & other.ties))
    return f"{'JOINED WRONGLY' if joined else 'NOT JOINED'} (in common: {common or 'by way of others'})\n{cards}"


_TELLING = ("FN", "N:", "N;", "NICKNAME", "EMAIL", "TEL", "ORG", "URL", "X-SOCIAL", "UID", "KIND", "SUMMARY", "DTSTART",
            "ATTENDEE", "ORGANIZER", "RRULE", "STATUS", "METHOD", "EXDATE", "RECURRENCE")  # fmt: skip


def _gist(text: str) -> str:
    text = re.sub(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", "", text, flags=re.DOTALL)
    lines = text.replace("\r\n ", "").split("\r\n")
    return "\n".join(
        f"        {line[:180]}" for line in lines if line.partition(".")[2].startswith(_TELLING) or line.startswith(_TELLING)
    )


# --- comparing: touches ---------------------------------------------------------------------------------------------------
def _told(query: Query, person_of: Mapping[Ref, str], world: World) -> Iterator[tuple[frozenset[str], Touch, bool]]:
    """Everything that auld calls a touch: of whom (all whose cards its person has), and whether it was told of them before."""
    about: defaultdict[str, set[str]] = defaultdict(set)
    for card in world.cards:
        if card.key in person_of and card.person is not None:
            about[person_of[card.key]].add(card.person)
    for view in query.people():
        people, seen = frozenset(about[view.id]), set[datetime]()
        for touch in query.touches(view.id):
            at = touch.at.astimezone(UTC)
            yield people, touch, at in seen
            seen.add(at)


def _score_touches(
    query: Query, person_of: Mapping[Ref, str], world: World, texts: Mapping[Ref, str]
) -> tuple[dict[str, Score], int]:
    true = {(label.person, label.start): label for label in world.touches if not label.undecided}
    undecided = {(label.person, label.start) for label in world.touches if label.undecided}
    scores: dict[str, Score] = {scene: Score() for scene in dict.fromkeys(world.scene_of.values())}
    found: set[tuple[str, datetime]] = set()
    for people, touch, again in _told(query, person_of, world):
        at = touch.at.astimezone(UTC)
        keys = {(person, at) for person in people}
        if keys & undecided:
            continue
        if keys & true.keys() and not again:
            found |= keys & true.keys()
            continue
        score = scores[world.scene_of[touch.account, touch.ref]]
        score.wrong += 1
        names = ", ".join(sorted(world.names[person] for person in people)) or "nobody"
        entry = _gist(texts[touch.account, touch.ref])
        score.examples.append(f"NO TOUCH{', told twice' if again else ''}: {names} at {at}\n{entry}")
    for key, label in true.items():
        scores[label.scene].right += key in found
        scores[label.scene].missed += key not in found
        if key not in found:
            scores[label.scene].examples.append(_missed(label, world, texts))
    return scores, len(undecided)


def _missed(label: TouchLabel, world: World, texts: Mapping[Ref, str]) -> str:
    return f"MISSED: {world.names[label.person]} ({label.person}) at {label.start}\n{_gist(texts[label.told])}"


# --- all of it ------------------------------------------------------------------------------------------------------------
def measure(world: World, store: Store) -> Report:
    """The figures of a world. ``store`` must be empty."""
    began = time.perf_counter()
    log = Log(store)
    state = live(world, log)
    read = time.perf_counter()
    query = Query(state, world.now)
    person_of = found(world, state)
    texts = {(version.account, version.ref): version.text for version in world.versions if version.text is not None}
    pairs, noises, undecided_pairs = _score_pairs(world, person_of, texts)
    unaided, undecided_touches = _score_touches(query, person_of, world, texts)
    state = put_right(world, log, state)
    touches, _ = _score_touches(Query(state, world.now), found(world, state), world, texts)
    asked = time.perf_counter()
    nobodies = [card for card in world.cards if card.person is None and not card.undecided]
    intake = Intake(log)
    return Report(
        pairs,
        noises,
        touches,
        unaided,
        undecided_pairs,
        undecided_touches,
        len(nobodies),
        [f"[{card.noise}] {card.ref}\n{_gist(texts[card.key])}" for card in nobodies if card.key in person_of],
        sum(world.scene_of.get((account, ref)) != "no_start" for account, ref, _ in intake.unreadable()),
        {"reading": read - began, "asking": asked - read},
    )


def total(scores: Iterable[Score]) -> Score:
    """All of these together."""
    whole = Score()
    for score in scores:
        whole.right += score.right
        whole.wrong += score.wrong
        whole.missed += score.missed
    return whole
