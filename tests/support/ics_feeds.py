"""Calendar feeds in few words, and a core in memory that reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from auld.contract import Account, Batch, Collection, Pull
from auld.observations import Meeting
from auld.testing.sources import Copy
from auld_connectors._http import Limits
from auld_connectors.ics import Ics, IcsSource, Settings
from support.feed_server import Reply

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
COLLECTION = Collection("ics:work", "Work", frozenset({"meeting", "task"}))
QUICK = Limits(connect=1, read=0.3, total=0.6)


def vevent(uid: str = "one", day: str = "20260310", title: str = "Lunch with Ana", *lines: str) -> str:
    """A meeting of an hour, with Ana. ``uid`` "" stands for none."""
    own = [
        *([f"UID:{uid}"] if uid else []),
        f"DTSTART:{day}T120000Z",
        f"DTEND:{day}T130000Z",
        f"SUMMARY:{title}",
        "ORGANIZER:mailto:me@example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.net",
        *lines,
    ]
    return component("VEVENT", *own)


def component(name: str, *lines: str) -> str:
    return "\r\n".join([f"BEGIN:{name}", *lines, f"END:{name}", ""])


def ics(*components: str, head: Iterable[str] = ()) -> bytes:
    """A whole feed."""
    top = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *head, ""])
    return f"{top}{''.join(components)}END:VCALENDAR\r\n".encode()


def calendar(*components: str, **how: Any) -> Reply:
    """What a server sends."""
    return Reply(ics(*components), content_type="text/calendar; charset=utf-8", **how)


def open_source(settings: dict[str, Any], secret: str = "", limits: Limits = QUICK) -> IcsSource:
    parsed = Settings.model_validate(settings)
    return Ics(limits=limits).open(Account("work", parsed, (lambda: secret) if secret else None, "auld/test", now=lambda: NOW))


@dataclass
class Reader:
    """What the core does with a source, and what would become events: refs seen for the first time, changed, or gone."""

    source: IcsSource
    copy: Copy = field(default_factory=Copy)
    now: datetime = NOW
    notes: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def pull(self, full: bool = False) -> tuple[int, int, int]:
        """New, changed and gone items."""
        before = {ref: item.fingerprint for ref, item in self.copy.items.items()}
        request = Pull(COLLECTION, self.copy.cursor, self.copy.known, full, self.now)
        self.batches = []
        for batch in self.source.pull(request):
            assert not batch.gone
            self.copy.take(batch)
            self.batches.append(batch)
            self.notes += batch.notes
        after = {ref: item.fingerprint for ref, item in self.copy.items.items()}
        changed = sum(before[ref] != after[ref] for ref in before.keys() & after.keys())
        return len(after.keys() - before.keys()), changed, len(before.keys() - after.keys())

    @property
    def refs(self) -> list[str]:
        return sorted(self.copy.items)

    @property
    def meetings(self) -> list[Meeting]:
        found = [item.observation for _, item in sorted(self.copy.items.items())]
        return [meeting for meeting in found if isinstance(meeting, Meeting)]

    @property
    def problems(self) -> list[str]:
        return [item.problem for item in self.copy.items.values() if item.problem]

    @property
    def titles(self) -> list[str]:
        return sorted(m.main.title if m.main else m.overrides[0].happening.title for m in self.meetings)


def read(url_or_settings: str | dict[str, Any], **settings: Any) -> Reader:
    given = {"url": url_or_settings} if isinstance(url_or_settings, str) else url_or_settings
    return Reader(open_source({**given, **settings}))
