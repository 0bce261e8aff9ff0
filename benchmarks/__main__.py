"""Runs the measurements and says which performance goals hold: ``python -m benchmarks [P1 ...]``.

Each module ``benchmarks/p*.py`` has a function ``run()`` that measures one thing and returns rows
``(goal, what, figure, limit, "max" | "min")``. Figures are ratios of things measured in the same run, or counts, so that
they mean the same on any machine. The table goes to standard output, the same as JSON into ``benchmarks/results/``.
The exit status is 1 if a goal does not hold or a measurement broke.
"""

from __future__ import annotations

import json
import pkgutil
import platform
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, rows_of

HERE = Path(__file__).parent


def modules(wanted: list[str]) -> list[str]:
    """Names of the measuring modules; ``wanted`` picks goals (``P1`` picks ``p1`` and ``p1_anything``, not ``p10``)."""
    names = sorted(name for _, name, _ in pkgutil.iter_modules([str(HERE)]) if name[0] == "p" and name[1:2].isdigit())
    picked = {goal.casefold() for goal in wanted}
    return [name for name in names if not picked or name.partition("_")[0] in picked]


def measure(names: list[str], broken: list[str]) -> Iterator[Row]:
    """The rows of every module; one that raises is reported, named in ``broken``, and the rest go on.

    Each has a process of its own: the peak that the system notes of a program begins with the size of whoever started it.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            try:
                yield from processes.submit(rows_of, name).result()
            except Exception:  # a benchmark may fail in any way; the others are still worth their figures
                traceback.print_exc()
                broken.append(name)


def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    cells = [("goal", "what", "figure", "limit", "verdict")]
    for row in rows:
        sign = "<=" if row.bound == "max" else ">="
        verdict = "holds" if row.holds else "FAILS"
        cells.append((row.goal, row.what, f"{row.figure:.4g}", f"{sign} {row.limit:.4g}", verdict))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)


def keep(rows: list[Row], broken: list[str]) -> Path:
    """Write the figures to ``benchmarks/results/``, named by the time in UTC."""
    now = datetime.now(UTC)
    result: dict[str, Any] = {
        "at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "rows": [{**row._asdict(), "holds": row.holds} for row in rows],
        "broken": broken,
    }
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return path


def main(wanted: list[str]) -> int:
    names = modules(wanted)
    if not names:
        print(f"there is no measurement of {', '.join(wanted) or 'anything'}", file=sys.stderr)
        return 2
    broken: list[str] = []
    rows = list(measure(names, broken))
    print(table(rows))
    for name in broken:
        print(f"{name}: broke, see above")
    print(f"kept in {keep(rows, broken).relative_to(HERE.parent)}")
    return 0 if rows and not broken and all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
