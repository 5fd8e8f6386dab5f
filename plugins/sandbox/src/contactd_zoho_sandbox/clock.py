"""The one place that knows what time it is.

Rule: nobody else in the sandbox reads the clock of the machine, so that a test
can move time, or stop it: tokens, limits, stamps, the journal and the `Date` of
every answer go by this clock. Only a fault that delays waits in real seconds.
"""

import time
from collections.abc import Callable


class Clock:
    """Time in whole seconds since 1970, which is as fine as Zoho tells it."""

    def __init__(self, read: Callable[[], float] = time.time) -> None:
        self._read = read
        self._ahead = 0.0
        self._stopped: float | None = None

    def now(self) -> int:
        """Return the second that it is now."""
        return int(self._now())

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._stopped is not None

    def advance(self, seconds: float) -> None:
        """Move on at once, or back; a frozen clock stands still again thereafter."""
        self._go_to(self._now() + seconds)

    def freeze(self) -> None:
        """Stop time where it is."""
        self._stopped = self._now()

    def thaw(self) -> None:
        """Let time go on from where it is."""
        now, self._stopped = self._now(), None
        self._go_to(now)

    def reset(self) -> None:
        """Go by the clock of the machine again."""
        self._ahead, self._stopped = 0.0, None

    def _now(self) -> float:
        return self._read() + self._ahead if self._stopped is None else self._stopped

    def _go_to(self, second: float) -> None:
        if self._stopped is None:
            self._ahead = second - self._read()
        else:
            self._stopped = second
