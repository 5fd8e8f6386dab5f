"""Statements for the hot path: compiled once from the tables, carried out with plain tuples.

A model object per row costs 57 µs, a Core statement per row 20, the bare
driver 8; a page has hundreds of rows.

Rule: what is handed to `fast` and `many` is written once and means the same on
every store. `translated` puts it into a store's own words:

* a value is `?`; neither a `?` nor a value ever stands in a literal
* "any of these" is `IN {ANY_TEXT}` or `IN {ANY_NUMBER}`, its value one JSON array
* a table of which SQLite must be told the index is followed by `{using("…")}`

All else is what SQLite and PostgreSQL both understand: ON CONFLICT and
RETURNING, but no INSERT OR …, no LIKE (they fold case differently), no
arithmetic that mixes text and numbers, and an order by a column that may be
null says where nulls go. Yes and no are 1 and 0.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

Dialect = Literal["sqlite", "postgresql"]

_COMPILER = sqlite.dialect(paramstyle="qmark")

#: Stands for any number of texts, handed over as one JSON array.
ANY_TEXT = "(any_text ?)"

#: Stands for any number of whole numbers, handed over as one JSON array.
ANY_NUMBER = "(any_number ?)"

# PostgreSQL looks an array up by index, whatever it believes of its length.
_WORDS: Mapping[Dialect, Sequence[tuple[str, str]]] = {
    "sqlite": (
        (r"\(any_(?:text|number) \?\)", "(SELECT value FROM json_each(?))"),
        (r"\busing_index\((\w+)\)", r"INDEXED BY \1"),
    ),
    "postgresql": (
        ("%", "%%"),
        (r"\bIN \(any_text \?\)", "= ANY (ARRAY(SELECT json_array_elements_text(?::json)))"),
        (r"\bIN \(any_number \?\)", "= ANY (ARRAY(SELECT json_array_elements_text(?::json)::bigint))"),
        (r"\busing_index\(\w+\)", ""),
        (r"\?", "%s"),
    ),
}


def using(index: str) -> str:
    """Name the *index* that the table before it is to be read by, where the store must be told."""
    return f"using_index({index})"


@lru_cache(maxsize=1024)
def translated(sql: str, dialect: Dialect) -> str:
    """Give *sql* in the words of *dialect*."""
    for ours, theirs in _WORDS[dialect]:
        sql = re.sub(ours, theirs, sql)
    return sql


def insertion(table: Table, columns: Sequence[str]) -> str:
    """Give SQL that inserts a row of *table*, its values in the order of *columns*."""
    statement = insert(table).values(dict.fromkeys(columns))
    return _compiled(statement, columns)


def upsert(table: Table, columns: Sequence[str]) -> str:
    """Give SQL that inserts a row of *table*, or replaces *columns* of the one with its key."""
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(dict.fromkeys(columns))
    fresh = {column: statement.excluded[column] for column in columns if column not in keys}
    return _compiled(statement.on_conflict_do_update(index_elements=keys, set_=fresh), columns)


def _compiled(statement: object, columns: Sequence[str]) -> str:
    compiled = statement.compile(dialect=_COMPILER, column_keys=list(columns))  # type: ignore[attr-defined]
    if compiled.positiontup != list(columns):
        raise AssertionError(f"the values stand in another order: {compiled.positiontup}")
    return str(compiled)
