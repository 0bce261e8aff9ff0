"""What people do to an entry, whatever the program: each act changes the lines of an object, as the programs are known to.

What an act *means* is not said here: the model reads it off the object that comes of it (:mod:`soak.model`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from soak.icalendar_text import Part, escaped, text_of

DONE = ("✓", "feito", "Erledigt:", "done,", "OK", "Fait !", "[x]")
NOT_THIS = ("no", "não", "Nein,", "–", "skip:")
NEVER = ("never", "Niemals!", "nunca", "JAMAIS")
OTHER_WORDS = (
    "Ring them; about {}, soon", "电话 {} 给她", "Позвонить: {}", "ligar à Ana — {} ☎️", "اتصل {}", "Okay Corral {}", "x-ray {}",
)  # fmt: skip
TYPED = (
    ("note", "asked for {} – ✓"), ("promise", "I: send the deck {} by Friday"), ("likes", "likes: sailing {}"),
    ("question", "?: what did we pay for {}"), ("theirs", "ela: apresentar o {}"), ("need", "needs: a tax lawyer, {}"),
    ("note", "• 我们谈到了 {}"), ("met_through", "met through: Ben {}"), ("next", "next: call {} in May"),
)  # fmt: skip
"""What lines people type, and as what each is to be understood."""

TOKEN = re.compile(r"\bw\d+\b")
_T = TypeVar("_T")
_ALARM = ("ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M")


@dataclass(frozen=True)
class Words:
    """What a person says this time: a ``token`` never used before, and a day on which auld would not think. ``own`` are the
    tokens of lines that they typed into the entry before (auld may quote others). ``local``: their program writes times with a
    zone, not in UTC."""

    token: str
    day: date
    now: datetime
    own: frozenset[str] = frozenset()
    local: bool = True

    @property
    def number(self) -> int:
        return int(self.token[1:])


Act = Callable[[Part, Words], None]


def resave(entry: Part, words: Words) -> None:
    """Open it and press save."""


# --- words in the title -------------------------------------------------------------------------------------------------
def rename(entry: Part, words: Words) -> None:
    entry.set("SUMMARY", f"SUMMARY:{escaped(_one_of(OTHER_WORDS, words).format(words.token))}")


def decline(entry: Part, words: Words) -> None:
    _put_before(entry, _one_of(NOT_THIS, words), words)


def never(entry: Part, words: Words) -> None:
    _put_before(entry, _one_of(NEVER, words), words)


def tick(entry: Part, words: Words) -> None:
    """A task has a box for it."""
    if entry.name == "VEVENT":
        _put_before(entry, _one_of(DONE, words), words)
        return
    entry.set("STATUS", "STATUS:COMPLETED")
    entry.set("PERCENT-COMPLETE", "PERCENT-COMPLETE:100")
    entry.set("COMPLETED", f"COMPLETED:{words.now:%Y%m%dT%H%M%SZ}")


def cancel(entry: Part, words: Words) -> None:
    entry.set("STATUS", "STATUS:CANCELLED")


def take_back(entry: Part, words: Words) -> None:
    """Take off the tick, the word before the title, the cancellation."""
    title = re.sub(r"^(?:\S+(?: !)? w\d+ )+", "", entry.value("SUMMARY"))
    entry.set("SUMMARY", f"SUMMARY:{title}")
    if entry.name == "VTODO":
        entry.drop("COMPLETED", "PERCENT-COMPLETE")
    entry.set("STATUS", "STATUS:NEEDS-ACTION" if entry.name == "VTODO" else "STATUS:CONFIRMED")


def _put_before(entry: Part, word: str, words: Words) -> None:
    entry.set("SUMMARY", f"SUMMARY:{escaped(word)} {words.token} {entry.value('SUMMARY')}")


# --- lines in the text --------------------------------------------------------------------------------------------------
def write_under(entry: Part, words: Words) -> None:
    _describe(entry, f"{text_of(entry.value('DESCRIPTION'))}\n{_line(words)}")


def write_above(entry: Part, words: Words) -> None:
    _describe(entry, f"{_line(words)}\n{text_of(entry.value('DESCRIPTION'))}", ";LANGUAGE=en")


def edit_line(entry: Part, words: Words) -> None:
    """Add to a line of one's own."""
    lines = text_of(entry.value("DESCRIPTION")).split("\n")
    own = [index for index, line in enumerate(lines) if words.own & set(TOKEN.findall(line))]
    if own:
        lines[own[words.number % len(own)]] += ", indeed"
        _describe(entry, "\n".join(lines))


