"""What every executor promises: each test runs in threads of one daemon, and by Procrastinate on PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from contactd.domain.words import Mode, RunState, Trigger
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.executor.base import Executor
from contactd.engine.schedule.executor.choosing import executor_for
from contactd.engine.schedule.scheduler import resubmit_lost
from contactd.store import attempts, connections, due, runs, syncs
from fakes.house import House, record

#: Seconds in which whatever is to happen has happened.
PATIENCE = 30.0


class Carrier:
    """Carries runs as far as the test says, and keeps what it saw."""

    def __init__(self) -> None:
        self.began, self.stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.may_end = threading.Event()
        self.carried: list[int] = []

    def __call__(self, run: int, stop: Stop) -> None:
        self.carried.append(run)
        stop.interrupts(self.stopped.release)
        self.began.release()
        assert self.may_end.wait(PATIENCE)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    carrier = Carrier()
    yield carrier
    carrier.may_end.set()


@pytest.fixture
def executor(house: House) -> Iterator[Executor]:
    executor = executor_for(house.database, 4, ["memory"])
    yield executor
    executor.drain(PATIENCE)


@pytest.fixture
def run(house: House) -> int:
    """Give a run whose turn it is."""
    with house.database.transaction() as tx:
        made = runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)
        due.admit(tx, made)
    return made


def submit(house: House, executor: Executor, run: int) -> None:
    with house.database.transaction() as tx:
        executor.submit(tx, run)


def lost(house: House, executor: Executor, run: int) -> set[int]:
    with house.database.reading() as r:
        return executor.lost(r, [run])


def taken(house: House, executor: Executor) -> int:
    with house.database.reading() as r:
        return executor.taken(r)


def cancel(house: House, run: int) -> None:
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET cancel_requested = 1 WHERE id = ?", (run,))


def test_what_is_submitted_is_carried(house: House, executor: Executor, carrier: Carrier, run: int) -> None:
    executor.start(carrier)

    submit(house, executor, run)

    assert carrier.began.acquire(timeout=PATIENCE)
    assert carrier.carried == [run]
    assert taken(house, executor) == 1
    assert lost(house, executor, run) == set()


def test_what_is_submitted_while_it_is_carried_is_carried_once_more_afterwards(
    house: House, executor: Executor, carrier: Carrier, run: int
) -> None:
    executor.start(carrier)
    submit(house, executor, run)
    assert carrier.began.acquire(timeout=PATIENCE)

    for _ in range(3):
        submit(house, executor, run)
    meanwhile = carrier.began.acquire(timeout=0.1)
    carrier.may_end.set()

    assert not meanwhile
    assert carrier.began.acquire(timeout=PATIENCE)
    executor.drain(PATIENCE)
    assert carrier.carried == [run, run]


def test_what_is_rolled_back_is_not_carried(house: House, executor: Executor, carrier: Carrier, run: int) -> None:
    executor.start(carrier)

    with suppress(ZeroDivisionError), house.database.transaction() as tx:
        executor.submit(tx, run)
        raise ZeroDivisionError
    submit(house, executor, run)

    assert carrier.began.acquire(timeout=PATIENCE)
    assert carrier.carried == [run]


def test_what_nobody_holds_is_lost_and_carried_when_it_is_submitted_again(
    house: House, executor: Executor, carrier: Carrier, run: int
) -> None:
    executor.start(carrier)
    with house.database.transaction() as tx:
        attempts.begin(tx, run, owner="one that died")

    before = lost(house, executor, run)
    with house.database.transaction() as tx:
        connections.claim_refresh(tx, house.sync.connection_id, until=tx.now + 1)
        resubmit_lost(tx, executor)
        leased = connections.sealed(tx, house.sync.connection_id).lease_until

    assert before == {run}
    # Until somebody takes it, it is not told as one that goes on.
    assert (house.run_of(run).state, house.run_of(run).waiting_reason) == (RunState.WAITING, "slot")
    # Whoever carried it may have died amid a refresh of the token.
    assert leased == 0
    assert carrier.began.acquire(timeout=PATIENCE)
    assert lost(house, executor, run) == set()


def test_what_nobody_holds_and_somebody_cancelled_is_over_at_once(
    house: House, executor: Executor, carrier: Carrier, run: int
) -> None:
    executor.start(carrier)
    with house.database.transaction() as tx:
        attempts.begin(tx, run, owner="one that died")
    cancel(house, run)

    with house.database.transaction() as tx:
        resubmit_lost(tx, executor)

    assert house.run_of(run).state is RunState.CANCELLED
    assert (taken(house, executor), carrier.carried) == (0, [])


def test_a_body_that_fails_leaves_its_run_to_be_found(house: House, executor: Executor, run: int) -> None:
    tried = threading.Semaphore(0)

    def fail(_run: int, _stop: Stop) -> None:
        tried.release()
        raise RuntimeError("a bug")

    executor.start(fail)
    submit(house, executor, run)
    assert tried.acquire(timeout=PATIENCE)
    executor.drain(PATIENCE)

    assert lost(house, executor, run) == {run}


def test_one_that_is_cancelled_is_stopped_at_once(house: House, executor: Executor, carrier: Carrier, run: int) -> None:
    executor.start(carrier)
    submit(house, executor, run)
    assert carrier.began.acquire(timeout=PATIENCE)

    executor.nudge(run)
    unasked = carrier.stopped.acquire(blocking=False)
    cancel(house, run)
    executor.nudge(run)

    assert not unasked
    assert carrier.stopped.acquire(timeout=PATIENCE)


def test_a_drain_stops_what_is_carried_and_takes_no_more(
    house: House, executor: Executor, carrier: Carrier, run: int
) -> None:
    executor.start(carrier)
    submit(house, executor, run)
    assert carrier.began.acquire(timeout=PATIENCE)

    too_soon = executor.drain(0.05)
    assert carrier.stopped.acquire(timeout=PATIENCE)
    carrier.may_end.set()
    in_time = executor.drain(PATIENCE)
    submit(house, executor, run)

    assert (too_soon, in_time) == (False, True)
    assert carrier.carried == [run]


def test_a_drain_waits_for_one_that_was_cancelled_and_has_not_ended_yet(
    house: House, executor: Executor, carrier: Carrier, run: int
) -> None:
    executor.start(carrier)
    submit(house, executor, run)
    assert carrier.began.acquire(timeout=PATIENCE)
    cancel(house, run)
    executor.nudge(run)
    assert carrier.stopped.acquire(timeout=PATIENCE)

    too_soon = executor.drain(0.5)
    carrier.may_end.set()

    assert not too_soon
    assert executor.drain(PATIENCE)


def test_a_run_is_carried_to_its_end(house: House, executor: Executor, run: int) -> None:
    house.source.records = [record(1), record(2)]
    over = threading.Semaphore(0)

    def carry(number: int, stop: Stop) -> None:
        house.runs.carry(number, stop)
        over.release()

    executor.start(carry)
    submit(house, executor, run)

    assert over.acquire(timeout=PATIENCE)
    assert house.run_of(run).state is RunState.SUCCEEDED
