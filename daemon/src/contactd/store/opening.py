"""Opening the store that a URL names: a file, or a database on a server."""

import time
from pathlib import Path

from contactd.domain.refusals import Fault, Invalid
from contactd.store.database import Clock, Database
from contactd.store.sqlite import SqliteDatabase

#: How the URL of a file begins; its path follows.
FILE = "sqlite://"


def open_store(url: str, *, clock: Clock | None = None) -> Database:
    """Open the store at *url*, `sqlite:///…` or `postgresql://…`; a file, for this process alone.

    *clock*: by default that of this machine for a file, and for a server the server's, which all daemons go by.

    Raises:
        Away: the server does not answer.
        Conflict: another daemon has the file.
        Invalid: it cannot be used before a person has mended something.
    """
    if url.startswith(FILE):
        return SqliteDatabase(Path(url.removeprefix(FILE)), clock=clock or _machine_clock)
    try:
        from contactd.store.postgres import PostgresDatabase
    except ImportError:
        message = "PostgreSQL needs a driver; install it with: pip install 'contactd[postgres]'"
        raise Invalid(Fault("store.url", message)) from None
    return PostgresDatabase(url, clock=clock)


def _machine_clock() -> int:
    return time.time_ns() // 1000
