"""Addresses that must not get mail. They outlive the contacts, and no run ever lifts one (I4).

Rule: an erased address is known by its keyed hash alone; whoever asks about an
address brings the key that the hash was made with.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, case, select

from contactd.domain.nouns import Suppression
from contactd.domain.refusals import NotFound
from contactd.domain.suppressing import reason_of
from contactd.domain.words import Reason, SetBy, SuppressionKind
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import ANY_TEXT

#: What the key for hashes of erased addresses is derived for.
PURPOSE = "erasure"

#: For the whole workspace, one list or one topic.
WORKSPACE, LIST, TOPIC = "workspace", "list", "topic"

_SUPPRESSION = tables.table(tables.Suppression)
_WORKSPACE = tables.table(tables.Workspace)
_LIST = tables.table(tables.MailingList)
_TOPIC = tables.table(tables.Topic)
_ALL = (
    select(
        _SUPPRESSION,
        _WORKSPACE.c.name.label("workspace"),
        case((_SUPPRESSION.c.scope == LIST, _LIST.c.name), else_=_TOPIC.c.name).label("scope_name"),
    )
    .join(_WORKSPACE, _WORKSPACE.c.id == _SUPPRESSION.c.workspace_id)
    .outerjoin(_LIST, _LIST.c.id == _SUPPRESSION.c.scope_id)
    .outerjoin(_TOPIC, _TOPIC.c.id == _SUPPRESSION.c.scope_id)
    .where(_SUPPRESSION.c.workspace_id == bindparam("workspace"))
)
_BY_ID = _ALL.where(_SUPPRESSION.c.id == bindparam("id"))
_OF_KEY = _ALL.where(_SUPPRESSION.c.email_key == bindparam("key")).order_by(_SUPPRESSION.c.id)
# The erased ones are those without an address, which the index of addresses finds.
_ERASED = "SELECT key_hash FROM suppression WHERE workspace_id = ? AND email_key IS NULL"
_INSERT = _SUPPRESSION.insert()
_AGAINST = (
    "SELECT email_key, kind FROM suppression"
    f" WHERE workspace_id = ? AND scope = '{WORKSPACE}' AND email_key IN {ANY_TEXT}"
)
_SCOPED = (
    "SELECT email_key, kind, scope_id FROM suppression"
    f" WHERE workspace_id = ? AND scope = ? AND email_key IN {ANY_TEXT}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are looked for: all, or those of one address or kind."""

    key: str | None = None
    digest: bytes | None = None
    kind: SuppressionKind | None = None


def erased(r: Reading, workspace_id: int) -> frozenset[bytes]:
    """Give the hashes of all addresses that were erased from a workspace."""
    return frozenset(row[0] for row in r.fast(_ERASED, (workspace_id,)))


def against(r: Reading, workspace_id: int, keys: Collection[str]) -> dict[str, Reason]:
    """Give, of *keys* that get no mail at all, the reason that decides (rows 11 to 13); erased ones aside."""
    kinds: dict[str, set[str]] = {}
    for key, kind in r.fast(_AGAINST, (workspace_id, json.dumps(sorted(keys)))):
        kinds.setdefault(key, set()).add(kind)
    return {key: reason_of(found) for key, found in kinds.items()}


def scoped(r: Reading, workspace_id: int, scope: str, keys: Collection[str]) -> dict[str, dict[int, Reason]]:
    """Give, of *keys* that get nothing of some lists or topics (*scope*), which these are, and why."""
    kinds: dict[str, dict[int, set[str]]] = {}
    for key, kind, which in r.fast(_SCOPED, (workspace_id, scope, json.dumps(sorted(keys)))):
        kinds.setdefault(key, {}).setdefault(which, set()).add(kind)
    return {key: {which: reason_of(found) for which, found in places.items()} for key, places in kinds.items()}


def get(r: Reading, workspace_id: int, number: int) -> Suppression:
    """Give one entry by its number.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"workspace": workspace_id, "id": number})
    if row is None:
        raise NotFound("suppression", str(number))
    return _suppression(row)


def of_key(r: Reading, workspace_id: int, key: str) -> list[Suppression]:
    """Give all entries of an address."""
    return [_suppression(row) for row in r.rows(_OF_KEY, {"workspace": workspace_id, "key": key})]


def page(r: Reading, workspace_id: int, *, wanted: Wanted, after: int = 0, limit: int) -> Sequence[Suppression]:
    """Give up to *limit* of the *wanted* entries by number, those after *after*."""
    query = _ALL.where(_SUPPRESSION.c.id > after).order_by(_SUPPRESSION.c.id).limit(limit)
    if wanted.key is not None:
        query = query.where((_SUPPRESSION.c.email_key == wanted.key) | (_SUPPRESSION.c.key_hash == wanted.digest))
    if wanted.kind is not None:
        query = query.where(_SUPPRESSION.c.kind == wanted.kind.value)
    return [_suppression(row) for row in r.rows(query, {"workspace": workspace_id})]


def add(
    tx: Transaction,
    *,
    workspace_id: int,
    key: str | None,
    kind: SuppressionKind,
    set_by: SetBy,
    scope: str = WORKSPACE,
    scope_id: int | None = None,
    evidence: str = "",
    key_hash: bytes | None = None,
) -> int:
    """Add an entry, and give its number."""
    number = tx.reserve("suppression")
    tx.execute(
        _INSERT.values(
            id=number,
            workspace_id=workspace_id,
            email_key=key,
            key_hash=key_hash,
            kind=kind.value,
            scope=scope,
            scope_id=scope_id,
            set_by=set_by.value,
            evidence=evidence,
            created_at=tx.now,
        )
    )
    return number


def said_by(tx: Transaction, number: int, set_by: SetBy, evidence: str) -> None:
    """Write down that somebody else says the same now."""
    mine = _SUPPRESSION.update().where(_SUPPRESSION.c.id == number)
    tx.execute(mine.values(set_by=set_by.value, evidence=evidence))


def lift(tx: Transaction, number: int) -> None:
    """Take an entry away."""
    tx.execute(_SUPPRESSION.delete().where(_SUPPRESSION.c.id == number))


def _suppression(row: Row[Any]) -> Suppression:
    return Suppression(
        id=row.id,
        workspace=row.workspace,
        email=row.email_key or "",
        digest=row.key_hash.hex() if row.key_hash else "",
        kind=SuppressionKind(row.kind),
        scope=row.scope,
        scope_id=row.scope_id,
        scope_name=row.scope_name or "",
        set_by=SetBy(row.set_by),
        evidence=row.evidence,
        created_at=row.created_at,
    )
