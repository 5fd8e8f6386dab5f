"""Why a run waits and until when, as people are told it.

Rule: what is stored is a fact of the run's last attempt; what people want of
its sync may be newer, and a time that it was told to wait for may be over. What
is told is computed from all of these, so it is never what was true a while ago.
"""

from typing import NamedTuple

from contactd.domain.clock import SECOND
from contactd.domain.words import SyncState, Trigger, Waiting

#: The first wait after a fault, and the longest; each one doubles the one before.
_FIRST_WAIT, _LONGEST_WAIT = 5 * SECOND, 3600 * SECOND

#: As many doublings as matter, and more.
_DOUBLINGS = 20


class Waits(NamedTuple):
    """A reason, a sentence where there is one, and a time: 0 is none that is known."""

    reason: str
    message: str
    until: int


#: It waits for people.
_PAUSED = Waits(Waiting.PAUSED, "", 0)

#: It waits for its turn.
_SLOT = Waits(Waiting.SLOT, "", 0)


def goes_on(sync: SyncState, trigger: Trigger) -> bool:
    """Tell whether a run made by *trigger* goes on by itself while its sync is in the state *sync*.

    An undo asks no source and is a person's word: whatever its sync waits for, it does not wait for that.
    """
    asked = sync is SyncState.COMPLETED and trigger is Trigger.MANUAL
    return trigger is Trigger.UNDO or sync is SyncState.ACTIVE or asked


def told(stored: Waits, *, now: int, sync: SyncState, trigger: Trigger) -> Waits:
    """Tell why a run waits *now* that is *stored* as waiting."""
    if not goes_on(sync, trigger):
        return _PAUSED
    return _SLOT if 0 < stored.until <= now else stored


def patience(failures: int, luck: float) -> int:
    """Tell how long to wait after so many *failures* in a row: ever longer, and never all at once.

    *luck*, from 0 to 1, spreads it: from half of the longest wait to all of it.
    """
    longest = min(_FIRST_WAIT * 2 ** min(failures - 1, _DOUBLINGS), _LONGEST_WAIT)
    return int(longest * (1 + luck) / 2)
