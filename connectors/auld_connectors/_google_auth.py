"""What Google gave auld to be let in by: a token file that the user's consent made, or the key of a service account.

A token file is what google-auth writes and reads (``authorized_user``), mode 0600, replaced as a whole. Several threads and
processes may use one: who finds the access token too old asks for a new one under a lock, and the others take that.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account

from auld.contract import Account
from auld.errors import AuldError, ConfigurationWrong, CredentialsRefused, CredentialsUnavailable, TryLater
from auld_connectors._google_settings import client_file, is_safe, token_file

AUTH = "https://www.googleapis.com/auth/"
"""What the names of Google's scopes begin with."""

_INCLUDED = {
    "calendar.events.readonly": ("calendar.events", "calendar.readonly", "calendar"),
    "calendar.events": ("calendar",),
    "calendar.calendarlist.readonly": ("calendar.calendarlist", "calendar.readonly", "calendar"),
    "calendar.app.created": ("calendar",),
    "contacts.readonly": ("contacts",),
    "tasks.readonly": ("tasks",),
}
"""Scopes, and the wider ones that allow the same."""

_CLIENT = {
    "client_id": "",
    "client_secret": "",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
}
"""What is read of a client file, and what holds where it says nothing."""

_REFUSALS = frozenset(
    {"access_denied", "account_disabled", "admin_policy_enforced", "deleted_client", "disabled_client"}
    | {"invalid_client", "invalid_grant", "invalid_scope", "org_internal", "unauthorized_client"}
)
"""Answers of the token endpoint that the same question will get tomorrow (RFC 6749 section 5.2, and Google's own)."""


@dataclass(frozen=True, slots=True)
class Client:
    """The user's own OAuth client for desktop programs (RFC 8252). Its secret is none: every such program carries one."""

    id: str
    secret: str
    auth_uri: str
    token_uri: str


def missing(wanted: Iterable[str], granted: Iterable[str]) -> list[str]:
    """The scopes that were not granted, neither by name nor by a wider one."""
    held = set(granted)

    def allowed(scope: str) -> bool:
        return scope in held or any(AUTH + wider in held for wider in _INCLUDED.get(scope.removeprefix(AUTH), ()))

    return sorted(scope for scope in wanted if not allowed(scope))


def credentials(account: Account, scopes: Iterable[str]) -> UserToken | ServiceToken:
    """What the account is let in by, for :class:`google_auth_httplib2.AuthorizedHttp`; nothing is sent yet.

    It renews itself: then, and only then, it raises CredentialsRefused or TryLater. Raises ConfigurationWrong for a client
    file that is none, CredentialsUnavailable where there is no usable token, CredentialsRefused where a scope is missing.
    """
    info = _client_info(account)
    if info.get("type") == "service_account":
        return _service(account, info, sorted(scopes))
    client = read_client(account)
    path = token_file(account)
    kept = _read_token(path, account)
    if kept.get("client_id", client.id) != client.id:
        raise CredentialsUnavailable(f"{path} was made with another client file; {again(account)}")
    lacking = missing(scopes, kept["scopes"]) if kept["scopes"] else []
    if lacking:
        raise CredentialsRefused(f"not allowed: {', '.join(map(_short, lacking))}; {again(account)}")
    return UserToken(account, client, path, kept)


def is_service(account: Account) -> bool:
    """Whether the client file is a service account's key, so that nobody is asked for consent."""
    return _client_info(account).get("type") == "service_account"


def read_client(account: Account) -> Client:
    """The user's OAuth client. Raises ConfigurationWrong."""
    path, info = client_file(account), _client_info(account)
    installed = info.get("installed")
    if not isinstance(installed, dict):
        kind = "is a client of the type Web application" if "web" in info else "is no client file of Google's"
        raise ConfigurationWrong(f"client: {path} {kind}; make a client of the type Desktop app and download its JSON")
    if account.settings.subject is not None:
        raise ConfigurationWrong("subject: is for service accounts only; leave it out")
    found = {name: str(installed.get(name) or usual) for name, usual in _CLIENT.items()}
    client = Client(found["client_id"], found["client_secret"], found["auth_uri"], found["token_uri"])
    if not client.id or not is_safe(client.auth_uri) or not is_safe(client.token_uri):
        raise ConfigurationWrong(f"client: {path} is damaged; download it again")
    return client


