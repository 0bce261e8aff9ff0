"""Which words begin a line that is more than a note, and after which words a day may be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auld.policy import Words

KINDS = ("promise", "theirs", "question", "likes", "need", "offers", "met_through", "next", "done")

_INTRODUCING: Mapping[str, str] = {
    "en": "by until till before on in at due next this coming the of early mid end",
    "de": "bis zum zur am im in ab vor spätestens den dem der nächsten nächste nächster kommenden diesen anfang mitte ende",
    "es": "hasta para antes del de el la en al próximo próxima este esta finales",
    "fr": "avant jusqu'à jusqu'au d'ici le la en au pour prochain prochaine ce cette fin",
    "pt": "até antes de do da em no na a ao à o dia próximo próxima este esta nesta neste daqui para fim fins",
}


def kind_by_word(words: Words) -> dict[str, str]:
    """What each word of the user's stands for; of one that stands for several things, the first of :data:`KINDS`."""
    found: dict[str, str] = {}
    for kind in KINDS:
        for word in getattr(words, kind):
            found.setdefault(spelled(word), kind)
    return found


def introducing(languages: Sequence[str]) -> frozenset[str]:
    """Words after which a day may be named."""
    return frozenset(word for language in languages for word in _INTRODUCING.get(language, "").split())


def spelled(word: str) -> str:
    """As words are compared: case and runs of blanks do not matter."""
    return " ".join(word.casefold().split())
