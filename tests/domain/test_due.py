"""When a sync is due next: the earlier one of its run and its sweep."""

from datetime import UTC, datetime

from contactd.domain.clock import micros
from contactd.domain.due import Due, next_due
from contactd.domain.nouns import Schedule
from contactd.domain.words import Recurrence

NOON = micros(datetime(2026, 3, 9, 12, tzinfo=UTC))
DAILY = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="UTC")
MONDAYS = Schedule(recurrence=Recurrence.WEEKLY, time="06:30", time_zone="UTC", weekday=1)
TONIGHT = Schedule(recurrence=Recurrence.DAILY, time="23:00", time_zone="UTC")


def at(day: int, hour: int, minute: int = 0) -> int:
    return micros(datetime(2026, 3, day, hour, minute, tzinfo=UTC))


def test_what_runs_once_is_due_at_no_time() -> None:
    assert next_due(Schedule(), Schedule(), NOON) == Due(None, None)


def test_what_is_not_swept_is_due_when_it_runs() -> None:
    assert next_due(DAILY, Schedule(), NOON) == Due(at(10, 6, 30), None)


def test_a_sweep_that_comes_first_is_the_next_time() -> None:
    assert next_due(DAILY, TONIGHT, NOON) == Due(at(9, 23), at(9, 23))


def test_a_sweep_that_comes_later_keeps_its_own_time() -> None:
    assert next_due(DAILY, MONDAYS, NOON) == Due(at(10, 6, 30), at(16, 6, 30))
