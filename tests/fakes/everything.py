"""Rows in every table of a store, of every type that a column can have: for what must leave none of it behind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from contactd.store.database import Database
from contactd.store.tables import METADATA

#: What differs in case, in accents, in order and in length; as JSON and as nothing.
TEXTS = (
    "a",
    "A",
    "ä",
    "a\u0308",
    "ß",
    "\U0001f600",
    '{"a": "\\u0000", "b": [1, "ü"]}',
    "",
    "100 %",
    "x\\n\t\r\n'\"",
    "z" * 500,
)
NUMBERS = (0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63))
OCTETS = (b"", b"\0", b"\xff\xfe\0\n\\", bytes(range(256)))


def fill(database: Database, rows: int) -> None:
    """Put *rows* rows into every table, in an order that is not that of their keys."""
    for table in METADATA.sorted_tables:
        with database.transaction() as tx:
            tx.many(
                insertion(table), [row(table, number) for number in sorted(range(rows), key=lambda one: one * 7 % 11)]
            )


def insertion(table: Table) -> str:
    """Give SQL that inserts a row, past what mends values on the way to a store."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.columns))})'


def row(table: Table, number: int) -> tuple[Any, ...]:
    """Give a row that differs from all others in every column that is not null."""
    return tuple(_value(column, number + place) for place, column in enumerate(table.columns))


def _value(column: Column[Any], number: int) -> Any:
    if column.nullable and number % 3 == 0:
        return None
    if isinstance(column.type, BigInteger):
        return number + 1000 if number >= len(NUMBERS) else NUMBERS[number]
    if isinstance(column.type, LargeBinary):
        return _one(OCTETS, number) + str(number).encode()
    return f"{_one(TEXTS, number)}{number}"


def _one(values: Sequence[Any], number: int) -> Any:
    return values[number % len(values)]


def everything(database: Database) -> dict[str, list[str]]:
    """Give all that a store holds, by table, in one order."""
    with database.reading() as r:
        return {
            table.name: sorted(repr(tuple(row)) for row in r.rows(table.select())) for table in METADATA.sorted_tables
        }
