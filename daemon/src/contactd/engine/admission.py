"""Which waiting run goes next: room on its connection, and workspaces in turn.

Rule: few runs are admitted and many wait, so that fairness decides here and
not the order in which an executor happens to take them. Workspaces take turns:
however many runs one of them has waiting, the others come first once it has
had its own.
"""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass

from contactd.engine.executor.base import Executor
from contactd.store import due
from contactd.store.database import Transaction
from contactd.store.due import Carried


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs may be carried at once: in all, and of one connection."""

    slots: int = 4
    per_connection: int = 2


class _Room:
    """How many runs are carried, of which connections, and which of these have no room for another one."""

    def __init__(self, limits: Limits, carried: Collection[Carried]) -> None:
        self._limits = limits
        self._taken: Counter[int] = Counter()
        self.full: set[int] = set()
        for one in carried:
            self.take(one)

    @property
    def free(self) -> int:
        """How many runs may still be admitted."""
        return self._limits.slots - self._taken.total()

    def take(self, one: Carried) -> None:
        """Count a run that is carried."""
        self._taken[one.connection] += 1
        if self._taken[one.connection] >= (one.most or self._limits.per_connection):
            self.full.add(one.connection)


def admit(tx: Transaction, executor: Executor, limits: Limits) -> list[int]:
    """Hand to *executor* the runs whose turn it is; give their numbers."""
    admitted: list[int] = []
    room = _Room(limits, due.carried(tx))
    line = deque(due.line(tx)) if room.free > 0 else deque[int]()
    while line and room.free > 0:
        workspace = line.popleft()
        run = due.first_of(tx, workspace, room.full)
        if run is None:
            continue
        due.admit(tx, run.run)
        executor.submit(tx, run.run)
        room.take(run)
        admitted.append(run.run)
        line.append(workspace)
    return admitted
