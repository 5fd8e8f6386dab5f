"""Rights to call a vendor, for the source of one connection."""

import math

from contactd.host.asides import Taken
from contactd_sdk import Allowance, Aware, Quota


class ConnectionRights:
    """The rights of one connection's source."""

    def grant(self, _allowance: Allowance, count: int) -> Taken:
        """Grant *count* calls."""
        return Taken(count, math.inf)

    def note(self, unused: int, told: Quota | None) -> None:
        """Hear what was not used, and what the vendor told of the day."""

    def block(self, until: Aware, why: str) -> None:
        """Hear of a block."""
