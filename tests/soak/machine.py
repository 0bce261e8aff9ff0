"""The soak: people, programs, servers, faults, crashes and time against the whole of auld's write-back.

Everything but the socket is real. The machine does what may happen in any order; :mod:`soak.model` says what must hold. ``ran``
counts what really took place, because a rule that never runs proves nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auld.clock import FixedClock
from auld.errors import StoreBusy
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting, PartialDate
from auld.outbox import Outbox
from auld_connectors.memory import MemoryWorld
from outbox.hostile import Crash
from soak.clients import ACTS, PROGRAMS, Program, Words, copied
from soak.daemon import Daemon
from soak.icalendar_text import entry_of, text_of
from soak.model import Model
from soak.server import FAULTS, WRITES, Asked, Calendar, Manners, Server
from support.hostile_dav import COLLECTION

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
)
MINE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:mine\r\nSUMMARY:Buy bread\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
PICK = st.integers(0, 99)
ALWAYS = {
    "cycle", "cycle of the second daemon", "two daemons at once", "crash", "delete", "delete several", "copy", "meanwhile",
    "collide", "meet", "marry", "prune", "settle",
}  # fmt: skip
EVERYTHING = {
    *ALWAYS, *(f"act: {act}" for act in ACTS), *(f"program: {program.name}" for program in PROGRAMS),
    *(f"fault: {fault} of a {verb}" for fault in FAULTS for verb in ("read", "write")),
}  # fmt: skip
"""What must have taken place in any soak, and in one of 100,000 steps."""
LONGEST = 12  # requests and commits of a cycle in which a few entries are written


class Soak(RuleBasedStateMachine):
    """``template`` is an empty store to copy, ``room`` where stores are made."""

    outbox_type: ClassVar[type[Outbox]] = Outbox
    calendar_type: ClassVar[type[Calendar]] = Calendar
    server_type: ClassVar[type[Server]] = Server
    ran: ClassVar[Counter[str]] = Counter()
    template: ClassVar[Path]
    room: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="soak-", dir=self.room))
        self.path = self.folder / "auld.db"
        shutil.copy(self.template, self.path)
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

    @initialize(manners=MANNERS)
    def begin(self, manners: Manners) -> None:
        self._ran(*(f"server: {getattr(manners, name)}" for name in ("etags", "checks", "rewrites", "forms")))
        self.server = self.server_type(manners)
        self.server.on_write = self.model.judge
        self.server.on_request = self._interrupt
        self._own("mine.ics", MINE)
        self.office = MemoryWorld()
        self.book = self.office.add("Contacts", "contact")
        self.meetings = self.office.add("Work", "meeting")
        for number, name in enumerate(PEOPLE):
            self._card(name, name.title(), PartialDate(3, 6 + 9 * number) if number < 2 else None)
        self.daemons = [self._start(), self._start()]
        self._cycle(self.daemons[0])

    # --- time, and auld's own doing -------------------------------------------------------------------------------------
    @rule(hours=st.sampled_from([0, 1, 6, 25, 25, 75, 200]), second=st.booleans())
    def cycle(self, hours: int, second: bool) -> None:
        self._ran("cycle of the second daemon" if second else "cycle")
        self.clock.advance(timedelta(hours=hours))
        self._cycle(self.daemons[second])

    @rule(boundary=st.integers(1, 3 * LONGEST), hours=st.sampled_from([1, 25]))
    def crash(self, boundary: int, hours: int) -> None:
        """The process ends at the n-th request or commit, if there are as many, and another begins."""
        self.clock.advance(timedelta(hours=hours))
        self.daemons[0].fuse.left = boundary
        try:
            self._cycle(self.daemons[0])
        except Crash:
            self._ran("crash")
        self.daemons[0].close()
        self.daemons[0] = self._start()

    @rule(boundary=st.integers(1, LONGEST))
    def two_at_once(self, boundary: int) -> None:
        """A second daemon begins a cycle in the middle of the first one's."""

        def begin() -> None:
            writes = self.server.writes()
            try:
                self.daemons[1].cycle()
            except StoreBusy:
                self._ran("two daemons at once")
            assert self.server.writes() == writes, "two daemons wrote at once"

        self.interruptions.append((boundary, begin))
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])
        self.interruptions = [each for each in self.interruptions if each[1] is not begin]

    @rule(name=st.sampled_from(PEOPLE), days=st.integers(-2, 12))
    def meet(self, name: str, days: int) -> None:
        """There was a meeting, or there will be one: an ask may lose its point."""
        self._ran("meet")
        day = (self.clock.now() + timedelta(days=days)).date()
        people = tuple(Attendee(email, status="accepted") for email in ("me@example.org", f"{name}@example.org"))
        start, end = f"{day}T10:00:00", f"{day}T11:00:00"
        happening = Happening(start, end, "Europe/Lisbon", title="Talk", organizer=people[0], attendees=people)
        ref = f"{name}-{day}"
        self.office.put(self.meetings, ref, Meeting(ref, happening))

    @rule(
        name=st.sampled_from(PEOPLE),
        family=st.sampled_from(["Lima", "Lima Costa", "O'Neill; Sons, and others who make the title long"]),
    )
    def marry(self, name: str, family: str) -> None:
        """A card changes: entries get other words."""
        self._ran("marry")
        card = self.office.items(self.book)[name].observation
        assert isinstance(card, Contact)
        self._card(name, f"{name.title()} {family}", card.birthday)

    # --- a person at the calendar ---------------------------------------------------------------------------------------
    @precondition(lambda self: self._there())
    @rule(n=PICK, program=st.sampled_from(PROGRAMS), act=st.sampled_from(sorted(ACTS)))
    def edit(self, n: int, program: Program, act: str) -> None:
        self._edit(n, program, act)

    @precondition(lambda self: self._there())
    @rule(n=PICK)
    def delete(self, n: int) -> None:
        self._ran("delete")
        self._delete(self._there()[n % len(self._there())])

    @precondition(lambda self: len(self._there()) > 1)
    @rule()
    def delete_all(self) -> None:
        self._ran("delete several")
        for name in self._there():
            self._delete(name)

    @precondition(lambda self: self._there())
    @rule(n=PICK)
    def copy(self, n: int) -> None:
        """A copy is the person's own, mark and all."""
        self._ran("copy")
        self.tokens += 1
        name = self._there()[n % len(self._there())]
        self._own(f"copy-{self.tokens}.ics", copied(self.server.objects[name], f"copy-{self.tokens}"))

    @rule(at=st.integers(1, LONGEST), n=PICK, program=st.sampled_from(PROGRAMS), act=st.sampled_from([*sorted(ACTS), "delete"]))
    def meanwhile(self, at: int, n: int, program: Program, act: str) -> None:
        """A person is at it while auld is: just before the n-th request of a cycle, or of a later one."""

        def intervene() -> None:
            there = self._there()
            if there and act == "delete":
                self._delete(there[n % len(there)])
            elif there:
                self._edit(n, program, act)
            self._ran("meanwhile" if there else "meanwhile, in vain")

        self.interruptions.append((at, intervene))
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])

    @rule(n=st.integers(0, 3), program=st.sampled_from(PROGRAMS), act=st.sampled_from(sorted(ACTS)), lost=st.booleans())
    def collide(self, n: int, program: Program, act: str, lost: bool) -> None:
        """A person saves an entry between auld's last look and its write; or, if the answer to that is ``lost``, before the
        next write, which might be the same once more."""

        def intervene(name: str) -> None:
            if name in self._there():
                self._save(name, program, act)
                self._ran("collide")

        self.at_write = [*([lambda name: None] if lost else []), intervene]
        self.tokens += 1
        self._card(PEOPLE[n], f"{PEOPLE[n].title()} {self.tokens}", None)
        if lost:
            self.server.faults["write"].append(FAULTS["answer_lost"])
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])

    # --- a bad day ------------------------------------------------------------------------------------------------------
    @rule(fault=st.sampled_from(sorted(FAULTS)), writes=st.booleans(), times=st.integers(1, 3))
    def break_down(self, fault: str, writes: bool, times: int) -> None:
        """The next requests that write, or read, end in that way."""

        def fail(deed: Callable[[], Any]) -> Any:
            self._ran(f"fault: {fault} of a {'write' if writes else 'read'}")
            return FAULTS[fault](deed)

        self.server.faults["write" if writes else "read"].extend([fail] * times)

    @rule()
    def prune(self) -> None:
        self._ran("prune")
        self.server.forget_tokens()

    @rule()
    def settle(self) -> None:
        """The bad days are over: what is wanted stands there, what is not does not, and all is quiet."""
        self._ran("settle")
        self.server.faults.clear()
        self.interruptions.clear()
        self.at_write.clear()
        daemon = self.daemons[0]
        noon = self.clock.now().replace(hour=12)  # far from midnight, when a new day has its own plans
        for days in range(1, 6):
            self.clock.set(noon + timedelta(days=days))
            self._cycle(daemon)
        head, writes = daemon.log.head(), self.server.writes()
        self.clock.advance(timedelta(minutes=15))
        self._cycle(daemon)
        assert self.server.writes() == writes, "a quiet cycle wrote"
        assert daemon.log.head() == head, "a quiet cycle made an event"
        assert not daemon.outbox.problems(), daemon.outbox.problems()
        self._compare(daemon)
        assert not daemon.projector.differs()

    # --- what must hold -------------------------------------------------------------------------------------------------
    @invariant()
    def all_is_well(self) -> None:
        self._ran("step")
        assert not (broken := self.model.broken(self.server.objects)), broken

    def _compare(self, daemon: Daemon) -> None:
        """State and calendar say the same."""
        for follow_up in daemon.follow_ups():
            name = f"{follow_up.uid}.ics"
            claims, body = self.model.of(name), self.server.objects.get(name)
            if follow_up.user_owned:
                continue  # the person keeps it elsewhere, or made a series of it
            if claims.deleted or claims.ticked:
                assert not follow_up.open, "taken note of neither tick nor deletion"
            elif follow_up.open:
                assert body is not None, "an open follow-up does not stand in the calendar"
                entry = entry_of(body)
                if not claims.touched and self.server.manners.rewrites != "titles":
                    assert text_of(entry.value("SUMMARY")) == follow_up.title, "not the title that was decided on"
                    words = text_of(entry.value("DESCRIPTION")).split()
                    assert words == follow_up.description.split(), "not the description that was decided on"
                shown = entry.value("DTSTART")[:8]
                assert claims.snoozed or shown == f"{follow_up.day:%Y%m%d}", "not the day that was decided on"

    # --- helpers --------------------------------------------------------------------------------------------------------
    def _start(self) -> Daemon:
        return Daemon(self.path, self.server, self.office, self.clock, self.outbox_type, self.calendar_type)

    def _cycle(self, daemon: Daemon) -> None:
        daemon.on_planned = self._mint
        daemon.cycle()

    def _mint(self, uids: set[str]) -> None:
        self.model.minted |= uids

    def _interrupt(self, asked: Asked) -> None:
        """Let happen what is due at this request. Nobody can protect what is saved between a look and a write from
        a server that looks at no condition: there, it happens at the next look."""
        if asked.verb in WRITES and not self.server.can_refuse:
            return
        if asked.verb == "GET" and self.server.asked[-2:-1] == ["PUT"] and not self.server.shows_edits:
            return
        if asked.verb in WRITES and self.at_write:
            self.at_write.pop(0)(asked.name)
        due = [act for left, act in self.interruptions if left <= 1]
        self.interruptions = [(left - 1, act) for left, act in self.interruptions if left > 1]
        for act in due:
            act()

    def _there(self) -> list[str]:
        """Entries of auld's that stand in the calendar."""
        return sorted(name for name in self.server.objects if name not in self.model.foreign)

    def _edit(self, n: int, program: Program, act: str) -> None:
        fitting = [name for name in self._there() if entry_of(self.server.objects[name]).name in program.forms]
        if not fitting:
            return
        self._save(fitting[n % len(fitting)], program, act)

    def _save(self, name: str, program: Program, act: str) -> None:
        if entry_of(self.server.objects[name]).name not in program.forms:
            return
        claims = self.model.of(name)
        if claims.ticked or entry_of(self.server.objects[name]).value("STATUS") == "CANCELLED":
            return
        self.tokens += 1
        words = Words(f"w{self.tokens}", self._far_day(), self.clock.now())
        self.server.put(name, program.save(self.server.objects[name], ACTS[act], words))
        claims.add(act, words.token, self.server.objects[name])
        self._ran(f"act: {act}", f"program: {program.name}")

    def _far_day(self) -> date:
        return (self.clock.now() + timedelta(days=40 + self.tokens % 50)).date()

    def _delete(self, name: str) -> None:
        """What the log has not heard of yet cannot be missed: it looks like a write that never arrived."""
        self.server.delete(name)
        self.model.claims.pop(name, None)
        self.model.of(name).deleted = self.daemons[0].knows(COLLECTION + name)

    def _own(self, name: str, body: bytes) -> None:
        self.server.put(name, body)
        self.model.foreign[name] = self.server.objects[name]

    def _card(self, name: str, full: str, birthday: PartialDate | None) -> None:
        category = "clients" if name in PEOPLE[:3] else "friends"
        card = Contact(full, uid=name, emails=(Labelled(f"{name}@example.org"),), categories=(category,), birthday=birthday)
        self.office.put(self.book, name, card)

    def _ran(self, *what: str) -> None:
        self.ran.update(what)
