"""Syncs whose connection cannot be read as before: they wait until a person activates each by hand.

Rule: nothing brings a sync back by itself; `activation` does when a person says so.
"""

from contactd.domain.nouns import Sync
from contactd.domain.words import Severity
from contactd.engine.parts import Parts
from contactd.store import due, notifications, runs, syncs
from contactd.store.database import Transaction


def deactivate(parts: Parts, tx: Transaction, connection_id: int, reason: str, *, by: str) -> tuple[str, ...]:
    """Make the active syncs of a connection inactive because of *reason*, a clause such as "its key was replaced".

    Gives their names. A run under way goes back to waiting at its next page.
    """
    moved = syncs.deactivate(tx, connection_id, reason, by=by)
    for sync in moved:
        _tell(tx, sync, f"'{sync.name}' is inactive: {reason}. `contactctl syncs activate {sync.name}` lets it go on.")
        live = runs.live_of(tx, sync.id)
        if live is not None:
            due.park(tx, live.id)
            _stop_later(parts, tx, live.id)
    return tuple(sync.name for sync in moved)


def disconnect(parts: Parts, tx: Transaction, connection_id: int, *, by: str) -> tuple[str, ...]:
    """Cut the syncs of a connection off and cancel their runs, since it is disabled (R81). Gives their names."""
    moved = syncs.disconnect(tx, connection_id, by=by)
    for sync in moved:
        _tell(tx, sync, f"'{sync.name}' is disconnected: {sync.inactive_reason}.")
        live = runs.live_of(tx, sync.id)
        if live is not None:
            runs.cancel(tx, live.id, by=by)
            _stop_later(parts, tx, live.id)
    return tuple(sync.name for sync in moved)


def _stop_later(parts: Parts, tx: Transaction, run: int) -> None:
    tx.after_commit(lambda: parts.stop(run))


def _tell(tx: Transaction, sync: Sync, message: str) -> None:
    notifications.create(
        tx,
        workspace_id=sync.workspace_id,
        kind="sync_deactivated",
        severity=Severity.WARNING,
        message=message,
        sync_id=sync.id,
        run_id=None,
    )
