"""A state machine over the write-back: planner, user, faults, crashes and a lost store in any order, against a simple model.

The model knows what the planner wants and what the user did to each entry; the invariants are the guarantees G1, G2, G6 and
G10. That they would notice is shown with outboxes that are careless in one way each.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from auld.contract import Sink
from auld.errors import AuldError
from auld.observations import Meeting, Task
from auld.outbox import Delivered, Outbox, Target, Wanted
from outbox import hostile
from outbox.desk import ACCOUNT, Desk
from outbox.hostile import BlindSink, Crash, Fault, HostileSink, UnconditionalSink

KEYS = ["first", "second", "third"]
FAULTS: list[Fault] = [
    hostile.lost, hostile.answer_lost, hostile.only_said_so, hostile.conflict, hostile.refused, hostile.no_credentials,
    hostile.no_collection, hostile.limited, hostile.broken,
]  # fmt: skip
VERBS = ["pull", "fetch", "create", "update", "remove"]
FIELDS = ("title", "description", "day")
OUR_WORDS = {
    "title": ["Call Ana", "Call Ana today"],
    "description": ["Why now", "In the news"],
    "day": ["2026-03-05", "2026-03-06"],
}
THEIR_WORDS = {"title": ["Ring Ana", "Ana?"], "description": ["ask about Porto", "gift"], "day": ["2026-04-01", "2026-04-02"]}


@dataclass
class Entry:
    """What the model knows of a follow-up: what the planner wants, and what the user did to its entry.

    ``edits``: their words by field, as the entry must go on saying. ``deleted``: they deleted what the log had heard of."""

    wanted: bool
    edits: dict[str, str] = field(default_factory=dict)
    ticked: bool = False
    once_ticked: bool = False
    deleted: bool = False


RULES = {"crashed"}
PICK = st.integers(0, 2)


def pick(keys: list[str], n: int) -> str:
    return keys[n % len(keys)]


def counted(method: Callable[..., None]) -> Callable[..., None]:
    """Counts the runs of a rule."""

    RULES.add(method.__name__)

    @wraps(method)
    def run(self: WriteBack, **arguments: Any) -> None:
        self.ran[method.__name__] += 1
        method(self, **arguments)

    return run


class WriteBack(RuleBasedStateMachine):
    sink_type: ClassVar[type[HostileSink]] = HostileSink
    outbox_type: ClassVar[type[Outbox]] = Outbox
    ran: ClassVar[Counter[str]] = Counter()
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="auld-outbox-"))
        self.desk = self.make_desk()
        self.own = self.desk.world.put(self.desk.calendar, "mine", Task("mine", "Buy bread"))
        self.model: dict[str, Entry] = {}
        self.strays: dict[str, object] = {}

    def make_desk(self) -> Desk:
        return Desk(self.folder, template=self.template, sink_type=self.sink_type, outbox_type=self.outbox_type)

    def is_missed(self, key: str) -> bool:
        """What the log has not heard of yet cannot be missed when it is deleted: it looks like a write that never arrived."""
        return self.desk.is_known(key)

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.folder)

    # --- the planner ----------------------------------------------------------------------------------------------------
    @initialize(cycle=st.booleans())
    def begin(self, cycle: bool) -> None:
        for key in KEYS[:2]:
            self._propose(key)
        if cycle:
            self.desk.cycle()

    @precondition(lambda self: self._unknown())
    @rule(n=PICK)
    @counted
    def propose(self, n: int) -> None:
        self._propose(pick(self._unknown(), n))

    @precondition(lambda self: self._open())
    @rule(n=PICK, name=st.sampled_from(FIELDS), choice=st.integers(0, 1))
    @counted
    def revise(self, n: int, name: str, choice: int) -> None:
        self.desk.revise(pick(self._open(), n), **{name: OUR_WORDS[name][choice]})

    @precondition(lambda self: self._open())
    @rule(n=PICK)
    @counted
    def withdraw(self, n: int) -> None:
        key = pick(self._open(), n)
        self.model[key].wanted = False
        self.desk.withdraw(key)

    # --- the user -------------------------------------------------------------------------------------------------------
    @precondition(lambda self: self._there(ticked=False))
    @rule(n=PICK, name=st.sampled_from(FIELDS), choice=st.integers(0, 1))
    @counted
    def rewrite(self, n: int, name: str, choice: int) -> None:
        self._rewrite(pick(self._there(ticked=False), n), name, choice)

    @precondition(lambda self: self._there())
    @rule(n=PICK)
    @counted
    def tick(self, n: int) -> None:
        """Tick an entry off, or take the tick back."""
        key = pick(self._there(), n)
        entry = self.model[key]
        entry.ticked = not entry.ticked
        entry.once_ticked = True
        if entry.ticked:
            self.desk.tick(key)
        elif isinstance(self.desk.entry(key), Task):
            self.desk.edit(key, status="needs-action", completed="", percent=0)
        else:
            shown = self.desk.shows(key)
            assert shown is not None
            self.desk.edit(key, title=shown[0].removeprefix("✓ "))

    @precondition(lambda self: self._there())
    @rule(n=PICK)
    @counted
    def delete(self, n: int) -> None:
        key = pick(self._there(), n)
        entry = self.model[key]
        entry.deleted = self.is_missed(key)
        entry.edits, entry.ticked = {}, False
        self.desk.delete(key)

    @rule(verb=st.sampled_from(["update", "remove"]), after=st.booleans(), choice=st.integers(0, 1))
    @counted
    def edit_during(self, verb: str, after: bool, choice: int) -> None:
        """The next write meets an edit of whatever stands there, just before or just after it."""

        def race(deed: hostile.Deed) -> None:
            if after:
                deed()
            for key in self._there(ticked=False):
                self._rewrite(key, "title", choice)
            if not after:
                deed()

        self.desk.sink.on(verb, race)

    # --- the world ------------------------------------------------------------------------------------------------------
    @rule(verb=st.sampled_from(VERBS), fault=st.sampled_from(FAULTS))
    @counted
    def break_down(self, verb: str, fault: Fault) -> None:
        """The next request of that kind fails in that way; looks and listings may get lost, but do not lie."""
        reads = verb in ("pull", "fetch")
        self.desk.sink.on(verb, hostile.lost if reads and fault in (hostile.only_said_so, hostile.broken) else fault)

    @rule()
    @counted
    def lag(self) -> None:
        """The next look at something new finds nothing yet."""

        def lagging(deed: hostile.Deed) -> object:
            held = deed()
            return held if held is None or any(self.desk.ref(key) == held.item.ref for key in self._known()) else None

        self.desk.sink.on("fetch", lagging)

    @rule(boundary=st.integers(1, 12), pull=st.booleans())
    @counted
    def crash(self, boundary: int, pull: bool) -> None:
        """The process ends at the n-th request or commit from here, if there are as many, and another begins."""
        self.desk.fuse.left = boundary
        try:
            self.desk.cycle() if pull else self.desk.deliver()
        except Crash:
            self.ran["crashed"] += 1
        self.desk.reopen()

    @precondition(lambda self: self.desk.losses == 0)
    @rule()
    @counted
    def lose_store(self) -> None:
        """A new store over the same calendar. The planner wants again what it wanted; what else stands there is nobody's."""
        before, self.model = self.model, {}
        there = {key: self.desk.shows(key) for key in before}
        self.desk.lose_store()
        for key, entry in before.items():
            shown = there[key]
            if entry.wanted and shown is not None:
                self._propose(key)
                wish = ("Call Ana", "Why now", "2026-03-05")
                kept = {name: now for name, now, ours in zip(FIELDS, shown, wish, strict=True) if now != ours}
                self.model[key] = replace(entry, edits=entry.edits if entry.ticked else kept | entry.edits)
            else:
                self.strays[key] = self.desk.entry(key)

    # --- auld -----------------------------------------------------------------------------------------------------------
    @rule(hours=st.sampled_from([0, 2, 25]))
    @counted
    def wait(self, hours: int) -> None:
        self.desk.clock.advance(timedelta(hours=hours))

    @rule()
    @counted
    def pull(self) -> None:
        try:
            self.desk.pull()
        except AuldError:
            self.desk.intake.known(ACCOUNT, self.desk.calendar.id)  # as the next one would begin

    @rule()
    @counted
    def deliver(self) -> None:
        self.desk.deliver()

    @rule()
    @counted
    def settle(self) -> None:
        """Once the faults are over, what is wanted stands there, what is not does not, and then all is quiet."""
        self.desk.sink.calm()
        self.desk.settle()
        for key, entry in self.model.items():
            follow_up = self.desk.follow_up(key)
            if entry.deleted:
                assert follow_up.state in {"dismissed", "done", "withdrawn"}
                assert self.desk.entries(key) == []
            elif entry.ticked:
                assert follow_up.state in {"done", "dismissed"}
            elif follow_up.open:
                assert self.desk.shows(key) == (follow_up.title, self._text(key), follow_up.day.isoformat())
            else:
                assert follow_up.state == "withdrawn" or entry.once_ticked
                assert self.desk.entries(key) == [] or self._is_touched(key)
        assert self.desk.is_quiet()
        assert not self.desk.projector.differs()

    # --- what must hold -------------------------------------------------------------------------------------------------
    @invariant()
    def one_object_at_most(self) -> None:
        for key in KEYS:
            assert len(self.desk.entries(key)) <= 1

    @invariant()
    def what_is_not_ours_is_untouched(self) -> None:
        there = self.desk.world.items(self.desk.calendar)
        assert there[self.own.ref] == self.own
        for key, seen in self.strays.items():
            assert self.desk.entry(key) == seen

    @invariant()
    def the_users_word_stands(self) -> None:
        for key, entry in self.model.items():
            shown = self.desk.shows(key)
            if entry.deleted:
                assert shown is None, "what was deleted came back"
                continue
            if entry.edits or entry.ticked:
                assert shown is not None, "what was edited is gone"
                said = dict(zip(FIELDS, shown, strict=True))
                assert entry.ticked or {name: said[name] for name in entry.edits} == entry.edits
            if entry.ticked:
                assert shown is not None
                seen = self.desk.entry(key)
                assert shown[0].startswith("✓") if not isinstance(seen, Task) else seen.status == "completed"

    # --- helpers --------------------------------------------------------------------------------------------------------
    def _propose(self, key: str) -> None:
        self.model[key] = Entry(wanted=True)
        self.desk.propose(key, title="Call Ana", text="Why now")

    def _rewrite(self, key: str, name: str, choice: int) -> None:
        word = THEIR_WORDS[name][choice]
        self.model[key].edits[name] = word
        self.desk.edit(key, **{{"title": "title", "description": "text", "day": "day"}[name]: word})

    def _unknown(self) -> list[str]:
        return [key for key in KEYS if key not in self.model and key not in self.strays]

    def _open(self) -> list[str]:
        return [key for key in self.model if self.desk.follow_up(key).open]

    def _known(self) -> list[str]:
        return [key for key in KEYS if self.desk.is_known(key)]

    def _there(self, *, ticked: bool | None = None) -> list[str]:
        there = [key for key in self.model if self.desk.entry(key) is not None]
        return there if ticked is None else [key for key in there if self.model[key].ticked == ticked]

    def _text(self, key: str) -> str:
        follow_up = self.desk.follow_up(key)
        return follow_up.their_description if "description" in follow_up.user_fields else follow_up.description

    def _is_touched(self, key: str) -> bool:
        seen = self.desk.entry(key)
        status = seen.main.status if isinstance(seen, Meeting) and seen.main is not None else getattr(seen, "status", "")
        return bool(self.desk.follow_up(key).user_fields) or status == "cancelled"


