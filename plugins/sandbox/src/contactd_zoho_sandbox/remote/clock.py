"""Time, set from afar."""

from contactd_zoho_sandbox.remote.wire import Wire


class ClockControl(Wire):
    """Moves and stops the clock by which everything in the sandbox goes; a restart forgets it."""

    def now(self) -> int:
        """Return the second since 1970 that it is in the sandbox."""
        return int(self._call("GET", "/sandbox/clock")["now"])

    def advance(self, seconds: float) -> int:
        """Move time on, or back; return what it is then."""
        return int(self._call("POST", "/sandbox/clock", {"advance": seconds})["now"])

    def freeze(self) -> int:
        """Stop time; return where it stands."""
        return int(self._call("POST", "/sandbox/clock", {"frozen": True})["now"])

    def thaw(self) -> None:
        """Let time go on from where it stands."""
        self._call("POST", "/sandbox/clock", {"frozen": False})

    def reset_clock(self) -> None:
        """Go by the clock of the machine again."""
        self._call("POST", "/sandbox/clock", {"reset": True})
