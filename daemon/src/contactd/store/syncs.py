"""Syncs: what people want. What happened is on their runs.

Rule: *version* (the etag) grows with every wish of a person, and stays where
only a run or the clock moved something.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, select

from contactd.domain.due import Due
from contactd.domain.lifecycle import Verb, after
from contactd.domain.nouns import Schedule, Sync
from contactd.domain.policies import Policies
from contactd.domain.refusals import NotFound
from contactd.domain.words import LawfulBasis, Misfire, RunState, SubscriptionType, SyncState, Trigger
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sync_facts import EVERYTHING, read

_SYNC = tables.table(tables.Sync)
_RUN = tables.table(tables.Run)

_BY_NAME = EVERYTHING.where(_SYNC.c.workspace_id == bindparam("workspace_id"), _SYNC.c.name == bindparam("name"))
_BY_ID = EVERYTHING.where(_SYNC.c.id == bindparam("id"))
_OF_CONNECTION = EVERYTHING.where(_SYNC.c.connection_id == bindparam("connection_id")).order_by(_SYNC.c.name)
_PAGE = (
    EVERYTHING.where(
        _SYNC.c.workspace_id == bindparam("workspace_id"),
        _SYNC.c.name > bindparam("after"),
        _SYNC.c.state != SyncState.DELETED,
    )
    .order_by(_SYNC.c.name)
    .limit(bindparam("limit"))
)
_DUE_FIRST = (
    EVERYTHING.where(
        _SYNC.c.workspace_id == bindparam("workspace_id"),
        _SYNC.c.state == SyncState.ACTIVE,
        _SYNC.c.next_run_at.is_not(None),
    )
    .order_by(_SYNC.c.next_run_at, _SYNC.c.name)
    .limit(bindparam("limit"))
)
_READ = (
    select(_RUN.c.id)
    .where(_RUN.c.sync_id == bindparam("id"), _RUN.c.state == RunState.SUCCEEDED, _RUN.c.run_trigger != Trigger.UNDO)
    .limit(1)
)

#: What counts where nobody says anything.
NEVER, NOTHING_SAID, NO_TYPES = Schedule(), Policies(), MappingProxyType[str, str]({})


def get(r: Reading, workspace_id: int, name: str) -> Sync:
    """Give the sync called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name})
    if row is None:
        raise NotFound("sync", name)
    return read(r, [row])[0]


def by_id(r: Reading, sync_id: int) -> Sync:
    """Give the sync that has *sync_id*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"id": sync_id})
    if row is None:
        raise NotFound("sync", str(sync_id))
    return read(r, [row])[0]


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a sync, deleted ones too, has *name*."""
    return r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name}) is not None


