"""Processes that die by SIGKILL at a chosen statement of the database, and ones that run beside the test."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from auld.store import Store


class Child:
    """A forked process that does ``work`` and nothing else; it inherits no connection that it would use."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                work()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)

    def wait(self) -> int:
        """The exit status, or minus the signal that it died of."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def running(self) -> bool:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid and os.waitstatus_to_exitcode(status) != 0:
            raise AssertionError(f"a child failed: {os.waitstatus_to_exitcode(status)}")
        return pid == 0


def die_at(store: Store, number: int) -> None:
    """Kill this process at the ``number``-th boundary from now: before or after a statement, or before a commit."""
    left = number

    def step(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(store.engine, name, step)


def survives(open_store: Callable[[], Store], number: int, work: Callable[[Store], object]) -> bool:
    """Do ``work`` in a process that dies at the ``number``-th boundary; True if it was through before that."""

    def run() -> None:
        store = open_store()
        die_at(store, number)
        work(store)

    status = Child(run).wait()
    assert status in (0, -signal.SIGKILL), f"the child failed with {status}"
    return status == 0
