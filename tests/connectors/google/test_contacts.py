"""Google Contacts as a source: the promises, sync tokens and their end, joined contacts, groups, other contacts, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auld.contract import Batch, Collection, Connector, Pull, Source
from auld.errors import AuldError, CollectionGone, ConfigurationWrong, CredentialsRefused, CursorRefused, RateLimited, TryLater
from auld.observations import Contact
from auld.testing import SourcePromises
from auld.testing.sources import Copy
from auld_connectors.google_contacts import GoogleContacts, GoogleContactsSource
from support.google import Fault, Google, member_of
from support.google.account import Account as User
from support.google_accounts import EMAIL, READ, account_at, open_contacts


def somebody(name: str, **more: Any) -> dict[str, Any]:
    return {"names": [{"displayName": name, "givenName": name}], **more}


@dataclass
class Contacts:
    """The contacts of one user."""

    google: Google
    folder: Path
    connector: Connector = field(default_factory=GoogleContacts)
    names: dict[str, str] = field(default_factory=dict)

    def open(self) -> GoogleContactsSource:
        return open_contacts(self.google, self.folder)

    def collection(self) -> Collection:
        return self.open().discover()[0]

    def put(self, name: str, text: str) -> None:
        person = somebody(name, biographies=[{"value": text}])
        if name in self.names:
            person["resourceName"] = self.names[name]
        self.names[name] = self.google.account(EMAIL).contacts.put(person)

    def delete(self, name: str) -> None:
        self.google.account(EMAIL).contacts.delete(self.names.pop(name))


class TestPromises(SourcePromises):
    """Google Contacts as a source."""

    @pytest.fixture
    def subject(self, google: Google, tmp_path: Path) -> Contacts:
        return Contacts(google, tmp_path)


@pytest.fixture
def me(google: Google) -> User:
    return google.account(EMAIL)


@pytest.fixture
def source(google: Google, tmp_path: Path) -> Iterator[GoogleContactsSource]:
    opened = open_contacts(google, tmp_path)
    yield opened
    opened.close()


@dataclass
class Core:
    """A core that holds one collection, and pulls when the fake's clock says."""

    google: Google
    source: Source
    collection: Collection
    copy: Copy = field(default_factory=Copy)

    def pull(self, *, full: bool = False, cancelled: bool = False) -> list[Batch]:
        """Without the second try that a refused cursor gets."""
        now = self.google.clock.now()
        request = Pull(self.collection, self.copy.cursor, self.copy.known, full, now, cancelled=lambda: cancelled)
        batches = []
        for batch in self.source.pull(request):
            self.copy.take(batch)
            batches.append(batch)
        return batches

    def contacts(self) -> dict[str, Contact]:
        found = {ref: item.observation for ref, item in self.copy.items.items()}
        return {ref: contact for ref, contact in found.items() if isinstance(contact, Contact)}


@pytest.fixture
def core(google: Google, source: GoogleContactsSource) -> Core:
    return Core(google, source, source.discover()[0])


