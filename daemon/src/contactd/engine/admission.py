"""Which waiting run goes next: room on its connection, and workspaces in turn.

Rule: few runs are admitted and many wait, so that fairness decides here and
not the order in which an executor happens to take them.
"""

from dataclasses import dataclass

from contactd.engine.executor.base import Executor
from contactd.store import due
from contactd.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs may be carried at once: in all, and of one connection."""

    slots: int = 4
    per_connection: int = 2


def admit(tx: Transaction, executor: Executor, limits: Limits) -> list[int]:
    """Hand to *executor* the runs whose turn it is; give their numbers."""
    admitted: list[int] = []
    free = limits.slots - len(due.active(tx))
    while free > 0:
        run = due.next_run(tx, limits.per_connection)
        if run is None:
            break
        due.admit(tx, run)
        executor.submit(tx, run)
        admitted.append(run)
        free -= 1
    return admitted
