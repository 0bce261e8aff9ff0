"""The language in which auld writes. Reasons and wording hand every text for the user to a tongue.

    say = tongue(view.policy)                                  # always by the name ``say``: extraction looks for it
    say("Write to {name}", name=person.name)
    say.plural("{n} year", "{n} years", years)                 # the number fills the gap {n}; further gaps by name
    say.day(date(2026, 3, 12))                                 # 12 March 2026
    HINTS = {"press": later("in the news")}                    # a text in a table: marked here,
    say(HINTS["press"])                                        # said there

Texts in the code are English, and literals where they are said or marked; translations are gettext catalogues. Keep whole
sentences, with named gaps: other languages put the words in another order. What fills a gap is never translated, so it holds
names, numbers, days and the user's own words, and no part of a sentence. Functions of :mod:`auld.wording` that see no view
take ``say`` as their first parameter.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from gettext import NullTranslations

from auld.policy import Policy

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def later(text: str) -> str:
    """Marks a text for the catalogues that is said elsewhere, by ``say(TABLE[key])``."""
    return text


class Tongue:
    """One language: what turns an English text with named gaps into the sentence to show."""

    def __init__(self, translations: NullTranslations) -> None:
        self._translations = translations

    def __call__(self, text: str, /, **gaps: object) -> str:
        """The sentence; ``gaps`` fill what stands in braces."""
        return self._translations.gettext(text).format(**gaps)

    def plural(self, one: str, many: str, n: int, /, **gaps: object) -> str:
        """The form that fits the number, which fills the gap ``{n}``."""
        return self._translations.ngettext(one, many, n).format(n=n, **gaps)

    def day(self, day: date) -> str:
        """A date that nobody can misread: ``12 March 2026``."""
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=8)
def _tongue(languages: tuple[str, ...]) -> Tongue:
    return Tongue(NullTranslations())


def tongue(policy: Policy) -> Tongue:
    """The first of the user's languages in which auld can write, else English."""
    return _tongue(policy.languages)
