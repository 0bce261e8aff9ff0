"""Items and batches in few words, for tests of what happens to them."""

from __future__ import annotations

from auld.contract import Item
from auld.observations import Contact

ACCOUNT, COLLECTION = "people", "https://dav.example.org/ana/contacts/"


def item(ref: str, name: str = "", *, version: str | None = None, normaliser: int = 1, problem: str = "") -> Item:
    """A card that means ``name``: by default its version and its fingerprint follow from the name."""
    name = name or ref
    return Item(
        ref=ref,
        version=f'"{name}"' if version is None else version,
        observation=None if problem else Contact(name),
        raw=f"FN:{name}".encode(),
        fingerprint=f"{'raw' if problem else 'card'}-{normaliser}-{name}",
        normaliser=normaliser,
        problem=problem,
    )
