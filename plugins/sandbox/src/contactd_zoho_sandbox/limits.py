"""What is limited, and who has used how much of it.

Rule: every figure here can be set while the sandbox runs, and what would
stand in the way of a benchmark is off until somebody sets it.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.finance.answers import throttled
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.products import Product
from contactd_zoho_sandbox.finance.times import next_midnight
from contactd_zoho_sandbox.switches import Switches

MINUTE = 60


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The figures; Zoho's own are 100 a minute, 1,000 to 10,000 a day, 5 or 10 at once, 3,600 and 60 seconds."""

    #: Calls a minute and organization before it is blocked; None is no limit.
    per_minute: int | None = None
    #: How long an organization stays blocked, in seconds.
    block_seconds: int = 1800
    #: Calls a minute that are about no organization (`/organizations`), and how long their user stays blocked.
    user_per_minute: int | None = None
    user_block_seconds: int = 3600
    #: Calls a day and organization; the day ends at midnight where the organization is.
    per_day: int = 1_000_000
    #: Calls of an organization that may be in process at one time; None is no limit.
    at_once: int | None = None
    #: The life of an access token, in seconds.
    token_seconds: int = 3600
    #: The life of a grant code, in seconds.
    grant_seconds: int = 60
    #: Refresh tokens of a user and a client; one more silently ends the oldest.
    refresh_tokens: int = 20
    #: Access tokens that one refresh token brings in so many seconds; the next is refused.
    access_tokens: int = 10
    access_seconds: int = 600
    #: Live access tokens of one refresh token; one more ends the oldest.
    live_tokens: int = 15
    #: The life of a device's code, and how long to wait between two questions after it, in seconds.
    device_seconds: int = 300
    device_interval: int = 30


class Account(NamedTuple):
    """Whose calls are counted together: an organization, of one product unless all share one quota."""

    organization_id: str
    product: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What has been used of one account's limits."""

    organization_id: str
    #: Like `books`; empty where all products share one quota.
    product: str
    #: Calls of the last 60 seconds.
    minute: int
    today: int
    #: When the block ends, in seconds since 1970; 0 without a block.
    blocked_until: int


class Minute:
    """The calls of the last 60 seconds, and the block that comes of too many."""

    def __init__(self) -> None:
        self._calls: deque[int] = deque()
        self._blocked_until = 0

    def count(self, now: int) -> int:
        """Return how many calls there were."""
        while self._calls and self._calls[0] <= now - MINUTE:
            self._calls.popleft()
        return len(self._calls)

    def blocked_until(self, now: int) -> int:
        """Return when the block ends, or 0 if there is none."""
        return self._blocked_until if now < self._blocked_until else 0

    def take(self, now: int, most: int | None, block_seconds: int, *, grows: bool) -> int:
        """Count one call; return the seconds that it has to wait, or 0 if it may be made."""
        if most is None:
            self._calls.append(now)
            self.count(now)
            return 0
        blocked = now < self._blocked_until
        if not blocked and self.count(now) < most:
            self._calls.append(now)
            return 0
        if not blocked or grows:
            self._blocked_until = now + block_seconds
        self._calls.clear()
        return self._blocked_until - now


class Day:
    """The calls of one day, which ends at midnight in *zone*."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._calls = 0
        self._ends = 0

    def count(self, now: int) -> int:
        """Return how many calls there were."""
        if now >= self._ends:
            self._calls, self._ends = 0, next_midnight(now, self._zone)
        return self._calls

    def take(self, now: int, most: int) -> bool:
        """Count one call, and tell whether it may be made; one that may not is not counted."""
        if self.count(now) >= most:
            return False
        self._calls += 1
        return True

    def add(self, now: int, calls: int) -> None:
        """Count calls that were made whatever the limit is."""
        self._calls = self.count(now) + calls

    def ends_in(self, now: int) -> int:
        """Return the seconds until the next day."""
        self.count(now)
        return self._ends - now


class Meter:
    """Counts the calls of each organization and refuses those beyond *limits*."""

    def __init__(self, limits: Limits, switches: Switches, clock: Clock) -> None:
        self.limits = limits
        self._switches = switches
        self._clock = clock
        self._user = Minute()
        self._minutes: dict[Account, Minute] = {}
        self._days: dict[Account, Day] = {}
        self._in_process: Counter[Account] = Counter()

    @contextmanager
    def processing(self, organization: Organization, product: Product) -> Iterator[None]:
        """Count a call as one that is being answered."""
        account = self._account(organization, product.name)
        self._in_process[account] += 1
        try:
            yield
        finally:
            self._in_process[account] -= 1

    def take(self, organization: Organization, product: Product) -> None:
        """Count one call.

        Raises:
            Refused: the call is one too many.
        """
        now, limits, account = self._clock.now(), self.limits, self._account(organization, product.name)
        minute = self._minutes.setdefault(account, Minute())
        grows = self._switches.block_grows
        if wait := minute.take(now, limits.per_minute, limits.block_seconds, grows=grows):
            raise throttled(44, retry_after=wait)
        if limits.at_once is not None and self._in_process[account] > limits.at_once:
            raise throttled(1070, retry_after=None)
        if not self._day(organization, account).take(now, limits.per_day):
            raise throttled(45, retry_after=None, limit=f"{limits.per_day:,}")

    def take_of_user(self) -> None:
        """Count one call that is about no organization.

        Raises:
            Refused: the call is one too many.
        """
        limits = self.limits
        grows = self._switches.block_grows
        wait = self._user.take(self._clock.now(), limits.user_per_minute, limits.user_block_seconds, grows=grows)
        if wait:
            raise throttled(43, retry_after=wait)

    def use(self, organization: Organization, product: str, calls: int) -> None:
        """Count calls that somebody else's tools made during the day, all of them."""
        self._day(organization, self._account(organization, product)).add(self._clock.now(), calls)

    def headers(self, organization: Organization, product: Product) -> Mapping[str, str]:
        """Return what is told of the day's quota; of the minute's, Zoho tells nothing."""
        now = self._clock.now()
        day = self._day(organization, self._account(organization, product.name))
        return {
            "X-Rate-Limit-Limit": str(self.limits.per_day),
            "X-Rate-Limit-Remaining": str(max(0, self.limits.per_day - day.count(now))),
            "X-Rate-Limit-Reset": str(day.ends_in(now)),
        }

    def usage(self) -> list[Usage]:
        """Return what each account that made calls has used."""
        now = self._clock.now()
        return [
            Usage(
                organization_id=account.organization_id,
                product=account.product,
                minute=minute.count(now),
                today=self._days[account].count(now) if account in self._days else 0,
                blocked_until=minute.blocked_until(now),
            )
            for account, minute in self._minutes.items()
        ]

    def forget(self) -> None:
        """End every block and count from nothing again."""
        self._user = Minute()
        self._minutes.clear()
        self._days.clear()

    def _account(self, organization: Organization, product: str) -> Account:
        own = "" if self._switches.quota_shared else product
        return Account(organization.organization_id, own)

    def _day(self, organization: Organization, account: Account) -> Day:
        return self._days.setdefault(account, Day(organization.time_zone))
