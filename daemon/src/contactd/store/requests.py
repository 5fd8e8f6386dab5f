"""The first answers to request ids, kept for a day."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from contactd.domain.clock import SECOND
from contactd.store import tables
from contactd.store.database import Reading, Transaction

#: How long an answer is given again.
KEPT = 24 * 3600 * SECOND

_REQUEST = tables.table(tables.Request)
_FIND = select(_REQUEST.c.body_hash, _REQUEST.c.answer).where(
    _REQUEST.c.actor == bindparam("actor"),
    _REQUEST.c.request_id == bindparam("request_id"),
    _REQUEST.c.created_at > bindparam("since"),
)
_FORGET = _REQUEST.delete().where(_REQUEST.c.created_at <= bindparam("until"))
_INSERT = _REQUEST.insert()


class Answered(NamedTuple):
    """A request that was answered before: what it asked for, as a hash, and the answer."""

    body_hash: bytes
    answer: bytes


def find(r: Reading, actor: str, request_id: str) -> Answered | None:
    """Give what *actor* was answered to *request_id* within the last day."""
    row = r.first(_FIND, {"actor": actor, "request_id": request_id, "since": r.now - KEPT})
    return None if row is None else Answered(row.body_hash, row.answer)


def keep(tx: Transaction, actor: str, request_id: str, answered: Answered) -> None:
    """Write down an answer, and forget those that are too old to be asked for."""
    tx.execute(_FORGET, {"until": tx.now - KEPT})
    tx.execute(
        _INSERT.values(
            actor=actor,
            request_id=request_id,
            body_hash=answered.body_hash,
            answer=answered.answer,
            created_at=tx.now,
        )
    )
