"""How a run that is being carried learns that it should stop."""

import threading
from collections.abc import Callable


class Stop:
    """The wish that one attempt at a run ends soon; it goes on from its cursor elsewhere, or later.

    Nothing is lost by stopping at any instant: a page that was not committed
    is read again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._interrupt: Callable[[], None] | None = None

    @property
    def asked(self) -> bool:
        """Whether the attempt should end at the next page."""
        return self._asked

    def ask(self) -> None:
        """Let the attempt end now, a call to its source in the middle too."""
        with self._lock:
            self._asked = True
            interrupt = self._interrupt
        if interrupt is not None:
            interrupt()

    def interrupts(self, interrupt: Callable[[], None]) -> None:
        """Say what ends a call to the source in the middle."""
        with self._lock:
            self._interrupt = interrupt
            asked = self._asked
        if asked:
            interrupt()
