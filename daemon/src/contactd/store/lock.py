"""Who may write to an embedded store: one daemon a file, one thread at a time."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contactd.domain.refusals import Conflict


class WriterLock:
    """One writer at a time; those who answer a caller go before those who take pages."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._taken = False
        self._urgent = 0

    @contextmanager
    def held(self, *, urgent: bool) -> Iterator[None]:
        """Hold the lock. *urgent* ones overtake the others that wait."""
        with self._free:
            self._urgent += urgent
            self._free.wait_for(lambda: not self._taken and (urgent or not self._urgent))
            self._urgent -= urgent
            self._taken = True
        try:
            yield
        finally:
            with self._free:
                self._taken = False
                self._free.notify_all()


class StoreFileLock:
    """The claim of one daemon on one store file; the kernel drops it when the daemon dies."""

    def __init__(self, store: Path) -> None:
        """Claim *store*.

        Raises:
            Conflict: another daemon has it (`STORE_HELD`).
        """
        path = store.with_name(store.name + ".lock")
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise Conflict(
                f"the store '{store}' is held by another contactd (process {holder}); "
                "stop that one, or give this one a store of its own in [store] url",
                reason="STORE_HELD",
                store=str(store),
                process=holder,
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let go of the claim."""
        self._file.close()
