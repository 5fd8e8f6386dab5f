"""Taking a contact field away with all of its values, in steps that hold the store only briefly.

Rule: the field is marked first, so that nobody finds it any more; its row goes
last, which frees its id. What a crash leaves half done is found by the mark.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from contactd.domain.nouns import ContactField
from contactd.domain.words import LIVE_RUNS
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_FIELD = tables.table(tables.ContactField)
_CONTACT = tables.table(tables.Contact)
_SYNC = tables.table(tables.Sync)
_LINE = tables.table(tables.MappingLine)
_RUN = tables.table(tables.Run)

#: Contacts that one step takes.
STEP = 500

# What a sync maps now, and what one of its runs that is not over yet began with.
_USERS = (
    select(_SYNC.c.name)
    .distinct()
    .join(_LINE, _LINE.c.sync_id == _SYNC.c.id)
    .outerjoin(_RUN, and_(_RUN.c.sync_id == _SYNC.c.id, _RUN.c.state.in_(LIVE_RUNS)))
    .where(
        _SYNC.c.workspace_id == bindparam("workspace"),
        _LINE.c.target_field == bindparam("name"),
        or_(_LINE.c.version == _SYNC.c.mapping_version, _LINE.c.version == _RUN.c.mapping_version),
    )
    .order_by(_SYNC.c.name)
)
_MARK = (
    _FIELD.update()
    .where(_FIELD.c.id == bindparam("this"))
    .values(deleted_at=bindparam("now"), version=_FIELD.c.version + 1)
)
_MARKED = select(_FIELD.c.id, _FIELD.c.workspace_id, _FIELD.c.name).where(_FIELD.c.deleted_at.is_not(None))
_FORGET = _FIELD.delete().where(_FIELD.c.id == bindparam("this"), _FIELD.c.deleted_at.is_not(None))
_HOLDERS = (
    select(_CONTACT.c.id, _CONTACT.c.fields, _CONTACT.c.provenance)
    .where(
        _CONTACT.c.workspace_id == bindparam("workspace"),
        _CONTACT.c.id > bindparam("after"),
        or_(_CONTACT.c.fields.like(bindparam("key")), _CONTACT.c.provenance.like(bindparam("key"))),
    )
    .order_by(_CONTACT.c.id)
    .limit(STEP)
)
_WRITE = (
    _CONTACT.update()
    .where(_CONTACT.c.id == bindparam("this"))
    .values(
        fields=bindparam("kept"), provenance=bindparam("origins"), updated_at=bindparam("now"), revision=bindparam("at")
    )
)


class Marked(NamedTuple):
    """A field that is being deleted."""

    id: int
    workspace_id: int
    name: str


def users(r: Reading, field: ContactField) -> Sequence[str]:
    """Name the syncs that map to *field*, or have a run that is not over and does."""
    return [row.name for row in r.rows(_USERS, {"workspace": field.workspace_id, "name": field.name})]


def mark(tx: Transaction, field: ContactField) -> Marked:
    """Let *field* be found no more."""
    tx.execute(_MARK, {"this": field.id, "now": tx.now})
    return Marked(field.id, field.workspace_id, field.name)


def marked(r: Reading) -> Sequence[Marked]:
    """Give every field that is being deleted."""
    return [Marked(row.id, row.workspace_id, row.name) for row in r.rows(_MARKED)]


def erase(tx: Transaction, field: Marked, *, after: int) -> int | None:
    """Take the value of *field* from the next contacts, those with ids above *after*; give the last one's, if any."""
    asked = {"workspace": field.workspace_id, "after": after, "key": f'%"{field.name}"%'}
    rows = tx.rows(_HOLDERS, asked)
    for row in rows:
        kept, origins = _without(row.fields, field.name), row.provenance and _without(row.provenance, field.name)
        tx.execute(_WRITE, {"this": row.id, "kept": kept, "origins": origins, "now": tx.now, "at": tx.revision})
    return rows[-1].id if rows else None


def forget(tx: Transaction, field: Marked) -> None:
    """Take the field itself away: its id is free again."""
    tx.execute(_FORGET, {"this": field.id})


def _without(text: str, name: str) -> str:
    values: dict[str, Any] = json.loads(text)
    values.pop(name, None)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
