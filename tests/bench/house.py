"""contactd as the bench holds it: the real daemon with one sync of everyone, set up the way a person does it."""

import json
import os
import shlex
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.columns import MAPPED
from bench.cost import children, cpu_of_house, peak_memory
from bench.scenarios import LONGEST, Cost, Failed, Scenario
from contactd_zoho_sandbox.control import Sandbox
from demo.stage import BIN, PATIENCE, UNHURRIED, Daemon

#: Seconds between two looks at a daemon that starts.
_PULSE = 0.2

#: What the suggested mapping has already.
_SUGGESTED = {"email", "first_name", "last_name"}


@dataclass
class TimedDaemon(Daemon):
    """A daemon that is started as systemd does it: it says itself when it is ready."""

    #: Seconds from its start to that.
    ready: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._log = self.folder / "contactd.log"
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.bind(str(self.folder / "notify"))
        self._told.settimeout(_PULSE)

    def start(self) -> None:
        """Start it, and wait until it serves."""
        environ = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify")}
        begun = time.monotonic()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [BIN / "contactd", "run", "--config", self.config],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environ,
            )
        while b"READY=1" not in self._heard():
            if self.process.poll() is not None or time.monotonic() > begun + PATIENCE:
                raise Failed(f"contactd did not start:\n{self._log.read_text()}")
        self.ready = time.monotonic() - begun

    def _heard(self) -> bytes:
        """Give what it said now, if anything."""
        with suppress(TimeoutError):
            return self._told.recv(4096)
        return b""

    def stop(self) -> int:
        """Ask it to stop, which must go well."""
        code = super().stop()
        if code != 0:
            raise Failed(f"contactd ended with {code}:\n{self._log.read_text()}")
        return code

    def kill(self) -> None:
        """End it, and listen no more."""
        super().kill()
        self._told.close()

    @property
    def pid(self) -> int:
        """Its process id, while it runs."""
        assert self.process is not None
        return self.process.pid


class HouseSide:
    """The running *daemon*, which syncs *organization* of *sandbox*."""

    name = "contactd"

    def __init__(self, daemon: TimedDaemon, sandbox: Sandbox, organization: str) -> None:
        self.daemon = daemon
        self._sandbox = sandbox
        self._set_up(organization)

    def carry(self, scenario: Scenario, expected: int) -> Cost:
        """Have the sync run once, and tell what that cost the daemon and its children."""
        self._sandbox.clear_journal()
        before = cpu_of_house(self.daemon.pid)
        # The run as it was last: one line of JSON for each time that it moved on.
        run: dict[str, Any] = json.loads(self.ctl(scenario.command).splitlines()[-1])
        cpu = cpu_of_house(self.daemon.pid) - before
        counted = int(run.get("counts", {}).get(scenario.counted, 0))
        if counted != expected:
            raise Failed(f"'{scenario.title}' counted {counted} records as {scenario.counted}, not {expected}: {run}")
        wall = _instant(run["end_time"]) - _instant(run["start_time"])
        return Cost(wall, cpu, len(self._sandbox.journal("*/contacts")))

    def peaks(self) -> tuple[int, int]:
        """Tell how many bytes the daemon, and the greatest of its children, ever held."""
        return peak_memory(self.daemon.pid), max(map(peak_memory, children(self.daemon.pid)), default=0)

    def ctl(self, line: str) -> str:
        """Carry out `contactctl LINE --json`, and give what it printed."""
        command = [str(BIN / "contactctl"), *shlex.split(line), "--json"]
        environ = {**os.environ, "CONTACTCTL_ADDRESS": self.daemon.address}
        try:
            done = subprocess.run(
                command, capture_output=True, env=environ, timeout=LONGEST, check=False, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"`contactctl {line}` took more than {LONGEST:g} s") from None
        if done.returncode != 0:
            raise Failed(f"`contactctl {line}` ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def _set_up(self, organization: str) -> None:
        """Connect the account, and make a list and a sync, as the demo does."""
        secret = _file(self.daemon.folder / "client_secret", self._sandbox.ready.client_secret)
        code = _file(self.daemon.folder / "grant_code", self._sandbox.grant(seconds=600))
        settings = f"--set client_id={self._sandbox.ready.client_id} --set accounts_url={self._sandbox.url} {UNHURRIED}"
        self.ctl(f"connections create books --kind zoho-books {settings} --secret-file client_secret={secret}")
        self.ctl(f"connections authorize books --code-file {code}")
        self.ctl(f"connections select books {organization}")
        self.ctl("lists create customers")
        fields = " ".join(f"--new-field {name}" for name in MAPPED if name not in _SUGGESTED)
        self.ctl(f"syncs create everyone --connection books --list customers {fields}")


def _file(place: Path, text: str) -> Path:
    place.write_text(text)
    return place


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
