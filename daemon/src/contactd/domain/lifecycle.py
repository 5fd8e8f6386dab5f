"""What may be done to a sync in which state, and where that leads: one table.

Rule: a cell is the state that follows, or the sentence that refuses and says
what to do instead. Every verb has a cell for every state (a test counts them).
"""

from enum import StrEnum

from contactd.domain.refusals import Conflict
from contactd.domain.words import SyncState


class Verb(StrEnum):
    """What is done to a sync that exists: by people, except for the last two."""

    EDIT = "edit"
    INITIATE = "initiate"
    PAUSE = "pause"
    RESUME = "resume"
    ACTIVATE = "activate"
    RUN = "run"
    DELETE = "delete"
    UNDELETE = "undelete"
    #: Its credential was replaced or refused, or its account has another address.
    DEACTIVATE = "deactivate"
    #: Its integration is disabled.
    DISCONNECT = "disconnect"


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
_ACTIVATE = (
    "is inactive because its credential was refused or replaced; "
    "see that its connection is authorized, then activate it with `contactctl syncs activate {name}`"
)
_CONNECT = (
    "is disconnected because its integration was disabled; "
    "authorize its connection again, then activate it with `contactctl syncs activate {name}`"
)
_UNDELETE = "is deleted; bring it back with `contactctl syncs undelete {name}`"
_AT_REST = "is completed and runs only when asked to, so there is nothing to pause"
_THERE = "is not deleted, so there is nothing to bring back"
_GOES = "is not inactive, so there is nothing to activate"

TABLE: dict[Verb, dict[SyncState, SyncState | str]] = {
    Verb.EDIT: {
        _DRAFT: _DRAFT,
        _ACTIVE: _ACTIVE,
        _PAUSED: _PAUSED,
        _INACTIVE: _INACTIVE,
        _COMPLETED: _COMPLETED,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    # One that was initiated before is when it was edited since (R53).
    Verb.INITIATE: {
        _DRAFT: _ACTIVE,
        _ACTIVE: _ACTIVE,
        _PAUSED: _RESUME,
        _INACTIVE: _ACTIVATE,
        _COMPLETED: _ACTIVE,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.PAUSE: {
        _DRAFT: "is a draft and does not run yet, so there is nothing to pause",
        _ACTIVE: _PAUSED,
        _PAUSED: "is paused already",
        _INACTIVE: _ACTIVATE,
        _COMPLETED: _AT_REST,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.RESUME: {
        _DRAFT: _INITIATE,
        _ACTIVE: "is not paused, so there is nothing to resume",
        _PAUSED: _ACTIVE,
        _INACTIVE: _ACTIVATE,
        _COMPLETED: "is completed, not paused; run it again with `contactctl syncs run {name}`",
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    # Never by itself: a person says so once the connection can be read again (R77, R79).
    Verb.ACTIVATE: {
        _DRAFT: _INITIATE,
        _ACTIVE: "is active already",
        _PAUSED: _RESUME,
        _INACTIVE: _ACTIVE,
        _COMPLETED: _GOES,
        _DISCONNECTED: _ACTIVE,
        _DELETED: _UNDELETE,
    },
    Verb.RUN: {
        _DRAFT: _INITIATE,
        _ACTIVE: _ACTIVE,
        _PAUSED: _RESUME,
        _INACTIVE: _ACTIVATE,
        _COMPLETED: _COMPLETED,
        _DISCONNECTED: _CONNECT,
        _DELETED: _UNDELETE,
    },
    Verb.DELETE: {
        _DRAFT: _DELETED,
        _ACTIVE: _DELETED,
        _PAUSED: _DELETED,
        _INACTIVE: _DELETED,
        _COMPLETED: _DELETED,
        _DISCONNECTED: _DELETED,
        _DELETED: "is deleted already",
    },
    Verb.UNDELETE: {
        _DRAFT: _THERE,
        _ACTIVE: _THERE,
        _PAUSED: _THERE,
        _INACTIVE: _THERE,
        _COMPLETED: _THERE,
        _DISCONNECTED: _THERE,
        _DELETED: _PAUSED,
    },
    # A person who resumes a paused one says the same as one who activates.
    Verb.DEACTIVATE: {
        _DRAFT: _DRAFT,
        _ACTIVE: _INACTIVE,
        _PAUSED: _PAUSED,
        _INACTIVE: _INACTIVE,
        _COMPLETED: _COMPLETED,
        _DISCONNECTED: _DISCONNECTED,
        _DELETED: _DELETED,
    },
    Verb.DISCONNECT: {
        _DRAFT: _DRAFT,
        _ACTIVE: _DISCONNECTED,
        _PAUSED: _DISCONNECTED,
        _INACTIVE: _DISCONNECTED,
        _COMPLETED: _DISCONNECTED,
        _DISCONNECTED: _DISCONNECTED,
        _DELETED: _DELETED,
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
