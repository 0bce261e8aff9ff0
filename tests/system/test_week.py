"""A week of somebody's relationships, lived in a calendar program alone: real servers, in both forms of entries.

The user's program (:mod:`support.phone`) is built on the libraries caldav, icalendar and vobject, and does all of the typing;
auld is the whole program, with a clock that the test moves. Every evening all that stands in the calendars is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from auld.clock import FixedClock
from auldd import plugins, wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from support.dav_servers import DavHome
from support.phone import Phone

pytestmark = pytest.mark.system

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 3, 2) + timedelta(days=n) for n in range(7))
CONFIG = """
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  home: {{connector: caldav, url: "{base}"{login}, collections: ["{keep}", "{work}"]}}
  people: {{connector: carddav, url: "{base}"{login}, collections: ["{book}"]}}
write_to: {{account: home, collection: "{keep}", as: {form}}}
categories: {{friends: {{ideal: 4w, at_most: 6w, debrief: true}}}}
budget: {{per_day: 100, per_week: 500}}
"""
FRIENDS = {
    "ana": "Ana Lima", "bea": "Bea Horta", "caio": "Caio Pinto", "dora": "Dora Reis", "eva": "Eva Sousa", "fay": "Fay Moura",
    "gil": "Gil Nunes", "hugo": "Hugo Dias", "ines": "Ines Vaz", "joao": "João Melo", "kim": "Kim Serra", "leo": "Leo Braga",
    "mia": "Mia Costa", "nuno": "Nuno Prado", "olga": "Olga Faria", "pia": "Pia Rocha", "rui": "Rui Teles",
}  # fmt: skip


@dataclass
class Week:
    """``states`` of all follow-ups and ``page``, the titles in both calendars, are what the story expects by now."""

    form: str
    phone: Phone
    clock: FixedClock
    runtime: Runtime
    states: dict[str, str] = field(default_factory=dict)
    page: set[str] = field(default_factory=set)

    def json(self, *arguments: str) -> Any:
        done = CliRunner().invoke(cli, [*arguments, "--json"], obj=self.runtime, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def show(self, who: str) -> Any:
        return self.json("show", FRIENDS[who])

    def follow_ups(self) -> dict[str, dict[str, Any]]:
        """By person and reason: ``ana cadence``, ``me review``; a later one with its key behind."""
        names = {name: who for who, name in FRIENDS.items()}
        found: dict[str, dict[str, Any]] = {}
        for each in self.json("due", "--all"):
            called = f"{names.get(each['person'], 'me')} {'+'.join(each['reasons'])}"
            found[f"{called} {each['key']}" if called in found else called] = each
        return found

    def uid(self, of: str) -> str:
        return str(self.follow_ups()[of]["uid"])

    def at(self, day: date, hour: int) -> None:
        self.clock.set(datetime.combine(day, time(hour), LISBON))

    def cycle(self) -> None:
        """One cycle, and one more: that one reads, writes and decides nothing."""
        self.json("once")
        before = self.phone.bodies()
        report = self.json("once")
        assert [each["events"] for each in report["accounts"]] == [0, 0]
        assert set(report["follow_ups"].values()) == {0}
        assert self.phone.bodies() == before

    def morning(self, day: date) -> None:
        self.at(day, 8)
        self.cycle()
        self.at(day, 12)
        self.json("once")

    def evening(self, day: date, *gone: str, new: tuple[str, ...] = (), **states: str) -> None:
        """All is compared with what is expected: ``states`` (``ana_cadence``) and titles, ``gone`` or ``new``, that changed."""
        self.at(day, 20)
        self.cycle()
        self.states.update({key.replace("_", " "): state for key, state in states.items()})
        self.page = (self.page - set(gone)) | set(new)
        follow_ups = self.follow_ups()
        assert {key: each["state"] for key, each in follow_ups.items()} == self.states
        assert self.phone.titles() == sorted(self.page)
        days = {entry.uid: entry.day for entry in self.phone.entries()}
        still = [each for each in follow_ups.values() if each["state"] in ("written", "moved") and each["uid"] not in self.kept]
        assert {each["uid"]: date.fromisoformat(each["day"]) for each in still} == {
            each["uid"]: days[each["uid"]] for each in still
        }
        assert self.phone.lost() == []

    kept: set[str] = field(default_factory=set)
    """UIDs of snoozed entries: their day is the alarm's, not the one that they show."""

    def ticked(self, title: str) -> str:
        return f"[x] {title}" if self.form == "task" else f"✓ {title}"


