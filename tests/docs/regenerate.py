"""Write the parts of docs/ that are made from the code and the tests: ``python -m tests.docs.regenerate``."""

from __future__ import annotations

import sys

from .manual import GUIDE, ROOT, regenerated

if __name__ == "__main__":
    GUIDE.write_text(regenerated(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.path.append(str(ROOT / "tests"))  # where pytest finds what tests share
    from . import reasons_index, truth_table

    for made in (truth_table, reasons_index):
        made.PAGE.write_text(made.regenerated(made.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
