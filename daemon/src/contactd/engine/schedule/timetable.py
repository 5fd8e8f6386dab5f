"""Times that are in the store already, kept right when clocks and the rules of zones change.

Rule: a time at which a sync is due is worked out once and stored. A daemon that
begins works all of them out again, little by little: a country may have changed
its clocks meanwhile. And where the clock itself goes back, a run that waits for
a span of time does not wait for that much longer, nor does a block last longer.
"""

import structlog

from contactd.domain.clock import SECOND
from contactd.domain.due import Due, next_due
from contactd.domain.schedule import NO_SUCH_ZONE
from contactd.engine.accounts import budgets
from contactd.store import due
from contactd.store.database import Database, Reading
from contactd.store.due import Planned

log = structlog.get_logger()

#: Syncs whose times are looked at in one tick: some 10 ms, so that nothing else waits for it.
_SLICE = 500

#: What is due as soon as this is left alone: it may have been put off, or is being taken.
_SOON = 900 * SECOND

#: A clock is set by less than this all the time.
_STEP = 5 * SECOND

#: A clock that is wrong by more than this is mended; what was taken by it counts no more.
_DAY = 24 * 3600 * SECOND


class Timetable:
    """Looks after the times of syncs and runs; asked once a tick, in the thread of the scheduler."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: int | None = None
        #: The sync behind which the next ones are looked at; `None` once all have been.
        self._behind: int | None = 0

    def look(self, now: int) -> None:
        """Do what the time *now* asks for."""
        if self._seen is None:
            self._seen = self._seen_before(now)
        back = self._seen - now
        self._seen = now
        if back > _STEP:
            self._went_back(back)
        if self._behind is not None:
            self._behind = self._checked(self._behind)

    def _seen_before(self, now: int) -> int:
        """Tell when the store last heard of the time: the clock may have gone back while no daemon looked."""
        with self._database.reading() as r:
            return due.heard(r) or now

    def _went_back(self, back: int) -> None:
        if back > _DAY:
            # What is due by such a clock may be due in years.
            self._behind = 0
        with self._database.transaction() as tx:
            # All daemons of a store go by one clock, and each of them sees it go back.
            if not due.claim_step(tx):
                return
            hastened = due.hasten(tx, back)
            budgets.turn_back(tx)
        log.warning("clock_went_back", seconds=back // SECOND, runs=hastened)

    def _checked(self, behind: int) -> int | None:
        """Work out the times of some syncs again; tell behind which one to go on."""
        with self._database.reading() as r:
            found = due.planned(r, behind, behind + _SLICE, later_than=r.now + _SOON)
            moved = [(plan, following) for plan in found if (following := _moved(r, plan)) is not None]
            newest = due.newest(r)
        if moved:
            with self._database.transaction() as tx:
                for plan, following in moved:
                    due.move(tx, plan, following)
            log.info("times_moved", syncs=len(moved))
        return behind + _SLICE if behind + _SLICE < newest else None


def _moved(r: Reading, plan: Planned) -> Due | None:
    """Tell when a sync is due by the rules of now, if that is another time than the one that is stored."""
    try:
        following = next_due(plan.schedule, plan.sweep, r.now)
        if following == plan.due:
            return None
        # By a clock that was ahead, a time that is to come was taken already.
        taken = due.last_slot(r, plan.sync)
        if taken is not None and r.now < taken <= r.now + _DAY:
            following = next_due(plan.schedule, plan.sweep, taken)
    except NO_SUCH_ZONE:
        return None
    return None if following == plan.due else following
