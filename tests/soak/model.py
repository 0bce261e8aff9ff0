"""What must hold, kept as simply as can be: a few facts for each entry, and a judge of every write that auld sends.

The judge compares bodies line by line; it knows what the person did, and nothing of how auld works.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from soak.clients import OWNS
from soak.icalendar_text import Part, entry_of, name_of, text_of
from soak.server import Write

_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})
_WRITABLE = _STAMPS | {"SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DUE", "DURATION", "STATUS"}


@dataclass
class Claims:
    """What a person has said about an entry: ``lines`` are properties that are theirs, letter for letter; ``tokens`` are words
    in the description. ``touched``: they did more than to open it. ``snoozed``: its day is not what it shows."""

    lines: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    ticked: bool = False
    touched: bool = False
    snoozed: bool = False
    deleted: bool = False

    def add(self, act: str, token: str, body: bytes) -> None:
        """A person did something, and this is how the object now stands on the server."""
        entry = entry_of(body)
        owned = set(self.lines) | set(OWNS.get(act, ()))
        if act == "tick":
            self.ticked = True
            owned |= {"SUMMARY"} if entry.name == "VEVENT" else {"STATUS", "COMPLETED", "PERCENT-COMPLETE"}
        if act in ("write_under", "write_above"):
            self.tokens.add(token)
        self.touched = self.touched or act != "resave"
        self.snoozed = self.snoozed or act == "snooze"
        self.lines = {name: entry.line(name) for name in owned}

    def broken(self, body: bytes | None) -> str:
        """What of it does not hold any more; empty if all does."""
        if self.deleted:
            return "" if body is None else "what was deleted came back"
        if body is None:
            return "what a person touched is gone" if self.touched else ""
        entry = entry_of(body)
        lost = [name for name, line in self.lines.items() if entry.line(name) != line]
        words = text_of(entry.value("DESCRIPTION"))
        lost += [f"the words {token}" for token in self.tokens if token not in words]
        return f"a person's {', '.join(lost)} lost" if lost else ""


class Model:
    """The claims on each entry, by name; what is nobody's but the user's; and what auld did wrong so far."""

    def __init__(self) -> None:
        self.claims: dict[str, Claims] = {}
        self.foreign: dict[str, bytes] = {}
        self.minted: set[str] = set()
        self.faults: list[str] = []

    def of(self, name: str) -> Claims:
        return self.claims.setdefault(name, Claims())

    def judge(self, write: Write) -> None:
        """Look at a write of auld's just before it takes place. (Raised here, it would be taken for the server's.)"""
        found = self._fault(write)
        if found:
            self.faults.append(f"{found}: {write}")

    def _fault(self, write: Write) -> str:
        claims = self.of(write.name)
        if write.name in self.foreign or write.name.removesuffix(".ics") not in self.minted:
            return "wrote to what auld did not mint"
        if write.sent is None:
            return "deleted what a person had touched" if claims.touched else ""
        if claims.deleted:
            return "brought back what a person had deleted"
        if write.before is None:
            return ""
        before, sent = entry_of(write.before), entry_of(write.sent)
        if Counter(_kept(before)) != Counter(_kept(sent)):
            return "changed lines that are not its own"
        if before.value("STATUS") != sent.value("STATUS") and (claims.ticked or sent.value("STATUS") != "CANCELLED"):
            return "changed the status"
        if _essence(before) == _essence(sent):
            return "wrote without need"
        return claims.broken(write.sent)

    def broken(self, objects: dict[str, bytes]) -> list[str]:
        """Everything that does not hold now."""
        found = list(self.faults)
        for name, claims in self.claims.items():
            if why := claims.broken(objects.get(name)):
                found.append(f"{name}: {why}")
        found += (f"{name}: not auld's, and not as it was" for name, body in self.foreign.items() if objects.get(name) != body)
        stand = Counter(entry_of(body).value("UID") for name, body in objects.items() if name not in self.foreign)
        found += (f"{uid} stands there {n} times" for uid, n in stand.items() if n > 1)
        return found


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
