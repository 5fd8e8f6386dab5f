"""Ends a daemon at one of its commit points, as a power cut does: nothing is closed, and nobody is told.

Planted from outside into the process of a daemon that begins; no code that is
shipped knows of it.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any, NamedTuple

from contactd.store import server
from contactd.store.database import Transaction
from contactd.store.postgres import PostgresDatabase
from contactd.store.sqlite import SqliteDatabase
from crash import points

#: After how much silence a daemon is missed, as it stands in the code and as it is planted.
_PATIENT, _HASTY = "BEAT, STALE = 2.0, 6.0", "BEAT, STALE = 0.3, 1.5"

#: How a process ends that met its end.
CODE = 77

#: Where this process has been asleep.
_slept: set["End"] = set()


class End(NamedTuple):
    """Where a daemon ends: at which commit point, and whether its commit is true.

    Or where it falls asleep, once: it is as one whose machine is stopped, until somebody lets it go on.
    """

    point: str
    committed: bool
    asleep: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.committed else 'before'} the commit of {self.point}"


def hasten() -> None:
    """Let daemons that share a store miss one another sooner than they do, so that tests need not wait for it."""
    found = find_spec("contactd.store.queue")
    assert found is not None
    assert found.origin is not None
    text = Path(found.origin).read_text()
    assert _PATIENT in text
    module = module_from_spec(found)
    sys.modules[found.name] = module
    exec(compile(text.replace(_PATIENT, _HASTY), found.origin, "exec"), module.__dict__)  # noqa: S102  our own code
    assert "'6s'" in server._LET_GO
    server._LET_GO = server._LET_GO.replace("'6s'", "'1500ms'")


def plant(end: End) -> None:
    """Let this process end when it comes by *end*."""
    for kind in (SqliteDatabase, PostgresDatabase):
        _plant(kind, end)


def _plant(kind: Any, end: End) -> None:
    opens = kind.transaction

    def transaction(self: Any, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        opened: AbstractContextManager[Transaction] = opens(self, durable=durable)
        caller = sys._getframe(1)
        meant = points.at(caller.f_code.co_filename, caller.f_lineno) == end.point
        return _ended(opened, end) if meant else opened

    kind.transaction = transaction


@contextmanager
def _ended(opened: AbstractContextManager[Transaction], end: End) -> Iterator[Transaction]:
    with opened as tx:
        if end.committed:
            # The first of all that is done after the commit.
            tx.after_commit(partial(_end, end))
        yield tx
        if not end.committed:
            _end(end)


def _end(end: End) -> None:
    if not end.asleep:
        os._exit(CODE)
    if end not in _slept:
        _slept.add(end)
        # This thread first, which would go on for a while yet.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
