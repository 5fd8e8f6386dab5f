"""A fleet: any number of daemons on one store, each a process of its own that can be ended at any instant."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from contactd.store.seal import KEY_SIZE
from crash.planted import End
from demo.stage import PATIENCE, Daemon
from fakes.typed import Typed


class Zygote:
    """The process that daemons are forked of, which takes two seconds to begin and then nothing.

    *hasty*: those of its daemons that share a store miss one another sooner than they do.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, *, hasty: bool = False) -> None:
        self._asks, theirs = socket.socketpair()
        self._asks.settimeout(PATIENCE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, Path(__file__).parent / "zygote.py", str(theirs.fileno()), "hasty" if hasty else ""],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **(environ or {})},
            )
        self._answers = self._asks.makefile("rb")

    def start(self, arguments: Sequence[str], log: Path, environ: Mapping[str, str], end: End | None) -> int:
        """Start a daemon with *arguments*; give its process id."""
        planted = None if end is None else end._asdict()
        return self._ask({"arguments": arguments, "log": str(log), "environ": dict(environ), "end": planted})

    def over(self, process: int) -> int:
        """Tell how a daemon ended that is over: its exit code, or the signal that ended it, below zero."""
        return self._ask({"over": process})

    def _ask(self, what: Mapping[str, object]) -> int:
        self._asks.sendall(json.dumps(what).encode() + b"\n")
        return int(self._answers.readline())

    def close(self) -> None:
        """End it, and with it every daemon that is left."""
        self._answers.close()
        self._asks.close()
        self._process.wait(PATIENCE)


class Born(Daemon):
    """A daemon that is forked of a zygote, and may be ended at one of its commit points."""

    zygote: Zygote

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pid = 0
        #: How much it had said when each of its lives began.
        self._said: list[int] = []

    def start(self) -> None:
        """Start it, and wait until it says that it serves."""
        self.begin()

    def begin(self, end: End | None = None, *, environ: Mapping[str, str] | None = None) -> bool:
        """Start it, and wait until it serves or is over; tell whether it serves."""
        place, log = self.folder / "notify", self.folder / "contactd.log"
        place.unlink(missing_ok=True)
        self._said.append(log.stat().st_size if log.exists() else 0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(str(place))
            told = {"NOTIFY_SOCKET": str(place), **(environ or {})}
            self.pid = self.zygote.start(["--config", str(self.config), "--role", self.role], log, told, end)
            serves = self._serves(heard)
        if not serves and end is None:
            raise SystemExit(f"contactd did not start:\n{self.last_words()}")
        return serves

    def _serves(self, heard: socket.socket) -> bool:
        with closing(_Exit(self.pid)) as over:
            while True:
                ready, _, _ = select.select([heard.fileno(), over.fileno()], [], [], PATIENCE)
                if heard.fileno() in ready:
                    if b"READY=1" in heard.recv(4096):
                        return True
                elif ready:
                    return False
                else:
                    raise SystemExit(f"contactd neither serves nor ends:\n{self.last_words()}")

    def ended(self) -> int:
        """Wait until it ends by itself; give its exit code."""
        with closing(_Exit(self.pid)) as over:
            if not select.select([over.fileno()], [], [], PATIENCE)[0]:
                raise AssertionError(f"contactd does not end:\n{self.last_words()}")
        code, self.pid = self.zygote.over(self.pid), 0
        return code

    def stop(self) -> int:
        """Ask it to stop as systemd does, and give its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End it at once, by SIGKILL."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.ended()

    def last_words(self) -> str:
        """Give what it has said in its last life."""
        return "\n".join(self.lines(-1))

    def lines(self, life: int = 0) -> list[str]:
        """Give the lines that it has said since a life of it began."""
        return (self.folder / "contactd.log").read_bytes()[self._said[life] :].decode().splitlines()

    def instance(self) -> str:
        """Tell what it calls itself in this life."""
        told = Typed(self.folder, None, self, loud=False).ask("info")  # type: ignore[arg-type]
        return str(told["instance_id"])


class _Exit:
    """Can be waited for: a process that is over."""

    def __init__(self, process: int) -> None:
        self._fd = os.pidfd_open(process)

    def fileno(self) -> int:
        return self._fd

    def close(self) -> None:
        os.close(self._fd)


class Fleet:
    """As many daemons as *size* says on the store at *store*, whose plugins are in *plugins*; none runs yet."""

    def __init__(
        self, zygote: Zygote, folder: Path, store: str, plugins: Path, *, size: int = 1, more: str = ""
    ) -> None:
        self.zygote = zygote
        self.folder = folder
        self.store = store
        self._plugins, self._more = plugins, more
        # They share the key, as they share the store; none would be made where a test has left its tables.
        self._key = folder / "store.key"
        self._key.write_bytes(bytes(KEY_SIZE))
        self._key.chmod(0o400)
        self.daemons: list[Born] = []
        for _ in range(size):
            self.add()

    def add(self, role: str = "all", *, store: str = "", plugins: Path | None = None) -> Born:
        """Add a daemon, which does not run yet; it may reach the store, and plugins, in a way of its own."""
        place = self.folder / f"daemon-{len(self.daemons) + 1}"
        place.mkdir()
        daemon = Born(place, store or self.store, role)
        daemon.zygote = self.zygote
        more = f'[plugins]\nallow = ["told"]\npath = ["{plugins or self._plugins}"]\n\n{self._more}'
        self.configure(daemon, more=more)
        self.daemons.append(daemon)
        return daemon

    def configure(self, daemon: Born, *, hosts: Sequence[str] = (), more: str = "") -> None:
        """Write the configuration of a daemon of the fleet, which has its key."""
        daemon.configure(hosts=hosts, more=more)
        daemon.config.write_text(daemon.config.read_text().replace(f"{daemon.folder}/store.key", str(self._key)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for daemon in self.daemons:
            daemon.kill()


def until(what: str, *, seconds: float = PATIENCE) -> Iterator[None]:
    """Look again and again, for as long as the patience of a test is; *what* is waited for."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield
        time.sleep(0.002)
    raise AssertionError(f"{what} is waited for in vain")


@contextmanager
def zygote(environ: Mapping[str, str] | None = None, *, hasty: bool = False) -> Iterator[Zygote]:
    """Give a zygote, for as long as the block lasts."""
    with closing(Zygote(environ, hasty=hasty)) as made:
        yield made
