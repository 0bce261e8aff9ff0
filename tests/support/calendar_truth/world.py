"""The stories' stage: a real server with two CalDAV accounts and an address book, and auld's own cycle with a clock of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from click.testing import CliRunner

from auld.clock import FixedClock
from auldd import config, people_shapes, plugins
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.config import Config
from auldd.credentials import Vault
from auldd.people_shapes import QuestionShape
from auldd.reports import OnceReport
from auldd.wiring import App, open_app
from support.calendar_truth.story import ABROAD, ALIAS, CYCLES, ME, Seen, Somebody, Story, calendar, components, stamp
from support.dav_servers import DavHome
from support.feed_server import FeedServer, Reply
from support.hostile_dav import HostileDav

_CONFIG = """
timezone: {zone}
me: [{me}, {alias}]
accounts:
  office: {{connector: caldav, url: "{base}"{login}, collections: ["{work0}", "{work1}", "{work2}", "{work3}"]}}
  house: {{connector: caldav, url: "{base}"{login}, collections: ["{home}", "{days}", "{sports}", "{keep}"]}}
  feed: {{connector: ics, url: "{feed}"}}
  loose: {{connector: caldav, url: "{loose}"}}
  people: {{connector: carddav, url: "{base}"{login}, collections: ["{book}"]}}
