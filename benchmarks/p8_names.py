"""P8: full names in headlines, against pyahocorasick with the same folding; and what each finds.

pyahocorasick is installed for the benchmark alone. It finds exact spellings only, the index also initials and reversed names.
"""

from __future__ import annotations

import importlib
import random
import time
from collections.abc import Callable
from typing import Any, Literal

from auld.people import fold
from auld.projections.names import NameIndex

NAMES, HEADLINES, NAMED = 10_000, 5_000, 0.2
_fold = fold.__wrapped__  # both sides fold every headline anew


def _world(rng: random.Random) -> tuple[list[str], list[str]]:
    syllables = [
        "an",
        "be",
        "co",
        "da",
        "el",
        "fi",
        "gu",
        "ha",
        "is",
        "jo",
        "ka",
        "lé",
        "mü",
        "no",
        "ori",
        "pe",
        "ros",
        "sa",
        "tu",
        "vø",
    ]

    def word(fewest: int, most: int) -> str:
        return "".join(rng.choices(syllables, k=rng.randint(fewest, most))).capitalize()

    given, family = [word(2, 3) for _ in range(600)], [word(2, 4) for _ in range(4000)]
    names = list(dict.fromkeys(f"{rng.choice(given)} {rng.choice(family)}" for _ in range(NAMES * 2)))[:NAMES]
    filler = [word(1, 4).lower() for _ in range(3000)]
    headlines = []
    for _ in range(HEADLINES):
        words = rng.choices(filler, k=rng.randint(7, 12))
        if rng.random() < NAMED:
            words.insert(rng.randrange(len(words)), rng.choice(names))
        headlines.append(
            " ".join(words).capitalize() if rng.random() < 0.5 else ", ".join((" ".join(words[:5]), " ".join(words[5:])))
        )
    return names, headlines


def _automaton(names: list[str]) -> Any:
    automaton = importlib.import_module("ahocorasick").Automaton()
    for number, name in enumerate(names):
        automaton.add_word(f" {_fold(name)} ", number)
    automaton.make_automaton()
    return automaton


def _cost(act: Callable[[], object]) -> float:
    """Least CPU seconds of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        act()
        rounds.append(time.process_time() - start)
    return min(rounds)


def _spellings(name: str) -> list[str]:
    given, family = name.split(" ", 1)
    spellings = [
        name,
        name.upper(),
        f"“{name}”",
        name.replace(" ", "-"),
        f"{name}’s",
        _fold(name).title(),
        f"{family}, {given}",
    ]
    return [*spellings, f"{given} J. {family}", f"{family}, {given} J."]


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    names, headlines = _world(random.Random(8))
    index = NameIndex.build((str(number), name, ()) for number, name in enumerate(names))
    automaton = _automaton(names)
    ours = _cost(lambda: [index.find(headline) for headline in headlines])
    theirs = _cost(lambda: [[number for _, number in automaton.iter(f" {_fold(headline)} ")] for headline in headlines])
    asked = [
        (str(number), f"today {spelling} wins") for number in range(0, NAMES, 50) for spelling in _spellings(names[number])
    ]
    found = sum(number in index.find(text) for number, text in asked)
    inside = sum(bool(index.find(f"x{name}")) or bool(index.find(f"{name}x")) for name in (_fold(name) for name in names[::50]))
    what = f"{HEADLINES} headlines x {NAMES} names"
    return [
        ("P8", f"{what}: times pyahocorasick + folding", ours / theirs, 2.5, "max"),
        ("P8", "recall over nine spellings of a name", found / len(asked), 1.0, "min"),
        ("P8", "hits inside longer words", float(inside), 0.0, "max"),
    ]
