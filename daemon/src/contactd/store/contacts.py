"""Contacts, as people look at them. Pages of runs write them (`store.pages`), and people do (`store.by_hand`)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from contactd.domain.nouns import Contact
from contactd.domain.refusals import NotFound
from contactd.domain.words import ContactStatus, Membership, SubscriptionType
from contactd.store import members, tables
from contactd.store.database import Reading
from contactd.store.members import Group

_CONTACT = tables.table(tables.Contact)
_WORKSPACE = tables.table(tables.Workspace)
_SYNC = tables.table(tables.Sync)
_EVERYWHERE = select(_CONTACT, _WORKSPACE.c.name.label("workspace")).join(
    _WORKSPACE, _WORKSPACE.c.id == _CONTACT.c.workspace_id
)
_ALL = _EVERYWHERE.where(_CONTACT.c.workspace_id == bindparam("workspace_id"))
_BY_ID = _ALL.where(_CONTACT.c.id == bindparam("id"))
_BY_KEYS = _ALL.where(_CONTACT.c.email_key.in_(bindparam("keys", expanding=True)))
_BY_KEY = _ALL.where(_CONTACT.c.email_key == bindparam("key"))
_SYNC_NAMES = select(_SYNC.c.id, _SYNC.c.name).where(_SYNC.c.id.in_(bindparam("syncs", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which contacts are looked for: those with *status*, and what else is given."""

    status: ContactStatus = ContactStatus.LIVE
    list_id: int | None = None
    topic_id: int | None = None
    subscription_type: SubscriptionType | None = None
    stale: bool = False


#: All that are there.
EVERYBODY = Wanted()


def get(r: Reading, workspace_id: int, contact_id: int) -> Contact:
    """Give one contact by its number.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"workspace_id": workspace_id, "id": contact_id})
    if row is None:
        raise NotFound("contact", str(contact_id))
    return _contacts(r, [row])[0]


def find(r: Reading, workspace_id: int, key: str) -> Contact | None:
    """Give the contact that has the e-mail key *key*, if there is one; it may be deleted."""
    row = r.first(_BY_KEY, {"workspace_id": workspace_id, "key": key})
    return None if row is None else _contacts(r, [row])[0]


def having(r: Reading, workspace_id: int, keys: Collection[str]) -> dict[str, Contact]:
    """Give the contacts that have one of *keys*, by key; some may be deleted."""
    rows = r.rows(_BY_KEYS, {"workspace_id": workspace_id, "keys": sorted(keys)}) if keys else ()
    return {contact.key or "": contact for contact in _contacts(r, rows)}


def by_key(r: Reading, workspace_id: int, key: str) -> Contact:
    """Give the contact that has the e-mail key *key*.

    Raises:
        NotFound: there is none. The sentence does not repeat the address.
    """
    contact = find(r, workspace_id, key)
    if contact is None:
        raise NotFound("contact", "", "no contact has this address")
    return contact


def page(r: Reading, workspace_id: int, *, wanted: Wanted = EVERYBODY, after: int = 0, limit: int) -> Sequence[Contact]:
    """Give up to *limit* of the *wanted* contacts by number, those after *after*."""
    query = _matching(wanted).order_by(_CONTACT.c.id).limit(limit)
    return _contacts(r, r.rows(query, {"workspace_id": workspace_id, "after": after}))


def _matching(wanted: Wanted) -> Select[Any]:
    query = _EVERYWHERE.where(
        # The sum keeps the database from reading the whole workspace by one of its
        # indexes, only to sort it by number: contacts lie in that order already.
        _CONTACT.c.workspace_id + 0 == bindparam("workspace_id"),
        _CONTACT.c.status == wanted.status.value,
        _CONTACT.c.id > bindparam("after"),
    )
    if wanted.subscription_type is not None:
        query = query.where(_CONTACT.c.subscription_type == wanted.subscription_type.value)
    if wanted.stale:
        query = query.where(_CONTACT.c.stale == 1)
    for group, number in ((Group.LIST, wanted.list_id), (Group.TOPIC, wanted.topic_id)):
        if number is not None:
            query = _subscribed(query, group, number)
    return query


def _subscribed(query: Select[Any], group: Group, number: int) -> Select[Any]:
    there = group.members
    return query.join(there, there.c.contact_id == _CONTACT.c.id).where(
        group.id == number,
        there.c.state == Membership.SUBSCRIBED.value,
        there.c.contact_id > bindparam("after"),
    )


def _contacts(r: Reading, rows: Sequence[Row[Any]]) -> list[Contact]:
    numbers = [row.id for row in rows]
    lists = members.every(r, numbers, Group.LIST)
    topics = members.every(r, numbers, Group.TOPIC)
    origins = _origins(r, rows)
    return [
        _contact(row, origins[row.id], memberships=tuple(lists.get(row.id, ())), topics=tuple(topics.get(row.id, ())))
        for row in rows
    ]


def _origins(r: Reading, rows: Sequence[Row[Any]]) -> Mapping[int, dict[str, str]]:
    """Give, by contact, where values come from in words: `manual`, or the name of a sync."""
    stored = {row.id: json.loads(row.provenance) if row.provenance else {} for row in rows}
    numbers = {origin["sync"] for one in stored.values() for origin in one.values() if isinstance(origin, dict)}
    names = {row.id: row.name for row in r.rows(_SYNC_NAMES, {"syncs": sorted(numbers)})} if numbers else {}
    return {
        contact: {
            field: names.get(origin["sync"], "") if isinstance(origin, dict) else origin
            for field, origin in origins.items()
        }
        for contact, origins in stored.items()
    }


def _contact(row: Row[Any], origins: dict[str, str], **groups: Any) -> Contact:
    return Contact(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        email=row.email,
        key=row.email_key,
        fields=json.loads(row.fields),
        origins=origins,
        subscription_type=SubscriptionType(row.subscription_type),
        lawful_basis=row.lawful_basis,
        status=ContactStatus(row.status),
        stale=bool(row.stale),
        manual=bool(row.manual),
        created_run=row.created_run,
        created_at=row.created_at,
        updated_at=row.updated_at,
        revision=row.revision,
        **groups,
    )
