"""Contacts as people change them: rows written one at a time, outside of any run.

Rule: whatever a person changes, the links concerned forget the hash of their
record in the same transaction, so that no run takes the record for unchanged
(daemon/REQUIREMENTS.md 1.2, "Link"); and no run counts as the last that
touched the contact.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from contactd.domain.changes import Change
from contactd.domain.words import ContactStatus, SubscriptionType
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import ANY_NUMBER, ANY_TEXT
from contactd_sdk import Value

#: What `provenance` says of a value that a person wrote.
MANUAL = "manual"

_CONTACT = tables.table(tables.Contact)
_CHANGE = tables.table(tables.HandChange)
_MINE = _CONTACT.c.id == bindparam("contact")
_PROVENANCE = select(_CONTACT.c.provenance).where(_MINE)
_MARKETING = select(func.count()).where(
    _CONTACT.c.workspace_id == bindparam("workspace"),
    _CONTACT.c.status == ContactStatus.LIVE.value,
    _CONTACT.c.subscription_type == SubscriptionType.MARKETING.value,
)
_FORGET_HELD = f"UPDATE link SET content_hash = NULL WHERE contact_id IN {ANY_NUMBER}"
_CARRY = "UPDATE link SET email_key = ? WHERE contact_id = ? AND state IN ('owner', 'stale')"
_LET_GO = (
    "UPDATE link SET state = 'skipped', contact_id = NULL, email_key = NULL, content_hash = NULL WHERE contact_id = ?"
)
_FORGET_CARRIED = (
    "UPDATE link SET content_hash = NULL WHERE sync_id IN (SELECT id FROM sync WHERE workspace_id = ?)"
    f" AND email_key IN {ANY_TEXT}"
)


def add(
    tx: Transaction,
    *,
    workspace_id: int,
    email: str,
    key: str,
    fields: Mapping[str, Value],
    provenance: Mapping[str, Any],
    subscription_type: SubscriptionType,
    lawful_basis: str,
) -> int:
    """Make a contact that a person holds, and give its number."""
    number = tx.reserve("contact")
    tx.execute(
        _CONTACT.insert().values(
            id=number,
            workspace_id=workspace_id,
            email=email,
            email_key=key,
            fields=_json(fields),
            provenance=_json(provenance) if provenance else None,
            subscription_type=subscription_type.value,
            lawful_basis=lawful_basis,
            manual=1,
            created_at=tx.now,
            updated_at=tx.now,
            revision=tx.revision,
        )
    )
    return number


def save(tx: Transaction, contact_id: int, **columns: Any) -> None:
    """Write *columns* of a contact; `fields` and `provenance` as mappings."""
    for name in ("fields", "provenance"):
        if columns.get(name) is not None:
            columns[name] = _json(columns[name])
    mine = _CONTACT.update().where(_CONTACT.c.id == contact_id)
    tx.execute(mine.values(touched_run=None, updated_at=tx.now, revision=tx.revision, **columns))


def carry(tx: Transaction, contact_id: int, key: str) -> None:
    """Let the records that hold a contact count as if they carried *key*, the address it was given by hand."""
    tx.fast(_CARRY, (key, contact_id))


def give_up_key(tx: Transaction, contact_id: int) -> None:
    """Take the address from a deleted contact, and from the records that held it: another contact has it now (I3)."""
    save(tx, contact_id, email_key=None)
    tx.fast(_LET_GO, (contact_id,))


def provenance(r: Reading, contact_id: int) -> dict[str, Any]:
    """Tell where the values of a contact come from, as it is stored."""
    row = r.first(_PROVENANCE, {"contact": contact_id})
    return json.loads(row.provenance) if row is not None and row.provenance else {}


def marketed(r: Reading, workspace_id: int) -> int:
    """Count the contacts that the contact limit counts: those that are there and get marketing mail."""
    return int(r.execute(_MARKETING, {"workspace": workspace_id}).scalar_one())


def forget_hashes(
    tx: Transaction, workspace_id: int, *, contacts: Collection[int] = (), keys: Collection[str] = ()
) -> None:
    """Let the next run look afresh at the records that hold *contacts* or carry *keys*."""
    if contacts:
        tx.fast(_FORGET_HELD, (json.dumps(sorted(contacts)),))
    if keys:
        tx.fast(_FORGET_CARRIED, (workspace_id, json.dumps(sorted(keys))))


def _json(values: Mapping[str, Any] | Sequence[Change]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def remember(tx: Transaction, contact_id: int, changes: Sequence[Change]) -> None:
    """Keep what a person changed beside the event that was just told, with before and after."""
    if changes:
        values = {"revision": tx.revision, "contact_id": contact_id, "changes": _json(changes), "created_at": tx.now}
        tx.execute(_CHANGE.insert().values(**values))


def remembered(r: Reading, contact_id: int) -> dict[int, list[Change]]:
    """Give what people changed of a contact, by the revision of the event."""
    rows = r.rows(select(_CHANGE).where(_CHANGE.c.contact_id == contact_id))
    return {row.revision: [Change(*change) for change in json.loads(row.changes)] for row in rows}
