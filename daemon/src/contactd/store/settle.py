"""What settle asks of the store: what is parked, what is missing, and the end of a run."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, update

from contactd.domain.ledger import CLAIMED, DELETED, DETACHED, GONE, LEFT, MOVED, PRESENT, Link, Parking
from contactd.domain.words import SyncState
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.known import Scope
from contactd.store.links import LINK, as_link
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, insertion, using
from contactd.store.tables import table

_PARKED = table(tables.Parked)
_LINK = table(tables.Link)
_SYNC = table(tables.Sync)

_HOLDING = ("owner", "stale")
_WORKING = (SyncState.ACTIVE, SyncState.PAUSED)
#: Parked, and yet not without an outcome.
_DECIDED = (LEFT, GONE, PRESENT)
_MISSING = (
    f"SELECT {LINK} FROM link WHERE sync_id = ? AND seen_run <> ? AND state <> 'gone'"
    " AND NOT EXISTS (SELECT 1 FROM parked p WHERE p.run_id = ? AND p.source_id = link.source_id)"
    " ORDER BY source_id LIMIT ?"
)
_MOVING = (
    "SELECT l.contact_id FROM link l JOIN parked p ON p.source_id = l.source_id"
    f" WHERE l.sync_id = ? AND p.run_id = ? AND p.why = '{MOVED}' AND l.contact_id IN {ANY_NUMBER}"
)
_LEFT = f"SELECT record FROM parked WHERE run_id = ? AND why = '{LEFT}' AND email_key IN {ANY_TEXT}"
_CLAIMING = (
    "SELECT source_id, why, email_key, record FROM parked"
    f" WHERE run_id = ? AND why = '{CLAIMED}' AND email_key IN {ANY_TEXT} ORDER BY source_id"
)
# Whose contact has let go of its address already goes on: it would be left without one.
_UNWELCOME = (
    "SELECT p.source_id, p.why, p.email_key, p.record FROM parked p"
    f" WHERE p.run_id = ? AND p.why IN ('{MOVED}', '{CLAIMED}')"
    " AND (EXISTS (SELECT 1 FROM suppression s WHERE s.workspace_id = ? AND s.email_key = p.email_key"
    " AND (s.scope = 'workspace' OR (s.scope = 'list' AND s.scope_id = ?)))"
    " OR EXISTS (SELECT 1 FROM contact c WHERE c.workspace_id = ? AND c.email_key = p.email_key"
    " AND c.subscription_type = 'unsubscribed'))"
    " AND NOT EXISTS (SELECT 1 FROM link l JOIN contact h ON h.id = l.contact_id"
    " WHERE l.sync_id = ? AND l.source_id = p.source_id AND h.email_key IS NULL)"
    " ORDER BY p.source_id LIMIT ?"
)
_AWAITED = (
    f"SELECT l.source_id, p.why FROM link l {using('link_key')} JOIN parked p ON p.source_id = l.source_id"
    f" WHERE l.sync_id = ? AND l.email_key IN {ANY_TEXT} AND p.run_id = ?"
)
_MERGING = (
    "SELECT count(*), count(DISTINCT p.email_key)"
    " FROM parked p JOIN link l ON l.sync_id = ? AND l.source_id = p.source_id"
    f" WHERE p.run_id = ? AND p.why = '{MOVED}' AND l.contact_id IS NOT NULL"
)
# By a contact that stays there, or by a newcomer, who may go before whoever moves there.
_TAKEN = (
    "SELECT count(DISTINCT p.email_key) FROM parked p"
    f" WHERE p.run_id = ? AND p.why = '{MOVED}' AND (EXISTS (SELECT 1 FROM contact c"
    " WHERE c.email_key = p.email_key AND c.workspace_id = ? AND c.status = 'live'"
    " AND c.id NOT IN (SELECT l.contact_id FROM parked m JOIN link l ON l.sync_id = ? AND l.source_id = m.source_id"
    f" WHERE m.run_id = p.run_id AND m.why = '{MOVED}' AND l.contact_id IS NOT NULL))"
    f" OR EXISTS (SELECT 1 FROM parked n WHERE n.run_id = p.run_id AND n.why = '{CLAIMED}'"
    " AND n.email_key = p.email_key))"
)
_ANSWER = insertion(table(tables.Parked), ("run_id", "source_id", "why", "email_key", "record"))
_TAKE = f"DELETE FROM parked WHERE run_id = ? AND source_id IN {ANY_TEXT}"


def parked(r: Reading, scope: Scope, why: str, limit: int) -> list[Parking]:
    """Give up to *limit* records that are parked because of *why*."""
    query = _parked(scope, why).order_by(_PARKED.c.source_id).limit(limit)
    return [_parking(row) for row in r.rows(query)]


def contested(r: Reading, scope: Scope, whys: Sequence[str], limit: int) -> list[Parking]:
    """Give about *limit* records that are parked because of *whys*: all of those that want one address."""
    ordered = _parked(scope, *whys).order_by(_PARKED.c.email_key, _PARKED.c.source_id)
    rows = r.rows(ordered.limit(limit))
    if len(rows) == limit:
        rows = r.rows(ordered.where(_PARKED.c.email_key <= rows[-1].email_key))
    return [_parking(row) for row in rows]


def claiming(r: Reading, scope: Scope, keys: Collection[str]) -> list[Parking]:
    """Give the records that claim one of *keys* and wait for the end."""
    return [Parking(*row) for row in r.fast(_CLAIMING, (scope.run, json.dumps(sorted(keys))))]


def unwelcome(r: Reading, scope: Scope, limit: int) -> list[Parking]:
    """Give up to *limit* records that wait for an address which gets no mail from their sync by now."""
    asked = (scope.run, scope.workspace, scope.list_id, scope.workspace, scope.sync, limit)
    return [Parking(*row) for row in r.fast(_UNWELCOME, asked)]


def _parking(row: Row[Any]) -> Parking:
    return Parking(row.source_id, row.why, row.email_key, row.record)


def _parked(scope: Scope, *whys: str) -> Select[Any]:
    columns = (_PARKED.c.source_id, _PARKED.c.why, _PARKED.c.email_key, _PARKED.c.record)
    return select(*columns).where(_PARKED.c.run_id == scope.run, _PARKED.c.why.in_(whys))


def taken(tx: Transaction, scope: Scope, source_ids: Sequence[str]) -> None:
    """Forget what was parked of *source_ids*: it is decided in this transaction."""
    tx.fast(_TAKE, (scope.run, json.dumps(source_ids)))


def undecided(r: Reading, scope: Scope) -> int:
    """Count the records of a run that have no outcome yet."""
    query = select(func.count()).where(_PARKED.c.run_id == scope.run, _PARKED.c.why.not_in(_DECIDED))
    return int(r.execute(query).scalar_one())


def missing(r: Reading, scope: Scope, limit: int) -> list[Link]:
    """Give links whose record a complete reading did not bring, and that nobody was asked after yet."""
    return [as_link(row) for row in r.fast(_MISSING, (scope.sync, scope.run, scope.run, limit))]


def answered(tx: Transaction, scope: Scope, answers: Iterable[tuple[Link, str]]) -> None:
    """Write down of missing records whether they are `GONE` or `PRESENT`."""
    tx.many(_ANSWER, [(scope.run, link.source_id, why, link.key, b"") for link, why in answers])


def awaited(r: Reading, scope: Scope, keys: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Tell, of the records that carry *keys*, which change their address and which are gone."""
    rows = r.fast(_AWAITED, (scope.sync, json.dumps(sorted(keys)), scope.run))
    movers = frozenset(source_id for source_id, why in rows if why == MOVED)
    return movers, frozenset(source_id for source_id, why in rows if why in {DELETED, DETACHED, GONE})


