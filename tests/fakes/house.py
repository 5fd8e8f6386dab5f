"""A store with one sync in it, and runs carried in the calling thread from records in memory.

The engine and the store are the real ones; only the source at the host's seam
is another: it gives the records that the test puts there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import select

from contactd.domain.nouns import MappingLine, Run, Schedule, Sync
from contactd.domain.words import Mode, Outcome, Reason, RunState, SubscriptionType, SyncState, Trigger
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.store import connections, due, fields, lists, mappings, runs, schema, syncs, tables, workspaces
from contactd.store.database import Clock, Database
from contactd.store.opening import open_store
from contactd.store.tables import table
from contactd_sdk import FieldType, Malformed, Page, Record, SourceField, Value, Window
from fakes.postgres import Schemas

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def record(
    number: int,
    email: str | None = None,
    *,
    created: int | None = None,
    modified: int = 0,
    first: str | None = "First",
    company: str | None = "",
    **more: Any,
) -> Record:
    """Make a record; *created* and *modified* are minutes after the start of the test's year."""
    values: dict[str, Value] = {
        "email": f"person{number}@example.com" if email is None else email,
        "first": first,
        "company": company,
    }
    return Record(
        id=str(number),
        values=values,
        title=f"Customer {number}",
        created=EPOCH + timedelta(minutes=number if created is None else created),
        modified=EPOCH + timedelta(minutes=modified),
        **more,
    )


