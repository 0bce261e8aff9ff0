"""From what stands in an entry to the event that says how it was understood. Deciding again about the same text yields none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher

from auld.capture import dates
from auld.capture.lines import lines, theirs, ticked_lines
from auld.capture.reading import PROMISES, read
from auld.capture.words import kind_by_word
from auld.events import Captured, CapturedLine
from auld.policy import Policy
from auld.projections.views import Promise, Typed
from auld.wording import is_signature

_ALIKE = 0.5
"""So alike two lines are at least, from 0 to 1, if one is the other after an edit."""

_COMPARED = 200
"""Characters of two lines that are compared: what is far longer was not edited, but pasted."""

_MOST = 10_000
"""Comparisons for one entry: somebody who changes more lines than that at once has pasted another text."""

_SHARED = 0.6
"""Of the words of the shorter of two texts, so many stand in the other if they are about one thing."""


def capture(typed: Iterable[Typed], promises: Callable[[str], Sequence[Promise]], policy: Policy) -> list[Captured]:
    """What is new in entries that were typed into. ``promises`` tells a person's promises as known so far."""
    reader = _Reader(policy)
    found = []
    for entry in typed:
        seen = digest(entry.text)
        if seen == entry.seen:
            continue
        captured = Captured(entry.key, entry.person, reader.lines(entry, promises(entry.person)), seen)
        if captured.lines or entry.known:
            found.append(captured)
    return found


def digest(text: str) -> str:
    """By which a description that was read already is known again."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class _Reader:
    """Understands lines in the words and languages of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._words = kind_by_word(policy.words)
        self._languages = policy.languages
        self._day_first = policy.region != "US"

    def lines(self, entry: Typed, promises: Sequence[Promise]) -> tuple[CapturedLine, ...]:
        """Every line of the user's in order. One that stood there before keeps its id, and its meaning if it was not edited."""
        now = self._theirs(entry)
        before = _matched(now, entry.known)
        number = entry.count
        found: list[CapturedLine] = []
        for line, old in zip(now, before, strict=True):
            if old is not None and old.line == line:
                found.append(old)
                continue
            if old is None:
                number += 1
            found.append(self._understood(line, old.id if old else f"{entry.key}#{number}", entry.day))
        return tuple(_closing(line, found, promises) for line in found)

    def _theirs(self, entry: Typed) -> list[str]:
        """The user's lines. In an entry that was adopted, what auld once wrote there is not known any more: only what stands
        under its last line, has a tick, or begins with a small word is certain to be the user's."""
        found = theirs(entry.text, entry.ours)
        if not entry.adopted:
            return found
        ticked, everything = ticked_lines(entry.text), lines(entry.text)
        last = next((at for at, line in enumerate(everything) if is_signature(line)), len(everything))
        below = set(everything[last + 1 :])
        return [line for line in found if line in ticked or line in below or self._is_fact(line)]

    def _is_fact(self, line: str) -> bool:
        return read(line, self._words, lambda text: None).kind != "note"

    def _understood(self, line: str, id_: str, day: date) -> CapturedLine:
        found = read(line, self._words, lambda text: dates.find(text, day, self._languages, day_first=self._day_first))
        due = found.due.isoformat() if found.due else ""
        return CapturedLine(id_, found.kind, found.text, line, due, found.done)


def _matched(now: Sequence[str], known: Sequence[CapturedLine]) -> list[CapturedLine | None]:
    """For each line the one that it was before: the same words first; of the others, the one that it is most alike."""
    left = list(known)
    found: list[CapturedLine | None] = []
    for line in now:
        same = next((old for old in left if old.line == line), None)
        if same is not None:
            left.remove(same)
        found.append(same)
    changed = [index for index, same in enumerate(found) if same is None]
    for index in changed if len(changed) * len(left) <= _MOST else ():
        if left:
            line = now[index]
            likeness, old = max(((_likeness(line, old.line), old) for old in left), key=lambda pair: pair[0])
            if likeness >= _ALIKE:
                found[index] = old
                left.remove(old)
    return found


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a[:_COMPARED], b[:_COMPARED], autojunk=False).ratio()


def _closing(line: CapturedLine, beside: Sequence[CapturedLine], promises: Sequence[Promise]) -> CapturedLine:
    """A "done" line with what it closes: the open promise of the person that has the same words; else it is a note."""
    if line.kind != "done" or line.closes:
        return line
    here = {each.id: each.text for each in beside if each.kind in PROMISES}
    everywhere = {each.id: each.text for each in promises if each.state == "open"} | here
    wanted = _words(line.text)
    fitting = {id_: _words(text) for id_, text in everywhere.items()}
    best = max(fitting, key=lambda id_: (_overlap(wanted, fitting[id_]), id_), default="")
    if not best or _overlap(wanted, fitting[best]) < _SHARED:
        return CapturedLine(line.id, "note", line.line, line.line)
    return CapturedLine(line.id, line.kind, line.text, line.line, closes=best)


def _words(text: str) -> frozenset[str]:
    return frozenset("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
