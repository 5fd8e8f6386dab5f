"""What a run works with: its sync as it is when the run begins, as JSON.

Rule: all that a decision depends on stands in the snapshot, so that the
attempts of one run decide alike, and what a run did can be told afterwards.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from contactd.domain.rules import OVERLAP
from contactd.domain.words import Mode
from contactd.store import mappings, tables
from contactd.store.database import Reading, Transaction
from contactd.store.sync_facts import READ_WITH
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)
_WORKSPACE = table(tables.Workspace)
_FIELD = table(tables.ContactField)
_TOPIC = table(tables.Topic)
_CONNECTION = table(tables.Connection)


def of(r: Reading, sync_id: int) -> dict[str, Any]:
    """Give what a run of the sync with *sync_id* would work with, were it made now."""
    return of_row(r, r.execute(select(_SYNC).where(_SYNC.c.id == sync_id)).one())


def of_row(r: Reading, sync: Any) -> dict[str, Any]:
    """Give what `Rules` are read from, of the row of a sync as it is now."""
    workspace = r.execute(select(_WORKSPACE).where(_WORKSPACE.c.id == sync.workspace_id)).one()
    connection = r.execute(select(_CONNECTION.c.priority).where(_CONNECTION.c.id == sync.connection_id)).one()
    return {
        "list": sync.list_id,
        **_mapping(r, sync),
        "policy_version": workspace.policy_version,
        "policies": json.loads(workspace.policies) | json.loads(sync.policies),
        "subscription_type": sync.subscription_type,
        "update_empty": bool(sync.update_empty),
        "topics": _topics(r, workspace.id, json.loads(sync.topics)),
        # There is one only where it is asked for (I11).
        "lawful_basis": sync.lawful_basis if workspace.gdpr_enabled else "",
        "after": sync.retrieve_after,
        "criteria": sync.criteria,
        "criteria_types": json.loads(sync.criteria_types),
        "priority": [connection.priority, sync.connection_id],
        "limit": workspace.contact_limit,
        "now": r.now,
    }


def take(tx: Transaction, row: Any) -> None:
    """Write down what the run works with, so that an edit changes the next run and not this one."""
    sync = tx.execute(select(_SYNC).where(_SYNC.c.id == row.sync_id)).one()
    config = of_row(tx, sync) if row.undoes is None else _config_of(tx, row.undoes)
    values: dict[str, Any] = {"config": json.dumps(config), "mapping_version": config["mapping_version"]}
    values |= {"started_at": tx.now, "window_since": _since(tx, row.mode, sync, config["after"])}
    tx.execute(update(_RUN).where(_RUN.c.id == row.id).values(values))


def _config_of(tx: Transaction, run: int) -> Any:
    """Give what *run* worked with: what it did is taken back from the list that it filled."""
    return json.loads(tx.execute(select(_RUN.c.config).where(_RUN.c.id == run)).one().config)


def _since(tx: Transaction, mode: str, sync: Any, after: int | None) -> int | None:
    """Tell from when on records are asked for: what changed, or all of the sync's window.

    A mapping that is new since the last reading wants every record again, or
    old ones would never get the new field (daemon/REQUIREMENTS.md 1.5, "Runs").
    """
    if mode != Mode.INCREMENTAL or sync.watermark is None or _read_with(tx, sync.id) != sync.mapping_version:
        return after
    return max(int(sync.watermark) - OVERLAP, after or 0)


def _read_with(tx: Transaction, sync_id: int) -> int | None:
    """Tell the mapping that the last run which came to its end worked with."""
    version = tx.execute(select(READ_WITH).where(_SYNC.c.id == sync_id)).scalar_one()
    return None if version is None else int(version)


def _mapping(r: Reading, sync: Any) -> dict[str, Any]:
    lines = mappings.lines(r, sync.id, sync.mapping_version)
    named = select(_FIELD.c.name, _FIELD.c.type, _FIELD.c.choices).where(_FIELD.c.workspace_id == sync.workspace_id)
    fields = r.rows(named)
    return {
        "mapping": [
            {"source_field": line.source_field, "target_field": line.target_field, "source_type": line.source_type}
            for line in lines
        ],
        "mapping_version": sync.mapping_version,
        "types": {row.name: row.type for row in fields},
        "choices": {row.name: choices for row in fields if (choices := json.loads(row.choices))},
    }


def _topics(r: Reading, workspace_id: int, topics: Sequence[int]) -> dict[str, str]:
    """Give the names of *topics*, those that are deleted left out, by id; none where there is no choice (I11)."""
    if not topics:
        return {}
    there = select(_TOPIC.c.id, _TOPIC.c.name).where(
        _TOPIC.c.workspace_id == workspace_id, _TOPIC.c.deleted_at.is_(None)
    )
    choice = r.rows(there.order_by(_TOPIC.c.id))
    return {str(row.id): row.name for row in choice if row.id in topics} if len(choice) > 1 else {}
