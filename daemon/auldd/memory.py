"""Giving memory back to the system: a daemon that waits for most of its life should be small while it does.

glibc keeps what was freed for the next time; after a large answer from a server, or a plan over everybody, that is megabytes.
"""

from __future__ import annotations

import ctypes
from functools import cache


@cache
def _trim() -> ctypes._NamedFuncPointer | None:
    """malloc_trim(3), where the C library has it: glibc does."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back() -> None:
    """Return what was freed to the system. Costs about a millisecond."""
    trim = _trim()
    if trim is not None:
        trim(0)
