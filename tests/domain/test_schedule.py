"""Schedules: the next instant of a local wall time, and what is wrong with a schedule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from contactd.domain.clock import micros, moment
from contactd.domain.nouns import Schedule
from contactd.domain.schedule import faults, next_instant
from contactd.domain.words import Recurrence

BRUSSELS = "Europe/Brussels"


def daily(time: str, zone: str = BRUSSELS) -> Schedule:
    return Schedule(recurrence=Recurrence.DAILY, time=time, time_zone=zone)


def weekly(weekday: int, time: str) -> Schedule:
    return Schedule(recurrence=Recurrence.WEEKLY, time=time, time_zone=BRUSSELS, weekday=weekday)


def monthly(day: int, time: str = "06:30", zone: str = BRUSSELS) -> Schedule:
    return Schedule(recurrence=Recurrence.MONTHLY, time=time, time_zone=zone, day_of_month=day)


def dues(schedule: Schedule, after: str) -> Iterator[str]:
    """Give the instants of *schedule* after *after*, one after the other, all in UTC."""
    instant = next_instant(schedule, micros(datetime.fromisoformat(after)))
    while instant is not None:
        yield moment(instant).strftime("%Y-%m-%d %H:%M")
        instant = next_instant(schedule, instant)


def test_a_sync_that_runs_once_is_never_due_again() -> None:
    """R38."""
    assert next_instant(Schedule(), 0) is None


def test_a_daily_time_stays_the_same_on_the_wall_when_the_clocks_change() -> None:
    """R39, R40."""
    spring = dues(daily("06:30"), "2026-03-27T12:00Z")
    autumn = dues(daily("06:30"), "2026-10-23T12:00Z")

    assert list(islice(spring, 3)) == ["2026-03-28 05:30", "2026-03-29 04:30", "2026-03-30 04:30"]
    assert list(islice(autumn, 3)) == ["2026-10-24 04:30", "2026-10-25 05:30", "2026-10-26 05:30"]


@pytest.mark.parametrize("time", ["02:00", "02:30", "02:59"])
def test_a_skipped_time_is_due_when_the_clocks_have_skipped_it(time: str) -> None:
    found = list(islice(dues(daily(time), "2026-03-28T12:00Z"), 2))

    assert found == ["2026-03-29 01:00", f"2026-03-30 00:{time[3:]}"]


def test_a_repeated_time_is_due_the_first_time_only() -> None:
    found = list(islice(dues(daily("02:30"), "2026-10-24T12:00Z"), 2))

    assert found == ["2026-10-25 00:30", "2026-10-26 01:30"]


def test_between_the_two_a_repeated_time_is_over() -> None:
    assert next(dues(daily("02:30"), "2026-10-25T01:00Z")) == "2026-10-26 01:30"


def test_the_moment_itself_is_not_after_itself() -> None:
    assert next(dues(daily("06:30"), "2026-01-10T05:30Z")) == "2026-01-11 05:30"
    assert next(dues(daily("06:30"), "2026-01-10T05:29:59.999999Z")) == "2026-01-10 05:30"


def test_a_weekly_time_comes_on_its_day() -> None:
    """R39: 2026-11-22 is a Sunday."""
    assert list(islice(dues(weekly(1, "00:15"), "2026-11-22T12:00Z"), 2)) == ["2026-11-22 23:15", "2026-11-29 23:15"]
    assert next(dues(weekly(7, "23:59"), "2026-11-22T12:00Z")) == "2026-11-22 22:59"


def test_the_last_days_of_a_month_are_its_last_day_where_it_is_shorter() -> None:
    """R39."""
    last = dues(monthly(31), "2027-12-31T12:00Z")
    leap = dues(monthly(30), "2028-01-31T12:00Z")

    assert list(islice(last, 4)) == ["2028-01-31 05:30", "2028-02-29 05:30", "2028-03-31 04:30", "2028-04-30 04:30"]
    assert list(islice(leap, 2)) == ["2028-02-29 05:30", "2028-03-30 04:30"]
    assert next(dues(monthly(29), "2027-02-01T00:00Z")) == "2027-02-28 05:30"


def test_a_monthly_time_in_the_skipped_hour_is_due_after_it() -> None:
    assert next(dues(monthly(29, "02:30"), "2026-03-01T00:00Z")) == "2026-03-29 01:00"


def test_a_day_that_a_zone_skipped_whole_is_due_when_the_next_began() -> None:
    """Samoa had no 30 December 2011."""
    found = list(islice(dues(daily("10:00", "Pacific/Apia"), "2011-12-29T21:00Z"), 2))

    assert found == ["2011-12-30 10:00", "2011-12-30 20:00"]


def test_half_an_hour_is_skipped_on_lord_howe() -> None:
    assert next(dues(daily("02:15", "Australia/Lord_Howe"), "2026-10-03T12:00Z")) == "2026-10-03 15:30"


def test_zones_on_both_sides_of_the_date_line_find_today() -> None:
    assert next(dues(daily("23:30", "Pacific/Kiritimati"), "2026-06-01T09:00Z")) == "2026-06-01 09:30"
    assert next(dues(daily("00:30", "Pacific/Pago_Pago"), "2026-06-01T11:00Z")) == "2026-06-01 11:30"


ZONES = [
    "UTC",
    BRUSSELS,
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Pacific/Apia",
]
SCHEDULES = some.builds(
    Schedule,
    recurrence=some.sampled_from([Recurrence.DAILY, Recurrence.WEEKLY, Recurrence.MONTHLY]),
    time=some.times().map(lambda time: time.strftime("%H:%M")),
    time_zone=some.sampled_from(ZONES),
    weekday=some.integers(1, 7),
    day_of_month=some.integers(1, 31),
)
#: From 1970 into 2041.
MOMENTS = some.integers(0, 2**51).map(moment)


@settings(derandomize=True, database=None, deadline=None)
@given(SCHEDULES, MOMENTS)
def test_the_next_instant_is_later_and_shows_the_wall_time(schedule: Schedule, after: datetime) -> None:
    found = next_instant(schedule, micros(after))

    assert found is not None
    assert found > micros(after)
    local = moment(found).astimezone(ZoneInfo(schedule.time_zone))
    before = (moment(found) - timedelta(seconds=1)).astimezone(ZoneInfo(schedule.time_zone))
    if local.utcoffset() == before.utcoffset():
        assert local.strftime("%H:%M:%S") == f"{schedule.time}:00"
        assert local.fold == 0
        assert schedule.recurrence is not Recurrence.WEEKLY or local.isoweekday() == schedule.weekday


@settings(derandomize=True, database=None, deadline=None)
@given(SCHEDULES, MOMENTS, some.integers(1, 40 * 24 * 3600))
def test_nothing_is_due_between_a_moment_and_the_next_instant(
    schedule: Schedule, after: datetime, seconds: int
) -> None:
    found = next_instant(schedule, micros(after))
    between = micros(after) + seconds * 1_000_000
    assume(found is not None and between < found)

    assert next_instant(schedule, between) == found


@settings(derandomize=True, database=None, deadline=None)
@given(SCHEDULES, MOMENTS)
def test_no_period_is_left_out(schedule: Schedule, after: datetime) -> None:
    found = next_instant(schedule, micros(after))

    assert found is not None
    longest = {Recurrence.DAILY: 1, Recurrence.WEEKLY: 7, Recurrence.MONTHLY: 31}[schedule.recurrence]
    assert moment(found) - after <= timedelta(days=longest + 1)


GOOD = [
    Schedule(),
    daily("00:00"),
    daily("23:59", "UTC"),
    weekly(1, "06:30"),
    weekly(7, "06:30"),
    monthly(1),
    monthly(31),
]


@pytest.mark.parametrize("schedule", GOOD)
def test_a_good_schedule_has_no_faults(schedule: Schedule) -> None:
    assert faults(schedule) == ()


@pytest.mark.parametrize("time", ["", "6:30", "24:00", "06:60", "06:30:00", "0630", "٠٦:30", "06:30\n"])
def test_a_time_that_is_none_is_told(time: str) -> None:
    found = faults(daily(time))

    assert [fault.field for fault in found] == ["schedule.time"]
    assert f"'{time}'" in found[0].message
    assert "'06:30'" in found[0].message


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Brussels",
        "Europe",
        "europe/brussels",
        "../etc/passwd",
        "/etc/passwd",
        "a\0b",
        "posix/UTC",
        "right/UTC",
        "posixrules",
        "localtime",
        "Factory",
    ],
)
def test_a_zone_that_is_none_is_told(zone: str) -> None:
    found = faults(daily("06:30", zone))

    assert [fault.field for fault in found] == ["schedule.time_zone"]
    assert f"'{zone}'" in found[0].message
    assert "'Europe/Brussels'" in found[0].message


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (weekly(0, "06:30"), "schedule.weekday"),
        (weekly(8, "06:30"), "schedule.weekday"),
        (monthly(0), "schedule.day_of_month"),
        (monthly(32), "schedule.day_of_month"),
        (replace(daily("06:30"), weekday=3), "schedule.weekday"),
        (replace(weekly(3, "06:30"), day_of_month=3), "schedule.day_of_month"),
        (replace(monthly(3), weekday=3), "schedule.weekday"),
    ],
)
def test_a_day_that_does_not_fit_is_told(schedule: Schedule, field: str) -> None:
    assert [fault.field for fault in faults(schedule)] == [field]


def test_a_day_that_does_not_fit_is_told_by_what_people_call_it() -> None:
    told = [fault.message for schedule in (weekly(8, "06:30"), monthly(32)) for fault in faults(schedule)]

    assert told == [
        "the weekday of the schedule is 8; give 1 for Monday to 7 for Sunday",
        "the day of the month of the schedule is 32; give 1 to 31; a shorter month takes its last day",
    ]


def test_all_faults_are_told_at_once() -> None:
    schedule = Schedule(recurrence=Recurrence.WEEKLY, day_of_month=3)

    assert [fault.field for fault in faults(schedule)] == [
        "schedule.time",
        "schedule.time_zone",
        "schedule.weekday",
        "schedule.day_of_month",
    ]
