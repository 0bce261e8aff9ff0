"""What on a person's card tells the person from a namesake in the news: employer, city, special words of the title, domains.

Words that fit anybody (``manager``, ``group``, ``gmail``) tell nothing, nor does the name itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from auld.people import fold
from auld.projections.views import PersonView
from auld.projections.vocabulary import ANYBODYS_DOMAINS, COMMON_IN_EMPLOYERS, COMMON_IN_TITLES, LEGAL_FORMS

_SHORTEST = 4  # letters of a single word that is special enough
_SHORTEST_DOMAIN = 3


def evidence_of(person: PersonView) -> frozenset[str]:
    """Folded words and phrases, any of which agreeing with an entry says that this person is meant."""
    name = set(fold(person.name).split())
    found = {*_employer(person.organisation), *_cities(person.cities), *_title(person.title), *_domains(person)}
    return frozenset(phrase for phrase in found if phrase and not set(phrase.split()) <= name)


def _employer(organisation: str) -> Iterator[str]:
    """The employer's name without its legal form, also in one word as in its domain; and the first special word in it."""
    words = [word for word in fold(organisation).split() if word not in LEGAL_FORMS]
    if not words or set(words) <= COMMON_IN_EMPLOYERS:
        return
    phrase = " ".join(words)
    if len(phrase) >= _SHORTEST - 1:
        yield phrase
    if len(words) > 1:
        yield "".join(words)
        special = (word for word in words if len(word) >= _SHORTEST and word not in COMMON_IN_EMPLOYERS)
        yield next(special, "")


def _cities(cities: tuple[str, ...]) -> Iterator[str]:
    return (fold(city) for city in cities)


def _title(title: str) -> Iterator[str]:
    return (word for word in fold(title).split() if len(word) >= _SHORTEST and word not in COMMON_IN_TITLES)


def _domains(person: PersonView) -> Iterator[str]:
    """The registered name in mail and web addresses: ``northwind`` of ``mail.northwind.co.uk``."""
    hosts = [email.rpartition("@")[2] for email in person.emails] + [_host(url) for url in person.urls]
    for host in hosts:
        labels = [
            label for label in host.casefold().split(".")[:-1] if label not in {"co", "com", "org", "net", "ac", "gov", "edu"}
        ]
        if labels and labels[-1] not in ANYBODYS_DOMAINS and len(labels[-1]) >= _SHORTEST_DOMAIN:
            yield fold(labels[-1])


def _host(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
