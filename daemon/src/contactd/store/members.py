"""What contacts are to lists and topics, as people look at it and change it by hand.

Rule: a row says who put it there, a sync or (null) a person. What a person
took off stays as a row `removed`, so that no sync puts it back.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, select

from contactd.domain.nouns import Member
from contactd.domain.words import Membership
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import upsert

_SYNC = tables.table(tables.Sync)


class Group(Enum):
    """What a contact can be a member of."""

    LIST = "list"
    TOPIC = "topic"

    @property
    def members(self) -> Table:
        """The table of its members."""
        return tables.table(tables.ListMember if self is Group.LIST else tables.TopicMember)

    @property
    def groups(self) -> Table:
        """The table of what there is to be a member of."""
        return tables.table(tables.MailingList if self is Group.LIST else tables.Topic)

    @property
    def id(self) -> ColumnElement[int]:
        """The column of a member's list or topic."""
        return self.members.c[f"{self.value}_id"]


def _named(group: Group) -> Any:
    names = group.groups
    return select(names.c.id).where(
        names.c.workspace_id == bindparam("workspace"), names.c.name == bindparam("name"), names.c.deleted_at.is_(None)
    )


def _of(group: Group) -> Any:
    names, members = group.groups, group.members
    return (
        select(members.c.contact_id, members.c.state, names.c.name, _SYNC.c.name.label("sync"))
        .join(names, names.c.id == group.id)
        .outerjoin(_SYNC, _SYNC.c.id == members.c.sync_id)
        .where(members.c.contact_id.in_(bindparam("contacts", expanding=True)), names.c.deleted_at.is_(None))
        .order_by(names.c.name)
    )


def _count(group: Group) -> Any:
    names = group.groups
    return select(func.count()).where(names.c.workspace_id == bindparam("workspace"), names.c.deleted_at.is_(None))


_COUNT = {group: _count(group) for group in Group}
_NAMED = {group: _named(group) for group in Group}
_OF = {group: _of(group) for group in Group}
_PUT = {
    group: upsert(group.members, (f"{group.value}_id", "contact_id", "state", "sync_id", "revision")) for group in Group
}


def named(r: Reading, workspace_id: int, group: Group, name: str) -> int | None:
    """Give the id of the list or topic called *name*, if there is one."""
    row = r.first(_NAMED[group], {"workspace": workspace_id, "name": name})
    return None if row is None else int(row.id)


def how_many(r: Reading, workspace_id: int, group: Group) -> int:
    """Count the lists or topics that there are."""
    return int(r.execute(_COUNT[group], {"workspace": workspace_id}).scalar_one())


def every(r: Reading, contacts: Sequence[int], group: Group) -> Mapping[int, list[Member]]:
    """Give what each of *contacts* is to the lists or topics that there are, by name."""
    found: dict[int, list[Member]] = defaultdict(list)
    for row in r.rows(_OF[group], {"contacts": list(contacts)}) if contacts else ():
        found[row.contact_id].append(Member(of=row.name, state=Membership(row.state), sync=row.sync or ""))
    return found


def put(tx: Transaction, group: Group, contact_id: int, changes: Mapping[int, Membership]) -> None:
    """Make *contact_id* what a person says it is, by the id of the list or topic."""
    rows = [(of, contact_id, state.value, None, tx.revision) for of, state in changes.items()]
    tx.many(_PUT[group], rows)


def leave_all(tx: Transaction, contact_id: int) -> None:
    """Let a contact that goes be subscribed to nothing; what it said no to, and was taken off, stays."""
    for group in Group:
        members = group.members
        mine = members.c.contact_id == contact_id
        tx.execute(members.delete().where(mine, members.c.state == Membership.SUBSCRIBED.value))
