"""Errors in the words of the API that answers, and partial answers (``fields``)."""

from __future__ import annotations

import re
from typing import Any

from support.google.model import ApiError, Json

_STATES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip
_LIMITS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded")


def error_body(name: str, error: ApiError) -> Json:
    """Calendar answers in the old form (``errors`` with reasons), People in the new one (``status`` and ``details``), Tasks in
    both; where the token is refused, all use both."""
    body: Json = {"code": error.status, "message": error.message}
    old, new = not name.startswith("people"), not name.startswith("calendar") or error.status == 401
    if old:
        domain = "usageLimits" if error.reason in _LIMITS else error.domain
        kind, what = error.place
        place = {"locationType": kind, "location": what} if kind else {}
        body["errors"] = [{"domain": domain, "reason": error.reason, "message": error.message, **place}]
    if new:
        body["status"] = _STATES.get(error.status, "UNKNOWN")
        reason = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", error.reason).upper()
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
        body["details"] = [info]
    if error.reason == "insufficientPermissions":
        body |= {"status": "PERMISSION_DENIED"}
        body["details"] = [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
             "domain": "googleapis.com", "metadata": {"service": name.partition(".")[0]}}
        ]  # fmt: skip
    return {"error": body}


def masked(body: Any, mask: str) -> Any:
    """The part of an answer that ``fields`` asks for: ``items(id,start/date),nextPageToken``."""
    return _pick(body, _read(mask))


def _read(mask: str) -> Json:
    """``a,b/c,d(e,f)`` as nested dicts; an empty one stands for everything."""
    tree: Json = {}
    for part in _split(mask):
        name, _, below = part.partition("(") if "(" in part.partition("/")[0] else part.partition("/")
        tree.setdefault(name, {}).update(_read(below.removesuffix(")") if part.endswith(")") and "/" not in name else below))
    return tree


def _split(mask: str) -> list[str]:
    parts, depth = [""], 0
    for letter in mask:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _pick(value: Any, tree: Json) -> Any:
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [_pick(each, tree) for each in value]
    if isinstance(value, dict):
        return {name: _pick(value[name], below) for name, below in tree.items() if name in value}
    return value
