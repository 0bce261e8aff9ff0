"""Where secrets come from, and how they are kept out of everything that is printed.

The configuration only ever says *where* a secret is (:class:`SecretRef`). It is fetched anew at each use, by the account's
own thread, and never stored. What was fetched is remembered by the :class:`Vault` for one purpose: to mask it in log lines.
"""

from __future__ import annotations

import base64
import importlib
import os
import re
import signal
import stat
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, quote_plus

from auld.errors import CredentialsUnavailable

SecretKind = Literal["command", "credential", "file", "env", "keyring"]
SECRET_KINDS: tuple[SecretKind, ...] = get_args(SecretKind)
PLACES = "{command: [...]}, {credential: NAME}, {file: PATH}, {env: NAME} or {keyring: SERVICE}"

TIMEOUT = 30.0
"""Seconds that a command or a keyring may take."""

_MASK = "[secret]"
_SHORTEST = 4  # masking a secret of one or two letters would only show which letters it has


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is. ``value`` is the argument vector of a command; for all others one element."""

    kind: SecretKind
    value: tuple[str, ...]

    @classmethod
    def parse(cls, value: Any) -> SecretRef:
        """Read what stands in the configuration. Raises ValueError, whose words never repeat what was written there."""
        if value is None:
            raise ValueError(f"is empty; it must say where the password is: {PLACES}")
        if not isinstance(value, dict):
            raise ValueError(f"a literal password is refused; say where it is instead: {PLACES}")
        if len(value) != 1 or next(iter(value)) not in SECRET_KINDS:
            raise ValueError(f"must be exactly one of {PLACES}")
        kind, argument = next(iter(value.items()))
        if kind == "command":
            if not (isinstance(argument, list) and argument and all(isinstance(word, str) and word for word in argument)):
                raise ValueError("command must be a list of words, such as [pass, show, dav]; no shell is involved")
            return cls(kind, tuple(argument))
        if not isinstance(argument, str) or not argument.strip():
            raise ValueError(f"{kind} must be followed by one word")
        if kind == "credential" and ("/" in argument or argument.startswith(".")):
            raise ValueError("credential is the name that LoadCredential= gives it, not a path")
        if kind == "file" and not (argument.startswith("~") or Path(argument).is_absolute()):
            raise ValueError("file must be an absolute path, or begin with ~")
        return cls(kind, (argument,))


class Vault:
    """Fetches secrets, and masks those that it has fetched."""

    def __init__(self, environ: Mapping[str, str] | None = None, timeout: float = TIMEOUT) -> None:
        self._environ = os.environ if environ is None else environ
        self._timeout = timeout
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "<Vault>"

    def fetch(self, ref: SecretRef, username: str = "") -> str:
        """The secret, now. Raises CredentialsUnavailable; its words name the place, never the content."""
        word = ref.value[0]
        match ref.kind:
            case "command":
                secret = self._command(ref.value)
            case "credential":
                secret = self._credential(word)
            case "file":
                secret = _first_line(_private_file(Path(word).expanduser()))
            case "env":
                secret = self._environ.get(word, "")
            case "keyring":
                secret = self._keyring(word, username)
        if not secret:
            raise CredentialsUnavailable(f"{_place(ref)}: it is empty")
        self.remember(secret, username)
        return secret

    def remember(self, secret: str, username: str = "") -> None:
        """Mask this secret from now on, also as it looks in URLs and in a Basic header (RFC 7617 section 2)."""
        basic = base64.b64encode(f"{username}:{secret}".encode()).decode()
        forms = {secret, quote(secret, safe=""), quote_plus(secret), basic}
        with self._lock:
            self._known.update(form for form in forms if len(form) >= _SHORTEST)

    def mask(self, text: str) -> str:
        """``text`` with every known secret blotted out, the longest first."""
        with self._lock:
            known = sorted(self._known, key=len, reverse=True)
        for secret in known:
            text = text.replace(secret, _MASK)
        return text

    def _command(self, argv: tuple[str, ...]) -> str:
        name = f"command {argv[0]!r}"
        try:
            process = subprocess.Popen(  # noqa: S603  # the user's own configuration says what to run
                argv,
                stdin=subprocess.DEVNULL,  # a prompt would wait for ever
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # password managers quote entries in their complaints
                start_new_session=True,  # so that its children can be ended with it
                env=dict(self._environ),
            )
        except OSError as error:
            raise CredentialsUnavailable(f"{name} cannot be run: {error.strerror}") from None
        try:
            output, _ = process.communicate(timeout=self._timeout)
        except subprocess.TimeoutExpired:
            raise CredentialsUnavailable(f"{name} did not answer within {self._timeout:g} seconds") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        if process.returncode != 0:
            raise CredentialsUnavailable(f"{name} failed (exit status {process.returncode}); run it by hand to see why")
        return _first_line(output)

    def _credential(self, name: str) -> str:
        folder = self._environ.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise CredentialsUnavailable(f"credential {name!r}: not started by systemd with LoadCredential={name}:...")
        try:
            return _first_line((Path(folder) / name).read_bytes())
        except OSError as error:
            raise CredentialsUnavailable(f"credential {name!r} cannot be read: {error.strerror}") from None

    def _keyring(self, service: str, username: str) -> str:
        try:
            keyring = importlib.import_module("keyring")  # an extra
        except ImportError:
            raise CredentialsUnavailable("keyring is not installed: pip install 'auld[keyring]'") from None
        answer: list[str | None] = []
        failure: list[str] = []

        def ask() -> None:
            try:
                answer.append(keyring.get_password(service, username))
            except Exception as error:  # a keyring is somebody else's program: whatever it raises means "not now"
                failure.append(type(error).__name__)

        # A locked keyring may wait for a prompt that nobody sees; the thread is left behind, it holds nothing of ours.
        thread = threading.Thread(target=ask, daemon=True, name="auld-keyring")
        thread.start()
        thread.join(self._timeout)
        if failure:
            raise CredentialsUnavailable(f"keyring entry {service!r}: {failure[0]}")
        if not answer:
            raise CredentialsUnavailable(
                f"keyring entry {service!r}: no answer within {self._timeout:g} seconds; is it locked?"
            )
        return answer[0] or ""


def too_open(path: Path) -> bool:
    """Whether a file of that name is there and somebody besides its owner may read or write it."""
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


def _private_file(path: Path) -> bytes:
    """The content of a file that only its owner can read; looked at through one descriptor, so that it cannot be swapped."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise CredentialsUnavailable(f"{path} can be read by others: chmod 600 {path}")
            return file.read(65536)
    except OSError as error:
        raise CredentialsUnavailable(f"{path} cannot be read: {error.strerror}") from None


def _first_line(content: bytes) -> str:
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    return re.split(r"\r?\n|\r", text, maxsplit=1)[0]


def _place(ref: SecretRef) -> str:
    return f"{ref.kind} {ref.value[0]!r}"
