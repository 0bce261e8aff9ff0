"""``birthday`` and ``anniversary``: the right day in every year, counted only where the year is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auld.events import Because
from auld.observations import LabelledDate, PartialDate
from auld.projections.views import FollowUp, PersonView
from auld.reasons.anniversary import Anniversary
from auld.reasons.base import Proposal, Revocable
from auld.reasons.birthday import Birthday
from support.views import MONDAY, fake_view

ANA = PersonView("p1", "Ana Lima", ideal=28, at_most=42)


def birthdays(birthday: PartialDate | None, today: date = MONDAY, days: int = 14, lead: int = 0) -> list[Proposal]:
    person = replace(ANA, birthday=birthday, lead=lead)
    return list(Birthday().propose(fake_view(person), person, today, today + timedelta(days=days)))


def anniversaries(*dates: LabelledDate, today: date = MONDAY, lead: int = 0) -> list[Proposal]:
    person = replace(ANA, dates=dates, lead=lead)
    return list(Anniversary().propose(fake_view(person), person, today, today + timedelta(days=14)))


def open_one(reason: str, occasion: str) -> FollowUp:
    because = (Because(reason, occasion),)
    return FollowUp("k", "u", "p1", "Ana Lima", because, MONDAY, "", "", "written", fake_view().as_of, (MONDAY, MONDAY))


@pytest.mark.parametrize(
    ("birthday", "title"),
    [
        (PartialDate(3, 10, 1986), "Birthday: Ana Lima (40)"),
        (PartialDate(3, 10), "Birthday: Ana Lima"),
        (PartialDate(3, 10, 2026), "Birthday: Ana Lima"),
        (PartialDate(3, 10, 2030), "Birthday: Ana Lima"),
        (PartialDate(3, 10, 1604), "Birthday: Ana Lima"),
    ],
)
def test_the_age_is_told_only_if_it_makes_sense(birthday: PartialDate, title: str) -> None:
    (proposal,) = birthdays(birthday)
    assert proposal.title == title
    assert (proposal.occasion, proposal.best, proposal.fixed) == ("birthday:2026", date(2026, 3, 10), True)
    assert proposal.context == ("Birthday on 10 March 2026.",)


@pytest.mark.parametrize("birthday", [None, PartialDate(3, 17), PartialDate(2, 22), PartialDate(13, 1), PartialDate(2, 30)])
def test_no_birthday_ahead(birthday: PartialDate | None) -> None:
    assert birthdays(birthday) == []


@pytest.mark.parametrize(
    ("today", "day", "context"),
    [
        (date(2026, 2, 20), date(2026, 2, 28), "Birthday on 28 February 2026 (born on 29 February)."),
        (date(2028, 2, 20), date(2028, 2, 29), "Birthday on 29 February 2028."),
    ],
)
def test_born_on_29_february(today: date, day: date, context: str) -> None:
    (proposal,) = birthdays(PartialDate(2, 29, 1992), today)
    assert (proposal.best, proposal.context) == (day, (context,))


def test_the_turn_of_the_year_keeps_the_year_of_the_birthday() -> None:
    (proposal,) = birthdays(PartialDate(1, 2, 1990), date(2026, 12, 28))
    assert (proposal.occasion, proposal.title) == ("birthday:2027", "Birthday: Ana Lima (37)")


def test_the_lead_puts_the_entry_some_days_before() -> None:
    (proposal,) = birthdays(PartialDate(3, 18), lead=3)
    assert (proposal.first, proposal.best, proposal.last) == (date(2026, 3, 15), date(2026, 3, 15), date(2026, 3, 18))


def test_a_year_ahead_holds_each_birthday_once() -> None:
    found = [p.occasion for p in birthdays(PartialDate(3, 10), days=700)]
    assert found == ["birthday:2026", "birthday:2027"]


@pytest.mark.parametrize(
    ("birthday", "today", "why"),
    [
        (PartialDate(3, 2), date(2026, 3, 9), None),
        (PartialDate(3, 2), date(2026, 3, 10), "the birthday was on 2 March 2026"),
        (None, date(2026, 3, 2), "the birthday is not on the card any more"),
    ],
)
def test_an_open_birthday_is_taken_back_a_week_after(birthday: PartialDate | None, today: date, why: str | None) -> None:
    person = replace(ANA, birthday=birthday)
    follow_up = open_one("birthday", "birthday:2026")
    assert Birthday().void(fake_view(person), person, follow_up, follow_up.because[0], today) == why


@pytest.mark.parametrize(
    ("label", "year", "title", "occasion"),
    [
        ("Anniversary", 2016, "Anniversary: Ana Lima (10 years)", "anniversary:anniversary:2026"),
        ("First met", 2025, "First met: Ana Lima (1 year)", "anniversary:first-met:2026"),
        ("Casados!", None, "Casados!: Ana Lima", "anniversary:casados:2026"),
        ("", None, "Anniversary: Ana Lima", "anniversary:anniversary:2026"),
        ("初対面", 2020, "初対面: Ana Lima (6 years)", "anniversary:初対面:2026"),
    ],
)
def test_the_label_stays_as_the_user_wrote_it(label: str, year: int | None, title: str, occasion: str) -> None:
    (proposal,) = anniversaries(LabelledDate(PartialDate(3, 5, year), label))
    assert (proposal.title, proposal.occasion, proposal.best, proposal.fixed) == (title, occasion, date(2026, 3, 5), True)


def test_a_day_is_no_anniversary_of_itself() -> None:
    assert anniversaries(LabelledDate(PartialDate(3, 5, 2026), "First met")) == []
    assert anniversaries(LabelledDate(PartialDate(3, 5, 2027), "Wedding")) == []


def test_two_dates_under_one_label_are_two_occasions_whatever_their_order() -> None:
    first, second = LabelledDate(PartialDate(3, 5), "Child"), LabelledDate(PartialDate(3, 9), "Child")
    expected = {"anniversary:child-0305:2026", "anniversary:child-0309:2026"}
    assert {p.occasion for p in anniversaries(first, second)} == expected
    assert {p.occasion for p in anniversaries(second, first)} == expected


def test_the_same_date_on_two_cards_is_one_with_its_year() -> None:
    yearless, full = LabelledDate(PartialDate(3, 5), "Wedding"), LabelledDate(PartialDate(3, 5, 2016), "wedding")
    for dates in ((yearless, full), (full, yearless)):
        (proposal,) = anniversaries(*dates)
        assert proposal.occasion == "anniversary:wedding:2026"
        assert proposal.title.endswith("Ana Lima (10 years)")


def test_an_open_anniversary_whose_date_is_gone_is_void() -> None:
    follow_up = open_one("anniversary", "anniversary:wedding:2026")
    kept = replace(ANA, dates=(LabelledDate(PartialDate(3, 2), "Wedding"),))
    assert Anniversary().void(fake_view(kept), kept, follow_up, follow_up.because[0], MONDAY) is None
    assert (
        Anniversary().void(fake_view(ANA), ANA, follow_up, follow_up.because[0], MONDAY)
        == "the date is not on the card any more"
    )


def test_they_can_judge_their_open_asks() -> None:
    assert isinstance(Birthday(), Revocable)
    assert isinstance(Anniversary(), Revocable)
