"""Google's OAuth 2.0: consent, token endpoint, refresh, PKCE (RFC 7636), and the grant for service accounts (RFC 7523)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from support.google.model import Json, Ticks, opaque

SCOPE = "https://www.googleapis.com/auth/"
SERVICE = "auld@project.iam.gserviceaccount.example"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth names as the audience, whatever endpoint the key file names."""
_TEST_LIFE = timedelta(days=7)


class OAuthError(Exception):
    """``status`` and the JSON body of an answer of the token endpoint (RFC 6749 section 5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True)
class Grant:
    """What an account allowed; ``scopes`` without the common part of their URLs."""

    account: str
    scopes: frozenset[str]
    at: datetime
    challenge: str = ""
    redirect: str = ""
    offline: bool = True


class OAuth:
    """``testing``: the client is not published, so that its refresh tokens die after seven days. ``unticked``: the scopes that
    the user takes off the list on the consent page. ``denies``: the user says no. ``delegates``: the scopes that
    the domain's administrator gave the service account for all its users."""

    def __init__(self, ticks: Ticks, base: str) -> None:
        self.testing = False
        self.denies = False
        self.unticked: frozenset[str] = frozenset()
        self.delegates: frozenset[str] = frozenset()
        self.client_id = "1234-auld.apps.googleusercontent.example"
        self.client_secret = opaque("client secret")
        self.consents: set[str] = set()
        self._ticks = ticks
        self._base = base
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._codes: dict[str, Grant] = {}
        self._number = itertools.count()

    # --- what a test does -----------------------------------------------------------------------------------------------
    def write_client(self, path: Path) -> Path:
        """The file of an OAuth client for desktop programs, as one downloads it."""
        client = {
            "client_id": self.client_id,
            "project_id": "auld",
            "auth_uri": f"{self._base}/o/oauth2/auth",
            "token_uri": f"{self._base}/token",
            "auth_provider_x509_cert_url": f"{self._base}/oauth2/v1/certs",
            "client_secret": self.client_secret,
            "redirect_uris": ["http://localhost"],
        }
        return _write(path, {"installed": client})

    def write_token(self, path: Path, account: str, scopes: Iterable[str]) -> Path:
        """A token file as google.auth keeps it, its access token in need of a refresh."""
        scopes = sorted(scope.removeprefix(SCOPE) for scope in scopes)
        refresh = self._issue(self._refresh, Grant(account, frozenset(scopes), self._ticks()))
        token = {"token": "", "refresh_token": refresh, "token_uri": f"{self._base}/token", "client_id": self.client_id,
                 "client_secret": self.client_secret, "scopes": [SCOPE + scope for scope in scopes], "account": account,
                 "universe_domain": "googleapis.com", "expiry": "2020-01-01T00:00:00Z"}  # fmt: skip
        return _write(path, token)

    def write_service(self, path: Path) -> Path:
        """The key file of a service account."""
        pem = _key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        service = {"type": "service_account", "project_id": "auld", "private_key_id": "1", "private_key": pem.decode(),
                   "client_email": SERVICE, "client_id": "1", "auth_uri": f"{self._base}/o/oauth2/auth",
                   "token_uri": f"{self._base}/token", "universe_domain": "googleapis.com"}  # fmt: skip
        return _write(path, service)

    def access(self, account: str, *scopes: str) -> str:
        """An access token."""
        return self._issue(self._access, Grant(account, frozenset(scopes), self._ticks()))

    def revoke(self, account: str) -> None:
        """The user takes everything back that was allowed."""
        for tokens in (self._access, self._refresh, self._codes):
            for token in [token for token, grant in tokens.items() if grant.account == account]:
                del tokens[token]

    def expire_access(self) -> None:
        """All access tokens are over, earlier than they said."""
        self._access.clear()

    # --- what the server does -------------------------------------------------------------------------------------------
    def grant(self, authorization: str) -> Grant | None:
        """What the bearer of a token may do."""
        return self._access.get(authorization.removeprefix("Bearer "))

    def consent(self, query: Mapping[str, str]) -> tuple[int, str]:
        """The consent page, on which the user with ``login_hint``, or the only one, agrees: status, and where to go on."""
        redirect = urlsplit(query.get("redirect_uri", ""))
        known = {"response_type": "code", "client_id": self.client_id}
        if any(query.get(name) != value for name, value in known.items()):
            return 400, ""
        if redirect.scheme != "http" or redirect.hostname not in ("localhost", "127.0.0.1", "::1"):
            return 400, ""  # redirect_uri_mismatch
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return 400, ""
        back = {"state": query["state"]} if "state" in query else {}
        if self.denies:
            return 302, f"{query['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}"
        account = query.get("login_hint") or next(iter(self.consents), "me@example.org")
        scopes = frozenset(scope.removeprefix(SCOPE) for scope in query.get("scope", "").split()) - self.unticked
        # a second consent gives a refresh token only if it is asked for
        first = account not in self.consents or query.get("prompt") == "consent"
        offline = query.get("access_type") == "offline" and first
        self.consents.add(account)
        code = self._issue(
            self._codes,
            Grant(account, scopes, self._ticks(), query.get("code_challenge", ""), query["redirect_uri"], offline),
        )
        answer = {**back, "code": code, "scope": " ".join(SCOPE + scope for scope in sorted(scopes))}
        return 302, f"{query['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: Mapping[str, str]) -> Json:
        """The token endpoint."""
        if form.get("grant_type") == _JWT_GRANT:
            return self._answer(self._asserted(form.get("assertion", "")))
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
        match form.get("grant_type"):
            case "refresh_token":
                grant = self._refresh.get(form.get("refresh_token", ""))
                if grant is None or (self.testing and self._ticks() - grant.at > _TEST_LIFE):
                    raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")
                asked = frozenset(scope.removeprefix(SCOPE) for scope in form.get("scope", "").split())
                if asked - grant.scopes:
                    raise OAuthError(400, "invalid_scope", "Some requested scopes were invalid.")
                return self._answer(grant)
            case "authorization_code":
                return self._exchange(form)
            case other:
                raise OAuthError(400, "unsupported_grant_type", f"Invalid grant_type: {other}")

    def _exchange(self, form: Mapping[str, str]) -> Json:
        grant = self._codes.pop(form.get("code", ""), None)  # good for one time
        if grant is None or grant.redirect != form.get("redirect_uri"):
            raise OAuthError(400, "invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if grant.challenge and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            raise OAuthError(400, "invalid_grant", "Invalid code verifier.")
        answer = self._answer(grant)
        return answer | {"refresh_token": self._issue(self._refresh, grant)} if grant.offline else answer

    def _asserted(self, assertion: str) -> Grant:
        """What a service account says of itself, by its signature."""
        try:
            signed, _, signature = assertion.rpartition(".")
            head, claims = (json.loads(_unpack(part)) for part in signed.split("."))
            _key().public_key().verify(_unpack(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            raise OAuthError(400, "invalid_grant", "Invalid JWT Signature.") from None
        right = (
            head.get("alg") == "RS256"
            and claims.get("iss") == SERVICE
            and claims.get("aud") in (f"{self._base}/token", _AUDIENCE)
        )
        if not right or claims["exp"] - claims["iat"] > 3600:
            raise OAuthError(400, "invalid_grant", "Invalid JWT.")
        scopes = frozenset(scope.removeprefix(SCOPE) for scope in claims.get("scope", "").split())
        if "sub" in claims and scopes - self.delegates:
            message = (
                "Client is unauthorized to retrieve access tokens using this method, or not authorized for any of the scopes."
            )
            raise OAuthError(401, "unauthorized_client", message)
        return Grant(claims.get("sub", SERVICE), scopes, self._ticks())

    def _answer(self, grant: Grant) -> Json:
        scope = " ".join(SCOPE + scope for scope in sorted(grant.scopes))
        return {"access_token": self._issue(self._access, grant), "expires_in": 3599, "scope": scope, "token_type": "Bearer"}

    def _issue(self, tokens: dict[str, Grant], grant: Grant) -> str:
        token = f"1//{opaque('token', next(self._number), id(self))}"
        tokens[token] = grant
        return token


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _write(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    path.chmod(0o600)
    return path