class TestTokens:
    def test_a_quiet_pull_yields_nothing_so_that_nothing_is_written(self, core: Core, me: User) -> None:
        me.contacts.put(somebody("Ana"))
        core.pull()
        assert core.pull() == []

    def test_changes_are_seen_from_a_token_that_many_quiet_pulls_have_used(self, core: Core, me: User) -> None:
        name = me.contacts.put(somebody("Ana"))
        core.pull()
        core.pull()
        core.pull()
        me.contacts.edit(name, nicknames=[{"value": "Aninhas"}])
        core.pull()
        assert core.contacts()[name].nicknames == ("Aninhas",)

    def test_a_token_is_not_used_until_it_dies(self, core: Core, google: Google, me: User) -> None:
        me.contacts.put(somebody("Ana"))
        core.pull()
        for _ in range(20):
            google.clock.advance(timedelta(hours=12))
            me.contacts.put(somebody("Rui"))
            core.pull()  # raises CursorRefused if it is
        assert len(core.copy.items) == 21
        fresh = [asked for asked in google.asked("people.people.connections.list") if "syncToken" not in asked.query]
        assert len(fresh) == 2

    def test_the_daemon_was_off_for_a_month(self, core: Core, google: Google, me: User) -> None:
        gone = me.contacts.put(somebody("Ana"))
        core.pull()
        google.clock.advance(timedelta(days=30))
        me.contacts.delete(gone)
        batches = core.pull()
        assert batches[-1].listing == {}

    def test_a_token_that_dies_early_is_told(self, core: Core, me: User) -> None:
        me.contacts.put(somebody("Ana"))
        core.pull()
        me.contacts.changes.expire()
        with pytest.raises(CursorRefused):
            core.pull()

    def test_an_answer_without_a_token_is_asked_for_again(self, core: Core, google: Google, me: User) -> None:
        me.contacts.put(somebody("Ana"))
        google.on("people.people.connections.list", Fault(body=b"{}"))
        assert [batch.cursor for batch in core.pull()] == [None]
        core.pull()
        assert len(core.copy.items) == 1

    @pytest.mark.parametrize(
        "cursor", ["", "nonsense", '{"token":"x"}', '{"token":"x","since":"2026-03-02T09:30:00","asked_for":1}']
    )
    def test_a_damaged_cursor_is_none(self, core: Core, me: User, cursor: str) -> None:
        me.contacts.put(somebody("Ana"))
        core.copy.cursor = cursor
        assert core.pull()[-1].listing is not None

    def test_many_pages_are_one_listing(self, core: Core, me: User) -> None:
        for number in range(1001):
            me.contacts.put(somebody(f"P{number}"))
        first, last = core.pull()
        assert (len(first.items), first.listing, first.cursor) == (1000, None, None)
        assert len(last.listing or {}) == 1001
        assert last.cursor

    def test_a_page_token_that_ends_in_the_middle_gives_neither_listing_nor_cursor(
        self, core: Core, google: Google, me: User
    ) -> None:
        for number in range(1001):
            me.contacts.put(somebody(f"P{number}"))
        pages = core.source.pull(Pull(core.collection, None, {}, True, google.clock.now()))
        assert next(pages).cursor is None
        me.contacts.pages.expire()
        with pytest.raises(AuldError):
            next(pages)

    def test_a_write_that_shows_late_is_seen_when_it_shows(self, core: Core, google: Google, me: User) -> None:
        core.pull()
        me.contacts.delay = timedelta(minutes=5)
        me.contacts.put(somebody("Ana"))
        assert core.pull() == []
        google.clock.advance(timedelta(minutes=6))
        core.pull()
        assert [contact.name for contact in core.contacts().values()] == ["Ana"]


class TestJoined:
    def test_contacts_that_google_joined_are_one_under_a_new_name(self, core: Core, me: User) -> None:
        one, other = me.contacts.put(somebody("Ana")), me.contacts.put(somebody("Ana Lima"))
        core.pull()
        joined = me.contacts.merge(one, other)
        core.pull()
        assert core.contacts().keys() == {joined}
        assert set(core.contacts()[joined].formerly) == {one, other}

    def test_a_new_name_alone_does_not_change_what_it_means(self, core: Core, me: User) -> None:
        old = me.contacts.put(somebody("Ana"))
        core.pull()
        before = core.copy.fingerprints()
        me.contacts.put(somebody("Ana", metadata={"previousResourceNames": [old]}))
        me.contacts.delete(old)
        batches = core.pull()
        assert core.copy.fingerprints() == before
        assert [list(batch.gone) for batch in batches] == [[old]]


