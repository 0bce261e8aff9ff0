"""Writes a configuration file, commented and private, from the answers that ``auld init`` got."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auldd.credentials import SecretRef


@dataclass
class Answers:
    """What ``auld init`` was told. ``calendars`` and ``books`` are collection names; None: all, empty: no such account.
    ``categories`` are (name, ideal, at most), the last two as the user wrote them."""

    timezone: str
    me: Sequence[str]
    url: str
    username: str = ""
    password: SecretRef | None = None
    insecure: bool = False
    calendars: Sequence[str] | None = None
    books_url: str = ""
    books: Sequence[str] | None = None
    feeds: Sequence[str] = ()
    write_to: str = ""
    form: str = "auto"
    alarm: str = "none"
    categories: Sequence[tuple[str, str, str]] = field(default_factory=list)


def render(answers: Answers) -> str:
    """The file's text."""
    parts = [
        "# The configuration of auld, written by `auld init`. After a change run `auld check`.",
        "# No password belongs in here, only where it is kept.",
        "",
        "# Days begin and end in this time zone.",
        f"timezone: {_text(answers.timezone)}",
        "",
        "# Your own addresses and numbers: whoever has them is you.",
        f"me: {_list(answers.me)}",
        "",
        "# What is read. `collections` left out means all that fit.",
        "accounts:",
        *_dav("calendar", "caldav", answers.url, answers.calendars, answers),
        *_dav("contacts", "carddav", answers.books_url or answers.url, answers.books, answers),
    ]
    if answers.feeds:
        parts += [
            "  alerts:",
            "    connector: rss",
            "    feeds:",
            *(f"      - {{url: {_text(feed)}}}" for feed in answers.feeds),
        ]
    if answers.write_to:
        parts += [
            "",
            '# Where follow-ups are written. as: auto, task or event. alarm: none, or a time of day such as "09:00"',
            "# (programs such as iOS and Thunderbird stay silent without one).",
            f"write_to: {{account: calendar, collection: {_text(answers.write_to)}, "
            f"as: {answers.form}, alarm: {_text(answers.alarm)}}}",
        ]
    parts += ["", "# How often to be in touch with the people of an address-book category; the first matter most."]
    if answers.categories:
        parts.append("categories:")
        parts += [f"  {_text(name)}: {{ideal: {ideal}, at_most: {at_most}}}" for name, ideal, at_most in answers.categories]
    else:
        parts += ["# categories:", "#   clients: {ideal: 8w, at_most: 12w}"]
    parts += [
        "",
        "# At most so many follow-ups.",
        "budget: {per_day: 2, per_week: 5}",
        "",
        "# How far ahead they stand in the calendar.",
        "horizon: 2w",
        "",
        "# Days without follow-ups.",
        "quiet: {weekdays: [sat, sun], dates: []}",
        "",
    ]
    return "\n".join(parts)


def _dav(name: str, connector: str, url: str, collections: Sequence[str] | None, answers: Answers) -> list[str]:
    if collections is not None and not collections:
        return []
    lines = [f"  {name}:", f"    connector: {connector}", f"    url: {_text(url)}"]
    if answers.username:
        lines.append(f"    username: {_text(answers.username)}")
    if answers.password is not None:
        value = answers.password.value
        place = _list(value) if answers.password.kind == "command" else _text(value[0])
        lines.append(f"    password: {{{answers.password.kind}: {place}}}")
    if answers.insecure:
        lines.append("    insecure: true")
    if collections is not None:
        lines.append(f"    collections: {_list(collections)}")
    return lines


def _text(value: str) -> str:
    """A double-quoted scalar: JSON's are YAML's (YAML 1.2 section 1.3)."""
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def write(file: Path, text: str) -> None:
    """Put ``text`` into ``file``, mode 0600, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
