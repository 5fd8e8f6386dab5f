"""What the demo plays on: a folder, a sandbox, a daemon and the command line, all real programs."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contactd_zoho_sandbox.control import Sandbox

#: Where this environment keeps its programs.
BIN = Path(sys.executable).parent

#: The setting of a connection to the sandbox, which no minute's calls are too many for.
UNHURRIED = "--set calls_per_minute=1000000"

#: Seconds in which a daemon begins to serve, and in which it stops.
PATIENCE = 30.0


@dataclass
class Daemon:
    """The daemon as an operator runs it: a process, a configuration file, a Unix socket."""

    folder: Path
    #: The URL of its store, where that is not a file in the folder.
    store: str = ""
    #: What it does of the work of a fleet.
    role: str = "all"
    config: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.config = self.folder / "contactd.toml"

    @property
    def address(self) -> str:
        return f"unix://{self.folder}/run/admin/api.sock"

    def configure(self, *, hosts: Sequence[str] = (), more: str = "") -> None:
        """Write its configuration; *hosts* may stand in for the vendor's own."""
        kinds = ("zoho-books", "zoho-invoice") if hosts else ()
        allowed = "".join(f"[plugins.{kind}]\nhosts = {json.dumps(hosts)}\n" for kind in kinds)
        store = self.store or f"{self.folder}/contactd.db"
        self.config.write_text(
            f'[store]\nurl = "{store}"\nkey_file = "{self.folder}/store.key"\n\n'
            f'[listen]\nunix = "{self.folder}/run"\n\n{allowed}{more}'
        )

    def start(self) -> None:
        """Start it, and wait until it says that it serves, as a service manager does."""
        place = self.folder / "notify"
        place.unlink(missing_ok=True)
        log = (self.folder / "contactd.log").open("ab")
        with log, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(str(place))
            heard.settimeout(0.1)
            self.process = subprocess.Popen(
                [BIN / "contactd", "run", "--config", self.config, "--role", self.role],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "NOTIFY_SOCKET": str(place)},
            )
            self._wait_for_ready(self.process, heard)

    def _wait_for_ready(self, process: subprocess.Popen[bytes], heard: socket.socket) -> None:
        ends = time.monotonic() + PATIENCE
        told = b""
        while b"READY=1" not in told:
            if process.poll() is not None or time.monotonic() > ends:
                raise SystemExit(f"contactd did not start:\n{(self.folder / 'contactd.log').read_text()}")
            with suppress(TimeoutError):
                told = heard.recv(4096)

    def stop(self) -> int:
        """Ask it to stop as systemd does, and give its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def kill(self) -> None:
        """End it at once, as a power cut does to a process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None


class CommandFailed(Exception):
    """A command of the command line was refused."""

    def __init__(self, command: str, code: int, told: str) -> None:
        super().__init__(f"`{command}` ended with {code}: {told}")
        self.code = code
        self.told = told


@dataclass
class Stage:
    """Everything that the demo plays on. *loud*: commands and what they print are shown."""

    folder: Path
    sandbox: Sandbox
    daemon: Daemon
    loud: bool = True

    def ctl(self, line: str, *, code: int = 0, given: str | None = None) -> str:
        """Carry out `contactctl LINE`, and give what it printed when it is not shown; *given* is its input."""
        command = [str(BIN / "contactctl"), *shlex.split(line)]
        if self.loud:
            print(
                f"\n\033[1m$ contactctl {line}\033[0m" if sys.stdout.isatty() else f"\n$ contactctl {line}", flush=True
            )
        done = subprocess.run(
            command,
            input=None if given is None else given.encode(),
            stdin=subprocess.DEVNULL if given is None else None,
            stdout=None if self.loud else subprocess.PIPE,
            stderr=None if self.loud else subprocess.PIPE,
            env={**os.environ, "CONTACTCTL_ADDRESS": self.daemon.address},
            check=False,
        )
        if done.returncode != code:
            raise CommandFailed(line, done.returncode, (done.stderr or b"").decode())
        return (done.stdout or b"").decode()

    def ask(self, line: str) -> Any:
        """Carry out `contactctl LINE --json`, and give what it means."""
        quiet = Stage(self.folder, self.sandbox, self.daemon, loud=False)
        return json.loads(quiet.ctl(f"{line} --json"))

    def ask_lines(self, line: str) -> list[Any]:
        """Carry out `contactctl LINE --json`, and give what each line of it means."""
        quiet = Stage(self.folder, self.sandbox, self.daemon, loud=False)
        return [json.loads(text) for text in quiet.ctl(f"{line} --json").splitlines()]

    def say(self, text: str) -> None:
        """Tell who watches what comes next."""
        if self.loud:
            print(bright(f"\n── {text}", "1;36"), flush=True)


def hosts_of(sandbox: Sandbox) -> list[str]:
    """Name every host at which a sandbox answers, those of its other data center too."""
    addresses = [address for center in sandbox.ready.centers for address in (center.accounts_url, center.api_url)]
    return sorted({urlsplit(address).netloc for address in addresses})


def bright(text: str, how: str) -> str:
    """Make *text* stand out on a terminal, *how* in the terminal's code."""
    return f"\033[{how}m{text}\033[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


@contextmanager
def stage(*, loud: bool = True, folder: Path | None = None, store: str = "") -> Iterator[Stage]:
    """Set the stage, with a sandbox that runs and a daemon that does not yet; all of it ends with the play."""
    with tempfile.TemporaryDirectory(prefix="contactd-") as made:
        place = folder or Path(made)
        with Sandbox.start(store=place / "zoho.db", load="chinook") as sandbox:
            daemon = Daemon(place, store)
            daemon.configure(hosts=hosts_of(sandbox))
            try:
                yield Stage(place, sandbox, daemon, loud=loud)
            finally:
                daemon.kill()
