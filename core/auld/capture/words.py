"""The small words that a line may begin with, and those that a day is introduced by, in the languages that auld brings along.

English is always understood, because auld's own entries show its words; what the user configures is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Kind = Literal["promise", "theirs", "question", "likes", "need", "offers", "met_through", "next", "done"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_BUILT_IN: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "en": {
        "promise": ("I", "me"),
        "theirs": ("they", "he", "she"),
        "question": ("?", "question", "asked"),
        "likes": ("likes", "like", "interests"),
        "need": ("need", "needs"),
        "offers": ("offers", "offer"),
        "met_through": ("met through",),
        "next": ("next",),
        "done": ("done",),
    },
    "de": {
        "promise": ("ich",),
        "theirs": ("sie", "er"),
        "question": ("Frage",),
        "likes": ("mag", "Interessen"),
        "need": ("braucht", "sucht"),
        "offers": ("bietet",),
        "met_through": ("kennengelernt durch", "kennengelernt über"),
        "next": ("nächstes", "nächstes Mal"),
        "done": ("erledigt",),
    },
    "es": {
        "promise": ("yo",),
        "theirs": ("ellos", "ellas", "él", "ella"),
        "question": ("pregunta",),
        "likes": ("le gusta", "gustos"),
        "need": ("necesita",),
        "offers": ("ofrece",),
        "met_through": ("conocido por", "conocida por", "a través de"),
        "next": ("próximo", "próxima"),
        "done": ("hecho",),
    },
    "fr": {
        "promise": ("je", "moi"),
        "theirs": ("ils", "elles", "il", "elle"),
        "question": ("question",),
        "likes": ("aime",),
        "need": ("besoin",),
        "offers": ("offre",),
        "met_through": ("rencontré par", "rencontrée par"),
        "next": ("prochain", "prochaine"),
        "done": ("fait",),
    },
    "pt": {
        "promise": ("eu",),
        "theirs": ("eles", "elas", "ele", "ela"),
        "question": ("pergunta",),
        "likes": ("gosta", "gosta de"),
        "need": ("precisa", "precisa de"),
        "offers": ("oferece",),
        "met_through": ("conhecido por", "conhecida por", "através de"),
        "next": ("próximo", "próxima"),
        "done": ("feito",),
    },
}

_INTRODUCING: Mapping[str, str] = {
    "en": "by until till before on in at due next this coming the of early mid end",
    "de": "bis zum zur am im in ab vor spätestens den dem der nächsten nächste nächster kommenden diesen anfang mitte ende",
    "es": "hasta para antes del de el la en al próximo próxima este esta finales",
    "fr": "avant jusqu'à jusqu'au d'ici le la en au pour prochain prochaine ce cette fin",
    "pt": "até antes de do da em no na a ao à o dia próximo próxima este esta nesta neste daqui para fim fins",
}


def spelled_kinds(languages: Sequence[str], more: Mapping[str, Sequence[str]]) -> dict[str, Kind]:
    """Kind by word (see :func:`spelled`); the user's own words win over built-in ones."""
    found: dict[str, Kind] = {}
    for language in ("en", *languages):
        for kind, words in _BUILT_IN.get(language, {}).items():
            for word in words:
                found.setdefault(spelled(word), kind)
    found.update((spelled(word), kind) for kind in KINDS for word in more.get(kind, ()))
    return found


def introducing(languages: Sequence[str]) -> frozenset[str]:
    """Words after which a day may be named."""
    return frozenset(word for language in languages for word in _INTRODUCING.get(language, "").split())


def spelled(word: str) -> str:
    """As words are compared: case and runs of blanks do not matter."""
    return " ".join(word.casefold().split())
