"""Runs in threads of this daemon, which is the only one on its store."""

import threading
from collections.abc import Callable, Collection

import structlog

from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.executor.base import RunBody, nobody
from contactd.store import attempts, due
from contactd.store.database import Database, Reading, Transaction

log = structlog.get_logger()


class EmbeddedExecutor:
    """Carries each run in a thread. How many at once is admission's business."""

    #: Nothing is lost here but by a fault.
    vigilance = 30.0

    def __init__(self, database: Database) -> None:
        self._database = database
        self._change = threading.Condition()
        self._live: dict[int, Stop] = {}
        self._again: set[int] = set()
        self._draining = False
        self._body: RunBody | None = None

    def start(self, body: RunBody, _wake: Callable[[], None] = nobody) -> None:
        """Begin to carry runs, with *body*."""
        self._body = body

    def recover(self, tx: Transaction) -> int:
        """Put every run back that was carried: whoever did so is gone."""
        return attempts.recover(tx)

    def taken(self, r: Reading) -> int:
        """Tell how many runs are carried, or are to be."""
        return len(due.carried(r))

    def submit(self, tx: Transaction, run: int) -> None:
        """Carry *run* once *tx* is true; one that is carried just now, again when it was left."""
        tx.after_commit(lambda: self._begin(run))

    def _begin(self, run: int) -> None:
        with self._change:
            if self._draining:
                return
            if run in self._live:
                # Its thread may have left it already.
                self._again.add(run)
                return
            stop = self._live[run] = Stop()
        threading.Thread(target=self._carry, args=(run, stop), name=f"run-{run}", daemon=True).start()

    def _carry(self, run: int, stop: Stop) -> None:
        try:
            if self._body is not None:
                self._body(run, stop)
        except Exception:  # the outermost frame of a run's thread
            log.exception("run_thread_failed", run=run)
        finally:
            with self._change:
                del self._live[run]
                again = run in self._again
                self._again.discard(run)
                self._change.notify_all()
            if again:
                self._begin(run)

    def nudge(self, run: int) -> None:
        """Stop *run* now if it should be cancelled; a paused one sees it at its next page."""
        with self._change:
            stop = self._live.get(run)
        if stop is None:
            return
        with self._database.reading() as r:
            cancelled = attempts.cancel_requested(r, run)
        if cancelled:
            stop.ask()

    def call(self) -> None:
        """Call nobody: there is no other daemon."""

    def lost(self, _r: Reading, runs: Collection[int]) -> set[int]:
        """Tell which of *runs* no thread of this daemon holds."""
        with self._change:
            return set(runs) - self._live.keys()

    def drain(self, seconds: float) -> bool:
        """Take no more runs and let each end at its next page; tell whether all did in time."""
        with self._change:
            self._draining = True
            stops = list(self._live.values())
        for stop in stops:
            stop.ask()
        with self._change:
            return self._change.wait_for(lambda: not self._live, seconds)
