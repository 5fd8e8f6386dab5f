"""Runs in threads of this daemon, which is the only one on its store."""

import threading
from collections.abc import Collection

import structlog

from contactd.engine.executor.base import RunBody
from contactd.engine.stop import Stop
from contactd.store import attempts
from contactd.store.database import Database, Transaction

log = structlog.get_logger()


class EmbeddedExecutor:
    """Carries each run in a thread. How many at once is admission's business."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._change = threading.Condition()
        self._live: dict[int, Stop] = {}
        self._draining = False
        self._body: RunBody | None = None

    def start(self, body: RunBody) -> None:
        """Begin to carry runs, with *body*."""
        self._body = body

    def submit(self, tx: Transaction, run: int) -> None:
        """Carry *run* once *tx* is true. Asked for twice, it is carried once."""
        tx.after_commit(lambda: self._begin(run))

    def _begin(self, run: int) -> None:
        with self._change:
            if run in self._live or self._draining:
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
                self._change.notify_all()

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

    def lost(self, _tx: Transaction, runs: Collection[int]) -> set[int]:
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
