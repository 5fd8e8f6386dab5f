"""A sync that fills another list from now on, and whom it put on the former one.

Rule: nobody stays on a list, or comes onto another, because nobody thought of
it: whoever gives a sync another list says which of the two it is to be
(daemon/decisions/0027).
"""

from contactd.domain.nouns import Sync
from contactd.domain.refusals import Conflict, Fault
from contactd.domain.words import FormerMembers
from contactd.store import relisting, runs, syncs
from contactd.store.database import Reading, Transaction


def faults(r: Reading, sync: Sync, to: str, former: FormerMembers | None) -> tuple[Fault, ...]:
    """Tell how many contacts *sync* leaves behind on its list, where nobody said what becomes of them."""
    there = 0 if former is not None else relisting.put_there(r, sync)
    if not there:
        return ()
    message = (
        f"the sync '{sync.name}' put {there} contacts on the list '{sync.list}'; say whether they move to '{to}' at "
        "once, and who said no to the one with them (--move), or stay until their record goes (--leave)"
    )
    return (Fault("former_members", message, "MEMBERS_UNDECIDED"),)


def move(tx: Transaction, sync: Sync, to: Sync, *, by: str) -> None:
    """Move whom *sync* put on its list to that of the same sync as it is now, *to*.

    Raises:
        Conflict: a run of it is under way, which would go on filling the former list.
    """
    live = runs.live_of(tx, sync.id)
    if live is not None:
        message = (
            f"run {live.id} of the sync '{sync.name}' still fills the list '{sync.list}'; wait for its end, or cancel "
            f"it with `contactctl runs cancel {live.id}`, then move"
        )
        raise Conflict(message, reason="RUN_LIVE", name=sync.name)
    moved = relisting.put_there(tx, sync)
    relisting.move(tx, sync, to.list_id)
    syncs.tell(tx, "sync_members_moved", to, by=by, contacts=moved)