def keep(who: str, mark: str = "") -> str:
    return f"Keep: {mark}Get in touch with {FRIENDS[who]}"


def meeting(uid: str, title: str, day: date, hour: int, guest: str) -> str:
    start = datetime.combine(day, time(hour), LISBON).astimezone(UTC)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nSUMMARY:{title}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\n"
        f"LOCATION:Tasca do Zé\r\nORGANIZER:mailto:me@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{guest}@example.org\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.fixture
def week(request: pytest.FixtureRequest, tmp_path: Path) -> Week:
    server, form = request.param
    home: DavHome = request.getfixturevalue(server)
    book, keep_in, work = home.address_book("Friends"), home.calendar("Keep in touch"), home.calendar("Work")
    for who, name in FRIENDS.items():
        first, last = name.split()
        card = f"UID:card-{who}\r\nFN:{name}\r\nN:{last};{first};;;\r\nEMAIL:{who}@example.org\r\nCATEGORIES:friends\r\n"
        home.put(f"{book}{who}.vcf", f"BEGIN:VCARD\r\nVERSION:3.0\r\n{card}END:VCARD\r\n")
    login = f", username: {home.username}, password: {{env: AULD_TEST_PASSWORD}}" if home.username else ""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(base=home.base, login=login, book=book, keep=keep_in, work=work, form=form))
    clock = FixedClock(datetime.combine(MONDAY, time(8), LISBON))
    runtime = Runtime(
        environ={"AULD_TEST_PASSWORD": home.password, "AULD_CONFIG": str(config), "AULD_STATE_DIR": str(tmp_path / "state")},
        open_app=lambda config: wiring.open_app(config, clock=clock),
        load_plugins=plugins.load,
    )
    return Week(form, Phone(home, {"Keep": keep_in, "Work": work}), clock, runtime)


def monday(week: Week) -> None:
    """The calendar fills. Two are done, one is put off, one is not wanted."""
    phone = week.phone
    phone.add("Work", meeting("long-ago", "Lunch", MONDAY - timedelta(weeks=12), 13, "joao"), "long-ago")
    phone.add("Work", meeting("lately", "Dinner", MONDAY - timedelta(weeks=6), 20, "ines"), "lately")
    phone.add("Work", meeting("coffee", "Coffee", TUESDAY, 10, "leo"), "coffee")
    week.morning(MONDAY)
    asked = [who for who in FRIENDS if who != "leo"]  # him one meets anyway
    assert week.follow_ups()["joao cadence"]["day"] == MONDAY.isoformat(), "whom one has not met for longest goes first"

    phone.tick(week.uid("ana cadence"), week.clock.now())
    phone.rename(week.uid("bea cadence"), "done, called")
    phone.drag(week.uid("caio cadence"), SATURDAY)
    phone.delete(week.uid("dora cadence"))
    week.page = {keep(who) for who in asked} | {"Work: Lunch", "Work: Dinner", "Work: Coffee"}
    week.states = {f"{who} cadence": "written" for who in asked}
    week.evening(
        MONDAY, keep("ana"), keep("bea"), keep("dora"),
        new=(f"Keep: {week.ticked('Get in touch with Ana Lima')}", "Keep: done, called"),
        ana_cadence="done", bea_cadence="done", caio_cadence="moved", dora_cadence="dismissed",
    )  # fmt: skip
    (called,) = week.show("bea")["touches"]
    assert (called["kind"], called["channel"], called["at"][:10]) == ("follow-up", "call", MONDAY.isoformat())
    assert week.follow_ups()["caio cadence"]["day"] == SATURDAY.isoformat()
    assert week.show("dora")["person"]["next_due"] >= (MONDAY + timedelta(weeks=2)).isoformat()


