"""What an entry takes of the budgets: its share of the day and the week, the user's hours, and what is rare."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """``counted``: it takes a place of the day's and of the week's budget; what is asked of the user alone does not, lest it
    push people away. ``heavy``: no other such entry stands on the day. ``rare``: reasons of which only so many entries stand in
    one week, with that number; ``category``: the same for the category of the person."""

    counted: bool = True
    heavy: bool = False
    rare: tuple[tuple[str, int], ...] = ()
    category: tuple[tuple[str, int], ...] = ()

    @property
    def special(self) -> bool:
        """Do its reasons mind more than the budgets?"""
        return self.heavy or bool(self.rare)


ORDINARY = Demand()
