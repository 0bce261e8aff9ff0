"""Google-Alerts queries worth creating: for people who are followed up and have no feed of their own yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from auld.people import fold

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView

CREATE = "https://www.google.com/alerts"


@dataclass(frozen=True, slots=True)
class Alert:
    """``query`` as Google Alerts takes it; ``url`` is the page that creates it (choose there: deliver to RSS feed)."""

    person: str
    name: str
    query: str
    url: str


def suggestions(view: View, covered: Iterable[str]) -> Iterator[Alert]:
    """``covered`` are the names that the configured feeds are set to. Nobody is looked for by a name of one word."""
    done = {fold(name) for name in covered}
    for person in view.tracked():
        if fold(person.name) in done or len(fold(person.name).split()) < 2:
            continue
        query = query_for(person)
        yield Alert(person.id, person.name, query, f"{CREATE}?{urlencode({'q': query})}")


def query_for(person: PersonView) -> str:
    """The name in quotation marks, and what tells its bearer from namesakes: ``"Ana Lima" ("Northwind" OR "Lisbon")``."""
    told = dict.fromkeys(quoted for word in (person.organisation, *person.cities) if (quoted := _quoted(word)))
    guard = " OR ".join(told)
    if len(told) > 1:
        guard = f"({guard})"
    return f"{_quoted(person.name)} {guard}".rstrip()


def _quoted(text: str) -> str:
    """Quotation marks have no escape in a query; what stands between them loses nothing without."""
    words = " ".join(text.replace('"', " ").split())
    return f'"{words}"' if words else ""
