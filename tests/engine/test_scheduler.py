"""The scheduler's thread: it looks on whatever happens."""

import threading

from structlog.testing import capture_logs

from contactd.domain.refusals import Unfit
from contactd.domain.words import Mode, Trigger
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.admission import Limits
from contactd.engine.schedule.executor.embedded import EmbeddedExecutor
from contactd.engine.schedule.scheduler import Scheduler
from contactd.store import due, runs, syncs
from fakes.house import House, record
from fakes.postgres import ON_FILES


def test_a_tick_that_fails_is_not_the_last(house: House) -> None:
    house.source.records = [record(1)]
    failed, carried = threading.Event(), threading.Event()

    def fail() -> None:
        failed.set()
        raise RuntimeError("a bug")

    def carry(run: int, stop: Stop) -> None:
        house.runs.carry(run, stop)
        carried.set()

    executor = EmbeddedExecutor(house.database)
    executor.start(carry)
    scheduler = Scheduler(house.database, executor, Limits(slots=1, per_connection=1), tidy=fail)
    scheduler.start()
    assert failed.wait(30)

    with house.database.transaction() as tx:
        runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)
    scheduler.wake()
    went_on = carried.wait(30)
    scheduler.close()

    assert went_on
    assert list(house.contacts()) == ["person1@example.com"]


@ON_FILES
def test_a_store_that_will_not_do_is_told_of_once_until_it_does(house: House) -> None:
    looks = iter(["denied", "denied", "denied", "fine", "denied"])
    looked = threading.Semaphore(0)

    def look() -> None:
        looked.release()
        if next(looks, "fine") == "denied":
            raise Unfit("denied", reason="STORE_DENIED")

    scheduler = Scheduler(house.database, EmbeddedExecutor(house.database), Limits(), tidy=look)
    with capture_logs() as log:
        scheduler.start()
        # After a fault it looks after all of it again; after none, thirty ticks later.
        seen = 0
        for _ in range(1000):
            scheduler.wake()
            seen += looked.acquire(timeout=0.01)
            if seen == 5:
                break
        scheduler.close()

    told = [line for line in log if line["event"] == "store_unfit"]
    assert told == [{"event": "store_unfit", "log_level": "error", "reason": "STORE_DENIED", "because": "denied"}] * 2


def test_a_run_of_a_paused_sync_keeps_nobody_busy(house: House) -> None:
    house.start()
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET state = 'waiting'")
        tx.fast("UPDATE sync SET state = 'paused'")

    with house.database.transaction() as tx:
        first, busy = due.first_of(tx, workspace=1, full=()), due.anything(tx)

    assert first is None
    assert busy == (False, False)
