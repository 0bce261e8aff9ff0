"""The news entries of the last weeks: all that may still be an occasion."""

from __future__ import annotations

from datetime import datetime, timedelta

from auld.projections.mentions import Key, MentionsState, Seen

KEPT = timedelta(days=28)
"""An entry is an occasion for two weeks; copies of it may come a week before and after."""


class Fresh:
    """Reads each entry once. ``entries`` in the order in which they were last observed; ``version`` is another one after they
    have changed."""

    def __init__(self, state: MentionsState) -> None:
        self._state = state
        self._position = 0
        self._newest: datetime | None = None
        self.entries: dict[Key, Seen] = {}
        self.version = 0

    def read(self) -> None:
        """Take in what came or changed since the last time; it stands at the end."""
        new: list[tuple[Key, Seen]] = []
        for key, seen in reversed(self._state.mentions.items()):
            if seen.position <= self._position:
                break
            new.append((key, seen))
        if not new:
            return
        self._position = new[0][1].position
        newest = max(seen.at for _, seen in new)
        self._newest = newest = max(newest, self._newest or newest)
        for key, _ in new:
            self.entries.pop(key, None)
        self.entries.update(reversed(new))
        self.entries = {key: seen for key, seen in self.entries.items() if seen.at >= newest - KEPT}
        self.version += 1
