"""Topics: what contacts can say yes or no to.

Only who is live counts as subscribed: whom a run removed is still known to
the topics, for an undo of it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from contactd.domain.nouns import Topic
from contactd.domain.refusals import NotFound
from contactd.domain.words import ContactStatus, Membership
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_TOPIC = tables.table(tables.Topic)
_MEMBER = tables.table(tables.TopicMember)
_CONTACT = tables.table(tables.Contact)
_WORKSPACE = tables.table(tables.Workspace)
_SUBSCRIBED = (
    select(func.count())
    .select_from(_MEMBER.join(_CONTACT, _CONTACT.c.id == _MEMBER.c.contact_id))
    .where(_MEMBER.c.topic_id == _TOPIC.c.id, _MEMBER.c.state == Membership.SUBSCRIBED.value)
    .where(_CONTACT.c.status == ContactStatus.LIVE.value)
    .scalar_subquery()
    .label("subscribed")
)
_LIVE = (
    select(_TOPIC, _WORKSPACE.c.name.label("workspace"), _SUBSCRIBED)
    .join(_WORKSPACE, _WORKSPACE.c.id == _TOPIC.c.workspace_id)
    .where(_TOPIC.c.workspace_id == bindparam("workspace_id"), _TOPIC.c.deleted_at.is_(None))
)
_BY_NAME = _LIVE.where(_TOPIC.c.name == bindparam("name"))
_EVERY = _LIVE.order_by(_TOPIC.c.name)
_PAGE = _LIVE.where(_TOPIC.c.name > bindparam("after")).order_by(_TOPIC.c.name).limit(bindparam("limit"))
_TAKEN = select(_TOPIC.c.id).where(
    _TOPIC.c.workspace_id == bindparam("workspace_id"), _TOPIC.c.name == bindparam("name")
)
_INSERT = _TOPIC.insert()
_THIS = _TOPIC.update().where(_TOPIC.c.id == bindparam("this"))


def get(r: Reading, workspace_id: int, name: str) -> Topic:
    """Give the topic called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name})
    if row is None:
        raise NotFound("topic", name, _not_there(r, workspace_id, name))
    return _topic(row)


def _not_there(r: Reading, workspace_id: int, name: str) -> str:
    if taken(r, workspace_id, name):
        return f"the topic '{name}' was deleted; name another one, `contactctl topics list` shows those there are"
    return f"no topic is called '{name}'; make it with `contactctl topics create {name}`"


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a topic, deleted ones too, has *name*."""
    return r.first(_TAKEN, {"workspace_id": workspace_id, "name": name}) is not None


def page(r: Reading, workspace_id: int, *, after: str = "", limit: int) -> Sequence[Topic]:
    """Give up to *limit* topics by name, those after *after*."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    return [_topic(row) for row in r.rows(_PAGE, asked)]


def every(r: Reading, workspace_id: int) -> Sequence[Topic]:
    """Give all topics of a workspace by name."""
    return [_topic(row) for row in r.rows(_EVERY, {"workspace_id": workspace_id})]


def ids(r: Reading, workspace_id: int) -> dict[str, int]:
    """Give the ids of all topics by name, deleted ones too."""
    rows = r.rows(select(_TOPIC.c.name, _TOPIC.c.id).where(_TOPIC.c.workspace_id == workspace_id))
    return {row.name: row.id for row in rows}


def create(tx: Transaction, *, workspace_id: int, name: str, title: str) -> Topic:
    """Make a topic; its name must be free."""
    tx.execute(
        _INSERT.values(
            id=tx.reserve("topic"),
            workspace_id=workspace_id,
            name=name,
            title=title,
            created_at=tx.now,
        )
    )
    return get(tx, workspace_id, name)


def change(tx: Transaction, topic: Topic, **values: str) -> Topic:
    """Set columns of a topic, which then has a new version."""
    tx.execute(_THIS.values(version=_TOPIC.c.version + 1, **values), {"this": topic.id})
    return get(tx, topic.workspace_id, topic.name)


def delete(tx: Transaction, topic: Topic) -> None:
    """Let a topic be found no more; its id stays taken, and its members stay where they are."""
    tx.execute(_THIS.values(version=_TOPIC.c.version + 1, deleted_at=tx.now), {"this": topic.id})


def tell(tx: Transaction, kind: str, topic: Topic, *, by: str) -> None:
    """Write an event: *kind* happened to *topic*."""
    subject = f"workspaces/{topic.workspace}/topics/{topic.name}"
    tx.tell(kind, subject, workspace=topic.workspace_id, actor=by)


def _topic(row: Row[Any]) -> Topic:
    return Topic(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        name=row.name,
        title=row.title,
        subscribed=row.subscribed,
        version=row.version,
        created_at=row.created_at,
    )
