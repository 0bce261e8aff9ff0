"""Shares, the Herfindahl index and single threads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.observations import Address
from auld.policy import Sector
from auld.projections.views import PersonView
from auld.review.concentration import Kind, concentration, organisation_key, single_threads
from projections.world import World
from review.world import small_book
from support.views import fake_view


def shares(world: World, kind: Kind) -> dict[str, float]:
    return {share.name: round(share.part, 2) for share in concentration(world.ask(), kind).shares}


def test_only_those_followed_up_count_and_the_largest_comes_first() -> None:
    world = small_book()
    found = concentration(world.ask(), "employer")
    assert [(share.name, share.people) for share in found.shares] == [("Acme, S.A.", 2), ("Biltmore", 1)]
    assert found.index == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert (found.known, found.people) == (3, 3)
    assert shares(world, "category") == {"clients": 0.67, "Inner": 0.33}


def test_what_is_not_known_is_told_apart() -> None:
    found = concentration(small_book().ask(), "city")
    assert (found.known, found.people) == (2, 3)
    assert found.index == pytest.approx(0.5)
    assert {share.name for share in found.shares} == {"Lisboa", "Porto"}


def test_without_sectors_the_labels_of_cards_that_are_no_category_tell_them() -> None:
    assert shares(small_book(), "sector") == {"Energy": 1.0}


def test_sectors_are_told_by_organisation_domain_and_label() -> None:
    sectors = (
        Sector("Power", ("energy", "Acme Lda.")),
        Sector("Public", (".gov.example",)),
        Sector("Not", ("biltmore.example",)),
    )
    world = small_book(sectors=sectors)
    assert shares(world, "sector") == {"Power": 0.67, "Public": 0.33}


def test_who_is_in_two_groups_counts_half_in_each() -> None:
    world = small_book(sectors=(Sector("Power", ("acme",)), Sector("Trade", ("acme.example",))))
    found = concentration(world.ask(), "sector")
    assert [(share.name, share.people, share.part) for share in found.shares] == [("Power", 1, 0.5), ("Trade", 1, 0.5)]


def test_nobody_is_no_concentration() -> None:
    found = concentration(small_book(categories=()).ask(), "employer")
    assert (found.shares, found.index, found.people) == ((), 0, 0)


def test_a_single_thread_is_one_that_nobody_else_in_the_book_doubles() -> None:
    world = small_book()
    assert [(each.organisation, each.person.name) for each in single_threads(world.ask())] == [("Biltmore", "Carla Dias")]
    world.card("Eva Luz", "eva@biltmore.gov.example", organisation="Biltmore Ltd")
    assert single_threads(world.ask()) == []


@pytest.mark.parametrize(("name", "key"), [("Acme, S.A.", "acme"), ("ACME GmbH & Co. KG", "acme"), ("AG", "ag"), ("", "")])
def test_an_employer_is_known_without_its_legal_form(name: str, key: str) -> None:
    assert organisation_key(name) == key


@given(st.lists(st.lists(st.sampled_from(["Lisboa", "lisboa", "Porto", "Paris"]), max_size=3), max_size=8))
def test_shares_add_up_and_the_index_lies_between_its_bounds(cities: list[list[str]]) -> None:
    people = [
        PersonView(str(n), f"P {n}", ideal=28, at_most=42, addresses=tuple(Address(city=city) for city in lived))
        for n, lived in enumerate(cities)
    ]
    found = concentration(fake_view(*people), "city")
    assert found.known == sum(map(bool, cities))
    if found.known:
        assert sum(share.part for share in found.shares) == pytest.approx(1)
        assert sum(share.people for share in found.shares) == pytest.approx(found.known)
        assert 1 / len(found.shares) - 1e-9 <= found.index <= 1 + 1e-9
