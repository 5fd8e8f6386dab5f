"""What is done to a store that no daemon serves: `contactd store …`.

Rule: the store is the one that the daemon would serve by the same
configuration, and it is claimed as the daemon claims it. What is told goes to
standard error while it is done and to standard output once it is; no password
is in it.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from contactd.config import Config
from contactd.domain.refusals import Away, Conflict, Fault, Invalid
from contactd.store import moved
from contactd.store.database import Database
from contactd.store.opening import FILE, open_store
from contactd.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from contactd.store.moving import Moved, Step

#: Seconds between two lines, where they are not written over each other.
_PULSE = 5.0

#: What is told of a step, of its four values.
_TOLD = {
    "copied": "copied {2:,} of {3:,} rows of '{1}'",
    "indexed": "built index {2} of {3}, of '{1}'",
    "verified": "compared {2:,} of {3:,} rows of '{1}'",
    "given up": "given the file up",
}

#: What is told of a store that was moved, after what came of it and before its key.
_NEXT = (
    "The file is kept as it was, and no daemon serves it any more. To serve the new place, write:",
    "",
    "  [store]",
    '  url = "…"    # the URL that --to has named',
)
_UNLESS = "    # not where the key is a credential"

#: What a daemon does by itself, and a command does not.
_BY_ITSELF = "; it is tried again"


def migrate(config: Config, to: str, progress: TextIO) -> str:
    """Move the store of *config* to the PostgreSQL database *to*, telling of it at *progress*; tell what came of it.

    Raises:
        Away: the server does not answer; the same command goes on.
        Conflict: one of the stores is held, or cannot be moved, or moved to.
        Invalid: one of them cannot be opened.
    """
    with _passing(), _file(config) as source, _place(to) as target:
        # It needs the driver, which is there if the place could be opened.
        from contactd.store.moving import move

        with closing(_Progress(progress)) as shown:
            found = move(source, target, told=shown.show)
        if found.again:
            return f"The store '{source.place}' was moved to '{target.place}' before, and nothing was left to do."
        what = f"Moved '{source.place}' to '{target.place}'"
    return "\n".join((what + _counted(found), *_NEXT, f'  key_file = "{config.store.key_file}"{_UNLESS}'))


def reopen(config: Config) -> str:
    """Let the store file of *config* be served again after it was moved; tell what came of it.

    Raises:
        Conflict: it is held by a daemon.
        Invalid: it cannot be opened.
    """
    with _passing(), _file(config) as source:
        to = moved.reopen(source)
        if to is None:
            return f"The store '{source.place}' was not moved: it can be served."
        return f"The store '{source.place}' can be served again. See that nobody serves '{to}' any more."


def _counted(found: "Moved") -> str:
    rows, mended = (sum(each[place] for each in found.sums.values()) for place in (0, 2))
    nul = (
        f" In {mended:,} of them a text held NUL, which PostgreSQL has no place for: it is U+FFFD now."
        if mended
        else ""
    )
    return f": {rows:,} rows of {len(found.sums)} tables, and every count and checksum agrees.{nul}"


@contextmanager
def _file(config: Config) -> Iterator[Database]:
    """Open the store of *config*, which must be a file that is there."""
    if not config.store.url.startswith(FILE):
        message = "the store is on a server already; only one in a file can be moved, so name its configuration"
        raise Invalid(Fault("store.url", message))
    path = Path(config.store.url.removeprefix(FILE))
    try:
        database = SqliteDatabase(path, clock=_now, create=False)
    except Conflict as held:
        raise Conflict(
            f"the store '{path}' is held by a contactd that runs (process {held.facts['process']}); "
            "tell it to stop, and repeat the command once it has",
            reason=held.reason,
        ) from None
    with closing(database):
        yield database


@contextmanager
def _place(url: str) -> Iterator[Database]:
    try:
        database = open_store(url, clock=_now)
    except Invalid as invalid:
        # It is told as of the store that is configured, which this one is not yet.
        told = (fault.message.replace("in [store] url", "with --to") for fault in invalid.faults)
        raise Invalid(*(Fault("--to", message) for message in told)) from None
    with closing(database):
        yield database


@contextmanager
def _passing() -> Iterator[None]:
    """Say what to do about what passes: nobody but who has typed the command tries it again."""
    try:
        yield
    except Away as away:
        raise Away(
            f"{away.message.removesuffix(_BY_ITSELF)}; repeat the command, and it goes on", reason=away.reason
        ) from away


class _Progress:
    """Tells how far a move is: on one line of a terminal that is written over, else on a line now and then."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._over = to.isatty()
        self._told = time.monotonic()

    def show(self, step: "Step") -> None:
        now = time.monotonic()
        line = _TOLD[step.what].format(*step)
        if self._over:
            self._to.write(f"\r\x1b[K{line}")
        elif now - self._told >= _PULSE:
            self._to.write(f"{line}\n")
        else:
            return
        self._told = now
        self._to.flush()

    def close(self) -> None:
        """Leave nothing on the line."""
        if self._over:
            self._to.write("\r\x1b[K")
            self._to.flush()


def _now() -> int:
    return time.time_ns() // 1000
