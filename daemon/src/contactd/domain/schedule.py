"""When a sync is due next: local wall time in a time zone, made into instants.

Rule (daemon/REQUIREMENTS.md 1.5, "Schedule"): each day of the rule is due once.
Days 29 to 31 mean the last day in a shorter month. A wall time that the clocks
skip is due when they have skipped it; one that they repeat is due the first
time.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contactd.domain.clock import micros, moment
from contactd.domain.nouns.setup import Schedule
from contactd.domain.refusals import Fault
from contactd.domain.words import Recurrence

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WALL_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII).fullmatch

# Files of the time zone database that are no zones, or other ones on each machine.
_NO_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")


def next_instant(schedule: Schedule, after: int) -> int | None:
    """Tell when *schedule* is due for the first time after *after*, or None if never."""
    days = _DAYS.get(schedule.recurrence)
    if days is None:
        return None
    zone = ZoneInfo(schedule.time_zone)
    wall_time = time.fromisoformat(schedule.time)
    # From the day before: what the clocks skip at its end is due on this one.
    first = moment(after).astimezone(zone).date() - _DAY
    instants = (micros(_instant(datetime.combine(day, wall_time), zone)) for day in days(schedule, first))
    return next(instant for instant in instants if instant > after)


def faults(schedule: Schedule) -> tuple[Fault, ...]:
    """Tell all that is wrong with *schedule*. One that never recurs is read no further."""
    if schedule.recurrence is Recurrence.ONCE:
        return ()
    found = {
        "schedule.time": _time_fault(schedule.time),
        "schedule.time_zone": _zone_fault(schedule.time_zone),
        "schedule.weekday": _day_fault(schedule, Recurrence.WEEKLY, schedule.weekday, "weekday", _WEEKDAYS),
        "schedule.day_of_month": _day_fault(
            schedule, Recurrence.MONTHLY, schedule.day_of_month, "day of the month", _MONTHDAYS
        ),
    }
    return tuple(Fault(field, message) for field, message in found.items() if message)


def _daily(_: Schedule, first: date) -> Iterator[date]:
    while True:
        yield first
        first += _DAY


def _weekly(schedule: Schedule, first: date) -> Iterator[date]:
    return (day for day in _daily(schedule, first) if day.isoweekday() == schedule.weekday)


def _monthly(schedule: Schedule, first: date) -> Iterator[date]:
    year, month = first.year, first.month
    while True:
        yield date(year, month, min(schedule.day_of_month, monthrange(year, month)[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


_DAYS: Mapping[Recurrence, Callable[[Schedule, date], Iterator[date]]] = {
    Recurrence.DAILY: _daily,
    Recurrence.WEEKLY: _weekly,
    Recurrence.MONTHLY: _monthly,
}


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the first moment at which the clocks of *zone* show *wall*, or have skipped it."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # Skipped. Read with the offset from after the change, the wall time lies
    # before the change; read with the one from before, it lies after it.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


_WEEKDAYS = (1, 7, "give 1 for Monday to 7 for Sunday")
_MONTHDAYS = (1, 31, "give 1 to 31; a shorter month takes its last day")


def _time_fault(text: str) -> str:
    if _WALL_TIME(text):
        return ""
    return f"the time of the schedule is '{text}'; give hours and minutes of the day, such as '06:30'"


def _zone_fault(name: str) -> str:
    try:
        if name.startswith(_NO_ZONES):
            raise ValueError
        ZoneInfo(name)
    # A name can lead to a folder, out of the database, or to nothing.
    except (KeyError, ValueError, OSError):
        return f"no time zone is called '{name}'; give one of the IANA database, such as 'Europe/Brussels'"
    return ""


def _day_fault(schedule: Schedule, recurrence: Recurrence, given: int, what: str, bounds: tuple[int, int, str]) -> str:
    lowest, highest, remedy = bounds
    if schedule.recurrence is not recurrence:
        if not given:
            return ""
        return f"a {schedule.recurrence} schedule has no {what}, but {given} is given; leave it out"
    if lowest <= given <= highest:
        return ""
    return f"the {what} of the schedule is {given}; {remedy}"
