"""The few types of column that every table is made of."""

from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, Text, TypeDecorator, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.types import TypeEngine
from sqlmodel import Field

from contactd.store.texts import storable

#: 64 bits everywhere; SQLite needs its own word to make a primary key of it.
_BIG = BigInteger().with_variant(Integer, "sqlite")


class _Words(TypeDecorator[str]):
    """Text: the same characters, in the same order, on every store, whatever language a server is set to."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Let PostgreSQL order texts by their octets, as SQLite does."""
        return TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Give a text that every store can keep."""
        return None if value is None else str(storable(value))


def id_column() -> Any:
    """Make a 64-bit primary key that is given, never counted up by the database."""
    return Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))


def big(*, default: int | None = None, null: bool = False, key: bool = False, index: bool = False) -> Any:
    """Make a 64-bit column."""
    given = None if default is None else text(str(default))
    column = Column(_BIG, nullable=null, primary_key=key, index=index, server_default=given, autoincrement=False)
    return Field(sa_column=column)


def words(*, default: str | None = None, null: bool = False, key: bool = False, unique: bool = False) -> Any:
    """Make a text column."""
    given = None if default is None else text(f"'{default}'")
    return Field(sa_column=Column(_Words, nullable=null, primary_key=key, unique=unique, server_default=given))


def octets(*, null: bool = False) -> Any:
    """Make a column of bytes."""
    return Field(sa_column=Column(LargeBinary, nullable=null))
