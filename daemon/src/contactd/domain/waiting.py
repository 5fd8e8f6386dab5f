"""Why a run waits and until when, as people are told it.

Rule: what is stored is a fact of the run's last attempt; what people want of
its sync may be newer, and a time that it was told to wait for may be over. What
is told is computed from all of these, so it is never what was true a while ago.
"""

from collections.abc import Collection
from typing import NamedTuple

from contactd.domain.clock import SECOND
from contactd.domain.nouns import Daemon
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


def told(stored: Waits, *, now: int, sync: SyncState, trigger: Trigger, nobody: str = "") -> Waits:
    """Tell why a run waits *now* that is *stored* as waiting; *nobody* says that no daemon can carry it, if so."""
    if not goes_on(sync, trigger):
        return _PAUSED
    if nobody:
        # Whatever else it waits for passes by itself, and this does not.
        return Waits(Waiting.DAEMON_AWAY, nobody, 0)
    return _SLOT if 0 < stored.until <= now else stored


def nobody_for(kind: str, daemons: Collection[Daemon]) -> str:
    """Say that none of *daemons* can carry a run that reads a *kind* of source, and what to do; nothing if one can.

    Where none of them is there nothing is known, such as just after their server was started again.
    """
    there = [daemon for daemon in daemons if daemon.there]
    carriers = [daemon for daemon in there if daemon.role.carries]
    if not there or any(kind in daemon.kinds for daemon in carriers):
        return ""
    if not carriers:
        return "no daemon that carries runs is there; start one with `--role worker` or `--role all`"
    return (
        f"no daemon that carries runs has the plugin for '{kind}'; install it beside one, mend it there if its log"
        " says `plugin_quarantined`, or start one that has it. `contactctl daemons list` shows who has what"
    )


def patience(failures: int, luck: float) -> int:
    """Tell how long to wait after so many *failures* in a row: ever longer, and never all at once.

    *luck*, from 0 to 1, spreads it: from half of the longest wait to all of it.
    """
    longest = min(_FIRST_WAIT * 2 ** min(failures - 1, _DOUBLINGS), _LONGEST_WAIT)
    return int(longest * (1 + luck) / 2)
