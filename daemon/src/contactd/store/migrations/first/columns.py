"""The types of column of the first shape."""

import sqlalchemy as sa
from sqlalchemy import Column

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def big(name: str, default: int | None = None, *, null: bool = False, key: bool = False) -> Column[int]:
    """Make a 64-bit column."""
    given = None if default is None else sa.text(str(default))
    return Column(name, _BIG, nullable=null, primary_key=key, server_default=given, autoincrement=False)


def text(name: str, default: str | None = None, *, null: bool = False, key: bool = False) -> Column[str]:
    """Make a text column."""
    given = None if default is None else sa.text(f"'{default}'")
    return Column(name, _WORDS, nullable=null, primary_key=key, server_default=given)


def octets(name: str, *, null: bool = False) -> Column[bytes]:
    """Make a column of bytes."""
    return Column(name, sa.LargeBinary, nullable=null)
