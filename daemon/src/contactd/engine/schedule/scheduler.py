"""The tick: what is due becomes a waiting run, and what waits is admitted where there is room.

Rule: everything here is idempotent and bounded. A tick that never ran, ran
twice, or ran on two daemons at once leaves the same runs.
"""

import threading
from collections.abc import Callable, Collection

import structlog

from contactd.domain.clock import SECOND
from contactd.domain.due import Fate, after_dropping, fate, next_due
from contactd.domain.nouns import Sync
from contactd.domain.refusals import Away, Changed, Unfit
from contactd.domain.words import Mode, SyncState, Trigger
from contactd.engine.schedule.admission import OPEN, Gate, Limits, admit
from contactd.engine.schedule.executor.base import Executor
from contactd.engine.schedule.timetable import Timetable
from contactd.store import attempts, connections, due, runs, syncs
from contactd.store.database import Database, Reading, Transaction

log = structlog.get_logger()

#: Syncs that one tick makes runs of, at most: some 50 ms, so that a slot which is free is not left so for longer.
_BATCH = 50

#: The longest time between two looks, seconds.
_PULSE = 1.0

#: Ticks between two times that what nobody waits for is looked after.
_TIDY = 30


#: Put off by this, a slot that could not be taken is tried again.
_PUT_OFF = 600 * SECOND

#: Tells what a sync wants attention for.
Attention = Callable[[Reading, Sync], tuple[str, ...]]


def stored_attention(_: Reading, sync: Sync) -> tuple[str, ...]:
    """Tell what the store alone can tell."""
    return sync.attention


