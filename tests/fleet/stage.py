"""Several daemons on one store, of which it can be told which one carries what."""

import json
import os
import signal
from collections.abc import Callable, Collection
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from crash.fleet import Born, Fleet, until
from crash.looking import Eye
from crash.scene import Scene
from demo.stage import CommandFailed
from fakes.typed import Typed


class Several(Scene):
    """A scene of several daemons; commands are typed at the first one unless another is named.

    A run that was begun comes to no end, however fast the machine, until the end of every run is waited for or the
    sources are let go.
    """

    def __init__(self, fleet: Fleet, *, syncs: int = 1, size: int = 60, pause: float = 0.02) -> None:
        super().__init__(fleet, Random(1), syncs=syncs, size=size, page_size=4, pause=pause)

    def begin(self) -> None:
        """Let every sync have its first run, and hold what they read."""
        self.hold()
        super().begin()

    def begin_again(self) -> None:
        """Change the customers, let every sync read all of them, and hold what they read."""
        self.hold()
        super().begin_again()

    def hold(self) -> None:
        """Let no source give its last page."""
        for sync in self.syncs:
            (sync.place / "held").touch()

    def let_go(self) -> None:
        """Let every source give its last page, too."""
        for sync in self.syncs:
            (sync.place / "held").unlink(missing_ok=True)

    def wait_until_over(self) -> None:
        """Let go of the sources, and wait until no run is left."""
        self.let_go()
        super().wait_until_over()

    def close(self) -> None:
        """Look at the store no more."""
        self.eye.close()

    def look_anew(self) -> None:
        """Look at the store again, whose server was restarted."""
        self.eye.close()
        self.eye = Eye(self.fleet.store)

    def at(self, daemon: Born, line: str, *, code: int = 0) -> str:
        """Carry out `contactctl LINE` at *daemon*."""
        return Typed(daemon.folder, None, daemon, loud=False).ctl(line, code=code)  # type: ignore[arg-type]

    def refused(self, daemon: Born, line: str) -> str:
        """Carry out `contactctl LINE` at *daemon*, which refuses it; give what it said."""
        with pytest.raises(CommandFailed) as failed:
            self.at(daemon, line)
        return failed.value.told

    def wait_for_runs(self, carried: int) -> None:
        """Wait until so many runs are carried, or more, each of them beyond its first page."""
        count = "SELECT count(*) FROM run WHERE state = 'running' AND pages > 0"
        self.wait(lambda: self.eye.rows(count) >= [(carried,)], f"{carried} runs that are carried")

    def row(self, run: int, *columns: str) -> tuple[Any, ...]:
        """Give columns of a run as they are now."""
        (found,) = self.eye.rows(f"SELECT {', '.join(columns)} FROM run WHERE id = {run}")
        return tuple(found)

    def carrier(self, run: int) -> Born | None:
        """Tell which daemon carries *run*, as the store says."""
        (owner,) = self.row(run, "owner")
        return next((one for one in self.daemons if one.pid and f":{one.pid}:" in owner), None)

    def wait_carried(self, run: int, by: Collection[Born] = ()) -> Born:
        """Wait until *run* has taken a page and is carried, by one of some daemons if they are named."""
        for _ in until(f"the carrying of run {run}"):
            carrier = self.carrier(run)
            if carrier is not None and (not by or carrier in by) and self.row(run, "pages")[0]:
                return carrier
        raise AssertionError

    def wait_state(self, run: int, *states: str) -> None:
        """Wait until *run* is in one of *states*."""
        self.wait(lambda: self.row(run, "state")[0] in states, f"run {run} in {states}")

    def wait(self, true: Callable[[], Any], what: str) -> None:
        """Wait until something is *true*."""
        for _ in until(what):
            if true():
                return

    def alter(self, sql: str) -> None:
        """Change the store behind the back of every daemon."""
        with psycopg.connect(self.fleet.store) as session:
            session.execute(sql)

    def said(self, daemon: Born, event: str) -> list[dict[str, Any]]:
        """Give the entries of the log of *daemon* for an event."""
        return [json.loads(line) for line in daemon.lines() if f'"{event}"' in line]

    def others(self, *but: Born) -> list[Born]:
        """Give every daemon but some."""
        return [one for one in self.daemons if one not in but]


def freeze(daemon: Born) -> None:
    """Stop a daemon in the middle of whatever it does, as one is stopped whose machine is paused."""
    os.kill(daemon.pid, signal.SIGSTOP)


def is_frozen(daemon: Born) -> bool:
    """Tell whether a daemon is stopped."""
    return Path(f"/proc/{daemon.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def thaw(daemon: Born) -> None:
    """Let a daemon go on as if nothing had been."""
    os.kill(daemon.pid, signal.SIGCONT)
