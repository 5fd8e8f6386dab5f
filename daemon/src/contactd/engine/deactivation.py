"""Syncs whose connection cannot be read as before: they wait until a person activates each by hand.

Rule: nothing brings a sync back by itself. `activate` does when a person says
so, and asks the source first (R77, R79).
"""

from contactd.domain.lifecycle import Verb, after
from contactd.domain.nouns import Sync
from contactd.domain.words import Recurrence, Severity, SyncState
from contactd.engine import wishes
from contactd.engine.parts import Parts
from contactd.engine.readiness import check_attention
from contactd.engine.sources import Sources, check_enabled
from contactd.engine.syncs import Seen, seen
from contactd.store import connections, due, notifications, runs, syncs, workspaces
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
            runs.cancel(tx, live.id)
            _stop_later(parts, tx, live.id)
    return tuple(sync.name for sync in moved)


def activate(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> Seen:
    """Let an inactive or disconnected sync go on, once its source has answered.

    Raises:
        Conflict: it is neither, wants attention, or its connection cannot be read.
        Away: the source does not answer.
    """
    with parts.database.reading() as r:
        sync = syncs.get(r, workspaces.get(r, workspace).id, name)
        after(Verb.ACTIVATE, sync.state, name)
    # Verified by use: a credential that is refused is refused here.
    Sources(parts).fields(sync.connection_id, sync.module)
    with parts.database.transaction() as tx:
        sync = wishes.current(tx, workspace, name, etag)
        after(Verb.ACTIVATE, sync.state, name)
        check_enabled(connections.by_id(tx, sync.connection_id))
        check_attention(parts, tx, sync)
        return _go_on(parts, tx, sync, by=by)


def _go_on(parts: Parts, tx: Transaction, sync: Sync, *, by: str) -> Seen:
    """Let *sync* go on where it was: with its waiting run, else with one for what it missed."""
    over = sync.schedule.recurrence is Recurrence.ONCE and syncs.was_read(tx, sync.id)
    state = SyncState.COMPLETED if over else after(Verb.ACTIVATE, sync.state, sync.name)
    moved = wishes.move_on(tx, sync, state, by=by)
    runs.release_paused(tx, sync.id)
    if not over and runs.live_of(tx, sync.id) is None:
        # Where no time is known it was deactivated before it had one: what it has not read yet is read now.
        wishes.make_up(parts, tx, moved, tx.now if sync.next_run_at is None else sync.next_run_at, by=by)
    tx.after_commit(parts.wake)
    return seen(parts, tx, moved)


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