def run(machine: type[WriteBack], template: Path, **more: Any) -> None:
    machine.template = template
    machine.ran = Counter()
    quick = settings(stateful_step_count=30, suppress_health_check=list(HealthCheck), **more)
    run_state_machine_as_test(machine, settings=quick)


def test_the_guarantees_hold(template: Path) -> None:
    run(WriteBack, template)
    assert all(WriteBack.ran[name] for name in RULES), WriteBack.ran


# --- they would notice --------------------------------------------------------------------------------------------------
class Recreating(Outbox):
    """Puts back what the user deleted or ticked off."""

    def deliver(
        self,
        wanted: Iterable[Wanted],
        target: Target,
        sink: Sink,
        now: Callable[[], Any],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        again = [replace(each, state="open", base=None) if each.state == "over" else each for each in wanted]
        return super().deliver(again, target, sink, now, cancelled)


class Overwriting(Outbox):
    """Knows no field of the user's."""

    def deliver(
        self,
        wanted: Iterable[Wanted],
        target: Target,
        sink: Sink,
        now: Callable[[], Any],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        return super().deliver([_as_if_ours(each) for each in wanted], target, sink, now, cancelled)


def _as_if_ours(wanted: Wanted) -> Wanted:
    return replace(wanted, theirs=frozenset(), title="Call Ana", description="Why now")


@pytest.mark.parametrize(
    ("sink_type", "outbox_type"),
    [(BlindSink, Outbox), (UnconditionalSink, Outbox), (HostileSink, Recreating), (HostileSink, Overwriting)],
    ids=["creates without looking", "changes without a condition", "recreates", "overwrites"],
)
def test_a_careless_outbox_is_found_out(sink_type: type[HostileSink], outbox_type: type[Outbox], template: Path) -> None:
    # derandomised: that it can be found is the claim, and a search that finds it today finds it in every run
    careless = type("Careless", (WriteBack,), {"sink_type": sink_type, "outbox_type": outbox_type})
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run(careless, template, phases=[Phase.generate], max_examples=1_500, derandomize=True)
