"""Start a sandbox and steer it, from a test, a demo or a benchmark.

    with Sandbox.start(load="chinook") as sandbox:
        sandbox.edit(sandbox.find("ftremblay@gmail.com"), phone="+1 514 555 0100")
        sandbox.plant(path="*/contacts", kind="html", status=503)

Rule: nothing but the standard library is imported here, so that whoever
steers a sandbox does not load what the sandbox is made of.
"""

import json
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from contactd_zoho_sandbox.remote.accounts import AccountControl, Tokens
from contactd_zoho_sandbox.remote.behavior import BehaviorControl, Call, Usage, busiest_minute, token_id
from contactd_zoho_sandbox.remote.clock import ClockControl
from contactd_zoho_sandbox.remote.contacts import ContactControl
from contactd_zoho_sandbox.remote.faults import FaultControl
from contactd_zoho_sandbox.remote.wire import SandboxError

__all__ = [
    "Call",
    "Center",
    "Control",
    "Organization",
    "Ready",
    "Sandbox",
    "SandboxError",
    "Tokens",
    "Usage",
    "busiest_minute",
    "token_id",
]

#: Starting with a hundred thousand customers takes seconds; not answering at all is a fault.
START_SECONDS = 120.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization of the sandbox."""

    organization_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Center:
    """One data center; `Control(accounts_url)` steers it."""

    code: str
    accounts_url: str
    api_url: str
    #: The address of its account's owner.
    email: str


@dataclass(frozen=True, slots=True)
class Ready:
    """What a sandbox tells when it answers."""

    url: str
    client_id: str
    client_secret: str
    #: Can be exchanged once, within a day.
    grant_code: str
    #: The address of the account's owner.
    email: str
    organizations: tuple[Organization, ...]
    #: Both data centers, the one at `url` first.
    centers: tuple[Center, ...]


class Control(AccountControl, ContactControl, FaultControl, ClockControl, BehaviorControl):
    """The control API of the sandbox that answers at *url*."""


class Sandbox(Control):
    """A sandbox that runs as a process of its own, until it is stopped or this one ends."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Ready) -> None:
        super().__init__(ready.url)
        self.process = process
        self.ready = ready

    @classmethod
    def start(
        cls,
        *,
        store: Path | None = None,
        load: Literal["chinook"] | None = None,
        generate: int = 0,
        seed: int = 1,
        bad_share: float = 0.0,
        port: int = 0,
        seconds: float = START_SECONDS,
    ) -> Self:
        """Start a sandbox and wait until it answers.

        Raises:
            SandboxError: it ended instead, or did not answer within *seconds*.
        """
        command = [sys.executable, "-m", "contactd_zoho_sandbox", "--while-stdin"]
        command += [f"--port={port}", f"--generate={generate}", f"--seed={seed}", f"--bad-share={bad_share}"]
        command += ["--store", str(store)] if store else []
        command += ["--load", load] if load else []
        # Its standard input ends with us, however we end, and then it stops too.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            return cls(process, _ready(process, seconds))
        except BaseException:
            _end(process, process.kill)
            raise

    def stop(self) -> int:
        """Stop it in good order, as SIGTERM does; return its exit code."""
        return _end(self.process, self.process.terminate)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        _end(self.process, self.process.kill)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _ready(process: subprocess.Popen[bytes], seconds: float) -> Ready:
    pipe = process.stdout
    told = [] if pipe is None else select.select([pipe], [], [], seconds)[0]
    line = pipe.readline() if pipe is not None and told else b""
    if not line:
        how = "ended" if told else f"did not answer within {seconds} s"
        raise SandboxError(f"The sandbox {how}; what it wrote to standard error says why.")
    ready = json.loads(line)
    ready["organizations"] = tuple(Organization(**each) for each in ready["organizations"])
    ready["centers"] = tuple(Center(**each) for each in ready["centers"])
    return Ready(**ready)


def _end(process: subprocess.Popen[bytes], how: Callable[[], None]) -> int:
    # To signal a process that has ended already does nothing.
    how()
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    return code
