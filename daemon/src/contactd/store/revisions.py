"""The revision that the store is at: the number of the last change to it."""

from sqlalchemy import bindparam, select

from contactd.store import tables
from contactd.store.database import Reading, Transaction

_COUNTER = tables.table(tables.Counter)
_VALUE = select(_COUNTER.c.value).where(_COUNTER.c.name == bindparam("name"))


#: The last revision at which a notification was changed that is kept no more.
_FORGOTTEN = "notifications_forgotten"


def latest(r: Reading) -> int:
    """Tell the revision that *r* sees, 0 before the first change."""
    return _value(r, "revision")


def forgotten(r: Reading) -> int:
    """Tell up to which revision notifications are missing: who has seen less than that may have missed some."""
    return _value(r, _FORGOTTEN)


def forget(tx: Transaction, revision: int) -> None:
    """Remember that notifications up to *revision* are kept no more."""
    missing = revision - _value(tx, _FORGOTTEN)
    if missing > 0:
        tx.reserve(_FORGOTTEN, missing)


def _value(r: Reading, name: str) -> int:
    row = r.first(_VALUE, {"name": name})
    return 0 if row is None else int(row.value)
