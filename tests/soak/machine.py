"""The soak: people, programs, servers, faults, crashes and time against the whole of auld's write-back.

Everything but the socket is real. The machine does what may happen in any order; :mod:`soak.model` says what must hold, and
:mod:`soak.meaning` what must be understood.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from auld.errors import StoreBusy
from auld.observations import Attendee, Contact, Happening, Meeting
from auld.projections.views import FollowUp
from outbox.hostile import Crash
from soak import meaning
from soak.acts import ACTS, CLOSED
from soak.clients import PROGRAMS, Program
from soak.icalendar_text import entry_of, text_of
from soak.model import STATES, said
from soak.server import FAULTS
from soak.stage import PEOPLE, Stage

PICK = st.integers(0, 99)
SOME_ACT = st.sampled_from(sorted(ACTS))
SOME_PROGRAM = st.sampled_from(PROGRAMS)
LONGEST = 14  # requests and commits of a cycle in which a few entries are written

_RULES = {
    "cycle", "cycle of the second daemon", "two daemons at once", "two daemons at once, without the lock", "crash", "delete",
    "delete several", "copy", "copy into another calendar", "move to another calendar", "move back", "edit in another calendar",
    "meanwhile", "collide", "gesture", "gesture taken back", "meet", "marry", "prune", "settle", "the store is lost",
}  # fmt: skip
_ENDS = ("GET", "PUT", "PROPFIND", "sync", "multiget", "a commit", "DELETE")
_BOUNDARIES = {f"crash: {side} {end}" for side in ("before", "after") for end in _ENDS}
ALWAYS = _RULES - {"the store is lost", "edit in another calendar"}
EVERYTHING = {
    *_RULES, *_BOUNDARIES,
    *(f"act: {act}" for act in ACTS), *(f"program: {program.name}" for program in PROGRAMS),
    *(f"gesture: {act}" for act in ACTS if act not in CLOSED - {"resave", "write_under", "write_above"}),
    *(f"fault: {fault} of a {verb}" for fault in FAULTS for verb in ("read", "write")),
}  # fmt: skip
"""What must have taken place in any soak, and in one of 100,000 steps."""


class Soak(Stage):
    """The rules."""

    # --- time, and auld's own doing -------------------------------------------------------------------------------------
    @rule(hours=st.sampled_from([0, 1, 6, 25, 25, 75, 200]), second=st.booleans())
    def cycle(self, hours: int, second: bool) -> None:
        self._ran("cycle of the second daemon" if second else "cycle")
        self.clock.advance(timedelta(hours=hours))
        self._cycle(self.daemons[second])

    @rule(boundary=st.integers(1, 3 * LONGEST), hours=st.sampled_from([1, 25]), saved=st.booleans())
    def crash(self, boundary: int, hours: int, saved: bool) -> None:
        """The process ends at the n-th request or commit, if there are as many, and another begins, maybe from a snapshot."""
        self.clock.advance(timedelta(hours=hours))
        daemon = self.daemons[0]
        if saved:
            daemon.projector.catch_up()
            daemon.projector.save(force=True)
        daemon.fuse.left = boundary
        try:
            self._cycle(daemon)
        except Crash:
            self._ran("crash", f"crash: {daemon.fuse.at}")
        daemon.close()
        self.daemons[0] = self._start()

    @rule(boundary=st.integers(1, LONGEST), locked=st.booleans())
    def two_at_once(self, boundary: int, locked: bool) -> None:
        """A second daemon begins a cycle in the middle of the first one's; or one that believes that it has the lock."""

        def begin() -> None:
            writes = self.server.writes()
            self.model.racing = not locked and not self.server.can_refuse
            try:
                self.daemons[1].on_planned = self._mint
                self.daemons[1].cycle(locked=locked)
                self._ran("two daemons at once, without the lock")
            except StoreBusy:
                self._ran("two daemons at once")
            assert not locked or self.server.writes() == writes, "two daemons wrote at once"

        self.interruptions.append((boundary, begin))
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])
        self.model.racing = False
        self.interruptions = [each for each in self.interruptions if each[1] is not begin]

    @precondition(lambda self: self.fragile)
    @rule()
    def lose_store(self) -> None:
        """It begins anew, over calendars in which old entries stand. What a person keeps elsewhere is known by its mark:
        nobody could know it where a program took that off as well."""
        self._ran("the store is lost")
        self._calm()
        for name in self._there(self.other):
            if not entry_of(self.other.objects[name]).line("X-AULD-KEY"):
                self.other.delete(name)
                self.model.claims.pop(name, None)
        self.model.forget()
        self._open_store()
        self._cycle(self.daemons[0])

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
        family=st.sampled_from(["Lima", "Lima Costa", "Львова 林", "O'Neill; Sons, and others who make the title long"]),
    )
    def marry(self, name: str, family: str) -> None:
        """A card changes: entries get other words."""
        self._ran("marry")
        card = self.office.items(self.book)[name].observation
        assert isinstance(card, Contact)
        self._card(name, f"{name.title()} {family}", card.birthday)

    # --- a person at the calendar ---------------------------------------------------------------------------------------
    @precondition(lambda self: self._there())
    @rule(n=PICK, program=SOME_PROGRAM, act=SOME_ACT)
    def edit(self, n: int, program: Program, act: str) -> None:
        name = self._pick(n, program, act)
        if name is not None:
            self._save(name, program, act)

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
    @rule(n=PICK, elsewhere=st.booleans())
    def copy(self, n: int, elsewhere: bool) -> None:
        """A copy is the person's own, mark and all."""
        self._ran("copy into another calendar" if elsewhere else "copy")
        self._copy(self._there()[n % len(self._there())], self.other if elsewhere else self.server)

    @precondition(lambda self: self._there())
    @rule(n=PICK)
    def move(self, n: int) -> None:
        """What the log has not heard of yet looks, moved away, like a write that never arrived."""
        known = [name for name in self._there() if self._is_known(name)]
        if known:
            self._ran("move to another calendar")
            self._move(known[n % len(known)], self.server, self.other)

    @precondition(lambda self: self._there(self.other))
    @rule(n=PICK)
    def move_back(self, n: int) -> None:
        self._ran("move back")
        there = self._there(self.other)
        self._move(there[n % len(there)], self.other, self.server)

    @precondition(lambda self: self._there(self.other))
    @rule(n=PICK, program=SOME_PROGRAM, act=SOME_ACT)
    def edit_elsewhere(self, n: int, program: Program, act: str) -> None:
        fitting = [name for name in self._there(self.other) if self._may(name, program, act, self.other)]
        if fitting:
            self._ran("edit in another calendar")
            self._save(fitting[n % len(fitting)], program, act, self.other)

    @rule(at=st.integers(1, LONGEST), n=PICK, program=SOME_PROGRAM, act=st.sampled_from([*sorted(ACTS), "delete"]))
    def meanwhile(self, at: int, n: int, program: Program, act: str) -> None:
        """A person is at it while auld is: just before the n-th request of a cycle, or of a later one."""

        def intervene() -> None:
            there = self._there()
            name = there[n % len(there)] if there and act == "delete" else act != "delete" and self._pick(n, program, act)
            if name and act == "delete":
                self._delete(name)
            elif name:
                self._save(name, program, act)
            self._ran("meanwhile" if name else "meanwhile, in vain")

        self.interruptions.append((at, intervene))
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])

    @rule(n=st.integers(0, 3), program=SOME_PROGRAM, act=SOME_ACT, lost=st.booleans())
    def collide(self, n: int, program: Program, act: str, lost: bool) -> None:
        """A person saves an entry between auld's last look and its write; or, if the answer to that is ``lost``, before the
        next write, which might be the same once more."""

        def intervene(name: str) -> None:
            if name in self._there() and self._may(name, program, act):
                self._save(name, program, act)
                self._ran("collide")

        self.at_write = [*([lambda name: None] if lost else []), intervene]
        self.tokens += 1
        self._card(PEOPLE[n], f"{PEOPLE[n].title()} {self.tokens}", None)
        if lost:
            self.server.faults["write"].append(FAULTS["answer_lost"])
        self.clock.advance(timedelta(hours=25))
        self._cycle(self.daemons[0])

    # --- what it means --------------------------------------------------------------------------------------------------
    @precondition(lambda self: self._there())
    @rule(n=PICK, program=SOME_PROGRAM, act=SOME_ACT)
    def gesture(self, n: int, program: Program, act: str) -> None:
        """On a quiet day a person does one thing, and auld looks: the model predicts what that leads to, and back again."""
        self._calm()
        self._cycle(self.daemons[0])
        before = self._open_one(n, program)
        if before is None:
            return
        name = f"{before.uid}.ics"
        words = self._save(name, program, act)
        after = self._follow(before)
        entry = entry_of(self.server.objects[name])
        states, day = meaning.meant(act, before, entry, words)
        assert after.state in states, f"{act} in {program.name}: {before.state} became {after.state}"
        assert day is None or after.day == day, f"{act} in {program.name}: set for {after.day}, not {day}"
        assert act != "repeat" or (after.repeats and after.open), "a series is not the person's own"
        if act == "rename" and self.server.manners.rewrites != "titles":
            assert after.title == text_of(entry.value("SUMMARY")), "not the person's title"
        self._ran("gesture", f"gesture: {act}")
        if said(entry) in ("done", "dismissed", "never"):
            self._save(name, program, "take_back")
            again = self._follow(before)
            states = STATES[said(entry_of(self.server.objects[name]))] - {"withdrawn"}  # a place may make a meeting of it yet
            assert again.state in states, f"{act}, taken back, left it {again.state}"
            person = self.daemons[0].query().person(before.person)
            assert person is None or not person.let_go, "never, taken back, lets go of the person"
            self._ran("gesture taken back")

    def _open_one(self, n: int, program: Program) -> FollowUp | None:
        """An open follow-up whose entry stands, says nothing, and is of a form that the program knows."""
        there = {name for name in self._there() if self._may(name, program, "tick")}
        fitting = [
            each
            for each in self.daemons[0].follow_ups()
            if each.open and each.base is not None and not each.user_owned and f"{each.uid}.ics" in there
        ]
        return fitting[n % len(fitting)] if fitting else None

    def _follow(self, before: FollowUp) -> FollowUp:
        """The follow-up after another look."""
        self._cycle(self.daemons[0])
        return next(each for each in self.daemons[0].follow_ups() if each.key == before.key)

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
        """The bad days are over: what is wanted stands there, what is not does not, all is understood, and all is quiet."""
        self._ran("settle")
        self._calm()
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
        meaning.check(daemon, self.model, self.server, self.other)
        assert not daemon.projector.differs()
