"""How right auld is, held to its floors over the labelled world at its full size; and that the world is what it says."""

from __future__ import annotations

import ast
import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from auld.log import Log
from auld.projections.runner import Projector
from auld.store import Store
from support.truth_rows import NAMES

from .labels import World
from .measure import PAIRS_PRECISION, PAIRS_RECALL, SHOWN_AS_PEOPLE, UNAIDED, Report, live, measure, total
from .user import put_right
from .world import BEYOND, SCENES, make

HERE = Path(__file__).parent
ASKS_AULD = {"__main__.py", "measure.py", "test_truth.py", "user.py"}
"""The only modules that may know auld: they read the texts, compare, and answer."""

ELSEWHERE = {"ticked_off"}
"""Rows that no text from outside can tell: the follow-up has to have been auld's."""


@pytest.fixture(scope="module")
def world() -> World:
    return make()


@pytest.fixture(scope="module")
def report(world: World, tmp_path_factory: pytest.TempPathFactory) -> Report:
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path_factory.mktemp('truth') / 'truth.db'}")) as store:
        return measure(world, store)


# --- the floors ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", SCENES)
def test_every_touch_of_a_row_is_found_and_nothing_else(report: Report, row: str) -> None:
    score = report.touches[row]
    assert (score.precision, score.recall) == (1.0, 1.0), "\n".join(sorted(score.examples)[:5])


def test_with_the_people_as_found_nearly_every_touch_is_right(report: Report) -> None:
    alone = total(report.unaided[row] for row in SCENES)
    assert min(alone.precision, alone.recall) >= UNAIDED


def test_identities_reach_their_floor(report: Report) -> None:
    assert report.pairs.precision >= PAIRS_PRECISION, "\n".join(sorted(report.pairs.examples)[:5])
    assert report.pairs.recall >= PAIRS_RECALL, "\n".join(sorted(report.pairs.examples, reverse=True)[:5])


def test_firms_lists_and_rooms_are_no_people(report: Report) -> None:
    assert len(report.taken_for_people) <= SHOWN_AS_PEOPLE * report.nobodies, "\n".join(report.taken_for_people[:5])


def test_what_the_table_says_nothing_about_is_mostly_right(report: Report) -> None:
    """No goal, but a fall would be noticed: errands, even with names among their words, are never meetings."""
    assert report.touches["errands"].wrong == 0


def test_every_object_was_read_but_those_without_a_start(report: Report) -> None:
    assert report.unreadable == 0


# --- the world ----------------------------------------------------------------------------------------------------------
def test_the_world_is_as_large_as_it_must_be(world: World) -> None:
    assert len({card.person for card in world.cards if card.person}) >= 1000
    assert len(world.scene_of) >= 10_000


def test_every_row_of_the_table_is_played() -> None:
    assert set(SCENES) == NAMES - ELSEWHERE
    assert not set(BEYOND) & NAMES


def test_little_is_left_undecided(world: World, report: Report) -> None:
    """What nobody could tell is out of the score; were it much, the score would say little."""
    assert report.undecided_pairs < 0.05 * (report.pairs.right + report.pairs.missed)
    assert report.undecided_touches < 0.01 * len(world.touches)


def test_all_kinds_of_noise_and_all_books_are_in_it(world: World) -> None:
    noises = Counter(card.noise for card in world.cards)
    assert min(noises[noise] for noise in ("comma", "initials", "married", "nickname", "spelling", "swapped", "typo")) >= 20
    assert {card.account for card in world.cards} == set(world.books)


def test_one_seed_gives_one_world() -> None:
    first, again, other = (make(seed, people=200, share=0.01) for seed in (5, 5, 6))
    assert (first.versions, first.cards, first.touches) == (again.versions, again.cards, again.touches)
    assert first.versions != other.versions


def test_nobody_is_met_twice_at_one_time(world: World) -> None:
    """Else one label would hide behind the other."""
    met = Counter((label.person, label.start) for label in world.touches)
    assert set(met.values()) == {1}


def test_a_wrong_answer_is_seen(tmp_path: Path) -> None:
    """The measure measures: with labels that belong to others, nothing is right any more."""
    world = make(people=120, share=0.01)
    people = sorted({card.person for card in world.cards if card.person})
    turned = dict(zip(people, people[1:] + people[:1], strict=True))
    world.touches = [label._replace(person=turned[label.person]) for label in world.touches]
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path / 'truth.db'}")) as store:
        report = measure(world, store)
    assert total(report.touches.values()).recall < 0.1
    assert total(report.touches.values()).precision < 0.1


def test_the_log_gives_the_same_state_again(tmp_path: Path) -> None:
    """Guarantee G8 over all that the world does to it."""
    world = make(people=150, share=0.03)
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path / 'truth.db'}")) as store:
        log = Log(store)
        state = put_right(world, log, live(world, log))
        assert state.digest() == Projector(log).rebuild().digest()


# --- nothing is shared with what is measured ------------------------------------------------------------------------------
STANDARD = {
    "__future__", "collections", "dataclasses", "datetime", "itertools", "quopri", "random", "typing", "unicodedata", "uuid",
    "zoneinfo",
}  # fmt: skip


def _imports(file: Path) -> Iterator[str]:
    """Modules that are imported, those of this package with a dot before them; names by which one could do so in secret too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            own = "." * node.level
            yield from [own + node.module] if node.module else [own + alias.name for alias in node.names]
        elif isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec"):
            yield node.id


@pytest.mark.parametrize("file", sorted(f for f in HERE.glob("*.py") if f.name not in ASKS_AULD), ids=lambda file: file.name)
def test_what_makes_the_world_knows_nothing_of_auld(file: Path) -> None:
    allowed = {f".{other.stem}" for other in HERE.glob("*.py") if other.name not in ASKS_AULD}
    assert {name if name.startswith(".") else name.partition(".")[0] for name in _imports(file)} <= allowed | STANDARD
