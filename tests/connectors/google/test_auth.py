"""How an account is let in at Google: consent in the browser, token files, their renewal, service accounts."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, unquote_plus, urlsplit
from urllib.request import urlopen

import pytest

from auld.contract import Account, Consent
from auld.errors import AuldError, ConfigurationWrong, CredentialsRefused, CredentialsUnavailable, TryLater
from auld_connectors._google_auth import AUTH, locked, missing
from auld_connectors.google_contacts import GoogleContacts, GoogleContactsSource
from support.google import Fault, Google
from support.google.oauth import SERVICE
from support.google_accounts import EMAIL, READ, account_at

TIDY = 0o600


@dataclass
class Browser:
    """The user at the browser: opens what is shown, agrees, and is sent back to the program."""

    before: Callable[[str], None] = field(default=lambda back: None)
    """Told where the browser will go back to, before it does."""
    said: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def visit(self, address: str) -> bool:
        self.opened.append(address)
        question = parse_qs(urlsplit(address).query)
        self.before(question["redirect_uri"][0])
        with urlopen(address, timeout=10) as page:  # follows the redirect, as a browser does
            self.pages.append(page.read().decode())
        return True

    @property
    def consent(self) -> Consent:
        return Consent(say=self.said.append, browse=self.visit, patience=10)

    @property
    def question(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.opened[0]).query).items()}


@pytest.fixture
def account(google: Google, tmp_path: Path) -> Account:
    return account_at(google, tmp_path)


@pytest.fixture
def token(account: Account, tmp_path: Path) -> Path:
    return tmp_path / f"google-{account.name}.json"


@pytest.fixture
def fresh(account: Account, token: Path) -> Account:
    """An account whose user was never asked."""
    token.unlink()
    return account


@pytest.fixture
def source(account: Account) -> Iterator[GoogleContactsSource]:
    opened = GoogleContacts().open(account)
    yield opened
    opened.close()


def kept(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text())
    return found


class TestConsent:
    def test_a_yes_lets_the_account_in(self, google: Google, fresh: Account, token: Path) -> None:
        google.clock.set(datetime.now(UTC))  # google-auth looks at its own
        told = GoogleContacts().authorise(fresh, Browser().consent)
        assert "contacts.readonly" in told
        assert token.stat().st_mode & 0o777 == TIDY
        assert GoogleContacts().open(fresh).discover()
        assert len(google.asked("/token")) == 1  # what came with the consent is good for the first hour

    def test_the_question_is_as_it_should_be(self, fresh: Account) -> None:
        browser = Browser()
        GoogleContacts().authorise(fresh, browser.consent)
        question = browser.question
        assert question["scope"] == f"{AUTH}contacts.readonly"
        assert (question["access_type"], question["prompt"]) == ("offline", "consent")
        assert question["code_challenge_method"] == "S256"
        assert len(question["state"]) >= 32
        assert urlsplit(question["redirect_uri"]).hostname == "127.0.0.1"

    def test_other_contacts_ask_for_one_scope_more(self, google: Google, tmp_path: Path) -> None:
        browser = Browser()
        GoogleContacts().authorise(account_at(google, tmp_path, others=True), browser.consent)
        assert set(browser.question["scope"].split()) == {f"{AUTH}contacts.readonly", f"{AUTH}contacts.other.readonly"}

    def test_a_second_yes_lasts_too(self, fresh: Account, token: Path) -> None:
        for _ in range(2):
            GoogleContacts().authorise(fresh, Browser().consent)
        assert kept(token)["refresh_token"]

    def test_what_is_shown_leads_there_without_a_browser_here(self, fresh: Account) -> None:
        browser = Browser()
        consent = replace(browser.consent, browse=lambda address: False, patience=0.01)
        with pytest.raises(TryLater):
            GoogleContacts().authorise(fresh, consent)
        address = next(line for line in browser.said if line.startswith("http"))
        port = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0]).port
        assert any(f"ssh -N -L {port}:127.0.0.1:{port}" in line for line in browser.said)

    def test_nothing_that_is_secret_is_shown(self, google: Google, fresh: Account, token: Path) -> None:
        browser = Browser()
        told = GoogleContacts().authorise(fresh, browser.consent)
        shown = " ".join([told, *browser.said, *browser.pages])
        secrets = [kept(token)["refresh_token"], kept(token)["token"], google.oauth.client_secret]
        assert not [secret for secret in secrets if secret in shown]

    def test_nothing_that_is_secret_is_logged(
        self, google: Google, fresh: Account, token: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        GoogleContacts().authorise(fresh, Browser().consent)
        first = kept(token)
        GoogleContacts().open(fresh).discover()
        google.oauth.revoke(EMAIL)
        with pytest.raises(CredentialsRefused):
            GoogleContacts().open(fresh).discover()
        secrets = [google.oauth.client_secret, first["refresh_token"], first["token"], kept(token)["token"]]
        logged = unquote_plus(caplog.text)
        assert not [secret for secret in secrets if secret in logged]

    def test_a_box_that_was_not_ticked_is_named_and_nothing_kept(self, google: Google, fresh: Account, token: Path) -> None:
        google.oauth.unticked = frozenset({"contacts.readonly"})
        with pytest.raises(CredentialsRefused, match=r"contacts\.readonly.*auld auth google people"):
            GoogleContacts().authorise(fresh, Browser().consent)
        assert not token.exists()

    def test_a_no_leaves_what_there_was(self, google: Google, account: Account, token: Path) -> None:
        before = token.read_bytes()
        google.oauth.denies = True
        with pytest.raises(CredentialsRefused, match="access_denied"):
            GoogleContacts().authorise(account, Browser().consent)
        assert token.read_bytes() == before

    def test_an_answer_with_another_state_is_not_believed(self, fresh: Account, token: Path) -> None:
        statuses: list[int] = []

        def forge(back: str) -> None:
            for query in ("?code=forged&state=guessed", "?code=forged", "?error=access_denied&state=", "favicon.ico"):
                with pytest.raises(HTTPError) as refused:
                    urlopen(back + query, timeout=10)
                statuses.append(refused.value.code)
                refused.value.close()

        GoogleContacts().authorise(fresh, Browser(before=forge).consent)
        assert statuses == [400, 400, 400, 404]
        assert token.exists()

    def test_a_code_that_somebody_else_got_is_worth_nothing(self, google: Google, fresh: Account) -> None:
        google.on("/token", Fault(400, body=b'{"error":"invalid_grant","error_description":"for me@example.org"}'))
        with pytest.raises(CredentialsRefused, match="invalid_grant") as refused:
            GoogleContacts().authorise(fresh, Browser().consent)
        assert EMAIL not in str(refused.value)

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault(503, body=b"{}"), TryLater),
            (Fault(body=b"<html>", content_type="text/html"), TryLater),
            (Fault(wire="drop"), TryLater),
            (Fault(body=json.dumps({"access_token": "x", "scope": f"{AUTH}contacts"}).encode()), CredentialsRefused),
        ],
        ids=["away", "portal", "dropped", "no refresh token"],
    )
    def test_a_login_server_that_fails(self, google: Google, fresh: Account, fault: Fault, error: type[AuldError]) -> None:
        google.on("/token", fault, times=9)
        with pytest.raises(error):
            GoogleContacts().authorise(fresh, Browser().consent)

    def test_a_port_in_use_is_named(self, google: Google, fresh: Account) -> None:
        port = urlsplit(google.url).port or 0
        with pytest.raises(ConfigurationWrong, match=f"port {port}"):
            GoogleContacts().authorise(fresh, replace(Browser().consent, port=port))

    def test_a_web_client_is_told_from_a_desktop_one(self, fresh: Account, tmp_path: Path) -> None:
        client = json.loads((tmp_path / "client.json").read_text())
        (tmp_path / "client.json").write_text(json.dumps({"web": client["installed"]}))
        with pytest.raises(ConfigurationWrong, match="Desktop app"):
            GoogleContacts().authorise(fresh, Browser().consent)

    def test_a_login_over_plain_http_elsewhere_is_refused(self, fresh: Account, tmp_path: Path) -> None:
        client = json.loads((tmp_path / "client.json").read_text())
        client["installed"]["token_uri"] = "http://oauth2.example.org/token"
        (tmp_path / "client.json").write_text(json.dumps(client))
        with pytest.raises(ConfigurationWrong, match="damaged"):
            GoogleContacts().authorise(fresh, Browser().consent)


class TestTokenFile:
    def test_an_old_token_is_renewed_and_kept(self, google: Google, source: GoogleContactsSource, token: Path) -> None:
        before = kept(token)
        source.discover()
        after = kept(token)
        assert after["token"] not in ("", before["token"])
        assert (after["refresh_token"], after["scopes"]) == (before["refresh_token"], before["scopes"])
        assert token.stat().st_mode & 0o777 == TIDY
        assert len(google.asked("/token")) == 1

    def test_the_next_process_takes_what_this_one_got(
        self, google: Google, source: GoogleContactsSource, account: Account
    ) -> None:
        source.discover()
        GoogleContacts().open(account).discover()
        assert len(google.asked("/token")) == 1

    def test_who_waits_for_another_to_renew_takes_what_that_got(self, google: Google, account: Account, token: Path) -> None:
        sources = [GoogleContacts().open(account) for _ in range(4)]
        threads = [threading.Thread(target=source.discover) for source in sources]
        with locked(token):
            for thread in threads:
                thread.start()
        for thread in threads:
            thread.join()
        assert len(google.asked("people.people.get")) == len(sources)
        assert len(google.asked("/token")) == 1

    def test_a_token_that_ends_early_is_renewed_once(self, google: Google, source: GoogleContactsSource) -> None:
        source.discover()
        google.oauth.expire_access()
        source.discover()
        assert len(google.asked("/token")) == 2

    def test_a_yes_given_meanwhile_is_taken_up(self, google: Google, source: GoogleContactsSource, account: Account) -> None:
        source.discover()
        google.oauth.revoke(EMAIL)
        GoogleContacts().authorise(account, Browser().consent)
        source.discover()

    def test_it_can_be_a_link(self, source: GoogleContactsSource, token: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        token.rename(tmp_path / "elsewhere" / "t")
        token.symlink_to(tmp_path / "elsewhere" / "t")
        source.discover()
        assert token.is_symlink()
        assert kept(token)["token"]

    def test_nothing_is_left_beside_it(self, source: GoogleContactsSource, token: Path, tmp_path: Path) -> None:
        source.discover()
        assert {path.name for path in tmp_path.iterdir()} == {"client.json", token.name, f"{token.name}.lock"}

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
    def test_one_that_others_can_read_is_refused(
        self, google: Google, source: GoogleContactsSource, token: Path, mode: int
    ) -> None:
        token.chmod(mode)
        with pytest.raises(CredentialsUnavailable, match="chmod 600"):
            source.discover()
        assert not google.log

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"refresh_token": ""}', '{"refresh_token": 7}', "\udcff"])
    def test_a_damaged_one_is_told(self, google: Google, source: GoogleContactsSource, token: Path, content: str) -> None:
        token.write_bytes(content.encode(errors="surrogateescape"))
        with pytest.raises(CredentialsUnavailable, match="damaged; run: auld auth google people"):
            source.discover()
        assert not google.log

    @pytest.mark.parametrize("expiry", [None, "", "soon", 7, "2999-01-01T00:00:00+00:00", "2020-01-01T00:00:00.000001Z"])
    def test_any_expiry_will_do(self, source: GoogleContactsSource, token: Path, expiry: object) -> None:
        token.write_text(json.dumps({**kept(token), "token": "stale", "expiry": expiry}))
        assert source.discover()

    def test_what_is_not_there_asks_for_consent(self, google: Google, source: GoogleContactsSource, fresh: Account) -> None:
        with pytest.raises(CredentialsUnavailable, match="auld auth google people"):
            source.discover()
        assert not google.log

    def test_that_of_another_client_asks_for_consent(self, source: GoogleContactsSource, token: Path) -> None:
        token.write_text(json.dumps({**kept(token), "client_id": "another"}))
        with pytest.raises(CredentialsUnavailable, match="another client file"):
            source.discover()

    def test_a_folder_that_cannot_be_written_is_borne(self, source: GoogleContactsSource, token: Path, tmp_path: Path) -> None:
        token.with_name(f"{token.name}.lock").mkdir()  # not even root can open that for writing
        assert source.discover()


class TestRefusal:
    @pytest.fixture(params=["revoked", "a week old, in test mode"])
    def dead(self, request: pytest.FixtureRequest, google: Google, token: Path) -> None:
        if request.param == "revoked":
            google.oauth.revoke(EMAIL)
        else:
            google.oauth.testing = True
            google.clock.advance(timedelta(days=8))

    @pytest.mark.usefixtures("dead")
    def test_a_dead_token_says_what_to_do(self, google: Google, source: GoogleContactsSource, token: Path) -> None:
        with pytest.raises(CredentialsRefused, match=r"auld auth google people .*publish.*7 days") as refused:
            source.discover()
        assert len(google.asked("/token")) == 1
        assert kept(token)["refresh_token"] not in str(refused.value)

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault(401, body=b'{"error":"invalid_client"}'), CredentialsRefused),
            (Fault(400, body=b'{"error":"admin_policy_enforced"}'), CredentialsRefused),
            (Fault(400, body=b'{"error":"invalid_grant","error_subtype":"invalid_rapt"}'), CredentialsRefused),
            (Fault(400, body=b'{"error":"something new"}'), TryLater),
            (Fault(500, body=b'{"error":"internal_failure"}'), TryLater),
            (Fault(429, body=b"{}"), TryLater),
            (Fault(body=b"<html>", content_type="text/html"), TryLater),
            (Fault(body=b"[]"), TryLater),
            (Fault(body=b"{}"), TryLater),
            (Fault(403, body=b"\xff"), TryLater),
        ],
    )
    def test_what_the_login_server_says(
        self, google: Google, source: GoogleContactsSource, fault: Fault, error: type[AuldError]
    ) -> None:
        google.on("/token", fault, times=9)
        with pytest.raises(error):
            source.discover()
        assert len(google.asked("/token")) <= 3

    def test_a_scope_that_is_missing_is_told_before_anything_is_asked(self, google: Google, tmp_path: Path) -> None:
        account = account_at(google, tmp_path, ["tasks"])
        with pytest.raises(CredentialsRefused, match=r"not allowed: contacts\.readonly"):
            GoogleContacts().open(account).discover()
        assert not google.log

    def test_a_wider_scope_allows_the_same(self, google: Google, tmp_path: Path) -> None:
        assert GoogleContacts().open(account_at(google, tmp_path, ["contacts"])).discover()
        assert missing([f"{AUTH}contacts.readonly"], [f"{AUTH}contacts.other.readonly"])


class TestServiceAccount:
    @pytest.fixture
    def service(self, google: Google, tmp_path: Path) -> Account:
        account = account_at(google, tmp_path, subject=EMAIL)
        google.oauth.write_service(tmp_path / "client.json")
        google.oauth.delegates = frozenset(READ)
        (tmp_path / "google-people.json").unlink()
        return account

    def test_it_acts_for_the_user_without_consent(self, google: Google, service: Account) -> None:
        google.account(EMAIL).contacts.put({"names": [{"displayName": "Ana"}]})
        source = GoogleContacts().open(service)
        assert source.discover()
        browser = Browser()
        assert "contacts.readonly" in GoogleContacts().authorise(service, browser.consent)
        assert not browser.opened
        assert google.asked("/token")[0].body

    def test_a_domain_that_does_not_allow_it_says_who_has_to(self, google: Google, service: Account) -> None:
        google.oauth.delegates = frozenset()
        with pytest.raises(CredentialsRefused, match="administrator"):
            GoogleContacts().open(service).discover()

    def test_its_key_is_nobody_elses(self, google: Google, service: Account, tmp_path: Path) -> None:
        (tmp_path / "client.json").chmod(0o644)
        with pytest.raises(CredentialsUnavailable, match="chmod 600"):
            GoogleContacts().open(service).discover()

    def test_half_a_key_is_told_without_being_shown(self, service: Account, tmp_path: Path) -> None:
        whole = json.loads((tmp_path / "client.json").read_text())
        (tmp_path / "client.json").write_text(json.dumps({**whole, "private_key": whole["private_key"][:200]}))
        with pytest.raises(ConfigurationWrong, match="download it again") as wrong:
            GoogleContacts().open(service).discover()
        assert whole["private_key"][30:90] not in str(wrong.value)

    def test_a_subject_is_for_service_accounts(self, google: Google, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationWrong, match="subject"):
            GoogleContacts().open(account_at(google, tmp_path, subject=SERVICE)).discover()


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"installed": {}}', '{"type": "service_account"}'])
def test_a_client_file_that_is_none_is_told(account: Account, tmp_path: Path, content: str | None) -> None:
    client = tmp_path / "client.json"
    client.unlink()
    if content is not None:
        client.write_text(content)
        client.chmod(TIDY)
    with pytest.raises(ConfigurationWrong, match=r"client\.json"):
        GoogleContacts().open(account).discover()
