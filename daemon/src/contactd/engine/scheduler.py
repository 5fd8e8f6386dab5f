"""The tick: what is due becomes a waiting run, and what waits is admitted where there is room.

Rule: everything here is idempotent and bounded. A tick that never ran, ran
twice, or ran on two daemons at once leaves the same runs.
"""

import threading
from collections.abc import Callable

import structlog

from contactd.domain.clock import SECOND
from contactd.domain.refusals import Away
from contactd.domain.schedule import next_instant
from contactd.domain.words import Mode, Trigger
from contactd.engine.admission import Limits, admit
from contactd.engine.executor.base import Executor
from contactd.store import due, runs, syncs
from contactd.store.database import Database, Transaction

log = structlog.get_logger()

#: Syncs that one tick makes runs of, at most.
_BATCH = 500

#: The longest time between two looks, seconds.
_PULSE = 1.0

#: A slot that is later than this was missed, and is caught up with once.
_LATE = 60 * SECOND

#: Ticks between two searches for runs that nobody carries.
_RECONCILE = 30


class Scheduler:
    """Looks once a second, and at once when it is woken."""

    def __init__(
        self, database: Database, executor: Executor, limits: Limits, *, tidy: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._executor = executor
        self._limits = limits
        #: What wants to be looked after now and then.
        self._tidy = tidy
        self._wake = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._loop, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self) -> None:
        """Something became due: look now."""
        self._wake.set()

    def close(self) -> None:
        """Look no more."""
        self._ended = True
        self._wake.set()
        self._thread.join()

    def _loop(self) -> None:
        ticks = 0
        while not self._ended:
            try:
                self._tick(reconcile=ticks % _RECONCILE == 0)
            except Away:
                log.warning("store_away")
                # Runs may have been abandoned meanwhile: they are looked for as soon as it is back.
                ticks = -1
            except Exception:  # the outermost frame of the scheduler's thread: without it no run would ever begin again
                log.exception("tick_failed")
            ticks += 1
            self._wake.wait(_PULSE)
            self._wake.clear()

    def _tick(self, *, reconcile: bool) -> None:
        with self._database.reading() as r:
            busy = due.anything(r)
        if busy.syncs:
            with self._database.transaction() as tx:
                make_due(tx)
        if busy.runs or busy.syncs:
            with self._database.transaction() as tx:
                admit(tx, self._executor, self._limits)
        if reconcile:
            self._tidy()
            with self._database.transaction(durable=False) as tx:
                resubmit_lost(tx, self._executor)


def make_due(tx: Transaction) -> None:
    """Make a run of every sync that is due, and write down when each is due next."""
    for sync_id, slot in due.syncs(tx, _BATCH):
        sync = syncs.by_id(tx, sync_id)
        if runs.live_of(tx, sync_id) is None:
            trigger = Trigger.CATCH_UP if tx.now - slot > _LATE else Trigger.SCHEDULE
            runs.create(tx, sync=sync, trigger=trigger, mode=Mode.INCREMENTAL, scheduled_for=slot)
        else:
            due.count_skipped(tx, sync_id)
        due.advance(tx, sync_id, next_instant(sync.schedule, tx.now))


def resubmit_lost(tx: Transaction, executor: Executor) -> None:
    """Hand runs that nobody carries to the executor again; closes any gap of any executor."""
    for run in executor.lost(tx, due.active(tx)):
        log.warning("run_lost", run=run)
        executor.submit(tx, run)
