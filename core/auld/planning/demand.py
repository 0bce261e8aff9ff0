"""What an entry takes of the budgets: its share of the day and the week, the user's hours, and what is rare."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """``counted``: it takes a place of the day's and of the week's budget; what is asked of the user alone does not, lest it
    push people away. ``heavy``: no other such entry stands on the day. ``rare``: reasons of which only so many entries stand in
    one week, with that number."""

    counted: bool = True
    heavy: bool = False
    rare: tuple[tuple[str, int], ...] = ()

    @property
    def special(self) -> bool:
        """Is there more to mind than the budget of day and week?"""
        return self.heavy or bool(self.rare)


ORDINARY = Demand()
