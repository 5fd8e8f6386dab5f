"""The budget of one organization at a vendor: how many calls may be made now, and when more may.

A right to call is granted for `LIFE`. Whoever has one may use it at any instant
until then, so it counts in the window of a minute until `LIFE` and a minute
after it was granted: thus no 60 seconds ever see more calls than rights.

Rule: all times are microseconds of one clock, the store's. Where that goes
back, all that is remembered goes back with it, and nothing lasts longer than
it would have.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from contactd.domain.clock import SECOND, micros, moment
from contactd_sdk import Allowance, Quota

#: How long a right to call is good.
LIFE = 5 * SECOND

#: Rights that are granted within this time are remembered together.
_SLOT = 5 * SECOND

#: How long rights count after the first of their slot.
_COUNTED = 60 * SECOND + LIFE + _SLOT

_DAY = 24 * 3600 * SECOND

#: How long before the end of our day the vendor's next one may have begun, and how much later that one ends at least.
_DAWN, _HOURS = 300 * SECOND, 12 * 3600 * SECOND

#: A day of a vendor is over when it says so, and then a little.
_MARGIN = 5 * SECOND

#: A longer block than this is no block: the vendor is asked again.
LONGEST_BLOCK = _DAY


class Why(StrEnum):
    """Why no call may be made now."""

    BLOCK = "block"
    MINUTE = "minute"
    DAY = "day"


class Refusal(NamedTuple):
    """No call before *until*."""

    why: Why
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What was granted, and what the vendor told. A time of 0 is none."""

    #: When each slot began, and how many rights were granted in it.
    recent: tuple[tuple[int, int], ...] = ()
    #: What was granted today, and when today ends.
    used: int = 0
    ends: int = 0
    #: What the vendor told of today: its limit (0: not told), what is left of it, and how many calls others made.
    limit: int = 0
    left: int = 0
    others: int = 0
    blocked_until: int = 0
    blocked_why: str = ""
    #: Where the organization is, as its vendor writes it.
    time_zone: str = ""
    #: When this was true.
    at: int = 0
    #: Within what it was last granted.
    allowance: Allowance | None = None

    def share(self, allowance: Allowance) -> int:
        """Tell how many calls of today are ours: others keep the percentage, or what they have used if that is more."""
        limit = self.limit or allowance.per_day
        return max(0, limit - max(limit * allowance.leave // 100, self.others))

    def free(self, allowance: Allowance) -> int:
        """Tell how many calls of our share are not made yet, as far as the vendor has any left."""
        free = self.share(allowance) - self.used
        return max(0, min(free, self.left) if self.limit else free)


def at(budget: Budget, now: int) -> Budget:
    """Bring *budget* to *now*: forget what does not count any more, and begin a new day."""
    if now < budget.at:
        budget = _moved(budget, now - budget.at)
    recent = tuple((start, rights) for start, rights in budget.recent if now < start + _COUNTED)
    budget = replace(budget, recent=recent, at=now)
    if budget.blocked_until and budget.blocked_until <= now:
        budget = replace(budget, blocked_until=0, blocked_why="")
    if budget.ends and budget.ends <= now:
        # The limit stays as it was told: it changes with the plan, not with the day.
        budget = replace(budget, used=0, others=0, left=budget.limit, ends=0)
    return budget


def _moved(budget: Budget, by: int) -> Budget:
    return replace(
        budget,
        recent=tuple((start + by, rights) for start, rights in budget.recent),
        ends=budget.ends and budget.ends + by,
        blocked_until=budget.blocked_until and budget.blocked_until + by,
    )


def refusal(budget: Budget, allowance: Allowance | None, calls: int = 1) -> Refusal | None:
    """Tell why no *calls* may be made now, and until when. Without an allowance only a block counts."""
    if budget.blocked_until:
        return Refusal(Why.BLOCK, budget.blocked_until)
    if allowance is None:
        return None
    if budget.free(allowance) < calls:
        return Refusal(Why.DAY, (budget.ends or _end_of_day(budget)) + _MARGIN)
    # Who wants more than a minute ever has waits for a whole one.
    if _in_a_minute(budget) > allowance.per_minute - min(calls, allowance.per_minute):
        return Refusal(Why.MINUTE, _some_free(budget, allowance))
    return None


def granted(budget: Budget, allowance: Allowance, count: int) -> tuple[Budget, int]:
    """Grant up to *count* rights, where none are refused; the nearer the end of the day's share, the fewer."""
    count = min(count, allowance.per_minute - _in_a_minute(budget), max(1, budget.free(allowance) // 8))
    return counted(replace(budget, allowance=allowance), count), count


def counted(budget: Budget, calls: int) -> Budget:
    """Count *calls* that are made, whether or not there is a right to them."""
    recent = (*budget.recent, (budget.at, calls))
    if budget.recent and budget.at < budget.recent[-1][0] + _SLOT:
        start, rights = budget.recent[-1]
        recent = (*budget.recent[:-1], (start, rights + calls))
    ends = budget.ends or _end_of_day(budget)
    return replace(budget, recent=recent, used=budget.used + calls, left=budget.left - calls, ends=ends)


def returned(budget: Budget, unused: int, *, fresh: bool) -> Budget:
    """Take back *unused* rights.

    Those that are *fresh*, still good when they were given back, count in no
    minute any more. They are taken off the oldest slot: what others were
    granted after them goes on counting for as long as it must.
    """
    recent = []
    left = unused if fresh else 0
    for start, rights in budget.recent:
        taken = min(rights, left)
        left -= taken
        recent.append((start, rights - taken))
    used = max(0, budget.used - unused)
    return replace(budget, recent=tuple(recent), used=used, left=budget.left + budget.used - used)


def told(budget: Budget, quota: Quota) -> Budget:
    """Take in what an answer told of the day, unless that day is over.

    The vendor's day may begin a moment before ours ends: what was used until
    then is of the day before, and must not be held against the new one.
    """
    ends = min(micros(quota.ends), budget.at + 2 * _DAY)
    if ends <= budget.at:
        return budget
    if budget.limit and budget.ends < budget.at + _DAWN and ends > budget.ends + _HOURS and quota.left > budget.left:
        budget = replace(budget, used=0, others=0)
    others = max(budget.others, quota.limit - quota.left - budget.used)
    return replace(budget, limit=quota.limit, left=quota.left, others=others, ends=ends)


def blocked(budget: Budget, until: int, why: str) -> Budget:
    """Take in that the vendor blocks the organization; the longest block counts."""
    until = min(until, budget.at + LONGEST_BLOCK)
    if until <= max(budget.at, budget.blocked_until):
        return budget
    return replace(budget, blocked_until=until, blocked_why=why)


def placed(budget: Budget, time_zone: str) -> Budget:
    """Take in where the organization is."""
    return replace(budget, time_zone=time_zone)


def _in_a_minute(budget: Budget) -> int:
    return sum(rights for _, rights in budget.recent)


def _some_free(budget: Budget, allowance: Allowance) -> int:
    """Tell when half of a minute's calls are free again: a run that goes on makes some only to find its place."""
    wanted = _in_a_minute(budget) - allowance.per_minute + max(1, allowance.per_minute // 2)
    for start, rights in budget.recent:
        wanted -= rights
        if wanted <= 0:
            return start + _COUNTED
    return budget.at + _COUNTED


def _end_of_day(budget: Budget) -> int:
    """Tell when a day that begins now ends: at midnight there, or after 24 hours where nobody knows where that is."""
    try:
        zone = ZoneInfo(budget.time_zone)
    # A name can be none, a short one that nobody knows, or lead out of the database.
    except (KeyError, ValueError, OSError):
        return budget.at + _DAY
    tomorrow = moment(budget.at).astimezone(zone).date() + timedelta(days=1)
    return micros(datetime.combine(tomorrow, time(), zone))