def remove_line(entry: Part, words: Words) -> None:
    lines = text_of(entry.value("DESCRIPTION")).split("\n")
    own = [index for index, line in enumerate(lines) if words.own & set(TOKEN.findall(line))]
    if own:
        del lines[own[words.number % len(own)]]
        _describe(entry, "\n".join(lines))


def _line(words: Words) -> str:
    return _one_of(TYPED, words)[1].format(words.token)


def kind_of(words: Words) -> str:
    """As what a line typed with these words is to be understood."""
    return _one_of(TYPED, words)[0]


def _describe(entry: Part, text: str, parameters: str = "") -> None:
    entry.set("DESCRIPTION", f"DESCRIPTION{parameters}:{escaped(text)}")


# --- days, times and the rest -------------------------------------------------------------------------------------------
def drag(entry: Part, words: Words) -> None:
    """To another day."""
    _put_on(entry, f";VALUE=DATE:{words.day:%Y%m%d}", f";VALUE=DATE:{words.day + timedelta(days=1):%Y%m%d}")


def drag_to_time(entry: Part, words: Words) -> None:
    how = f";TZID=Europe/Lisbon:{words.day:%Y%m%d}T%H0000" if words.local else f":{words.day:%Y%m%d}T%H0000Z"
    _put_on(entry, how.replace("%H", "10"), how.replace("%H", "11"))


def snooze(entry: Part, words: Words) -> None:
    """For an hour, as Thunderbird writes it."""
    entry.set("X-MOZ-SNOOZE-TIME", f"X-MOZ-SNOOZE-TIME:{words.now + timedelta(hours=1):%Y%m%dT%H%M%SZ}")
    entry.set("X-MOZ-LASTACK", f"X-MOZ-LASTACK:{words.now:%Y%m%dT%H%M%SZ}")


def snooze_away(entry: Part, words: Words) -> None:
    """To a day far off."""
    entry.set("X-MOZ-SNOOZE-TIME", f"X-MOZ-SNOOZE-TIME:{words.day:%Y%m%d}T090000Z")


def add_alarm(entry: Part, words: Words) -> None:
    entry.inside.append(Part("VALARM", [f"UID:{words.token}", *_ALARM]))


def embellish(entry: Part, words: Words) -> None:
    """Give it a place, a priority and a colour."""
    entry.set("LOCATION", f"LOCATION:Café {words.token}\\, Lisboa")
    entry.set("PRIORITY", "PRIORITY:1")
    entry.set("X-COLOR", f"X-COLOR;X-PARAM={words.token}:turquoise")


def make_meeting(entry: Part, words: Words) -> None:
    drag_to_time(entry, words)
    entry.set("LOCATION", f"LOCATION:Room {words.token}")
    entry.set("ATTENDEE", "ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@example.org")
    entry.set("ORGANIZER", "ORGANIZER:mailto:me@example.org")


def repeat(entry: Part, words: Words) -> None:
    entry.set("RRULE", "RRULE:FREQ=MONTHLY;COUNT=6")


def _put_on(entry: Part, start: str, end: str) -> None:
    last = "DTEND" if entry.name == "VEVENT" else "DUE"
    entry.drop("DURATION")
    entry.set("DTSTART", f"DTSTART{start}")
    entry.set(last, f"{last}{end if last == 'DTEND' else start}")


def _one_of(choices: tuple[_T, ...], words: Words) -> _T:
    return choices[words.number % len(choices)]


TITLE, DAYS = ("SUMMARY",), ("DTSTART", "DUE", "DTEND")
ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        resave, rename, decline, never, tick, cancel, take_back, write_under, write_above, edit_line, remove_line, drag,
        drag_to_time, snooze, snooze_away, add_alarm, embellish, make_meeting, repeat,
    )
}  # fmt: skip
OWNS: dict[str, tuple[str, ...]] = {
    "rename": TITLE, "decline": TITLE, "never": TITLE, "drag": DAYS, "drag_to_time": DAYS, "make_meeting": DAYS,
}  # fmt: skip
"""The lines that belong to the person after an act, letter for letter; of a description it is the words."""
CLOSED = frozenset({"resave", "take_back", "write_under", "write_above", "edit_line", "remove_line"})
"""What people still do to an entry that says itself that it is over."""
