"""Days as LinkedIn's export writes them (``12 Mar 2024``), or a spreadsheet in any language that it went through."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from functools import cache

from auld.observations import PartialDate
from auld.people import fold

_PART = re.compile(r"\d+|[^\W\d_]+")

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH = {word: number for number, name in enumerate(_MONTHS, start=1) for word in (name, name[:3])} | {"sept": 9}

_LANGUAGES = (
    "ar", "cs", "da", "de", "el", "es", "fi", "fil", "fr", "hu", "id", "it", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk",
    "sv", "tr", "uk",
)  # fmt: skip
"""Those besides English in which LinkedIn is offered, and whose months have names (in Chinese, Japanese and Korean they are
numbers)."""


def day(text: str) -> PartialDate | None:
    """The day, where there is no doubt which one it is: ``3/4/24`` is another one on either side of the Atlantic."""
    parts = _PART.findall(fold(text))
    numbers = [part for part in parts if part.isdecimal()]
    if len(numbers) >= 3 and len(numbers[0]) == 4:
        return _day(int(numbers[0]), int(numbers[1]), int(numbers[2]))
    if len(numbers) != 2:
        return None
    month = next((found for part in parts if not part.isdecimal() and (found := _month(part))), 0)
    first, last = numbers
    number, year = (last, first) if len(first) == 4 else (first, last)
    if len(number) > 2 or len(year) not in (2, 4):
        return None
    return _day(int(year) + (2000 if len(year) == 2 else 0), month, int(number))  # LinkedIn is of 2003


def _day(year: int, month: int, number: int) -> PartialDate | None:
    try:
        date(year, month, number)
    except ValueError:
        return None
    return PartialDate(month, number, year)


def _month(word: str) -> int:
    return _ENGLISH.get(word) or _elsewhere().get(word, 0)


@cache
def _elsewhere() -> dict[str, int]:
    """Names of months and their short forms in other languages, but for what is one month here and another there."""
    from babel import Locale

    meant = defaultdict(set)
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    meant[fold(name)].add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}
