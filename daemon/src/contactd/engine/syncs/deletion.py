"""Deleting a sync, and bringing it back for as long as that is possible.

Rule: its contacts, its runs and its name stay. What it linked is not touched,
so that a sync which is brought back goes on where it was.
"""

from contactd.domain.clock import SECOND
from contactd.domain.lifecycle import Verb, after
from contactd.domain.refusals import Conflict
from contactd.domain.words import SyncState
from contactd.engine.parts import Parts
from contactd.engine.syncs import wishes
from contactd.engine.syncs.syncs import Seen, check_room, seen
from contactd.store import runs, syncs, workspaces

#: How long a deleted sync can be brought back, microseconds.
KEPT = 30 * 24 * 3600 * SECOND


def delete(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> Seen:
    """Delete a sync; a run of it is cancelled.

    Raises:
        Conflict: it is deleted already.
    """
    with parts.database.transaction() as tx:
        sync = wishes.current(tx, workspace, name, etag)
        after(Verb.DELETE, sync.state, name)
        deleted = syncs.delete(tx, sync, by=by)
        live = runs.live_of(tx, sync.id)
        if live is not None:
            runs.cancel(tx, live.id, by=by)
            tx.after_commit(lambda: parts.stop(live.id))
        return seen(parts, tx, deleted)


def undelete(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> Seen:
    """Bring a deleted sync back: paused, or as a draft where it never began.

    Raises:
        Conflict: it is not deleted, was too long ago, or its connection has as many syncs as its edition allows.
    """
    with parts.database.transaction() as tx:
        sync = wishes.current(tx, workspace, name, etag)
        state = after(Verb.UNDELETE, sync.state, name)
        if sync.deleted_at is not None and sync.deleted_at + KEPT <= tx.now:
            message = f"the sync '{name}' was deleted more than 30 days ago; make a new one"
            raise Conflict(message, reason="DELETED_TOO_LONG_AGO", name=name)
        check_room(tx, workspaces.by_id(tx, sync.workspace_id), sync.connection_id, sync.connection)
        # A pause is for what ran before.
        begun = runs.last_of(tx, sync.id) is not None
        return seen(parts, tx, syncs.undelete(tx, sync, state if begun else SyncState.DRAFT, by=by))
