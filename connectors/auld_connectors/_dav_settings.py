"""The settings that CalDAV and CardDAV accounts share."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from auld_connectors._dav_urls import is_loopback, origin


class DavSettings(BaseModel):
    """Where the server is, and which of its collections to use. The password is no setting: the daemon fetches it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    url: str = Field(
        description="Address of the server, of your home on it, or of a single collection. The rest is found from there."
    )
    username: str | None = Field(default=None, description="Login name; leave it out for a server without a login.")
    auth: Literal["basic", "bearer"] = Field(
        default="basic",
        description="How the secret is sent: as a password (basic; Digest if the server asks for it) or as a token (bearer).",
    )
    collections: list[str] | None = Field(
        default=None,
        description="Which collections to read, by display name, end of the path, or URL; left out: all that fit.",
    )
    ca: str | None = Field(default=None, description="Path of a file with the certificates of your own certificate authority.")
    insecure: bool = Field(
        default=False,
        description="Allow plain http to a server that is not this machine. The password can then be read on the way.",
    )

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address such as https://dav.example.org/")
        if parts.username is not None or parts.password is not None:
            raise ValueError("write the user name under `username` and the password under `password`, not into the address")
        if parts.port == 0:
            raise ValueError("port 0 cannot be reached")
        return url.strip()

    @field_validator("collections")
    @classmethod
    def _some(cls, collections: list[str] | None) -> list[str] | None:
        if collections is not None and (not collections or not all(c.strip() for c in collections)):
            raise ValueError("name at least one collection, or leave `collections` out to use all")
        return collections

    @model_validator(mode="after")
    def _secure(self) -> DavSettings:
        if self.url.lower().startswith("http:") and not self.insecure and not is_loopback(self.url):
            raise ValueError("plain http would send the password in the clear: use https, or set `insecure: true`")
        return self

    def origin(self) -> str:
        """scheme://host[:port] that the password is good for."""
        return origin(self.url)
