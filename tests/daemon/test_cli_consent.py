"""``auld auth`` on the command line: which account is meant, where a browser is opened, and how long a refusal lasts."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel, ConfigDict

from auld.clock import FixedClock
from auld.contract import Account, Consent
from auld.errors import AuldError, CredentialsRefused, TryLater
from auld_connectors.memory import MemoryConnector, MemoryWorld
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry

Auld = Callable[..., Result]

NO = "not allowed; run: auld auth vendor mail"


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    box: str = ""


class Vendor(MemoryConnector):
    """Lets an account in once its user has said yes."""

    name: ClassVar[str] = "vendor_mail"
    settings: ClassVar[type[Any]] = Settings
    vendor: ClassVar[str] = "vendor"

    def __init__(self, world: MemoryWorld) -> None:
        super().__init__(world)
        self.allowed: set[str] = set()
        self.opened: list[str] = []
        self.consents: list[Consent] = []
        self.refusal: AuldError | None = None

    def open(self, account: Account) -> Any:
        self.opened.append(account.name)
        if account.name not in self.allowed:
            raise CredentialsRefused(NO)
        return super().open(account)

    def origin(self, settings: Any) -> str | None:
        return "https://vendor.example"

    def authorise(self, account: Account, consent: Consent) -> str:
        self.consents.append(consent)
        if self.refusal is not None:
            raise self.refusal
        consent.say("https://vendor.example/consent")
        self.allowed.add(account.name)
        return "allowed to read"


class Plain(MemoryConnector):
    """Asks nobody."""

    name: ClassVar[str] = "plain"

    def open(self, account: Account) -> Any:
        raise CredentialsRefused("401")


@pytest.fixture
def vendor() -> Vendor:
    world = MemoryWorld()
    world.add("box", "contact")
    return Vendor(world)


@pytest.fixture
def auld(vendor: Vendor, tmp_path: Path) -> Auld:
    file = tmp_path / "config.yaml"
    file.write_text(
        "timezone: Europe/Lisbon\naccounts:\n  mail: {connector: vendor_mail}\n"
        "  more: {connector: vendor_mail, box: two}\n  plain: {connector: plain}\n"
    )
    registry = Registry({"vendor_mail": vendor, "plain": Plain(MemoryWorld())}, [])

    def run(*arguments: str, code: int = 0, environ: dict[str, str] | None = None) -> Result:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(file), **(environ or {})},
            open_app=lambda config: wiring.open_app(config, clock=FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))),
            load_plugins=lambda names: registry,
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.mark.parametrize("words", [("mail",), ("vendor", "mail"), ("Vendor", "mail")], ids=" ".join)
def test_the_vendor_may_be_named(auld: Auld, vendor: Vendor, words: tuple[str, ...]) -> None:
    told = auld("auth", *words).stdout
    assert "https://vendor.example/consent\n" in told
    assert "mail: allowed to read." in told
    assert vendor.allowed == {"mail"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("vendor", "mali"), "did you mean 'mail'?"),
        (("mail", "vendor"), "no account is called 'vendor'"),
        (("other", "mail"), "is not at 'other' but at 'vendor'"),
        (("vendor", "plain"), "needs no consent"),
    ],
)
def test_a_slip_is_told(auld: Auld, vendor: Vendor, words: tuple[str, ...], complaint: str) -> None:
    assert complaint in auld("auth", *words, code=1).stderr
    assert not vendor.consents


def test_a_vendor_alone_means_its_only_account(auld: Auld, vendor: Vendor, tmp_path: Path) -> None:
    assert "there are: mail, more" in auld("auth", "vendor", code=1).stderr
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("  more: {connector: vendor_mail, box: two}\n", ""))
    auld("auth", "vendor")
    assert vendor.allowed == {"mail"}


@pytest.mark.parametrize("refusal", [CredentialsRefused("they said no"), TryLater("no answer came")], ids=str)
def test_a_no_is_told_as_it_is(auld: Auld, vendor: Vendor, refusal: AuldError) -> None:
    vendor.refusal = refusal
    assert auld("auth", "mail", code=1).stderr == f"auld: {refusal}\n"


def test_a_name_with_blanks_is_one_word(auld: Auld) -> None:
    assert "quotes" in auld("auth", "vendor", "my", "mail", code=2).stderr


@pytest.mark.parametrize(
    ("environ", "options", "opens"),
    [
        ({"DISPLAY": ":0"}, (), True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, (), True),
        ({}, (), False),
        ({"DISPLAY": ":0"}, ("--no-browser",), False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "192.0.2.1 22"}, (), False),
    ],
)
def test_a_browser_is_opened_where_the_user_sees_it(
    auld: Auld, vendor: Vendor, environ: dict[str, str], options: tuple[str, ...], opens: bool
) -> None:
    auld("auth", "mail", *options, "--port", "8765", environ=environ)
    (consent,) = vendor.consents
    assert (consent.browse is webbrowser.open) is opens
    assert opens or not consent.browse("https://vendor.example")
    assert consent.port == 8765


class TestRefusals:
    def test_the_account_pauses_and_goes_on_saying_why(self, auld: Auld, vendor: Vendor) -> None:
        for _ in range(3):
            assert NO in auld("once", code=1).stderr
        assert vendor.opened.count("mail") == 1
        assert NO in auld("status").stdout

    def test_consent_ends_it(self, auld: Auld, vendor: Vendor) -> None:
        auld("once", code=1)
        auld("auth", "mail")
        assert "mail: " not in auld("once", code=1).stderr
        assert vendor.opened.count("mail") == 2

    def test_it_is_of_one_account_not_of_all_at_the_vendor(self, auld: Auld, vendor: Vendor) -> None:
        vendor.allowed.add("more")
        told = auld("once", code=1).stderr
        assert "account mail" in told
        assert "account more" not in told

    def test_check_asks_again(self, auld: Auld, vendor: Vendor) -> None:
        auld("once", code=1)
        vendor.allowed.add("mail")
        auld("check", code=1)
        assert vendor.opened.count("mail") == 2

    def test_without_a_login_a_refusal_is_a_failure_as_before(self, auld: Auld) -> None:
        auld("once", code=1)
        assert "failed" in next(line for line in auld("status").stdout.splitlines() if line.startswith("plain"))
