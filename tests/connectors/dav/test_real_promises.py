"""The promise suites, over Radicale and Xandikos."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from auld.contract import Collection, Connector
from auld.testing import SinkPromises, SourcePromises
from auld.testing.sinks import ENTRY
from auld_connectors._dav import DavSource
from auld_connectors.caldav import CalDav, CalDavAccount
from auld_connectors.carddav import CardDav
from support.dav_accounts import caldav_of, card, carddav_of, event
from support.dav_servers import DavHome

pytestmark = pytest.mark.system


@dataclass
class Calendar:
    """One calendar of a home."""

    home: DavHome
    components: tuple[str, ...] = ()
    connector: Connector = field(default_factory=CalDav)
    url: str = ""

    def __post_init__(self) -> None:
        self.url = self.home.calendar("Work", *self.components)

    def open(self) -> CalDavAccount:
        return caldav_of(self.home)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.url)

    def put(self, name: str, text: str) -> None:
        self.home.put(f"{self.url}{name}.ics", event(name, text))

    def delete(self, name: str) -> None:
        self.home.delete(f"{self.url}{name}.ics")

    def tick_off(self, uid: str) -> None:
        url = f"{self.url}{uid}.ics"
        body = (self.home.get(url) or b"").decode()
        done = body.replace("NEEDS-ACTION", "COMPLETED").replace("CONFIRMED", "CANCELLED")
        self.home.put(url, done.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT") if done == body else done)


@dataclass
class AddressBook:
    """One address book of a home."""

    home: DavHome
    connector: Connector = field(default_factory=CardDav)
    url: str = ""

    def __post_init__(self) -> None:
        self.url = self.home.address_book("People")

    def open(self) -> DavSource:
        return carddav_of(self.home)

    def collection(self) -> Collection:
        return next(c for c in self.open().discover() if c.id == self.url)

    def put(self, name: str, text: str) -> None:
        self.home.put(f"{self.url}{name}.vcf", card(name, text))

    def delete(self, name: str) -> None:
        self.home.delete(f"{self.url}{name}.vcf")


@pytest.fixture(params=["radicale", "xandikos"])
def home(request: pytest.FixtureRequest) -> DavHome:
    found: DavHome = request.getfixturevalue(request.param)
    return found


class TestMeetings(SourcePromises):
    """CalDAV as a source."""

    @pytest.fixture
    def subject(self, home: DavHome) -> Calendar:
        return Calendar(home)


class TestContacts(SourcePromises):
    """CardDAV as a source."""

    @pytest.fixture
    def subject(self, home: DavHome) -> AddressBook:
        return AddressBook(home)


class TestTasks(SinkPromises):
    """CalDAV as a sink of tasks."""

    @pytest.fixture
    def subject(self, dav_home: DavHome) -> Calendar:
        return Calendar(dav_home)


class TestEvents(SinkPromises):
    """CalDAV as a sink of all-day events."""

    entry = replace(ENTRY, form="event")

    @pytest.fixture
    def subject(self, dav_home: DavHome) -> Calendar:
        return Calendar(dav_home, ("VEVENT",))
