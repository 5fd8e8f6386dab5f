"""What keeps a store from being served twice, or by half, when it is moved from a file to a server.

Rule: at every moment one of the two places can be served, or none, never both.
A place that is half filled has the table `store_move`; a file that was moved
has a mark that says where to. A mark that a move has begun is taken away by
whoever serves the file, so what stands in the other place is known to be old.
"""

import json
from typing import NamedTuple

from sqlalchemy import Column, MetaData, Table, Text, inspect

from contactd.domain.refusals import Conflict
from contactd.store import tables
from contactd.store.database import Database, Reading, Transaction

#: In the new place while it is being filled: which move it is, where from, and how far each table is.
MOVE = Table("store_move", MetaData(), Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

#: In the file: the id of the move that was begun; and the id of the one that has ended, with its place.
_MOVING, _MOVED = "moving", "moved"

#: In the new place: the id of the move that has filled it.
_FILLED = "moved_from"

#: What of `store_meta` belongs to a place and not to what is kept there.
MARKS = (_MOVING, _MOVED, _FILLED)

#: Tables that belong to a place: the new one has them with nothing in them.
LEFT = frozenset({"daemon"})

_META = tables.table(tables.StoreMeta)


class Mark(NamedTuple):
    """The move that a file is marked with; *to* is its new place once it has ended, without a password."""

    id: str
    to: str | None = None


def refuse(r: Reading, place: str) -> None:
    """See that the store at *place* is whole, and lives nowhere else.

    Raises:
        Conflict: it is half moved here (`STORE_HALF_MOVED`), or was moved from here (`STORE_MOVED`).
    """
    names = inspect(r.connection).get_table_names()
    if MOVE.name in names:
        raise Conflict(
            f"the store '{place}' is only half there, as a move into it was interrupted; go on with it by the same "
            "'contactd store migrate', or serve the file that it comes from and empty this one",
            reason="STORE_HALF_MOVED",
        )
    mark = marked(r) if _META.name in names else None
    if mark is not None and mark.to is not None:
        raise gone(place, mark.to)


def gone(place: str, to: str) -> Conflict:
    """Tell that the store at *place* lives elsewhere."""
    return Conflict(
        f"the store '{place}' was moved to '{to}', and lives there now; name that place in [store] url, "
        "or give up what has happened there since and serve the file again after 'contactd store reopen'",
        reason="STORE_MOVED",
    )


def marked(r: Reading) -> Mark | None:
    """Tell which move the file is marked with, if there is one."""
    found = {row.name: row.value for row in r.rows(_META.select().where(_META.c.name.in_((_MOVING, _MOVED))))}
    if _MOVED in found:
        return Mark(**json.loads(found[_MOVED]))
    return Mark(found[_MOVING]) if _MOVING in found else None


def begin(tx: Transaction, move: str) -> None:
    """Mark the file: what it holds is being copied, and has not changed since."""
    tx.execute(_META.delete().where(_META.c.name.in_((_MOVING, _MOVED))))
    tx.execute(_META.insert().values(name=_MOVING, value=move))


def end(tx: Transaction, move: str, to: str) -> None:
    """Mark the file: it was moved, and is served no more."""
    tx.execute(_META.delete().where(_META.c.name.in_((_MOVING, _MOVED))))
    tx.execute(_META.insert().values(name=_MOVED, value=json.dumps({"id": move, "to": to})))


def forget(tx: Transaction) -> None:
    """Take away the mark of a move that was begun, as what the file holds may change from now on."""
    tx.execute(_META.delete().where(_META.c.name == _MOVING))


def fill(tx: Transaction, move: str) -> None:
    """Make the new place a store: it is filled."""
    MOVE.drop(tx.connection)
    tx.execute(_META.insert().values(name=_FILLED, value=move))


def filled(r: Reading) -> str | None:
    """Tell by which move a store came to its place, if by one."""
    row = r.first(_META.select().where(_META.c.name == _FILLED))
    return None if row is None else str(row.value)


def reopen(database: Database) -> str | None:
    """Let a file be served again that was moved, and tell where to; None where it was not."""
    with database.transaction() as tx:
        if _META.name not in inspect(tx.connection).get_table_names():
            return None
        mark = marked(tx)
        tx.execute(_META.delete().where(_META.c.name.in_((_MOVING, _MOVED))))
    return mark.to if mark is not None else None
