"""Notifications: what people should know without having asked.

Rule: each carries the revision of the transaction that made it or marked it as
read, so whoever has seen all up to one revision asks for what is beyond it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from contactd.domain.nouns import Notification
from contactd.domain.refusals import NotFound
from contactd.domain.words import Severity
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_NOTE = tables.table(tables.Notification)
_SYNC = tables.table(tables.Sync)
_WORKSPACE = tables.table(tables.Workspace)
_ALL = (
    select(_NOTE, _WORKSPACE.c.name.label("workspace"), _SYNC.c.name.label("sync"))
    .join(_WORKSPACE, _WORKSPACE.c.id == _NOTE.c.workspace_id)
    .outerjoin(_SYNC, _SYNC.c.id == _NOTE.c.sync_id)
    .where(_NOTE.c.workspace_id == bindparam("workspace_id"))
)
_BY_ID = _ALL.where(_NOTE.c.id == bindparam("id"))
_NEWEST = _ALL.order_by(_NOTE.c.id.desc()).limit(bindparam("limit"))
_PAGE = _NEWEST.where(_NOTE.c.id < bindparam("before"))
_UNREAD_PAGE = _PAGE.where(_NOTE.c.read_at.is_(None))
_UNREAD = select(func.count()).where(_NOTE.c.workspace_id == bindparam("workspace_id"), _NOTE.c.read_at.is_(None))
_READ = (
    _NOTE.update()
    .where(_NOTE.c.id == bindparam("which"), _NOTE.c.read_at.is_(None))
    .values(read_at=bindparam("now"), revision=bindparam("at"))
)
_READ_ALL = (
    _NOTE.update()
    .where(_NOTE.c.workspace_id == bindparam("workspace"), _NOTE.c.read_at.is_(None))
    .values(read_at=bindparam("now"), revision=bindparam("at"))
)
_CHANGED = (
    _ALL.where(
        or_(
            _NOTE.c.revision > bindparam("revision"),
            and_(_NOTE.c.revision == bindparam("revision"), _NOTE.c.id > bindparam("after")),
        )
    )
    .order_by(_NOTE.c.revision, _NOTE.c.id)
    .limit(bindparam("limit"))
)
_INSERT = _NOTE.insert()

#: Newer than any.
_LATEST = 2**63 - 1


def create(
    tx: Transaction,
    *,
    workspace_id: int,
    kind: str,
    severity: Severity,
    message: str,
    sync_id: int | None,
    run_id: int | None,
) -> int:
    """Write a notification and give its id."""
    notification_id = tx.reserve("notification")
    tx.execute(
        _INSERT.values(
            id=notification_id,
            workspace_id=workspace_id,
            kind=kind,
            severity=severity.value,
            message=message,
            sync_id=sync_id,
            run_id=run_id,
            created_at=tx.now,
            revision=tx.revision,
        )
    )
    return notification_id


def get(r: Reading, workspace_id: int, notification_id: int) -> Notification:
    """Give one notification.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"workspace_id": workspace_id, "id": notification_id})
    if row is None:
        raise NotFound("notification", str(notification_id))
    return _notification(row)


def page(
    r: Reading, workspace_id: int, *, before: int | None = None, limit: int, unread_only: bool = False
) -> Sequence[Notification]:
    """Give up to *limit* notifications, the newest first, those older than the id *before*."""
    asked = {"workspace_id": workspace_id, "before": _LATEST if before is None else before, "limit": limit}
    return [_notification(row) for row in r.rows(_UNREAD_PAGE if unread_only else _PAGE, asked)]


def unread(r: Reading, workspace_id: int) -> int:
    """Count those that nobody has read."""
    row = r.first(_UNREAD, {"workspace_id": workspace_id})
    return 0 if row is None else int(row[0])


def mark_read(tx: Transaction, notification_id: int) -> None:
    """Mark one as read; the moment at which that was first done stays."""
    tx.execute(_READ, {"which": notification_id, "now": tx.now, "at": tx.revision})


def mark_all_read(tx: Transaction, workspace_id: int) -> int:
    """Mark all of a workspace as read, and tell how many were not."""
    return tx.execute(_READ_ALL, {"workspace": workspace_id, "now": tx.now, "at": tx.revision}).rowcount


def changed(r: Reading, workspace_id: int, *, revision: int, after: int, limit: int) -> Sequence[Notification]:
    """Give up to *limit* that changed beyond *revision*, or at it and have ids above *after*, in the order they did."""
    asked = {"workspace_id": workspace_id, "revision": revision, "after": after, "limit": limit}
    return [_notification(row) for row in r.rows(_CHANGED, asked)]


def _notification(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        workspace=row.workspace,
        kind=row.kind,
        severity=Severity(row.severity),
        message=row.message,
        sync=row.sync or "",
        run_id=row.run_id,
        created_at=row.created_at,
        read=row.read_at is not None,
        revision=row.revision,
    )
