"""Moving a store from a file to an empty place on a server, table by table.

Rule: a step is a transaction of the new place, and how far the move has come
stands there, with the rows. Whoever is killed goes on from there. Nothing but a
mark is written to the file, and the new place is no store before every table
was read back from both and found to be the same.
"""

import json
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import errors
from sqlalchemy import Index, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from contactd.domain.refusals import Away, Conflict
from contactd.store import moved, schema
from contactd.store.bulk import Bulk, Row, Sum
from contactd.store.database import Database, Reading, Transaction
from contactd.store.faults import first_line
from contactd.store.moved import MOVE, Mark
from contactd.store.tables import METADATA, StoreMeta

#: How many rows one transaction takes along at most, and after how many it is told how many were verified.
AT_ONCE = 20_000

_LIVE = "SELECT count(*) FROM run WHERE state IN ('admitted', 'running')"

#: What a server will not keep, however often it is tried.
_REFUSALS = (errors.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)

#: In `MOVE`: which move it is, where it comes from, and in which shape; all else is how far a table is.
_ID, _FROM, _SHAPE = ("id", "from", "shape")


class Step(NamedTuple):
    """What is true now: *done* of *total* are `copied` or `verified` (rows) or `indexed`, or the file is `given up`."""

    what: str
    table: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move came to, by table; *again*: it had ended before, and nothing was left to do."""

    sums: dict[str, Sum]
    again: bool = False


def move(source: Database, target: Database, *, told: Callable[[Step], None], at_once: int = AT_ONCE) -> Moved:
    """Move the store in the file *source* to *target*, a place on a server; *told* hears of each step once it is true.

    Raises:
        Away: one of the two does not answer; the same call goes on from there.
        Conflict: it cannot be moved as it is, or not to that place.
    """
    schema.renew(source)
    id_ = _begun(source, target)
    return Moved({}, again=True) if id_ is None else _Move(source, target, id_, told, at_once).carry_out()


class _Move:
    """A move that was begun."""

    def __init__(
        self, source: Database, target: Database, id_: str, told: Callable[[Step], None], at_once: int
    ) -> None:
        self._source = source
        self._target = target
        self._id = id_
        self._told = told
        self._at_once = at_once
        self._tables = [Bulk(table) for table in METADATA.sorted_tables if table.name not in moved.LEFT]

    def carry_out(self) -> Moved:
        with self._source.reading() as r:
            totals = {bulk.name: bulk.count(r) for bulk in self._tables}
        for bulk in self._tables:
            self._copy(bulk, totals[bulk.name])
        self._index()
        sums = {bulk.name: self._verified(bulk, totals[bulk.name]) for bulk in self._tables}
        self._end()
        return Moved(sums)

    def _copy(self, bulk: Bulk, total: int) -> None:
        with self._target.reading() as r:
            done, after = _position(r, bulk)
        while done < total:
            with self._source.reading() as r:
                rows = bulk.after(r, after, self._at_once)
            if not rows:
                # Fewer than were counted: what is verified tells of it.
                return
            done, after = done + len(rows), bulk.key(rows[-1])
            with self._step(bulk.name) as tx:
                bulk.write(tx, rows)
                _note(tx, f"table {bulk.name}", json.dumps([done, after]))
            self._told(Step("copied", bulk.name, done, total))

    def _index(self) -> None:
        # Built at once, an index costs a third of what it costs row by row.
        indices = [(table.name, index) for table in METADATA.sorted_tables for index in _in_order(table)]
        for number, (table, index) in enumerate(indices, start=1):
            with self._step(table) as tx:
                tx.execute(CreateIndex(index, if_not_exists=True))
            self._told(Step("indexed", table, number, len(indices)))
        for bulk in self._tables:
            with self._step(bulk.name) as tx:
                # A server that knows nothing of a table plans the first hours badly.
                tx.execute(text(f'ANALYZE "{bulk.name}"'))

    def _verified(self, bulk: Bulk, total: int) -> Sum:
        with self._source.reading() as r:
            here = bulk.sum(bulk.of_file(r))
        with self._target.reading() as r:
            there = bulk.sum(self._counted(bulk, total, bulk.of_server(r)))
        if (here.rows, here.checksum) == (there.rows, there.checksum) and here.rows == total:
            self._told(Step("verified", bulk.name, total, total))
            return here
        # What was copied is wrong, so the next move begins anew.
        moved.reopen(self._source)
        raise Conflict(
            f"the table '{bulk.name}' did not arrive as it is: the file has {here.rows} rows of it and "
            f"'{self._target.place}' {there.rows}, or they differ; the file is in use as before. Move it again, which "
            "begins anew, and report this if it comes out the same",
            reason="STORE_MOVE_DIFFERS",
            table=bulk.name,
        )

    def _counted(self, bulk: Bulk, total: int, rows: Iterator[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows, start=1):
            yield row
            if number % self._at_once == 0:
                self._told(Step("verified", bulk.name, number, total))

    def _end(self) -> None:
        with self._target.transaction() as tx:
            # Durable, and so is all that was written before it: only then the file is given up.
            _hold(tx, self._id)
            _note(tx, "verified", "yes")
            to = _url_of(tx, self._target.place)
        with self._source.transaction() as tx:
            moved.end(tx, self._id, to)
        self._told(Step("given up", "", 1, 1))
        with self._target.transaction() as tx:
            _hold(tx, self._id)
            moved.fill(tx, self._id)
            schema.stamp(tx)

    @contextmanager
    def _step(self, table: str) -> Iterator[Transaction]:
        with _refusals(self._target, table), self._target.transaction(durable=False) as tx:
            _hold(tx, self._id)
            yield tx


def _in_order(table: Table) -> list[Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _begun(source: Database, target: Database) -> str | None:
    """Begin the move, or find the one to go on with; None: it has ended."""
    with source.reading() as r:
        mark = moved.marked(r)
        _check_still(r, source.place)
    with target.transaction() as tx:
        names = inspect(tx.connection).get_table_names()
        if _is_over(tx, names, mark):
            return None
        _check_free(tx, names, target.place, _name_of(source))
        there = _told_of(tx, _ID) if MOVE.name in names else None
        if mark is not None and mark.id == there and _told_of(tx, _SHAPE) == schema.HEAD:
            return there
        if mark is not None and mark.id != there and mark.to is not None:
            raise moved.gone(source.place, mark.to)
        id_ = uuid.uuid4().hex
        _make(tx, id_, _name_of(source))
    with source.transaction() as tx:
        moved.begin(tx, id_)
    return id_


def _check_still(r: Reading, place: str) -> None:
    ((live,),) = r.fast(_LIVE)
    if live:
        what = "1 run is" if live == 1 else f"{live} runs are"
        raise Conflict(
            f"{what} under way in the store '{place}', as its daemon did not stop in good order; start it, tell it to "
            "stop, wait until it has, and move the store then",
            reason="RUNS_LIVE",
        )


def _is_over(tx: Transaction, names: list[str], mark: Mark | None) -> bool:
    whole = {schema.VERSION_TABLE, StoreMeta.__tablename__} <= set(names) and MOVE.name not in names
    return whole and mark is not None and mark.to is not None and moved.filled(tx) == mark.id


def _check_free(tx: Transaction, names: list[str], place: str, source: str) -> None:
    if names and MOVE.name not in names:
        what = "a store is" if schema.VERSION_TABLE in names else f"a table '{min(names)}' is"
        raise Conflict(
            f"{what} in '{place}' already, and a store is moved to an empty place only; empty that one, or name "
            "another database or schema with --to",
            reason="STORE_NOT_EMPTY",
        )
    if names and _told_of(tx, _FROM) != source:
        raise Conflict(
            f"the store '{_told_of(tx, _FROM)}' is half moved to '{place}'; go on with that one there, or empty the "
            "place, or name another database or schema with --to",
            reason="STORE_NOT_EMPTY",
        )


def _make(tx: Transaction, id_: str, source: str) -> None:
    """Make the tables, without their indices, in a place that is empty or was filled by half for nothing."""
    METADATA.drop_all(tx.connection)
    MOVE.metadata.drop_all(tx.connection)
    MOVE.create(tx.connection)
    for name, value in ((_ID, id_), (_FROM, source), (_SHAPE, schema.HEAD)):
        _note(tx, name, value)
    for table in METADATA.sorted_tables:
        tx.execute(CreateTable(table))


def _hold(tx: Transaction, id_: str) -> None:
    """See that the place is still this move's."""
    try:
        held = _told_of(tx, _ID) == id_
    except DBAPIError as exc:
        if not isinstance(exc.orig, errors.UndefinedTable):
            raise
        held = False
    if not held:
        raise Conflict(
            "the new place is not this move's any more, as somebody has emptied it or moves a store there, too; see "
            "that nobody does, and repeat the command",
            reason="STORE_NOT_EMPTY",
        )