class Scheduler:
    """Looks once a second, and at once when it is woken."""

    def __init__(
        self,
        database: Database,
        executor: Executor,
        limits: Limits,
        *,
        gate: Gate = OPEN,
        attention: Attention = stored_attention,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._executor = executor
        self._limits = limits
        self._timetable = Timetable(database)
        #: Since when there has always been a sync that was due, and not another daemon's business.
        self._behind: int | None = None
        #: Knows which organizations cannot be read now.
        self._gate = gate
        #: What keeps a sync from being started by the clock.
        self._attention = attention
        #: What wants to be looked after now and then.
        self._tidy = tidy
        self._wake = threading.Event()
        self._asked = False
        self._ended = False
        #: What was said last of a store that will not do.
        self._unfit = ""
        self._thread = threading.Thread(target=self._loop, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self) -> None:
        """Something became due: look now, and let others look who have room for it if this daemon has not."""
        self._asked = True
        self._wake.set()

    def look(self) -> None:
        """Look now: another daemon has no room for what is due."""
        self._wake.set()

    def close(self, seconds: float | None = None) -> None:
        """Look no more; wait for the look under way, for no longer than some *seconds*: its store may not answer."""
        self._ended = True
        self._wake.set()
        self._thread.join(seconds)

    def _loop(self) -> None:
        ticks = 0
        while not self._ended:
            try:
                asked, self._asked = self._asked, False
                self.tick(reconcile=ticks % max(int(self._executor.vigilance / _PULSE), 1) == 0, asked=asked)
                if ticks % _TIDY == 0:
                    self._tidy()
                self._unfit = ""
            except (Away, Unfit) as exc:
                self._tell(exc)
                # Runs may have been abandoned meanwhile: they are looked for as soon as it is back. And nobody has seen
                # what came to be due.
                ticks, self._behind = -1, None
            except Exception:  # the outermost frame of the scheduler's thread: without it no run would ever begin again
                log.exception("tick_failed")
            ticks += 1
            self._wake.wait(_PULSE)
            self._wake.clear()

    def _tell(self, refusal: Away | Unfit) -> None:
        match refusal:
            case Changed():
                """The daemon ends for that, and says so."""
            case Unfit() if refusal.message != self._unfit:
                self._unfit = refusal.message
                log.error("store_unfit", reason=refusal.reason, because=refusal.message)
            case Away():
                log.warning("store_away")

    def tick(self, *, reconcile: bool, asked: bool = False) -> None:
        """Look once; for the scheduler's own thread.

        *reconcile*: look for runs that nobody carries, too. *asked*: something is new, so if there is no room for it
        here, other daemons are told.
        """
        with self._database.reading() as r:
            busy, now = due.anything(r), r.now
        self._timetable.look(now)
        if not busy.syncs:
            self._behind = None
        elif self._make_due(now):
            self._wake.set()
        if busy.runs or busy.syncs:
            # A power cut may take it back: whoever was admitted waits again then.
            with self._database.transaction(durable=False) as tx:
                admit(tx, self._executor, self._limits, self._gate)
                left = asked and due.anything(tx).runs
            if left:
                self._executor.call()
        if reconcile:
            self._reconcile()

    def _make_due(self, now: int) -> bool:
        with self._database.reading() as r:
            foreign = self._limits.foreign(r)
            idle = bool(foreign) and not due.syncs(r, 1, foreign)
        if idle:
            self._behind = None
            return False
        self._behind = self._behind or now
        return make_due(self._database, self._attention, seen=self._behind, but=foreign)

    def _reconcile(self) -> None:
        with self._database.reading() as r:
            lost = self._executor.lost(r, [one.run for one in due.carried(r)])
        if lost:
            with self._database.transaction(durable=False) as tx:
                resubmit_lost(tx, self._executor)


def make_due(database: Database, attention: Attention, *, seen: int | None = None, but: Collection[int] = ()) -> bool:
    """Make a run of every sync that is due, and write down when each is due next; tell whether there may be more.

    Each in a transaction of its own: one that cannot be started keeps none of the others waiting. *seen*: when the
    clock first saw what is due now; what waits for the clock since then is not missed for that. *but*: connections
    whose syncs are left to another daemon.
    """
    with database.reading() as r:
        found, seen = due.syncs(r, _BATCH, but), r.now if seen is None else seen
    for sync_id, slot in found:
        try:
            with database.transaction(durable=False) as tx:
                _take_slot(tx, sync_id, slot, attention, seen)
        except (Away, Unfit):
            raise
        except Exception:  # a zone that is gone from the database of zones, or a bug: it concerns one sync
            log.exception("slot_failed", sync=sync_id)
            with database.transaction(durable=False) as tx:
                due.put_off(tx, sync_id, tx.now + _PUT_OFF)
    return len(found) == _BATCH


#: Why a run was made, by what became of its time.
_TRIGGERS = {Fate.ON_TIME: Trigger.SCHEDULE, Fate.MADE_UP_FOR: Trigger.CATCH_UP}


def _take_slot(tx: Transaction, sync_id: int, slot: int, attention: Attention, seen: int) -> None:
    """Make the run that a sync is due for at *slot*, or drop the slot and note why."""
    sync = syncs.by_id(tx, sync_id)
    if sync.state is not SyncState.ACTIVE or sync.next_run_at != slot:
        return
    its = fate(sync, slot, seen)
    because = _because(tx, sync, its, attention)
    if because:
        syncs.drop_slot(tx, sync, because, by="scheduler")
    else:
        sweeps = sync.next_sweep_at is not None and sync.next_sweep_at <= tx.now
        mode = Mode.SWEEP if sweeps else Mode.INCREMENTAL
        runs.create(tx, sync=sync, trigger=_TRIGGERS[its], mode=mode, scheduled_for=slot)
    missed = its is Fate.DROPPED
    following = after_dropping(sync, tx.now) if missed else next_due(sync.schedule, sync.sweep_schedule, tx.now)
    due.advance(tx, sync_id, following.run_at, following.sweep_at)


def _because(tx: Transaction, sync: Sync, its: Fate, attention: Attention) -> str:
    """Tell why the time that *sync* is due at is dropped; nothing where it is not."""
    if its is Fate.DROPPED:
        return "missed"
    return "live" if runs.is_live(tx, sync.id) else ",".join(attention(tx, sync))


def resubmit_lost(tx: Transaction, executor: Executor) -> None:
    """Hand runs that nobody carries to the executor again, and have them wait; closes any gap of any executor.

    Whoever carried one may have been refreshing the token of its connection, which nobody need wait for any more.
    """
    carried = {one.run: one for one in due.carried(tx)}
    for run in executor.lost(tx, carried):
        log.warning("run_lost", run=run)
        connections.forget_leases(tx, carried[run].connection)
        if attempts.cancel_requested(tx, run):
            attempts.end_cancelled(tx, run)
            continue
        due.admit_anew(tx, run)
        executor.submit(tx, run)
