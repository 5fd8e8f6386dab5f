"""The seam between the engine and whatever carries runs.

It stands low on purpose: schedule, limits, fairness, retries and cancelling are
the engine's, in portable SQL. An executor answers one question: run this run
in exactly one live process, and tell me if that process dies.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from contactd.engine.runs.stop import Stop
from contactd.store.database import Reading, Transaction

#: Carries a run as far as it goes now; blocking, in a thread of its own.
RunBody = Callable[[int, Stop], None]


def nobody() -> None:
    """Wake nobody: there is no other daemon."""


class Executor(Protocol):
    """Carries admitted runs."""

    #: Seconds between two searches for runs that nobody carries.
    vigilance: float

    def start(self, body: RunBody, wake: Callable[[], None] = nobody) -> None:
        """Begin to carry runs, with *body*; *wake* is called when another daemon says that something may be due."""
        ...

    def recover(self, tx: Transaction) -> int:
        """Put back what a daemon that is gone carried, as far as that is known at a start; tell how many runs."""
        ...

    def taken(self, r: Reading) -> int:
        """Tell how many of the slots of this daemon are taken, or will be at once."""
        ...

    def submit(self, tx: Transaction, run: int) -> None:
        """Carry *run* once *tx* is true; one that is carried just now, again when it was left."""
        ...

    def nudge(self, run: int) -> None:
        """Somebody's wish for *run* changed: if it should be cancelled, it is stopped now."""
        ...

    def call(self) -> None:
        """Let daemons that have room look now: this one has none for what waits."""
        ...

    def lost(self, r: Reading, runs: Collection[int]) -> set[int]:
        """Tell which of *runs*, all admitted or running, nobody holds."""
        ...

    def drain(self, seconds: float) -> bool:
        """Take no more runs and let each end at its next page; tell whether all did in time."""
        ...
