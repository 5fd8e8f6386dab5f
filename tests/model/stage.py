"""The real engine on a real store, played through history after history and looked at as the model is.

One store serves all histories of a test: between two of them everything but
what people set up is wiped, which takes a millisecond where a new store takes
fifty.
"""

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, update

from contactd.domain.nouns import MappingLine, Run
from contactd.domain.rules import Rules
from contactd.domain.words import Mode, Trigger
from contactd.engine.runs.preview import Forecast
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.store import attempts, due, fields, mappings, runs, schema, snapshots, syncs, tables, workspaces
from contactd.store.known import Scope
from contactd.store.opening import open_store
from contactd.store.tables import table
from contactd_sdk import FieldType, Malformed, Record, Window
from fakes.house import EPOCH, Records
from fakes.postgres import Schemas
from model.orders import MAPPING, Order
from model.seeing import Seen, as_told, look, told

_WIPED = (
    tables.Contact,
    tables.ListMember,
    tables.TopicMember,
    tables.Link,
    tables.Suppression,
    tables.ConsentEvent,
    tables.Run,
    tables.RunCount,
    tables.OutcomeRow,
    tables.Parked,
    tables.Event,
    tables.Notification,
)


#: Thousands of runs: kept in memory where the machine offers that, since every one of them waits for the disk.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def in_a_file() -> Iterator["Stage"]:
    """Give a stage on a SQLite file."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder, closing(Stage(f"sqlite://{folder}/contactd.db")) as stage:
        yield stage


@contextmanager
def on_postgres(stores: Schemas) -> Iterator["Stage"]:
    """Give a stage on a PostgreSQL server."""
    url = stores.take()
    with closing(Stage(url)) as stage:
        yield stage
    stores.give_back(url)


class Crash(BaseException):
    """The daemon is gone in the middle of a run: nothing catches this."""


class Manner(NamedTuple):
    """How a run comes about: none of it may change what comes of it."""

    page_size: int = 100
    seed: int = 0
    at_once: int = 500
    #: After how many looks at the store the daemon crashes, once; None: never.
    crash_after: int | None = None


class Stage:
    """A store with two lists, two connections and a sync of each."""

    def __init__(self, url: str) -> None:
        self.clock = EPOCH + timedelta(days=100)
        self.fuse: int | None = None
        self.gdpr = False
        self.database = open_store(url, clock=self.now)
        schema.prepare(self.database)
        self.source = Records()
        with self.database.transaction() as tx:
            self.workspace = workspaces.get(tx, "default").id
            for number in (1, 2):
                _set_up(tx, self.workspace, number)

    def now(self) -> int:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash
        return int(self.clock.timestamp() * 1_000_000)

    def open(self, _connection: int) -> Any:
        return self.source

    def begin(self, orders: Sequence[Order]) -> None:
        """Wipe the store, and set the syncs up as *orders* say."""
        with self.database.transaction() as tx:
            for wiped in _WIPED:
                tx.execute(delete(table(wiped)))
            tx.execute(delete(_LINE).where(_LINE.c.version > 1))
            # A lawful basis is there only where it is asked for (I11).
            self.gdpr = any(order.basis for order in orders)
            tx.execute(update(_WORKSPACE).values(gdpr_enabled=int(self.gdpr), contact_limit=0))
            for order in orders:
                tx.execute(update(_SYNC).where(_SYNC.c.id == order.sync).values(_row_of(order)))
                mine = _CONNECTION.c.id == order.connection
                tx.execute(update(_CONNECTION).where(mine).values(priority=order.priority))

    def remap(self, order: Order) -> None:
        """Give the sync of *order* the mapping that it has now."""
        with self.database.transaction() as tx:
            mappings.replace(tx, syncs.by_id(tx, order.sync), _lines(order.maps), by="a person")

    def run(
        self, order: Order, records: Sequence[Record], mode: Mode, manner: Manner, malformed: Sequence[str] = ()
    ) -> Run:
        """Run the sync of *order* over *records* to its end, whatever happens on the way."""
        self._give(records, manner, malformed)
        with self.database.transaction() as tx:
            number = runs.create(tx, sync=syncs.by_id(tx, order.sync), trigger=Trigger.MANUAL, mode=mode)
            due.admit(tx, number)
        return self._carry(number, manner)

    def undo(self, run: Run, manner: Manner) -> Run:
        """Take *run* back, by a run that is carried to its end."""
        with self.database.transaction() as tx:
            sync = syncs.by_id(tx, run.sync_id)
            number = runs.create(tx, sync=sync, trigger=Trigger.UNDO, mode=Mode.FULL, undoes=run.id)
            due.admit(tx, number)
        return self._carry(number, manner)

    def _carry(self, number: int, manner: Manner) -> Run:
        carrier = Runs(self.database, self, owner="stage", wake=lambda: None, at_once=manner.at_once)
        self.fuse = manner.crash_after
        try:
            carrier.carry(number, Stop())
        except Crash:
            self._recover(number, carrier)
        self.fuse = None
        with self.database.reading() as r:
            return runs.get(r, number)

    def foretell(
        self, order: Order, records: Sequence[Record], manner: Manner, malformed: Sequence[str] = ()
    ) -> dict[str, int]:
        """Preview a full run of *order* over *records*; give its counts."""
        self._give(records, manner, malformed)
        with self.database.reading() as r:
            config = snapshots.of(r, order.sync)
        scope = Scope.of(config, workspace=self.workspace, sync=order.sync, run=-1)
        rules = Rules.of(config, run=-1, sync=order.sync, known_until=None)
        forecast = Forecast(self.database, scope, rules)
        for page in self.source.pages(None, Window("contacts", rules.source_fields, order.after)):
            forecast.take(page)
        forecast.settle()
        return as_told(forecast.counts)

    def _give(self, records: Sequence[Record], manner: Manner, malformed: Sequence[str]) -> None:
        """Let the source have *records*, in an order and in pages as *manner* says."""
        shuffled = list(records)
        random.Random(manner.seed).shuffle(shuffled)
        self.source.records = shuffled
        self.source.malformed = [Malformed(raw, "unreadable") for raw in malformed]
        self.source.page_size = manner.page_size

    def _recover(self, number: int, carrier: Runs) -> None:
        self.fuse = None
        with self.database.transaction() as tx:
            attempts.recover(tx)
            due.admit(tx, number)
        carrier.carry(number, Stop())

    def look(self) -> Seen:
        """Look at everything that histories are held to."""
        return look(self.database)

    def told(self, run: Run) -> dict[str, tuple[str, str]]:
        """Give the outcome of every record of *run* (I1)."""
        return told(self.database, run)

    def close(self) -> None:
        self.database.close()


_SYNC, _WORKSPACE, _CONNECTION = table(tables.Sync), table(tables.Workspace), table(tables.Connection)
_LINE = table(tables.MappingLine)


def _row_of(order: Order) -> dict[str, Any]:
    policies = {
        "inactive": order.inactive,
        "role_address": order.roles,
        "typo": order.typo,
        "on_leave": order.on_leave,
        "suppressed": order.suppressed,
        "raise_type": order.raise_type,
        "strict": order.strict,
    }
    return {
        "state": "active",
        "connection_id": order.connection,
        "list_id": order.list,
        "subscription_type": order.type,
        "update_empty": int(order.update_empty),
        "topics": json.dumps(order.topics),
        "lawful_basis": order.basis,
        "selection": "criteria" if order.company else "all",
        "criteria": f'company is "{order.company}"' if order.company else "",
        "criteria_types": json.dumps({"company": "text"}),
        "retrieve_after": int(order.after.timestamp() * 1_000_000) if order.after else None,
        "policies": json.dumps(policies),
        "watermark": None,
        "mapping_version": 1,
    }


def _set_up(tx: Any, workspace: int, number: int) -> None:
    """Make list, connection and sync number *number*."""
    named = {"id": number, "workspace_id": workspace, "name": f"number-{number}", "created_at": 0}
    tx.execute(insert(table(tables.MailingList)).values(**named, title="A list"))
    tx.execute(insert(table(tables.Topic)).values(**named, title="A topic"))
    tx.execute(insert(table(tables.Connection)).values(**named, title="A connection", kind="memory", state="enabled"))
    if number == 1:
        for name, kind in (("company", FieldType.TEXT), ("employees", FieldType.NUMBER)):
            fields.ensure(tx, workspace_id=workspace, sync_id=1, by="test", type=kind, name=name, title=name)
    setting = {"connection_id": number, "module": "contacts", "list_id": number, "subscription_type": "marketing"}
    tx.execute(insert(_SYNC).values(**named, **setting))
    mappings.begin(tx, syncs.by_id(tx, number), _lines(tuple(MAPPING)))


def _lines(maps: Sequence[str]) -> list[MappingLine]:
    pairs = [("email", "email"), *((source, MAPPING[source]) for source in maps)]
    return [MappingLine(source_field=source, target_field=target) for source, target in pairs]
