"""Opening the store, and `transaction()`: the only way to write to it.

Rule: functions of the store take a transaction and never commit; whoever opens
the transaction has the whole unit before their eyes. No transaction is open
while a plugin or a client is being waited for.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from contactd.domain.refusals import Away, Fault, Invalid
from contactd.store.lock import StoreFileLock, WriterLock
from contactd.store.sql import Dialect, translated

Clock = Callable[[], int]

#: What every SQLite file begins with.
_MAGIC = b"SQLite format 3\0"

#: How many readers an embedded store serves at once; more wait their turn.
_READERS = 8


class Reading:
    """A consistent view of the store."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self._dialect: Dialect = "postgresql" if connection.dialect.name == "postgresql" else "sqlite"
        #: The moment that everything in this transaction happens at.
        self.now = now

    def execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Carry out one statement."""
        return self.connection.execute(statement, values or {})

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Carry out a question and give all of its rows."""
        return self.execute(statement, values).all()

    def first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Row[Any] | None:
        """Carry out a question and give its first row, if it has one."""
        return self.execute(statement, values).first()

    def fast(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Carry out SQL as `store.sql` has it, past all layers, and give its rows; for the hot path."""
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(translated(sql, self._dialect), values)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            cursor.close()


class Transaction(Reading):
    """A view of the store that may be changed. All of it comes true at once, or nothing."""

    def __init__(self, connection: Connection, now: int) -> None:
        super().__init__(connection, now)
        self._revision: int | None = None
        self._told = False
        self._after: list[Callable[[], None]] = []

    def many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Carry out *sql*, as `store.sql` has it, for each of *rows*, past all layers; for the hot path."""
        if not rows:
            return
        cursor = self.connection.connection.cursor()
        try:
            cursor.executemany(translated(sql, self._dialect), rows)
        finally:
            cursor.close()

    def reserve(self, counter: str, count: int = 1) -> int:
        """Reserve *count* numbers of *counter* and give the first; none is ever given again."""
        row = self.first(_RESERVE, {"name": counter, "count": count})
        if row is None:
            self.execute(_START, {"name": counter, "count": count})
            return 1
        return int(row.value) - count + 1

    @property
    def revision(self) -> int:
        """The revision of this transaction, taken when it is first asked for."""
        if self._revision is None:
            self._revision = self.reserve("revision")
        return self._revision

    def tell(
        self,
        kind: str,
        subject: str,
        *,
        workspace: int | None,
        actor: str,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an event: *kind* happened to *subject* (a resource name), because of *actor*.

        A second event in one transaction gets a revision of its own.
        """
        if self._told:
            self._revision = None
        self._told = True
        self.execute(
            _TELL,
            {
                "revision": self.revision,
                "workspace": workspace,
                "now": self.now,
                "actor": actor,
                "kind": kind,
                "subject": subject,
                "detail": json.dumps(detail or {}, ensure_ascii=False, separators=(",", ":")),
            },
        )

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do *action* once this transaction is true, and not at all when it is rolled back."""
        self._after.append(action)

    def committed(self) -> None:
        """Do what was to be done after the commit."""
        for action in self._after:
            action()


_RESERVE = text("UPDATE counter SET value = value + :count WHERE name = :name RETURNING value")
_START = text("INSERT INTO counter (name, value) VALUES (:name, :count)")
_TELL = text(
    "INSERT INTO event (revision, workspace_id, created_at, actor, kind, subject, detail)"
    " VALUES (:revision, :workspace, :now, :actor, :kind, :subject, :detail)"
)


class Database:
    """An embedded store: one SQLite file, one writer, several readers."""

    kind = "sqlite"

    def __init__(self, path: Path, *, clock: Clock, create: bool = True) -> None:
        """Open the store at *path*, and claim it for this process.

        Raises:
            Conflict: another daemon has it.
            Invalid: the file cannot be written.
        """
        # A link to a store is that store: the claim must be on one name.
        self.path = path = path.resolve()
        self.clock = clock
        _check_writable(path, create=create)
        self._claim = StoreFileLock(path)
        self._engine = _engine(path)
        self._lock = WriterLock()
        self._writer = self._engine.connect()
        self._closed = threading.Event()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """Open a transaction; leaving it commits, an exception rolls it back.

        *durable*: once it is left, not even a power cut takes it back. A page
        of a run does without: it is read again from its cursor.

        Raises:
            Away: the file cannot be written now.
        """
        with self._lock.held(urgent=durable), _away():
            self._writer.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.rollback()
            with self._writer.begin():
                self._writer.exec_driver_sql("BEGIN IMMEDIATE")
                tx = Transaction(self._writer, self.clock())
                yield tx
        tx.committed()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Look at the store as it is now; what is committed meanwhile is not seen."""
        with _away(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield Reading(connection, self.clock())

    def close(self) -> None:
        """Close the file and give up the claim on it."""
        self._writer.close()
        self._engine.dispose()
        self._claim.release()


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as exc:
        cause = exc.orig if isinstance(exc, OperationalError) else exc
        raise Away(f"the store does not answer now: {cause}; it is tried again", reason="STORE_AWAY") from exc


def _engine(path: Path) -> Engine:
    engine = create_engine(
        make_url("sqlite+pysqlite://").set(database=str(path)),
        poolclass=QueuePool,
        pool_size=_READERS + 1,
        max_overflow=0,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": 10,
            "cached_statements": 256,
        },
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = OFF",
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
