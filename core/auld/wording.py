"""The words of an entry: its title, its description, and the small phrases that reasons share.

Everything here depends on facts and absolute dates alone, never on the day on which it is written, so that an entry's text
changes only when a fact does. The output is plain text without control characters. There is no message to send, on purpose.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from auld.events import Because

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView, Promise, Touch

MAX_TITLE = 200
MAX_DESCRIPTION = 4000
SIGNATURE = "— auld: tick it off, move it or delete it; all three are understood."

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MAX_LINE = 1000  # a link must not be cut
_SHOWN = 3
_HINTS = {"cadence": "catch up", "press": "in the news"}
_VERBS = {"meeting": "met", "met": "met", "call": "called", "mail": "wrote", "message": "wrote"}
_WHOSE = {"promise": "You promised", "theirs": "They promised", "question": "They asked"}
# None of these begins like a line that the user would type: what auld writes is never taken for the user's.
_ABOUT_THEM = {
    "likes": "Interested in",
    "need": "Looking for",
    "offers": "Can offer",
    "met_through": "Known through",
    "next": "For next time",
}
# Marks that turn the direction of the text around them: a headline could hide with them what follows it.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# The first character beyond the basic plane. Pictographs from there on are left out: SOGo stores nothing at all if one falls on
# the end of a folded line, and MySQL's old UTF-8 cuts an entry off at it. Letters from there on are somebody's name, and stay.
_ASTRAL = "\U00010000"
_SPACE_LIKE = frozenset({"Cc", "Zl", "Zp"})
_UNPRINTABLE = frozenset({"Cs", "Cn"})


def plain(text: str, limit: int = _MAX_LINE) -> str:
    """One clean line: control characters and runs of white space become one space, what cannot be printed and pictographs go,
    the end is cut."""
    kept = (
        " " if unicodedata.category(c) in _SPACE_LIKE else c
        for c in text[: 4 * limit]
        if c not in _BIDI and unicodedata.category(c) not in _UNPRINTABLE and not _is_pictograph(c)
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_pictograph(char: str) -> bool:
    return char >= _ASTRAL and unicodedata.category(char)[0] == "S"


def day_words(day: date) -> str:
    """A date that nobody can misread: ``12 March 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def interval_words(ideal: int, at_most: int) -> str:
    """A cadence, from days: ``every 4 weeks, 6 at most``."""
    if ideal % 7 == 0 and at_most % 7 == 0:
        unit, ideal, at_most = "week", ideal // 7, at_most // 7
    else:
        unit = "day"
    every = f"every {unit}" if ideal == 1 else f"every {ideal} {unit}s"
    return f"{every}, {at_most} at most"


def touch_verb(touch: Touch) -> str:
    """``met`` for a meeting, ``called`` or ``wrote`` for a follow-up if the user said so, else ``in touch``."""
    return _VERBS.get(touch.channel or touch.kind, "in touch")


def touch_lines(view: View, person_id: str) -> list[str]:
    """The last three touches, newest first: ``12 March 2026: Lunch at Tasca``."""
    recent = [t for t in view.touches(person_id) if t.kind != "note"][: -_SHOWN - 1 : -1]
    return [plain(f"{day_words(t.at.date())}: {t.title or touch_verb(t)}") for t in recent]


def note_lines(view: View, person_id: str) -> list[str]:
    """The last three notes, newest first, each with its date in the user's zone."""
    zone = view.policy.zone
    recent = reversed(view.notes(person_id)[-_SHOWN:])
    return [plain(f"{day_words(n.at.astimezone(zone).date())}: {n.text}") for n in recent]


def promise_line(promise: Promise) -> str:
    """``You promised: send the deck by Friday (27 November 2026)``."""
    day = f" ({day_words(promise.due)})" if promise.due else ""
    return plain(f"{_WHOSE[promise.kind]}: {promise.text}") + day


def open_lines(view: View, person_id: str) -> list[str]:
    """What is open on both sides, oldest first."""
    return [promise_line(each) for each in view.promises(person_id) if each.state == "open"]


def fact_lines(view: View, person_id: str) -> list[str]:
    """What the user typed of them, one line a kind: ``Interested in: sailing, wine``; of what to do next only what was said
    since the last touch."""
    last = view.last_touch(person_id)
    found: dict[str, list[str]] = {}
    for fact in view.facts(person_id):
        if fact.kind != "next" or last is None or fact.at > last.at:
            found.setdefault(fact.kind, []).append(fact.text)
    return [plain(f"{_ABOUT_THEM[kind]}: {', '.join(dict.fromkeys(found[kind]))}") for kind in _ABOUT_THEM if kind in found]


def reach_lines(person: PersonView) -> list[str]:
    """Phones, addresses and web pages, a few of each."""
    return [plain(way) for ways in (person.phones, person.emails, person.urls) for way in ways[:_SHOWN] if plain(way)]


def role_line(person: PersonView) -> str:
    """``Director, Acme``; empty if the card tells neither."""
    return plain(", ".join(part for part in (person.title, person.organisation) if part))


def get_in_touch(name: str) -> str:
    """The title that fits any reason."""
    return plain(f"Get in touch with {name}", MAX_TITLE)


def title(leading: str, further: Sequence[Because]) -> str:
    """The leading reason's title, with a hint at each further one: ``Birthday: Ana Lima · catch up``."""
    hints = dict.fromkeys(_HINTS.get(b.reason, b.reason.replace("_", " ")) for b in further)
    tail = "".join(f" · {plain(hint, 40)}" for hint in hints)
    return plain(leading, MAX_TITLE - len(tail)) + tail if len(tail) < MAX_TITLE // 2 else plain(leading, MAX_TITLE)


def description(view: View, person: PersonView, because: Sequence[Because]) -> str:
    """Why now (each reason's own lines), who it is, the last touches, notes, and how to reach the person."""
    touches = touch_lines(view, person.id)
    notes = note_lines(view, person.id)
    reach = reach_lines(person)
    role = role_line(person)
    facts = fact_lines(view, person.id)
    said = {line for b in because for line in b.context}
    promises = [line for line in open_lines(view, person.id) if line not in said]
    elsewhere = {*touches, *notes, *reach, *facts, role}
    blocks = [[line for line in map(plain, b.context) if line and line not in elsewhere] for b in because]
    blocks.append([*([role] if role else []), *facts])
    blocks.extend([heading, *lines] for heading, lines in _headed(promises, touches, notes, reach) if lines)
    body = "\n\n".join("\n".join(block) for block in blocks if block)
    room = MAX_DESCRIPTION - len(SIGNATURE) - 2
    if len(body) > room:
        body = body[: room - 1].rstrip() + "…"
    return f"{body}\n\n{SIGNATURE}" if body else SIGNATURE


def _headed(promises: list[str], touches: list[str], notes: list[str], reach: list[str]) -> tuple[tuple[str, list[str]], ...]:
    return (("Open:", promises), ("Last in touch:", touches), ("Notes:", notes), ("Reach:", reach))
