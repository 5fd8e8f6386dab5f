"""The store in a PostgreSQL database: each daemon has a session that writes, and several that read.

Rule: of all sessions that write, one is in a transaction at a time, whichever
daemon it belongs to: it holds the writer's lock of the store for as long as its
transaction lives. So whatever is true of one writer is true of a fleet, and the
order of revisions is the order of commits. A session that is lost takes nothing
with it but its own transaction: whoever was in one is told `Away`, and the next
one opens another session. All daemons go by the server's clock.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import NullPool, QueuePool

from contactd.domain.refusals import Away, Changed, Fault, Invalid, Unfit
from contactd.store import entry, faults
from contactd.store.database import Clock, Database, Reading, Transaction
from contactd.store.faults import cause_of
from contactd.store.lock import WriterLock
from contactd.store.server import HERE, Server
from contactd.store.unchanged import Unchanged

#: How many readers are served at once; more wait their turn.
_READERS = 8

#: What is known of a session that reads.
_LOOKED = "looked"

#: The lock is let go of by itself, be the daemon stopped or its machine gone, when its session is silent for too long.
_BEGIN = (
    "SELECT set_config('synchronous_commit', %s, true), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    " FROM pg_advisory_xact_lock(%s::int, %s::int)"
)
_ALONE = "SELECT pg_try_advisory_xact_lock(%s::int, %s::int)"


class ServerClock:
    """The server's clock: looked at in every transaction, and carried on by this machine's own in between."""

    def __init__(self) -> None:
        self._ahead = 0

    def set(self, now: int) -> None:
        """Learn that it is *now*, in microseconds since 1970."""
        self._ahead = now - _ticks()

    def __call__(self) -> int:
        """Tell what it is now."""
        return _ticks() + self._ahead


class PostgresDatabase(Database):
    """A store on a server, shared by as many daemons as there are; here are one writer and several readers."""

    kind = "postgresql"

    def __init__(self, url: str, *, clock: Clock | None = None) -> None:
        """Open the store at *url*; the *clock* is the server's unless there is another one.

        Raises:
            Away: the server does not answer.
            Invalid: the server does not let this one in, or will not do.
        """
        self._server_clock = ServerClock()
        self.clock = clock or self._server_clock
        self._server = Server(url)
        self.place, self.conninfo = self._server.place, self._server.conninfo
        self._lock = WriterLock()
        self._readers = _readers(self._server)
        self._writers = _writers(self._server)
        self._writer: Connection | None = None
        self.unchanged = Unchanged()
        with self._opening():
            self._check_sessions()
            self._writer = self._writers.connect()
        with self.transaction(durable=False):
            """Look at the server's clock."""

    def _check_sessions(self) -> None:
        """See that sessions are whole, before a lock is left behind in one that is somebody else's next."""
        with self._readers.connect() as one, self._readers.connect() as other:
            if entry.is_dealt_out(one, other):
                message = (
                    f"a pooler deals the transactions of the store '{self.place}' out to sessions that it shares among"
                    " all, and locks, settings and calls are lost in between; let it keep sessions whole (in PgBouncer,"
                    " pool_mode = session), or name the server itself in [store] url"
                )
                raise Invalid(Fault("store.url", message))

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """Open a transaction once no other daemon is in one."""
        with self._lock.held(urgent=durable), self._away():
            writer = self._begun(durable=durable)
            tx = Transaction(writer, self.clock())
            try:
                yield tx
                writer.commit()
            except BaseException as exc:
                self._undo(writer, exc)
                raise
        tx.committed()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Look at the store by one snapshot of it."""
        with self._away(), self._readers.connect() as connection:
            try:
                self._look_once(connection)
                yield Reading(connection, self.clock())
            except BaseException:
                if _is_gone(connection):
                    connection.invalidate()
                raise

    def alone(self, tx: Transaction) -> bool:
        """See that no other daemon has a session to write, and let none begin one until *tx* ends."""
        (alone,) = tx.connection.exec_driver_sql(_ALONE, self._server.serving_lock).one()
        return bool(alone)

    def stay(self, tx: Transaction, key: int) -> None:
        """Hold the lock *key*, in this session and in each that takes its place, until the daemon is gone."""
        self._server.presence = key
        tx.connection.exec_driver_sql(HERE, (key,))

    def scrub(self) -> None:
        """Have the server take the rows out that nobody sees any more; its own log and backups are its operator's."""
        with self._away(), self._server.connect() as session:
            session.autocommit = True
            session.execute("VACUUM contact, link, list_member, outcome, parked, suppression, topic_member")

    def close(self) -> None:
        """Close all sessions."""
        self._server.sever()
        self._forget()
        self._readers.dispose()

    def _begun(self, *, durable: bool) -> Connection:
        """Begin in the session that writes, or in another one where that is lost."""
        self.unchanged.hold()
        if self._writer is not None:
            try:
                self._begin(self._writer, durable=durable)
            except DBAPIError:
                self._forget()
            else:
                return self._writer
        self._writer = self._another()
        try:
            self._begin(self._writer, durable=durable)
            self.unchanged.look(self._writer)
        except BaseException:
            self._forget()
            raise
        return self._writer

    def _begin(self, writer: Connection, *, durable: bool) -> None:
        mode = "on" if durable else "off"
        ((_, now),) = writer.exec_driver_sql(_BEGIN, (mode, *self._server.writers_lock))
        self._server_clock.set(now)

    def _another(self) -> Connection:
        with self._still():
            return self._writers.connect()

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Refuse a place as changed that will not do any more, as it did when the store was opened."""
        try:
            yield
        except Invalid as unsuitable:
            message = (
                f"the store '{self.place}' was changed under this daemon: {unsuitable.message}; then start it again"
            )
            self.unchanged.refute(Changed(message))

    def _look_once(self, reader: Connection) -> None:
        """See that a session reads the store that this daemon was started on, when it does so for the first time."""
        self.unchanged.hold()
        if not reader.info.get(_LOOKED):
            with self._still():
                self._server.suitable(_session(reader))
            self.unchanged.look(reader)
            reader.info[_LOOKED] = True

    def _undo(self, writer: Connection, exc: BaseException) -> None:
        with suppress(DBAPIError):
            if not _is_gone(writer):
                writer.rollback()
        if faults.is_read_only(exc):
            # Where the place leads to by now may be another server than that of the sessions that there are.
            self._readers.dispose()
            self._forget()
        elif _is_gone(writer):
            self._forget()

    def _forget(self) -> None:
        if self._writer is not None:
            self._writer.invalidate()
            self._writer.close()
            self._writer = None

    @contextmanager
    def _opening(self) -> Iterator[None]:
        with self._away():
            try:
                yield
            except BaseException as exc:
                self._readers.dispose()
                refused = self._server.to_mend(cause_of(exc)) if isinstance(exc, DBAPIError) else None
                if refused is None:
                    raise
                raise refused from None

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except NoneFree as exc:
            message = "the store does not answer now: no session of its readers has come free; it is tried again"
            raise Away(message, reason="STORE_AWAY") from exc
        except (psycopg.Error, DBAPIError) as exc:
            refusal = self._refusal(cause_of(exc))
            if refusal is None:
                raise
            raise refusal from exc

    def _refusal(self, cause: BaseException) -> Away | Unfit | None:
        """Tell what *cause* means to whoever asked; where it may come of a store that was changed, look at that."""
        if isinstance(cause, faults.DOUBTFUL):
            try:
                with self._another() as connection:
                    self.unchanged.look(connection)
            except (psycopg.Error, DBAPIError) as exc:
                cause = cause_of(exc)
        return faults.refusal(cause, self.place)


def _ticks() -> int:
    return time.monotonic_ns() // 1000


def _session(connection: Connection) -> psycopg.Connection:
    session: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return session


def _is_gone(connection: Connection) -> bool:
    if connection.invalidated:
        return True
    session = connection.connection.dbapi_connection
    return session is None or bool(session.closed)


def _readers(server: Server) -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        creator=server.connect,
        poolclass=QueuePool,
        pool_size=_READERS,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def _writers(server: Server) -> Engine:
    return create_engine("postgresql+psycopg://", creator=server.writer, poolclass=NullPool)
