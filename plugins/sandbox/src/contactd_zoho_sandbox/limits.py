"""What is limited, and who has used how much of it.

Rule: every figure here can be set while the sandbox runs, and what would
stand in the way of a benchmark is off until somebody sets it.
"""

from collections import deque
from collections.abc import Mapping

import msgspec

from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.finance.answers import throttled
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.times import next_midnight

MINUTE = 60


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The figures; Zoho's own are 100 a minute, 1,000 to 10,000 a day, 3,600 and 60 seconds."""

    #: Calls a minute and organization before it is blocked; None is no limit.
    per_minute: int | None = None
    #: How long an organization stays blocked, in seconds.
    block_seconds: int = 1800
    #: Calls a day and organization; the day ends at midnight where the organization is.
    per_day: int = 1_000_000
    #: The life of an access token, in seconds.
    token_seconds: int = 3600
    #: The life of a grant code, in seconds.
    grant_seconds: int = 60


class Use:
    """The calls of one organization that still count."""

    def __init__(self) -> None:
        self.last_minute: deque[int] = deque()
        self.blocked_until = 0
        self.today = 0
        self.day_ends = 0


class Meter:
    """Counts the calls of each organization and refuses those beyond *limits*."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._uses: dict[str, Use] = {}

    def take(self, organization: Organization) -> None:
        """Count one call.

        Raises:
            Refused: the call is one too many, and is not counted.
        """
        now = self._clock.now()
        use = self._use(organization, now)
        self._check_minute(use, now)
        if use.today >= self.limits.per_day:
            raise throttled(45, retry_after=None, limit=f"{self.limits.per_day:,}")
        use.today += 1

    def headers(self, organization: Organization) -> Mapping[str, str]:
        """Return what is told of the day's quota; of the minute's, Zoho tells nothing."""
        now = self._clock.now()
        use = self._use(organization, now)
        return {
            "X-Rate-Limit-Limit": str(self.limits.per_day),
            "X-Rate-Limit-Remaining": str(max(0, self.limits.per_day - use.today)),
            "X-Rate-Limit-Reset": str(use.day_ends - now),
        }

    def forget(self) -> None:
        """End every block and count from nothing again."""
        self._uses.clear()

    def _use(self, organization: Organization, now: int) -> Use:
        use = self._uses.setdefault(organization.organization_id, Use())
        if now >= use.day_ends:
            use.today = 0
            use.day_ends = next_midnight(now, organization.time_zone)
        return use

    def _check_minute(self, use: Use, now: int) -> None:
        if self.limits.per_minute is None:
            return
        if now >= use.blocked_until:
            while use.last_minute and use.last_minute[0] <= now - MINUTE:
                use.last_minute.popleft()
            if len(use.last_minute) < self.limits.per_minute:
                use.last_minute.append(now)
                return
            use.blocked_until = now + self.limits.block_seconds
            use.last_minute.clear()
        raise throttled(44, retry_after=use.blocked_until - now)
