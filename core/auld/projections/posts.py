"""What people publish themselves: entries of feeds that are theirs.

A feed is somebody's if the user says so (``by``), or if the page that it belongs to stands on the card of one person alone. An
employer's home page is nobody's, although it stands on many a card.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from auld.observations import Mention
from auld.people import fold, normalise_profile
from auld.projections.evidence import signs_of
from auld.projections.mentions import Key, Seen
from auld.projections.names import forms
from auld.projections.stories import is_sensitive, link_key
from auld.projections.views import PersonView, Post

_FEED_END = re.compile(r"(?:/(?:feed|rss|atom|index)(?:\.\w+)?|\.(?:rss|atom|xml|json))/?$", re.I)


def place(url: str) -> str:
    """What a page is known by, however its address is written; empty if it is none."""
    url = url.strip()
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return normalise_profile(url) or parts.hostname.removeprefix("www.") + parts.path.rstrip("/")


def pages_of(person: PersonView) -> frozenset[str]:
    """The places on the person's cards that are their own."""
    return frozenset(page for url in person.urls if (page := place(url)) and not _is_employers(page, person))


def places_of(mention: Mention) -> Iterator[str]:
    """What the entry's feed is the feed of: as it says itself, and as its address lets one guess."""
    found = (place(mention.site), place(_FEED_END.sub("", mention.feed)))
    return (page for page in found if page)


class Owners:
    """Whose a feed is, among ``people`` (everybody: what two claim is nobody's)."""

    def __init__(self, people: Iterable[PersonView]) -> None:
        self._by_place: defaultdict[str, set[str]] = defaultdict(set)
        self._by_name: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        self._followed: set[str] = set()
        for person in people:
            if person.tracked:
                self._followed.add(person.id)
                for form in forms(person.name, person.also):
                    self._by_name[form.words].add(person.id)
            for page in pages_of(person):
                self._by_place[page].add(person.id)

    def of(self, seen: Seen) -> str | None:
        """The person whose feed the entry comes from."""
        mention = seen.mention
        if mention.by:
            found = {person for form in forms(mention.by) for person in self._by_name.get(form.words, ())}
            return found.pop() if len(found) == 1 else None
        for page in places_of(mention):
            claimed = self._by_place.get(page, ())
            if len(claimed) == 1:
                (owner,) = claimed
                return owner if owner in self._followed else None
        return None


def posts_by(entries: Mapping[Key, Seen], owners: Owners) -> dict[str, list[Post]]:
    """By person, oldest first, ``at`` in UTC."""
    found: defaultdict[str, dict[str, Post]] = defaultdict(dict)
    for key, seen in sorted(entries.items(), key=lambda entry: (entry[1].at, entry[1].born)):
        owner = owners.of(seen)
        if owner is not None:
            mention = seen.mention
            ident = hashlib.sha256((link_key(mention.link) or "\n".join(key)).encode()).hexdigest()[:16]
            sensitive = is_sensitive(fold(mention.title))
            found[owner].setdefault(ident, Post(seen.at, mention.title, mention.link, mention.source, ident, sensitive))
    return {owner: list(posts.values()) for owner, posts in found.items()}


def _is_employers(where: str, person: PersonView) -> bool:
    """The home page of a house that is called like the person's employer."""
    host, slash, _ = where.partition("/")
    if slash:
        return False
    labels = {fold(label) for label in host.split(".")}
    return any(sign.kind == "employer" and phrase in labels for phrase, sign in signs_of(person).items())
