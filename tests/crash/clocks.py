"""A clock that can be set, for real daemons: what they ask the C library for the time of day is answered by clock.c.

libfaketime does the same and more, but it is no Python package that one could
lock, and not on every machine; twenty lines of C are, where there is a compiler.
"""

import subprocess
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock.c")


class Clock:
    """The time of day of every daemon that begins with `environ`; it goes on by itself."""

    def __init__(self, folder: Path) -> None:
        self._ahead = folder / "ahead"
        self._set(0)
        library = folder / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE], check=True)
        self.environ: Mapping[str, str] = {"LD_PRELOAD": str(library), "CONTACTD_TEST_CLOCK": str(self._ahead)}

    def is_now(self, now: str) -> None:
        """Set the clock, forth or back."""
        self._set(int((datetime.fromisoformat(now).timestamp() - time.time()) * 1_000_000))

    def _set(self, ahead: int) -> None:
        # In place, and at once: daemons have the file in their memory.
        with self._ahead.open("r+b" if self._ahead.exists() else "wb", buffering=0) as file:
            file.write(ahead.to_bytes(8, "little", signed=True))
