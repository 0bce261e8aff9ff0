"""Posts and offers through a log: whose a feed is, which entry meets whose interest, and how few get it."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.events import Because, Captured, CapturedLine, Note, Proposed, Withdrawn
from auld.observations import Address, Labelled, Mention
from auld.projections.views import Offer
from projections.world import POLICY, World

PORTS = ("Faro", "Lagos", "Sines", "Cascais", "Peniche", "Nazaré", "Figueira", "Aveiro", "Espinho", "Viana", "Caminha")
SAILING = "Sailing boats of hemp cross the Atlantic"


class Feeds(World):
    def know(self, name: str, *, category: str = "Inner", **more: Any) -> str:
        labels = (category, *more.pop("categories", ()))
        given, family = name.lower().split()
        self.card(name, f"{given}@{family}.example", categories=labels, **more)
        (found,) = self.ask().find(name)
        return found.id

    def news(self, title: str, days: float = 1, link: str = "", feed: str = "https://f.example/rss", **more: Any) -> None:
        at = (self.now - timedelta(days=days)).isoformat()
        link = link or f"https://n.example/{len(self.events)}"
        self.say(Mention(title, link, published=at, source="n.example", feed=feed, **more), "feeds", f"e{len(self.events)}")

    def filler(self, count: int = 30) -> None:
        for number in range(count):
            self.news(f"Council number {number} meets at the town hall", days=20)

    def offers(self, person: str) -> list[Offer]:
        return list(self.ask().offers(person))

    def titles(self, person: str) -> list[str]:
        return [offer.title for offer in self.offers(person)]

    def ask_of(self, person: str, story: str, reason: str = "insight", days: int = 0) -> None:
        key = f"{person}:{story}"
        because = (Because(reason, f"{reason}:{story}"),)
        at = self.now - timedelta(days=days)
        self.say(Proposed(key, f"uid-{key}", person, "N", because, "2026-03-12", "Title", "Text"), at=at)


@pytest.fixture
def world() -> Feeds:
    return Feeds()


# --- what meets what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("card", "title", "interest"),
    [
        ({"interests": ("sailing",)}, SAILING, "sailing"),
        ({"expertise": ("Port logistics",)}, "Logistics: the port of Sines grows", "Port logistics"),
        ({"categories": ("Chess",)}, "World chess champion in Lisbon", "Chess"),
        ({"interests": ("AI",)}, "What AI does to ports", "AI"),
        ({"interests": ("Weine",)}, "Der Wein und das Klima", "Weine"),
        ({"interests": ("vela",)}, "As velas do Tejo e o vento", "vela"),
        ({"interests": ("green hydrogen",)}, "Sines: hydrogen that is green, and cheap", "green hydrogen"),
    ],
)
def test_an_entry_meets_an_interest(world: Feeds, card: dict[str, Any], title: str, interest: str) -> None:
    ana = world.know("Ana Lima", **card)
    world.filler()
    world.news(title)
    (offer,) = world.offers(ana)
    assert (offer.title, offer.interest, offer.shared, offer.asked) == (title, interest, False, False)


@pytest.mark.parametrize(
    ("card", "title"),
    [
        ({"interests": ("art",)}, "Party starts at noon"),
        ({"interests": ("machine learning",)}, "Sewing machine maker closes the year well"),
        ({"interests": ("AI",)}, "J’ai vu la mer"),
        ({"interests": ("IT",)}, "THEY DID IT"),
        ({"categories": ("Family", "VIP", "Inner")}, "A family of VIP guests in the inner city"),
        ({"categories": ("Porto",), "addresses": (Address("Porto"),)}, "Rain in Porto"),
        ({"interests": ("business",)}, "Business as usual"),
        ({"interests": ("sailing",)}, "Sailing boat sinks, two dead"),
        ({}, SAILING),
    ],
)
def test_what_only_looks_like_it_does_not(world: Feeds, card: dict[str, Any], title: str) -> None:
    ana = world.know("Ana Lima", **card)
    world.filler()
    world.news(title)
    assert world.offers(ana) == []


def test_a_word_of_the_summary_alone_is_too_little_but_a_phrase_is_not(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing", "green hydrogen"))
    world.filler()
    world.news("Town hall opens", summary="with a sailing club")
    assert world.offers(ana) == []
    world.news("Sines grows", summary="A plant for green hydrogen opens")
    assert world.titles(ana) == ["Sines grows"]


def test_what_the_user_typed_counts(world: Feeds) -> None:
    ana = world.know("Ana Lima")
    world.filler()
    world.propose(ana)
    world.say(Captured("k1", ana, lines=(CapturedLine("k1#1", "likes", "chess", "likes: chess"),)))
    world.say(Note(ana, "Asked about heat pumps for the house."))
    world.news("The chess champion speaks")
    assert [offer.interest for offer in world.offers(ana)] == ["chess"]
    world.news("Heat pumps get cheaper", days=0)
    assert world.offers(ana)[0].interest in ("chess", "heat pumps")


def test_what_every_third_headline_says_means_nothing(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("growth", "sailing"))
    for number in range(24):
        world.news(f"Growth in quarter {number} of the year" if number % 3 == 0 else f"Council {number} meets")
    assert world.offers(ana) == []
    world.news(SAILING)
    assert world.titles(ana) == [SAILING]


def test_a_feed_about_the_thing_says_it_in_every_headline(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing",))
    for number in range(24):
        world.news(f"Sailing regatta number {number}", feed="https://sailing.example/rss")
    assert len(world.offers(ana)) == 1


def test_a_label_of_many_people_is_a_group(world: Feeds) -> None:
    people = [world.know(f"P{number} Lima", categories=("Fintech",)) for number in range(12)]
    world.filler()
    world.news("Fintech comes to town")
    assert [world.offers(person) for person in people] == [[]] * 12


# --- how few ------------------------------------------------------------------------------------------------------------
def test_an_entry_goes_to_two_people_at_most_whenever_one_asks(world: Feeds) -> None:
    people = [world.know(f"P{number} Lima", interests=("sailing",)) for number in range(6)]
    world.filler()
    world.news(SAILING)
    chosen = [person for person in people if world.offers(person)]
    assert len(chosen) == 2
    story = world.offers(chosen[0])[0].story
    late = next(person for person in people if person not in chosen)
    world.ask_of(chosen[0], story)
    world.ask_of(late, story)
    assert [person for person in people if world.offers(person)] == sorted([chosen[0], late], key=people.index)
    assert all(world.offers(person)[0].asked for person in (chosen[0], late))


def test_not_always_the_same_two(world: Feeds) -> None:
    people = [world.know(f"P{number} Lima", interests=("sailing",)) for number in range(6)]
    world.filler(200)
    given: set[str] = set()
    for place in PORTS:
        world.news(f"Sailing from {place}", days=0)
        given.update(person for person in people if world.offers(person))
    assert len(given) > 2


def test_nobody_gets_more_than_two_in_thirty_days_nor_two_at_once(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing", "chess"))
    world.filler()
    world.news(SAILING)
    world.news("The chess champion speaks")
    (first,) = world.offers(ana)
    world.ask_of(ana, first.story)
    assert [(offer.story, offer.asked) for offer in world.offers(ana)] == [(first.story, True)]
    world.dismiss(f"{ana}:{first.story}")
    (second,) = world.offers(ana)
    assert second.story != first.story
    world.ask_of(ana, "another", days=29)
    world.dismiss(f"{ana}:another")
    assert world.offers(ana) == []


def test_what_stands_in_an_entry_and_is_news_no_more_holds_nothing_back(world: Feeds) -> None:
    """Else the next one would come at a second look, when the entry has lost it."""
    ana = world.know("Ana Lima", interests=("sailing",))
    world.filler()
    world.ask_of(ana, "forgotten", days=40)
    world.news(SAILING)
    (offer,) = world.offers(ana)
    assert (offer.title, offer.asked) == (SAILING, False)


def test_after_an_offer_that_was_left_undone_the_next_one_takes_a_month(world: Feeds) -> None:
    ada = world.know("Ada Vale", interests=("sailing",))
    world.filler()
    world.ask_of(ada, "before", days=40)
    key = f"{ada}:before"
    world.say(Withdrawn(key, "left undone", rested=True))
    world.news(SAILING)
    assert not world.offers(ada)
    world.now += timedelta(days=31)
    world.news(SAILING)
    assert world.offers(ada)


def test_who_gets_something_better_leaves_the_rest_to_others(world: Feeds) -> None:
    """Or they would get it at the next look, at which nothing is new."""
    ada = world.know("Ada Vale", interests=("sailing", "hemp"))
    bea = world.know("Bea Wood", interests=("hemp",))
    cai = world.know("Cai Moss", interests=("hemp",))
    world.filler()
    world.news("Ropes of hemp are back")
    world.news(SAILING)
    given = {person: world.titles(person) for person in (ada, bea, cai)}
    assert all(len(titles) == 1 for titles in given.values())


def test_what_is_older_than_a_fortnight_is_not_offered(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing",))
    world.filler()
    world.news(SAILING, days=15)
    assert world.offers(ana) == []


def test_copies_are_one_story_and_a_later_one_changes_nothing(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing",))
    world.filler()
    world.news(SAILING, link="https://n.example/first")
    (before,) = world.offers(ana)
    world.news(f"{SAILING} - Example Wire", days=0, link="https://wire.example/x", feed="https://g.example/rss")
    assert world.offers(ana) == [before]


def test_news_about_a_person_are_no_offer(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing",))
    world.filler()
    world.news("Bo Lind wins at sailing", person="Bo Lind")
    assert world.offers(ana) == []


def test_what_the_user_likes_too_is_shared() -> None:
    world = Feeds(msgspec.structs.replace(POLICY, interests=("sailing boats", "wine")))
    ana = world.know("Ana Lima", interests=("sailing",))
    world.filler()
    world.news(SAILING)
    assert [offer.shared for offer in world.offers(ana)] == [True]


def test_without_news_nothing_of_it_is_made(world: Feeds) -> None:
    ana = world.know("Ana Lima", interests=("sailing",))
    assert not world.offers(ana) and not world.ask().posts(ana) and not world.ask().mentions(ana)
    assert world.state.index().news() is None


def test_whoever_has_no_news_pays_for_none() -> None:
    """A process of its own: the other tests have imported everything already."""
    code = (
        "import sys; from datetime import UTC, datetime; from auld.projections.query import Query; "
        "from auld.projections.state import State; Query(State(), datetime.now(UTC)).offers('nobody'); "
        "print(*(name for name in sys.modules if name in ('Stemmer', 'auld.projections.news', 'auld.projections.news_words')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "\n"


ENTRY = st.tuples(
    st.sampled_from(
        [
            SAILING,
            f"{SAILING} - Wire",
            "Sailing from Faro",
            "Chess champion wins",
            "The chess club",
            "Council meets",
            "Dead at sea",
        ]
    ),
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.integers(0, 30),
)


@given(st.lists(st.lists(ENTRY, max_size=4), max_size=5))
def test_asked_along_the_way_or_at_the_end_the_answer_is_the_same(steps: list[list[tuple[str, str, int]]]) -> None:
    along, end = Feeds(), Feeds()
    for world in (along, end):
        people = [world.know(f"P{n} Lima", interests=("sailing", "chess")) for n in range(3)]
    for step in steps:
        for title, ref, days in step:
            for world in (along, end):
                at = (world.now - timedelta(days=days)).isoformat()
                world.say(Mention(title, f"https://n.example/{ref}", published=at, feed="https://f.example"), "feeds", ref)
        for person in people:
            along.offers(person)
    assert [along.offers(person) for person in people] == [end.offers(person) for person in people]


# --- whose a feed is ----------------------------------------------------------------------------------------------------
def posts(world: Feeds, person: str) -> list[str]:
    return [post.title for post in world.ask().posts(person)]


@pytest.mark.parametrize(
    ("url", "feed", "site"),
    [
        ("https://ana.example/blog", "https://ana.example/feed.xml", "https://www.ana.example/blog/"),
        ("https://ana.example", "https://ana.example/feed/", ""),
        ("mastodon.social/@ana", "https://mastodon.social/@ana.rss", "https://mastodon.social/@ana"),
        ("https://bsky.app/profile/ana.example", "https://bsky.app/profile/ana.example/rss", ""),
        ("https://www.linkedin.com/in/ana-lima/", "https://bridge.example/?x=1", "https://pt.linkedin.com/in/Ana-Lima"),
    ],
)
def test_the_page_on_the_card_tells_whose_a_feed_is(world: Feeds, url: str, feed: str, site: str) -> None:
    ana = world.know("Ana Lima", urls=(Labelled(url),))
    bo = world.know("Bo Lind", urls=(Labelled("https://bo.example"),))
    world.news("On tides", feed=feed, site=site)
    assert (posts(world, ana), posts(world, bo)) == (["On tides"], [])


def test_the_user_may_say_whose_it_is(world: Feeds) -> None:
    ana = world.know("Ana Lima")
    world.news("On tides", by="Lima, Ana")
    assert posts(world, ana) == ["On tides"]
    assert world.ask().mentions(ana) == []


def test_what_two_claim_is_nobodys_nor_is_the_employers_page(world: Feeds) -> None:
    ana = world.know("Ana Lima", urls=(Labelled("https://club.example"),), organisation="Northwind Robotics Ltd")
    bo = world.know("Bo Lind", urls=(Labelled("https://northwind.example"),), organisation="Northwind Robotics Ltd")
    cy = world.know("Cy Moe", urls=(Labelled("https://club.example/"),))
    world.news("Club news", feed="https://club.example/rss", site="https://club.example/")
    world.news("Northwind grows", feed="https://northwind.example/rss", site="https://northwind.example/")
    assert [posts(world, person) for person in (ana, bo, cy)] == [[], [], []]


def test_one_post_in_two_feeds_is_one(world: Feeds) -> None:
    ana = world.know("Ana Lima", urls=(Labelled("https://ana.example"),))
    for feed in ("https://ana.example/rss", "https://ana.example/atom.xml"):
        world.news("On tides", link="https://ana.example/tides", feed=feed)
    assert posts(world, ana) == ["On tides"]


def test_ones_own_page_is_no_press(world: Feeds) -> None:
    ana = world.know("Ana Lima", urls=(Labelled("https://ana.example"),), organisation="Northwind Robotics Ltd")
    world.news("Northwind and me, by Ana Lima", feed="https://ana.example/rss", site="https://ana.example/")
    assert world.ask().mentions(ana) == []
    assert posts(world, ana) == ["Northwind and me, by Ana Lima"]
