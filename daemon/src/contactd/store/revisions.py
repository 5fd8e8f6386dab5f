"""The revision that the store is at: the number of the last change to it."""

from sqlalchemy import bindparam, select

from contactd.store import tables
from contactd.store.database import Reading

_COUNTER = tables.table(tables.Counter)
_VALUE = select(_COUNTER.c.value).where(_COUNTER.c.name == bindparam("name"))


def latest(r: Reading) -> int:
    """Tell the revision that *r* sees, 0 before the first change."""
    row = r.first(_VALUE, {"name": "revision"})
    return 0 if row is None else int(row.value)
