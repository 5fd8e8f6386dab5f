"""How a sync is read from its row and from what it refers to.

Rule: what can be told from the store is told by one statement, and one more
for the topics of all syncs that it found.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, select

from contactd.domain.nouns import Schedule, Sync
from contactd.domain.policies import Policies
from contactd.domain.words import (
    ContactStatus,
    LawfulBasis,
    Misfire,
    Recurrence,
    RunState,
    SubscriptionType,
    SyncState,
    Trigger,
)
from contactd.store import tables
from contactd.store.database import Reading

_SYNC = tables.table(tables.Sync)
_WORKSPACE = tables.table(tables.Workspace)
_CONNECTION = tables.table(tables.Connection)
_LIST = tables.table(tables.MailingList)
_TOPIC = tables.table(tables.Topic)
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

#: The mapping that the newest run which came to its end worked with; each edit makes a new one.
READ_WITH = (
    select(_RUN.c.mapping_version)
    .where(_RUN.c.sync_id == _SYNC.c.id, _RUN.c.state == RunState.SUCCEEDED, _RUN.c.run_trigger != Trigger.UNDO)
    .order_by(_RUN.c.id.desc())
    .limit(1)
    .scalar_subquery()
)

#: Syncs with what they refer to; to be narrowed, then read by `syncs`.
EVERYTHING = (
    select(
        _SYNC,
        _WORKSPACE.c.name.label("workspace"),
        _CONNECTION.c.name.label("connection"),
        _LIST.c.name.label("list"),
        _HELD.label("held"),
        _LIST.c.deleted_at.is_not(None).label("list_deleted"),
        _LIMITED.label("limit"),
        and_(_WORKSPACE.c.gdpr_enabled == 1, _SYNC.c.lawful_basis == "").label("lawful_basis_missing"),
        READ_WITH.label("read_with"),
    )
    .join(_WORKSPACE, _WORKSPACE.c.id == _SYNC.c.workspace_id)
    .join(_CONNECTION, _CONNECTION.c.id == _SYNC.c.connection_id)
    .join(_LIST, _LIST.c.id == _SYNC.c.list_id)
)
#: What wants attention, as far as the store can tell (daemon/REQUIREMENTS.md 1.8).
ATTENTION = ("lawful_basis_missing", "list_deleted", "topic_deleted", "held", "limit")


def read(r: Reading, rows: Sequence[Row[Any]]) -> list[Sync]:
    """Make syncs of rows of `EVERYTHING`."""
    topics = [json.loads(row.topics) for row in rows]
    wanted = {topic for some in topics for topic in some}
    known = {row.id: row for row in r.rows(select(_TOPIC).where(_TOPIC.c.id.in_(wanted)))} if wanted else {}
    return [_sync(row, [known[topic] for topic in some]) for row, some in zip(rows, topics, strict=True)]


def _sync(row: Row[Any], topics: Sequence[Row[Any]]) -> Sync:
    state, schedule = SyncState(row.state), schedule_of(row.schedule)
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
        schedule=schedule,
        state=state,
        inactive_reason=row.inactive_reason,
        next_run_at=row.next_run_at,
        watermark=row.watermark,
        mapping_version=row.mapping_version,
        version=row.version,
        created_at=row.created_at,
        criteria=row.criteria,
        topics=tuple(topic.name for topic in topics),
        lawful_basis=LawfulBasis(row.lawful_basis),
        retrieve_after=row.retrieve_after,
        sweep_schedule=schedule_of(row.sweep_schedule),
        next_sweep_at=row.next_sweep_at,
        misfire=Misfire(row.misfire),
        misfire_grace=row.misfire_grace,
        policies=Policies.read(json.loads(row.policies)),
        dropped_slots=row.skipped_slots,
        deleted_at=row.deleted_at,
        edited=_edited(row, state, schedule),
        attention=_attention(row, topics),
    )


def _attention(row: Row[Any], topics: Sequence[Row[Any]]) -> tuple[str, ...]:
    deleted = any(topic.deleted_at is not None for topic in topics)
    return tuple(mark for mark in ATTENTION if (deleted if mark == "topic_deleted" else getattr(row, mark)))


def _edited(row: Row[Any], state: SyncState, schedule: Schedule) -> bool:
    """Tell whether *row* wants to be initiated again: old records are to be read, or it is to recur now."""
    recurs = state is SyncState.COMPLETED and schedule.recurrence is not Recurrence.ONCE
    return recurs or row.read_with not in {None, row.mapping_version}


def schedule_of(text: str) -> Schedule:
    """Read a schedule from the JSON that it is kept as."""
    rule: dict[str, Any] = json.loads(text)
    return Schedule(**{**rule, "recurrence": Recurrence(rule.get("recurrence", Recurrence.ONCE))})
