"""The fields that contacts can have."""

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
_BY_NAME = _ALL.where(_FIELD.c.workspace_id == bindparam("workspace"), _FIELD.c.name == bindparam("name"))
_PAGE = (
    _ALL.where(_FIELD.c.workspace_id == bindparam("workspace"), _FIELD.c.id > bindparam("after"))
    .order_by(_FIELD.c.id)
    .limit(bindparam("limit"))
)
_EVERY = _ALL.where(_FIELD.c.workspace_id == bindparam("workspace")).order_by(_FIELD.c.id)
_INSERT = _FIELD.insert()


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
    """Tell whether a field has *name*."""
    return find(r, workspace_id, name) is not None


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
        "created_at": tx.now,
    }
    tx.execute(_INSERT.values(values))
    field = get(tx, workspace_id, name)
    subject = f"workspaces/{field.workspace}/fields/{name}"
    tx.tell("field_created", subject, workspace=workspace_id, actor=by, detail={"type": type.value})
    return field


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
        workspace=row.workspace,
        name=row.name,
        title=row.title,
        type=FieldType(row.type),
        origin=FieldOrigin(row.origin),
        version=row.version,
    )
