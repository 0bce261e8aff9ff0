"""Turns errors into words for a person and into an exit status. The only place where that happens."""

from __future__ import annotations

from pathlib import Path

from auld.errors import (
    AuldError,
    CollectionGone,
    ConfigurationWrong,
    CredentialsRefused,
    CredentialsUnavailable,
    StoreBusy,
    TryLater,
)

FAILED = 1
CONFIGURATION = 78
"""EX_CONFIG of sysexits.h: with ``RestartPreventExitStatus=78`` systemd does not start the daemon again and again."""

_ADVICE: tuple[tuple[type[AuldError], str], ...] = (
    (CredentialsRefused, "correct the password or token, then run `auld check`"),
    (CredentialsUnavailable, "it is tried again later"),
    (StoreBusy, "`auld run` or another `auld once` is at work; try again when it has finished"),
    (CollectionGone, "if it was moved or renamed, run `auld check --rediscover`"),
    (TryLater, "it is tried again later"),
)


def exit_status(error: BaseException) -> int:
    """78 if only a change of the configuration can help, else 1."""
    return CONFIGURATION if isinstance(error, ConfigurationWrong) else FAILED


def lines(error: BaseException) -> list[str]:
    """What to tell the user, line by line; for a wrong configuration one line a mistake.

    What is not one of auld's own errors may hold anything, somebody's name or a password: only its kind and place are told.
    """
    if isinstance(error, ConfigurationWrong):
        return [str(problem) for problem in error.problems]
    if isinstance(error, OSError) and error.strerror:
        return [error.strerror]
    if not isinstance(error, AuldError):
        return [f"unexpected {unexpected(error)}; with --verbose the whole story is shown"]
    advice = next((words for kind, words in _ADVICE if isinstance(error, kind)), "")
    return [f"{str(error) or type(error).__name__}{f' ({advice})' if advice else ''}"]


def told(error: BaseException) -> str:
    """An error of an account in one line, as ``auld status`` shows it. What is not one of ours may say anything: only its kind
    and place are told."""
    if isinstance(error, AuldError):
        return str(error) or type(error).__name__
    return f"the connector failed unexpectedly ({unexpected(error)})"


def unexpected(error: BaseException) -> str:
    """Kind and place of an error that nobody foresaw: ``KeyError at query.py:120``."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
