"""What the sandbox tells of itself, and how it is told to behave."""

from dataclasses import dataclass
from typing import Any

from contactd_zoho_sandbox.remote.wire import Wire


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of the journal; *status* is 0 where no whole answer was given."""

    at: int
    method: str
    path: str
    query: str
    status: int


class BehaviorControl(Wire):
    """State, journal and limits."""

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
        """Set limits: per_minute (None is off), block_seconds, per_day, token_seconds, grant_seconds."""
        self._call("POST", "/sandbox/limits", limits)
