"""Mailing lists.

Only who is live counts as subscribed: whom a run removed is still known to
every list but that of its sync.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from contactd.domain.nouns import MailingList
from contactd.domain.refusals import NotFound
from contactd.domain.words import ContactStatus, Membership
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_LIST = tables.table(tables.MailingList)
_MEMBER = tables.table(tables.ListMember)
_CONTACT = tables.table(tables.Contact)
_WORKSPACE = tables.table(tables.Workspace)
_SUBSCRIBED = (
    select(func.count())
    .select_from(_MEMBER.join(_CONTACT, _CONTACT.c.id == _MEMBER.c.contact_id))
    .where(_MEMBER.c.list_id == _LIST.c.id, _MEMBER.c.state == Membership.SUBSCRIBED.value)
    .where(_CONTACT.c.status == ContactStatus.LIVE.value)
    .scalar_subquery()
    .label("subscribed")
)
_LIVE = (
    select(_LIST, _WORKSPACE.c.name.label("workspace"), _SUBSCRIBED)
    .join(_WORKSPACE, _WORKSPACE.c.id == _LIST.c.workspace_id)
    .where(_LIST.c.workspace_id == bindparam("workspace_id"), _LIST.c.deleted_at.is_(None))
)
_BY_NAME = _LIVE.where(_LIST.c.name == bindparam("name"))
_PAGE = _LIVE.where(_LIST.c.name > bindparam("after")).order_by(_LIST.c.name).limit(bindparam("limit"))
_TAKEN = select(_LIST.c.id).where(_LIST.c.workspace_id == bindparam("workspace_id"), _LIST.c.name == bindparam("name"))
_INSERT = _LIST.insert()
_THIS = _LIST.update().where(_LIST.c.id == bindparam("this"))


def get(r: Reading, workspace_id: int, name: str) -> MailingList:
    """Give the list called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name})
    if row is None:
        raise NotFound("list", name, _not_there(r, workspace_id, name))
    return _list(row)


def _not_there(r: Reading, workspace_id: int, name: str) -> str:
    if taken(r, workspace_id, name):
        return f"the list '{name}' was deleted; name another one, `contactctl lists list` shows those there are"
    return f"no list is called '{name}'; make it with `contactctl lists create {name}`"


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a list, deleted ones too, has *name*."""
    return r.first(_TAKEN, {"workspace_id": workspace_id, "name": name}) is not None


def page(r: Reading, workspace_id: int, *, after: str = "", limit: int) -> Sequence[MailingList]:
    """Give up to *limit* lists by name, those after *after*."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    return [_list(row) for row in r.rows(_PAGE, asked)]


def create(tx: Transaction, *, workspace_id: int, name: str, title: str, description: str) -> MailingList:
    """Make a list; its name must be free."""
    tx.execute(
        _INSERT.values(
            id=tx.reserve("list"),
            workspace_id=workspace_id,
            name=name,
            title=title,
            description=description,
            created_at=tx.now,
        )
    )
    return get(tx, workspace_id, name)


def change(tx: Transaction, mailing_list: MailingList, **values: str) -> MailingList:
    """Set columns of a list, which then has a new version."""
    tx.execute(_THIS.values(version=_LIST.c.version + 1, **values), {"this": mailing_list.id})
    return get(tx, mailing_list.workspace_id, mailing_list.name)


def delete(tx: Transaction, mailing_list: MailingList) -> None:
    """Let a list be found no more; its id stays taken, and its members stay where they are."""
    tx.execute(_THIS.values(version=_LIST.c.version + 1, deleted_at=tx.now), {"this": mailing_list.id})


def tell(tx: Transaction, kind: str, mailing_list: MailingList, *, by: str) -> None:
    """Write an event: *kind* happened to *mailing_list*."""
    subject = f"workspaces/{mailing_list.workspace}/lists/{mailing_list.name}"
    tx.tell(kind, subject, workspace=mailing_list.workspace_id, actor=by)


def _list(row: Row[Any]) -> MailingList:
    return MailingList(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        name=row.name,
        title=row.title,
        description=row.description,
        subscribed=row.subscribed,
        version=row.version,
        created_at=row.created_at,
    )
