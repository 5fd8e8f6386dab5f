"""Opening the store that a URL names: a file, or a database on a server."""

from pathlib import Path

from contactd.domain.refusals import Fault, Invalid
from contactd.store.database import Clock, Database
from contactd.store.sqlite import SqliteDatabase

#: How the URL of a file begins; its path follows.
FILE = "sqlite://"


def open_store(url: str, *, clock: Clock) -> Database:
    """Open the store at *url*, `sqlite:///…` or `postgresql://…`, and claim it for this process.

    Raises:
        Away: the server does not answer.
        Conflict: another daemon has it.
        Invalid: it cannot be used before a person has mended something.
    """
    if url.startswith(FILE):
        return SqliteDatabase(Path(url.removeprefix(FILE)), clock=clock)
    try:
        from contactd.store.postgres import PostgresDatabase
    except ImportError:
        message = "PostgreSQL needs a driver; install it with: pip install 'contactd[postgres]'"
        raise Invalid(Fault("store.url", message)) from None
    return PostgresDatabase(url, clock=clock)
