"""What holds for any sequence of events: folds repeat themselves, snapshots lose nothing, indexes keep up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.events import (
    NAME_OF,
    ActionAccepted,
    Dismissed,
    Event,
    Gone,
    Kept,
    LetGo,
    Merged,
    Note,
    Parked,
    Paused,
    Payload,
    Proposed,
    Removed,
    Revised,
    Split,
    TitleLinked,
    Undone,
    Withdrawn,
    Written,
)
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting, Mention, Override, Task
from auld.policy import Policy
from auld.projections.people import person_id
from auld.projections.query import Query
from auld.projections.state import State
from projections.world import POLICY, World

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAMES = ["Ana Lima", "A. Lima", "Ana Costa", "Rui Reis", "Reis, Rui", ""]
EMAILS = ["ana@example.org", "rui@example.org", "home@example.org", "info@example.org", "me@example.org"]
PHONES = ["+351912345678", "211 000 000"]
UIDS = ["u1", "u2", "u3", ""]
KEYS = ["k1", "k2", "k3"]
PEOPLE = [person_id(identity) for identity in ("u1", "u2", "book//1", "mailto:ana@example.org")]


def _some(values: list[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


def _labelled(values: list[str]) -> st.SearchStrategy[tuple[Labelled, ...]]:
    return _some(values).map(lambda chosen: tuple(map(Labelled, chosen)))


contacts = st.builds(
    Contact,
    name=st.sampled_from(NAMES),
    uid=st.sampled_from(UIDS),
    kind=st.sampled_from(["individual"] * 4 + ["group", "org"]),
    emails=_labelled(EMAILS),
    phones=_labelled(PHONES),
    nicknames=_some(["Zé", "Ana"], 1),
    categories=_some(["inner", "clients"]),
    members=_some(["u1", "u2", "mailto:rui@example.org"]),
)
attendees = st.builds(
    Attendee,
    email=st.sampled_from(EMAILS),
    name=st.sampled_from(NAMES),
    status=st.sampled_from(["accepted", "declined", "needs-action"]),
    kind=st.sampled_from(["individual", "room"]),
)


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    start = datetime(2026, 1, 1) + timedelta(hours=draw(st.integers(0, 24 * 120)))
    end = start + timedelta(hours=draw(st.sampled_from([1, 2, 30])))
    return Happening(
        start.isoformat(),
        end.isoformat(),
        draw(st.sampled_from(["UTC", "Europe/Lisbon", ""])),
        title=draw(
            st.sampled_from(["Coffee", "Lunch with Ana Lima", "Rui Reis", "✓ done", "Lunch with Ana", "Zé / Rui 1:1", "never"])
        ),
        location=draw(st.sampled_from(["", "", "Tasca"])),
        status=draw(st.sampled_from(["confirmed", "confirmed", "cancelled"])),
        attendees=tuple(draw(st.lists(attendees, max_size=3))),
        transparent=draw(st.booleans()),
    )


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    main = draw(happenings())
    weekly = draw(st.booleans())
    overrides = (Override(main.start, draw(happenings()), main.zone),) if weekly and draw(st.booleans()) else ()
    uid, mark = draw(st.sampled_from(["m1", "m2", "uid-k1"])), draw(st.sampled_from(["", "", "k1"]))
    return Meeting(uid, main, ("FREQ=WEEKLY;COUNT=9",) if weekly else (), overrides=overrides, mark=mark)


days = st.integers(0, 90).map(lambda n: (date(2026, 1, 1) + timedelta(days=n)).isoformat())
tasks = st.builds(
    Task,
    uid=st.sampled_from(["uid-k1", "uid-k2"]),
    title=st.sampled_from(["Call", "Ring", "never Call", "no Call", "ok mail"]),
    recurring=st.sampled_from([False, False, True]),
    snoozed=st.sampled_from(["", "", "2026-03-30T09:00:00+00:00"]),
    due=days,
    status=st.sampled_from(["needs-action", "completed", "cancelled"]),
)
keys, people = st.sampled_from(KEYS), st.sampled_from(PEOPLE)
items = st.one_of(
    st.tuples(contacts, st.sampled_from(["book", "work"]), st.sampled_from(["/1", "/2", "/3"])),
    st.tuples(meetings(), st.sampled_from(["cal", "home"]), st.sampled_from(["/c/1", "/c/2", "/d/k1"])),
    st.tuples(tasks, st.sampled_from(["home", "home", "cal"]), st.sampled_from(["/d/k1", "/d/k2"])),
    st.tuples(
        st.builds(Gone, last_seen=st.sampled_from(["2026-01-20T00:00:00+00:00", "2026-03-01T00:00:00Z", "?"])),
        st.sampled_from(["book", "work", "cal", "home"]),
        st.sampled_from(["/1", "/2", "/c/1", "/c/2", "/d/k1"]),
    ),
    st.tuples(
        st.builds(
            Mention,
            title=st.sampled_from(["Ana Lima wins", "Rui Reis and Ana Costa found Acme", "Rain"]),
            person=st.sampled_from(["", "Ana Lima", "Rui Reis"]),
        ),
        st.just("news"),
        st.sampled_from(["/n1", "/n2"]),
    ),
    st.tuples(
        st.builds(Written, key=keys, collection=st.just("/d/"), form=st.just("task"), day=days, title=st.just("Call"),
                  description=st.just("")),
        st.just("home"),
        st.sampled_from(["/d/k1", "/d/k2"]),
    ),
)  # fmt: skip
acts = st.one_of(
    st.builds(Kept, person=people, every=st.sampled_from([None, 30])),
    st.just(Kept(PEOPLE[3], None, "Ana Lima", "mailto:ana@example.org")),
    st.builds(Paused, person=people, until=days),
    st.builds(LetGo, person=people),
    st.builds(Merged, person=people, other=people, ids=_some(PEOPLE, 3)),
    st.builds(Split, person=people, stay=_some(PEOPLE, 2), leave=_some(PEOPLE, 2)),
    st.builds(Note, person=people, text=st.just("note")),
    keys.flatmap(
        lambda key: st.builds(
            Proposed, key=st.just(key), uid=st.just(f"uid-{key}"), person=people, name=st.just("Ana"), because=st.just(()),
            day=days, title=st.just("Call"), description=st.just(""),
        )
    ),
    st.builds(Revised, key=keys, day=days),
    st.builds(Withdrawn, key=keys, why=st.just("met"), rested=st.booleans()),
    st.builds(Removed, key=keys),
    st.builds(Parked, key=keys, why=st.just("no")),
    st.builds(Dismissed, key=keys),
    st.builds(
        TitleLinked, uid=st.sampled_from(["m1", "m2"]), person=st.sampled_from([*PEOPLE, ""]),
        about=st.sampled_from(["ana", "rui", "lunch with ana", "coffee"]),
    ),
    st.builds(
        ActionAccepted, quarter=st.just("2026-Q1"), kind=st.sampled_from(["meet", "revive"]), person=people, day=days,
    ),
    st.builds(Undone, position=st.integers(1, 25)),
    st.sampled_from([POLICY, Policy(timezone="Asia/Tokyo", me=("me@example.org",))]),
).map(lambda data: (data, "", ""))  # fmt: skip
logs = st.lists(st.one_of(items, acts), max_size=25).map(
    lambda said: [
        Event(n, NAME_OF[type(data)], account, ref, BEGIN + timedelta(days=n), None, data)
        for n, (data, account, ref) in enumerate(said, 1)
    ]
)


def folded(events: list[Event]) -> State:
    state = State()
    state.apply_all(events)
    return state


def answers(state: State, as_of: datetime) -> dict[str, Any]:
    """Everything that can be asked."""
    query = Query(state, as_of)
    everybody = [*query.people(), *(found for known_as in PEOPLE if (found := query.person(known_as)))]
    return {
        "people": everybody,
        "tracked": list(query.tracked()),
        "follow_ups": list(query.follow_ups()),
        "questions": list(query.questions()),
        "busy": [query.busy_minutes(query.today + timedelta(days=n)) for n in (-40, 0, 1, 2, 3, 4, 5, 90, 400)],
        "each": {
            person.id: [
                list(query.touches(person.id)),
                list(query.planned(person.id)),
                list(query.left_out(person.id)),
                list(query.notes(person.id)),
                list(query.mentions(person.id)),
                list(query.follow_ups(person.id)),
            ]
            for person in everybody
        },
    }


@given(logs)
def test_folding_twice_gives_the_same_bytes(events: list[Event]) -> None:
    assert folded(events).dump() == folded(events).dump()


@given(logs, st.integers(0, 25))
def test_going_on_from_a_snapshot_is_going_on(events: list[Event], at: int) -> None:
    early = State.load(folded(events[:at]).dump())
    assert early.digest() == folded(events[:at]).digest()
    early.apply_all(events[at:])
    assert early.digest() == folded(events).digest()


@given(logs)
def test_what_was_applied_already_is_passed_over(events: list[Event]) -> None:
    state = folded(events)
    state.apply_all(events)
    assert state.digest() == folded(events).digest() and state.position == len(events)


@given(logs, st.sets(st.integers(0, 25)))
def test_indexes_that_kept_up_answer_like_fresh_ones(events: list[Event], asked_at: set[int]) -> None:
    """The key property of the incremental queries: asked at any moments in between, they end where a new state starts."""
    live = State()
    for n, event in enumerate(events):
        live.apply(event)
        if n in asked_at:
            as_of = event.recorded_at + timedelta(days=7 * (n % 3))
            assert answers(live, as_of) == answers(folded(events[: n + 1]), as_of)
    end = BEGIN + timedelta(days=60)
    assert answers(live, end) == answers(folded(events), end)
    assert live.digest() == folded(events).digest(), "asking changes nothing"


@given(st.lists(st.tuples(contacts, st.sampled_from(["book", "work"])), max_size=7), st.randoms(use_true_random=False))
def test_the_order_in_which_cards_arrive_does_not_matter(cards: list[tuple[Contact, str]], random: Any) -> None:
    said: list[tuple[Payload, str, str]] = [(contact, account, f"/{n}") for n, (contact, account) in enumerate(cards)]

    def partition() -> set[frozenset[tuple[str, str]]]:
        world = World()
        for data, account, ref in said:
            world.say(data, account, ref)
        return {frozenset(keys) for keys in world.state.index().joining.members.values()}

    first = partition()
    random.shuffle(said)
    assert partition() == first


@given(logs)
def test_every_id_ever_shown_still_finds_somebody(events: list[Event]) -> None:
    live, shown = State(), set[str]()
    for event in events:
        live.apply(event)
        shown |= {person.id for person in Query(live, event.recorded_at).people()}
    unable = {card.id for key, card in live.people.cards.items() if live.index().joining.person_of(key) is None}
    query = Query(live, BEGIN)
    assert all(query.person(known_as) is not None for known_as in shown - unable)


def test_as_of_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        Query(State(), datetime(2026, 1, 1))
