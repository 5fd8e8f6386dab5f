"""Which waiting run goes next: room on its connection and its organization, and workspaces in turn.

Rule: few runs are admitted and many wait, so that fairness decides here and
not the order in which an executor happens to take them. Workspaces take turns:
however many runs one of them has waiting, the others come first once it has
had its own, or as many as it weighs. A run whose vendor allows no call now goes on waiting, with the
time and the reason on it, and nothing is started for it.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import Protocol

import structlog

from contactd.domain.clock import micros
from contactd.domain.words import Waiting
from contactd.engine.schedule.executor.base import Executor
from contactd.store import due
from contactd.store.database import Reading, Transaction
from contactd.store.due import Carried
from contactd_sdk import Spent, Throttled

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs may be carried at once: by this daemon, of one connection by all of them; of which kinds."""

    slots: int = 4
    per_connection: int = 2
    #: The kinds of sources that this daemon has, where others may have the others (None: there are no others).
    kinds: frozenset[str] | None = None

    def foreign(self, r: Reading) -> Collection[int]:
        """Give the connections whose kind this daemon has not: what is to be done for them is left to others."""
        return () if self.kinds is None else due.foreign(r, self.kinds)


class _Room:
    """How many runs are carried, of which connections, and which of these have no room for another one."""

    def __init__(self, limits: Limits, carried: Collection[Carried], taken: int) -> None:
        self._limits = limits
        #: How many runs may still be admitted.
        self.free = limits.slots - taken
        self._taken: Counter[int] = Counter()
        self.full: set[int] = set()
        for one in carried:
            self._count(one)

    def take(self, one: Carried) -> None:
        """Count a run that is admitted now."""
        self.free -= 1
        self._count(one)

    def _count(self, one: Carried) -> None:
        self._taken[one.connection] += 1
        if self._taken[one.connection] >= (one.most or self._limits.per_connection):
            self.full.add(one.connection)


class Gate(Protocol):
    """Tells whether the organization of a connection can be read now."""

    def refused(self, tx: Transaction, connection_id: int) -> Throttled | None:
        """Tell why no call may be made for a connection, and until when."""
        ...

    def full(self, tx: Transaction, connection_id: int) -> bool:
        """Tell whether as many runs as may be read its organization."""
        ...


class OpenGate:
    """Lets every run through: nobody counts calls."""

    def refused(self, _tx: Transaction, _connection_id: int) -> Throttled | None:
        """Refuse nobody."""
        return None

    def full(self, _tx: Transaction, _connection_id: int) -> bool:
        """Have room for everybody."""
        return False


#: For those who count nothing.
OPEN: Gate = OpenGate()


def admit(tx: Transaction, executor: Executor, limits: Limits, gate: Gate = OPEN) -> list[int]:
    """Hand to *executor* the runs whose turn it is; give their numbers."""
    admitted: list[int] = []
    room = _Room(limits, due.carried(tx), executor.taken(tx))
    line = due.line(tx) if room.free > 0 else []
    room.full.update(limits.foreign(tx) if line else ())
    heapify(line)
    while line and room.free > 0:
        turn = line[0]
        run = due.first_of(tx, turn.workspace, room.full)
        if run is None:
            heappop(line)
            continue
        if run.reads and not _let_in(tx, gate, room, run):
            # Nothing was done for this workspace: it is still its turn.
            continue
        due.admit(tx, run.run)
        due.take(tx, turn)
        executor.submit(tx, run.run)
        room.take(run)
        admitted.append(run.run)
        heapreplace(line, turn.following())
    return admitted


def _let_in(tx: Transaction, gate: Gate, room: _Room, run: Carried) -> bool:
    """Tell whether *run* may read its source; if not, it is not met again in this round."""
    refusal = gate.refused(tx, run.connection)
    if refusal is not None:
        # However soon the time that it is put off to may be.
        room.full.add(run.connection)
        because = Waiting.QUOTA if isinstance(refusal, Spent) else Waiting.THROTTLED
        runs = due.put_off_runs(tx, run.connection, because, str(refusal), not_before=micros(refusal.until))
        log.info("runs_put_off", runs=runs, reason=because.value)
        return False
    if gate.full(tx, run.connection):
        room.full.add(run.connection)
        return False
    return True
