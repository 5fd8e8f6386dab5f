"""What was asked of the accounts server and the products, in the order of the answers.

Rule: the control API is not in it. A call whose connection was reset or
cut has status 0: it was never answered whole.
"""

from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from contactd_zoho_sandbox.clock import Clock

#: A benchmark must not fill the memory with its own traces.
MOST_ENTRIES = 200_000


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One call and how it ended; *at* is in seconds since 1970."""

    at: int
    method: str
    path: str
    query: str
    status: int


class Journal:
    """The last calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def note(self, method: str, path: str, query: str, status: int) -> None:
        """Remember one call."""
        self._entries.append(Entry(at=self._clock.now(), method=method, path=path, query=query, status=status))

    def entries(self, path: str = "*") -> Iterator[Entry]:
        """Yield the calls whose path is like the glob *path*."""
        return (entry for entry in self._entries if fnmatchcase(entry.path, path))

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()
