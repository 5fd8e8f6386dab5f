"""Workspaces: making the first one, and looking them up."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from contactd.domain.nouns import Workspace
from contactd.domain.policies import Policies
from contactd.domain.refusals import NotFound
from contactd.domain.words import FieldOrigin
from contactd.store import fields, tables
from contactd.store.database import Reading, Transaction
from contactd_sdk import FieldType

#: The workspace that is made with the store.
DEFAULT = "default"

_BUILT_IN = (
    ("email", "E-mail", FieldType.EMAIL),
    ("first-name", "First name", FieldType.TEXT),
    ("last-name", "Last name", FieldType.TEXT),
)

_WORKSPACE = tables.table(tables.Workspace)
_SYNC = tables.table(tables.Sync)
_ANY = select(_WORKSPACE.c.id).limit(1)
_BY_NAME = select(_WORKSPACE).where(_WORKSPACE.c.name == bindparam("name"))
_BY_ID = select(_WORKSPACE).where(_WORKSPACE.c.id == bindparam("id"))
_PAGE = (
    select(_WORKSPACE)
    .where(_WORKSPACE.c.name > bindparam("after"))
    .order_by(_WORKSPACE.c.name)
    .limit(bindparam("limit"))
)
_INSERT = _WORKSPACE.insert()
_THIS = _WORKSPACE.update().where(_WORKSPACE.c.id == bindparam("this"))
_HAS_SYNCS = select(_SYNC.c.id).where(_SYNC.c.workspace_id == bindparam("id")).limit(1)


def prepare(tx: Transaction) -> None:
    """Make the workspace `default` in a store that has none."""
    if tx.first(_ANY) is None:
        create(tx, name=DEFAULT, title="Default", by="contactd")


def create(tx: Transaction, *, name: str, title: str, by: str, values: Mapping[str, str | int] | None = None) -> int:
    """Make a workspace with its built-in fields, and give its id; its name must be free, *values* are more columns."""
    workspace_id = tx.reserve("workspace")
    tx.execute(_INSERT.values(id=workspace_id, name=name, title=title, created_at=tx.now, **(values or {})))
    tx.tell("workspace_created", f"workspaces/{name}", workspace=workspace_id, actor=by)
    for field, called, kind in _BUILT_IN:
        fields.create(
            tx,
            workspace_id=workspace_id,
            name=field,
            title=called,
            type=kind,
            origin=FieldOrigin.BUILT_IN,
            by=by,
        )
    return workspace_id


def change(tx: Transaction, workspace_id: int, **values: str | int) -> Workspace:
    """Set columns of a workspace, which then has a new version."""
    tx.execute(_THIS.values(version=_WORKSPACE.c.version + 1, **values), {"this": workspace_id})
    return by_id(tx, workspace_id)


def rules_changed(tx: Transaction, workspace_id: int) -> None:
    """Let every record be decided anew when it is read next: what decides them has changed."""
    tx.execute(_THIS.values(policy_version=_WORKSPACE.c.policy_version + 1), {"this": workspace_id})


def taken(r: Reading, name: str) -> bool:
    """Tell whether a workspace has *name*."""
    return r.first(_BY_NAME, {"name": name}) is not None


def has_syncs(r: Reading, workspace_id: int) -> bool:
    """Tell whether there are syncs in a workspace, deleted ones too."""
    return r.first(_HAS_SYNCS, {"id": workspace_id}) is not None


def get(r: Reading, name: str) -> Workspace:
    """Give the workspace called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"name": name})
    if row is None:
        raise NotFound("workspace", name)
    return _workspace(row)


def by_id(r: Reading, workspace_id: int) -> Workspace:
    """Give the workspace with *workspace_id*, which something in the store refers to."""
    row = r.first(_BY_ID, {"id": workspace_id})
    if row is None:
        raise NotFound("workspace", str(workspace_id))
    return _workspace(row)


def policies(r: Reading, workspace_id: int) -> dict[str, Any]:
    """Give the policies of a workspace, which those of its syncs overrule."""
    row = r.first(_BY_ID, {"id": workspace_id})
    return json.loads(row.policies) if row is not None else {}


def page(r: Reading, *, after: str = "", limit: int) -> Sequence[Workspace]:
    """Give up to *limit* workspaces by name, those after *after*."""
    return [_workspace(row) for row in r.rows(_PAGE, {"after": after, "limit": limit})]


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        id=row.id,
        name=row.name,
        title=row.title,
        edition=row.edition,
        owner_emails=tuple(json.loads(row.owner_emails)),
        gdpr_enabled=bool(row.gdpr_enabled),
        contact_limit=row.contact_limit,
        weight=row.weight,
        policies=Policies.read(json.loads(row.policies)),
        version=row.version,
    )