def page(r: Reading, workspace_id: int, *, after: str = "", limit: int) -> Sequence[Sync]:
    """Give up to *limit* syncs by name, those after *after*; deleted ones are left out."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    return read(r, r.rows(_PAGE, asked))


def due_first(r: Reading, workspace_id: int, limit: int) -> Sequence[Sync]:
    """Give up to *limit* syncs that run by themselves, those that are due first."""
    return read(r, r.rows(_DUE_FIRST, {"workspace_id": workspace_id, "limit": limit}))


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
    criteria: str = "",
    criteria_types: Mapping[str, str] = NO_TYPES,
    **more: Any,
) -> Sync:
    """Make a draft; its name must be free.

    *criteria_types*: of the source fields that *criteria* speak of. *more*: what else `columns` takes.
    """
    sync_id = tx.reserve("sync")
    place = {"id": sync_id, "workspace_id": workspace_id, "connection_id": connection_id, "name": name}
    kept = {"module": module, "selection": "criteria" if criteria else "all"}
    kept |= {"criteria": criteria, "criteria_types": json.dumps(dict(criteria_types))}
    wanted = columns(
        description=description,
        list_id=list_id,
        subscription_type=subscription_type,
        update_empty=update_empty,
        schedule=schedule,
        **more,
    )
    tx.execute(_SYNC.insert().values(**place, **kept, **wanted, created_at=tx.now))
    sync = by_id(tx, sync_id)
    tell(tx, "sync_created", sync, by=by)
    return sync


def columns(
    *,
    description: str,
    list_id: int,
    subscription_type: SubscriptionType,
    update_empty: bool,
    schedule: Schedule,
    topic_ids: Sequence[int] = (),
    lawful_basis: LawfulBasis = LawfulBasis.NONE,
    retrieve_after: int | None = None,
    sweep_schedule: Schedule = NEVER,
    misfire: Misfire = Misfire.RUN_ONCE,
    misfire_grace: int = 0,
    policies: Policies = NOTHING_SAID,
) -> dict[str, Any]:
    """Give the columns of what of a sync can be edited."""
    return {
        "description": description,
        "list_id": list_id,
        "subscription_type": subscription_type,
        "update_empty": int(update_empty),
        "schedule": json.dumps(asdict(schedule)),
        "topics": json.dumps(list(topic_ids)),
        "lawful_basis": lawful_basis,
        "retrieve_after": retrieve_after,
        "sweep_schedule": json.dumps(asdict(sweep_schedule)),
        "misfire": misfire,
        "misfire_grace": misfire_grace,
        "policies": json.dumps(policies.document(), ensure_ascii=False),
    }


def edit(
    tx: Transaction, sync: Sync, values: Mapping[str, Any], state: SyncState, *, due: Due, by: str, changed: str
) -> Sync:
    """Give *sync* other `columns`, and write down which fields were *changed*."""
    this = _SYNC.update().where(_SYNC.c.id == sync.id)
    times = {"next_run_at": due.run_at, "next_sweep_at": due.sweep_at}
    tx.execute(this.values(**values, **times, state=state, version=_SYNC.c.version + 1))
    edited = by_id(tx, sync.id)
    tell(tx, "sync_changed", edited, by=by, fields=changed)
    return edited


def delete(tx: Transaction, sync: Sync, *, by: str) -> Sync:
    """Delete *sync*, for as long as nobody brings it back."""
    return _put(tx, sync, SyncState.DELETED, by=by, next_run_at=None, next_sweep_at=None, deleted_at=tx.now)


def undelete(tx: Transaction, sync: Sync, state: SyncState, *, by: str) -> Sync:
    """Bring *sync* back into *state*; it is due at no time before it is resumed."""
    return _put(tx, sync, state, by=by, deleted_at=None, inactive_reason="")


def of_connection(r: Reading, connection_id: int) -> Sequence[Sync]:
    """Give the syncs of a connection that are not deleted, by name."""
    found = read(r, r.rows(_OF_CONNECTION, {"connection_id": connection_id}))
    return [sync for sync in found if sync.state is not SyncState.DELETED]


def was_read(r: Reading, sync_id: int) -> bool:
    """Tell whether a run of a sync ever came to its end."""
    return r.first(_READ, {"id": sync_id}) is not None


def move(
    tx: Transaction, sync: Sync, state: SyncState, *, next_run_at: int | None, next_sweep_at: int | None = None, by: str
) -> Sync:
    """Bring *sync* into *state*, due next at *next_run_at*, because *by* wants it so."""
    return _put(tx, sync, state, by=by, next_run_at=next_run_at, next_sweep_at=next_sweep_at, inactive_reason="")


def deactivate(tx: Transaction, connection_id: int, reason: str, *, by: str) -> Sequence[Sync]:
    """Let the syncs of a connection wait until each is activated by hand, because of *reason*; give those that moved.

    The time each was due stays: activating tells by it whether slots were missed.
    """
    return _move_all(tx, connection_id, Verb.DEACTIVATE, reason, by=by)


def disconnect(tx: Transaction, connection_id: int, *, by: str) -> Sequence[Sync]:
    """Cut the syncs of a connection off until it is associated again; give those that moved."""
    return _move_all(tx, connection_id, Verb.DISCONNECT, "its integration was disabled", by=by)


def _move_all(tx: Transaction, connection_id: int, verb: Verb, reason: str, *, by: str) -> Sequence[Sync]:
    there = read(tx, tx.rows(_OF_CONNECTION, {"connection_id": connection_id}))
    moving = [(sync, after(verb, sync.state, sync.name)) for sync in there]
    return [
        _put(tx, sync, state, by=by, next_run_at=sync.next_run_at, inactive_reason=reason)
        for sync, state in moving
        if state is not sync.state
    ]


def drop_slot(tx: Transaction, sync: Sync, because: str, *, by: str) -> None:
    """A time came at which *sync* could not run, or it was missed: it is dropped, counted and told."""
    tx.execute(_SYNC.update().where(_SYNC.c.id == sync.id).values(skipped_slots=_SYNC.c.skipped_slots + 1))
    tell(tx, "slot_dropped", sync, by=by, because=because)


def _put(tx: Transaction, sync: Sync, state: SyncState, *, by: str, **values: int | str | None) -> Sync:
    this = _SYNC.update().where(_SYNC.c.id == sync.id)
    tx.execute(this.values(state=state, version=_SYNC.c.version + 1, **values))
    moved = by_id(tx, sync.id)
    tell(tx, "sync_state_changed", moved, by=by, old=sync.state, new=state)
    return moved


def tell(tx: Transaction, kind: str, sync: Sync, *, by: str, **detail: str | int) -> None:
    """Write an event: *kind* happened to *sync*."""
    subject = f"workspaces/{sync.workspace}/syncs/{sync.name}"
    tx.tell(kind, subject, workspace=sync.workspace_id, actor=by, detail=detail)
