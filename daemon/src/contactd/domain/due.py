"""When a sync is due next, to look for changes or to sweep.

Rule: a sync has one next time. Where that is the time of its sweep too, the
run sweeps: it reads everything anyway.
"""

from typing import NamedTuple

from contactd.domain.nouns import Schedule
from contactd.domain.schedule import next_instant


class Due(NamedTuple):
    """The next time of any run, and that of the next sweep; `None` is never."""

    run_at: int | None
    sweep_at: int | None


def next_due(schedule: Schedule, sweep: Schedule, after: int) -> Due:
    """Tell when a sync of *schedule*, swept by *sweep*, is due for the first time after *after*."""
    sweep_at = next_instant(sweep, after)
    times = [at for at in (next_instant(schedule, after), sweep_at) if at is not None]
    return Due(min(times, default=None), sweep_at)