def save_token(path: Path, client: Client, token: oauth.Credentials, scopes: Iterable[str]) -> None:
    """Replace the token file as a whole; nobody else can read it, at no moment. Raises OSError."""
    content = {
        "type": "authorized_user",
        "client_id": client.id,
        "client_secret": client.secret,
        "token_uri": client.token_uri,
        "refresh_token": token.refresh_token,
        "token": token.token,
        "expiry": None if token.expiry is None else token.expiry.isoformat(timespec="seconds") + "Z",
        "scopes": sorted(scopes),
    }
    place = path.resolve()  # a link stays one
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """While this process alone may renew the token. Where no file can be made none can be saved: there everybody asks alone."""
    try:
        lock = os.open(path.resolve().with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def again(account: Account) -> str:
    """What the user does about it."""
    name = account.name if account.name.isascii() and account.name.replace("-", "").isalnum() else f'"{account.name}"'
    return f"run: auld auth google {name}"


class UserToken(oauth.Credentials):
    """What one user allowed. It renews itself under the lock, and keeps what it got in the file."""

    def __init__(self, account: Account, client: Client, path: Path, kept: Mapping[str, Any]) -> None:
        # no scopes: a renewal then gives all that was allowed, and asks for nothing that was not
        token, expiry = _access(kept)
        super().__init__(  # type: ignore[no-untyped-call]  # google-auth has no types
            token,
            refresh_token=kept["refresh_token"],
            token_uri=client.token_uri,
            client_id=client.id,
            client_secret=client.secret,
            expiry=expiry,
        )
        self._of = account
        self._client = client
        self._path = path
        self._allowed = kept["scopes"]

    def refresh(self, request: Any) -> None:
        """A token that is good: the one that somebody else got meanwhile, or a new one. Raises CredentialsRefused, TryLater."""
        with locked(self._path):
            if self._adopt():
                return
            try:
                super().refresh(_once(request))  # type: ignore[no-untyped-call]  # google-auth has no types
            except _NO_TOKEN as error:
                raise refused(error, self._of, service=False) from None  # its text quotes the answer
            with suppress(OSError):  # this process has the token; another one will have to ask for itself
                save_token(self._path, self._client, self, self._allowed)

    def _adopt(self) -> bool:
        """Take what the file holds by now, if that is newer than what this object has; whether it need not be renewed."""
        try:
            kept = _read_token(self._path, self._of)
        except CredentialsUnavailable:
            return False
        if kept.get("client_id", self._client.id) != self._client.id:
            return False
        self._refresh_token, self._allowed = kept["refresh_token"], kept["scopes"]
        token, expiry = _access(kept)
        if token is None or token == self.token:
            return False
        self.token, self.expiry = token, expiry
        return bool(self.valid)


class ServiceToken(service_account.Credentials):
    """What a service account is let in by."""

    of: Account

    def refresh(self, request: Any) -> None:
        """A new token. Raises CredentialsRefused, TryLater."""
        try:
            super().refresh(_once(request))  # type: ignore[no-untyped-call]  # google-auth has no types
        except _NO_TOKEN as error:
            raise refused(error, self.of, service=True) from None

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False  # a question, in a thread of its own, that concerns Google's cloud alone


def _once(request: Any) -> Callable[..., Any]:
    """The same way of asking, but a server that fails is asked once: google-auth would sleep and ask again, under the lock."""

    def ask(*args: Any, **kwargs: Any) -> Any:
        reply = request(*args, **kwargs)
        if reply.status >= 500 or reply.status in (408, 429):
            raise TryLater(f"Google's login server fails ({reply.status})")
        return reply

    return ask


_NO_TOKEN = (GoogleAuthError, TypeError, AttributeError, ValueError)
"""What google-auth raises for a refusal, and for answers that it did not foresee: no JSON, or another document of it."""


def refused(error: Exception, account: Account, *, service: bool) -> AuldError:
    """What it means that there was no new token, and what to do about it. Of the answer only its code is told."""
    answer = error.args[1] if isinstance(error, RefreshError) and len(error.args) > 1 else None
    code = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, RefreshError) and "Reauthentication" in str(error):
        code = "invalid_grant"  # the domain lets sessions end (invalid_rapt)
    if code not in _REFUSALS:
        return TryLater("Google's login cannot be reached, or does not answer as expected")
    if service:
        advice = {
            "invalid_grant": "its key may be deleted, `subject` nobody's address, or the clock of this machine wrong",
            "unauthorized_client": "the administrator of your domain has to allow it these scopes (domain-wide delegation)",
        }
        words = advice.get(code, "look at it in Google's console")
        return CredentialsRefused(f"Google refuses the service account ({code}): {words}")
    if code == "invalid_grant":
        return CredentialsRefused(
            f"what you allowed has expired or was taken back ({code}); {again(account)} "
            "(if that comes back every week, publish the app in Google's console: test-mode tokens die after 7 days)"
        )
    words = "see `client` and Google's console" if "client" in code else "your administrator or Google does not allow it"
    return CredentialsRefused(f"Google does not let auld in ({code}): {words}; then {again(account)}")


