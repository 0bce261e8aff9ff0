"""The settings that all accounts at Google share, and where the files that they name are."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from auld.contract import Account

ORIGIN = "https://accounts.google.com"
"""What an authorisation is good for."""


class GoogleSettings(BaseModel):
    """Who asks (``client``), what the user allowed (``token``), and where the API is. None of it is a secret itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    client: str = Field(
        description="Path of the client file (JSON) that you downloaded from Google's console, or of a service account's key."
    )
    token: str | None = Field(
        default=None,
        description="Path of the file in which `auld auth google ACCOUNT` keeps what you allowed. "
        "Left out: google-ACCOUNT.json beside the client file.",
    )
    subject: str | None = Field(
        default=None,
        description="With a service account that the administrator of your domain lets act for its users: your address there.",
    )
    endpoint: str | None = Field(
        default=None, description="Address of a server that stands in for Google's APIs: https, or http on this machine."
    )

    @field_validator("client", "token")
    @classmethod
    def _whole_path(cls, path: str | None) -> str | None:
        if path is not None and not (path.startswith("~") or Path(path).is_absolute()):
            raise ValueError("write the whole path, or one that begins with ~")
        return path

    @field_validator("endpoint")
    @classmethod
    def _safe(cls, endpoint: str | None) -> str | None:
        if endpoint is not None and not is_safe(endpoint):
            raise ValueError("must begin with https:// (http would show everything on the way, but to this machine)")
        return endpoint


def is_safe(url: str) -> bool:
    """Whether what is sent to this address can be read by nobody on the way: https, or http to this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def client_file(account: Account) -> Path:
    """The file that says as whom auld asks Google."""
    return Path(account.settings.client).expanduser()


def token_file(account: Account) -> Path:
    """The file that holds what the user allowed; each account has one of its own, unless the user gives two the same."""
    if account.settings.token is not None:
        return Path(account.settings.token).expanduser()
    return client_file(account).with_name(f"google-{account.name}.json")
