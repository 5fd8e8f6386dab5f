"""When a sync runs: from what people type to the contract, and back to words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contactctl.failures import usage
from contactctl.render import plural, word

if TYPE_CHECKING:
    from google.protobuf.duration_pb2 import Duration

    from contactd_proto.v1.sync_pb2 import Schedule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZONES = "zoneinfo/"

_UNITS = {"s": 1, "m": 60, "h": 3600}

#: As many digits as nobody needs for a span of time.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class SaidSchedule:
    """What the command line says about times; at most one of the first five."""

    daily: str | None = None
    weekly: tuple[str, str] | None = None
    monthly: tuple[int, str] | None = None
    cron: str | None = None
    once: bool = False
    zone: str = ""


def make_schedule(said: SaidSchedule, *, local_zone: str) -> "Schedule":
    """Put what was *said* into the words of the contract.

    Raises:
        Failure: more than one recurrence was said, or a day that does not exist.
    """
    from contactd_proto.v1.sync_pb2 import Schedule

    if sum(map(bool, (said.daily, said.weekly, said.monthly, said.cron, said.once))) > 1:
        raise usage("--daily, --weekly, --monthly, --cron and --once exclude each other: give one of them")
    zone = said.zone or local_zone
    if said.daily:
        return Schedule(recurrence=Schedule.RECURRENCE_DAILY, time=said.daily, time_zone=zone)
    if said.weekly:
        day, time = said.weekly
        return Schedule(recurrence=Schedule.RECURRENCE_WEEKLY, time=time, time_zone=zone, weekday=_weekday(day))
    if said.monthly:
        number, time = said.monthly
        return Schedule(recurrence=Schedule.RECURRENCE_MONTHLY, time=time, time_zone=zone, day_of_month=number)
    if said.cron:
        return Schedule(recurrence=Schedule.RECURRENCE_CRON, cron=said.cron, time_zone=zone)
    return Schedule(recurrence=Schedule.RECURRENCE_ONCE, time_zone=said.zone)


def told(schedule: "Schedule") -> str:
    """Tell a schedule in words."""
    at = f"at {schedule.time} {schedule.time_zone}"
    match word(schedule, "recurrence"):
        case "daily":
            return f"daily {at}"
        case "weekly":
            return f"weekly on {DAYS[schedule.weekday - 1]} {at}"
        case "monthly":
            return f"monthly on day {schedule.day_of_month} {at}"
        case "cron":
            return f"by cron '{schedule.cron}' {schedule.time_zone}"
        case "" | "once":
            return "once"
        case other:
            return other


def duration_of(text: str) -> "Duration":
    """Read a span of time such as `90s`, `15m` or `2h`.

    Raises:
        Failure: it is none.
    """
    from google.protobuf.duration_pb2 import Duration

    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
        raise usage(f"'{text}' is no span of time: say seconds, minutes or hours, as 90s, 15m or 2h")
    return Duration(seconds=int(number) * _UNITS[unit])


def span(duration: "Duration") -> str:
    """Tell a span of time in words, by the largest unit that it is a whole number of."""
    for seconds, unit in ((3600, "hour"), (60, "minute")):
        if duration.seconds and duration.seconds % seconds == 0:
            return plural(duration.seconds // seconds, unit)
    return plural(duration.seconds, "second")


def local_zone(environ: Mapping[str, str], *, localtime: Path = Path("/etc/localtime")) -> str:
    """Find the IANA name of this machine's time zone, or `UTC` where it has none."""
    said = environ.get("TZ", "").removeprefix(":")
    if "/" in said and not said.startswith("/"):
        return said
    place = str(localtime.resolve())
    return place.rpartition(_ZONES)[2] if _ZONES in place else "UTC"


def _weekday(day: str) -> int:
    """Count the days from Monday, 1; three letters of the name are enough."""
    for number, name in enumerate(DAYS, start=1):
        if len(day) >= 3 and name.startswith(day.lower()):
            return number
    raise usage(f"'{day}' is no day of the week: say mon, tue, wed, thu, fri, sat or sun")
