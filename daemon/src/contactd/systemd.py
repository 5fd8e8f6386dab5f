"""What the daemon tells systemd, one datagram each; without systemd, nothing happens.

Source: sd_notify(3), sd_watchdog_enabled(3).
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping

import structlog

from contactd.domain.refusals import ContactdError

log = structlog.get_logger()


def notify(*lines: str, environ: Mapping[str, str] = os.environ) -> None:
    """Tell the service manager all of *lines* at once, such as `READY=1` and `STATUS=Serving`."""
    address = environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A name that begins with '@' is of the abstract kind, which the kernel wants to begin with a zero.
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
        try:
            way.sendto("\n".join(lines).encode(), address)
        except OSError as exc:
            # Nobody is there to be told: that is no reason to stop, or to stop any worse.
            log.warning("notify_failed", fault=exc.strerror)


async def watch(check: Callable[[], Awaitable[object]], *, environ: Mapping[str, str] = os.environ) -> None:
    """Give signs of life, if the service manager wants any, each after *check* has come back.

    Belongs on the event loop: one that is stuck gives none, and neither does a
    *check* that hangs, so the daemon is started anew. A *check* that refuses,
    such as that of a full disk, is an answer: a new start would not mend it.
    """
    pause = watchdog_pause(environ)
    while pause is not None:
        try:
            await check()
        except ContactdError as refusal:
            log.warning("check_refused", reason=refusal.reason, message=refusal.message)
        notify("WATCHDOG=1", environ=environ)
        await asyncio.sleep(pause)


def watchdog_pause(environ: Mapping[str, str]) -> float | None:
    """Tell the seconds between two signs of life, or that none are wanted."""
    # Meant for us, and not for a parent whose environment we have.
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    wanted = environ.get("WATCHDOG_USEC", "")
    # Twice as often as wanted, as sd_watchdog_enabled(3) advises.
    return int(wanted) / 2_000_000 if wanted.isdecimal() and int(wanted) > 0 else None
