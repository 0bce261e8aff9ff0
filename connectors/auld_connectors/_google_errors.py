"""What Google's refusals mean: the codes of its APIs, old and new, and of its login, as auld's errors.

The codes are those of https://developers.google.com/workspace/calendar/api/guides/errors and of ``google.rpc.ErrorInfo``.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from auld.errors import (
    AuldError,
    CollectionGone,
    ConfigurationWrong,
    Conflict,
    CredentialsRefused,
    CursorRefused,
    RateLimited,
    Refused,
    TryLater,
)
from auld_connectors._waiting import LONGEST_WAIT, retry_after


class Missing(CollectionGone):
    """404, or 410 for what was deleted: the thing asked for is not there. What it was is the caller's to judge."""


class Silent(TryLater):
    """The server failed by itself (5xx): the same request may well succeed a moment later."""


_TOO_FAST = frozenset(
    {"ratelimitexceeded", "userratelimitexceeded", "quotaexceeded", "dailylimitexceeded", "concurrentlimitexceeded"}
    | {"limitexceeded", "variabletermlimitexceeded", "rate_limit_exceeded", "resource_exhausted"}
)
_NO_SCOPE = frozenset({"insufficientpermissions", "access_token_scope_insufficient", "insufficientscopes"})
_NOT_SWITCHED_ON = frozenset({"accessnotconfigured", "service_disabled", "servicedisabled"})
_STALE = frozenset({"fullsyncrequired", "updatedmintoolongago", "expired_sync_token"})


def refusal(resp: Any, content: bytes, now: datetime, *, writes: bool) -> AuldError:  # noqa: PLR0911  # a table
    """The error for an answer that is no success. ``resp`` has ``status`` and, as a mapping, the headers in lower case.

    Of Google's words only the reasons, which are codes, are used: the messages may name people.
    """
    status = int(resp.status)
    reasons, message, after = _told(content)
    after = after if (header := retry_after(resp.get("retry-after"), now)) is None else header
    why = f"{status}: {', '.join(sorted(reasons)[:3])}" if reasons else str(status)
    if status == 429 or (status == 403 and reasons & _TOO_FAST) or (status == 503 and after is not None):
        return RateLimited(f"Google asks us to wait ({why})", after)
    if reasons & _STALE or status == 410 or (status == 400 and "sync token" in message):
        gone = status == 410 and "deleted" in reasons
        return Missing(f"it was deleted ({why})") if gone else CursorRefused(f"Google wants a full listing ({why})")
    if status in (401, 403):
        return _forbidden(status, reasons, why, writes=writes)
    if status == 404:
        return Missing(f"it is not there ({why})")
    if status in (409, 412):
        return Conflict(f"Google holds something else by now ({why})")
    if status >= 500 or status == 408:
        return Silent(f"Google failed to answer ({why})")
    if writes and status >= 400:
        return Refused(f"Google refuses the entry ({why})")
    return TryLater(f"Google does not answer as expected ({why})")


def _forbidden(status: int, reasons: frozenset[str], why: str, *, writes: bool) -> AuldError:
    if status == 401:
        return CredentialsRefused(f"Google does not accept the token ({why}); run `auld auth google` for this account again")
    if reasons & _NOT_SWITCHED_ON:
        return ConfigurationWrong(f"this API is not switched on in your project at console.cloud.google.com ({why})")
    if reasons & _NO_SCOPE:
        words = "run `auld auth google` for this account again and leave every box ticked"
        return CredentialsRefused(f"the token does not allow this ({why}); {words}")
    if writes:
        return Refused(f"Google does not let us write this ({why})")
    return CollectionGone(f"Google does not let us read this ({why})")


def _told(content: bytes) -> tuple[frozenset[str], str, float | None]:
    """The reasons that an error gives (those of both generations of Google's APIs) in lower case, its message likewise, and the
    delay that it asks for (``google.rpc.RetryInfo``)."""
    try:
        body = json.loads(content)
    except ValueError:
        return frozenset(), "", None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return frozenset({error.lower()}) if isinstance(error, str) else frozenset(), "", None
    lists = (error.get("errors"), error.get("details"))
    parts = [part for each in lists if isinstance(each, list) for part in each if isinstance(part, dict)]
    reasons = {reason.lower() for part in parts if isinstance(reason := part.get("reason"), str)}
    if not reasons and isinstance(error.get("status"), str):
        reasons = {error["status"].lower()}
    delays = [delay for part in parts if isinstance(delay := part.get("retryDelay"), str)]
    message = error.get("message")
    return frozenset(reasons), message.lower() if isinstance(message, str) else "", _delay(delays)


_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)


def _delay(delays: list[str]) -> float | None:
    """The longest of durations as JSON has them: ``3.5s``."""
    seconds = [float(match[1]) for delay in delays if (match := _DELAY.fullmatch(delay))]
    return min(max(seconds), LONGEST_WAIT) if seconds else None


def login_failure(error: Exception) -> AuldError:
    """Why there is no token. Only codes of the answer are told (RFC 6749 section 5.2)."""
    from google.auth.exceptions import TransportError

    text = " ".join(str(part) for part in error.args).lower()
    if isinstance(error, TransportError) or getattr(error, "retryable", False):
        return TryLater("Google's login server cannot be reached, or fails")
    if "invalid_grant" in text:
        words = (
            "run `auld auth google` for this account again, and publish the app: tokens of apps in test mode die after 7 days"
        )
        return CredentialsRefused(f"the token has expired or was revoked (invalid_grant); {words}")
    if "invalid_client" in text or "unauthorized_client" in text or "deleted_client" in text:
        return CredentialsRefused("Google does not know the client file (any more), or does not allow it this; see `client`")
    return CredentialsRefused("there is no valid token; run `auld auth google` for this account")
