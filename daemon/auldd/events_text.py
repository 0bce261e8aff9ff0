"""One event of the log in one line for a person. What a type has to say is named here; the rest is told by its reference."""

from __future__ import annotations

from auld.events import Event

_TELLING = ("name", "title", "key", "text", "person", "problem", "every", "until", "why", "day")


def summary(event: Event) -> str:
    """``home: Lunch with Ana``: the account, and what tells this event from others of its type."""
    data = event.data
    main = getattr(data, "main", None)  # a meeting's title stands one step further in
    told = [str(value) for name in _TELLING if (value := getattr(main or data, name, None))]
    words = " · ".join(told[:3]) or event.ref
    return f"{event.account}: {words}" if event.account else words
