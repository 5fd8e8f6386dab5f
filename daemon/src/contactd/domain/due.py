"""When a sync is due next, to look for changes or to sweep, and what becomes of a time that it missed.

Rule: a sync has one next time. Where that is the time of its sweep too, the
run sweeps: it reads everything anyway. However many times were missed, at most
one run makes up for them (daemon/REQUIREMENTS.md 1.3, "paused").
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto
from typing import NamedTuple

from contactd.domain.clock import SECOND
from contactd.domain.nouns import Schedule, Sync
from contactd.domain.refusals import Fault
from contactd.domain.schedule import next_instant
from contactd.domain.words import Misfire, Recurrence

#: When a sync is swept where nobody said: when few people are at work.
_SUNDAY, _NIGHT = 7, "03:00"

#: How late a run may begin for its time not to be missed, where nobody says; and the most that can be said.
GRACE, LONGEST_GRACE = 60 * SECOND, 24 * 3600 * SECOND


class Due(NamedTuple):
    """The next time of any run, and that of the next sweep; `None` is never."""

    run_at: int | None
    sweep_at: int | None


class Coming(NamedTuple):
    """A time at which a sync runs, the zone in which its rule says so, and whether it sweeps then."""

    at: int
    zone: str
    sweeps: bool


class Fate(Enum):
    """What becomes of a time at which a sync was due."""

    ON_TIME = auto()
    MADE_UP_FOR = auto()
    DROPPED = auto()


def next_due(schedule: Schedule, sweep: Schedule, after: int) -> Due:
    """Tell when a sync of *schedule*, swept by *sweep*, is due for the first time after *after*."""
    sweep_at = next_instant(sweep, after)
    times = [at for at in (next_instant(schedule, after), sweep_at) if at is not None]
    return Due(min(times, default=None), sweep_at)


def coming(sync: Sync, now: int) -> Iterator[Coming]:
    """Give the times at which *sync*, if it is let be, runs from *now* on; one that is over is taken now."""
    due = Due(sync.next_run_at, sync.next_sweep_at)
    while due.run_at is not None:
        sweeps = due.sweep_at is not None and due.sweep_at <= due.run_at
        rule = sync.sweep_schedule if sweeps else sync.schedule
        yield Coming(due.run_at, rule.time_zone, sweeps)
        due = next_due(sync.schedule, sync.sweep_schedule, max(due.run_at, now))


def fate(sync: Sync, slot: int, now: int) -> Fate:
    """Tell what becomes of *slot*, a time at which *sync* was due, when it is looked at *now*."""
    if now - slot <= _grace(sync):
        return Fate.ON_TIME
    return Fate.DROPPED if sync.misfire is Misfire.SKIP else Fate.MADE_UP_FOR


def after_dropping(sync: Sync, now: int) -> Due:
    """Tell when *sync* is due once it has dropped what it missed: a time that it did not miss yet may be over."""
    return next_due(sync.schedule, sync.sweep_schedule, now - _grace(sync))


def _grace(sync: Sync) -> int:
    return sync.misfire_grace or GRACE


def grace_faults(grace: int) -> Iterator[Fault]:
    """Tell if *grace*, as people say it, is less than nothing or more than a day."""
    if not 0 <= grace <= LONGEST_GRACE:
        message = (
            f"the grace for missed times is {grace // SECOND} seconds; give at most a day, or leave it out for a minute"
        )
        yield Fault("misfire_grace", message)


def usual_sweep(schedule: Schedule) -> Schedule:
    """Give the sweeps of a sync of *schedule* whose source cannot tell what is gone, where nobody chose any.

    Once a week, at its own time; a sync that runs less often is swept by each of its runs.
    """
    match schedule.recurrence:
        case Recurrence.DAILY | Recurrence.CRON:
            time = schedule.time or _NIGHT
            return replace(schedule, recurrence=Recurrence.WEEKLY, weekday=_SUNDAY, time=time, cron="")
        case _:
            return schedule
