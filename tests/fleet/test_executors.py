"""An executor that shares its queue with others: what it says to them."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.words import Mode, Trigger
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.executor.choosing import executor_for
from contactd.store import due, queue, runs, schema, syncs
from contactd.store.opening import open_store
from crash.fleet import until
from fakes.house import House, on_postgres
from fakes.postgres import Schemas
from fleet.network import way

PATIENCE = 30.0


@pytest.fixture
def house(tmp_path: Path, postgres: Schemas) -> Iterator[House]:
    with on_postgres(postgres), closing(House(tmp_path)) as house:
        yield house


@pytest.fixture
def calls(house: House) -> Iterator[psycopg.Connection]:
    """Give a session that hears the calls of daemons."""
    with psycopg.connect(house.database.conninfo or "", autocommit=True) as session:
        with house.database.reading() as r:
            session.execute(f'LISTEN "{queue.channel(r)}"')
        yield session


def test_one_that_is_drained_calls_the_others_when_a_run_was_put_back(house: House, calls: psycopg.Connection) -> None:
    began, left = threading.Event(), threading.Event()

    def carry(_run: int, stop: Stop) -> None:
        asked = threading.Event()
        stop.interrupts(asked.set)
        began.set()
        assert asked.wait(PATIENCE)
        left.set()

    executor = executor_for(house.database, 2, ["memory"])
    executor.start(carry)
    with house.database.transaction() as tx:
        run = runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)
        due.admit(tx, run)
        executor.submit(tx, run)
    assert began.wait(PATIENCE)

    executor.drain(PATIENCE)
    heard = list(calls.notifies(timeout=PATIENCE, stop_after=1))

    assert left.is_set()
    assert len(heard) == 1


def test_one_that_is_called_by_another_looks_at_once(house: House) -> None:
    woken = threading.Event()
    executor, other = (executor_for(house.database, slots, ["memory"]) for slots in (2, 0))
    executor.start(lambda _run, _stop: None, woken.set)

    # It may not be listening yet.
    calls = iter(range(600))
    while not woken.wait(0.05):
        assert next(calls, None) is not None
        other.call()

    executor.drain(PATIENCE)


def test_one_that_was_cut_off_for_a_moment_hears_again_what_it_is_told(tmp_path: Path, postgres: Schemas) -> None:
    url = postgres.make()
    with way(tmp_path / "way", url) as path, closing(open_store(path.store)) as database, psycopg.connect(url) as eye:
        schema.prepare(database)
        executor = executor_for(database, 2, ["memory"])
        executor.start(lambda _run, _stop: None)
        _wait_for_listeners(eye, 2)

        path.cut()
        _wait_for_listeners(eye, 0)
        path.mend()

        _wait_for_listeners(eye, 2)
        executor.drain(PATIENCE)


def _wait_for_listeners(eye: psycopg.Connection, many: int) -> None:
    """Wait until there are so many sessions that listen."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    for _ in until(f"{many} sessions that listen"):
        if eye.execute(count).fetchall() == [(many,)]:
            return
        # Else one look would be the same as the other.
        eye.commit()
