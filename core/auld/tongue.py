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
take ``say`` as their first parameter. A text that no catalogue has comes out in English: a plugin looks at ``say.language`` and
brings its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from auld.policy import Policy

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_REMEMBERED = 2000  # days that were put into words lately: people's histories name the same ones again and again


def later(text: str) -> str:
    """Marks a text for the catalogues that is said elsewhere, by ``say(TABLE[key])``."""
    return text


class Tongue:
    """One language: what turns an English text with named gaps into the sentence to show. ``language`` is its ISO 639 code."""

    def __init__(self, language: str, translations: NullTranslations, day_words: Callable[[date], str]) -> None:
        self.language = language
        self._translations = translations
        self._day_words = lru_cache(_REMEMBERED)(day_words)

    def __call__(self, text: str, /, **gaps: object) -> str:
        """The sentence; ``gaps`` fill what stands in braces."""
        return self._translations.gettext(text).format(**gaps)

    def plural(self, one: str, many: str, n: int, /, **gaps: object) -> str:
        """The form that fits the number, which fills the gap ``{n}``."""
        return self._translations.ngettext(one, many, n).format(n=n, **gaps)

    def day(self, day: date) -> str:
        """A date that nobody can misread: ``12 March 2026``, ``12. März 2026``."""
        return self._day_words(day)


def tongue(policy: Policy) -> Tongue:
    """The first of the user's languages in which auld can write, else English."""
    return _tongue(policy.languages)


@lru_cache(maxsize=8)
def _tongue(languages: tuple[str, ...]) -> Tongue:
    for language in languages:
        code = language.partition("-")[0]
        if code == "en":
            break
        catalogue = files("auld") / "locale" / code / "LC_MESSAGES" / "auld.po"
        if catalogue.is_file():
            return _translated(code, catalogue)
    return Tongue("en", NullTranslations(), _english)


def _translated(code: str, catalogue: Traversable) -> Tongue:
    """Reads the catalogue as translators write it: there is no compiled one to be built, shipped and forgotten. The library is
    imported by those alone who need it."""
    from babel.dates import format_date
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    read = read_po(BytesIO(catalogue.read_bytes()))
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    day_words = partial(format_date, format="long", locale=read.locale)
    return Tongue(code, GNUTranslations(compiled), (lambda day: _french(day_words(day))) if code == "fr" else day_words)


def _french(words: str) -> str:
    """The first of a month is an ordinal in French, which the CLDR's patterns cannot say."""
    return f"1er {words[2:]}" if words.startswith("1 ") else words


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
