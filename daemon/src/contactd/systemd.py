"""What the daemon tells systemd, one datagram each; without systemd, nothing happens.

Source: sd_notify(3), sd_watchdog_enabled(3).
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Self


class Notifier:
    """The way to the service manager. *watchdog* is the seconds between two signs of life, if it wants any."""

    def __init__(self, address: str | None, *, watchdog: float | None = None) -> None:
        self._address = address
        self.watchdog = watchdog

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Find the way in the environment that systemd gives."""
        return cls(environ.get("NOTIFY_SOCKET") or None, watchdog=_watchdog(environ))

    def ready(self, status: str) -> None:
        """Say that the daemon serves, and in *status* what it is up to."""
        self._tell(READY="1", STATUS=status)

    def stopping(self, status: str) -> None:
        """Say that the daemon is about to stop."""
        self._tell(STOPPING="1", STATUS=status)

    def status(self, status: str) -> None:
        """Say what the daemon is up to; `systemctl status` shows it."""
        self._tell(STATUS=status)

    def alive(self) -> None:
        """Give a sign of life."""
        self._tell(WATCHDOG="1")

    def extend(self, seconds: float) -> None:
        """Ask for *seconds* more to start or stop, from now."""
        self._tell(EXTEND_TIMEOUT_USEC=str(round(seconds * 1_000_000)))

    async def stay_alive(self, healthy: Callable[[], Awaitable[bool]]) -> None:
        """Give signs of life for as long as *healthy*; belongs on the loop, so that a stuck loop gives none."""
        while self.watchdog:
            if await healthy():
                self.alive()
            await asyncio.sleep(self.watchdog)

    def _tell(self, **state: str) -> None:
        if self._address is None:
            return
        # A name that begins with '@' is of the abstract kind, which begins with a zero.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        lines = "\n".join(f"{name}={value.replace(chr(10), ' ')}" for name, value in state.items())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
            way.sendto(lines.encode(), address)


def _watchdog(environ: Mapping[str, str]) -> float | None:
    # Meant for us, and not for a parent whose environment we have.
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    wanted = environ.get("WATCHDOG_USEC", "")
    # Twice as often as wanted, as sd_watchdog_enabled(3) advises.
    return int(wanted) / 2_000_000 if wanted.isdecimal() and int(wanted) > 0 else None
