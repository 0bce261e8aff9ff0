"""docs/reasons/README.md: every reason that comes with auld, and its page. Made anew by ``python -m tests.docs.regenerate``."""

from __future__ import annotations

import re

from auld.reasons import auld_reasons

from .manual import ROOT

FOLDER = ROOT / "docs" / "reasons"
PAGE = FOLDER / "README.md"
_BLOCK = re.compile(r"(<!-- reasons -->\n).*?(<!-- end -->)", re.DOTALL)


def table() -> str:
    rows = [f"| [{reason.id}]({reason.id}.md) | {reason.summary} |" for reason in sorted(auld_reasons(), key=lambda r: r.id)]
    return "\n".join(["| reason | it asks when |", "|---|---|", *rows]) + "\n"


def regenerated(text: str) -> str:
    """The page with the table as it must be."""
    return _BLOCK.sub(lambda match: f"{match[1]}{table()}{match[2]}", text)
