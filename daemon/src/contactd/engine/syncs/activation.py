"""A person lets a sync go on that was made inactive, or that was disconnected.

Rule: the source is asked first (R77, R79): a credential that does not work keeps
the sync where it is.
"""

from contactd.domain.lifecycle import Verb, after
from contactd.domain.nouns import Sync
from contactd.domain.words import Recurrence, SyncState
from contactd.engine.accounts.sources import Sources, check_enabled
from contactd.engine.parts import Parts
from contactd.engine.syncs import wishes
from contactd.engine.syncs.readiness import check_attention
from contactd.engine.syncs.syncs import Seen, seen
from contactd.store import connections, runs, syncs, workspaces
from contactd.store.database import Transaction


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
    if not over and not runs.is_live(tx, sync.id):
        # Where no time is known it was deactivated before it had one: what it has not read yet is read now.
        wishes.make_up(parts, tx, moved, tx.now if sync.next_run_at is None else sync.next_run_at, by=by)
    tx.after_commit(parts.wake)
    return seen(parts, tx, moved)
