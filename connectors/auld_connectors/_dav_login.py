"""How an account proves who it is: by a password (Basic, RFC 7617), a token (Bearer, RFC 6750), or by Digest (RFC 7616) where a
server takes a password in no other way, as Baïkal does unless told otherwise.

The library's own Digest login is not used: it sends a request again by itself, unseen by the count and the limits of ours.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from auld.contract import Account

Login = Callable[[Any], Any]
"""Puts the proof into a request that is about to be sent, and gives the request back."""

_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
_PART = re.compile(r"""[\s,]*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*)|([^\s,=]+))""")


def login_of(account: Account) -> Login:
    """The login with which an account begins. Raises CredentialsUnavailable."""
    from caldav.requests import HTTPBearerAuth
    from niquests.auth import HTTPBasicAuth

    settings = account.settings
    secret = account.secret() if account.secret is not None else ""
    if settings.auth == "bearer":
        return HTTPBearerAuth(secret)
    if settings.username is not None:
        # As bytes, because the library would send Latin-1, which cannot spell every password (RFC 7617 section 2.1).
        return HTTPBasicAuth(settings.username.encode(), secret.encode())
    return _no_login


def _no_login(request: Any) -> Any:
    """Sends a request as it is. Without any login object the library would look for one in ``~/.netrc``."""
    return request


def answer_to(challenge: str, account: Account, refused: Login) -> Digest | None:
    """The login that answers a ``WWW-Authenticate`` header, after a 401 to ``refused``; None if there is no better one, so
    that a wrong password is sent twice at most. Raises CredentialsUnavailable."""
    settings = account.settings
    if settings.auth != "basic" or settings.username is None or account.secret is None:
        return None
    offers = challenges(challenge)
    if any(scheme == "basic" for scheme, _ in offers):
        return None
    for scheme, params in offers:
        if scheme == "digest" and params.get("nonce") and _algorithm(params) in _ALGORITHMS:
            if isinstance(refused, Digest) and not refused.may_be_stale(params):
                return None
            return Digest(settings.username, account.secret(), params)
    return None


def challenges(header: str) -> list[tuple[str, dict[str, str]]]:
    """Schemes and their parameters, names in lower case, from a ``WWW-Authenticate`` header (RFC 9110 section 11.6.1)."""
    found: list[tuple[str, dict[str, str]]] = []
    for name, value, scheme in _PART.findall(header):
        if scheme:
            found.append((scheme.lower(), {}))
        elif found:
            text = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            found[-1][1].setdefault(name.lower(), text)
    return found


def _algorithm(challenge: Mapping[str, str]) -> str:
    """The name of the hash, without ``-sess``."""
    return challenge.get("algorithm", "MD5").upper().removesuffix("-SESS")


class Digest:
    """Answers one challenge, request after request, until the server wants another."""

    def __init__(self, username: str, password: str, challenge: Mapping[str, str], cnonce: str = "") -> None:
        self._username = username
        self._password = password
        self._challenge = challenge
        self._cnonce = cnonce or secrets.token_hex(16)
        self._count = 0

    def may_be_stale(self, challenge: Mapping[str, str]) -> bool:
        """Whether the refusal that came with ``challenge`` may mean our nonce, and not the password: the server says so, or
        has accepted this login before (not every server says so)."""
        return challenge.get("stale", "").lower() == "true" or self._count > 1

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = self.header(request.method, request.path_url)
        return request

    def header(self, method: str, uri: str) -> str:
        """The ``Authorization`` header (RFC 7616 section 3.4); ``uri`` is path and query as sent."""
        self._count += 1
        count = f"{self._count:08x}"
        nonce, realm = self._challenge.get("nonce", ""), self._challenge.get("realm", "")
        secret = self._hash(f"{self._username}:{realm}:{self._password}")
        session = self._challenge.get("algorithm", "").lower().endswith("-sess")
        if session:
            secret = self._hash(f"{secret}:{nonce}:{self._cnonce}")
        protected = "auth" in re.split(r"[\s,]+", self._challenge.get("qop", "").lower())
        between = f"{nonce}:{count}:{self._cnonce}:auth" if protected else nonce
        request = self._hash(f"{method}:{uri}")
        parts = [
            _username(self._username),
            f'realm="{_quoted(realm)}"',
            f'nonce="{_quoted(nonce)}"',
            f'uri="{uri}"',
            f'response="{self._hash(f"{secret}:{between}:{request}")}"',
        ]
        if "algorithm" in self._challenge:
            parts.append(f"algorithm={self._challenge['algorithm']}")
        if "opaque" in self._challenge:
            parts.append(f'opaque="{_quoted(self._challenge["opaque"])}"')
        if protected or session:
            parts.append(f'cnonce="{self._cnonce}"')
        if protected:
            parts.append(f"qop=auth, nc={count}")
        return "Digest " + ", ".join(parts)

    def _hash(self, text: str) -> str:
        return hashlib.new(_ALGORITHMS[_algorithm(self._challenge)], text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _username(name: str) -> str:
    """Beyond ASCII in the extended notation (RFC 7616 section 3.4, RFC 8187)."""
    if name.isascii():
        return f'username="{_quoted(name)}"'
    return f"username*=UTF-8''{quote(name, safe='')}"
