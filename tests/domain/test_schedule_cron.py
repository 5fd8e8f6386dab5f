"""Schedules by a line of cron: wall times by the same rule as the others, and what is wrong with a line."""

from dataclasses import replace
from datetime import datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.clock import micros, moment
from contactd.domain.nouns import Schedule
from contactd.domain.schedule import faults, next_instant
from contactd.domain.words import Recurrence
from domain.test_schedule import BRUSSELS, MOMENTS, ZONES, daily, dues, monthly, weekly


def cron(line: str, zone: str = BRUSSELS) -> Schedule:
    return Schedule(recurrence=Recurrence.CRON, cron=line, time_zone=zone)


def test_a_line_of_cron_says_wall_times_of_its_zone() -> None:
    found = dues(cron("0 6,18 * * mon-fri"), "2026-03-27T12:00Z")

    assert list(islice(found, 3)) == ["2026-03-27 17:00", "2026-03-30 04:00", "2026-03-30 16:00"]


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("0 0 L * *", ["2026-01-30 23:00", "2026-02-27 23:00"]),
        ("30 7 * * mon#1", ["2026-02-02 06:30", "2026-03-02 06:30"]),
        ("0 12 29 2 *", ["2028-02-29 11:00", "2032-02-29 11:00"]),
        ("15 10 1 JAN,jul *", ["2026-07-01 08:15", "2027-01-01 09:15"]),
        ("*/30 3 1 * *", ["2026-02-01 02:00", "2026-02-01 02:30"]),
    ],
)
def test_what_a_line_can_say(line: str, due: list[str]) -> None:
    assert list(islice(dues(cron(line), "2026-01-10T12:00Z"), 2)) == due


def test_times_that_the_clocks_skip_are_due_once_when_they_have() -> None:
    found = dues(cron("*/20 2 * * *"), "2026-03-28T12:00Z")

    assert list(islice(found, 2)) == ["2026-03-29 01:00", "2026-03-30 00:00"]


def test_times_that_the_clocks_repeat_are_due_the_first_time_only() -> None:
    found = dues(cron("*/30 * * * *"), "2026-10-25T00:15Z")

    assert list(islice(found, 3)) == ["2026-10-25 00:30", "2026-10-25 02:00", "2026-10-25 02:30"]


@settings(deadline=None, derandomize=True, database=None)
@given(some.sampled_from(ZONES), some.times(), MOMENTS, some.integers(1, 7))
def test_a_line_of_cron_is_due_when_the_same_rule_in_words_is(zone: str, time, after: datetime, weekday: int) -> None:
    wall = time.strftime("%H:%M")
    every_day = cron(f"{time.minute} {time.hour} * * *", zone)
    every_week = cron(f"{time.minute} {time.hour} * * {weekday}", zone)
    last_of_month = cron(f"{time.minute} {time.hour} L * *", zone)

    assert next_instant(every_day, micros(after)) == next_instant(daily(wall, zone), micros(after))
    assert next_instant(every_week, micros(after)) == next_instant(
        replace(weekly(weekday, wall), time_zone=zone), micros(after)
    )
    assert next_instant(last_of_month, micros(after)) == next_instant(monthly(31, wall, zone), micros(after))


@pytest.mark.parametrize(
    "line", ["* * * * *", "0 6 * * mon-fri", "5 4 L * 0", "0 0 29 2 *", "1 " * 4 + "1", "0," * 55 + "0 16 * * *"]
)
def test_a_good_line_has_no_faults(line: str) -> None:
    assert faults(cron(line)) == ()
    assert moment(next_instant(cron(line), 0) or 0).year < 2000


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "the line of cron is ''"),
        ("0 6 * *", "the line of cron is '0 6 * *'"),
        ("0 0 6 * * *", "the line of cron is '0 0 6 * * *'"),
        ("60 6 * * *", "the minute in the line"),
        ("0 24 * * *", "the hour in the line"),
        ("0 6 0 * *", "the day of month in the line"),
        ("0 6 31 2 *", "the day of month in the line"),
        ("0 6 * 13 *", "the month in the line"),
        ("0 6 * * mo", "the day of week in the line"),
        ("0 6 * * mon#6", "the day of week in the line"),
        ("*/0 6 * * *", "the minute in the line"),
        ("@daily", "the line of cron is '@daily'"),
        ("0," * 56 + "0 6 * * *", "the line of cron is '0,0,"),
    ],
)
def test_a_line_that_cannot_be_used_is_told(line: str, said: str) -> None:
    (found,) = faults(cron(line))

    assert found.field == "schedule.cron"
    assert found.message.startswith(said)
    assert found.message.endswith("such as '0 6 * * mon-fri'")


def test_a_line_that_is_never_due_is_told() -> None:
    """The last weekday of a month is no Saturday and no Sunday."""
    (found,) = faults(cron("0 6 LW * */6"))

    assert found.message == "the line of cron '0 6 LW * */6' is never due; name a day that comes"


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (replace(daily("06:30"), cron="0 6 * * *"), "schedule.cron"),
        (replace(cron("0 6 * * *"), time="06:30"), "schedule.time"),
        (replace(cron("0 6 * * *"), weekday=3), "schedule.weekday"),
        (replace(cron("0 6 * * *"), day_of_month=3), "schedule.day_of_month"),
        (cron("0 6 * * *", "Brussels"), "schedule.time_zone"),
    ],
)
def test_what_does_not_go_with_cron_is_told(schedule: Schedule, field: str) -> None:
    (found,) = faults(schedule)

    assert found.field == field
    assert field == "schedule.time_zone" or "leave it out" in found.message


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(some.text(some.sampled_from("0123456789*/,-L#W MONJANmon?"), max_size=24) | some.text(max_size=20))
def test_every_text_is_a_line_of_cron_or_refused(text: str) -> None:
    found = faults(cron(text))

    assert found or next_instant(cron(text), 0) is not None
