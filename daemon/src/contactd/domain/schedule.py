"""When a sync is due next: local wall time in a time zone, made into instants.

Rule (daemon/REQUIREMENTS.md 1.5, "Schedule"): each day of the rule is due once.
Days 29 to 31 mean the last day in a shorter month. A wall time that the clocks
skip is due when they have skipped it; one that they repeat is due the first
time. A line of cron is read as wall times, by the same rule.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from contactd.domain.clock import micros, moment
from contactd.domain.nouns.setup import Schedule
from contactd.domain.refusals import Fault
from contactd.domain.words import Recurrence

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WALL_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII).fullmatch

# More than anybody writes, and little to read.
_LONGEST_CRON = 120
_FIVE_PARTS = (
    "give minute, hour, day of the month, month and day of the week with blanks between, such as '0 6 * * mon-fri'"
)
_ANY_DAY = date(2026, 1, 1)

# Files of the time zone database that are no zones, or other ones on each machine.
_NO_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")


#: How it is told that a zone is none: a name can lead to a folder, out of the database of zones, or to nothing.
NO_SUCH_ZONE = (KeyError, ValueError, OSError)


def next_instant(schedule: Schedule, after: int) -> int | None:
    """Tell when *schedule* is due for the first time after *after*, or None if never."""
    walls = _WALLS.get(schedule.recurrence)
    if walls is None:
        return None
    zone = ZoneInfo(schedule.time_zone)
    # From the day before: what the clocks skip at its end is due on this one.
    first = moment(after).astimezone(zone).date() - _DAY
    instants = (micros(_instant(wall, zone)) for wall in walls(schedule, first))
    return next((instant for instant in instants if instant > after), None)


def faults(schedule: Schedule) -> tuple[Fault, ...]:
    """Tell all that is wrong with *schedule*. One that never recurs is read no further."""
    if schedule.recurrence is Recurrence.ONCE:
        return ()
    found = {
        "schedule.time": _time_fault(schedule),
        "schedule.time_zone": _zone_fault(schedule.time_zone),
        "schedule.weekday": _day_fault(schedule, Recurrence.WEEKLY, schedule.weekday, "weekday", _WEEKDAYS),
        "schedule.day_of_month": _day_fault(
            schedule, Recurrence.MONTHLY, schedule.day_of_month, "day of the month", _MONTHDAYS
        ),
        "schedule.cron": _cron_fault(schedule),
    }
    return tuple(Fault(field, message) for field, message in found.items() if message)


def _daily(schedule: Schedule, first: date) -> Iterator[datetime]:
    wall = datetime.combine(first, time.fromisoformat(schedule.time))
    while True:
        yield wall
        wall += _DAY


def _weekly(schedule: Schedule, first: date) -> Iterator[datetime]:
    return (wall for wall in _daily(schedule, first) if wall.isoweekday() == schedule.weekday)


def _monthly(schedule: Schedule, first: date) -> Iterator[datetime]:
    wall_time = time.fromisoformat(schedule.time)
    year, month = first.year, first.month
    while True:
        day = date(year, month, min(schedule.day_of_month, monthrange(year, month)[1]))
        yield datetime.combine(day, wall_time)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _by_cron(schedule: Schedule, first: date) -> Iterator[datetime]:
    # Without a zone: what the clocks do to wall times is decided in one place, and not in the library. It begins
    # behind the midnight of *first*, which is over by the moment that is asked about.
    return iter(CronSim(schedule.cron, datetime.combine(first, time())))


_WALLS: Mapping[Recurrence, Callable[[Schedule, date], Iterator[datetime]]] = {
    Recurrence.DAILY: _daily,
    Recurrence.WEEKLY: _weekly,
    Recurrence.MONTHLY: _monthly,
    Recurrence.CRON: _by_cron,
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


def _time_fault(schedule: Schedule) -> str:
    if schedule.recurrence is Recurrence.CRON:
        return _no_other_time(schedule)
    if _WALL_TIME(schedule.time):
        return ""
    return f"the time of the schedule is '{schedule.time}'; give hours and minutes of the day, such as '06:30'"


def _zone_fault(name: str) -> str:
    try:
        if name.startswith(_NO_ZONES):
            raise ValueError
        ZoneInfo(name)
    except NO_SUCH_ZONE:
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


def _no_other_time(schedule: Schedule) -> str:
    if not schedule.time:
        return ""
    return f"a cron schedule has its times in 'cron', but the time '{schedule.time}' is given; leave it out"


def _cron_fault(schedule: Schedule) -> str:
    if schedule.recurrence is not Recurrence.CRON:
        if not schedule.cron:
            return ""
        return f"a {schedule.recurrence} schedule has no line of cron, but '{schedule.cron}' is given; leave it out"
    if len(schedule.cron) > _LONGEST_CRON or len(schedule.cron.split()) != 5:
        return f"the line of cron is '{schedule.cron[:_LONGEST_CRON]}'; {_FIVE_PARTS}"
    try:
        due = list(islice(_by_cron(schedule, _ANY_DAY), 1))
    except CronSimError as exc:
        part = str(exc).removeprefix("Bad ").replace("-", " ")
        return f"the {part} in the line of cron '{schedule.cron}' cannot be used; {_FIVE_PARTS}"
    return "" if due else f"the line of cron '{schedule.cron}' is never due; name a day that comes"