write_to: {{account: house, collection: "{keep}", as: event}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""


@dataclass
class Server:
    """Collections on a real server; a subscribed calendar; and a calendar on a ``loose`` server that stores also what no proper
    one would take.

    ``shown`` is what ``auld show --json`` said, by cycle and address."""

    home: DavHome
    loose: HostileDav
    feeds: FeedServer
    folder: Path
    urls: dict[str, str]
    clock: FixedClock = field(default_factory=lambda: FixedClock(CYCLES[1]))
    shown: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    reports: dict[int, OnceReport] = field(default_factory=dict)
    questions: dict[int, list[QuestionShape]] = field(default_factory=dict)
    """What ``auld people --questions`` lists, by cycle."""
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The rules that left entries out, by address, after the fourth cycle."""
    feed: dict[str, str] = field(default_factory=dict)
    """What stands in the subscribed calendar."""
    unreadable: list[str] = field(default_factory=list)
    """The refs of what could not be read, at the end."""

    def put(self, where: str, file: str, body: str) -> None:
        """Store an object."""
        if where == "loose":
            self.loose.put(file, body)
        elif where == "feed":
            self.feed[file] = components(body)
        else:
            self.home.put(self.urls[where] + file, body)

    def put_person(self, person: Somebody) -> None:
        """Put somebody into the address book."""
        self.put("book", f"{person.email}.vcf", _card(person))

    def delete(self, where: str, file: str) -> None:
        """Delete it again."""
        if where == "feed":
            del self.feed[file]
        else:
            self.home.delete(self.urls[where] + file)

    def publish(self) -> None:
        """Serve the subscribed calendar as it is now."""
        body = calendar(*self.feed.values()).encode()
        self.feeds.serve("/private.ics", Reply(body, content_type="text/calendar; charset=utf-8"))

    def entry(self, cycle: int, who: Somebody) -> str:
        """The URL of the follow-up's entry that somebody had after that cycle."""
        (follow_up,) = self.shown[cycle, who.email]["follow_ups"]
        return f"{self.urls['keep']}{follow_up['uid']}.ics"

    def tick(self, cycle: int, who: Somebody) -> None:
        """Tick it off, as one does with an all-day event: by its title."""
        url = self.entry(cycle, who)
        body = (self.home.get(url) or b"").decode()
        self.home.put(url, re.sub(r"^SUMMARY:", "SUMMARY:✓ ", body, flags=re.MULTILINE))

    def give_an_hour(self, cycle: int, who: Somebody, start: str) -> None:
        """Turn the all-day entry into an hour, as one does by dragging it."""
        url = self.entry(cycle, who)
        body = (self.home.get(url) or b"").decode()
        self.home.put(url, _at(body, start))

    def copy_entry(self, cycle: int, who: Somebody, where: str, uid: str, start: str) -> None:
        """Copy the entry into another calendar, as an hour there, under another UID."""
        body = (self.home.get(self.entry(cycle, who)) or b"").decode()
        self.put(where, f"{uid}.ics", re.sub(r"^UID:.*", f"UID:{uid}\r", _at(body, start), flags=re.MULTILINE))

    def follow_ups(self, cycle: int, who: Somebody) -> list[str]:
        """The reasons of the follow-ups that somebody had after that cycle."""
        return [reason for each in self.shown[cycle, who.email]["follow_ups"] for reason in each["reasons"]]

    def auld(self, cycle: int, *arguments: str) -> str:
        """What a command prints, at the time of that cycle."""
        environ = {
            "AULD_STATE_DIR": str(self.folder / "state"),
            "AULD_CONFIG": str(self.folder / "config.yaml"),
            "PASSWORD": self.home.password,
        }
        self.clock.set(CYCLES[cycle])
        (self.folder / "config.yaml").write_text(self._config_text(cycle))
        runtime = Runtime(environ, open_app=lambda config: open_app(config, clock=self.clock))
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    def link(self, cycle: int, title: str, who: Somebody | None) -> None:
        """Answer, after that cycle, the question that a title asks: this person, or nobody."""
        (event,) = (each["event"] for each in self.questions[cycle] if each["title"] == title)
        self.auld(cycle, "link", event, who.email if who else "--nobody")

    def asked(self, title: str) -> list[int]:
        """After which cycles a title is in question."""
        return [cycle for cycle, questions in self.questions.items() if title in [each["title"] for each in questions]]

    def config(self, cycle: int) -> Config:
        registry = plugins.load({"AULD_PLUGINS": ""})
        vault = Vault({"PASSWORD": self.home.password})
        return config.parse(self._config_text(cycle), self.folder / "config.yaml", registry, self.folder / "state", vault)

    def _config_text(self, cycle: int) -> str:
        login = f", username: {self.home.username}, password: {{env: PASSWORD}}" if self.home.username else ""
        zone = "America/New_York" if cycle >= ABROAD else "Europe/Lisbon"
        feed = self.feeds.url("/private.ics")
        return _CONFIG.format(
            zone=zone, me=ME, alias=ALIAS, base=self.home.base, loose=self.loose.url, feed=feed, login=login, **self.urls
        )

    @contextmanager
    def app(self, cycle: int) -> Iterator[App]:
        """The application as it is at that cycle."""
        self.clock.set(CYCLES[cycle])
        with open_app(self.config(cycle), clock=self.clock) as app:
            yield app

    def play(self, stories: list[Story]) -> None:
        """Put everybody into the address book; then, cycle by cycle, let things happen, let auld look, and ask it."""
        for person in (person for story in stories for person in story.people):
            self.put_person(person)
        for cycle in CYCLES:
            for story in stories:
                for act in story.acts.get(cycle, ()):
                    act(self)
            self.publish()
            with self.app(cycle) as app:
                self.reports[cycle] = app.once()
                view = app.view()
                for person in (person for story in stories for person in story.people):
                    (found,) = view.find(person.email)
                    self.shown[cycle, person.email] = cast(dict[str, Any], people_shapes.show(view, found))
                    if cycle == 4:
                        self.left_out[person.email] = tuple(each.rule for each in view.left_out(found.id))
                self.questions[cycle] = [people_shapes.question(each) for each in view.questions()]
                self.unreadable = [ref for account in app.status().accounts for ref, _ in account.unreadable]

    def seen(self, cycle: int, email: str) -> Seen:
        """What was shown, as the stories write it."""
        shown = self.shown[cycle, email]
        touches = tuple((_written(each["at"]), round(each["weight"], 4)) for each in shown["touches"])
        return Seen(touches, tuple(_written(each["at"]) for each in shown["planned"]))


def stage(home: DavHome, loose: HostileDav, feeds: FeedServer, folder: Path) -> Server:
    """A server with empty collections."""
    urls = {name: home.calendar(name, "VEVENT") for name in ("work0", "work1", "work2", "work3", "home", "days", "keep")}
    sports = f"{home.calendars}8hs2fk%40group.v.calendar.google.com/"
    assert home.request("MKCALENDAR", sports).status == 201
    urls |= {"sports": home.base.rstrip("/") + sports, "book": home.address_book("book")}
    return Server(home, loose, feeds, folder, urls)


def _at(body: str, start: str) -> str:
    """An all-day event turned into an hour."""
    body = re.sub(r"^DTEND.*\n", "", body, flags=re.MULTILINE)
    return re.sub(r"^DTSTART;VALUE=DATE:\d+", f"DURATION:PT1H\r\nDTSTART{stamp(start)}", body, flags=re.MULTILINE)


def _written(at: str) -> str:
    return at[:16].replace("T", " ").removeprefix("2026-")


def _card(person: Somebody) -> str:
    first, _, last = person.name.partition(" ")
    emails = "".join(f"EMAIL:{email}\r\n" for email in (person.email, *person.also))
    category = f"CATEGORIES:{person.category}\r\n" if person.category else ""
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{person.email}\r\nFN:{person.name}\r\nN:{last};{first};;;\r\n"
        f"{emails}{category}END:VCARD\r\n"
    )
