"""What is due: syncs whose time has come, runs that may go on, runs that are carried."""

from typing import NamedTuple

from sqlalchemy import and_, func, or_, select, update

from contactd.domain.words import RunState, SyncState, Trigger
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)
_WORKSPACE = table(tables.Workspace)
_CONNECTION = table(tables.Connection)

_ACTIVE = (RunState.ADMITTED, RunState.RUNNING)

#: Syncs whose runs may be carried: a completed one, only when a person asked. An undo asks
#: no source and is a person's word: whatever the sync waits for, it does not wait for that.
_WANTED = or_(
    _SYNC.c.state == SyncState.ACTIVE,
    _RUN.c.run_trigger == Trigger.UNDO,
    and_(_SYNC.c.state == SyncState.COMPLETED, _RUN.c.run_trigger == Trigger.MANUAL),
)


class Busy(NamedTuple):
    """Whether there is anything to do for the tick."""

    syncs: bool
    runs: bool


def anything(r: Reading) -> Busy:
    """Tell whether any sync is due and any run may go on: what an idle tick costs."""
    waiting = select(_RUN.c.id).join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
    ready = waiting.where(_RUN.c.state == RunState.WAITING, _RUN.c.not_before <= r.now, _WANTED).limit(1)
    return Busy(bool(syncs(r, 1)), r.first(ready) is not None)


def syncs(r: Reading, limit: int) -> list[tuple[int, int]]:
    """Give (sync, slot) of syncs whose time has come."""
    query = (
        select(_SYNC.c.id, _SYNC.c.next_run_at)
        .where(_SYNC.c.state == SyncState.ACTIVE, _SYNC.c.next_run_at.is_not(None), _SYNC.c.next_run_at <= r.now)
        .order_by(_SYNC.c.next_run_at)
        .limit(limit)
    )
    return [(row.id, row.next_run_at) for row in r.rows(query)]


def put_off(tx: Transaction, sync_id: int, at: int) -> None:
    """Look after a sync again at *at*, and not before."""
    tx.execute(update(_SYNC).where(_SYNC.c.id == sync_id).values(next_run_at=at))


def advance(tx: Transaction, sync_id: int, at: int | None, sweep_at: int | None) -> None:
    """Write down when a sync is due next, and when it is swept next."""
    tx.execute(update(_SYNC).where(_SYNC.c.id == sync_id).values(next_run_at=at, next_sweep_at=sweep_at))


def active(r: Reading) -> list[int]:
    """Give the runs that somebody carries, or is to."""
    return [row.id for row in r.rows(select(_RUN.c.id).where(_RUN.c.state.in_(_ACTIVE)))]


def next_run(r: Reading, per_connection: int) -> int | None:
    """Give the run whose turn it is: of the workspace that waited longest, where its connection has room."""
    carried = _RUN.alias("carried")
    room = (
        select(func.count())
        .where(carried.c.connection_id == _RUN.c.connection_id, carried.c.state.in_(_ACTIVE))
        .scalar_subquery()
    )
    query = (
        select(_RUN.c.id)
        .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
        .join(_WORKSPACE, _WORKSPACE.c.id == _RUN.c.workspace_id)
        .join(_CONNECTION, _CONNECTION.c.id == _RUN.c.connection_id)
        .where(_RUN.c.state == RunState.WAITING, _RUN.c.not_before <= r.now, _WANTED)
        .where(room < func.coalesce(func.nullif(_CONNECTION.c.max_running, 0), per_connection))
        .order_by(_WORKSPACE.c.served_at, _RUN.c.not_before, _RUN.c.id)
        .limit(1)
    )
    row = r.first(query)
    return None if row is None else int(row.id)


def admit(tx: Transaction, run: int) -> None:
    """Let *run* be carried, and its workspace go to the end of the line."""
    mine = update(_RUN).where(_RUN.c.id == run, _RUN.c.state == RunState.WAITING)
    tx.execute(mine.values(state=RunState.ADMITTED, revision=tx.revision))
    workspace = select(_RUN.c.workspace_id).where(_RUN.c.id == run).scalar_subquery()
    tx.execute(update(_WORKSPACE).where(_WORKSPACE.c.id == workspace).values(served_at=tx.now))
