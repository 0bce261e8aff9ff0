"""What the CalDAV and CardDAV connectors share: an open account that discovers and pulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from auld.contract import Account, Batch, Collection, Pull
from auld_connectors._dav_discovery import Flavour, discover
from auld_connectors._dav_http import DavHttp, Limits
from auld_connectors._dav_sync import Reader, pull


class DavSource:
    """An open account; see :class:`auld.contract.Source`."""

    def __init__(
        self,
        account: Account,
        flavour: Flavour,
        reader: Callable[[], Reader],
        limits: Limits | None = None,
    ) -> None:
        self._settings = account.settings
        self._flavour = flavour
        self._reader = reader
        self._http = DavHttp(account, limits or Limits(), account.now)

    @property
    def requests(self) -> int:
        """How many HTTP requests this account has sent since it was opened."""
        return self._http.requests

    def discover(self) -> Sequence[Collection]:
        return discover(self._http, self._settings, self._flavour)

    def pull(self, request: Pull) -> Iterator[Batch]:
        return pull(self._http, self._flavour, self._reader, request)

    def close(self) -> None:
        self._http.close()
