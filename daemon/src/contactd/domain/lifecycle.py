"""What may be done to a sync in which state, and where that leads: one table.

Rule: a cell is the state that follows, or the sentence that refuses and says
what to do instead. Every verb has a cell for every state (a test counts them).
"""

from enum import StrEnum

from contactd.domain.refusals import Conflict
from contactd.domain.words import SyncState


class Verb(StrEnum):
    """What people do to a sync that exists."""

    MAP = "map"
    INITIATE = "initiate"
    PAUSE = "pause"
    RESUME = "resume"
    RUN = "run"


_DRAFT, _ACTIVE, _PAUSED, _INACTIVE, _COMPLETED, _DISCONNECTED, _DELETED = (
    SyncState.DRAFT,
    SyncState.ACTIVE,
    SyncState.PAUSED,
    SyncState.INACTIVE,
    SyncState.COMPLETED,
    SyncState.DISCONNECTED,
    SyncState.DELETED,
)

_INITIATE = "is a draft; initiate it first with `contactctl syncs initiate {name}`"
_RESUME = "is paused; resume it with `contactctl syncs resume {name}`"
_AUTHORIZE_FIRST = (
    "is inactive because its credential was refused or replaced; "
    "authorize its connection again, then resume it with `contactctl syncs resume {name}`"
)
_CONNECT = "is disconnected because its integration was disabled; make a new connection and a new sync"
_UNDELETE = "is deleted; make a new one"
_RUN = "was initiated already; run it with `contactctl syncs run {name}`"
_AT_REST = "is completed and runs only when asked to, so there is nothing to pause"

TABLE: dict[Verb, dict[SyncState, SyncState | str]] = {
    Verb.MAP: {
        _DRAFT: _DRAFT,
        _ACTIVE: _ACTIVE,
        _PAUSED: _PAUSED,
        _INACTIVE: _INACTIVE,
        _COMPLETED: _COMPLETED,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.INITIATE: {
        _DRAFT: _ACTIVE,
        _ACTIVE: _RUN,
        _PAUSED: _RESUME,
        _INACTIVE: _AUTHORIZE_FIRST,
        _COMPLETED: _RUN,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.PAUSE: {
        _DRAFT: "is a draft and does not run yet, so there is nothing to pause",
        _ACTIVE: _PAUSED,
        _PAUSED: "is paused already",
        _INACTIVE: _AUTHORIZE_FIRST,
        _COMPLETED: _AT_REST,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.RESUME: {
        _DRAFT: _INITIATE,
        _ACTIVE: "is not paused, so there is nothing to resume",
        _PAUSED: _ACTIVE,
        # Never by itself: a person says so once the connection can be read again.
        _INACTIVE: _ACTIVE,
        _COMPLETED: "is completed, not paused; run it again with `contactctl syncs run {name}`",
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.RUN: {
        _DRAFT: _INITIATE,
        _ACTIVE: _ACTIVE,
        _PAUSED: _RESUME,
        _INACTIVE: _AUTHORIZE_FIRST,
        _COMPLETED: _COMPLETED,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
}


def after(verb: Verb, state: SyncState, name: str) -> SyncState:
    """Tell which state the sync *name* is in once *verb* is done to it.

    Raises:
        Conflict: its *state* does not allow it.
    """
    cell = TABLE[verb][state]
    if isinstance(cell, SyncState):
        return cell
    raise Conflict(f"the sync '{name}' {cell.format(name=name)}", sync=name, state=state)