def moving(r: Reading, scope: Scope, keys: Collection[str], contact_ids: Collection[int]) -> frozenset[int]:
    """Tell which of *contact_ids* were left, or will be, by a record whose address changed from one of *keys*."""
    holders = r.fast(_MOVING, (scope.sync, scope.run, json.dumps(sorted(contact_ids))))
    left = r.fast(_LEFT, (scope.run, json.dumps(sorted(keys))))
    return frozenset(row[0] for row in holders) | {int(record) for (record,) in left if record}


def removals(r: Reading, scope: Scope, *, sweep: bool) -> int:
    """Count the contacts that a run would remove."""
    deleted = _LINK.c.source_id.in_(
        select(_PARKED.c.source_id).where(_PARKED.c.run_id == scope.run, _PARKED.c.why.in_((DELETED, DETACHED, GONE)))
    )
    waiting = _LINK.c.source_id.in_(select(_PARKED.c.source_id).where(_PARKED.c.run_id == scope.run))
    going = or_(deleted, and_(_LINK.c.seen_run != scope.run, ~waiting)) if sweep else deleted
    return int(r.execute(_count(scope).where(going)).scalar_one())


def merged_away(r: Reading, scope: Scope) -> int:
    """Count the contacts that changed addresses would leave behind: all but one for each address they go to.

    And that one too, where somebody who stays has the address already.
    """
    movers, targets = r.fast(_MERGING, (scope.sync, scope.run))[0]
    taken = r.fast(_TAKEN, (scope.run, scope.workspace, scope.sync))[0][0]
    return int(movers - targets + taken)


def holding(r: Reading, scope: Scope) -> int:
    """Count the contacts that a sync holds."""
    return int(r.execute(_count(scope)).scalar_one())


def _count(scope: Scope) -> Select[int]:
    mine = and_(_LINK.c.sync_id == scope.sync, _LINK.c.state.in_(_HOLDING), _LINK.c.contact_id.is_not(None))
    return select(func.count()).select_from(_LINK).where(mine)


def finish_sync(tx: Transaction, scope: Scope, *, watermark: int | None, once: bool) -> None:
    """Move the sync's watermark, never back; one that was to run once is completed."""
    mine = update(_SYNC).where(_SYNC.c.id == scope.sync)
    if watermark is not None:
        behind = or_(_SYNC.c.watermark.is_(None), _SYNC.c.watermark < watermark)
        tx.execute(mine.where(behind).values(watermark=watermark))
    if once:
        tx.execute(mine.where(_SYNC.c.state.in_(_WORKING)).values(state=SyncState.COMPLETED))


def mark_limit(tx: Transaction, scope: Scope, *, reached: bool) -> None:
    """Note whether the last run of the sync met the limit of its workspace."""
    tx.execute(update(_SYNC).where(_SYNC.c.id == scope.sync).values(limit_reached=int(reached)))


def deactivate(tx: Transaction, scope: Scope, reason: str) -> bool:
    """Let the sync wait for a person: its credential was refused. Tell whether it did not do so already."""
    mine = update(_SYNC).where(_SYNC.c.id == scope.sync, _SYNC.c.state.in_(_WORKING))
    done = tx.execute(mine.values(state=SyncState.INACTIVE, inactive_reason=reason, next_run_at=None))
    return done.rowcount > 0


def recurrence_of(r: Reading, scope: Scope) -> str:
    """Tell how often the sync runs by itself."""
    row = r.execute(select(_SYNC.c.schedule).where(_SYNC.c.id == scope.sync)).one()
    return str(json.loads(row.schedule).get("recurrence", "once"))
