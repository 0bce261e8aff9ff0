"""Log lines on stderr, as the journal likes them.

Where stderr is the journal (``JOURNAL_STREAM`` names its device and inode, systemd.exec(5)), each line begins with ``<N>``, the
syslog priority (sd-daemon(3)), and carries no time: the journal has its own. Otherwise lines carry the local time.
Every line, tracebacks too, goes through a mask that blots secrets out (guarantee G9).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import TextIO

_PRIORITY = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))
# These tell addresses, headers and bodies at their lower levels.
_CHATTY = ("urllib3", "requests", "caldav", "googleapiclient", "sqlalchemy")


class MaskingFormatter(logging.Formatter):
    """Formats a record, masks it, and puts the journal's priority before each of its lines if asked to."""

    def __init__(self, mask: Callable[[str], str], *, journal: bool) -> None:
        super().__init__("%(name)s: %(message)s" if journal else "%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._mask = mask
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        text = self._mask(super().format(record))
        if not self._journal:
            return text
        number = next((n for level, n in _PRIORITY if record.levelno >= level), 7)
        return "\n".join(f"<{number}>{line}" for line in text.splitlines() or [""])


def goes_to_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether ``stream`` is the very socket that systemd connected to the journal."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get("JOURNAL_STREAM", "") == f"{status.st_dev}:{status.st_ino}"


def set_up(stream: TextIO, environ: Mapping[str, str], mask: Callable[[str], str], *, level: int) -> None:
    """Send the root logger's records to ``stream``, from ``level`` on. A second call replaces the first."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskingFormatter(mask, journal=goes_to_journal(stream, environ)))
    root = logging.getLogger()
    for older in [each for each in root.handlers if isinstance(each.formatter, MaskingFormatter)]:
        root.removeHandler(older)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