class TestGroups:
    def test_the_users_groups_are_categories_and_googles_own_are_not(self, core: Core, me: User) -> None:
        clients, boat = me.groups.add("Clients"), me.groups.add("Boat")
        groups = member_of(clients, boat, "contactGroups/myContacts", "contactGroups/blocked", "contactGroups/starred")
        name = me.contacts.put(somebody("Ana", memberships=groups))
        core.pull()
        assert core.contacts()[name].categories == ("Boat", "Clients", "starred")

    def test_a_group_that_is_renamed_is_seen_at_the_next_full_pull(self, core: Core, me: User) -> None:
        group = me.groups.add("Clients")
        name = me.contacts.put(somebody("Ana", memberships=member_of(group)))
        me.contacts.put(somebody("Rui"))
        core.pull()
        me.groups.groups[group]["name"] = "Customers"
        batches = core.pull(full=True)
        assert core.contacts()[name].categories == ("Customers",)
        assert sum(len(batch.items) for batch in batches) == 1

    def test_groups_are_asked_for_only_if_somebody_changed(self, core: Core, google: Google, me: User) -> None:
        name = me.contacts.put(somebody("Ana"))
        core.pull()
        core.pull()
        assert len(google.asked("people.contactGroups.list")) == 1
        me.contacts.edit(name, memberships=member_of(me.groups.add("Clients")))
        core.pull()
        assert core.contacts()[name].categories == ("Clients",)


class TestOthers:
    def test_they_are_read_on_request_alone(self, google: Google, me: User, tmp_path: Path) -> None:
        source = open_contacts(google, tmp_path, (*READ, "contacts.other.readonly"), others=True)
        mine, others = source.discover()
        me.others.put({"emailAddresses": [{"value": "rui@example.org"}]})
        core = Core(google, source, others)
        core.pull()
        assert [contact.name for contact in core.contacts().values()] == ["rui@example.org"]
        assert Core(google, source, mine).pull()[-1].listing == {}

    def test_they_are_left_alone_otherwise(self, core: Core, google: Google, source: GoogleContactsSource) -> None:
        core.pull()
        assert [collection.name for collection in source.discover()] == ["Contacts"]
        assert not google.asked("people.otherContacts")

    def test_a_scope_that_was_not_allowed_is_named(self, google: Google, tmp_path: Path) -> None:
        with pytest.raises(CredentialsRefused, match=r"contacts\.other\.readonly.*auld auth google people"):
            open_contacts(google, tmp_path, others=True).discover()


class TestFaults:
    def test_no_photo_is_ever_asked_for(self, core: Core, google: Google, me: User) -> None:
        me.contacts.put(somebody("Ana", photos=[{"url": "https://example.org/ana.jpg"}]))
        core.pull()
        assert all(b"jpg" not in item.raw for item in core.copy.items.values())
        assert all("photos" not in json.dumps(asked.query) for asked in google.log)

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault(429, "RATE_LIMIT_EXCEEDED", {"Retry-After": "600"}), RateLimited),
            (Fault(403, "SERVICE_DISABLED"), ConfigurationWrong),
            (Fault(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), CredentialsRefused),
            (Fault(404, "NOT_FOUND"), CollectionGone),
            (Fault(body=b"<html>log in to the hotel", content_type="text/html"), TryLater),
        ],
    )
    def test_refusals_become_the_right_error(self, core: Core, google: Google, fault: Fault, error: type[AuldError]) -> None:
        google.on("people.people.connections.list", fault, times=9)
        with pytest.raises(error):
            core.pull()

    def test_a_person_that_cannot_be_read_does_not_hold_up_the_others(self, core: Core, google: Google) -> None:
        people = [{"resourceName": "people/c1", "names": "?"}, {"resourceName": "people/c2"}, {"names": []}, "?"]
        body = json.dumps({"connections": people, "nextSyncToken": "x"}).encode()
        google.on("people.people.connections.list", Fault(body=body))
        core.pull()
        problems = {ref: item.problem for ref, item in core.copy.items.items()}
        assert problems.keys() == {"people/c1", "people/c2"}
        assert "names" in problems["people/c1"]
        assert not problems["people/c2"]

    def test_a_collection_of_another_account_is_none_of_ours(self, core: Core) -> None:
        core.collection = Collection("https://dav.example.org/", "Work", frozenset({"contact"}))
        with pytest.raises(CollectionGone):
            core.pull()

    def test_two_users_have_two_collections(self, google: Google, source: GoogleContactsSource, tmp_path: Path) -> None:
        account = account_at(google, tmp_path, name="work")
        google.oauth.write_token(tmp_path / "google-work.json", "other@example.org", READ)
        assert GoogleContacts().open(account).discover()[0].id != source.discover()[0].id
