"""The queue of a fleet: made, found older or newer, dropped, and what it says of who is alive."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from contactd.domain.refusals import Conflict
from contactd.domain.words import Mode, Trigger
from contactd.store import queue, runs, syncs
from contactd.store.database import Database
from fakes.house import House, on_postgres
from fakes.postgres import Schemas

JOBS = "SELECT args::text, status::text FROM procrastinate_jobs ORDER BY id"


@pytest.fixture
def house(tmp_path: Path, postgres: Schemas) -> Iterator[House]:
    with on_postgres(postgres), closing(House(tmp_path)) as house:
        yield house


@pytest.fixture
def run(house: House) -> int:
    with house.database.transaction() as tx:
        return runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)


def do(database: Database, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with database.transaction() as tx:
        return tx.fast(sql, values)


def put(house: House, run: int) -> None:
    with house.database.transaction() as tx:
        queue.put(tx, run)


def held(house: House) -> set[int]:
    with house.database.reading() as r:
        return queue.held(r)


def take(house: House, silent: float = 0.0) -> None:
    """Let a worker that has been *silent* for some seconds take the next job."""
    ((worker,),) = do(
        house.database,
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (clock_timestamp() - make_interval(secs => ?)) RETURNING id",
        silent,
    )
    do(house.database, "SELECT procrastinate_fetch_job_v2(ARRAY['memory'], ?)", worker)


def test_a_store_whose_queue_was_never_made_holds_nothing(house: House, run: int) -> None:
    with house.database.reading() as r:
        found = queue.waiting(r, ["memory"]), queue.held(r)
    with house.database.transaction() as tx:
        queue.abort(tx, run)

    assert found == (0, set())


def test_a_run_is_put_into_it_once_and_held_from_then_on(house: House, run: int) -> None:
    put(house, run)
    put(house, run)

    assert do(house.database, JOBS) == [(f'{{"run": {run}}}', "todo")]
    assert held(house) == {run}


def test_what_a_live_worker_has_is_held_and_what_a_dead_one_has_is_not(house: House, run: int) -> None:
    put(house, run)
    take(house, silent=queue.STALE - 3)
    alive = held(house)
    do(house.database, "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '4 seconds'")

    assert alive == {run}
    assert held(house) == set()


def test_what_a_dead_worker_has_is_put_back_and_may_be_taken_by_another(house: House, run: int) -> None:
    put(house, run)
    take(house, silent=queue.STALE + 1)

    put(house, run)
    between = do(house.database, JOBS)
    take(house)

    assert [status for _, status in between] == ["todo"]
    assert [status for _, status in do(house.database, JOBS)] == ["doing"]


def test_what_a_live_worker_has_stays_its_own(house: House, run: int) -> None:
    put(house, run)
    take(house)

    put(house, run)
    take(house)

    assert [status for _, status in do(house.database, JOBS)] == ["doing", "todo"]


def test_what_waits_behind_a_run_of_its_sync_whose_worker_died_as_that_ended_is_lost_and_may_be_taken(
    house: House, run: int
) -> None:
    put(house, run)
    take(house)
    do(house.database, "UPDATE run SET state = 'succeeded'")
    with house.database.transaction() as tx:
        following = runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)
    put(house, following)
    before = held(house)
    do(house.database, "DELETE FROM procrastinate_workers")

    after = held(house)
    put(house, following)
    take(house)

    assert (before, after) == ({run, following}, set())
    assert do(house.database, JOBS) == [(f'{{"run": {following}}}', "doing")]


def test_workers_are_told_when_what_waits_behind_another_run_of_its_sync_may_be_taken(house: House, run: int) -> None:
    put(house, run)
    take(house)
    put(house, run)
    with psycopg.connect(house.database.conninfo or "", autocommit=True) as session:
        session.execute('LISTEN "procrastinate_queue_v1#memory"')
        do(house.database, "DELETE FROM procrastinate_jobs WHERE status = 'doing'")

        told = [json.loads(one.payload)["type"] for one in session.notifies(timeout=30, stop_after=1)]

    assert told == ["job_inserted"]


def test_a_run_stands_in_the_queue_of_its_kind_of_source_and_is_counted_by_those_who_have_it(
    house: House, run: int
) -> None:
    kind = "a" * 63
    do(house.database, "UPDATE connection SET kind = ?", kind)

    put(house, run)

    with house.database.reading() as r:
        found = queue.waiting(r, ["memory"]), queue.waiting(r, ["memory", queue.name(kind)])
    assert found == (0, 1)


@pytest.mark.parametrize(
    "damage", ["DROP TABLE procrastinate_jobs CASCADE", "DROP TABLE procrastinate_workers CASCADE"]
)
def test_one_that_was_dropped_is_made_anew(house: House, run: int, damage: str) -> None:
    put(house, run)
    do(house.database, damage)

    put(house, run)

    assert held(house) == {run}


def test_one_that_somebody_else_made_is_left_alone_and_refused(house: House, run: int) -> None:
    put(house, run)
    do(house.database, "COMMENT ON TABLE procrastinate_jobs IS NULL")

    with pytest.raises(Conflict, match="that contactd did not make; give contactd a schema of its own"):
        put(house, run)

    assert len(do(house.database, JOBS)) == 1
    do(house.database, "DROP TABLE procrastinate_jobs CASCADE")


def test_one_of_an_older_release_is_made_anew_and_one_of_a_newer_left_alone(house: House, run: int) -> None:
    put(house, run)
    do(house.database, "COMMENT ON TABLE procrastinate_jobs IS '99.00.00_01_later'")
    put(house, run)
    newer = do(house.database, JOBS)
    do(house.database, "COMMENT ON TABLE procrastinate_jobs IS '02.00.00_01_earlier'")
    do(house.database, "UPDATE procrastinate_jobs SET args = '{\"run\": 99}', queueing_lock = ''")

    put(house, run)

    assert len(newer) == 1
    assert do(house.database, JOBS) == [(f'{{"run": {run}}}', "todo")]
