"""Mentions: whom an entry means, which entries are one story, and that neither depends on when one asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.events import Event, Gone
from auld.observations import Address, Mention
from auld.projections.evidence import signs_of
from auld.projections.mentions import HANDLERS, MentionsState
from auld.projections.namesakes import PersonFacts
from auld.projections.press import MentionMatcher, press_for
from auld.projections.views import PersonView, Press

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = PersonFacts(
    PersonView(
        "ada", "Ada Vale", organisation="Northwind Robotics Ltd", title="Head of Gripper Design", addresses=(Address("Porto"),)
    )
)
BO = PersonFacts(PersonView("bo", "Bo Lind", emails=("bo@mail.tidewater.co.uk",)))


class Log:
    """Events as they would come from the log."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(
        self, title: str, ref: str = "", at: datetime = NOW, account: str = "alerts", dated: bool = True, **kwargs: str
    ) -> Event:
        position = len(self.events) + 1
        mention = Mention(title, published=at.isoformat(), dated=dated, **kwargs)
        event = Event(position, "mention.observed", account, ref or f"r{position}", NOW, at if dated else None, mention)
        self.events.append(event)
        return event

    def state(self, until: int | None = None) -> MentionsState:
        state = MentionsState()
        apply(state, *self.events[:until])
        return state


def apply(state: MentionsState, *events: Event) -> None:
    for event in events:
        handler = HANDLERS.get(event.type)
        if handler is not None:
            handler(state, event)


@pytest.fixture
def log() -> Log:
    return Log()


def ask(log: Log, *people: PersonFacts) -> dict[str, list[Press]]:
    return press_for(log.state(), people or (ADA, BO))


def titles(found: dict[str, list[Press]], person: str = "ada") -> list[str]:
    return [press.title for press in found.get(person, [])]


# --- the guard ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Ada Vale joins the board of Northwind Robotics", {}),
        ("ADA VALE of NORTHWIND wins", {}),
        ("Ada Vale speaks in Porto", {}),
        ("Ada Vale wins", {"summary": "The gripper that she designed"}),
        ("Ada Vale wins", {"link": "https://blog.northwindrobotics.com/ada"}),
        ("Northwind wins", {"summary": "Vale, Ada J., spoke for the company"}),
    ],
)
def test_a_name_and_one_more_word_of_the_card_are_enough(log: Log, title: str, more: dict[str, Any]) -> None:
    log.add(title, **more)
    assert titles(ask(log)) == [title]


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Ada Vale wins", {}),
        ("Obituary: Ada Vale, 91, of Maple County", {"link": "https://maple.example.net/obits/ada-vale"}),
        ("Ada Vale, head of design, retires", {}),
        ("Ada Vale speaks in Portofino", {}),
        ("Northwind names Ada Valentine", {}),
        ("Northwind: Vale and Ada Smith", {}),
        ("Northwind thanks Ada", {"summary": "Vale of tears"}),
        ("Ada Vale wins", {"person": "Somebody Else"}),
    ],
)
def test_a_name_alone_or_half_a_name_is_not(log: Log, title: str, more: dict[str, Any]) -> None:
    log.add(title, **more)
    assert ask(log) == {}


@pytest.mark.parametrize("person", ["Ada Vale", "ADA  VALE", "Vale, Ada", "Ada K. Vale"])
def test_a_feed_set_to_the_person_needs_no_second_word(log: Log, person: str) -> None:
    log.add("Ada Vale wins", person=person)
    assert titles(ask(log)) == ["Ada Vale wins"]


def test_a_feed_set_to_the_person_still_has_to_name_them(log: Log) -> None:
    log.add("Vale wins", person="Ada Vale")
    assert ask(log) == {}


def test_of_two_namesakes_the_other_word_decides(log: Log) -> None:
    other = PersonFacts(PersonView("ada2", "Ada Vale", addresses=(Address("Leeds"),)))
    log.add("Ada Vale of Leeds wins")
    log.add("Ada Vale of Porto wins a prize")
    log.add("Ada Vale goes from Porto to Leeds")
    log.add("Ada Vale wins again", person="Ada Vale")
    found = ask(log, ADA, other)
    assert titles(found, "ada") == ["Ada Vale of Porto wins a prize"]
    assert titles(found, "ada2") == ["Ada Vale of Leeds wins"]


