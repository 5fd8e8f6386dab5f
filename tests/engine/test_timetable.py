"""Times that are stored, when the rules of a zone have changed since, or the clock goes an hour or years back."""

import pytest

from contactd.domain.clock import SECOND
from contactd.domain.words import Mode, RunState, Trigger
from contactd.engine.schedule.timetable import Timetable
from contactd.store import runs
from fakes.clockwork import Clockwork, cron, daily
from fakes.house import House, record

HOUR = 3600 * SECOND
MORNING = daily("06:30")


@pytest.fixture
def clock(house: House) -> Clockwork:
    house.source.records = [record(1)]
    return Clockwork(house, "2026-06-01T10:00:00+00:00")


def test_a_zone_whose_rules_have_changed_moves_what_is_due_in_it(clock: Clockwork) -> None:
    """Brussels had no summer time, by the rules that were known when the time was stored."""
    clock.recurs(MORNING, sweep=daily("23:00"))
    clock.change("UPDATE sync SET next_run_at = next_run_at + ?, next_sweep_at = next_sweep_at + ?", HOUR, HOUR)
    clock.begin_anew()

    clock.tick()

    assert clock.next_run == "2026-06-01 21:00"
    assert clock.sync.next_sweep_at == clock.sync.next_run_at


def test_what_stands_right_is_not_written_again(clock: Clockwork) -> None:
    clock.recurs(MORNING)
    before = clock.sync

    clock.tick()

    assert clock.sync == before


def test_what_was_put_off_for_some_minutes_stays_put_off(clock: Clockwork) -> None:
    clock.recurs(MORNING)
    clock.change("UPDATE sync SET next_run_at = ?", clock.house.now() + 600 * SECOND)

    clock.tick()

    assert clock.next_run == "2026-06-01 10:10"


def test_a_zone_that_is_gone_leaves_the_time_that_was_known(clock: Clockwork) -> None:
    clock.recurs(MORNING)
    clock.change("UPDATE sync SET schedule = replace(schedule, 'Europe/Brussels', 'Europe/Atlantis')")

    clock.tick()

    assert clock.next_run == "2026-06-02 04:30"


def test_a_time_that_was_taken_is_not_due_again_where_the_clock_was_put_back_meanwhile(clock: Clockwork) -> None:
    clock.recurs(cron("30 12 * * *"))
    clock.is_now("2026-06-01T10:30:05+00:00")
    clock.tick()

    clock.is_now("2026-06-01T09:30:05+00:00")
    clock.begin_anew()
    clock.tick()
    clock.is_now("2026-06-01T10:30:05+00:00")
    clock.tick()

    assert clock.history() == [("schedule", "incremental", "succeeded")]
    assert clock.next_run == "2026-06-02 10:30"


def test_a_clock_that_was_years_ahead_leaves_no_sync_waiting_for_years(clock: Clockwork) -> None:
    """The run for 2 June was made then; the next one is that for 3 June."""
    clock.recurs(MORNING)
    clock.is_now("2031-06-01T10:00:00+00:00")
    clock.tick()

    clock.is_now("2026-06-01T10:00:10+00:00")
    clock.tick()

    assert clock.next_run == "2026-06-03 04:30"


@pytest.mark.parametrize(
    ("reason", "before", "waits"),
    [(reason, 60, 60) for reason in ("retry", "source_away", "store_away", "throttled", "quota")]
    + [("throttled", 1800, 1800), ("quota", 1800, 5400)],
)
def test_a_clock_that_goes_an_hour_back_makes_no_run_wait_an_hour_longer(
    clock: Clockwork, reason: str, before: int, waits: int
) -> None:
    """A run that is out of the calls of a day waits for its end, which comes when it comes."""
    run = clock.house.start()
    clock.tick()
    now = clock.house.now()
    clock.change("UPDATE run SET state = 'waiting', waiting_reason = ?, not_before = ?", reason, now + before * SECOND)

    clock.is_now("2026-06-01T09:00:00+00:00")
    clock.tick()

    assert clock.house.run_of(run).waiting_until - clock.house.now() == waits * SECOND


def test_a_clock_that_went_back_while_no_daemon_looked_makes_no_run_wait_longer_either(clock: Clockwork) -> None:
    run = clock.house.start()
    at = clock.house.now() + 1800 * SECOND
    clock.change("UPDATE run SET state = 'waiting', waiting_reason = 'retry', not_before = ?", at)
    with clock.house.database.transaction() as tx:
        tx.tell("page_taken", "a run", workspace=1, actor="test")

    clock.is_now("2026-06-01T09:00:00+00:00")
    # It is answered for once, by however many daemons that begin.
    for minutes in (0, 5):
        clock.is_now(f"2026-06-01T09:{minutes:02}:00+00:00")
        clock.begin_anew()
        clock.tick()

    assert clock.house.run_of(run).waiting_until == at - HOUR


def test_a_clock_that_goes_an_hour_on_ends_waits_early_and_nothing_else(clock: Clockwork) -> None:
    with clock.house.database.transaction() as tx:
        number = runs.create(tx, sync=clock.sync, trigger=Trigger.MANUAL, mode=Mode.FULL)
        tx.fast("UPDATE run SET waiting_reason = 'retry', not_before = ?", (tx.now + 60 * SECOND,))

    carried = [clock.tick()]
    clock.is_now("2026-06-01T11:00:00+00:00")
    carried.append(clock.tick())

    assert carried == [[], [number]]
    assert clock.house.run_of(number).state is RunState.SUCCEEDED


def test_daemons_that_see_one_step_back_answer_for_it_once(clock: Clockwork) -> None:
    run = clock.house.start()
    clock.tick()
    other = Timetable(clock.house.database)
    other.look(clock.house.now())
    at = clock.house.now() + 60 * SECOND
    clock.change("UPDATE run SET state = 'waiting', waiting_reason = 'retry', not_before = ?", at)

    clock.is_now("2026-06-01T09:00:00+00:00")
    clock.tick()
    clock.is_now("2026-06-01T09:00:01+00:00")
    other.look(clock.house.now())

    assert clock.house.run_of(run).waiting_until == at - HOUR
