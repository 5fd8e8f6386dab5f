"""Syncs: what people want. What happened is on their runs.

Rule: *version* (the etag) grows with every wish of a person, and stays where
only a run or the clock moved something.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, bindparam, case, exists, func, select

from contactd.domain.nouns import Schedule, Sync
from contactd.domain.refusals import NotFound
from contactd.domain.words import ContactStatus, Recurrence, RunState, SubscriptionType, SyncState
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_SYNC = tables.table(tables.Sync)
_WORKSPACE = tables.table(tables.Workspace)
_CONNECTION = tables.table(tables.Connection)
_LIST = tables.table(tables.MailingList)
_RUN = tables.table(tables.Run)
_CONTACT = tables.table(tables.Contact)

_HELD = exists().where(_RUN.c.sync_id == _SYNC.c.id, _RUN.c.state == RunState.HELD)

# Only contacts that may get marketing mail count against the limit.
_COUNTED = (
    select(func.count())
    .select_from(_CONTACT)
    .where(
        _CONTACT.c.workspace_id == _SYNC.c.workspace_id,
        _CONTACT.c.status == ContactStatus.LIVE,
        _CONTACT.c.subscription_type == SubscriptionType.MARKETING,
    )
    .scalar_subquery()
)

# A run that met the limit leaves a mark; whether the limit is still met is looked at now,
# and only then, because it counts contacts.
_LIMITED = case(
    (_SYNC.c.limit_reached == 0, False),
    (_WORKSPACE.c.contact_limit == 0, False),
    else_=_WORKSPACE.c.contact_limit <= _COUNTED,
)

_EVERYTHING = (
    select(
        _SYNC,
        _WORKSPACE.c.name.label("workspace"),
        _CONNECTION.c.name.label("connection"),
        _LIST.c.name.label("list"),
        _HELD.label("held"),
        _LIST.c.deleted_at.is_not(None).label("list_deleted"),
        _LIMITED.label("limit"),
    )
    .join(_WORKSPACE, _WORKSPACE.c.id == _SYNC.c.workspace_id)
    .join(_CONNECTION, _CONNECTION.c.id == _SYNC.c.connection_id)
    .join(_LIST, _LIST.c.id == _SYNC.c.list_id)
)
_BY_NAME = _EVERYTHING.where(_SYNC.c.workspace_id == bindparam("workspace_id"), _SYNC.c.name == bindparam("name"))
_BY_ID = _EVERYTHING.where(_SYNC.c.id == bindparam("id"))
_PAGE = (
    _EVERYTHING.where(
        _SYNC.c.workspace_id == bindparam("workspace_id"),
        _SYNC.c.name > bindparam("after"),
        _SYNC.c.state != SyncState.DELETED,
    )
    .order_by(_SYNC.c.name)
    .limit(bindparam("limit"))
)

#: What wants attention, as far as the store can tell (daemon/REQUIREMENTS.md 1.8).
ATTENTION = ("held", "list_deleted", "limit")


def get(r: Reading, workspace_id: int, name: str) -> Sync:
    """Give the sync called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name})
    if row is None:
        raise NotFound("sync", name)
    return _sync(row)


def by_id(r: Reading, sync_id: int) -> Sync:
    """Give the sync that has *sync_id*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"id": sync_id})
    if row is None:
        raise NotFound("sync", str(sync_id))
    return _sync(row)


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a sync, deleted ones too, has *name*."""
    return r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name}) is not None


def page(r: Reading, workspace_id: int, *, after: str = "", limit: int) -> Sequence[Sync]:
    """Give up to *limit* syncs by name, those after *after*; deleted ones are left out."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    return [_sync(row) for row in r.rows(_PAGE, asked)]


def create(
    tx: Transaction,
    *,
    workspace_id: int,
    connection_id: int,
    list_id: int,
    name: str,
    description: str,
    module: str,
    subscription_type: SubscriptionType,
    update_empty: bool,
    schedule: Schedule,
    by: str,
) -> Sync:
    """Make a draft; its name must be free."""
    sync_id = tx.reserve("sync")
    place = {"id": sync_id, "workspace_id": workspace_id, "connection_id": connection_id, "list_id": list_id}
    named = {"name": name, "description": description, "module": module, "created_at": tx.now}
    wanted = {"subscription_type": subscription_type, "update_empty": int(update_empty)}
    tx.execute(_SYNC.insert().values(**place, **named, **wanted, schedule=json.dumps(asdict(schedule))))
    sync = by_id(tx, sync_id)
    tell(tx, "sync_created", sync, by=by)
    return sync


def move(tx: Transaction, sync: Sync, state: SyncState, *, next_run_at: int | None, by: str) -> Sync:
    """Bring *sync* into *state*, due next at *next_run_at*, because *by* wants it so."""
    tx.execute(
        _SYNC.update()
        .where(_SYNC.c.id == sync.id)
        .values(state=state, next_run_at=next_run_at, inactive_reason="", version=_SYNC.c.version + 1)
    )
    moved = by_id(tx, sync.id)
    tell(tx, "sync_state_changed", moved, by=by, old=sync.state, new=state)
    return moved


def tell(tx: Transaction, kind: str, sync: Sync, *, by: str, **detail: str | int) -> None:
    """Write an event: *kind* happened to *sync*."""
    subject = f"workspaces/{sync.workspace}/syncs/{sync.name}"
    tx.tell(kind, subject, workspace=sync.workspace_id, actor=by, detail=detail)


def _sync(row: Row[Any]) -> Sync:
    return Sync(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        name=row.name,
        description=row.description,
        connection_id=row.connection_id,
        connection=row.connection,
        module=row.module,
        list_id=row.list_id,
        list=row.list,
        subscription_type=SubscriptionType(row.subscription_type),
        update_empty=bool(row.update_empty),
        schedule=_schedule(json.loads(row.schedule)),
        state=SyncState(row.state),
        inactive_reason=row.inactive_reason,
        next_run_at=row.next_run_at,
        watermark=row.watermark,
        mapping_version=row.mapping_version,
        version=row.version,
        created_at=row.created_at,
        attention=tuple(mark for mark in ATTENTION if getattr(row, mark)),
    )


def _schedule(rule: dict[str, Any]) -> Schedule:
    return Schedule(**{**rule, "recurrence": Recurrence(rule.get("recurrence", Recurrence.ONCE))})
