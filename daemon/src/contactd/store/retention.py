"""Forgetting what is over, a bounded batch at a time; each function tells how many rows it took.

Rule: a run and its totals stay, and so do contacts and links with the marks
that `explain` reads; what goes is who a run did what to, and the logs of it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Table, and_, delete, exists, func, insert, or_, select, update

from contactd.domain.words import LIVE_RUNS, SyncState
from contactd.store import revisions, tables
from contactd.store.database import Transaction
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)
_OUTCOME = table(tables.OutcomeRow)
_COUNT = table(tables.RunCount)
_LINK = table(tables.Link)
_LINE = table(tables.MappingLine)
_EVENT = table(tables.Event)
_CHANGE = table(tables.HandChange)
_NOTIFICATION = table(tables.Notification)
_REQUEST = table(tables.Request)


def ledgers(tx: Transaction, *, before: int, gone: int, limit: int) -> int:
    """Forget what runs that ended before *before* did to whom, and what syncs deleted before *gone* ever did.

    The counts of its pages become one row for each outcome and reason.
    """
    run = _oldest(tx, before, gone)
    if run is None:
        return 0
    rows = tx.rows(
        select(_OUTCOME.c.sequence).where(_OUTCOME.c.run_id == run).order_by(_OUTCOME.c.sequence).limit(limit)
    )
    if rows:
        mine = and_(_OUTCOME.c.run_id == run, _OUTCOME.c.sequence <= rows[-1].sequence)
        tx.execute(delete(_OUTCOME).where(mine))
    if len(rows) < limit:
        _fold(tx, run)
        tx.execute(update(_RUN).where(_RUN.c.id == run).values(pruned_at=tx.now))
    return len(rows) + 1


def _oldest(tx: Transaction, before: int, gone: int) -> int | None:
    """Give the oldest run that is over for so long, or whose sync is gone, and whose ledger is still there."""
    query = (
        select(_RUN.c.id)
        .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
        .where(_RUN.c.pruned_at.is_(None), _RUN.c.state.not_in(LIVE_RUNS))
        .where(or_(_RUN.c.finished_at < before, _deleted(gone)))
        # A run that is being taken back is read till the end of that.
        .where(~exists().where(_UNDO.c.undoes == _RUN.c.id, _UNDO.c.state.in_(LIVE_RUNS)))
        .order_by(_RUN.c.id)
        .limit(1)
    )
    row = tx.first(query)
    return None if row is None else int(row.id)


_UNDO = _RUN.alias("undo")


def _fold(tx: Transaction, run: int) -> None:
    mine = _COUNT.c.run_id == run
    total = func.sum(_COUNT.c.records).label("records")
    sums = tx.rows(
        select(_COUNT.c.outcome, _COUNT.c.reason, total).where(mine).group_by(_COUNT.c.outcome, _COUNT.c.reason)
    )
    tx.execute(delete(_COUNT).where(mine))
    rows = [
        {"run_id": run, "page": 0, "outcome": row.outcome, "reason": row.reason, "records": int(row.records)}
        for row in sums
        if row.records
    ]
    for row in rows:
        tx.execute(insert(_COUNT).values(row))


def links(tx: Transaction, *, gone: int, limit: int) -> int:
    """Forget the records and mappings of syncs that were deleted before *gone*; their runs and names stay."""
    syncs = tx.rows(
        select(_SYNC.c.id).where(
            _deleted(gone),
            or_(exists().where(_LINK.c.sync_id == _SYNC.c.id), exists().where(_LINE.c.sync_id == _SYNC.c.id)),
        )
    )
    taken = 0
    for sync in syncs:
        tx.execute(delete(_LINE).where(_LINE.c.sync_id == sync.id))
        known = select(_LINK.c.source_id).where(_LINK.c.sync_id == sync.id).order_by(_LINK.c.source_id)
        rows = tx.rows(known.limit(limit - taken))
        if rows:
            mine = and_(_LINK.c.sync_id == sync.id, _LINK.c.source_id <= rows[-1].source_id)
            tx.execute(delete(_LINK).where(mine))
        taken += len(rows) + 1
        if taken >= limit:
            break
    return taken


def events(tx: Transaction, *, before: int, limit: int) -> int:
    """Forget events from before *before*, and what people changed then."""
    told = _oldest_of(tx, _EVENT, _EVENT.c.revision, before, limit)
    return told + _oldest_of(tx, _CHANGE, _CHANGE.c.revision, before, limit)


def notifications(tx: Transaction, *, before: int, limit: int) -> int:
    """Forget notifications from before *before*, and remember up to which revision some are missing."""
    first = tx.rows(select(_NOTIFICATION).order_by(_NOTIFICATION.c.id).limit(limit))
    old = [row for row in first if row.created_at < before]
    if old:
        tx.execute(delete(_NOTIFICATION).where(_NOTIFICATION.c.id <= old[-1].id))
        revisions.forget(tx, max(row.revision for row in old))
    return len(old)


def requests(tx: Transaction, *, before: int, limit: int) -> int:
    """Forget answers to requests from before *before*."""
    old = select(_REQUEST.c.actor, _REQUEST.c.request_id).where(_REQUEST.c.created_at < before).limit(limit)
    rows = tx.rows(old)
    for row in rows:
        one = and_(_REQUEST.c.actor == row.actor, _REQUEST.c.request_id == row.request_id)
        tx.execute(delete(_REQUEST).where(one))
    return len(rows)


def _oldest_of(tx: Transaction, rows_of: Table, number: "Column[Any]", before: int, limit: int) -> int:
    """Forget the first rows by *number*, which grows with time, as far as they are from before *before*."""
    first: Sequence[Any] = tx.rows(select(number.label("number"), rows_of.c.created_at).order_by(number).limit(limit))
    old = [row.number for row in first if row.created_at < before]
    if old:
        tx.execute(delete(rows_of).where(number <= old[-1]))
    return len(old)


def _deleted(gone: int) -> Any:
    return and_(_SYNC.c.state == SyncState.DELETED, _SYNC.c.deleted_at < gone)
