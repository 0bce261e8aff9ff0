"""A calendar object as a tree of unfolded content lines: enough to play the programs that people edit their calendars with.

Nothing of auld's own reading and writing is used, so that neither side of the soak believes the other's mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Part:
    """What stands between BEGIN and END: content lines (unfolded) and further parts, in order."""

    name: str
    inside: list[str | Part] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Its own lines, without those of the parts in it."""
        return [line for line in self.inside if isinstance(line, str)]

    @property
    def parts(self) -> list[Part]:
        return [part for part in self.inside if isinstance(part, Part)]

    def line(self, name: str) -> str:
        """The first line of that name; empty if there is none."""
        return next((line for line in self.lines if name_of(line) == name), "")

    def value(self, name: str) -> str:
        return self.line(name).partition(":")[2]

    def set(self, name: str, line: str) -> None:
        """Put ``line`` in the place of the first one of that name, or behind the last line."""
        for index, each in enumerate(self.inside):
            if isinstance(each, str) and name_of(each) == name:
                self.inside[index] = line
                return
        self.inside.insert(len(self.lines), line)

    def drop(self, *names: str) -> None:
        self.inside = [each for each in self.inside if isinstance(each, Part) or name_of(each) not in names]


def name_of(line: str) -> str:
    """The name of the property that a line holds."""
    return re.split("[;:]", line, maxsplit=1)[0].upper()


def parse(body: bytes) -> Part:
    """The VCALENDAR in a body."""
    stack = [Part("")]
    for line in re.split(r"\r?\n", re.sub(r"\r?\n[ \t]", "", body.decode())):
        if line.startswith("BEGIN:"):
            part = Part(line[6:])
            stack[-1].inside.append(part)
            stack.append(part)
        elif line.startswith("END:"):
            stack.pop()
        elif line:
            stack[-1].inside.append(line)
    return stack[0].parts[0]


def render(part: Part, *, width: int = 75, end: str = "\r\n") -> bytes:
    """The body, folded at ``width`` characters."""
    rows: list[str] = []

    def walk(each: Part) -> None:
        rows.append(f"BEGIN:{each.name}")
        for inside in each.inside:
            if isinstance(inside, Part):
                walk(inside)
            else:
                rows.extend(_fold(inside, width))
        rows.append(f"END:{each.name}")

    walk(part)
    return (end.join(rows) + end).encode()


def entry_of(body: bytes) -> Part:
    """The VTODO or VEVENT in a body."""
    return next(part for part in parse(body).parts if part.name in ("VTODO", "VEVENT"))


def text_of(value: str) -> str:
    """A TEXT value with its escapes undone (RFC 5545 section 3.3.11)."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _fold(line: str, width: int) -> list[str]:
    first, rest = line[:width], line[width:]
    return [first, *(" " + rest[at : at + width - 1] for at in range(0, len(rest), width - 1))]
