"""Times at which a sync was due while nobody was there to look: made up for by one run, or dropped (1.3, "paused")."""

import pytest

from contactd.domain.clock import SECOND
from contactd.domain.words import Misfire
from fakes.clockwork import Clockwork, cron, daily
from fakes.house import House, record

ON_TIME = ("schedule", "incremental", "succeeded")
MADE_UP_FOR = ("catch_up", "incremental", "succeeded")


@pytest.fixture
def clock(house: House) -> Clockwork:
    house.source.records = [record(1)]
    return Clockwork(house, "2026-06-01T10:00:30+00:00")


def test_a_day_of_downtime_is_made_up_for_by_one_run(clock: Clockwork) -> None:
    clock.recurs(cron("0 * * * *"))
    clock.is_now("2026-06-02T10:00:30+00:00")

    ticks = [clock.tick(), clock.tick()]

    assert [len(runs) for runs in ticks] == [1, 0]
    assert clock.history() == [MADE_UP_FOR]
    assert clock.next_run == "2026-06-02 11:00"
    assert clock.sync.dropped_slots == 0


def test_a_day_of_downtime_is_dropped_where_times_are_skipped(clock: Clockwork) -> None:
    clock.recurs(daily("06:30"), misfire=Misfire.SKIP)
    clock.is_now("2026-06-02T10:00:30+00:00")

    clock.tick()
    clock.tick()

    assert clock.history() == []
    assert clock.sync.dropped_slots == 1
    assert clock.next_run == "2026-06-03 04:30"


def test_what_is_skipped_takes_no_time_along_that_is_not_missed_yet(clock: Clockwork) -> None:
    clock.recurs(cron("0 * * * *"), misfire=Misfire.SKIP)
    clock.is_now("2026-06-02T10:00:30+00:00")

    ticks = [clock.tick(), clock.tick(), clock.tick()]

    assert [len(runs) for runs in ticks] == [0, 1, 0]
    assert clock.history() == [ON_TIME]
    assert clock.next_run == "2026-06-02 11:00"


@pytest.mark.parametrize(("grace", "became"), [(0, MADE_UP_FOR), (300 * SECOND, ON_TIME), (299 * SECOND, MADE_UP_FOR)])
def test_how_late_is_missed_can_be_said(clock: Clockwork, grace: int, became: tuple[str, str, str]) -> None:
    clock.recurs(daily("13:00"), grace=grace)
    clock.is_now("2026-06-01T11:05:00+00:00")

    clock.tick()

    assert clock.history() == [became]


def test_a_sweep_that_was_missed_is_made_up_for_as_a_sweep(clock: Clockwork) -> None:
    clock.recurs(cron("0 * * * *"), sweep=daily("23:00"))
    clock.is_now("2026-06-02T10:00:30+00:00")

    clock.tick()

    assert clock.history() == [("catch_up", "sweep", "succeeded")]


def test_a_time_is_never_due_twice_when_the_clock_goes_an_hour_back(clock: Clockwork) -> None:
    clock.recurs(daily("13:00"))
    clock.is_now("2026-06-01T11:00:10+00:00")
    clock.tick()

    clock.is_now("2026-06-01T10:00:10+00:00")
    clock.tick()
    clock.is_now("2026-06-01T11:00:10+00:00")
    clock.tick()

    assert clock.history() == [ON_TIME]
    assert clock.next_run == "2026-06-02 11:00"


def test_a_clock_that_goes_an_hour_on_and_back_loses_and_doubles_nothing(clock: Clockwork) -> None:
    clock.recurs(cron("30 * * * *"))
    clock.is_now("2026-06-01T11:00:30+00:00")
    clock.tick()

    clock.is_now("2026-06-01T10:00:31+00:00")
    clock.tick()
    clock.is_now("2026-06-01T11:30:01+00:00")
    clock.tick()

    assert clock.history() == [MADE_UP_FOR, ON_TIME]
    assert clock.next_run == "2026-06-01 12:30"
