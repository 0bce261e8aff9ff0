"""Talking to systemd: sd_notify(3) over its datagram socket. Outside of systemd every call does nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

PATIENCE = 1.0
"""Seconds to wait for a service manager that does not take what it is told; a stop must not wait for it."""


class Notifier:
    """Sends state to the service manager. Built from the environment that systemd sets (NOTIFY_SOCKET, WATCHDOG_USEC,
    WATCHDOG_PID); keeps quiet when there is none."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        env = os.environ if environment is None else environment
        self._address = env.get("NOTIFY_SOCKET", "")
        # an address that starts with "@" is in the abstract namespace, which is written with a leading NUL
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        mine = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog: float | None = int(env["WATCHDOG_USEC"]) / 1e6 if mine and env.get("WATCHDOG_USEC") else None
        """Seconds within which systemd wants a sign of life; None if it does not watch."""

    def send(self, *lines: str) -> None:
        if not self._address:
            return
        # systemd going away, or hanging, must not take the daemon with it
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.settimeout(PATIENCE)
            sock.connect(self._address)
            sock.sendall("\n".join(lines).encode())

    def ready(self, status: str) -> None:
        self.send("READY=1", f"STATUS={status}", f"MAINPID={os.getpid()}")

    def status(self, text: str) -> None:
        self.send(f"STATUS={text}")

    def alive(self) -> None:
        if self.watchdog is not None:
            self.send("WATCHDOG=1")

    def reloading(self) -> None:
        self.send("STATUS=reading the configuration again")

    def stopping(self) -> None:
        self.send("STOPPING=1", "STATUS=stopping")