def test_one_entry_may_mean_several_people(log: Log) -> None:
    log.add("Ada Vale of Northwind and Bo Lind of Tidewater found a company")
    found = ask(log)
    assert len(found["ada"]) == len(found["bo"]) == 1


def test_other_names_are_looked_for_too(log: Log) -> None:
    log.add("Ada Marsh of Northwind wins")
    assert titles(ask(log, replace(ADA, aliases=("Ada Marsh",)))) == ["Ada Marsh of Northwind wins"]


def test_evidence_leaves_out_what_fits_anybody() -> None:
    person = PersonView(
        "x",
        "Ada Vale",
        emails=("ada@gmail.com", "ada@vale.example", "a@cs.tidewater.ac.uk"),
        organisation="Bank of the North GmbH",
        title="Senior Manager, Cardiology",
        addresses=(Address("New York"),),
        urls=("https://www.linkedin.com/in/ada", "https://adavale.example/"),
    )
    assert set(signs_of(person)) == {
        "bank of the north",
        "bankofthenorth",
        "north",
        "cardiology",
        "new york",
        "tidewater",
        "adavale",
    }


# --- stories ------------------------------------------------------------------------------------------------------------
def test_the_copies_of_a_story_are_one(log: Log) -> None:
    log.add(
        "Ada Vale named chief operating officer at Northwind Robotics",
        link="https://news.example.com/1",
        summary="Northwind Robotics has promoted Ada Vale, previously VP engineering, to ...",
        person="Ada Vale",
    )
    log.add("Northwind promotes Ada Vale to COO - Example Wire", link="https://wire.example.org/2", person="Ada Vale")
    log.add("Ada Vale named Chief Operating Officer at Northwind Robotics | The Daily Example", link="https://c.example/3")
    log.add("Something else of Northwind: Ada Vale", link="http://www.news.example.com/1/")
    (press,) = ask(log)["ada"]
    assert press.title == "Ada Vale named chief operating officer at Northwind Robotics"
    assert press.link == "https://news.example.com/1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Vale of Northwind wins prize", "Ada Vale of Northwind wins appeal"),
        ("Ada Vale of Northwind opens plant in Porto", "Ada Vale of Northwind speaks at robotics summit"),
    ],
)
def test_different_stories_stay_apart(log: Log, one: str, other: str) -> None:
    log.add(one)
    log.add(other)
    assert titles(ask(log)) == [one, other] or titles(ask(log)) == [other, one]


def test_the_same_headline_a_month_later_is_another_story(log: Log) -> None:
    log.add("Northwind results: Ada Vale comments", at=NOW - timedelta(days=30))
    log.add("Northwind results: Ada Vale comments")
    assert len(ask(log)["ada"]) == 2


def test_a_storys_key_survives_copies_corrections_and_changes_of_the_card(log: Log) -> None:
    log.add("Ada Vale named operations chief", ref="first", at=NOW - timedelta(hours=1))
    log.add("Ada Vale named operations chief at Northwind", ref="second", at=NOW - timedelta(hours=2))
    before = ask(log)["ada"]
    log.add("Ada Vale of Northwind named operations chief - Example Wire", at=NOW - timedelta(hours=3))
    log.add("Correction: Northwind has a new head of operations, Ada Vale", ref="second")
    moved = PersonFacts(replace(ADA.person, title="Head of Operations Research"))
    assert len(before) == 1
    assert {press.story for press in (*before, *ask(log)["ada"], *ask(log, moved)["ada"])} == {before[0].story}


@pytest.mark.parametrize(
    ("title", "sensitive"),
    [
        ("Ada Vale of Northwind passed away", True),
        ("Northwind: Ada Vale charged with fraud", True),
        ("Northwind trauert um Ada Vale: Nachruf", True),
        ("Northwind promotes Ada Vale", False),
        ("Ada Vale of Northwind arrests the decline of robotics", False),
    ],
)
def test_deaths_and_crimes_are_told_apart(log: Log, title: str, sensitive: bool) -> None:
    log.add(title)
    assert [press.sensitive for press in ask(log)["ada"]] == [sensitive]


