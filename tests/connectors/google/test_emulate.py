"""Consent, renewal and revocation against a Google that is not ours: the npm package ``emulate``, whose login is good (of its
calendar only the list is asked for). Needs it on the PATH: ``npm install --global emulate@0.11.2``."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

import pytest

from auld.contract import Account, Consent
from auld.errors import CredentialsRefused
from auld_connectors.google_calendar import GoogleCalendar, GoogleCalendarSettings

pytestmark = pytest.mark.system

CLIENT, SECRET = "auld.apps.googleusercontent.example", "client-secret"
# it would listen on every address of the machine
_LOOPBACK = """
const { Server } = require("net"), listen = Server.prototype.listen;
Server.prototype.listen = function (where, ...rest) {
  const options = typeof where === "object" ? where : { port: Number(where) };
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...rest.filter((each) => typeof each === "function"));
};
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def back() -> int:
    """Where the browser comes back to: emulate holds clients to the addresses that they have registered."""
    return free_port()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, back: int) -> Iterator[str]:
    program = shutil.which("emulate")
    if program is None:
        pytest.skip("there is no emulate: npm install --global emulate@0.11.2")
    folder = tmp_path_factory.mktemp("emulate")
    (folder / "loopback.cjs").write_text(_LOOPBACK)
    client = {"client_id": CLIENT, "client_secret": SECRET, "name": "auld", "redirect_uris": [f"http://127.0.0.1:{back}/"]}
    me = {"email": "me@example.org", "name": "Me"}
    (folder / "seed.json").write_text(json.dumps({"google": {"users": [me], "oauth_clients": [client]}}))
    port = free_port()
    command = [program, "start", "--service", "google", "--port", str(port), "--seed", str(folder / "seed.json")]
    environment = {**os.environ, "NODE_OPTIONS": f"--require {folder / 'loopback.cjs'}"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            next(line for line in process.stdout if f":{port}" in line)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@pytest.fixture
def account(base: str, tmp_path: Path) -> Account:
    addresses = {"auth_uri": f"{base}/o/oauth2/v2/auth", "token_uri": f"{base}/oauth2/token"}
    client = tmp_path / "client.json"
    client.write_text(json.dumps({"installed": {"client_id": CLIENT, "client_secret": SECRET, **addresses}}))
    return Account("work", GoogleCalendarSettings(client=str(client), endpoint=base), now=lambda: datetime.now(UTC))


def agree(address: str) -> bool:
    """The user at the consent page: chooses the account."""
    with urlopen(address, timeout=10) as page:
        form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page.read().decode(), re.DOTALL)
    assert form is not None
    fields = re.findall(r'<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2])
    sent = urlencode({html.unescape(name): html.unescape(value) for name, value in fields}).encode()
    with urlopen(Request(urljoin(address, html.unescape(form[1])), sent), timeout=10) as page:
        assert b"auld has your answer" in page.read()
    return True


def test_a_yes_lasts_is_renewed_and_can_be_taken_back(base: str, back: int, account: Account, tmp_path: Path) -> None:
    connector = GoogleCalendar()
    assert "calendar.events.readonly" in connector.authorise(account, Consent(print, agree, back, 10))
    assert connector.open(account).discover() != []

    token = tmp_path / "google-work.json"
    old = json.loads(token.read_text())
    token.write_text(json.dumps({**old, "expiry": "2020-01-01T00:00:00Z"}))
    assert connector.open(account).discover() != []
    new = json.loads(token.read_text())
    assert new["token"] != old["token"]

    with urlopen(Request(f"{base}/oauth2/revoke", urlencode({"token": new["refresh_token"]}).encode()), timeout=10):
        token.write_text(json.dumps({**new, "expiry": "2020-01-01T00:00:00Z"}))
    with pytest.raises(CredentialsRefused, match="auld auth google work"):
        connector.open(account).discover()
