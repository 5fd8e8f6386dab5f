"""Editing a sync: everything of it but where its records come from and which of them it wants (I6).

Rule: an edit counts from the next run on. Where it changes what becomes of
records that are here already, it makes a new version of the mapping, and with
that the next run reads all of them again (daemon/REQUIREMENTS.md 1.5, "Runs").
"""

from collections.abc import Callable, Collection
from dataclasses import fields, replace
from functools import partial

from contactd.domain.due import Due, next_due, usual_sweep
from contactd.domain.lifecycle import Verb, after
from contactd.domain.nouns import Connection, Sync, Workspace
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.schedule import faults as schedule_faults
from contactd.domain.words import FormerMembers, Recurrence, SyncState
from contactd.engine.accounts.sources import Sources
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.engine.syncs import relisting, terms, wishes
from contactd.engine.syncs.syncs import Seen, seen, tells_deletions
from contactd.engine.syncs.terms import Terms
from contactd.store import connections, mappings, runs, syncs, workspaces
from contactd.store.database import Transaction

#: What an edit of each of the terms writes, and whether old records want to be read again for it.
_WRITES: dict[str, tuple[str, bool]] = {
    "description": ("description", False),
    "list": ("list_id", True),
    "subscription_type": ("subscription_type", True),
    "topics": ("topics", True),
    "lawful_basis": ("lawful_basis", True),
    "update_empty": ("update_empty", True),
    "schedule": ("schedule", False),
    "sweep_schedule": ("sweep_schedule", False),
    "misfire": ("misfire", False),
    "misfire_grace": ("misfire_grace", False),
    "retrieve_after": ("retrieve_after", True),
    "policies": ("policies", True),
}

#: Terms that are checked together.
_TIMES = frozenset({"schedule", "sweep_schedule"})

#: How one of the terms is called in the contract, where that is not its name.
_PATHS = {"update_empty": "update_empty_values"}


def edit(
    parts: Parts,
    workspace: str,
    name: str,
    change: Callable[[Terms], Terms],
    *,
    former: FormerMembers | None = None,
    sweep_chosen: bool = False,
    etag: str = "",
    by: str,
    asking: Asking = UNNAMED,
) -> Seen:
    """Give the sync *name* the terms that *change* makes of its present ones.

    *former*: what becomes of those whom it put on its list, where that becomes another one.
    *sweep_chosen*: whether somebody says when it is swept, be it never.

    Raises:
        Invalid: with every fault of what is changed, and where *former* is not said.
        Conflict: its state does not allow it, its source cannot be asked for its fields, or a run is under way
            and contacts are to move.
        Stale: it was changed since *etag*.
    """
    with parts.database.reading() as r:
        sync = syncs.get(r, workspaces.get(r, workspace).id, name)
        connection = connections.by_id(r, sync.connection_id)
    faults = _date_faults(parts, sync, change(terms.of(sync)))
    wanted = change if sweep_chosen else partial(_followed, parts, connection, change)
    with parts.database.transaction() as tx:
        edited = partial(_edit, parts, tx, workspace, name, wanted, faults, former=former, etag=etag, by=by)
        return once(tx, asking, by, Seen, edited)


def _date_faults(parts: Parts, sync: Sync, wanted: Terms) -> tuple[Fault, ...]:
    """Ask the source for its fields where the sync begins to recur."""
    recurs = wanted.schedule.recurrence is not Recurrence.ONCE
    if not recurs or sync.schedule.recurrence is not Recurrence.ONCE:
        return ()
    return terms.date_faults(wanted, Sources(parts).fields(sync.connection_id, sync.module))


def _edit(
    parts: Parts,
    tx: Transaction,
    workspace: str,
    name: str,
    change: Callable[[Terms], Terms],
    faults: tuple[Fault, ...],
    *,
    former: FormerMembers | None,
    etag: str,
    by: str,
) -> Seen:
    sync = wishes.current(tx, workspace, name, etag)
    after(Verb.EDIT, sync.state, name)
    before, home = terms.of(sync), workspaces.get(tx, workspace)
    wanted = change(before)
    changed = [one.name for one in fields(Terms) if getattr(before, one.name) != getattr(wanted, one.name)]
    faults += _about(changed, terms.faults(tx, home, wanted, created_at=sync.created_at))
    if "list" in changed:
        faults += relisting.faults(tx, sync, wanted.list, former)
    if faults:
        raise Invalid(*faults)
    edited = _write(tx, sync, home, wanted, changed, by=by) if changed else sync
    if "list" in changed and former is FormerMembers.MOVE:
        relisting.move(tx, sync, edited, by=by)
    return seen(parts, tx, edited)


def _followed(parts: Parts, connection: Connection, change: Callable[[Terms], Terms], before: Terms) -> Terms:
    """Let the usual sweeps begin with a sync that begins to recur, and go along with a schedule that is changed."""
    wanted = change(before)
    if wanted.schedule == before.schedule or schedule_faults(wanted.schedule):
        return wanted
    usual = before.sweep_schedule == usual_sweep(before.schedule)
    if before.schedule.recurrence is Recurrence.ONCE:
        usual = not tells_deletions(parts, connection)
    if not usual:
        return wanted
    return replace(wanted, sweep_schedule=usual_sweep(wanted.schedule))


def _about(changed: Collection[str], faults: Collection[Fault]) -> tuple[Fault, ...]:
    """Keep the *faults* of what was *changed*: what else is wrong was so before, and stands in no way."""
    names = {*changed, *(_TIMES if _TIMES & set(changed) else ())}
    roots = {f"sync.{_PATHS.get(name, name)}" for name in names}
    return tuple(fault for fault in faults if _root(fault.field) in roots)


def _root(path: str) -> str:
    """Give the field of the sync that *path* leads into: `sync.topics` of `sync.topics[1]`."""
    return ".".join(path.partition("[")[0].split(".")[:2])


def _write(tx: Transaction, sync: Sync, home: Workspace, wanted: Terms, changed: Collection[str], *, by: str) -> Sync:
    list_id = None if "list" in changed else sync.list_id
    columns = syncs.columns(**terms.stored(tx, home, wanted, created_at=sync.created_at, list_id=list_id))
    values = {_WRITES[name][0]: columns[_WRITES[name][0]] for name in changed}
    paths = ",".join(_PATHS.get(name, name) for name in changed)
    state, due = _state(tx, sync, wanted), _due(tx, sync, wanted, changed)
    edited = syncs.edit(tx, sync, values, state, due=due, by=by, changed=paths)
    if sync.state is SyncState.DRAFT or not any(_WRITES[name][1] for name in changed):
        return edited
    mappings.replace(tx, edited, mappings.of(tx, edited).lines, by=by)
    return syncs.by_id(tx, sync.id)


def _due(tx: Transaction, sync: Sync, wanted: Terms, changed: Collection[str]) -> Due:
    """Tell when an edited sync is due; a new schedule counts from now."""
    if _TIMES & set(changed) and sync.state in {SyncState.ACTIVE, SyncState.PAUSED, SyncState.INACTIVE}:
        return next_due(wanted.schedule, wanted.sweep_schedule, tx.now)
    return Due(sync.next_run_at, sync.next_sweep_at)


def _state(tx: Transaction, sync: Sync, wanted: Terms) -> SyncState:
    """Tell the state after an edit: one that is to run once, and was read, is completed."""
    over = wanted.schedule.recurrence is Recurrence.ONCE and sync.state is SyncState.ACTIVE
    if over and syncs.was_read(tx, sync.id) and not runs.is_live(tx, sync.id):
        return SyncState.COMPLETED
    return sync.state
