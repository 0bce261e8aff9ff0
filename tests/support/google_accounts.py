"""Accounts at the fake Google, as a user has them who has said yes already."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from auld.contract import Account
from auld_connectors.google_contacts import GoogleContacts, GoogleContactsSource, Settings
from support.google import Google

EMAIL = "me@example.org"
READ = ("contacts.readonly",)


def account_at(google: Google, folder: Path, scopes: Iterable[str] = READ, name: str = "people", **more: Any) -> Account:
    """An account whose user has allowed these scopes."""
    client = google.oauth.write_client(folder / "client.json")
    google.oauth.write_token(folder / f"google-{name}.json", EMAIL, scopes)
    settings = Settings(client=str(client), endpoint=google.url, **more)
    return Account(name, settings, now=google.clock.now)


def open_contacts(google: Google, folder: Path, scopes: Iterable[str] = READ, **more: Any) -> GoogleContactsSource:
    return GoogleContacts().open(account_at(google, folder, scopes, **more))
