"""A run is cancelled in every state that it can be in: it ends, keeps what it has taken, and removes nobody."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from contactd.domain.nouns import Run
from contactd.domain.words import Mode, RunState, SyncState
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.executor.embedded import EmbeddedExecutor
from contactd.host.errors import Interrupted
from contactd.store import attempts, due, runs, syncs
from contactd.store.attempts import begin
from contactd_sdk import AuthFailed, Page, SourceError, Unavailable, Window
from fakes.house import House, Records, counts, record

PEOPLE = [record(number) for number in range(1, 7)]


def cancel(house: House, run: int) -> Run:
    with house.database.transaction() as tx:
        return runs.cancel(tx, run, by="ann")


@pytest.fixture
def waiting(house: House) -> int:
    """A run that nobody has admitted."""
    house.source.records = list(PEOPLE)
    run = house.start()
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET state = 'waiting'")
    return run


@pytest.mark.parametrize("reason", ["slot", "throttled", "quota", "drained", "paused", "retry", "source_away"])
def test_one_that_waits_ends_at_once_whatever_it_waits_for(house: House, waiting: int, reason: str) -> None:
    later = house.now() + 3_600_000_000
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET waiting_reason = ?, not_before = ?", (reason, later))

    ended = cancel(house, waiting)

    assert (ended.state, ended.finished_at) == (RunState.CANCELLED, house.now())


def test_one_that_is_admitted_ends_before_it_has_begun(house: House, waiting: int) -> None:
    with house.database.transaction() as tx:
        due.admit(tx, waiting)

    ended = cancel(house, waiting)
    house.runs.carry(waiting, Stop())

    assert ended.state is RunState.CANCELLED
    assert house.run_of(waiting).attempt == 0
    assert house.contacts() == {}


def test_one_that_is_carried_ends_at_its_next_page(house: House, waiting: int) -> None:
    def cancel_at_the_second(page: int) -> None:
        if page == 1:
            cancel(house, waiting)

    house.source.before_page = cancel_at_the_second

    ended = house.carry(waiting)

    assert (ended.state, counts(ended)) == (RunState.CANCELLED, {"added": 4})
    assert ended.pages == 2


def test_one_that_is_held_ends_and_removes_nobody(house: House) -> None:
    house.source.page_size = 100
    house.run([record(number) for number in range(1, 31)])
    held = house.run([], Mode.SWEEP)
    assert held.state is RunState.HELD

    ended = cancel(house, held.id)

    assert ended.state is RunState.CANCELLED
    assert len(house.contacts()) == 30


def test_one_that_its_daemon_left_running_ends_when_the_next_one_finds_it(house: House, waiting: int) -> None:
    with house.database.transaction() as tx:
        due.admit(tx, waiting)
        begin(tx, waiting, owner="gone")
    cancel(house, waiting)

    house.runs.carry(waiting, Stop())

    assert house.run_of(waiting).state is RunState.CANCELLED
    assert house.contacts() == {}


@pytest.mark.parametrize("fault", [Unavailable("nobody home"), AuthFailed("the account was disabled")])
def test_one_that_meets_a_fault_ends_and_has_neither_failed_nor_is_tried_again(
    house: House, waiting: int, fault: SourceError
) -> None:
    def fail(_page: int) -> None:
        cancel(house, waiting)
        raise fault

    house.source.before_page = fail

    ended = house.carry(waiting)

    with house.database.reading() as r:
        sync = syncs.by_id(r, ended.sync_id)
    assert (ended.state, sync.state) == (RunState.CANCELLED, SyncState.ACTIVE)


class Silent(Records):
    """A source that never answers again after its first page, until it is interrupted."""

    def __init__(self) -> None:
        super().__init__(records=list(PEOPLE))
        self.asked, self._left = threading.Event(), threading.Event()

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        yield next(super().pages(cursor, window))
        self.asked.set()
        assert self._left.wait(30)
        raise Interrupted("the source was left")

    def interrupt(self) -> None:
        self._left.set()


def test_one_that_waits_for_its_source_is_not_waited_for(house: House, waiting: int) -> None:
    house.source = silent = Silent()
    carried = threading.Event()

    def carry(run: int, stop: Stop) -> None:
        house.runs.carry(run, stop)
        carried.set()

    executor = EmbeddedExecutor(house.database)
    executor.start(carry)
    with house.database.transaction() as tx:
        due.admit(tx, waiting)
        executor.submit(tx, waiting)
    assert silent.asked.wait(30)

    cancel(house, waiting)
    executor.nudge(waiting)

    assert carried.wait(30)
    ended = house.run_of(waiting)
    assert (ended.state, counts(ended)) == (RunState.CANCELLED, {"added": 2})


def test_after_each_of_them_the_sync_runs_again(house: House, waiting: int) -> None:
    cancel(house, waiting)

    again = house.run(list(PEOPLE))

    assert (again.state, counts(again)) == (RunState.SUCCEEDED, {"added": 6})


def test_a_run_that_is_tried_again_keeps_its_number_and_goes_on_where_it_was(house: House, waiting: int) -> None:
    asked: list[int] = []

    def fail(page: int) -> None:
        asked.append(page)
        if page == 1 and asked.count(1) < 4:
            raise Unavailable("nobody home")

    house.source.before_page = fail
    waits: list[Any] = []
    for _ in range(3):
        put_back = house.carry(waiting)
        waits.append((put_back.waiting_until - house.now()) / 1_000_000)
        house.clock += timedelta(microseconds=put_back.waiting_until - house.now())
        assert (put_back.state, put_back.waiting_reason) == (RunState.WAITING, "source_away")

    ended = house.carry(waiting)

    assert (ended.id, ended.state, ended.attempt) == (waiting, RunState.SUCCEEDED, 4)
    assert counts(ended) == {"added": 6}
    assert asked == [0, 1, 1, 1, 1, 2]
    assert [2.5 * 2**n <= wait <= 5 * 2**n for n, wait in enumerate(waits)] == [True, True, True]


def test_the_end_of_a_run_that_was_cancelled_is_told_once_wherever_it_comes(house: House, waiting: int) -> None:
    """Asked of one that waits, of one that is carried, and of one whose daemon died before it heard."""
    told = []
    for state in ("waiting", "running", "admitted"):
        with house.database.transaction() as tx:
            tx.fast("UPDATE run SET state = ?, cancel_requested = 0, finished_at = NULL", (state,))
        cancel(house, waiting)
        with house.database.transaction() as tx:
            attempts.recover(tx)
            told.append(tx.fast("SELECT count(*) FROM event WHERE kind = 'run_cancelled'"))

    assert told == [[(1,)], [(2,)], [(3,)]]
