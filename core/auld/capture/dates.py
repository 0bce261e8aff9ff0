"""The day that a line names in words ("by Friday", "in May", "até sexta", "nächsten Montag"), by the library dateparser.

The answer depends on the library's version, so it is only ever asked when an event is made, never in a fold. It is imported at
the first line that may name a day: it takes some 20 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from auld.capture.words import introducing

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WORD = re.compile(r"[^\s,;!?()\"“”„«»]+")
_BARE_NUMBER = re.compile(r"[\d.:]+\s*(?:am|pm|h|uhr)?\.?", re.IGNORECASE)
_LONGEST = 5
_FAR = timedelta(days=3660)
_READ = 60
"""So many words of a line are looked at, its last ones: a line is no letter."""


def find(text: str, day: date, languages: Sequence[str], *, day_first: bool = True) -> date | None:
    """The day that ``text`` names, seen from ``day``: never before it, and at most ten years later. A month stands for its
    first day, a weekday for the next one. ``languages`` are ISO 639-1 codes; ``day_first`` says how 1/2 is read. None if
    it names none."""
    if found := _ISO.search(text):
        meant = _iso(found)
        return meant if meant is not None and day <= meant <= day + _FAR else None
    words = [match.group().rstrip(".:") or match.group() for match in _WORD.finditer(text)][-_READ:]
    for phrase, introduced in _phrases(words, introducing(languages)):
        meant = _read(phrase, day, tuple(languages), day_first, introduced)
        if meant is not None and day <= meant <= day + _FAR:
            return meant
    return None


def _phrases(words: list[str], introducing: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """What may name a day: first what follows an introducing word, the last ones first; then how the line ends and begins. In
    each place the longest first."""
    seen = set()
    for at in range(len(words) - 1, -1, -1):
        if words[at].casefold() not in introducing or (at > 0 and words[at - 1][0].isdigit()):
            continue  # in "5 de janeiro" nothing begins with "de"
        for start in (at, at + 1):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                if start > at or end > start + 1:
                    phrase = " ".join(words[start:end])
                    seen.add(phrase)
                    yield phrase, True
    ends = [words[-size:] for size in range(min(_LONGEST, len(words)), 0, -1)]
    begins = [words[:size] for size in range(min(_LONGEST, len(words)), 0, -1)]
    for part in (*ends, *begins):
        phrase = " ".join(part)
        if phrase not in seen:
            yield phrase, False


def _read(phrase: str, day: date, languages: tuple[str, ...], day_first: bool, introduced: bool) -> date | None:
    if _BARE_NUMBER.fullmatch(phrase):
        return None
    if not introduced and (len(phrase) < 4 or (phrase[0].isalpha() and phrase[1] == " ")):
        return None  # "sat", "sun" and "mar" are words, too; "a day" is none
    found = _parser(languages, day_first, day).get_date_data(phrase)
    if found is None or found.date_obj is None or not (introduced or found.period in ("day", "week", "time")):
        return None  # without "in", May may be a name and march a walk
    meant: date = found.date_obj.date()
    return meant


@lru_cache(maxsize=4)
def _parser(languages: tuple[str, ...], day_first: bool, day: date) -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=list(languages),
        settings={
            "RELATIVE_BASE": datetime.combine(day, time()),
            "PREFER_DATES_FROM": "future",
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY" if day_first else "MDY",
            "TIMEZONE": "UTC",  # else it looks up the machine's
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )


def _iso(match: re.Match[str]) -> date | None:
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
