"""Where subscribed calendars are: on the web, or on this machine; and how to see without reading them that nothing is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from auld.contract import Account
from auld.errors import ConfigurationWrong, ItemUnreadable, TryLater
from auld_connectors._conditional import Conditions, fetch, moved, still, validators
from auld_connectors._dav_urls import is_loopback

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from auld_connectors._http import Answer, Fetcher, Limits
    from auld_connectors._ics_split import Document

_ACCEPT = "text/calendar, */*;q=0.5"
_MOST_NOTES = 5
_SCHEMES = {"https": "https", "http": "http", "webcal": "https", "webcals": "https"}


def web_address(text: str, *, insecure: bool) -> str:
    """The address to ask: of ``webcal`` the ``https`` one. Raises ValueError, whose words do not repeat it."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError("cannot be asked: its host or port makes no sense") from None
    scheme = _SCHEMES.get(parts.scheme.lower(), "")
    if not scheme or not parts.hostname:
        raise ValueError("a calendar's address starts with https:// or webcal://; for files on this machine use `path`")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a password does not belong in an address: use `username` and `password`")
    if port == 0:
        raise ValueError("port 0 cannot be reached")
    url = parts._replace(scheme=scheme, fragment="").geturl()
    if is_loopback(url):
        return parts._replace(scheme="http", fragment="").geturl() if parts.scheme.lower() == "webcal" else url
    if scheme == "http" and not insecure:
        raise ValueError("plain http would show the calendar to everybody on the way: use https, or set `insecure: true`")
    return url


class Cursor(Conditions, frozen=True, omit_defaults=True):
    """Where the last pull ended. ``made_for`` is a digest of the address; ``body`` one of the bytes, or of the folder's
    listing; ``meaning`` one of the bytes without UIDs and time stamps. ``whole`` is False if not everything could be read."""

    made_for: str = ""
    normaliser: int = 0
    body: str = ""
    meaning: str = ""
    whole: bool = True


class Look(NamedTuple):
    """What was found: the documents, or None if nothing is new. ``unread`` are the places of files that could not be read."""

    documents: Sequence[Document] | None
    cursor: Cursor
    notes: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()


class Web:
    """A calendar by its address. ``name`` is that of its host."""

    windowed = True

    def __init__(self, account: Account, transport: BaseAdapter | None, limits: Limits | None) -> None:
        self._account = account
        self._transport = transport
        self._limits = limits
        self._opened: Fetcher | None = None
        settings = account.settings
        self._login = settings.username
        try:
            text = settings.url if isinstance(settings.url, str) else self._secret()
            self._url = web_address(text, insecure=settings.insecure)
        except ValueError as error:
            raise ConfigurationWrong(f"the address that is kept for `url` cannot be used: {error}") from None
        self.name = urlsplit(self._url).hostname or ""
        self.made_for = _digest(self._url.encode())

    @property
    def requests(self) -> int:
        return self._opened.requests if self._opened else 0

    def look(self, old: Cursor, now: datetime, *, full: bool) -> Look:
        """One conditional GET. Raises TryLater, RateLimited, CredentialsRefused, CollectionGone."""
        from auld_connectors._ics_split import meaning, split

        answer, place = fetch(lambda at, headers: self._get(at, headers, now), self._url, old, full=full)
        notes = moved(place, old)
        body = old.body if answer.status == 304 else _digest(answer.body)
        if body == old.body:
            return Look(None, still(old, place, asked_in_vain=answer.status == 200 and not full), notes)
        if answer.cut:
            raise TryLater(f"{self.name} sends more than is sensible; nothing is taken as deleted")
        said = meaning(answer.body)
        if said == old.meaning and not full:
            return Look(None, still(old, place, asked_in_vain=False), notes)
        try:
            document = split(answer.body)
        except ItemUnreadable as error:
            raise TryLater(f"{self.name} does not send a calendar: {error}; nothing is taken as deleted") from None
        cursor = Cursor(body=body, meaning=said, ask=old.ask, url=place, whole=document.whole)
        if document.whole:  # half a calendar must be asked for again
            return Look([document], validators(cursor, answer.headers), notes)
        return Look([document], cursor, (*notes, "the calendar breaks off, or is too long: nothing is taken as deleted"))

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _secret(self) -> str:
        return self._account.secret() if self._account.secret is not None else ""

    def _get(self, url: str, headers: Mapping[str, str], now: datetime) -> Answer:
        login = (self._login, self._secret()) if self._login is not None else None
        return self._fetcher().get(url, {"Accept": _ACCEPT, **headers}, now, home=self._url, login=login)

    def _fetcher(self) -> Fetcher:
        if self._opened is None:
            from auld_connectors._http import Fetcher, Limits
            from auld_connectors._ics_disk import LARGEST

            limits = self._limits or Limits(read=30.0, total=120.0, size=LARGEST)
            self._opened = Fetcher(self._account.user_agent, limits, self._transport)
        return self._opened


class Disk:
    """A calendar on this machine: a file, or a folder of files."""

    requests = 0

    def __init__(self, path: str) -> None:
        try:
            self._path = Path(path).expanduser()
        except RuntimeError:
            raise ConfigurationWrong(f"{path}: there is no such home folder") from None
        self.name = self._path.stem
        self.made_for = _digest(str(self._path).encode("utf-8", "surrogateescape"))

    @property
    def windowed(self) -> bool:
        """A single file may be an extract; a file that is gone from a folder was deleted."""
        return not self._path.is_dir()

    def look(self, old: Cursor, now: datetime, *, full: bool) -> Look:
        """The files that are there, read if one of them is new. Raises TryLater."""
        from auld_connectors import _ics_disk
        from auld_connectors._ics_match import place_of
        from auld_connectors._ics_split import split

        files = _ics_disk.listing(self._path)
        body = _ics_disk.signature(files)
        if body == old.body and (old.whole or not full):
            return Look(None, old)
        documents: list[Document] = []
        unread: dict[str, str] = {}
        for file in files:
            try:
                document = split(_ics_disk.content(file), file.name)
            except (TryLater, ItemUnreadable) as error:
                if not file.name:
                    raise TryLater(f"{self._path}: {error}; nothing is taken as deleted") from None
                unread[file.name] = str(error)
                continue
            documents.append(document)
            if not document.whole:
                unread[file.name] = "it breaks off, or is too long"
        notes = [f"{name or self._path.name}: {why}; nothing is taken as deleted" for name, why in unread.items()]
        if len(notes) > _MOST_NOTES:
            notes[_MOST_NOTES:] = [f"{len(notes) - _MOST_NOTES} more files cannot be read"]
        places = frozenset(place_of(name) for name in unread if name)
        return Look(documents, Cursor(body=body, whole=not unread), tuple(notes), places)

    def close(self) -> None:
        pass


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