@dataclass
class Records:
    """A source that gives the records it holds, in pages. *before_page* is called before each."""

    records: list[Record] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    #: There, though the listing passes over them.
    slipped: list[Record] = field(default_factory=list)
    page_size: int = 2
    confirms: bool = False
    as_of: datetime | None = None
    before_page: Callable[[int], None] = lambda _number: None
    #: Called before it is asked whether records are gone.
    before_answer: Callable[[Sequence[str]], None] = lambda _ids: None

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        wanted = [
            one for one in self.records if window.since is None or one.modified is None or one.modified >= window.since
        ]
        start = int(cursor or 0)
        while True:
            self.before_page(start // self.page_size)
            end = start + self.page_size
            more = end < len(wanted)
            malformed = self.malformed if not more else []
            yield Page(wanted[start:end], str(end) if more else None, malformed, len(wanted), self.as_of)
            if not more:
                return
            start = end

    def gone(self, _module: str, ids: Sequence[str]) -> frozenset[str]:
        self.before_answer(ids)
        return frozenset(ids) - {one.id for one in (*self.records, *self.slipped)}

    def fields(self, _module: str) -> list[SourceField]:
        return []

    def interrupt(self) -> None:
        """Nothing blocks here."""

    def close(self) -> None:
        """Nothing is held here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held here."""


Opens = Callable[[Path, Clock], AbstractContextManager[Database]]


def in_a_file(folder: Path, clock: Clock) -> AbstractContextManager[Database]:
    """Open the store of a house in a file."""
    return closing(open_store(f"sqlite://{folder}/contactd.db", clock=clock))


@contextmanager
def on_postgres(stores: Schemas) -> Iterator[None]:
    """Let the houses that are built meanwhile have their stores on a PostgreSQL server."""

    @contextmanager
    def opens(_folder: Path, clock: Clock) -> Iterator[Database]:
        url = stores.take()
        with closing(open_store(url, clock=clock)) as database:
            yield database
        stores.give_back(url)

    House.opens = staticmethod(opens)
    try:
        yield
    finally:
        House.opens = staticmethod(in_a_file)


class House:
    """A real store, with a workspace, a list, a connection and an active sync."""

    #: Opens the store that belongs to a folder.
    opens: ClassVar[Opens] = staticmethod(in_a_file)

    def __init__(self, folder: Path, *, update_empty: bool = False, policies: str = "{}", at_once: int = 500) -> None:
        self.clock = EPOCH + timedelta(days=100)
        self._opened = ExitStack()
        self.database = self._opened.enter_context(type(self).opens(folder, self.now))
        schema.prepare(self.database)
        self.source = Records()
        self.runs = Runs(self.database, self, owner="test", wake=lambda: None, at_once=at_once)
        self.sync = self._set_up(update_empty=update_empty, policies=policies)

    def now(self) -> int:
        return int(self.clock.timestamp() * 1_000_000)

    def open(self, connection_id: int) -> Any:
        assert connection_id == self.sync.connection_id
        return self.source

    def _set_up(self, *, update_empty: bool, policies: str) -> Sync:
        with self.database.transaction() as tx:
            workspace = workspaces.get(tx, "default")
            mailing = lists.create(tx, workspace_id=workspace.id, name="all", title="All", description="")
            connection = _connection(tx, workspace.id)
            fields.ensure(
                tx,
                workspace_id=workspace.id,
                name="company",
                title="Company",
                type=FieldType.TEXT,
                sync_id=1,
                by="test",
            )
            sync = syncs.create(
                tx,
                workspace_id=workspace.id,
                connection_id=connection,
                list_id=mailing.id,
                name="main",
                description="",
                module="contacts",
                subscription_type=SubscriptionType.MARKETING,
                update_empty=update_empty,
                schedule=Schedule(),
                by="test",
            )
            lines = [("email", "email"), ("first", "first-name"), ("company", "company")]
            mappings.begin(
                tx, sync, [MappingLine(source_field=source, target_field=target) for source, target in lines]
            )
            tx.execute(table(tables.Sync).update().values(policies=policies))
            return syncs.move(tx, sync, SyncState.ACTIVE, next_run_at=None, by="test")

    def start(self, mode: Mode = Mode.FULL) -> int:
        """Make a run and admit it."""
        with self.database.transaction() as tx:
            run = runs.create(tx, sync=syncs.by_id(tx, self.sync.id), trigger=Trigger.MANUAL, mode=mode)
            due.admit(tx, run)
        return run

    def begin_undo(self, run: Run) -> int:
        """Make a run that takes *run* back, and admit it."""
        with self.database.transaction() as tx:
            owner = syncs.by_id(tx, self.sync.id)
            number = runs.create(tx, sync=owner, trigger=Trigger.UNDO, mode=Mode.FULL, undoes=run.id)
            due.admit(tx, number)
        return number

    def undo(self, run: Run) -> Run:
        """Take *run* back, by a run that is carried to its end."""
        return self.carry(self.begin_undo(run))

    def carry(self, run: int) -> Run:
        """Carry a run as far as it goes."""
        with self.database.transaction() as tx:
            due.admit(tx, run)
        self.runs.carry(run, Stop())
        return self.run_of(run)

    def run(self, records: Sequence[Record] | None = None, mode: Mode = Mode.FULL) -> Run:
        """Run the sync over *records* from beginning to end."""
        if records is not None:
            self.source.records = list(records)
        return self.carry(self.start(mode))

    def run_of(self, run: int) -> Run:
        with self.database.reading() as r:
            return runs.get(r, run)

    def contacts(self) -> dict[str, dict[str, Any]]:
        """Give the live members of the list, by address."""
        query = (
            "SELECT c.email, c.fields FROM contact c JOIN list_member m ON m.contact_id = c.id WHERE c.status = 'live'"
        )
        with self.database.reading() as r:
            import json

            return {email: json.loads(text) for email, text in r.fast(query)}

    def stale(self) -> list[str]:
        """Give the addresses of contacts whose record has no good one any more."""
        with self.database.reading() as r:
            return [email for (email,) in r.fast("SELECT email FROM contact WHERE stale = 1")]

    def links(self) -> dict[str, tuple[str | None, str]]:
        """Give (key, state) of every link, by record."""
        with self.database.reading() as r:
            rows = r.fast("SELECT source_id, email_key, state FROM link")
        return {source_id: (key, state) for source_id, key, state in rows}

    def outcomes(self, run: Run) -> dict[str, tuple[str, str]]:
        """Give (outcome, reason) of the rows of a run, by record."""
        rows = table(tables.OutcomeRow)
        with self.database.reading() as r:
            found = r.rows(select(rows).where(rows.c.run_id == run.id).order_by(rows.c.sequence))
        return {row.source_id: (row.outcome, row.reason) for row in found}

    def close(self) -> None:
        self._opened.close()


def _connection(tx: Any, workspace: int) -> int:
    number: int = tx.reserve("connection")
    values = {"id": number, "workspace_id": workspace, "name": "books", "title": "Books", "kind": "memory"}
    tx.execute(table(tables.Connection).insert().values(**values, state="enabled", created_at=0))
    return number


def counts(run: Run) -> Mapping[str, int]:
    """Give the counts of a run by `outcome` or `outcome:reason`."""
    return {":".join(filter(None, key)): number for key, number in run.counts.by_reason.items()}


__all__ = ["EPOCH", "House", "Outcome", "Reason", "Records", "RunState", "connections", "counts", "record"]
