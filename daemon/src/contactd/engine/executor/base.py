"""The seam between the engine and whatever carries runs.

It stands low on purpose: schedule, limits, fairness, retries and cancelling are
the engine's, in portable SQL. An executor answers one question: run this run
in exactly one live process, and tell me if that process dies.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from contactd.engine.stop import Stop
from contactd.store.database import Transaction

#: Carries a run as far as it goes now; blocking, in a thread of its own.
RunBody = Callable[[int, Stop], None]


class Executor(Protocol):
    """Carries admitted runs."""

    def start(self, body: RunBody) -> None:
        """Begin to carry runs, with *body*."""
        ...

    def submit(self, tx: Transaction, run: int) -> None:
        """Carry *run* once *tx* is true. Asked for twice, it is carried once."""
        ...

    def nudge(self, run: int) -> None:
        """Somebody's wish for *run* changed: if it should be cancelled, it is stopped now."""
        ...

    def lost(self, tx: Transaction, runs: Collection[int]) -> set[int]:
        """Tell which of *runs*, all admitted or running, nobody holds."""
        ...

    def drain(self, seconds: float) -> bool:
        """Take no more runs and let each end at its next page; tell whether all did in time."""
        ...
