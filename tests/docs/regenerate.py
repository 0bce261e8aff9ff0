"""Write the parts of docs/guide.md that are made from the code: ``python -m tests.docs.regenerate``."""

from __future__ import annotations

from .manual import GUIDE, regenerated

if __name__ == "__main__":
    GUIDE.write_text(regenerated(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
