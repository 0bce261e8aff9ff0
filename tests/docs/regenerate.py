"""Write the parts of docs/ that are made from the code and the tests: ``python -m tests.docs.regenerate``."""

from __future__ import annotations

import sys

from .manual import GUIDE, ROOT, regenerated

if __name__ == "__main__":
    GUIDE.write_text(regenerated(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.path.append(str(ROOT / "tests"))  # where pytest finds what tests share
    from . import truth_table

    truth_table.PAGE.write_text(truth_table.regenerated(truth_table.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
