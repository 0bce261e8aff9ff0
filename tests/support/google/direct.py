"""The way to the fake without a socket, for tests that make very many requests: a transport as googleapiclient wants one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from httplib2 import Response

from support.google.server import Google


class DirectHttp:
    """Stands in for an authorised ``httplib2.Http``. Faults of the wire need the real one."""

    def __init__(self, google: Google, email: str, *scopes: str) -> None:
        self._google = google
        self._token = google.oauth.access(email, *scopes)

    def request(
        self, uri: str, method: str = "GET", body: str | bytes | None = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> tuple[Response, bytes]:
        parts = urlsplit(uri)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent["authorization"] = f"Bearer {self._token}"
        data = body.encode() if isinstance(body, str) else body or b""
        answer = self._google.answer(method, f"{parts.path}?{parts.query}", sent, data)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Response({**told, "status": str(answer.status)}), answer.body

    def close(self) -> None:
        """There is nothing to close."""
