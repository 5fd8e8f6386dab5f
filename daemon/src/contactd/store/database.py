"""What every store gives: a view of it, and `transaction()`, the only way to write to it.

Rule: functions of the store take a transaction and never commit; whoever opens
the transaction has the whole unit before their eyes. No transaction is open
while a plugin or a client is being waited for.

Where a store is kept is told in `sqlite` and `postgres`; `opening` chooses.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, text

from contactd.store.sql import Dialect, translated
from contactd.store.texts import comparable, storable_rows
from contactd.store.unchanged import Unchanged

Clock = Callable[[], int]


class Reading:
    """A consistent view of the store."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        #: Which store's own words are understood here.
        self.dialect: Dialect = "postgresql" if connection.dialect.name == "postgresql" else "sqlite"
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
            cursor.execute(translated(sql, self.dialect), comparable(values))
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
            cursor.executemany(translated(sql, self.dialect), storable_rows(rows))
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


class Database(ABC):
    """A store: one writer at a time, whichever daemon it belongs to, and several readers."""

    #: Its name in SQL and to people.
    kind: Dialect

    #: Where it is kept, as people name it; no password is in it.
    place: str

    #: How libpq reaches the server of a store that several daemons share; a password may be in it.
    conninfo: str | None = None

    #: Tells the moment that a transaction happens at.
    clock: Clock

    #: Whether it is still what it was opened as.
    unchanged: Unchanged

    @abstractmethod
    def transaction(self, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        """Open a transaction; leaving it commits, an exception rolls it back.

        *durable*: once it is left, not even a power cut takes it back. A page
        of a run does without: it is read again from its cursor.

        Raises:
            Away: the store cannot be written now.
            Unfit: the store cannot be written before a person has mended it.
        """

    @abstractmethod
    def reading(self) -> AbstractContextManager[Reading]:
        """Look at the store as it is now; what is committed meanwhile is not seen.

        Raises:
            Away: the store does not answer now.
            Unfit: the store does not answer before a person has mended it.
        """

    def alone(self, _tx: Transaction) -> bool:
        """Tell whether no other daemon serves the store, nor will before the transaction ends."""
        return True

    @abstractmethod
    def stay(self, tx: Transaction, key: int) -> None:
        """Let whoever shares the store see by *key* that this daemon is there, for as long as it can write."""

    @abstractmethod
    def scrub(self) -> None:
        """Let no earlier state of the rows stay where it need not: what was erased is gone from the disk, too.

        Raises:
            Away: somebody reads an earlier state just now.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the store, and give up what this process had of it."""
