"""What on a person's card tells the person from a namesake in the news: employer, city, special words of the title, domains.

Words that fit anybody (``manager``, ``group``, ``gmail``) tell nothing, nor does the name itself. What speaks against a person
is read from the news entry (:mod:`auld.projections.namesakes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from auld.people import fold
from auld.projections.views import PersonView, Sign
from auld.projections.vocabulary import ANYBODYS_DOMAINS, COMMON_IN_EMPLOYERS, COMMON_IN_TITLES, LEGAL_FORMS

_SHORTEST = 4  # letters of a single word that is special enough
_SHORTEST_DOMAIN = 3


def signs_of(person: PersonView) -> dict[str, Sign]:
    """Folded words and phrases, any of which in an entry says that this person is meant; and what each stands for."""
    name = set(fold(person.name).split())
    found: dict[str, Sign] = {}
    for signs in (_employer(person.organisation), _domains(person), _title(person.title), _cities(person.cities)):
        for phrase, sign in signs:
            if phrase and not set(phrase.split()) <= name:
                found.setdefault(phrase, sign)
    return found


def _employer(organisation: str) -> Iterator[tuple[str, Sign]]:
    """The employer's name without its legal form, also in one word as in its domain; and the first special word in it."""
    sign = Sign("employer", organisation)
    words = [word for word in fold(organisation).split() if word not in LEGAL_FORMS]
    if not words or set(words) <= COMMON_IN_EMPLOYERS:
        return
    phrase = " ".join(words)
    if len(phrase) >= _SHORTEST - 1:
        yield phrase, sign
    if len(words) > 1:
        yield "".join(words), sign
        special = (word for word in words if len(word) >= _SHORTEST and word not in COMMON_IN_EMPLOYERS)
        yield next(special, ""), sign


def _cities(cities: tuple[str, ...]) -> Iterator[tuple[str, Sign]]:
    return ((fold(city), Sign("city", city)) for city in cities)


def _title(title: str) -> Iterator[tuple[str, Sign]]:
    for written in title.split():
        for word in fold(written).split():
            if len(word) >= _SHORTEST and word not in COMMON_IN_TITLES:
                yield word, Sign("title", written.strip(",;.()"))


def _domains(person: PersonView) -> Iterator[tuple[str, Sign]]:
    """The registered name in mail and web addresses: ``northwind`` of ``mail.northwind.co.uk``."""
    hosts = [email.rpartition("@")[2] for email in person.emails] + [_host(url) for url in person.urls]
    for host in hosts:
        labels = [
            label for label in host.casefold().split(".")[:-1] if label not in {"co", "com", "org", "net", "ac", "gov", "edu"}
        ]
        if labels and labels[-1] not in ANYBODYS_DOMAINS and len(labels[-1]) >= _SHORTEST_DOMAIN:
            yield fold(labels[-1]), Sign("domain", host.removeprefix("www."))


def _host(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
