"""What must hold, kept as simply as can be: a few facts for each entry, a judge of every write that auld sends, and what each
entry says.

The judge compares bodies line by line; it knows what the person did, and nothing of how auld works.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from soak.acts import DONE, NEVER, NOT_THIS, OWNS, TOKEN
from soak.icalendar_text import Part, entry_of, name_of, text_of
from soak.server import Write

Said = Literal["", "done", "dismissed", "never", "meeting"]
_NOTHING = {"resave", "take_back", "edit_line", "remove_line"}
_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})
_WRITABLE = _STAMPS | {"SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DUE", "DURATION", "STATUS"}


@dataclass
class Claims:
    """What a person has said about an entry: ``lines`` are properties that are theirs, letter for letter; ``typed`` the tokens
    of the lines in its text, with the kind of each; ``wrote``: there were some, so that the text is theirs for good; ``acts``
    what they did to it and did not take back. ``snoozed``: its day is not what it shows. ``old``: it was written before the
    store was lost."""

    lines: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    wrote: bool = False
    renamed: bool = False
    ticked: bool = False
    acts: set[str] = field(default_factory=set)
    snoozed: bool = False
    deleted: bool = False
    moved: bool = False
    old: bool = False

    def add(self, act: str, token: str, kind: str, body: bytes) -> None:
        """A person did something, and this is how the object now stands on the server. ``kind``: of a line typed in, as what it
        is to be understood."""
        entry = entry_of(body)
        owned = set(self.lines) | set(OWNS.get(act, ()))
        if act == "tick":
            self.ticked = True
            owned |= {"SUMMARY"} if entry.name == "VEVENT" else {"STATUS", "COMPLETED", "PERCENT-COMPLETE"}
        elif act == "take_back":
            self.ticked = False
            owned -= {"STATUS", "COMPLETED", "PERCENT-COMPLETE"} | (set() if self.renamed else {"SUMMARY"})
        elif act in ("write_under", "write_above"):
            self.typed[token] = kind
            self.wrote = True
        there = set(TOKEN.findall(text_of(entry.value("DESCRIPTION"))))
        self.typed = {token: kind for token, kind in self.typed.items() if token in there}
        self.renamed = self.renamed or act == "rename"
        self.acts |= {act} - _NOTHING
        if act == "take_back":
            self.acts -= {"tick", "cancel", "decline", "never"}
        if not self.typed:
            self.acts -= {"write_under", "write_above"}
        self.snoozed = self.snoozed or act in ("snooze", "snooze_away")
        self.lines = {name: entry.line(name) for name in owned}

    @property
    def touched(self) -> bool:
        """Did they do more than to open it? Moved away and put back as it was, it is again just what auld wrote."""
        return bool(self.acts)

    def broken(self, body: bytes | None) -> str:
        """What of it does not hold any more; empty if all does."""
        if self.deleted:
            return "" if body is None else "what was deleted came back"
        if body is None:
            return "what a person touched is gone" if self.touched else ""
        entry = entry_of(body)
        lost = [name for name, line in self.lines.items() if entry.line(name) != line]
        words = text_of(entry.value("DESCRIPTION"))
        lost += [f"the words {token}" for token in self.typed if token not in words]
        return f"a person's {', '.join(lost)} lost" if lost else ""


class Model:
    """The claims on each entry, by name; what is nobody's but the user's; and what auld did wrong so far. ``racing``: a second
    daemon is at it that has no right to be; then both may write the same."""

    def __init__(self) -> None:
        self.claims: dict[str, Claims] = {}
        self.foreign: dict[str, bytes] = {}
        self.minted: set[str] = set()
        self.faults: list[str] = []
        self.racing = False

    def of(self, name: str) -> Claims:
        return self.claims.setdefault(name, Claims())

    def forget(self) -> None:
        """The store is lost, and with it all that auld knew."""
        self.claims = {name: claims for name, claims in self.claims.items() if not claims.deleted}
        for claims in self.claims.values():
            claims.old = True

    def judge(self, write: Write) -> None:
        """Look at a write of auld's just before it takes place. (Raised here, it would be taken for the server's.)"""
        found = self._fault(write)
        if found:
            self.faults.append(f"{found}: {write}")

    def judge_elsewhere(self, write: Write) -> None:
        """The same, in a calendar that auld only reads."""
        self.faults.append(f"wrote into a calendar that is not its own: {write}")

    def _fault(self, write: Write) -> str:
        claims = self.of(write.name)
        if write.name in self.foreign or write.name.removesuffix(".ics") not in self.minted:
            return "wrote to what auld did not mint"
        if write.sent is None:
            return "deleted what a person had touched" if claims.touched else ""
        if claims.deleted:
            return "brought back what a person had deleted"
        if claims.moved and write.before is None:
            return "wrote a second one of what a person had moved"
        if write.before is None:
            return ""
        if self.racing and not claims.acts:
            return ""  # a server that looks at no condition lets a second daemon write over what the first one wrote
        before, sent = entry_of(write.before), entry_of(write.sent)
        if Counter(_kept(before)) != Counter(_kept(sent)):
            return "changed lines that are not its own"
        if before.value("STATUS") != sent.value("STATUS") and (claims.ticked or sent.value("STATUS") != "CANCELLED"):
            return "changed the status"
        if _essence(before) == _essence(sent):
            return "wrote without need"
        if claims.typed and _unticked(before) != _unticked(sent):
            return "changed a text that a person had typed into"
        return claims.broken(write.sent)

    def broken(self, objects: dict[str, bytes], elsewhere: dict[str, bytes]) -> list[str]:
        """Everything that does not hold now, in the calendar that auld writes to and in the other one."""
        found = list(self.faults)
        everything = elsewhere | objects
        for name, claims in self.claims.items():
            if why := claims.broken(everything.get(name)):
                found.append(f"{name}: {why}")
        found += (
            f"{name}: not auld's, and not as it was" for name, body in self.foreign.items() if everything.get(name) != body
        )
        bodies = ((name, body) for each in (objects, elsewhere) for name, body in each.items())
        stand = Counter(entry_of(body).value("UID") for name, body in bodies if name not in self.foreign)
        found += (f"{uid} stands there {n} times" for uid, n in stand.items() if n > 1)
        return found


# --- what an entry says -------------------------------------------------------------------------------------------------
def said(entry: Part) -> Said:
    """What the entry itself says of the follow-up, to anybody who reads it."""
    title = text_of(entry.value("SUMMARY"))
    if _begins(title, NEVER):
        return "never"
    if entry.name == "VTODO" and entry.value("STATUS") == "COMPLETED":
        return "done"
    if entry.value("STATUS") == "CANCELLED" or _begins(title, NOT_THIS):
        return "dismissed"
    if entry.name == "VEVENT" and "T" in entry.value("DTSTART") and (entry.line("LOCATION") or entry.line("ATTENDEE")):
        return "meeting"
    return "done" if _begins(title, DONE) else ""


STATES: dict[Said, frozenset[str]] = {
    "": frozenset({"written", "moved", "planned", "withdrawn"}),
    "done": frozenset({"done"}),
    "dismissed": frozenset({"dismissed", "withdrawn"}),
    "never": frozenset({"dismissed"}),
    "meeting": frozenset({"meeting"}),
}
"""The states that a follow-up may be in, by what its entry says. What auld takes back, it cancels."""


def tokens_without_tick(entry: Part) -> set[str]:
    """The lines of the person's, by token, that no tick answers."""
    lines = text_of(entry.value("DESCRIPTION")).split("\n")
    return {token for line in lines if not line.startswith("✓") for token in TOKEN.findall(line)}


def _begins(title: str, words: tuple[str, ...]) -> bool:
    return any(re.match(rf"{re.escape(word)} w\d+\b", title) for word in words)


# --- lines --------------------------------------------------------------------------------------------------------------
def _unticked(entry: Part) -> str:
    return re.sub(r"^✓ ", "", text_of(entry.value("DESCRIPTION")), flags=re.MULTILINE)


def _kept(entry: Part) -> list[str]:
    """What auld has no business with: all other properties, and all alarms but its own."""
    uid = entry.value("UID")
    kept = [line for line in entry.lines if name_of(line) not in _WRITABLE]
    for part in entry.parts:
        if part.value("UID") != f"{uid}-alarm":
            kept += [f"{part.name} {line}" for line in part.lines]
    return kept


def _essence(entry: Part) -> list[str]:
    return [line for line in entry.lines if name_of(line) not in _STAMPS] + [
        line for part in entry.parts for line in part.lines
    ]
