"""``work_anniversary``: which labels mean a first day at work, in whatever language, and which do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from auld.events import Because
from auld.observations import Contact, LabelledDate, PartialDate
from auld.projections.views import FollowUp, PersonView
from auld.reasons._labels import kind_of
from auld.reasons.anniversary import Anniversary
from auld.reasons.base import Proposal
from auld.reasons.work_anniversary import WorkAnniversary
from auld_connectors._vcard import read_card
from projections.world import World
from support.views import MONDAY, fake_view

ANA = PersonView("p1", "Ana Lima", ideal=28, at_most=42)


def asked(reason: Anniversary, *dates: LabelledDate, today: date = MONDAY, lead: int = 0) -> list[Proposal]:
    person = replace(ANA, dates=dates, lead=lead)
    return list(reason.propose(fake_view(person), person, today, today + timedelta(days=14)))


def on(label: str, year: int | None = 2021, day: int = 5) -> LabelledDate:
    return LabelledDate(PartialDate(3, day, year), label)


@pytest.mark.parametrize(
    "label",
    [
        "work",
        "Work",
        "Work anniversary",
        "Workiversary",
        "Started at Acme",
        "Started On",
        "started on",
        "Joined Globex",
        "Joined",
        "Hire date",
        "Start date",
        "At the company since",
        "At Acme since",
        "Seit 2015 bei Acme",
        "Jahrestag Firma",
        "Eintritt",
        "Eintrittsdatum",
        "Dienstjubiläum",
        "Firmenzugehörigkeit",
        "Aniversário de trabalho",
        "Começou na Acme!",
        "Entrada na empresa",
        "Data de admissão",
        "Anniversaire professionnel",
        "Date d’embauche",
        "Arrivée chez Acme",
        "Aniversario laboral",
        "Fecha de ingreso",
        "Anniversario di lavoro",
        "Data di assunzione",
        "In dienst",
        "Indiensttreding",
        "Rocznica pracy",
        "Дата приёма на работу",
        "入社日",
        "入职日期",
    ],
)
def test_a_first_day_at_work(label: str) -> None:
    assert kind_of(label) == "work"
    (proposal,) = asked(WorkAnniversary(), on(label))
    assert (proposal.title, proposal.occasion) == ("Work anniversary: Ana Lima (5 years)", "work_anniversary:0305:2026")
    assert proposal.context == (f"5 years on 5 March 2026 ({label}).",)
    assert asked(Anniversary(), on(label)) == []


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Anniversary",
        "Wedding",
        "First met",
        "Met at work",
        "Hochzeitstag",
        "Aniversário",
        "Anniversaire de mariage",
        "Boda",
        "Started dating",
        "Together since",
        "Friends since",
        "Client since",
        "Started school",
        "Joined the sailing club",
        "Left the company",
        "Contract ends",
        "Retirement",
        "Austritt Firma",
        "Founded",
        "Sober since",
        "With Maria since",
        "Vegan since",
        "Arrivée",
        "Car service",
        "Project start",
        "初対面",
    ],
)
def test_any_other_day_stays_an_anniversary(label: str) -> None:
    assert asked(WorkAnniversary(), on(label)) == []
    assert len(asked(Anniversary(), on(label))) == 1


@pytest.mark.parametrize("label", ["Connected On", "Connected on LinkedIn", "Verbunden seit", "Conectado em"])
def test_a_contact_in_a_network_is_no_occasion_at_all(label: str) -> None:
    assert asked(WorkAnniversary(), on(label)) == asked(Anniversary(), on(label)) == []


def test_years_are_told_only_where_they_are_known() -> None:
    (proposal,) = asked(WorkAnniversary(), on("Eintritt", None))
    assert (proposal.title, proposal.context) == ("Work anniversary: Ana Lima", ("On 5 March 2026 (Eintritt).",))
    (proposal,) = asked(WorkAnniversary(), on("Eintritt", 2025))
    assert (proposal.title, proposal.context) == (
        "Work anniversary: Ana Lima (1 year)",
        ("1 year on 5 March 2026 (Eintritt).",),
    )


def test_the_first_day_itself_is_none() -> None:
    assert asked(WorkAnniversary(), on("work", 2026)) == asked(WorkAnniversary(), on("work", 2027)) == []


def test_it_has_the_lead_of_the_category() -> None:
    (proposal,) = asked(WorkAnniversary(), on("work"), lead=2)
    assert (proposal.first, proposal.best, proposal.last) == (date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 5))
    assert proposal.fixed


def test_what_several_sources_say_of_one_day_is_one_occasion() -> None:
    said = (on("work", None), on("Started at Acme"), on("Work anniversary", None))
    for dates in (said, said[::-1]):
        (proposal,) = asked(WorkAnniversary(), *dates)
        assert proposal.context == ("5 years on 5 March 2026 (Started at Acme).",)


def test_an_anniversary_without_more_on_the_same_day_is_that_of_the_work() -> None:
    dates = (on("Anniversary"), on("work"), on("Wedding"), on("Anniversary", day=6))
    assert [p.title for p in asked(WorkAnniversary(), *dates)] == ["Work anniversary: Ana Lima (5 years)"]
    titles = {p.title for p in asked(Anniversary(), *dates)}
    assert titles == {"Wedding: Ana Lima (5 years)", "Anniversary: Ana Lima (5 years)"}


@pytest.mark.parametrize(
    ("dates", "today", "why"),
    [
        ((on("work"),), date(2026, 3, 5), None),
        ((on("work"),), date(2026, 3, 13), "the day was 5 March 2026"),
        ((), MONDAY, "the date is not on the card any more"),
        ((on("Wedding"),), MONDAY, "the date is not on the card any more"),
    ],
)
def test_an_open_one_is_void_once_it_is_over_or_gone(dates: Sequence[LabelledDate], today: date, why: str | None) -> None:
    because = Because("work_anniversary", "work_anniversary:0305:2026")
    ask = FollowUp("k", "u", "p1", "Ana", (because,), MONDAY, "", "", "written", fake_view().as_of, (MONDAY, MONDAY))
    person = replace(ANA, dates=tuple(dates))
    assert WorkAnniversary().void(fake_view(person), person, ask, because, today) == why


def test_from_the_card_to_the_occasion() -> None:
    world = World()
    world.card(
        "Ana Lima", "ana@example.org", dates=(LabelledDate(PartialDate(3, 12, 2016), "Eintritt"),), categories=("Inner",)
    )
    world.card("Ben Costa", "ben@example.org", dates=(LabelledDate(PartialDate(3, 12), "Anniversary"),), categories=("Inner",))
    view = world.ask()
    found = [p for each in view.tracked() for p in WorkAnniversary().propose(view, each, view.today, date(2026, 3, 31))]
    assert [p.title for p in found] == ["Work anniversary: Ana Lima (10 years)"]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("_$!<Anniversary>!$_", "anniversary"),
        ("Eintritt", "work_anniversary"),
        ("_$!<Work>!$_", "work_anniversary"),
        ("", "anniversary"),
    ],
)
def test_from_a_card_as_apple_writes_it(label: str, reason: str) -> None:
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:1",
        "FN:Ana Lima",
        "item1.X-ABDATE;type=pref:2016-03-12",
        f"item1.X-ABLabel:{label}",
    )
    contact = read_card("\r\n".join((*lines, "END:VCARD", "")).encode()).observation
    assert isinstance(contact, Contact)
    world = World()
    world.say(msgspec.structs.replace(contact, categories=("Inner",)), "book", "/1.vcf")
    view, person = world.ask(), world.person("Ana Lima")
    found = [
        p for each in (Anniversary(), WorkAnniversary()) for p in each.propose(view, person, view.today, date(2026, 3, 31))
    ]
    assert [(p.reason, p.best) for p in found] == [(reason, date(2026, 3, 12))]
