"""The fields that contacts can have.

Rule: a field that is being deleted is found no more, and its id is free again
once the last contact has lost its value (`store.field_values`).
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from contactd.domain.nouns import ContactField
from contactd.domain.refusals import Fault, Invalid, NotFound
from contactd.domain.words import FieldOrigin
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd_sdk import FieldType

_FIELD = tables.table(tables.ContactField)
_WORKSPACE = tables.table(tables.Workspace)
_ALL = select(_FIELD, _WORKSPACE.c.name.label("workspace")).join(_WORKSPACE, _WORKSPACE.c.id == _FIELD.c.workspace_id)
_IN = _ALL.where(_FIELD.c.workspace_id == bindparam("workspace"))
_TAKEN = _IN.where(_FIELD.c.name == bindparam("name"))
_LIVE = _IN.where(_FIELD.c.deleted_at.is_(None))
_BY_NAME = _LIVE.where(_FIELD.c.name == bindparam("name"))
_PAGE = _LIVE.where(_FIELD.c.id > bindparam("after")).order_by(_FIELD.c.id).limit(bindparam("limit"))
_EVERY = _LIVE.order_by(_FIELD.c.id)
_INSERT = _FIELD.insert()
_THIS = _FIELD.update().where(_FIELD.c.id == bindparam("this"))


def find(r: Reading, workspace_id: int, name: str) -> ContactField | None:
    """Give the field called *name*, if there is one."""
    row = r.first(_BY_NAME, {"workspace": workspace_id, "name": name})
    return None if row is None else _field(row)


def get(r: Reading, workspace_id: int, name: str) -> ContactField:
    """Give the field called *name*.

    Raises:
        NotFound: there is none.
    """
    field = find(r, workspace_id, name)
    if field is None:
        raise NotFound("field", name)
    return field


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a field, one that is being deleted too, has *name*."""
    return r.first(_TAKEN, {"workspace": workspace_id, "name": name}) is not None


def page(r: Reading, workspace_id: int, *, after: int = 0, limit: int) -> Sequence[ContactField]:
    """Give up to *limit* fields in the order they were made, those after the id *after*."""
    return [_field(row) for row in r.rows(_PAGE, {"workspace": workspace_id, "after": after, "limit": limit})]


def every(r: Reading, workspace_id: int) -> Sequence[ContactField]:
    """Give all fields of a workspace, the built-in ones first."""
    return [_field(row) for row in r.rows(_EVERY, {"workspace": workspace_id})]


def create(
    tx: Transaction,
    *,
    workspace_id: int,
    name: str,
    title: str,
    type: FieldType,  # noqa: A002  the word of the contract
    origin: FieldOrigin,
    by: str,
    sync_id: int | None = None,
    choices: Sequence[str] = (),
) -> ContactField:
    """Make a field; its name must be free."""
    values = {
        "id": tx.reserve("field"),
        "workspace_id": workspace_id,
        "name": name,
        "title": title,
        "type": type.value,
        "origin": origin.value,
        "sync_id": sync_id,
        "choices": json.dumps(list(choices), ensure_ascii=False),
        "created_at": tx.now,
    }
    tx.execute(_INSERT.values(values))
    field = get(tx, workspace_id, name)
    tell(tx, "field_created", field, by=by, type=type.value)
    return field


def change(tx: Transaction, field: ContactField, *, title: str | None, choices: Sequence[str] | None) -> ContactField:
    """Set what is given of a field, which then has a new version."""
    values = {} if title is None else {"title": title}
    if choices is not None:
        values["choices"] = json.dumps(list(choices), ensure_ascii=False)
    tx.execute(_THIS.values(version=_FIELD.c.version + 1, **values), {"this": field.id})
    return get(tx, field.workspace_id, field.name)


def tell(tx: Transaction, kind: str, field: ContactField, *, by: str, **detail: str) -> None:
    """Write an event: *kind* happened to *field*."""
    subject = f"workspaces/{field.workspace}/fields/{field.name}"
    tx.tell(kind, subject, workspace=field.workspace_id, actor=by, detail=detail)


def ensure(
    tx: Transaction,
    *,
    workspace_id: int,
    name: str,
    title: str,
    type: FieldType,  # noqa: A002  the word of the contract
    sync_id: int,
    by: str,
    place: str = "mapping.lines",
) -> ContactField:
    """Give the field called *name*, made for a sync if it is not there (R34).

    Raises:
        Invalid: there is one that cannot take these values; told at *place* of the request.
    """
    field = find(tx, workspace_id, name)
    if field is not None:
        _check_takes(field, type, place)
        return field
    if taken(tx, workspace_id, name):
        raise Invalid(Fault(place, f"the field '{name}' is being deleted; try again in a moment"))
    return create(
        tx,
        workspace_id=workspace_id,
        name=name,
        title=title,
        type=type,
        origin=FieldOrigin.SYNC,
        by=by,
        sync_id=sync_id,
    )


def _check_takes(field: ContactField, kind: FieldType, place: str) -> None:
    # A text field takes values of every type.
    if field.type not in {kind, FieldType.TEXT}:
        raise Invalid(
            Fault(
                place,
                f"there is a field '{field.name}' already, of type {field.type}, which cannot take values "
                f"of type {kind}; map to a field of another name",
            )
        )


def _field(row: Row[Any]) -> ContactField:
    return ContactField(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        name=row.name,
        title=row.title,
        type=FieldType(row.type),
        origin=FieldOrigin(row.origin),
        choices=tuple(json.loads(row.choices)),
        version=row.version,
    )
