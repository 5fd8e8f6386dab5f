"""The store in a PostgreSQL database: claimed by a session, which is the one that writes; several others read.

Rule: a session that is lost takes nothing with it but its own transaction.
Whoever was in one is told `Away`; the next one opens another session, claims
the store again, and goes on. Another daemon that was faster has the store from
then on, and this one writes no more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from contactd.domain.refusals import Away, Conflict
from contactd.store.database import Clock, Database, Reading, Transaction
from contactd.store.lock import WriterLock
from contactd.store.server import Server, first_line

#: How many readers are served at once; more wait their turn.
_READERS = 8

#: What passes by itself: the server, or the way to it, is not there now, or is not the one that writes.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)


class PostgresDatabase(Database):
    """A store on a server: one daemon and one writer, several readers."""

    kind = "postgresql"

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Open the store at *url*, and claim it for this process.

        Raises:
            Away: the server does not answer.
            Conflict: another daemon has the store.
            Invalid: the server does not let this one in, or will not do.
        """
        self.clock = clock
        self._server = Server(url)
        self.place = self._server.place
        self._lock = WriterLock()
        self._readers = _readers(self._server)
        self._writers = _writers(self._server)
        self._writer: Connection | None = None
        self._tell_lost: Callable[[], object] = lambda: None
        with self._opening():
            self._writer = self._writers.connect()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """Open a transaction in the session that has the claim."""
        with self._lock.held(urgent=durable), self._away():
            writer = self._begun(durable=durable)
            tx = Transaction(writer, self.clock())
            try:
                yield tx
                writer.commit()
            except BaseException:
                self._undo(writer)
                raise
        tx.committed()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Look at the store by one snapshot of it."""
        with self._away(), self._readers.connect() as connection:
            try:
                yield Reading(connection, self.clock())
            except BaseException:
                if _is_gone(connection):
                    connection.invalidate()
                raise

    def scrub(self) -> None:
        """Have the server take the rows out that nobody sees any more; its own log and backups are its operator's."""
        with self._away(), self._server.connect() as session:
            session.autocommit = True
            session.execute("VACUUM contact, link, list_member, outcome, parked, suppression, topic_member")

    def when_lost(self, action: Callable[[], object]) -> None:
        """Do *action* once another process has taken the store, from whichever thread sees it."""
        self._tell_lost = action

    def close(self) -> None:
        """Close all sessions; the claim ends with its own."""
        self._forget()
        self._readers.dispose()

    def _begun(self, *, durable: bool) -> Connection:
        """Begin in the session that writes, or in another one where that is lost."""
        begin = f"SET LOCAL synchronous_commit = {'on' if durable else 'off'}"
        if self._writer is not None:
            try:
                self._writer.exec_driver_sql(begin)
            except DBAPIError:
                self._forget()
            else:
                return self._writer
        self._writer = self._claimed()
        self._writer.exec_driver_sql(begin)
        return self._writer

    def _claimed(self) -> Connection:
        if self.lost is None:
            try:
                return self._writers.connect()
            except Conflict as held:
                self.lost = held
                self._tell_lost()
        raise Away(self.lost.message, reason="STORE_AWAY")

    def _undo(self, writer: Connection) -> None:
        with suppress(DBAPIError):
            if not _is_gone(writer):
                writer.rollback()
        if _is_gone(writer):
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
            except DBAPIError as exc:
                refused = self._server.to_mend(_cause(exc))
                if refused is None:
                    raise
                raise refused from None

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, DBAPIError) as exc:
            cause = _cause(exc)
            if isinstance(cause, _PASSING):
                message = f"the store does not answer now: {first_line(cause)}; it is tried again"
                raise Away(message, reason="STORE_AWAY") from exc
            if isinstance(cause, errors.InsufficientPrivilege):
                remedy = "let its user make and use tables in the schema, or give it one of its own"
                message = f"the store '{self.place}' does not let contactd in: {first_line(cause)}; {remedy}"
                raise Conflict(message, reason="STORE_DENIED") from exc
            raise


def _cause(exc: psycopg.Error | DBAPIError) -> BaseException:
    return exc.orig or exc if isinstance(exc, DBAPIError) else exc


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
    return create_engine("postgresql+psycopg://", creator=server.claim, poolclass=NullPool)
