"""The clocks of several daemons that look at one store at once: each with sessions and a schedule of its own."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.words import Mode, Trigger
from contactd.engine.schedule.admission import Limits
from contactd.engine.schedule.executor.choosing import executor_for
from contactd.engine.schedule.scheduler import Scheduler
from contactd.store import queue, runs, syncs
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.clockwork import Clockwork, daily, multiply
from fakes.house import House, on_postgres
from fakes.postgres import Schemas

KINDS = frozenset({"memory"})


@pytest.fixture
def house(tmp_path: Path, postgres: Schemas) -> Iterator[House]:
    with on_postgres(postgres), closing(House(tmp_path)) as house:
        yield house


@pytest.fixture
def three(house: House) -> Iterator[list[Database]]:
    """Give the store as three daemons have it."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(open_store(house.database.conninfo or "", clock=house.now))) for _ in "123"]


def look_at_once(three: list[Database], limits: Limits) -> None:
    """Let three daemons look at the clock at the same time, until nothing more is due."""
    together = threading.Barrier(3)

    def look(database: Database) -> None:
        scheduler = Scheduler(database, executor_for(database, limits.slots, KINDS), limits)
        together.wait(30)
        for _ in range(4):
            scheduler.tick(reconcile=True)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(look, three))


def test_three_daemons_make_one_run_of_each_of_a_hundred_syncs_that_are_due(
    house: House, three: list[Database]
) -> None:
    clock = Clockwork(house, "2026-06-01T10:00:00+00:00")
    clock.recurs(daily("13:00"))
    multiply(house, 100)
    clock.is_now("2026-06-01T11:00:01+00:00")

    look_at_once(three, Limits(slots=4, per_connection=100, kinds=KINDS))

    with house.database.reading() as r:
        made = Counter(sync for (sync,) in r.fast("SELECT sync_id FROM run WHERE run_trigger = 'schedule'"))
        dropped = r.fast("SELECT sum(skipped_slots) FROM sync")
    assert len(made) == 100
    assert set(made.values()) == {1}
    assert dropped == [(0,)]


def test_three_daemons_together_admit_no_more_runs_of_a_connection_than_it_may_have(
    house: House, three: list[Database]
) -> None:
    clock = Clockwork(house, "2026-06-01T10:00:00+00:00")
    clock.recurs(daily("13:00"))
    multiply(house, 40, connections=2)
    clock.change("UPDATE connection SET max_running = 3 WHERE name = 'c1'")
    clock.is_now("2026-06-01T11:00:01+00:00")

    look_at_once(three, Limits(slots=20, per_connection=2, kinds=KINDS))

    admitted = "SELECT connection_id FROM run WHERE state = 'admitted'"
    with house.database.reading() as r:
        carried = Counter(connection - house.sync.connection_id for (connection,) in r.fast(admitted))
    assert carried == {0: 2, 1: 3}


def test_a_daemon_that_carries_nothing_calls_the_others_for_what_somebody_asked_of_it(house: House) -> None:
    with house.database.transaction() as tx:
        runs.create(tx, sync=syncs.by_id(tx, house.sync.id), trigger=Trigger.MANUAL, mode=Mode.FULL)
    control = Scheduler(house.database, executor_for(house.database, 0, KINDS), Limits(slots=0, kinds=KINDS))
    with psycopg.connect(house.database.conninfo or "", autocommit=True) as calls:
        with house.database.reading() as r:
            calls.execute(f'LISTEN "{queue.channel(r)}"')

        control.tick(reconcile=False, asked=True)

        assert len(list(calls.notifies(timeout=30, stop_after=1))) == 1
