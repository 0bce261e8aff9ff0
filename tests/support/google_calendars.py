"""Accounts at the Google on loopback that read and write calendars and task lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auld.contract import Account
from auld_connectors.google_calendar import GoogleCalendarAccount, GoogleCalendarSettings
from auld_connectors.google_tasks import GoogleTasksAccount, GoogleTasksSettings
from support.google import Google

ME = "me@example.org"


def calendar_of(google: Google, folder: Path, **settings: Any) -> GoogleCalendarAccount:
    """Me, let in to Google Calendar with just the scopes that these settings need."""
    return GoogleCalendarAccount(_account(google, folder, GoogleCalendarSettings, settings))


def tasks_of(google: Google, folder: Path, **settings: Any) -> GoogleTasksAccount:
    """Me, let in to Google Tasks."""
    return GoogleTasksAccount(_account(google, folder, GoogleTasksSettings, settings))


def _account(google: Google, folder: Path, kind: type[Any], settings: dict[str, Any]) -> Account:
    google.account(ME)
    token = folder / "token.json"
    client = google.oauth.write_client(folder / "client.json")
    made = kind(client=str(client), token=str(token), endpoint=google.url, **settings)
    google.oauth.write_token(token, ME, made.scopes)
    return Account("google", made, now=google.clock.now)
