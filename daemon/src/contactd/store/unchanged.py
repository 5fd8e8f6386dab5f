"""Whether a store is still what it was when this daemon opened it.

Rule: once it is not, it never is again: what is asked of it from then on is
refused with the same sentence, and the daemon ends, so that nothing is read or
written by what it knows of another store.
"""

import threading
from collections.abc import Callable
from typing import NoReturn

from sqlalchemy import Connection

from contactd.domain.refusals import Changed


class Unchanged:
    """The belief that a store is what it was, for as long as nobody finds that it is not."""

    def __init__(self) -> None:
        self._check: Callable[[Connection], None] = _believe
        self._lock = threading.Lock()
        self._found: Changed | None = None
        self._heed: list[Callable[[Changed], None]] = []

    def guard(self, check: Callable[[Connection], None]) -> None:
        """Have *check* look at the store from now on whenever there is a doubt; it raises `Changed`."""
        self._check = check

    def heed(self, action: Callable[[Changed], None]) -> None:
        """Have *action* done once when the store is found to be another one, at once if it was already; any thread."""
        with self._lock:
            self._heed.append(action)
            found = self._found
        if found is not None:
            action(found)

    def hold(self) -> None:
        """See that nobody has found anything.

        Raises:
            Changed: somebody has.
        """
        if self._found is not None:
            raise Changed(self._found.message)

    def look(self, connection: Connection) -> None:
        """Look at the store through *connection*.

        Raises:
            Changed: it is not what it was.
        """
        try:
            self._check(connection)
        except Changed as changed:
            self.refute(changed)

    def refute(self, changed: Changed) -> NoReturn:
        """Say what was found: the store is not what it was.

        Raises:
            Changed: always; what was found first.
        """
        with self._lock:
            first, heed = self._found is None, list(self._heed)
            found = self._found = self._found or changed
        for action in heed if first else ():
            action(found)
        raise Changed(found.message) from None


def _believe(_connection: Connection) -> None:
    """Find nothing wrong with a store that is only being opened."""
