"""What a touch weighs: one function, its constants, and the same in words.

A meeting of two weighs 1. It weighs less the more people are there, the more often a series meets, and for somebody whose
presence was optional; the three are multiplied.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

OPTIONAL = 0.5
"""Somebody whose presence was optional counts half."""

REPEAT_WITHIN = timedelta(days=90)
REPETITION = 0.25
"""Every earlier occurrence of a series in the 90 days before takes this from the next one's weight: of a weekly stand-up each
counts 1 / (1 + 12 * 0.25) = a quarter, of a monthly call about half, of a quarterly one nearly all."""

_WORDS = {1 / 2: "half", 1 / 3: "a third", 1 / 4: "a quarter"}


class Weight(NamedTuple):
    """``size`` is how many people took part, the user among them; ``repeated`` how often the series met in the
    :data:`REPEAT_WITHIN` before; ``optional`` whether the person's presence was."""

    size: int
    repeated: int = 0
    optional: bool = False

    @property
    def value(self) -> float:
        """Above 0, and 1 for a meeting of two."""
        share = _of_size(self.size) * _of_series(self.repeated)
        return share * OPTIONAL if self.optional else share

    @property
    def why(self) -> str:
        """Where the weight comes from: ``2 of you``; ``5 of you: a quarter; optional: half``."""
        parts = [f"{max(self.size, 2)} of you{_share(_of_size(self.size))}"]
        if self.repeated:
            times = f"no. {self.repeated + 1} of a series in {REPEAT_WITHIN.days} days"
            parts.append(f"{times}{_share(_of_series(self.repeated))}")
        if self.optional:
            parts.append(f"optional{_share(OPTIONAL)}")
        return "; ".join(parts)


def _of_size(size: int) -> float:
    return 1 / max(size - 1, 1)


def _of_series(repeated: int) -> float:
    return 1 / (1 + REPETITION * repeated)


def _share(share: float) -> str:
    return "" if share == 1 else f": {_WORDS.get(share) or f'{share:.2f}'}"
