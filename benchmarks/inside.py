"""What P10 runs as processes of their own, which import nothing that auld itself would not.

``python -m benchmarks.inside cycle HOME`` runs cycles over a configuration, ``... import FILE`` imports the modules named in
a file; both print JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

OURS = ("auld", "auldd", "auld_connectors", "benchmarks")
WARM, CYCLES = 300, 1_000


def resident(pid: int | str = "self") -> int:
    """Resident bytes of a running process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS in /proc")


def cycle(home: Path) -> dict[str, object]:
    """Many cycles in this process; what it has imported, and how large it was before and after the bulk of them."""
    import auldd.cli.running  # noqa: F401  # as the daemon does, which is started by that command
    from auldd import config, plugins
    from auldd.credentials import Vault
    from auldd.wiring import open_app

    settings = config.load(home / "config.yaml", plugins.load({}), home, Vault(os.environ))
    with open_app(settings) as app:
        for _ in range(WARM):
            app.once()
        before = resident()
        for _ in range(CYCLES):
            app.once()
        after = resident()
    modules = sorted(name for name in sys.modules if name.partition(".")[0] not in OURS and not name.startswith("__"))
    return {"modules": modules, "before": before, "after": after}


def import_all(modules: list[str]) -> dict[str, int]:
    for name in modules:
        # some are made by others as these are imported, and cannot be imported by name
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    return {"resident": resident()}


if __name__ == "__main__":
    what = Path(sys.argv[2])
    print(json.dumps(cycle(what) if sys.argv[1] == "cycle" else import_all(what.read_text().split())))
