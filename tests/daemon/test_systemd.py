"""sd_notify(3), without a library."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from auldd.systemd import Notifier


def test_outside_systemd_nothing_happens() -> None:
    notifier = Notifier({})
    notifier.ready("x")
    notifier.alive()
    assert notifier.watchdog is None


def test_a_socket_in_the_abstract_namespace() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0auld-test-" + str(os.getpid()))
        sock.settimeout(5)
        Notifier({"NOTIFY_SOCKET": "@auld-test-" + str(os.getpid())}).status("reading")
        assert sock.recv(100) == b"STATUS=reading"


def test_a_service_manager_that_went_away_does_not_matter(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready("x")


def test_the_watchdog_of_another_process_is_not_ours() -> None:
    assert Notifier({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog is None
    assert Notifier({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}).watchdog == 1.0
