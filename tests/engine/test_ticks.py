"""The clock's ticks: many syncs due at once, two clocks at once, wishes that come between, and many runs at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contactd.domain.words import Misfire, RunState
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.admission import Limits
from contactd.engine.schedule.executor.embedded import EmbeddedExecutor
from contactd.engine.schedule.scheduler import Scheduler, make_due, stored_attention
from contactd.store import runs
from contactd_sdk import Page, Window
from fakes.clockwork import Carried, Clockwork, daily, multiply
from fakes.house import House, Records, record
from fakes.postgres import ON_FILES


@pytest.fixture
def clock(house: House) -> Clockwork:
    house.source.records = [record(1)]
    return Clockwork(house, "2026-06-01T10:00:00+00:00")


def states(house: House, column: str = "state") -> Counter[Any]:
    with house.database.reading() as r:
        return Counter(value for (value,) in r.fast(f"SELECT {column} FROM run"))


@ON_FILES
def test_what_waits_for_the_clock_itself_is_not_missed(clock: Clockwork) -> None:
    """So many are due at once that the last one's turn comes minutes later; none is dropped for that."""
    clock.recurs(daily("13:00"), misfire=Misfire.SKIP)
    multiply(clock.house, 120)
    scheduler = Scheduler(clock.house.database, Carried(), Limits(slots=1))

    for now in ("11:00:01", "11:02:00", "11:04:00"):
        clock.is_now(f"2026-06-01T{now}+00:00")
        scheduler.tick(reconcile=False)

    assert states(clock.house, "run_trigger") == {"schedule": 120}


@ON_FILES
def test_a_free_slot_is_filled_before_all_that_are_due_have_their_run(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    multiply(clock.house, 120)
    clock.is_now("2026-06-01T11:00:01+00:00")
    carried = Carried()

    Scheduler(clock.house.database, carried, Limits(slots=2)).tick(reconcile=False)

    assert len(carried.runs) == 2
    assert states(clock.house) == {"admitted": 2, "waiting": 48}


def test_the_times_of_syncs_whose_kind_of_source_a_daemon_has_not_are_left_to_another(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    clock.is_now("2026-06-01T11:00:01+00:00")

    ticks = [
        Scheduler(clock.house.database, Carried(), Limits(kinds=frozenset(kinds))) for kinds in ({"x"}, {"memory"})
    ]
    runs = []
    for scheduler in ticks:
        scheduler.tick(reconcile=False)
        runs.append(states(clock.house))

    assert runs == [{}, {"admitted": 1}]
    assert clock.sync.dropped_slots == 0


@ON_FILES
def test_what_is_left_to_another_daemon_that_is_not_there_excuses_no_time_that_was_missed(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"), misfire=Misfire.SKIP)
    multiply(clock.house, 2, connections=2)
    clock.change("UPDATE connection SET kind = 'elsewhere' WHERE id <> ?", clock.house.sync.connection_id)
    scheduler = Scheduler(clock.house.database, Carried(), Limits(kinds=frozenset({"memory"})))

    for now in ("01T11:00:01", "01T11:00:02", "02T18:00:00"):
        clock.is_now(f"2026-06-{now}+00:00")
        scheduler.tick(reconcile=False)
        clock.change("UPDATE run SET state = 'succeeded'")

    assert states(clock.house, "run_trigger") == {"schedule": 1}


def test_two_clocks_at_once_take_a_time_once(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    clock.is_now("2026-06-01T11:00:01+00:00")
    together = threading.Barrier(4)

    def look(_: int) -> None:
        together.wait(30)
        make_due(clock.house.database, stored_attention)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(look, range(4)))

    assert states(clock.house) == {"waiting": 1}
    assert clock.sync.dropped_slots == 0
    assert clock.next_run == "2026-06-02 11:00"


def test_a_time_that_was_edited_away_before_the_clock_looked_is_not_taken(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    clock.is_now("2026-06-01T11:00:01+00:00")

    clock.recurs(daily("15:00"))
    clock.tick()

    assert clock.history() == []
    assert clock.next_run == "2026-06-01 13:00"


def test_a_sync_that_is_paused_before_the_clock_looked_does_not_run(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    clock.is_now("2026-06-01T11:00:01+00:00")

    clock.change("UPDATE sync SET state = 'paused'")
    clock.tick()

    assert clock.history() == []
    assert clock.sync.dropped_slots == 0


def test_a_pause_is_seen_at_the_next_page_and_the_run_goes_on_from_it(clock: Clockwork) -> None:
    house, run = clock.house, clock.house.start()
    house.source.records = [record(number) for number in range(1, 7)]
    asked: list[int] = []

    def pause_at_the_second(page: int) -> None:
        asked.append(page)
        if asked == [0, 1]:
            clock.change("UPDATE sync SET state = 'paused'")

    house.source.before_page = pause_at_the_second
    paused = house.carry(run)
    clock.change("UPDATE sync SET state = 'active'")
    with house.database.transaction() as tx:
        runs.release_paused(tx, house.sync.id)
    resumed = house.carry(run)

    assert (paused.state, paused.waiting_reason, paused.pages) == (RunState.WAITING, "paused", 2)
    assert (resumed.id, resumed.state, resumed.pages) == (run, RunState.SUCCEEDED, 3)
    assert asked == [0, 1, 2]
    assert resumed.counts.total == 6


class Counted(Records):
    """A source that counts how many read it at once."""

    def __init__(self) -> None:
        super().__init__(records=[record(1)])
        self._lock, self._now, self.most = threading.Lock(), 0, 0
        self.met = threading.Event()

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now > 1:
                self.met.set()
        # The first one waits for another, so that there are two at once wherever that may be.
        self.met.wait(30)
        yield from super().pages(cursor, window)
        with self._lock:
            self._now -= 1


@ON_FILES
def test_many_runs_at_once_keep_the_limit_of_each_connection(clock: Clockwork) -> None:
    """Eight slots, three connections of two runs each, thirty runs: carried in threads, as the daemon does."""
    house = clock.house
    clock.recurs(daily("13:00"))
    multiply(house, 30, connections=3)
    clock.is_now("2026-06-01T11:00:01+00:00")
    sources = {house.sync.connection_id + number: Counted() for number in range(3)}
    over = threading.Semaphore(0)

    class Opens:
        def open(self, connection_id: int) -> Any:
            return sources[connection_id]

    executor = EmbeddedExecutor(house.database)
    scheduler = Scheduler(house.database, executor, Limits(slots=8, per_connection=2))
    carrier = Runs(house.database, Opens(), owner="test", wake=scheduler.wake)

    def carry(run: int, stop: Stop) -> None:
        carrier.carry(run, stop)
        over.release()

    executor.start(carry)
    scheduler.start()
    ended = [over.acquire(timeout=60) for _ in range(30)]
    scheduler.close()

    assert all(ended)
    assert states(house) == {"succeeded": 30}
    assert [source.most for source in sources.values()] == [2, 2, 2]
