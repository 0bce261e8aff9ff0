"""The words of an entry: its title, its description, and the small phrases that reasons share.

Everything here depends on facts and absolute dates alone, never on the day on which it is written, so that an entry's text
changes only when a fact does. The output is plain text without control characters. There is no message to send, on purpose.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from auld.events import Because
from auld.people import fold
from auld.tongue import Tongue, later, tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Post, Press, Promise, Touch

MAX_TITLE = 200
MAX_DESCRIPTION = 4000
_MAX_LINE = 1000  # a link must not be cut
_SHOWN = 3
_LATELY = timedelta(days=91)
_SIGNED = "— auld: "
_HINT = " · "
_INVITATIONS = (
    later("Get in touch with {name}"),
    later("Catch up with {name}"),
    later("Say hello to {name}"),
    later("See how {name} is doing"),
)
_HINTS = {
    "anniversary": later("anniversary"),
    "birthday": later("birthday"),
    "cadence": later("catch up"),
    "dormant": later("an old tie"),
    "hobby": later("a shared hobby"),
    "insight": later("something of interest"),
    "intro_thanks": later("thanks for an introduction"),
    "lunch": later("lunch"),
    "new_role": later("new role"),
    "post": later("a post of theirs"),
    "press": later("in the news"),
    "travel": later("on your way"),
    "work_anniversary": later("work anniversary"),
}
_TOUCHED = {
    "met": (later("{day}: met"), later("met on {day}"), later("Last met on {day}.")),
    "called": (later("{day}: called"), later("called on {day}"), later("Last called on {day}.")),
    "wrote": (later("{day}: wrote"), later("wrote on {day}"), later("Last wrote on {day}.")),
    "": (later("{day}: in touch"), later("in touch on {day}"), later("Last in touch on {day}.")),
}
_HOW = {"meeting": "met", "met": "met", "call": "called", "mail": "wrote", "message": "wrote"}
_WHOSE = {
    "promise": (later("You promised: {what}"), later("You promised: {what} ({day})")),
    "theirs": (later("They promised: {what}"), later("They promised: {what} ({day})")),
    "question": (later("They asked: {what}"), later("They asked: {what} ({day})")),
}
# None of these begins like a line that the user would type: what auld writes is never taken for the user's.
_ABOUT_THEM = {
    "likes": later("Interested in: {what}"),
    "need": later("Looking for: {what}"),
    "offers": later("Can offer: {what}"),
    "met_through": later("Known through: {what}"),
    "next": later("For next time: {what}"),
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
    text = text[: 4 * limit]
    if not (text.isascii() and text.isprintable()):  # most are: plans of thousands of people live on that
        text = "".join(
            " " if unicodedata.category(c) in _SPACE_LIKE else c
            for c in text
            if c not in _BIDI and unicodedata.category(c) not in _UNPRINTABLE and not _is_pictograph(c)
        )
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_pictograph(char: str) -> bool:
    return char >= _ASTRAL and unicodedata.category(char)[0] == "S"


def signature(say: Tongue) -> str:
    """The last line of every entry."""
    return _SIGNED + say("tick it off, move it or delete it; all three are understood.")


def is_signature(line: str) -> bool:
    """Is it the last line of an entry, in whatever language, with or without its dash?"""
    return line.startswith((_SIGNED, _SIGNED.lstrip("— ")))


def interval_words(say: Tongue, ideal: int, at_most: int) -> str:
    """A cadence, from days: ``every 4 weeks, 6 at most``."""
    if ideal % 7 == 0 and at_most % 7 == 0:
        return say.plural("every week, {most} at most", "every {n} weeks, {most} at most", ideal // 7, most=at_most // 7)
    return say.plural("every day, {most} at most", "every {n} days, {most} at most", ideal, most=at_most)


def touched(say: Tongue, touch: Touch) -> str:
    """``met on 12 March 2026``; ``called`` or ``wrote`` for a follow-up if the user said so, else ``in touch``."""
    return say(_touched(touch)[1], day=say.day(touch.at.date()))


def last_touched(say: Tongue, touch: Touch) -> str:
    """``Last met on 12 March 2026.``"""
    return say(_touched(touch)[2], day=say.day(touch.at.date()))


def _touch_line(say: Tongue, touch: Touch) -> str:
    day = say.day(touch.at.date())
    return say("{day}: {what}", day=day, what=touch.title) if touch.title else say(_touched(touch)[0], day=day)


def _touched(touch: Touch) -> tuple[str, str, str]:
    return _TOUCHED[_HOW.get(touch.channel or touch.kind, "")]


def touch_lines(view: View, person_id: str) -> list[str]:
    """The last three touches, newest first: ``12 March 2026: Lunch at Tasca``."""
    say = tongue(view.policy)
    recent = [t for t in view.touches(person_id) if t.kind != "note"][: -_SHOWN - 1 : -1]
    return [plain(_touch_line(say, t)) for t in recent]


def note_lines(view: View, person_id: str) -> list[str]:
    """The last three notes, newest first, each with its date in the user's zone."""
    say, zone = tongue(view.policy), view.policy.zone
    recent = reversed(view.notes(person_id)[-_SHOWN:])
    return [plain(say("{day}: {what}", day=say.day(n.at.astimezone(zone).date()), what=n.text)) for n in recent]


