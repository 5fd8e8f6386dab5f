"""What a run did not take, for people: skipped and failed records with their reasons.

Rule: who won an address is looked up when it is shown, never stored, because
ownership moves on (daemon/REQUIREMENTS.md 1.5, row 14).
"""

import json
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from contactd.domain.nouns import RecordOutcome, SkippedRecord
from contactd.domain.words import LinkState, Outcome, Reason
from contactd.store import tables
from contactd.store.database import Reading

_OUTCOME = tables.table(tables.OutcomeRow)
_LINK = tables.table(tables.Link)

_WINNER = and_(
    _OUTCOME.c.reason == Reason.FILE_DUPLICATE,
    _LINK.c.sync_id == bindparam("sync"),
    _LINK.c.email_key == _OUTCOME.c.email_key,
    _LINK.c.state == LinkState.OWNER,
)
_ALL = (
    select(_OUTCOME, _LINK.c.source_id.label("winner"))
    .outerjoin(_LINK, _WINNER)
    .where(
        _OUTCOME.c.run_id == bindparam("run"),
        _OUTCOME.c.sequence > bindparam("after"),
    )
    .order_by(_OUTCOME.c.sequence)
    .limit(bindparam("limit"))
)

_SKIPPED = _ALL.where(_OUTCOME.c.outcome.in_((Outcome.SKIPPED, Outcome.FAILED)))
_WARNED = _ALL.where(_OUTCOME.c.outcome.in_((Outcome.ADDED, Outcome.READDED, Outcome.UPDATED)), _OUTCOME.c.detail != "")


def skipped(
    r: Reading, *, run_id: int, sync_id: int, after: int, limit: int, warned: bool = False
) -> list[SkippedRecord]:
    """Give records that the run did not take, in the order they were read, from behind *after*.

    With *warned*, those that it took with a warning instead.

    What the ledger keeps beside a reason is their *suggestion*: the mended
    address, the field that was refused, or the raw text of what could not be read.
    """
    rows = r.rows(_WARNED if warned else _SKIPPED, {"run": run_id, "sync": sync_id, "after": after, "limit": limit})
    return [SkippedRecord(sequence=row.sequence, at=row.created_at, record=_record(row)) for row in rows]


def _record(row: Row[Any]) -> RecordOutcome:
    return RecordOutcome(
        source_id=row.source_id,
        title=row.title,
        address=row.address,
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason),
        suggestion=row.detail,
        winner=row.winner or "",
        contact_id=row.contact_id,
        values=json.loads(row.mapped) if row.mapped else {},
    )
