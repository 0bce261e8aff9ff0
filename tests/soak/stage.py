"""Where the soak takes place: two calendars, an address book, two daemons over one store, a clock; and what may befall them
while a cycle is under way."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from auld.clock import FixedClock
from auld.observations import Contact, Labelled, PartialDate
from auld_connectors.memory import MemoryWorld
from soak.acts import ACTS, CLOSED, Words, kind_of
from soak.clients import Program, copied
from soak.daemon import Daemon, Parts, Surroundings
from soak.icalendar_text import entry_of
from soak.model import Model, said
from soak.server import WRITES, Asked, Manners, Server
from support.hostile_dav import COLLECTION, HOME

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = ("ana", "ben", "cleo", "dan")
MANNERS = st.builds(
    Manners,
    tokens=st.booleans(),
    etags=st.sampled_from(["strong", "strong", "weak", "none"]),
    checks=st.sampled_from(["both", "both", "If-Match", "neither"]),
    rewrites=st.sampled_from(["nothing", "nothing", "order", "unknown", "titles"]),
    forms=st.sampled_from([("task", "meeting"), ("task", "meeting"), ("meeting",)]),
    alarm=st.sampled_from([None, "09:00"]),
    other_first=st.booleans(),
)
_MINE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:mine\r\nSUMMARY:Buy bread\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"


class Stage(RuleBasedStateMachine):
    """``new_store`` makes an empty store, given a folder for it, and tells its URL; ``room`` is where such folders are made.
    ``ran`` counts what really took place."""

    parts: ClassVar[Parts] = Parts()
    ran: ClassVar[Counter[str]] = Counter()
    new_store: ClassVar[Callable[[Path], str]]
    room: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="soak-", dir=self.room))
        self.clock = FixedClock(START)
        self.model = Model()
        self.tokens = 0
        self.interruptions: list[tuple[int, Callable[[], None]]] = []
        self.at_write: list[Callable[[str], None]] = []
        self.daemons: list[Daemon] = []

    def teardown(self) -> None:
        for daemon in self.daemons:
            daemon.close()
        shutil.rmtree(self.folder)

    @initialize(manners=MANNERS, fragile=st.integers(0, 7))
    def begin(self, manners: Manners, fragile: int) -> None:
        """``fragile``: in one world of eight the store may be lost."""
        self._ran(*(f"server: {name} {getattr(manners, name)}" for name in ("etags", "checks", "rewrites", "forms")))
        self.fragile = fragile == 7
        self.server = Server(manners)
        self.other = Server(manners, f"{HOME}other/", "Other things")
        self.other.faults = self.server.faults
        self.server.on_write = self.model.judge
        self.other.on_write = self.model.judge_elsewhere
        self.server.on_request = self._interrupt
        self._own("mine.ics", _MINE)
        self.office = MemoryWorld()
        self.book = self.office.add("Contacts", "contact")
        self.meetings = self.office.add("Work", "meeting")
        for number, name in enumerate(PEOPLE):
            self._card(name, name.title(), PartialDate(3, 6 + 9 * number) if number < 2 else None)
        self._open_store()
        self._cycle(self.daemons[0])

    @invariant()
    def all_is_well(self) -> None:
        self._ran("step")
        assert not (broken := self.model.broken(self.server.objects, self.other.objects)), broken

    # --- daemons --------------------------------------------------------------------------------------------------------
    def _open_store(self) -> None:
        for daemon in self.daemons:
            daemon.close()
        url = type(self).new_store(Path(tempfile.mkdtemp(dir=self.folder)))
        self.around = Surroundings(url, (self.server, self.other), self.office, self.clock)
        self.daemons = [self._start(), self._start()]

    def _start(self) -> Daemon:
        return Daemon(self.around, self.parts)

    def _cycle(self, daemon: Daemon) -> None:
        daemon.on_planned = self._mint
        daemon.cycle()

    def _mint(self, uids: set[str]) -> None:
        self.model.minted |= uids

    def _calm(self) -> None:
        """The bad days are over."""
        self.server.faults.clear()
        self.interruptions.clear()
        self.at_write.clear()

    def _interrupt(self, asked: Asked) -> None:
        """Let happen what is due at this request. From a server that looks at no condition nobody can protect what is saved
        between a look and a write; nor can one see an edit that shows in none of auld's fields (an alarm) between a write and
        the look after it, where the answer to the write told no version. There, it happens at the next request."""
        if asked.verb in WRITES and not self.server.can_refuse:
            return
        if asked.verb == "GET" and self.server.asked[-2:-1] == ["PUT"] and not self.server.tells_versions:
            return
        if asked.verb in WRITES and self.at_write:
            self.at_write.pop(0)(asked.name)
        due = [act for left, act in self.interruptions if left <= 1]
        self.interruptions = [(left - 1, act) for left, act in self.interruptions if left > 1]
        for act in due:
            act()

    # --- entries --------------------------------------------------------------------------------------------------------
    def _there(self, server: Server | None = None) -> list[str]:
        """Entries of auld's that stand in a calendar, by default the one that they are written to."""
        return sorted(name for name in (server or self.server).objects if name not in self.model.foreign)

    def _pick(self, n: int, program: Program, act: str) -> str | None:
        fitting = [name for name in self._there() if self._may(name, program, act)]
        return fitting[n % len(fitting)] if fitting else None

    def _may(self, name: str, program: Program, act: str, server: Server | None = None) -> bool:
        """Would a person do that, with this program, to an entry that says what this one says?"""
        entry = entry_of((server or self.server).objects[name])
        return entry.name in program.forms and (act in CLOSED or not said(entry))

    def _save(self, name: str, program: Program, act: str, server: Server | None = None) -> Words:
        where = server or self.server
        self.tokens += 1
        own = frozenset(self.model.of(name).typed)
        words = Words(f"w{self.tokens}", self._far_day(), self.clock.now(), own)
        where.put(name, program.save(where.objects[name], ACTS[act], words))
        self.model.of(name).add(act, words.token, kind_of(words), where.objects[name])
        self._ran(f"act: {act}", f"program: {program.name}", f"program: {program.name}, {entry_of(where.objects[name]).name}")
        return words

    def _far_day(self) -> date:
        return date.fromordinal(self.clock.now().date().toordinal() + 40 + self.tokens % 50)

    def _delete(self, name: str) -> None:
        """What the log has not heard of yet cannot be missed: it looks like a write that never arrived."""
        self.server.delete(name)
        old = self.model.claims.pop(name, None)
        claims = self.model.of(name)
        claims.deleted, claims.old = self._is_known(name), old is not None and old.old

    def _is_known(self, name: str) -> bool:
        return self.daemons[0].knows(COLLECTION + name)

    def _move(self, name: str, here: Server, there: Server) -> None:
        body = here.objects[name]
        here.delete(name)
        there.put(name, body)
        self.model.of(name).moved = True

    def _copy(self, name: str, where: Server) -> None:
        self.tokens += 1
        self._own(f"copy-{self.tokens}.ics", copied(self.server.objects[name], f"copy-{self.tokens}"), where)

    def _own(self, name: str, body: bytes, where: Server | None = None) -> None:
        server = where or self.server
        server.put(name, body)
        self.model.foreign[name] = server.objects[name]

    def _card(self, name: str, full: str, birthday: PartialDate | None) -> None:
        category = "clients" if name in PEOPLE[:3] else "friends"
        card = Contact(full, uid=name, emails=(Labelled(f"{name}@example.org"),), categories=(category,), birthday=birthday)
        self.office.put(self.book, name, card)

    def _ran(self, *what: str) -> None:
        self.ran.update(what)