def _told_of(r: Reading, name: str) -> str | None:
    row = r.first(MOVE.select().where(MOVE.c.name == name))
    return None if row is None else str(row.value)


def _position(r: Reading, bulk: Bulk) -> tuple[int, list[Any] | None]:
    found = _told_of(r, f"table {bulk.name}")
    done, after = json.loads(found) if found else (0, None)
    return int(done), after


def _note(tx: Transaction, name: str, value: str) -> None:
    tx.execute(MOVE.delete().where(MOVE.c.name == name))
    tx.execute(MOVE.insert().values(name=name, value=value))


def _url_of(tx: Transaction, place: str) -> str:
    """Name a place on a server with its schema, where that is not the usual one."""
    ((found,),) = tx.fast("SELECT current_schema()")
    return place if found == "public" else f"{place}{'&' if '?' in place else '?'}options=-csearch_path%3D{found}"


def _name_of(source: Database) -> str:
    return f"{socket.gethostname()}:{source.place}"


@contextmanager
def _refusals(target: Database, table: str) -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, DBAPIError, Away) as exc:
        cause = _cause(exc)
        if not isinstance(cause, _REFUSALS):
            raise
        # The first line alone: what follows holds values.
        raise Conflict(
            f"'{target.place}' does not take what the file holds in the table '{table}': {first_line(cause)}; report "
            "it, the file is in use as before",
            reason="STORE_MOVE_REFUSED",
            table=table,
        ) from None


def _cause(exc: BaseException | None) -> BaseException | None:
    """Give what the server said: a value too long for an index is told as `Away` of one that does not answer."""
    if isinstance(exc, Away):
        return _cause(exc.__cause__)
    return exc.orig if isinstance(exc, DBAPIError) else exc
