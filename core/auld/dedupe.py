"""What one item just read means, against what is known of it: nothing, a new row, or an event as well. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from auld.contract import Batch, Item
from auld.events import CODEC, Draft, Unreadable
from auld.items import IN_PART, ItemRow
from auld.observations import Meeting
from auld.recurrence import problems

NOTHING_FOR_US = "it is no contact, meeting or task any more"


def after(row: ItemRow | None, item: Item, collection_id: str, last_revision: int) -> tuple[ItemRow | None, bool]:
    """The row that an item leads to (None: nothing changes), and whether that is worth an event."""
    nothing_for_us = item.observation is None and not item.problem
    problem = "" if nothing_for_us else problem_of(item)
    version = item.version if is_storable(item.version) else ""
    if row is None:
        revision = last_revision if nothing_for_us else last_revision + 1
        new = ItemRow(item.ref, collection_id, version, item.fingerprint, item.normaliser, revision, True, False, "", problem)
        return new, not nothing_for_us
    if row.present and row.fingerprint == item.fingerprint:
        if row.version == version and row.normaliser == item.normaliser and row.collection == collection_id and not row.missing:
            return None, False
        event = False
    else:
        # another normaliser's digest of the very same version says nothing about the item
        rebased = row.present and row.version == version != "" and row.normaliser != item.normaliser
        event = not rebased or bool(problem) != bool(row.problem)
        if nothing_for_us:
            event = row.revision > 0  # it was something once, and the log must hear that it is no more
    new = row._replace(
        collection=collection_id,
        version=version,
        fingerprint=item.fingerprint,
        normaliser=item.normaliser,
        revision=row.revision + event,
        present=True,
        missing=False,
        problem=problem if event else row.problem,
    )
    return new, event


def draft(account: str, item: Item, row: ItemRow) -> Draft:
    """The event that an item makes; ``row`` is the one it leads to."""
    data = Unreadable(row.problem or NOTHING_FOR_US) if item.observation is None else item.observation
    return Draft(data, account, item.ref, row.revision, item.occurred_at, item.raw)


def encodable(event: Draft) -> Draft:
    """The event itself, or, if its text cannot be written down (lone surrogates), one that says so."""
    try:
        CODEC.encode(event.data)
    except UnicodeEncodeError as error:
        return event._replace(data=Unreadable(f"its text is not Unicode: {error.reason}"))
    return event


def problem_of(item: Item) -> str:
    """Why it cannot be read, or, of a meeting, what of it is left out; without what no database can hold."""
    if item.observation is None:
        problem = item.problem or "it cannot be read"
    else:
        told = "; ".join(problems(item.observation)) if isinstance(item.observation, Meeting) else ""
        problem = IN_PART + told if told else ""
    return problem.encode("utf-8", "replace").decode().replace("\0", "?")


def is_storable(text: str) -> bool:
    """Whether both databases can hold a text: no NUL, no lone surrogates."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def storable(batch: Batch) -> tuple[Sequence[Item], tuple[str, ...]]:
    """The items whose refs can be stored, and the batch's notes with one about the others."""
    notes = tuple(batch.notes)
    if all(is_storable(item.ref) for item in batch.items):
        return batch.items, notes
    items = [item for item in batch.items if is_storable(item.ref)]
    return items, (*notes, f"{len(batch.items) - len(items)} items have addresses that are not text; they are left out")
