"""Brings the catalogues up to date and prints what is left to translate: ``python -m tests.messages`` (``make messages``)."""

from __future__ import annotations

import sys

from .catalogues import missing, update

if __name__ == "__main__":
    update()
    left = list(missing())
    sys.stdout.writelines(f"{line}\n" for line in left)
    sys.exit(1 if left else 0)
