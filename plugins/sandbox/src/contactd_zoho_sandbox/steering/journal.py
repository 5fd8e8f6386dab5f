"""What was asked of the accounts server and the products, in the order of the answers.

Rule: the control API is not in it. A call whose connection was reset or
cut has status 0: it was never answered whole.
"""

import hashlib
from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

#: A benchmark must not fill the memory with its own traces.
MOST_ENTRIES = 200_000


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One call and how it ended; *at* is in seconds since 1970, by the sandbox's clock."""

    at: int
    method: str
    path: str
    query: str
    status: int
    #: The organization that was named, and the id of the token that came along (`token_id`); "" without.
    organization: str = ""
    token: str = ""


class Journal:
    """The last calls."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def note(self, entry: Entry) -> None:
        """Remember one call."""
        self._entries.append(entry)

    def entries(self, path: str = "*") -> Iterator[Entry]:
        """Yield the calls whose path is like the glob *path*."""
        return (entry for entry in self._entries if fnmatchcase(entry.path, path))

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()


def token_id(token: str | None) -> str:
    """Return what tells *token* from others without being it: the journal is no place for secrets."""
    return hashlib.sha256(token.encode()).hexdigest()[:8] if token else ""