def tuesday(week: Week) -> None:
    """What was left alone is set again. Three go at once, one is cancelled, one snoozed, and after a coffee there are notes."""
    phone = week.phone
    week.morning(TUESDAY)
    assert week.follow_ups()["joao cadence"]["day"] >= TUESDAY.isoformat()
    phone.delete(*(week.uid(f"{who} cadence") for who in ("eva", "fay", "gil")))
    phone.change(week.uid("hugo cadence"), STATUS="CANCELLED")
    phone.change(week.uid("ines cadence"), X_MOZ_SNOOZE_TIME=f"{FRIDAY:%Y%m%d}T090000Z")
    week.kept.add(week.uid("ines cadence"))
    notes = week.uid("leo debrief")
    assert "\nI:\nthey:\n" in phone.open(notes).text
    phone.change(notes, DESCRIPTION=phone.open(notes).text.replace("\nI:\n", "\nI: send the deck by Thursday\n"))
    phone.write(notes, "Her sister runs a bakery")
    week.evening(
        TUESDAY, keep("eva"), keep("fay"), keep("gil"), keep("hugo"),
        new=(keep("hugo", "[-] "), "Keep: Notes: Leo Braga", "Keep: Leo Braga: send the deck by Thursday"),
        eva_cadence="dismissed", fay_cadence="dismissed", gil_cadence="dismissed", hugo_cadence="dismissed",
        ines_cadence="moved", leo_debrief="written", leo_promise="written",
    )  # fmt: skip
    text = phone.open(notes).text
    assert "\n✓ I: send the deck by Thursday\nthey:\n" in text and text.endswith("✓ Her sister runs a bakery")
    assert week.follow_ups()["ines cadence"]["day"] == FRIDAY.isoformat()
    assert week.follow_ups()["leo promise"]["day"] == THURSDAY.isoformat()
    leo = week.show("leo")
    assert [(each["kind"], each["title"]) for each in leo["touches"]] == [
        ("meeting", "Coffee"),
        ("note", "Her sister runs a bakery"),
    ]


LINES = (
    "I: lend her the book by Friday",
    "?: what did we pay last year",
    "likes: sailing, wine",
    "need: a tax lawyer",
    "met through: Ben",
    "next: call in May",
)


def wednesday(week: Week) -> None:
    """A long talk with Kim, and all of it written down."""
    phone = week.phone
    week.morning(WEDNESDAY)
    talk = week.uid("kim cadence")
    phone.write(talk, "", *LINES)
    week.evening(
        WEDNESDAY,
        new=("Keep: Kim Serra: lend her the book by Friday", "Keep: Answer Kim Serra: what did we pay last year"),
        kim_promise="written", kim_question="written",
    )  # fmt: skip
    assert phone.open(talk).text.endswith("\n" + "\n".join(f"✓ {line}" for line in LINES))
    kim = week.show("kim")
    assert {(each["text"], each["by"], each["due"], each["state"]) for each in kim["promises"]} == {
        ("lend her the book by Friday", "me", FRIDAY.isoformat(), "open"),
        ("what did we pay last year", "me", None, "open"),
    }
    assert [(each["kind"], each["text"], each["due"]) for each in kim["facts"]] == [
        ("likes", "sailing, wine", None),
        ("need", "a tax lawyer", None),
        ("met_through", "Ben", None),
        ("next", "call in May", "2026-05-01"),
    ]


def thursday(week: Week) -> None:
    """A promise is kept, and an entry becomes a lunch."""
    phone = week.phone
    week.morning(THURSDAY)
    promise = week.uid("leo promise")
    assert phone.open(promise).day == THURSDAY
    phone.tick(promise, week.clock.now())
    if week.form == "event":
        start = datetime.combine(THURSDAY, time(15), LISBON)
        lunch = {"DTSTART": start, "DTEND": start + timedelta(hours=1), "LOCATION": "Tasca do Zé"}
        phone.change(week.uid("mia cadence"), SUMMARY="Late lunch", ATTENDEE="mailto:mia@example.org", **lunch)
    else:  # a program makes an event of a task by making another object
        phone.add("Work", meeting("late-lunch", "Late lunch", THURSDAY, 15, "mia"), "late-lunch")
    week.cycle()
    (planned,) = week.show("mia")["planned"]
    assert planned["title"] == "Late lunch" and not week.show("mia")["touches"], "not held yet"
    week.evening(
        THURSDAY, keep("mia"), "Keep: Leo Braga: send the deck by Thursday",
        new=(
            f"Keep: {week.ticked('Leo Braga: send the deck by Thursday')}",
            "Keep: Late lunch" if week.form == "event" else "Work: Late lunch",
            "Keep: Notes: Mia Costa",
        ),
        leo_promise="done", mia_cadence="meeting" if week.form == "event" else "withdrawn", mia_debrief="written",
    )  # fmt: skip
    assert {each["text"]: each["state"] for each in week.show("leo")["promises"]} == {"send the deck by Thursday": "done"}
    assert [(each["kind"], each["title"]) for each in week.show("mia")["touches"]] == [("meeting", "Late lunch")]


