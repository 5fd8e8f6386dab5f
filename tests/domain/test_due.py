"""When a sync is due next, by its run or its sweep, and what becomes of a time that it missed."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from contactd.domain.clock import SECOND, local, micros, moment
from contactd.domain.due import (
    GRACE,
    LONGEST_GRACE,
    Coming,
    Due,
    Fate,
    after_dropping,
    coming,
    fate,
    grace_faults,
    next_due,
    usual_sweep,
)
from contactd.domain.nouns import Schedule, Sync
from contactd.domain.policies import Policies
from contactd.domain.words import LawfulBasis, Misfire, Recurrence, SubscriptionType, SyncState

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


def sync(**more: Any) -> Sync:
    """Give a sync that runs daily and is swept on Mondays."""
    there: dict[str, Any] = {
        "id": 1,
        "workspace_id": 1,
        "workspace": "home",
        "name": "main",
        "description": "",
        "connection_id": 1,
        "connection": "books",
        "module": "contacts",
        "list_id": 1,
        "list": "customers",
        "subscription_type": SubscriptionType.MARKETING,
        "update_empty": False,
        "schedule": DAILY,
        "state": SyncState.ACTIVE,
        "inactive_reason": "",
        "next_run_at": at(15, 6, 30),
        "watermark": None,
        "mapping_version": 1,
        "version": 1,
        "created_at": 0,
        "criteria": "",
        "topics": (),
        "lawful_basis": LawfulBasis.NONE,
        "retrieve_after": None,
        "sweep_schedule": MONDAYS,
        "next_sweep_at": at(16, 6, 30),
        "misfire": Misfire.RUN_ONCE,
        "misfire_grace": 0,
        "policies": Policies(),
        "dropped_slots": 0,
        "deleted_at": None,
        "edited": False,
        **more,
    }
    return Sync(**there)


def test_the_times_to_come_are_those_of_runs_and_sweeps() -> None:
    times = [*islice(coming(sync(), NOON), 3)]

    assert times == [
        Coming(at(15, 6, 30), "UTC", sweeps=False),
        Coming(at(16, 6, 30), "UTC", sweeps=True),
        Coming(at(17, 6, 30), "UTC", sweeps=False),
    ]


def test_a_time_is_told_in_the_zone_of_its_rule() -> None:
    here = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="Europe/Brussels")
    there = sync(schedule=here, next_run_at=at(16, 5, 30))

    assert [(each.zone, each.sweeps) for each in islice(coming(there, NOON), 2)] == [
        ("Europe/Brussels", False),
        ("UTC", True),
    ]


def test_a_time_that_is_over_is_taken_now() -> None:
    late = sync(next_run_at=at(3, 6, 30), next_sweep_at=None)

    assert [each.at for each in islice(coming(late, NOON), 2)] == [at(3, 6, 30), at(10, 6, 30)]


def test_what_never_runs_by_itself_has_no_times() -> None:
    assert [*coming(sync(next_run_at=None), NOON)] == []
    assert len([*coming(sync(schedule=Schedule(), sweep_schedule=Schedule()), NOON)]) == 1


@pytest.mark.parametrize(
    ("late", "more", "becomes"),
    [
        (0, {}, Fate.ON_TIME),
        (GRACE, {}, Fate.ON_TIME),
        (GRACE + 1, {}, Fate.MADE_UP_FOR),
        (GRACE, {"misfire": Misfire.SKIP}, Fate.ON_TIME),
        (GRACE + 1, {"misfire": Misfire.SKIP}, Fate.DROPPED),
        (9, {"misfire_grace": 9, "misfire": Misfire.SKIP}, Fate.ON_TIME),
        (10, {"misfire_grace": 9, "misfire": Misfire.SKIP}, Fate.DROPPED),
    ],
)
def test_a_time_is_missed_when_its_grace_is_over(late: int, more: dict[str, Any], becomes: Fate) -> None:
    assert fate(sync(**more), NOON, NOON + late) is becomes


def test_what_was_dropped_leaves_a_time_that_is_not_missed_yet() -> None:
    missed = sync(misfire_grace=2 * 3600 * SECOND)

    assert after_dropping(missed, at(10, 8)) == Due(at(10, 6, 30), at(16, 6, 30))
    assert after_dropping(missed, at(10, 8, 31)) == Due(at(11, 6, 30), at(16, 6, 30))


def test_a_minute_is_the_grace_and_a_day_the_longest_there_is() -> None:
    assert (GRACE, LONGEST_GRACE) == (60 * SECOND, 86_400 * SECOND)


@pytest.mark.parametrize(
    ("grace", "told"),
    [(0, []), (LONGEST_GRACE, []), (-1, ["-1"]), (LONGEST_GRACE + SECOND, ["86401"])],
)
def test_a_grace_that_nobody_can_mean_is_refused(grace: int, told: list[str]) -> None:
    faults = [*grace_faults(grace)]

    assert [(fault.field, fault.message) for fault in faults] == [
        (
            "misfire_grace",
            f"the grace for missed times is {seconds} seconds; give at most a day, or leave it out for a minute",
        )
        for seconds in told
    ]


def test_moments_are_counted_from_the_beginning_of_1970() -> None:
    assert (micros(datetime(1970, 1, 1, tzinfo=UTC)), micros(datetime(2026, 1, 1, tzinfo=UTC))) == (
        0,
        1767225600 * SECOND,
    )
    assert moment(1767225600 * SECOND) == datetime(2026, 1, 1, tzinfo=UTC)
    assert SECOND == 1_000_000


def test_a_moment_is_told_by_the_clocks_of_a_zone() -> None:
    assert local(NOON, "Asia/Kolkata").isoformat() == "2026-03-09T17:30:00+05:30"


@pytest.mark.parametrize(
    ("schedule", "sweep"),
    [
        (Schedule(), Schedule()),
        (DAILY, Schedule(recurrence=Recurrence.WEEKLY, time="06:30", time_zone="UTC", weekday=7)),
        (MONDAYS, MONDAYS),
        (
            Schedule(recurrence=Recurrence.CRON, cron="0 * * * *", time_zone="Asia/Kolkata"),
            Schedule(recurrence=Recurrence.WEEKLY, time="03:00", time_zone="Asia/Kolkata", weekday=7),
        ),
    ],
)
def test_what_cannot_tell_deletions_is_swept_weekly_or_as_seldom_as_it_runs(
    schedule: Schedule, sweep: Schedule
) -> None:
    assert usual_sweep(schedule) == sweep
