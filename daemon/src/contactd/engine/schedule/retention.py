"""What is over is forgotten, when it has been kept for as long as it is to be.

Rule: a little at a time, at the lowest urgency, and idempotent: each batch is a
transaction that lets writers who answer a caller go first, and what is left is
found again the next time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from contactd.domain.clock import SECOND
from contactd.engine.syncs.deletion import KEPT as DELETED_KEPT
from contactd.store import requests, retention, shelf
from contactd.store.database import Database, Transaction

log = structlog.get_logger()

#: Rows that one transaction takes at most, and transactions in one go: the next go is half a minute later.
_BATCH, _BATCHES = 500, 40


@dataclass(frozen=True, slots=True)
class Kept:
    """How long events, the ledgers of runs and notifications are kept."""

    events: timedelta = timedelta(days=90)
    outcomes: timedelta = timedelta(days=90)
    notifications: timedelta = timedelta(days=365)


class Pruner:
    """Forgets what is over; `prune` is called now and then."""

    def __init__(self, database: Database, kept: Kept, *, batch: int = _BATCH, batches: int = _BATCHES) -> None:
        self._database = database
        self._kept = kept
        self._batch = batch
        self._batches = batches

    def prune(self) -> None:
        """Forget what is too old, no more than some batches of it."""
        left = self._batches
        taken: dict[str, int] = {}
        for what, step in self._steps().items():
            while left:
                with self._database.transaction(durable=False) as tx:
                    rows = step(tx)
                if not rows:
                    break
                left -= 1
                taken[what] = taken.get(what, 0) + rows
        if taken:
            log.info("ledger_pruned", **taken)

    def _steps(self) -> dict[str, Callable[[Transaction], int]]:
        now, kept, limit = self._database.clock(), self._kept, self._batch
        gone = now - DELETED_KEPT
        return {
            "links": lambda tx: retention.links(tx, gone=gone, limit=limit),
            "outcomes": lambda tx: retention.ledgers(tx, before=now - _micros(kept.outcomes), gone=gone, limit=limit),
            "events": lambda tx: retention.events(tx, before=now - _micros(kept.events), limit=limit),
            "notifications": lambda tx: retention.notifications(
                tx, before=now - _micros(kept.notifications), limit=limit
            ),
            "shelf": lambda tx: shelf.prune(tx, limit=limit),
            "requests": lambda tx: retention.requests(tx, before=now - requests.KEPT, limit=limit),
        }


def _micros(time: timedelta) -> int:
    return int(time.total_seconds() * SECOND)
