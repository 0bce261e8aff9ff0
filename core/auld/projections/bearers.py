"""What stands on which cards: one table for everything by which a card is found. Most texts in it stand on one card only, of
which there may be very many; as lists those entries would be most of what an address book takes in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auld.projections.people import Key


class Bearers(Mapping[str, Sequence[Key]]):
    """text -> keys of the cards that bear it, one or more. A lone key stands bare."""

    __slots__ = ("_table",)

    def __init__(self) -> None:
        self._table: dict[str, Key | list[Key]] = {}

    def __getitem__(self, text: str) -> Sequence[Key]:
        found = self._table[text]
        return found if isinstance(found, list) else (found,)

    def __contains__(self, text: object) -> bool:
        return text in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def add(self, text: str, key: Key) -> None:
        found = self._table.get(text)
        if found is None:
            self._table[text] = key
        elif isinstance(found, list):
            found.append(key)
        else:
            self._table[text] = [found, key]

    def drop(self, text: str, key: Key) -> None:
        """Raises KeyError for a text that nobody bears."""
        found = self._table[text]
        if not isinstance(found, list):
            del self._table[text]
        else:
            found.remove(key)
            if len(found) == 1:
                self._table[text] = found[0]

    def pop(self, text: str) -> Sequence[Key]:
        """Its keys, taken out; none if nobody bears it."""
        keys = self.get(text, ())
        self._table.pop(text, None)
        return keys
