"""Google on loopback: Calendar v3, People v1, Tasks v1 and OAuth 2.0, for tests.

Not shaped to auld: every request and every answer is held to the discovery documents that ship in googleapiclient (an unknown
parameter or field, a wrong type, something missing: the test fails), and scopes to what they say of each method. What the
documents say in words is kept by the code: see the modules ``calendar``, ``people``, ``tasks`` and ``oauth``.

    with run_google() as google:
        me = google.account("me@example.org")
        event_id = me.primary.put({"summary": "Lunch", **hours("2026-03-04T12:00:00")})
        google.oauth.write_client(folder / "client.json")
        google.oauth.write_token(folder / "token.json", me.email, ["calendar.events.readonly"])
        ...  # endpoint = google.url: Calendar is below /calendar/v3/, Tasks below /tasks/v1/, People below /v1/
        me.primary.edit(event_id, summary="Dinner")
        me.primary.changes.expire()  # the sync tokens: 410 at the next use
        google.on("calendar.events", Fault(403, "rateLimitExceeded"), times=2)
        assert len(google.asked("calendar.events.list")) == 3

Time stands still unless a test moves ``google.clock``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from auld.clock import FixedClock
from support.google.events import hours, whole_day
from support.google.people import member_of
from support.google.server import Fault, Google

__all__ = ["Fault", "FixedClock", "Google", "hours", "member_of", "run_google", "whole_day"]

BEGIN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@contextmanager
def run_google(clock: FixedClock | None = None) -> Iterator[Google]:
    """A server, until the end of the block; there, breaches of the discovery documents fail the test."""
    with Google(clock or FixedClock(BEGIN)) as google:
        yield google
    assert not google.failures, "\n".join(google.failures)