def _service(account: Account, info: Mapping[str, Any], scopes: list[str]) -> ServiceToken:
    path = client_file(account)
    _refuse_open(path)
    if not is_safe(str(info.get("token_uri", ""))):
        raise ConfigurationWrong(f"client: {path} is damaged; download it again")
    try:
        token: ServiceToken = ServiceToken.from_service_account_info(  # type: ignore[no-untyped-call]  # google-auth has no types
            info, scopes=scopes, subject=account.settings.subject
        )
    except (GoogleAuthError, ValueError):  # its words quote the file
        raise ConfigurationWrong(f"client: {path} is no whole key of a service account; download it again") from None
    token.of = account
    return token


def _client_info(account: Account) -> dict[str, Any]:
    path = client_file(account)
    try:
        info = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ConfigurationWrong(f"client: there is no file {path}; docs/google.md says where to get it") from None
    except OSError as error:
        raise ConfigurationWrong(f"client: {path} cannot be read: {error.strerror}") from None
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise ConfigurationWrong(f"client: {path} is no client file of Google's (JSON)")
    return info


def _read_token(path: Path, account: Account) -> dict[str, Any]:
    """The token file. Raises CredentialsUnavailable."""
    try:
        _refuse_open(path)
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise CredentialsUnavailable(f"Google has not been asked yet whether auld may look; {again(account)}") from None
    except OSError as error:
        raise CredentialsUnavailable(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        kept = None
    if not isinstance(kept, dict) or not isinstance(kept.get("refresh_token"), str) or not kept["refresh_token"]:
        raise CredentialsUnavailable(f"{path} is damaged; {again(account)}")
    scopes = kept.get("scopes")
    return {**kept, "scopes": [str(scope) for scope in scopes] if isinstance(scopes, list) else []}


def _refuse_open(path: Path) -> None:
    """Raises CredentialsUnavailable if others may read the file, OSError if it is not there."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CredentialsUnavailable(f"others can read {path}: chmod 600 {path}")


def _access(kept: Mapping[str, Any]) -> tuple[str | None, datetime | None]:
    """The access token and its end (UTC without saying so, as google-auth has it); nothing if that cannot be told."""
    try:
        end = datetime.fromisoformat(kept["expiry"])
    except (KeyError, TypeError, ValueError):
        return None, None
    token = kept.get("token")
    return (token or None) if isinstance(token, str) else None, end if end.tzinfo is None else end.astimezone(UTC).replace(
        tzinfo=None
    )


def _short(scope: str) -> str:
    return scope.removeprefix(AUTH)
