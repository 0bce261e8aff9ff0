"""Any sequence of cards, meetings, merges, splits and undoings: the live state answers like one rebuilt from the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from auld.events import NAME_OF, Event, Gone, Kept, Merged, Note, Payload, Split, Undone
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting
from auld.projections.acts import UNDOABLE
from auld.projections.parting import held_by, obvious_parting, parted
from auld.projections.query import Query
from auld.projections.state import State
from auld.projections.suggestions import suggestions
from projections.world import POLICY

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAMES = ["Ana Lima", "A. Lima", "Antonio Lima", "Ana Costa", "Анна Лима", "Rui Reis", ""]
EMAILS = [
    "ana@example.org",
    "lima@example.org",
    "rui@example.org",
    "a.na@gmail.com",
    "an.a+x@googlemail.com",
    "info@example.org",
]
PHONES = ["+351912345678", "+351211000000"]
REFS = [("book", "/1"), ("book", "/2"), ("work", "/1"), ("work", "/2"), ("work", "/3")]


def _some(values: list[str]) -> st.SearchStrategy[tuple[Labelled, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(lambda chosen: tuple(map(Labelled, chosen)))


def _answers(state: State) -> dict[str, Any]:
    query = Query(state, BEGIN + timedelta(days=90))
    joining = state.index().joining
    everybody = query.people()
    return {
        "partition": {person: sorted(keys) for person, keys in joining.members.items()},
        "people": everybody,
        "touches": {person.id: list(query.touches(person.id)) for person in everybody},
        "notes": {person.id: list(query.notes(person.id)) for person in everybody},
        "duplicates": suggestions(state),
    }


class Identities(RuleBasedStateMachine):
    """``live`` takes every event at once; what it answers is compared with a state made of the whole log."""

    def __init__(self) -> None:
        super().__init__()
        self.live = State()
        self.log: list[Event] = []
        self.shown: set[str] = set()
        self.say(POLICY)

    def say(self, data: Payload, account: str = "", ref: str = "") -> None:
        position = len(self.log) + 1
        at = BEGIN + timedelta(hours=position)
        self.log.append(Event(position, NAME_OF[type(data)], account, ref, at, None, data))
        self.live.apply(self.log[-1])

    def person(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.live.index().joining.members)))

    @rule(
        where=st.sampled_from(REFS),
        name=st.sampled_from(NAMES),
        uid=st.sampled_from(["u1", "u2", ""]),
        kind=st.sampled_from(["individual"] * 5 + ["org"]),
        emails=_some(EMAILS),
        phones=_some(PHONES),
    )
    def card(
        self,
        where: tuple[str, str],
        name: str,
        uid: str,
        kind: str,
        emails: tuple[Labelled, ...],
        phones: tuple[Labelled, ...],
    ) -> None:
        self.say(Contact(name, uid, kind, emails=emails, phones=phones), *where)

    @rule(where=st.sampled_from(REFS))
    def card_is_gone(self, where: tuple[str, str]) -> None:
        self.say(Gone("2026-02-01T00:00:00+00:00"), *where)

    @rule(number=st.integers(1, 3), day=st.integers(1, 28), guest=st.sampled_from(EMAILS), name=st.sampled_from(NAMES))
    def meeting(self, number: int, day: int, guest: str, name: str) -> None:
        main = Happening(
            f"2026-01-{day:02}T10:00:00", f"2026-01-{day:02}T11:00:00", "UTC",
            attendees=(Attendee("me@example.org", status="accepted"), Attendee(guest, name, status="accepted")),
        )  # fmt: skip
        self.say(Meeting(f"m{number}", main), "cal", f"/{number}")

    @rule(number=st.integers(1, 3))
    def meeting_is_gone(self, number: int) -> None:
        self.say(Gone("2026-01-10T00:00:00+00:00"), "cal", f"/{number}")

    @precondition(lambda self: self.live.index().joining.members)
    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        person = self.person(data)
        self.say(Kept(person, 30) if data.draw(st.booleans()) else Note(person, "fado"))

    @precondition(lambda self: len(self.live.index().joining.members) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        one, other = self.person(data), self.person(data)
        if one != other:
            ids = [held.id for person in (one, other) for held in held_by(self.live, person)]
            self.say(Merged(one, other, tuple(ids)))
            assert self.live.index().joining.resolve(one) == self.live.index().joining.resolve(other), "they are one"

    @precondition(lambda self: self.live.index().joining.members)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        person = self.person(data)
        held = [each.id for each in held_by(self.live, person)]
        if len(held) > 1:
            chosen = data.draw(st.sampled_from(held))
            said = obvious_parting(self.live, person) or parted(self.live, person, {chosen})
            before = _answers(self.live)["partition"]
            self.say(said)
            joining = self.live.index().joining
            assert not {joining.resolve(each) for each in said.stay} & {joining.resolve(each) for each in said.leave} - {None}
            if data.draw(st.booleans()):
                self.say(Undone(len(self.log)))
                assert _answers(self.live)["partition"] == before, "undone, everything is as it was"

    @precondition(lambda self: self.live.index().joining.members)
    @rule(data=st.data())
    def keep_two_apart(self, data: st.DataObject) -> None:
        one, other = self.person(data), self.person(data)
        if one != other:
            stay, leave = (tuple(each.id for each in held_by(self.live, person)) for person in (one, other))
            self.say(Split(one, stay, leave))
            assert self.live.index().joining.kept_apart(one, other)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        acts = [event.position for event in self.log if event.type in UNDOABLE]
        if acts:
            self.say(Undone(data.draw(st.sampled_from(acts))))

    @invariant()
    def rebuilding_equals_the_live_state(self) -> None:
        rebuilt = State()
        rebuilt.apply_all(self.log)
        assert rebuilt.digest() == self.live.digest()
        lived = _answers(self.live)
        for question, answer in _answers(rebuilt).items():
            assert lived[question] == answer, question

    @invariant()
    def an_id_once_shown_goes_on_to_mean_somebody(self) -> None:
        joining = self.live.index().joining
        self.shown |= joining.members.keys()
        nobody = {card.id for key, card in self.live.people.cards.items() if joining.person_of(key) is None}
        assert all(joining.resolve(known_as) is not None for known_as in self.shown - nobody)
        for person, keys in joining.members.items():
            assert all(joining.person_of(key) == person for key in keys)


Identities.TestCase.settings = settings(max_examples=30, stateful_step_count=25)
TestIdentities = Identities.TestCase
