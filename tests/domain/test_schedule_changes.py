"""Schedules where clocks change: held to a slow and plain reading of the rule, minute by minute, at every change."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.clock import local, micros, moment
from contactd.domain.nouns import Schedule
from contactd.domain.schedule import next_instant
from contactd.domain.words import Recurrence
from domain.test_schedule import daily, monthly, weekly
from domain.test_schedule_cron import cron

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

#: Zones by what is odd in them: hours that are half, two or whole days; summer that is winter; rules that ended.
CHANGING = [
    "Europe/Brussels",
    "America/New_York",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Gaza",
    "America/Nuuk",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "Europe/Istanbul",
    "America/Caracas",
    "Asia/Pyongyang",
    "America/Sao_Paulo",
]


@cache
def changes(zone: str) -> list[date]:
    """Give the days, from 1990 on, on which the offset of *zone* changes."""
    clocks, midnight = ZoneInfo(zone), datetime(1990, 1, 1, tzinfo=UTC)
    offsets = [(midnight + DAY * day).astimezone(clocks).utcoffset() for day in range(48 * 365)]
    return [(midnight + DAY * day).date() for day in range(1, len(offsets)) if offsets[day] != offsets[day - 1]]


def first_moment(wall: datetime, zone: str) -> datetime:
    """Find the first minute at which the clocks of *zone* show *wall*, or have skipped it."""
    clocks, minute = ZoneInfo(zone), wall.replace(tzinfo=UTC) - DAY
    while minute.astimezone(clocks).replace(tzinfo=None) < wall:
        minute += MINUTE
    return minute


def dues(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Give the instants of *schedule* after *after*, one after the other."""
    instant = next_instant(schedule, micros(after))
    while instant is not None:
        yield moment(instant)
        instant = next_instant(schedule, instant)


@some.composite
def days_of_change(draw: some.DrawFn) -> tuple[str, date]:
    zone = draw(some.sampled_from(CHANGING))
    return zone, draw(some.sampled_from(changes(zone))) + DAY * draw(some.integers(-2, 1))


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(days_of_change(), some.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_is_due_at_the_first_moment_that_the_clocks_show_it_or_have_skipped_it(
    changing: tuple[str, date], at: time
) -> None:
    zone, day = changing
    wall = datetime.combine(day, at)
    due = first_moment(wall, zone)

    for schedule in (daily(f"{at:%H:%M}", zone), cron(f"{at.minute} {at.hour} * * *", zone)):
        assert next_instant(schedule, micros(due) - 1) == micros(due)
        # And never a second time, when the clocks are put back.
        following = next_instant(schedule, micros(due))
        assert following == micros(first_moment(wall + DAY, zone)) or following == micros(
            first_moment(wall + DAY + DAY, zone)
        )


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("at", ["00:00", "00:30", "02:00", "02:30", "23:59"])
def test_every_day_is_due_once_around_every_change(zone: str, at: str) -> None:
    wall_time = time.fromisoformat(at)
    for day in changes(zone)[-6:]:
        walls = [datetime.combine(day + DAY * number, wall_time) for number in range(-2, 4)]
        moments = sorted({first_moment(wall, zone) for wall in walls})

        found = list(islice(dues(daily(at, zone), moments[0] - timedelta(seconds=1)), len(moments)))

        assert found == moments


@pytest.mark.parametrize("day", [1, 28, 29, 30, 31])
def test_every_month_is_due_once_on_its_day_or_its_last(day: int) -> None:
    """From a leap year over one that is none because it is a century: 2100."""
    months = [(2095 + number // 12, number % 12 + 1) for number in range(12 * 10)]
    wanted = [date(year, month, min(day, monthrange(year, month)[1])) for year, month in months]

    found = list(islice(dues(monthly(day, "12:00", "UTC"), datetime(2095, 1, 1, tzinfo=UTC)), len(wanted)))

    assert [due.date() for due in found] == wanted


@pytest.mark.parametrize("weekday", [1, 7])
def test_every_week_is_due_once_although_one_is_an_hour_shorter_and_one_longer(weekday: int) -> None:
    found = list(islice(dues(weekly(weekday, "02:30"), datetime(2026, 1, 1, tzinfo=UTC)), 104))

    days = [local(micros(due), "Europe/Brussels").date() for due in found]
    assert {day.isoweekday() for day in days} == {weekday}
    assert {later - earlier for earlier, later in pairwise(days)} == {7 * DAY}


@pytest.mark.parametrize(
    ("zone", "before", "then"),
    [
        # Turkey stayed on summer time from 2016 on.
        ("Europe/Istanbul", "2016-10-28T12:00Z", ["2016-10-29 03:30", "2016-10-30 03:30", "2016-10-31 03:30"]),
        # Venezuela put its clocks half an hour on, at 02:30 on 1 May 2016.
        ("America/Caracas", "2016-04-29T12:00Z", ["2016-04-30 11:00", "2016-05-01 10:30", "2016-05-02 10:30"]),
        # Kwajalein crossed the date line and had no 21 August 1993: that day is due as it has been skipped.
        ("Pacific/Kwajalein", "1993-08-19T20:00Z", ["1993-08-20 18:30", "1993-08-21 12:00", "1993-08-21 18:30"]),
    ],
)
def test_a_zone_that_changes_its_rules_is_gone_along_with(zone: str, before: str, then: list[str]) -> None:
    found = islice(dues(daily("06:30", zone), datetime.fromisoformat(before)), 3)

    assert [due.strftime("%Y-%m-%d %H:%M") for due in found] == then


def test_what_runs_once_is_due_in_no_zone() -> None:
    assert next_instant(Schedule(recurrence=Recurrence.ONCE, time_zone="Europe/Brussels"), 0) is None
