"""Tables as a whole: read from a file, written to a server in bulk, and summed up in both places.

Rule: every value is held against the type of its column before it leaves the
file. SQLite keeps whatever it was given, and a number that is sent as another
type arrives as another number.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple, cast

import msgspec
import psycopg
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import BigInteger, Column, LargeBinary, Table

from contactd.domain.refusals import Conflict
from contactd.store.database import Reading, Transaction
from contactd.store.moved import MARKS
from contactd.store.tables import StoreMeta
from contactd.store.texts import storable_rows

Row = tuple[Any, ...]

#: How many rows are looked at together: so few that they are no burden, however great they are.
_TOGETHER = 200

#: About how many octets are taken along at once, be they few rows or many.
_MOST = 8 << 20

#: Octets of the hash of a row. Their sum is kept within twice as many digits.
_HASH = 16
_WITHIN = 1 << 8 * _HASH

#: Rows that are about the place, and not about what is kept there.
_NOT_OURS = {StoreMeta.__tablename__: MARKS}

_encode = msgspec.msgpack.encode


class Sum(NamedTuple):
    """How many rows a table has, and what their hashes come to, in whatever order; *mended* held NUL in a text."""

    rows: int
    checksum: int
    mended: int


class Bulk:
    """One table, which has the same name and columns in every store."""

    def __init__(self, table: Table) -> None:
        self.name = table.name
        self._columns = [column.name for column in table.columns]
        self._types = [_type(column) for column in table.columns]
        self._key = [self._columns.index(column.name) for column in table.primary_key]
        marks = ", ".join(f"'{mark}'" for mark in _NOT_OURS.get(table.name, ()))
        self._ours = f"name NOT IN ({marks})" if marks else "1 = 1"

    def count(self, r: Reading) -> int:
        """Tell how many rows there are."""
        ((found,),) = r.fast(f'SELECT count(*) FROM "{self.name}" WHERE {self._ours}')
        return int(found)

    def key(self, row: Row) -> list[Any]:
        """Give the key of *row*."""
        return [row[place] for place in self._key]

    def after(self, r: Reading, key: Sequence[Any] | None, limit: int) -> Sequence[Row]:
        """Give up to *limit* rows of a file that come after *key*, in the order of their keys: fewer great ones."""
        names = ", ".join(f'"{self._columns[place]}"' for place in self._key)
        beyond = f"({names}) > ({', '.join('?' * len(self._key))})" if key else "1 = 1"
        sql = f"{self._select()} AND {beyond} ORDER BY {names} LIMIT {limit}"
        found, size = [], 0
        for some in _batches(self._read(r, sql, tuple(key or ()))):
            found += some
            size += len(_encode(some))
            if size > _MOST:
                break
        return found

    def of_file(self, r: Reading) -> Iterator[Row]:
        """Give all rows of a file."""
        return self._read(r, self._select(), ())

    def of_server(self, r: Reading) -> Iterator[Row]:
        """Give all rows of a store on a server."""
        copy = SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT (FORMAT BINARY)")
        asked = copy.format(self._names(), Identifier(self.name), SQL(self._ours))
        with _cursor(r) as cursor, cursor.copy(asked) as sent:
            sent.set_types([_WIRE[each] for each in self._types])
            yield from sent.rows()

    def write(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Write *rows* to a store on a server."""
        copy = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(Identifier(self.name), self._names())
        with _cursor(tx) as cursor, cursor.copy(copy) as sent:
            sent.set_types([_WIRE[each] for each in self._types])
            for row in self.checked(rows):
                sent.write_row(row)

    def sum(self, rows: Iterable[Row]) -> Sum:
        """Sum *rows* up as every store can keep them."""
        count = total = mended = 0
        for some in _batches(rows):
            kept = self.checked(some)
            count += len(kept)
            mended += 0 if kept is some else sum(map(tuple.__ne__, kept, some))
            total += sum(int.from_bytes(blake2b(_encode(row), digest_size=_HASH).digest()) for row in kept)
        return Sum(count, total % _WITHIN, mended)

    def checked(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Give *rows* as every store can keep them.

        Raises:
            Conflict: a value is of another type than its column.
        """
        for place, values in enumerate(zip(*rows, strict=True)):
            odd = set(map(type, values)) - {self._types[place], type(None)}
            if odd:
                row = next(row for row in rows if type(row[place]) in odd)
                raise self._odd(self._columns[place], f"is no {_CALLED[self._types[place]]} where {self._where(row)}")
        return storable_rows(rows)

    def _select(self) -> str:
        names = ", ".join(f'"{name}"' for name in self._columns)
        return f'SELECT {names} FROM "{self.name}" WHERE {self._ours}'

    def _names(self) -> Composed:
        return SQL(", ").join(map(Identifier, self._columns))

    def _read(self, r: Reading, sql: str, values: Row) -> Iterator[Row]:
        cursor = r.connection.connection.cursor()
        try:
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(_TOGETHER):
                yield from rows
        except sqlite3.OperationalError as exc:
            # What it says of a text repeats the text.
            if "decode to UTF-8" not in str(exc):
                raise
            raise self._odd("a column", "is no text in UTF-8") from None
        finally:
            cursor.close()

    def _where(self, row: Row) -> str:
        return " and ".join(f"{self._columns[place]} is {row[place]!r}" for place in self._key)

    def _odd(self, column: str, what: str) -> Conflict:
        return Conflict(
            f"the store cannot be moved as it is: {column} of the table '{self.name}' {what}, which contactd never "
            "wrote; put a backup of the store in its place, or report it",
            reason="STORE_DAMAGED",
            table=self.name,
        )


_WIRE = {int: "int8", str: "text", bytes: "bytea"}
_CALLED = {int: "whole number", str: "text", bytes: "octets"}


def _cursor(r: Reading) -> psycopg.Cursor[Row]:
    return cast("psycopg.Connection", r.connection.connection.driver_connection).cursor()


def _type(column: Column[Any]) -> type:
    if isinstance(column.type, BigInteger):
        return int
    return bytes if isinstance(column.type, LargeBinary) else str


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, _TOGETHER)):
        yield some
