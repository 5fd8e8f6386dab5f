"""Contacts, as people look at them. What writes them is a page of a run (`store.pages`)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from contactd.domain.nouns import Contact
from contactd.domain.refusals import NotFound
from contactd.domain.words import ContactStatus, Membership, SubscriptionType
from contactd.store import tables
from contactd.store.database import Reading

_CONTACT = tables.table(tables.Contact)
_MEMBER = tables.table(tables.ListMember)
_LIST = tables.table(tables.MailingList)
_WORKSPACE = tables.table(tables.Workspace)
_EVERYWHERE = select(_CONTACT, _WORKSPACE.c.name.label("workspace")).join(
    _WORKSPACE, _WORKSPACE.c.id == _CONTACT.c.workspace_id
)
_ALL = _EVERYWHERE.where(_CONTACT.c.workspace_id == bindparam("workspace_id"))
_BY_ID = _ALL.where(_CONTACT.c.id == bindparam("id"))
_BY_KEY = _ALL.where(_CONTACT.c.email_key == bindparam("key"))
# The sum keeps the database from reading the whole workspace by one of its
# indexes, only to sort it by number: contacts lie in that order already.
_LIVE = _EVERYWHERE.where(
    _CONTACT.c.workspace_id + 0 == bindparam("workspace_id"),
    _CONTACT.c.status == ContactStatus.LIVE.value,
    _CONTACT.c.id > bindparam("after"),
)
_PAGE = _LIVE.order_by(_CONTACT.c.id).limit(bindparam("limit"))
_MEMBERS = (
    _LIVE.join(_MEMBER, _MEMBER.c.contact_id == _CONTACT.c.id)
    .where(
        _MEMBER.c.list_id == bindparam("list_id"),
        _MEMBER.c.state == Membership.SUBSCRIBED.value,
        _MEMBER.c.contact_id > bindparam("after"),
    )
    .order_by(_MEMBER.c.contact_id)
    .limit(bindparam("limit"))
)
_LISTS = (
    select(_MEMBER.c.contact_id, _LIST.c.name)
    .join(_LIST, _LIST.c.id == _MEMBER.c.list_id)
    .where(
        _MEMBER.c.contact_id.in_(bindparam("contacts", expanding=True)),
        _MEMBER.c.state == Membership.SUBSCRIBED.value,
        _LIST.c.deleted_at.is_(None),
    )
    .order_by(_LIST.c.name)
)


def get(r: Reading, workspace_id: int, contact_id: int) -> Contact:
    """Give one contact by its number.

    Raises:
        NotFound: there is none.
    """
    return _one(r, r.first(_BY_ID, {"workspace_id": workspace_id, "id": contact_id}), name=str(contact_id))


def by_key(r: Reading, workspace_id: int, key: str) -> Contact:
    """Give the contact that has the e-mail key *key*.

    Raises:
        NotFound: there is none. The sentence does not repeat the address.
    """
    row = r.first(_BY_KEY, {"workspace_id": workspace_id, "key": key})
    return _one(r, row, name="", message="no contact has this address")


def page(r: Reading, workspace_id: int, *, list_id: int | None = None, after: int = 0, limit: int) -> Sequence[Contact]:
    """Give up to *limit* live contacts by number, those after *after*; with *list_id*, its subscribers."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    if list_id is None:
        return _contacts(r, r.rows(_PAGE, asked))
    return _contacts(r, r.rows(_MEMBERS, {**asked, "list_id": list_id}))


def _one(r: Reading, row: Row[Any] | None, *, name: str, message: str | None = None) -> Contact:
    if row is None:
        raise NotFound("contact", name, message)
    return _contacts(r, [row])[0]


def _contacts(r: Reading, rows: Sequence[Row[Any]]) -> list[Contact]:
    lists = _lists_of(r, [row.id for row in rows])
    return [_contact(row, lists.get(row.id, ())) for row in rows]


def _lists_of(r: Reading, contacts: Sequence[int]) -> Mapping[int, list[str]]:
    lists: dict[int, list[str]] = defaultdict(list)
    for row in r.rows(_LISTS, {"contacts": contacts}) if contacts else ():
        lists[row.contact_id].append(row.name)
    return lists


def _contact(row: Row[Any], lists: Iterable[str]) -> Contact:
    return Contact(
        id=row.id,
        workspace=row.workspace,
        email=row.email,
        fields=json.loads(row.fields),
        subscription_type=SubscriptionType(row.subscription_type),
        status=ContactStatus(row.status),
        stale=bool(row.stale),
        lists=tuple(lists),
        created_at=row.created_at,
        updated_at=row.updated_at,
        revision=row.revision,
    )