def promise_line(say: Tongue, promise: Promise) -> str:
    """``You promised: send the deck by Friday (27 November 2026)``."""
    what = plain(promise.text, _MAX_LINE - 100)
    if promise.due is None:
        return say(_WHOSE[promise.kind][0], what=what)
    return say(_WHOSE[promise.kind][1], what=what, day=say.day(promise.due))


def open_lines(view: View, person_id: str) -> list[str]:
    """What is open on both sides, oldest first."""
    say = tongue(view.policy)
    return [promise_line(say, each) for each in view.promises(person_id) if each.state == "open"]


def fact_lines(view: View, person: PersonView) -> list[str]:
    """What their cards and the user say of them, one line a kind: ``Interested in: sailing, wine``; of what to do next only
    what was said since the last touch."""
    say, last = tongue(view.policy), view.last_touch(person.id)
    found: dict[str, list[str]] = {"likes": list(person.interests)} if person.interests else {}
    for fact in view.facts(person.id):
        if fact.kind != "next" or last is None or fact.at > last.at:
            found.setdefault(fact.kind, []).append(fact.text)
    kinds = [kind for kind in _ABOUT_THEM if kind in found]
    return [plain(say(_ABOUT_THEM[kind], what=", ".join(_each_once(found[kind])))) for kind in kinds]


