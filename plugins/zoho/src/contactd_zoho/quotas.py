"""What an answer tells of an organization's calls (FACTS.md "3.1")."""

from datetime import datetime, timedelta

from contactd_sdk import Quota
from contactd_sdk.rest import Reply

#: A day's quota begins anew within a day, and an hour for a night that is longer.
_LONGEST = 25 * 3600


def quota_of(reply: Reply, now: datetime) -> Quota | None:
    """Tell what the headers of *reply* say of the day; `None` where they are missing or odd."""
    limit, left, reset = (_number(reply.header(f"X-Rate-Limit-{name}")) for name in ("Limit", "Remaining", "Reset"))
    if not limit or left is None or reset is None:
        return None
    # Seconds until the reset, not a time.
    return Quota(limit, min(left, limit), now + timedelta(seconds=min(reset, _LONGEST)))


def _number(text: str) -> int | None:
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len("999999999") else None
