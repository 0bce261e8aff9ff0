"""P6: what a cycle costs while nothing, or little, changed, over 10,000 cards on Radicale, against a run of vdirsyncer."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from benchmarks.dav_world import USER, card, client, served, spent, vdirsyncer

from auld.contract import Account, Collection, Pull, Source
from auld.intake import Intake
from auld.log import Log
from auld.store import Store
from auld_connectors._dav_fetch import FIRST_BATCH
from auld_connectors.carddav import CardDav
from support.dav_servers import PASSWORD

CARDS = 10_000
CYCLES = 5


class Running:
    """One account in a daemon that goes on running."""

    def __init__(self, url: str, store: Store) -> None:
        connector = CardDav()
        self.source: Source = connector.open(Account("bench", connector.settings(url=url, username=USER), lambda: PASSWORD))
        self.collection = Collection(url, "bench", frozenset({"contact"}))
        self.log = Log(store)
        self.intake = Intake(self.log)

    def cycle(self) -> int:
        """One pull, taken in; how many requests it sent."""
        before, now = self.source.requests, datetime.now(UTC)
        state = self.intake.state("bench", self.collection.id)
        known = self.intake.known("bench", self.collection.id)
        for batch in self.source.pull(Pull(self.collection, state.cursor, known, False, now)):
            self.intake.take("bench", self.collection.id, batch, now)
        self.intake.finish("bench", self.collection.id, now)
        return self.source.requests - before


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    with served("cards", CARDS) as (url, folder):
        command = vdirsyncer("cards", url, folder)
        spent([*command, "discover"])
        spent([*command, "sync"])
        theirs = spent([*command, "sync"]).cpu
        client("auld", url, folder)
        client("auld", url, folder)  # the second pull brings the token
        process = client("auld", url, folder).cpu
        store = Store.open(f"sqlite:///{folder / 'auld.db'}")
        running = Running(url, store)
        running.cycle()
        before = running.log.head()
        start = time.process_time()
        requests = max(running.cycle() for _ in range(CYCLES))
        cycle = (time.process_time() - start) / CYCLES
        rows = running.log.head() - before
        changed = _change(folder)
        some = running.cycle()
        running.source.close()
        store.close()
    return [
        ("P6", "no change: requests a collection", requests, 1, "max"),
        ("P6", "no change: events", rows, 0, "max"),
        ("P6", "vdirsyncer's CPU, of a cycle in the daemon", theirs / cycle, 15, "min"),
        ("P6", "vdirsyncer's CPU, of a process of ours", theirs / process, 1.5, "min"),
        ("P6", "1 % changed: requests", some, 1 + math.ceil(changed / FIRST_BATCH), "max"),
    ]


def _change(folder: Path) -> int:
    """Change every hundredth card behind the server's back, as another program with access to its folder would."""
    shelf = folder / "collections" / "collection-root" / USER / "cards"
    numbers = range(1, CARDS, 100)
    for n in numbers:
        (shelf / f"c{n}.vcf").write_text(card(n).replace("Manager", "Director"), newline="")
    return len(numbers)