def _each_once(texts: Iterable[str]) -> Iterable[str]:
    """As first written, whatever the capitals."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(fold(text), text)
    return first.values()


def reach_lines(person: PersonView) -> list[str]:
    """Phones, addresses and web pages, a few of each."""
    return [plain(way) for ways in (person.phones, person.emails, person.urls) for way in ways[:_SHOWN] if plain(way)]


def news_lines(view: View, person_id: str) -> list[str]:
    """What the news told of the person since the last touch (of a quarter at most) that is no occasion to write, but good to
    know before one does: a death, a dismissal. Nothing, if the user wants it hidden."""
    if view.policy.news.sensitive == "hide":
        return []
    say, last, since = tongue(view.policy), view.last_touch(person_id), view.as_of - _LATELY
    since = since if last is None else max(since, last.at)
    news: list[Press | Post] = [*view.mentions(person_id), *view.posts(person_id)]
    told = [each for each in news if each.sensitive and each.at > since]
    told.sort(key=lambda each: each.at)
    days = [say.day(each.at.astimezone(view.policy.zone).date()) for each in told]
    lines = [say("{day}: {what}", day=day, what=each.title) for day, each in zip(days, told, strict=True)]
    return [plain(line) for line in reversed(lines)][:_SHOWN]


def role_line(person: PersonView) -> str:
    """``Director, Acme``; empty if the card tells neither."""
    return plain(", ".join(part for part in (person.title, person.organisation) if part))


def get_in_touch(say: Tongue, name: str) -> str:
    """The title that fits any reason."""
    return plain(say(_INVITATIONS[0], name=name), MAX_TITLE)


def invitation(say: Tongue, name: str, number: int, unlike: str) -> str:
    """The title of the ``number``-th ask of its kind (from 1), each time another, and never that of the entry ``unlike``."""
    turn = [plain(say(_INVITATIONS[(number - 1 + step) % len(_INVITATIONS)], name=name), MAX_TITLE) for step in (0, 1)]
    return turn[1] if turn[0] == unlike.partition(_HINT)[0] else turn[0]


def title(say: Tongue, leading: str, further: Sequence[Because]) -> str:
    """The leading reason's title, with a hint at each further one: ``Birthday: Ana Lima · catch up``."""
    hints = dict.fromkeys(say(_HINTS[b.reason]) if b.reason in _HINTS else b.reason.replace("_", " ") for b in further)
    tail = "".join(_HINT + plain(hint, 40) for hint in hints)
    return plain(leading, MAX_TITLE - len(tail)) + tail if len(tail) < MAX_TITLE // 2 else plain(leading, MAX_TITLE)


def description(view: View, person: PersonView, because: Sequence[Because]) -> str:
    """Why now (each reason's own lines), who it is, the last touches, notes, and how to reach the person; in another order
    where the last entry for the person read the very same."""
    say = tongue(view.policy)
    touches = touch_lines(view, person.id)
    notes = note_lines(view, person.id)
    reach = reach_lines(person)
    role = role_line(person)
    facts = fact_lines(view, person)
    said = {line for b in because for line in b.context}
    promises = [line for line in open_lines(view, person.id) if line not in said]
    elsewhere = {*touches, *notes, *reach, *facts, role, ""}
    blocks = [[line for line in map(plain, b.context) if line not in elsewhere] for b in because]
    blocks = [[line for line in block if not _is_told_by_another(line, blocks)] for block in blocks]
    below = [[*([role] if role else []), *facts]]
    below.extend([heading, *lines] for heading, lines in _headed(say, promises, touches, notes, reach) if lines)
    if news := news_lines(view, person.id):
        below.insert(0, [say("Good to know before you write:"), *news])
    text = _text(say, [*blocks, *below])
    past = _last_like(view, person.id, because)
    return _text(say, [*blocks, *reversed(below)]) if past is not None and text == past.description else text


def _is_told_by_another(line: str, blocks: Sequence[Sequence[str]]) -> bool:
    """Does another reason say the same, and goes on ("Last met on 3 May 2026. Clients: every 8 weeks, 12 at most.")?"""
    return any(other.startswith(f"{line} ") for block in blocks for other in block)


def _last_like(view: View, person_id: str, because: Sequence[Because]) -> FollowUp | None:
    """The last entry for the person that is closed and was led by the same reason: only such a one can read the same."""
    leading = [each.reason for each in because[:1]]
    closed = (f for f in reversed(view.follow_ups(person_id)) if not f.open)
    return next((f for f in closed if [each.reason for each in f.because[:1]] == leading), None)


def _text(say: Tongue, blocks: Iterable[Sequence[str]]) -> str:
    body, last = "\n\n".join("\n".join(block) for block in blocks if block), signature(say)
    room = MAX_DESCRIPTION - len(last) - 2
    if len(body) > room:
        body = body[: room - 1].rstrip() + "…"
    return f"{body}\n\n{last}" if body else last


def _headed(
    say: Tongue, promises: list[str], touches: list[str], notes: list[str], reach: list[str]
) -> tuple[tuple[str, list[str]], ...]:
    return ((say("Open:"), promises), (say("Last in touch:"), touches), (say("Notes:"), notes), (say("Reach:"), reach))
