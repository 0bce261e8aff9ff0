"""From the address that the user typed to the collections, on real servers and on odd ones."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from auld.contract import Collection
from auld.errors import ConfigurationWrong, CredentialsRefused, TryLater
from auld_connectors.caldav import CalDav, CalDavSettings
from auld_connectors.carddav import CardDav
from support.dav_accounts import caldav_account, caldav_of, carddav_of
from support.dav_servers import DavHome
from support.hostile_dav import Asked, Fault, HostileDav, Reply, multistatus, row

COLLECTION = "<resourcetype><collection/></resourcetype>"


def named(collections: object) -> list[str]:
    assert isinstance(collections, list)
    return sorted(c.name for c in collections if isinstance(c, Collection))


@pytest.mark.system
class TestRealServers:
    """Radicale and Xandikos."""

    @pytest.fixture(params=["radicale", "xandikos"])
    def home(self, request: pytest.FixtureRequest) -> DavHome:
        found: DavHome = request.getfixturevalue(request.param)
        found.calendar("Work & plãy")
        found.calendar("Tasks", "VTODO")
        found.address_book("Friends")
        return found

    @pytest.mark.parametrize("path", ["", "{home}", ".well-known/caldav"])
    def test_calendars_are_found_from_anywhere(self, home: DavHome, path: str) -> None:
        url = home.base + path.format(home=home.calendars.lstrip("/"))
        found = {c.name: c for c in caldav_of(home, url=url).discover()}
        assert found["Work & plãy"].kinds == found["Work & plãy"].accepts == {"meeting", "task"}
        assert found["Tasks"].kinds == found["Tasks"].accepts == {"task"}
        assert "Friends" not in found

    def test_address_books_are_found_and_are_no_sink(self, home: DavHome) -> None:
        found = {c.name: c for c in carddav_of(home).discover()}
        assert found["Friends"].kinds == {"contact"}
        assert not found["Friends"].accepts
        assert "Tasks" not in found

    def test_the_address_of_one_collection_gives_that_one(self, home: DavHome) -> None:
        url = home.calendar("Single")
        assert [c.id for c in caldav_of(home, url=url.rstrip("/")).discover()] == [url]

    @pytest.mark.parametrize("selector", ["tasks", "Tasks", "{path}", "{end}", "{url}"])
    def test_a_collection_is_chosen_by_name_path_end_or_url(self, home: DavHome, selector: str) -> None:
        url = home.base.rstrip("/") + home.made[1]
        words = {"path": home.made[1], "end": home.made[1].rstrip("/").rpartition("/")[2].upper(), "url": url}
        found = caldav_of(home, collections=[selector.format(**words)]).discover()
        assert [c.id for c in found] == [url]

    def test_a_selector_that_fits_nothing_names_what_there_is(self, home: DavHome) -> None:
        with pytest.raises(ConfigurationWrong, match=r"`Famliy`.*Work & plãy"):
            caldav_of(home, collections=["Famliy"]).discover()

    def test_a_selector_that_fits_several_is_no_guess(self, home: DavHome) -> None:
        home.calendar("tasks")
        with pytest.raises(ConfigurationWrong, match="fits several"):
            caldav_of(home, collections=["TASKS"]).discover()
        assert named(caldav_of(home, collections=["tasks"]).discover()) == ["tasks"]


@pytest.mark.system
def test_a_wrong_password_costs_one_request(radicale: DavHome) -> None:
    source = caldav_account(radicale.base, radicale.username, "wrong")
    with pytest.raises(CredentialsRefused):
        source.discover()
    assert source.requests == 1


@pytest.mark.system
def test_a_principal_without_collections_is_an_error_that_says_so(radicale: DavHome) -> None:
    radicale.address_book("Friends")
    with pytest.raises(ConfigurationWrong, match=r"no calendar found.*Friends"):
        caldav_of(radicale).discover()


class TestOddServers:
    """Answers seen at Cyrus, SOGo, sabre and others."""

    def test_a_root_that_answers_405(self, hostile: HostileDav) -> None:
        hostile.on("PROPFIND", lambda asked: Reply(405) if asked.path == "/" else None, times=9)
        hostile.on("PROPFIND", redirect_well_known("/u/"), times=9)
        assert named(caldav_account(hostile.base + "/").discover()) == ["Work"]

    def test_a_root_without_a_principal(self, hostile: HostileDav) -> None:
        hostile.on("PROPFIND", lambda asked: multistatus([row("/", COLLECTION)]) if asked.path == "/" else None, times=9)
        hostile.on("PROPFIND", redirect_well_known(hostile.base + "/u/", 307), times=9)
        assert named(caldav_account(hostile.base).discover()) == ["Work"]

    def test_an_unauthenticated_principal(self, hostile: HostileDav) -> None:
        body = "<current-user-principal><unauthenticated/></current-user-principal>"
        hostile.on("PROPFIND", lambda asked: multistatus([row("/", COLLECTION + body)]) if asked.path == "/" else None, times=9)
        hostile.on("PROPFIND", redirect_well_known("/u/"), times=9)
        assert named(caldav_account(hostile.base).discover()) == ["Work"]

    def test_two_homes_and_what_is_no_calendar_of_ours(self, hostile: HostileDav) -> None:
        kind = "<resourcetype><collection/>{}</resourcetype>"
        rows = [
            row("/h1/", COLLECTION),
            row("/h1/inbox/", kind.format("<C:calendar/><C:schedule-inbox/>")),
            row("/h1/outbox/", kind.format("<C:schedule-outbox/>")),
            row("/h1/feed/", kind.format("<C:calendar/><S:subscribed/>")),
            row(
                "/h1/bin/",
                '<resourcetype><collection/><C:calendar/><x:trash-bin xmlns:x="http://nextcloud.com/ns"/></resourcetype>',
            ),
            row("/h1/journal/", kind.format("<C:calendar/>") + comps("VJOURNAL")),
            row("/h1/cal/", kind.format("<C:calendar/>") + comps("VEVENT") + "<displayname>One</displayname>"),
            row("/h1/ro/", kind.format("<C:calendar/>") + privileges("<read/>") + "<displayname>Read</displayname>"),
            row("/h1/rw/", kind.format("<C:calendar/>") + privileges("<read/>", "<write/>")),
            row("/h1/gone/", status=404),
            row("http://evil.example/h1/x/", kind.format("<C:calendar/>")),
        ]
        homes = "<C:calendar-home-set><href>/h1/</href><href>/h2/</href></C:calendar-home-set>"
        second = multistatus([row("/h2/two/", kind.format("<C:calendar/>") + "<displayname>Two</displayname>")])
        pages = {"/": multistatus([row("/", homes)]), "/h1/": multistatus(rows), "/h2/": second}
        hostile.on("PROPFIND", lambda asked: pages[asked.path], times=9)
        found = {c.name: c for c in caldav_account(hostile.base).discover()}
        assert sorted(found) == ["One", "Read", "Two", "rw"]
        assert found["One"].kinds == {"meeting"}
        assert found["Two"].accepts == found["rw"].accepts == {"meeting", "task"}
        assert found["Read"].accepts == frozenset()

    @pytest.mark.parametrize("where", ["https://evil.example/", "http://evil.example/", "//evil.example/x", ""])
    def test_the_password_is_not_taken_elsewhere(self, hostile: HostileDav, where: str) -> None:
        hostile.on("PROPFIND", Reply(301, headers={"Location": where}), times=9)
        with pytest.raises(ConfigurationWrong, match=r"not sent there|does not say where"):
            caldav_account(hostile.base).discover()
        assert len(hostile.log) == 1

    def test_a_home_on_another_host_is_told(self, hostile: HostileDav) -> None:
        home = "<C:calendar-home-set><href>https://evil.example/h/</href></C:calendar-home-set>"
        hostile.on("PROPFIND", multistatus([row("/", home)]))
        with pytest.raises(ConfigurationWrong, match=r"https://evil\.example"):
            caldav_account(hostile.base).discover()

    def test_a_redirect_in_circles(self, hostile: HostileDav) -> None:
        hostile.on("PROPFIND", Reply(302, headers={"Location": "/"}), times=99)
        with pytest.raises(TryLater, match="circles"):
            caldav_account(hostile.base).discover()
        assert len(hostile.log) < 10

    @pytest.mark.parametrize("reply", [Reply(500), Reply(207, "<html/>"), Reply(207, "<oops"), Reply(502)])
    def test_a_broken_server_is_not_an_empty_one(self, hostile: HostileDav, reply: Reply) -> None:
        hostile.on("PROPFIND", reply, times=99)
        with pytest.raises(TryLater):
            caldav_account(hostile.base).discover()

    @pytest.mark.parametrize("reply", [Reply(403), Reply(404), Reply(405), Reply(200, "<html>hello</html>")])
    def test_no_dav_at_all(self, hostile: HostileDav, reply: Reply) -> None:
        hostile.on("PROPFIND", reply, times=99)
        with pytest.raises(ConfigurationWrong, match="no calendar found"):
            caldav_account(hostile.base).discover()


def redirect_well_known(target: str, status: int = 301) -> Fault:
    def answer(asked: Asked) -> Reply | None:
        return Reply(status, headers={"Location": target}) if asked.path.startswith("/.well-known/") else None

    return answer


def comps(*names: str) -> str:
    inside = "".join(f'<C:comp name="{name}"/>' for name in names)
    return f"<C:supported-calendar-component-set>{inside}</C:supported-calendar-component-set>"


def privileges(*names: str) -> str:
    inside = "".join(f"<privilege>{name}</privilege>" for name in names)
    return f"<current-user-privilege-set>{inside}</current-user-privilege-set>"


class TestSettings:
    """What may stand in the configuration."""

    @pytest.mark.parametrize(
        "settings",
        [
            {"url": "http://dav.example.org/"},
            {"url": "ftp://dav.example.org/"},
            {"url": "dav.example.org"},
            {"url": "https://me:secret@dav.example.org/"},
            {"url": "https:///path"},
            {"url": "https://dav.example.org:99999/"},
            {"url": "https://dav.example.org/", "collections": []},
            {"url": "https://dav.example.org/", "collections": [" "]},
            {"url": "https://dav.example.org/", "auth": "digest"},
            {"url": "https://dav.example.org/", "colections": ["x"]},
            {},
        ],
    )
    def test_refused(self, settings: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            CalDavSettings.model_validate(settings)

    @pytest.mark.parametrize(
        "settings",
        [
            {"url": "https://dav.example.org/"},
            {"url": "http://127.0.0.1:5232/"},
            {"url": "http://[::1]/"},
            {"url": "http://localhost/"},
            {"url": "http://dav.lan/", "insecure": True},
        ],
    )
    def test_taken(self, settings: dict[str, object]) -> None:
        assert CalDavSettings.model_validate(settings).url == settings["url"]

    def test_a_login_is_good_for_an_origin(self) -> None:
        for connector in (CalDav(), CardDav()):
            settings = connector.settings(url="https://DAV.example.org:443/some/where", username="me")
            assert connector.origin(settings) == "https://dav.example.org"
            assert connector.origin(connector.settings(url="https://dav.example.org/")) is None
