"""The few types of column that every table is made of."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text, text
from sqlmodel import Field

#: 64 bits everywhere; SQLite needs its own word to make a primary key of it.
_BIG = BigInteger().with_variant(Integer, "sqlite")

#: Texts stand in the order of their octets on every store, whatever language a server is set to.
_WORDS = Text().with_variant(Text(collation="C"), "postgresql")


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
    return Field(sa_column=Column(_WORDS, nullable=null, primary_key=key, unique=unique, server_default=given))


def octets(*, null: bool = False) -> Any:
    """Make a column of bytes."""
    return Field(sa_column=Column(LargeBinary, nullable=null))
