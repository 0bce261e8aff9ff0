"""What one line of the user's means. Total: every line is a note at least, and none of its words is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from auld.capture.words import spelled

DATED = frozenset({"promise", "theirs", "question", "next"})
"""Kinds of lines in which a day is looked for."""

PROMISES = frozenset({"promise", "theirs", "question"})
"""Kinds that are open until something closes them."""

_CROSSED = re.compile(r"(?:\[x\]|☑\ufe0f?|✅|x(?=\s))\s*", re.IGNORECASE)
_HEAD = re.compile(r"([^:：]{1,40})[:：]\s*(.*)", re.DOTALL)
_ASKED = re.compile(r"([?？])(?:\s+|(?=\w))(.*)", re.DOTALL)

DayIn = Callable[[str], date | None]


class Reading(NamedTuple):
    """``kind`` as in :class:`auld.events.CapturedLine`; ``text`` is what follows the small word."""

    kind: str
    text: str
    due: date | None = None
    done: bool = False


def read(line: str, words: Mapping[str, str], day_in: DayIn) -> Reading:
    """``words`` tells what each small word stands for (:func:`auld.capture.words.kind_by_word`), ``day_in`` the day named."""
    crossed = _CROSSED.match(line)
    kind, text = _split(line[crossed.end() :] if crossed else line, words)
    if not text or (crossed and kind not in PROMISES):
        return Reading("note", line)
    return Reading(kind, text, day_in(text) if kind in DATED else None, bool(crossed))


def _split(line: str, words: Mapping[str, str]) -> tuple[str, str]:
    for head in (_HEAD.match(line), _ASKED.match(line)):
        if head is not None and (kind := words.get(spelled(head[1]))) is not None:
            return kind, head[2].strip()
    return "note", line