def friday(week: Week) -> None:
    """The book is lent, the snoozed call is made; one entry is put into another calendar, one copied there, one repeats."""
    phone = week.phone
    week.morning(FRIDAY)
    book = week.uid("kim promise")
    assert phone.open(book).day == FRIDAY
    phone.tick(book, week.clock.now())
    phone.rename(week.uid("ines cadence"), "ok, mailed")
    phone.move(week.uid("nuno cadence"), "Work")
    phone.copy(week.uid("olga cadence"), "Work")
    phone.change(week.uid("pia cadence"), RRULE={"FREQ": "WEEKLY"})
    week.evening(
        FRIDAY, "Keep: Kim Serra: lend her the book by Friday", keep("ines"), keep("nuno"), keep("kim"),
        new=(
            f"Keep: {week.ticked('Kim Serra: lend her the book by Friday')}",
            keep("kim", "[-] "),  # in touch on Friday is enough, but what was typed stays
            "Keep: ok, mailed",
            "Work: Get in touch with Nuno Prado",
            "Work: Get in touch with Olga Faria",
        ),
        kim_promise="done", kim_cadence="withdrawn", ines_cadence="done", nuno_cadence="moved", pia_cadence="moved",
    )  # fmt: skip
    assert "likes: sailing" in phone.open(week.uid("kim cadence")).text, (
        "in touch on Friday is enough, but what was typed stays"
    )
    assert [(each["kind"], each["channel"]) for each in week.show("ines")["touches"]] == [
        ("meeting", None),
        ("follow-up", "mail"),
    ]
    assert [each["state"] for each in week.show("kim")["promises"]] == ["done", "open"]


def saturday(week: Week) -> None:
    """What was moved away is ticked there; one person is let go."""
    phone = week.phone
    week.morning(SATURDAY)
    phone.tick(week.uid("nuno cadence"), week.clock.now())
    phone.rename(week.uid("rui cadence"), f"never {phone.open(week.uid('rui cadence')).title}")
    week.evening(
        SATURDAY, "Work: Get in touch with Nuno Prado", keep("rui"),
        new=(f"Work: {week.ticked('Get in touch with Nuno Prado')}", keep("rui", "never ")),
        nuno_cadence="done", rui_cadence="dismissed",
    )  # fmt: skip
    assert week.show("rui")["person"]["next_due"] is None
    assert [each["kind"] for each in week.show("nuno")["touches"]] == ["follow-up"]


def sunday(week: Week) -> None:
    """Nothing is done, and nothing changes."""
    week.morning(SUNDAY)
    week.evening(SUNDAY)


STORY: list[Callable[[Week], None]] = [monday, tuesday, wednesday, thursday, friday, saturday, sunday]


@pytest.mark.parametrize(
    "week", [("radicale", "task"), ("radicale", "event"), ("xandikos", "task"), ("xandikos", "event")], indirect=True
)
def test_a_week_lived_in_a_calendar_program_alone(week: Week) -> None:
    for day in STORY:
        day(week)


@pytest.mark.parametrize("week", [("xandikos", "event")], indirect=True)
def test_what_is_left_alone_is_set_again_three_times_with_growing_gaps_and_then_rests(week: Week) -> None:
    monday(week)
    stood = [MONDAY]
    for day in (MONDAY + timedelta(days=n) for n in range(1, 36)):
        week.at(day, 8)
        week.json("once")
        follow_ups = week.follow_ups()
        joao = follow_ups["joao cadence"]
        if joao["state"] == "written" and (at := date.fromisoformat(joao["day"])) != stood[-1]:
            stood.append(at)
        standing = {
            each["day"] for each in follow_ups.values() if each["state"] == "written" and each["reasons"] == ["cadence"]
        }
        assert min(standing, default=day.isoformat()) >= day.isoformat(), "nothing is stale"
    assert follow_ups["joao cadence"]["state"] == "withdrawn" and keep("joao") not in week.phone.titles()
    first, again, third = ((late - early).days for early, late in pairwise(stood))
    assert first >= 1 and again >= 4 and third >= 8, "the day after that it was missed, or three or seven days later"
    assert follow_ups["caio cadence"]["state"] == "withdrawn", "four weeks after the day that the user chose"
    assert keep("caio") in week.phone.titles(), "but it stays where the user put it"
    assert week.phone.lost() == []
