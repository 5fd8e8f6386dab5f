"""The way into an account, as a source gets it: its token, its rights to call, its shelf. All go by frames."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import TypeVar

from contactd.host.asides import BATCH, Blocked, Find, Found, Keep, Kept, Renew, Renewed, Take, Taken
from contactd.host.child.daemon import Line
from contactd.host.frames import Closed
from contactd_sdk import Allowance, Quota, Shelved, Token

#: How many rights are asked for at once, at most; the first time it is one, and then ever more.
MOST = 16

#: What is larger is not kept: a batch must fit into a frame.
LARGEST = 64 * 1024

_Row = TypeVar("_Row")


class ChildCalls:
    """The rights to call, in small blocks. Without an *allowance* nothing is counted. Any thread may take."""

    def __init__(self, line: Line, allowance: Allowance | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._line = line
        self._allowance = allowance
        self._clock = clock
        self._lock = Lock()
        self._wanted = 1
        self._given = 0
        self._held = 0
        self._until = 0.0
        self._told: Quota | None = None

    def take(self) -> None:
        """Take the right to make one call; the daemon is asked where none is in hand."""
        if self._allowance is None:
            return
        with self._lock:
            if not self._take_held():
                self._ask(self._allowance)
                self._held -= 1

    def spare(self) -> bool:
        """Take a right if one is in hand, and tell whether."""
        if self._allowance is None:
            return True
        with self._lock:
            return self._take_held()

    def told(self, quota: Quota) -> None:
        """Keep what an answer told of the day until the daemon is asked again."""
        with self._lock:
            self._told = quota

    def blocked(self, until: datetime, why: str, *, everywhere: bool = False) -> None:
        """Tell the daemon of a block; what is in hand is of no use any more."""
        with self._lock:
            self._until = 0.0
        self._line.say(Blocked(until, why, everywhere))

    def left(self) -> Closed:
        """Give back what is in hand, and what the daemon was not told; nothing can be taken any more."""
        with self._lock:
            left = Closed(self._held, self._clock() < self._until, self._told)
            self._held, self._told = 0, None
            return left

    def _take_held(self) -> bool:
        if self._held == 0 or self._clock() >= self._until:
            return False
        self._held -= 1
        return True

    def _ask(self, allowance: Allowance) -> None:
        unused, told = self._held, self._told
        # As many as were used in time, and twice as many where all were.
        self._wanted = max(1, self._given - unused) if unused else self._wanted
        self._held, self._told = 0, None
        taken = self._line.ask(Take(allowance, self._wanted, unused, told), Taken)
        self._wanted = min(2 * self._wanted, MOST)
        self._given = self._held = taken.count
        self._until = taken.until


class ChildShelf:
    """What the source keeps between runs, asked for in batches."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def find(self, module: str, stamps: Mapping[str, datetime]) -> dict[str, bytes]:
        """Give what is kept of these records, by id."""
        found: dict[str, bytes] = {}
        for batch in _batches(stamps.items()):
            found |= self._line.ask(Find(module, dict(batch)), Found).payloads
        return found

    def keep(self, module: str, items: Sequence[Shelved]) -> None:
        """Keep *items*, but for those that are too large."""
        for batch in _batches(item for item in items if len(item.payload) <= LARGEST):
            self._line.ask(Keep(module, batch), Kept)


class ChildAccess:
    """The way into an account."""

    def __init__(self, line: Line, organization: str, token: Token, allowance: Allowance | None) -> None:
        self._line = line
        self._organization = organization
        self._tokens = [token]
        self._calls = ChildCalls(line, allowance)
        self._shelf = ChildShelf(line)

    @property
    def organization(self) -> str:
        """The chosen organization's id."""
        return self._organization

    @property
    def token(self) -> Token:
        """The token in force."""
        return self._tokens[-1]

    @property
    def secrets(self) -> list[str]:
        """Every token there was."""
        return [token.value for token in self._tokens]

    @property
    def calls(self) -> ChildCalls:
        """The rights to call."""
        return self._calls

    @property
    def shelf(self) -> ChildShelf:
        """What the source keeps between runs."""
        return self._shelf

    def renew(self) -> Token:
        """Ask the daemon for a newer token. Any thread of the plugin may."""
        token = self._line.ask(Renew(), Renewed).token
        self._tokens.append(token)
        return token


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
