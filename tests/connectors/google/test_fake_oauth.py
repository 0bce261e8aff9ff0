"""The fake hands out tokens as Google does; google-auth gets along with it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from google_auth_httplib2 import Request
from httplib2 import Http

from support.google import Google, whole_day
from support.google.client import Client
from support.google.oauth import SCOPE

ME = "me@example.org"
BACK = "http://127.0.0.1:8423/"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def post(google: Google, **form: str) -> tuple[int, Any]:
    """What the token endpoint says."""
    connection = http.client.HTTPConnection(urlsplit(google.url).netloc, timeout=5)
    try:
        connection.request("POST", "/token", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def consent(google: Google, **more: str) -> dict[str, list[str]]:
    """What comes back to the program by way of the browser."""
    asked: dict[str, Any] = {"response_type": "code", "client_id": google.oauth.client_id, "redirect_uri": BACK, "state": "s",
             "scope": f"{SCOPE}tasks {SCOPE}contacts.readonly", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
             "access_type": "offline", **more}  # fmt: skip
    got = Client(google).ask("GET", "/o/oauth2/auth", **asked)
    assert got.status == 302, got
    assert got.headers["Location"].startswith(BACK)
    return parse_qs(urlsplit(got.headers["Location"]).query)


def exchange(google: Google, code: str, **more: str) -> tuple[int, Any]:
    """Give a code for tokens."""
    own = {"client_id": google.oauth.client_id, "client_secret": google.oauth.client_secret}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return post(google, **own | form | more)


def stored(google: Google, folder: Path, *scopes: str) -> Credentials:
    """Credentials as out of a token file."""
    held = json.loads(google.oauth.write_token(folder / "token.json", ME, scopes).read_text())
    given = {name: held[name] for name in ("refresh_token", "token_uri", "client_id", "client_secret", "scopes")}
    return Credentials(None, **given)  # type: ignore[no-untyped-call]  # google-auth has no types


def refresh(credentials: Any) -> str:
    """Ask for an access token by google-auth's own code."""
    credentials.refresh(Request(Http(timeout=5)))
    return str(credentials.token)


def test_a_code_becomes_tokens_once(google: Google) -> None:
    back = consent(google)
    assert back["state"] == ["s"]
    status, tokens = exchange(google, back["code"][0])
    assert (status, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 3599)
    assert tokens["scope"].split() == [f"{SCOPE}contacts.readonly", f"{SCOPE}tasks"]
    assert tokens["refresh_token"]
    assert exchange(google, back["code"][0])[1]["error"] == "invalid_grant"


@pytest.mark.parametrize("wrong", [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"redirect_uri": "http://localhost:1/"}])
def test_a_code_is_good_for_who_asked_for_it(google: Google, wrong: dict[str, str]) -> None:
    status, error = exchange(google, consent(google)["code"][0], **wrong)
    assert (status, error["error"]) == (400, "invalid_grant")


def test_a_second_consent_gives_a_refresh_token_only_on_request(google: Google) -> None:
    assert "refresh_token" in exchange(google, consent(google)["code"][0])[1]
    assert "refresh_token" not in exchange(google, consent(google)["code"][0])[1]
    assert "refresh_token" in exchange(google, consent(google, prompt="consent")["code"][0])[1]
    assert "refresh_token" not in exchange(google, consent(google, prompt="consent", access_type="online")["code"][0])[1]


def test_the_user_may_untick_or_say_no(google: Google) -> None:
    google.oauth.unticked = frozenset({"tasks"})
    assert exchange(google, consent(google)["code"][0])[1]["scope"] == f"{SCOPE}contacts.readonly"
    google.oauth.denies = True
    assert consent(google)["error"] == ["access_denied"]


@pytest.mark.parametrize(
    "wrong", [{"redirect_uri": "https://example.org/"}, {"client_id": "x"}, {"code_challenge_method": "plain"}]
)
def test_a_wrong_request_for_consent_shows_an_error(google: Google, wrong: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="status=400"):
        consent(google, **wrong)


def test_google_auth_refreshes(google: Google, tmp_path: Path) -> None:
    credentials = stored(google, tmp_path, "tasks")
    client = Client(google)
    client.token = refresh(credentials)
    assert client.ask("GET", "/tasks/v1/users/@me/lists").status == 200
    google.oauth.expire_access()
    assert client.ask("GET", "/tasks/v1/users/@me/lists").status == 401


@pytest.mark.parametrize("why", ["revoked", "in testing"])
def test_a_refresh_token_dies(google: Google, tmp_path: Path, why: str) -> None:
    credentials = stored(google, tmp_path, "tasks")
    if why == "revoked":
        google.oauth.revoke(ME)
    google.oauth.testing = why == "in testing"
    google.clock.advance(timedelta(days=8))
    with pytest.raises(RefreshError, match="invalid_grant"):
        refresh(credentials)


def test_a_published_programs_refresh_token_lives(google: Google, tmp_path: Path) -> None:
    credentials = stored(google, tmp_path, "tasks")
    google.clock.advance(timedelta(days=100))
    refresh(credentials)
    assert credentials.granted_scopes == [f"{SCOPE}tasks"]


def test_a_wrong_client_is_refused(google: Google) -> None:
    status, error = post(
        google, grant_type="refresh_token", client_id=google.oauth.client_id, client_secret="x", refresh_token="y"
    )
    assert (status, error["error"]) == (401, "invalid_client")
    assert exchange(google, "x", grant_type="password")[1]["error"] == "unsupported_grant_type"


def test_a_service_account(google: Google, tmp_path: Path) -> None:
    path = google.oauth.write_service(tmp_path / "service.json")
    google.account(ME).primary.put({"summary": "Lunch", **whole_day("2026-03-04")})
    load: Any = ServiceCredentials.from_service_account_file  # google-auth has no types
    credentials = load(str(path), scopes=[f"{SCOPE}calendar.readonly"])
    client, counts = Client(google), []
    for each in (credentials, credentials.with_subject(ME)):
        google.oauth.delegates = frozenset({"calendar.readonly"})
        client.token = refresh(each)
        counts.append(len(client.ask("GET", "/calendar/v3/calendars/primary/events").body["items"]))
    assert counts == [0, 1], "the service account has a calendar of its own"
    google.oauth.delegates = frozenset()
    with pytest.raises(RefreshError, match="unauthorized_client"):
        refresh(credentials.with_subject(ME))