def test_one_sensitive_copy_makes_the_story_sensitive(log: Log) -> None:
    log.add("Ada Vale leaves Northwind Robotics board suddenly")
    log.add("Ada Vale leaves Northwind Robotics board suddenly - Wire", summary="She was arrested on Monday")
    assert [press.sensitive for press in ask(log)["ada"]] == [True]


# --- the fold -----------------------------------------------------------------------------------------------------------
def test_an_undated_entry_stays_as_old_as_it_is(log: Log) -> None:
    log.add("Northwind: Ada Vale", ref="a", at=NOW - timedelta(days=5), dated=False)
    log.add("Northwind: Ada Vale!", ref="a", at=NOW, dated=False)
    assert [press.at for press in ask(log)["ada"]] == [NOW - timedelta(days=5)]


def test_nothing_is_published_after_it_came_in(log: Log) -> None:
    log.add("Northwind: Ada Vale", at=NOW + timedelta(days=300))
    assert [press.at for press in ask(log)["ada"]] == [NOW]


def test_garbled_dates_of_other_peoples_connectors_do_no_harm() -> None:
    state = MentionsState()
    apply(state, Event(1, "mention.observed", "x", "r", NOW, None, Mention("Northwind: Ada Vale", published="soon")))
    assert [press.at for press in press_for(state, [ADA])["ada"]] == [NOW]


def test_entries_are_never_gone(log: Log) -> None:
    log.add("Northwind: Ada Vale", ref="a")
    state = log.state()
    apply(state, Event(2, "item.gone", "alerts", "a", NOW, None, Gone(NOW.isoformat())))
    assert titles(press_for(state, [ADA])) == ["Northwind: Ada Vale"]


def test_the_state_survives_being_stored(log: Log) -> None:
    log.add("Northwind: Ada Vale", ref="a")
    log.add("Northwind: Ada Vale again", ref="a")
    state = log.state()
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=MentionsState)
    assert again == state
    assert press_for(again, [ADA]) == press_for(state, [ADA])


# --- asking as things change --------------------------------------------------------------------------------------------
def test_an_entry_that_came_in_since_costs_no_full_pass(log: Log) -> None:
    """Known entries are not read again: were they, this one's text would be missed."""
    log.add("Northwind: Ada Vale")
    state = log.state()
    matcher = MentionMatcher(state)
    matcher.press_for([ADA])
    key, seen = next(iter(state.mentions.items()))
    state.mentions[key] = msgspec.structs.replace(seen, mention=Mention("Northwind: nobody"))
    apply(state, log.add("Porto: Ada Vale"))
    assert len(matcher.press_for([ADA])["ada"]) == 2


TITLE = st.sampled_from(
    [
        "Ada Vale of Northwind wins",
        "Ada Vale of Northwind wins a prize",
        "Ada Vale wins",
        "Bo Lind of Tidewater",
        "Bo Lind and Ada Vale in Porto",
        "Nobody",
        "Ada Lind in Porto",
    ]
)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from(["Ada Vale", "Bo Lind", "Ada Lind"]),
        st.frozensets(st.sampled_from(["porto", "northwind", "tidewater"])),
    ),
    unique_by=lambda person: person[0],
)
STEP = st.tuples(st.lists(st.tuples(TITLE, st.sampled_from(["a", "b", "c", "d"])), max_size=3), PEOPLE)


@given(st.lists(STEP, max_size=6))
def test_asked_along_the_way_or_at_the_end_the_answer_is_the_same(
    steps: list[tuple[list[tuple[str, str]], list[tuple[str, str, frozenset[str]]]]],
) -> None:
    log, state = Log(), MentionsState()
    matcher = MentionMatcher(state)
    for entries, people in steps:
        for title, ref in entries:
            apply(state, log.add(title, ref=ref))
        facts = [
            PersonFacts(PersonView(person_id, name, addresses=tuple(map(Address, cities))))
            for person_id, name, cities in people
        ]
        assert matcher.press_for(facts) == press_for(log.state(), facts)
