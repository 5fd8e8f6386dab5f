"""A running control plane with contactctl before it: what a person types, and what is stored then."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from client.conftest import Contactctl
from contactd.api.draining import Draining
from contactd.api.listeners import Role, UnixSocket
from contactd.api.register import everything
from contactd.api.server import serve
from contactd.api.system import About
from contactd.api.threads import Threads
from contactd.engine.parts import Parts

_ABOUT = About("1.2.3", "an-instance", "sqlite", "7", 0)


class Typing:
    """contactctl, typed as people do: `typed("lists", "create", "all")`."""

    def __init__(self, contactctl: Contactctl) -> None:
        self.contactctl = contactctl

    def __call__(self, *argv: str, stdin: str = "") -> str:
        """Type a command that works, and give what is seen."""
        ran = self.contactctl(*argv, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran.out

    def told(self, *argv: str, stdin: str = "") -> Any:
        """Type a command that works, and give what a program gets."""
        return json.loads(self(*argv, "--json", stdin=stdin))

    def refused(self, *argv: str, stdin: str = "") -> tuple[int, str]:
        """Type a command that does not work, and give its exit code and what is said."""
        ran = self.contactctl(*argv, stdin=stdin)
        assert ran.code != 0, ran.out
        return ran.code, ran.err


@contextmanager
def running(parts: Parts, folder: Path) -> Iterator[Typing]:
    """Serve *parts* at an admin's socket in *folder*, as the daemon does."""
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    threads, draining = Threads(4), Draining()
    listener = UnixSocket(folder / "admin" / "api.sock", Role.ADMIN)
    answers = everything(parts, threads, draining, _ABOUT)
    servers = asyncio.run_coroutine_threadsafe(serve([listener], answers, draining=draining), loop).result()
    try:
        # The log of the control plane would stand among what contactctl prints.
        with capture_logs():
            yield Typing(Contactctl(folder, str(listener)))
    finally:
        asyncio.run_coroutine_threadsafe(servers.stop(0), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        runner.join()
        loop.close()
        threads.close()
