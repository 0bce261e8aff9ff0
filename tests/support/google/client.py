"""A bare client of the fake, without Google's libraries: it lets nothing be caught before it is sent."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from support.google.server import Google

CALENDAR = ("calendar",)
TASKS = ("tasks",)
CONTACTS = ("contacts.readonly", "contacts.other.readonly")


class Got(NamedTuple):
    """An answer; ``body`` is None if there is none."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def reason(self) -> str:
        """Why the server refused."""
        error = self.body["error"]
        return str(error["errors"][0]["reason"] if "errors" in error else error["details"][0]["reason"])


class Client:
    """Asks as an account, with scopes; no token is sent if there are none."""

    def __init__(self, google: Google, *scopes: str, email: str = "me@example.org") -> None:
        self._google = google
        self.token = google.oauth.access(email, *scopes) if scopes else ""

    def ask(self, verb: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **query: Any) -> Got:
        """One request; a list among the parameters is sent as a repeated one."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
        target = path + (f"?{urlencode(words, doseq=True)}" if words else "")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        connection = HTTPConnection(urlsplit(self._google.url).netloc, timeout=5)
        try:
            connection.request(verb, target, data, sent | (headers or {}))
            return _got(connection.getresponse())
        finally:
            connection.close()


def _got(response: HTTPResponse) -> Got:
    raw = response.read()
    is_json = raw and response.headers.get("Content-Type", "").startswith("application/json")
    return Got(response.status, json.loads(raw) if is_json else None, dict(response.headers))


class CalendarClient(Client):
    """Asks for one calendar."""

    def __init__(self, google: Google, *scopes: str, calendar: str = "primary") -> None:
        super().__init__(google, *(scopes or CALENDAR))
        self.path = f"/calendar/v3/calendars/{quote(calendar, safe='')}/events"

    def listing(self, **query: Any) -> Got:
        return self.ask("GET", self.path, **query)

    def get(self, event_id: str, **query: Any) -> Got:
        return self.ask("GET", f"{self.path}/{event_id}", **query)

    def insert(self, body: Any, **query: Any) -> Got:
        return self.ask("POST", self.path, body, **query)

    def patch(self, event_id: str, body: Any, *, etag: str = "") -> Got:
        return self.ask("PATCH", f"{self.path}/{event_id}", body, headers={"If-Match": etag} if etag else {})

    def update(self, event_id: str, body: Any) -> Got:
        return self.ask("PUT", f"{self.path}/{event_id}", body)

    def delete(self, event_id: str, *, etag: str = "") -> Got:
        return self.ask("DELETE", f"{self.path}/{event_id}", headers={"If-Match": etag} if etag else {})
