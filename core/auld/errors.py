"""Errors, named by the reaction that they call for.

A connector raises these and nothing else; the core and the daemon decide from the class alone what to do next.
Turning them into words for a person happens in one place, ``auldd.report``.

    AuldError
    ├── TryLater            the other side is away or busy: back off, try again
    │   └── RateLimited     ... and it said so (429, 503 with Retry-After)
    ├── CredentialsRefused  401, or a token that is dead: stop asking, tell the user
    ├── CredentialsUnavailable  the secret could not be had (locked keyring, command failed): try later, tell the user
    ├── CursorRefused       the sync token is not accepted: drop it, list everything
    ├── CollectionGone      the collection itself is missing or not readable: discover again, believe no deletion
    ├── ItemUnreadable      one item cannot be read: keep its body, go on with the others
    ├── Conflict            a precondition failed: somebody else wrote; read again, then decide
    │   └── UsedUp              ... and deleted what was there under this name, for good: do not make it again
    ├── Refused             the server will not have this one item: park it, go on with the others
    ├── StoreBusy           another process holds the store or the cycle
    └── ConfigurationWrong  only the user can mend it: name file, line, column and what was meant
"""

from __future__ import annotations


class AuldError(Exception):
    """The root of everything that auld raises on purpose."""


class TryLater(AuldError):
    """The other side cannot answer now. ``after`` is its own wish in seconds, if it named one."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class RateLimited(TryLater):
    """The other side asked us to slow down (RFC 6585 section 4, RFC 9110 section 10.2.3)."""


class CredentialsRefused(AuldError):
    """User name, password or token was not accepted. Asking again would only lock the account."""


class CredentialsUnavailable(AuldError):
    """The secret could not be fetched from where the configuration says that it is."""


class CursorRefused(AuldError):
    """The cursor (RFC 6578 sync token, Google sync token) is not valid any more; a full listing is needed."""


class CollectionGone(AuldError):
    """The collection answers 404, 410 or 403. This is never read as "everything in it was deleted"."""


class ItemUnreadable(AuldError):
    """One item cannot be understood; its raw body is kept so that a better parser can be run over it later."""


class Conflict(AuldError):
    """A conditional request failed (RFC 9110 section 15.5.13), or the name is taken: read, then decide."""


class UsedUp(Conflict):
    """What is to be created was there once and was deleted, and this server gives out no name twice: the user said no."""


class Refused(AuldError):
    """The server answered that it will not accept this request, whatever the number of tries."""


class StoreBusy(AuldError):
    """Another process holds the lock that this act needs."""


class Problem:
    """One thing wrong in a configuration file: where it stands, and what to do. Lines and columns start at 1."""

    __slots__ = ("column", "file", "key", "line", "message")

    def __init__(self, message: str, *, file: str = "", line: int = 0, column: int = 0, key: str = "") -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.key = key

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: " if self.line else (f"{self.file}: " if self.file else "")
        return f"{where}{self.key + ': ' if self.key else ''}{self.message}"


class ConfigurationWrong(AuldError):
    """The configuration cannot be used; ``problems`` holds every mistake found, not just the first."""

    def __init__(self, problems: list[Problem] | str) -> None:
        self.problems = [Problem(problems)] if isinstance(problems, str) else problems
        super().__init__("\n".join(str(problem) for problem in self.problems))
