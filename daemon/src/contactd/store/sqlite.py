"""The store in one SQLite file: claimed by a lock beside it, one connection that writes, several that read."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from contactd.domain.refusals import Away, Changed, Fault, Invalid, Unfit
from contactd.store.database import Clock, Database, Reading, Transaction
from contactd.store.lock import StoreFileLock, WriterLock
from contactd.store.unchanged import Unchanged

#: What every SQLite file begins with.
_MAGIC = b"SQLite format 3\0"

#: How many readers a file serves at once; more wait their turn.
_READERS = 8

#: Milliseconds for which a lock of the file is waited for, and those that still read when it is scrubbed.
_PATIENCE, _SCRUB_PATIENCE = 10_000, 1_000

#: How SQLite says that a file holds nothing sensible; a code is more precise than this in its upper bits.
_DAMAGED, _PRIMARY = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}), 0xFF


class SqliteDatabase(Database):
    """An embedded store: one SQLite file, one writer, several readers."""

    kind = "sqlite"

    def __init__(self, path: Path, *, clock: Clock, create: bool = True) -> None:
        """Open the store at *path*, and claim it for this process.

        Raises:
            Conflict: another daemon has it.
            Invalid: the file cannot be written.
        """
        # A link to a store is that store: the claim must be on one name.
        path = path.resolve()
        self.place = str(path)
        self.clock = clock
        self.unchanged = Unchanged()
        _check_writable(path, create=create)
        self._claim = StoreFileLock(path)
        self._path, self._file = path, path.stat()
        self._engine = _engine(path)
        self._lock = WriterLock()
        self._writer = self._engine.connect()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """Open a transaction behind the one lock of those who write; a FULL commit makes durable all before it."""
        with self._lock.held(urgent=durable), self._away():
            self._hold()
            self._writer.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.rollback()
            with self._writer.begin():
                self._writer.exec_driver_sql("BEGIN IMMEDIATE")
                tx = Transaction(self._writer, self.clock())
                yield tx
        tx.committed()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Look at the file as it is now."""
        with self._away(), self._engine.connect() as connection:
            self._hold()
            connection.exec_driver_sql("BEGIN")
            yield Reading(connection, self.clock())

    def stay(self, tx: Transaction, key: int) -> None:
        """Leave it at the claim on the file: nobody else has it to look."""

    def scrub(self) -> None:
        """Write the log of changes back and empty it: all else that is written over is zeroed at once."""
        with self._lock.held(urgent=True), self._away():
            # Nobody writes meanwhile, so readers are not waited for as long as a lock is.
            self._writer.exec_driver_sql(f"PRAGMA busy_timeout = {_SCRUB_PATIENCE}")
            (busy, *_) = self._writer.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            self._writer.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")
        if busy:
            raise Away(
                "it is erased, but somebody reads an earlier state of the store just now, so its files still hold it; "
                "repeat the command in a moment",
                reason="STORE_READ",
            )

    def close(self) -> None:
        """Close the file and give up the claim on it."""
        self._writer.close()
        self._engine.dispose()
        self._claim.release()

    def _hold(self) -> None:
        """See that the file is still in its place: what is written to one that was taken away is lost."""
        self.unchanged.hold()
        try:
            same = os.path.samestat(self._path.stat(), self._file)
        except FileNotFoundError:
            same = False
        if not same:
            self.unchanged.refute(
                Changed(
                    f"the store '{self.place}' was changed under this daemon: its file was taken away, or another one"
                    " put in its place; start contactd again once the right one is there"
                )
            )

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, sqlite3.DatabaseError) as exc:
            cause = exc.orig if isinstance(exc, DatabaseError) else exc
            code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY
            if code in _DAMAGED:
                message = f"the store '{self.place}' is damaged: {cause}; stop contactd, and put a backup in its place"
                raise Unfit(message, reason="STORE_DAMAGED") from exc
            if code == sqlite3.SQLITE_ERROR:
                # A table that is not there, for one: if it was, this is a bug.
                with self._engine.connect() as connection:
                    self.unchanged.look(connection)
            elif isinstance(cause, sqlite3.OperationalError):
                why = f"the disk of '{self.place}' is full; make room there" if code == sqlite3.SQLITE_FULL else cause
                raise Away(f"the store does not answer now: {why}; it is tried again", reason="STORE_AWAY") from exc
            raise


def _engine(path: Path) -> Engine:
    engine = create_engine(
        make_url("sqlite+pysqlite://").set(database=str(path)),
        poolclass=QueuePool,
        pool_size=_READERS + 1,
        max_overflow=0,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": _PATIENCE / 1000,
            "cached_statements": 256,
        },
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = OFF",
        # What is deleted or written over is gone from the file, not only from the tables.
        "secure_delete = ON",
        "cache_size = -32768",
        "mmap_size = 268435456",
        "temp_store = MEMORY",
        "journal_size_limit = 67108864",
        # A page at a time, the log is written back over and over: 64 MiB of it cost a third less of everything.
        "wal_autocheckpoint = 16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _check_writable(path: Path, *, create: bool) -> None:
    if not create and not path.exists():
        raise Invalid(Fault("store.url", f"there is no store at '{path}'"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # For its owner alone; SQLite gives its other files the same mode.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        with path.open("rb") as store:
            if store.read(len(_MAGIC)) not in {b"", _MAGIC}:
                message = f"'{path}' is not a contactd store, nor empty; name another file in [store] url"
                raise Invalid(Fault("store.url", message))
    except OSError as exc:
        remedy = "make it writable for the user that contactd runs as, or name another file in [store] url"
        raise Invalid(Fault("store.url", f"the store '{path}' cannot be written ({exc.strerror}); {remedy}")) from exc
