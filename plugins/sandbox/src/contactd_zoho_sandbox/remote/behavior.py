"""What the sandbox tells of itself, and how it is told to behave."""

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contactd_zoho_sandbox.remote.wire import Wire

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of the journal; *at* is in the sandbox's seconds, *status* 0 where no whole answer was given."""

    at: int
    method: str
    path: str
    query: str
    status: int
    #: The organization that was named, and the id of the token (`token_id`) that came along; "" without.
    organization: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an organization has used; *product* is empty where all products share one quota."""

    organization_id: str
    product: str
    #: Calls of the last 60 seconds, and of the day.
    minute: int
    today: int
    #: When the block ends, in the sandbox's seconds; 0 without a block.
    blocked_until: int


class BehaviorControl(Wire):
    """State, journal, limits and switches."""

    def state(self) -> dict[str, Any]:
        """Return what the sandbox holds: client, organizations with their counts, limits, token counts."""
        return self._call("GET", "/sandbox/state")

    def journal(self, path: str = "*") -> list[Call]:
        """Return the calls so far whose path is like the glob *path*, oldest first."""
        return [Call(**call) for call in self._call("GET", "/sandbox/journal", query={"path": path})["calls"]]

    def clear_journal(self) -> None:
        """Forget the calls so far."""
        self._call("DELETE", "/sandbox/journal")

    def set_limits(self, **limits: int | None) -> None:
        """Set limits, and end every block; see the README for their names."""
        self._call("POST", "/sandbox/limits", limits)

    def usage(self) -> list[Usage]:
        """Return what each organization that made calls has used of its limits."""
        return [Usage(**row) for row in self._call("GET", "/sandbox/usage")["usage"]]

    def use(self, calls: int, *, organization_id: str = "", product: str = "books") -> None:
        """Let other tools of an organization make *calls* today."""
        body = {"calls": calls, "organization_id": organization_id, "product": product}
        self._call("POST", "/sandbox/usage", body)

    def switch(self, **switches: object) -> None:
        """Set what is disputed about Zoho one way or the other; see the README for the names."""
        self._call("POST", "/sandbox/switches", switches)


def token_id(token: str) -> str:
    """Return the id under which the journal shows an access token."""
    return hashlib.sha256(token.encode()).hexdigest()[:8]


def busiest_minute(calls: Iterable[Call]) -> int:
    """Return the most calls in any 60 seconds."""
    most, minute = 0, deque[int]()
    for at in sorted(call.at for call in calls):
        minute.append(at)
        while minute[0] <= at - MINUTE:
            minute.popleft()
        most = max(most, len(minute))
    return most
