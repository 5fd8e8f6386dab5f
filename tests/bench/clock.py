"""What the clock costs: a tick that finds nothing to do, and one admission out of many that wait."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from contactd.domain.clock import SECOND
from contactd.engine.schedule.admission import Limits, admit
from contactd.engine.schedule.executor.embedded import EmbeddedExecutor
from contactd.engine.schedule.scheduler import Scheduler
from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.crowd import crowd, recurring
from fakes.postgres import Server

_NOW = 1_800_000_000 * SECOND
_TICKS = 300
_TURNS = 200
_FEW, _MANY = 100, 100_000

#: 15,000 of 20,000 waiting runs are one workspace's.
_WAITING = {1: 15_000, **dict.fromkeys(range(2, 502), 10)}


def clock() -> Iterator[str]:
    """Measure in this process; give the lines that tell of it, in microseconds of time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="contactd-bench-")))
        server = stack.enter_context(Server())
        found = [_measured(url) for url in (f"sqlite://{folder}/clock.db", server.url())]
    yield f"{'the clock, in µs':<44}{'SQLite':>16}{'PostgreSQL':>16}"
    few = [one[0] for one in found]
    yield _line(f"an idle tick, {_FEW} syncs", few)
    yield _line(f"an idle tick, {_MANY:,} syncs", [one[1] for one in found], few)
    yield _line("the same, and 20,000 runs wait for a time", [one[2] for one in found], few)
    yield _line("one admission, 20,000 runs wait for a turn", [one[3] for one in found])


def _measured(url: str) -> list[float]:
    with closing(open_store(url, clock=lambda: _NOW)) as database:
        schema.prepare(database)
        scheduler = Scheduler(database, EmbeddedExecutor(database), Limits())
        return [
            _idle(database, scheduler, lambda tx: recurring(tx, range(1, _FEW + 1))),
            _idle(database, scheduler, lambda tx: recurring(tx, range(_FEW + 1, _MANY + 1))),
            _idle(database, scheduler, lambda tx: crowd(tx, _WAITING, not_before=_NOW + SECOND)),
            _admission(database),
        ]


def _idle(database: Database, scheduler: Scheduler, fill: Callable[[Any], None]) -> float:
    with database.transaction() as tx:
        fill(tx)
    # What a daemon looks at once after its start is no part of a tick.
    for _ in range(_MANY // 100):
        scheduler.tick(reconcile=False)
    return _median(lambda: scheduler.tick(reconcile=False), _TICKS)


def _admission(database: Database) -> float:
    """Admit one run after the other, each into the room that the one before it has left."""
    with database.transaction() as tx:
        tx.fast("UPDATE run SET not_before = 0")
    return _median(partial(_one_admission, database), _TURNS)


def _one_admission(database: Database) -> None:
    with database.transaction(durable=False) as tx:
        tx.fast("UPDATE run SET state = 'succeeded' WHERE state IN ('admitted', 'running')")
        admit(tx, EmbeddedExecutor(database), Limits(slots=1))


def _median(action: Callable[[], object], times: int) -> float:
    """Do *action* so many times, and give what half of them take at most: others use this machine, too."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def _line(what: str, found: list[float], beside: list[float] | None = None) -> str:
    cells = [f"{one:,.0f}" for one in found]
    if beside is not None:
        cells = [f"{cell} ({one / other:.1f}x)" for cell, one, other in zip(cells, found, beside, strict=True)]
    return f"  {what:<42}" + "".join(cell.rjust(16) for cell in cells)
