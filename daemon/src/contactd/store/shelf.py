"""What sources keep between runs, by connection, module and record.

Rule: a row goes when its connection is disabled, when somebody in it is
erased, and when nobody has asked after it for a long time. Whose addresses are
in it is known by keyed hashes alone.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from contactd.domain.clock import SECOND
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import ANY_TEXT, upsert
from contactd.store.tables import table

_SHELF = table(tables.Shelf)

#: A row that nobody has found for this long is forgotten, microseconds.
KEPT = 400 * 86_400 * SECOND

#: That a row was found is written down when it was not since so long.
_NOTED = 30 * 86_400 * SECOND

_ROW = f"WHERE connection_id = ? AND module = ? AND record_id IN {ANY_TEXT}"
_FIND = f"SELECT record_id, stamp, found_at, payload FROM shelf {_ROW}"
_FOUND = f"UPDATE shelf SET found_at = ? {_ROW}"
_COLUMNS = ("connection_id", "module", "record_id", "stamp", "found_at", "hashes", "payload")
_KEEP = upsert(_SHELF, _COLUMNS)
_CLEAR = "DELETE FROM shelf WHERE connection_id = ?"
_HERE = "connection_id IN (SELECT id FROM connection WHERE workspace_id = ?)"
_FORGET_HASH = f"DELETE FROM shelf WHERE {_HERE} AND replace(hashes, ?, '') <> hashes RETURNING 1"
_FORGET_RECORDS = (
    "DELETE FROM shelf WHERE connection_id = (SELECT connection_id FROM sync WHERE id = ?)"
    f" AND record_id IN {ANY_TEXT} RETURNING 1"
)
_OLD = "SELECT connection_id, module, record_id FROM shelf WHERE found_at < ? LIMIT ?"
_DROP = "DELETE FROM shelf WHERE connection_id = ? AND module = ? AND record_id = ?"


class Row(NamedTuple):
    """What is kept of a record: *hashes* are hexadecimal, of every address in *payload*."""

    record_id: str
    stamp: int
    hashes: Collection[str]
    payload: bytes


class Found(NamedTuple):
    """What was found, by record, and the records of which that should be written down."""

    payloads: dict[str, bytes]
    unnoted: list[str]


def find(r: Reading, connection_id: int, module: str, stamps: dict[str, int]) -> Found:
    """Give what is kept of the records of *module* that have exactly these *stamps*."""
    rows = r.fast(_FIND, (connection_id, module, json.dumps(list(stamps))))
    same = [(record, found_at, payload) for record, stamp, found_at, payload in rows if stamps[record] == stamp]
    unnoted = [record for record, found_at, _ in same if found_at < r.now - _NOTED]
    return Found({record: bytes(payload) for record, _, payload in same}, unnoted)


def note(tx: Transaction, connection_id: int, module: str, records: Sequence[str]) -> None:
    """Write down that these were found now."""
    tx.fast(_FOUND, (tx.now, connection_id, module, json.dumps(records)))


def keep(tx: Transaction, connection_id: int, module: str, rows: Iterable[Row]) -> None:
    """Keep *rows* in place of what was kept of the same records."""
    kept = (
        (connection_id, module, one.record_id, one.stamp, tx.now, " ".join(one.hashes), one.payload) for one in rows
    )
    tx.many(_KEEP, list(kept))


def clear(tx: Transaction, connection_id: int) -> None:
    """Forget all that is kept for a connection."""
    tx.fast(_CLEAR, (connection_id,))


def forget(
    tx: Transaction, workspace_id: int, hashes: Iterable[str], records: Iterable[tuple[int, Collection[str]]]
) -> int:
    """Forget whatever holds an address with one of *hashes*, and *records*, by sync; tell how many rows went.

    A person at a customer has an id with the customer's before a slash: what is
    kept of that customer goes, too.
    """
    rows = sum(len(tx.fast(_FORGET_HASH, (workspace_id, one))) for one in hashes)
    for sync, ids in records:
        wanted = {*ids, *(one.partition("/")[0] for one in ids)}
        rows += len(tx.fast(_FORGET_RECORDS, (sync, json.dumps(sorted(wanted)))))
    return rows


def prune(tx: Transaction, *, limit: int) -> int:
    """Forget rows that nobody has found for long, no more than *limit*; tell how many."""
    old = tx.fast(_OLD, (tx.now - KEPT, limit))
    tx.many(_DROP, old)
    return len(old)
