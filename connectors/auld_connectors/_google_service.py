"""One of Google's APIs, opened for one account: requests are counted, bounded, repeated only if that does no harm, and every
failure is turned into one of auld's errors.

The libraries are imported at the first request: they take 33 MiB of memory, which nobody pays who has no account at Google.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from auld.contract import Account
from auld.errors import RateLimited, TryLater
from auld_connectors._google_errors import Silent, login_failure, refusal

if TYPE_CHECKING:
    from auld_connectors._google_http import BoundedHttp

_AUTH = "https://www.googleapis.com/auth/"
CALENDAR_SCOPES = tuple(_AUTH + name for name in ("calendar.events.readonly", "calendar.calendarlist.readonly"))
"""To read: the events, and which calendars there are (``calendarList.list`` takes no narrower scope)."""
CALENDAR_OWN_SCOPE = f"{_AUTH}calendar.app.created"
"""To make a calendar, and to change what is in that one alone."""
CALENDAR_WRITE_SCOPE = f"{_AUTH}calendar.events"
"""To write into any calendar of the user's."""
CONTACTS_SCOPES = (f"{_AUTH}contacts.readonly",)
OTHER_CONTACTS_SCOPES = (f"{_AUTH}contacts.other.readonly",)
TASKS_SCOPES = (f"{_AUTH}tasks",)

_PATHS = {"calendar": "calendar/v3/", "people": "", "tasks": ""}
_TRIES = 3
_LONGEST_PAUSE = 10.0
"""Who is asked to wait for longer leaves that to the daemon."""
_STEP = 0.2
_MOST_PAGES = 10_000

Cancelled = Callable[[], bool]


class GoogleService:
    """``name`` and ``version`` of the API: ``calendar`` v3, ``people`` v1 or ``tasks`` v1.

    ``credentials`` gives google-auth credentials when they are first needed; may raise CredentialsRefused, ConfigurationWrong.
    ``endpoint`` is the root URL to use instead of Google's. ``http`` replaces the transport, ``pause`` sleeping (tests).
    Not for use by two threads at once: httplib2 is not made for that.
    """

    def __init__(
        self,
        name: str,
        version: str,
        credentials: Callable[[], Any],
        *,
        now: Callable[[], datetime],
        endpoint: str | None = None,
        user_agent: str = "auld",
        http: Any = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name, self._version = name, version
        self._credentials = credentials
        self._now = now
        self._endpoint = endpoint
        self._user_agent = user_agent
        self._given = http
        self._pause = pause
        self._wire: BoundedHttp | None = None
        self._asked = 0

    @property
    def requests(self) -> int:
        """How much was sent, renewals of the token included."""
        return self._asked if self._wire is None else self._wire.requests

    @cached_property
    def api(self) -> Any:
        """The library's resource: ``service.api.events().list(…)`` makes a request for :meth:`ask`."""
        from googleapiclient.discovery import build

        logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)  # its warnings quote what servers answer
        options = {"api_endpoint": f"{self._endpoint.rstrip('/')}/{_PATHS[self._name]}"} if self._endpoint else None
        return build(
            self._name,
            self._version,
            http=self._given if self._given is not None else self._authorized(),
            static_discovery=True,
            cache_discovery=False,
            client_options=options,
        )

    def _authorized(self) -> Any:
        from google_auth_httplib2 import AuthorizedHttp

        from auld_connectors._google_http import BoundedHttp, Limits

        credentials = self._credentials()
        self._wire = BoundedHttp(Limits(), self._user_agent)
        # One renewal: a token that is refused twice will not be better the third time.
        return AuthorizedHttp(credentials, http=self._wire, max_refresh_attempts=1)

    def ask(self, request: Any, cancelled: Cancelled = lambda: False, *, etag: str = "") -> dict[str, Any]:
        """Send a request and return the answer; ``{}`` where there is none to a deletion. ``etag`` makes it conditional.

        What only reads is tried up to three times, with a growing pause and jitter; what writes is sent once. Raises every
        error a connector may raise; Missing, a CollectionGone, for 404.
        """
        if etag:
            request.headers["If-Match"] = etag
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(request)
            except TryLater as error:
                pause = _pause_before_next(error, attempt)
                if request.method != "GET" or attempt == _TRIES or pause is None or cancelled():
                    raise
            self._wait(pause, cancelled)
        raise AssertionError("unreachable")

    def pages(self, resource: Any, cancelled: Cancelled, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The answers to ``resource.list(**parameters)``, page after page. Ends early if ``cancelled``; the caller looks."""
        request = resource.list(**parameters)
        for _ in range(_MOST_PAGES):
            if request is None or cancelled():
                return
            page = self.ask(request, cancelled)
            yield page
            following = resource.list_next(request, page)
            if following is not None and following.uri == request.uri:
                break
            request = following
        raise TryLater("Google's list does not come to an end")

    def close(self) -> None:
        """Give the sockets back. No call follows."""
        if "api" in self.__dict__:
            self.api.close()

    def _once(self, request: Any) -> dict[str, Any]:
        from google.auth.exceptions import GoogleAuthError
        from googleapiclient.errors import Error, HttpError
        from httplib2 import HttpLib2Error

        self._asked += 1
        try:
            answer = request.execute()
        except HttpError as error:
            raise refusal(error.resp, error.content, self._now(), writes=request.method != "GET") from error
        except GoogleAuthError as error:
            raise login_failure(error) from error
        except (ValueError, Error) as error:  # not JSON: a portal that wants a login of its own, or an answer cut short
            raise TryLater(f"what came as Google's answer cannot be read ({type(error).__name__})") from error
        except (OSError, HttpLib2Error) as error:
            raise TryLater(f"the connection to Google broke ({type(error).__name__})") from error
        if isinstance(answer, dict):
            return answer
        if request.method == "DELETE" and not answer:
            return {}
        raise TryLater("what came as Google's answer is none")

    def _wait(self, seconds: float, cancelled: Cancelled) -> None:
        for _ in range(ceil(seconds / _STEP)):
            if cancelled():
                return
            self._pause(_STEP)


def open_service(name: str, version: str, account: Account, scopes: Sequence[str]) -> GoogleService:
    """The API for a configured account. Nothing is read or sent yet."""

    def let_in() -> Any:
        from auld_connectors._google_auth import credentials

        return credentials(account, scopes)

    settings = account.settings
    return GoogleService(name, version, let_in, now=account.now, endpoint=settings.endpoint, user_agent=account.user_agent)


def _pause_before_next(error: TryLater, attempt: int) -> float | None:
    """Seconds to wait before the same is asked again; None if it should not be."""
    from auld_connectors._google_http import Broken

    if isinstance(error, RateLimited) and error.after is not None:
        return error.after if error.after <= _LONGEST_PAUSE else None
    if isinstance(error, RateLimited | Silent | Broken):
        return random.uniform(0.5, 1.0) * 2.0 ** (attempt - 1)  # noqa: S311  # to spread requests, not to keep a secret
    return None
