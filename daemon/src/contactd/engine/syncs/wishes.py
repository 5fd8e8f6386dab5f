"""What people want of syncs and runs: initiate, pause, resume, run, cancel, confirm, reject, undo.

Rule: the wish is stored first, and whoever carries it out is told once it is
true. A crash in between loses nothing: the wish is found when the run, or the
clock, looks next.
"""

from collections.abc import Callable, Collection
from functools import partial

from contactd.domain.due import Fate, fate, next_due
from contactd.domain.lifecycle import Verb, after
from contactd.domain.nouns import Run, Sync
from contactd.domain.refusals import Conflict, Invalid, NotFound, Stale
from contactd.domain.words import LIVE_RUNS, Mode, RunState, SyncState, Trigger
from contactd.engine.accounts.sources import check_enabled
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.engine.syncs import readiness
from contactd.engine.syncs.syncs import Seen, attention, seen
from contactd.store import connections, due, runs, syncs, workspaces
from contactd.store.database import Transaction
from contactd.store.effects import EFFECTIVE
from contactd.store.undo import undone_by

#: As the name of a sync: whichever one the run is of.
ANY = "-"


def initiate(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    acknowledged: Collection[str] = (),
    etag: str = "",
    by: str,
    asking: Asking = UNNAMED,
) -> Seen:
    """Turn a draft into an active sync, and start its first run at once (R23).

    Of one that was edited since its last reading, start a run that reads all again (R53).

    Raises:
        Invalid: with all that is wrong with it, or was not acknowledged.
        Conflict: its state does not allow it, or nothing of it was edited.
    """

    def change() -> Seen:
        sync = current(tx, workspace, name, etag)
        state = after(Verb.INITIATE, sync.state, name)
        checked = readiness.check(parts, tx, sync)
        if checked.faults:
            raise Invalid(*checked.faults)
        readiness.check_acknowledged(checked.warnings, acknowledged)
        trigger = Trigger.FIRST if sync.state is SyncState.DRAFT else Trigger.EDIT
        if trigger is Trigger.EDIT and not sync.edited:
            raise Conflict(
                f"the sync '{name}' was initiated already, and not edited since; "
                f"run it with `contactctl syncs run {name}`",
                sync=name,
                state=sync.state,
            )
        moved = move_on(tx, sync, state, by=by)
        start(parts, tx, moved, trigger, Mode.FULL, by=by)
        return seen(parts, tx, moved)

    with parts.database.transaction() as tx:
        return once(tx, asking, by, Seen, change)


def pause(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> Seen:
    """Let a sync run no more until it is resumed; a run under way stops at its next page.

    Raises:
        Conflict: it is not active.
    """
    with parts.database.transaction() as tx:
        sync = current(tx, workspace, name, etag)
        state = after(Verb.PAUSE, sync.state, name)
        # The time it was due stays: resuming tells by it whether slots were missed.
        moved = syncs.move(tx, sync, state, next_run_at=sync.next_run_at, next_sweep_at=sync.next_sweep_at, by=by)
        live = runs.live_of(tx, sync.id)
        if live is not None:
            due.park(tx, live.id)
            tx.after_commit(lambda: parts.stop(live.id))
        return seen(parts, tx, moved)


def resume(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> Seen:
    """Let a sync go on: with its waiting run, else with one that makes up for missed times.

    Raises:
        Conflict: it is not paused, or its connection cannot be read.
    """
    with parts.database.transaction() as tx:
        sync = current(tx, workspace, name, etag)
        state = after(Verb.RESUME, sync.state, name)
        check_enabled(connections.by_id(tx, sync.connection_id))
        moved = move_on(tx, sync, state, by=by)
        runs.release_paused(tx, sync.id)
        held_back = bool(attention(parts.catalog, tx, sync)) or runs.is_live(tx, sync.id)
        if not held_back:
            make_up(parts, tx, moved, sync.next_run_at, by=by)
        tx.after_commit(parts.wake)
        return seen(parts, tx, moved)


def make_up(parts: Parts, tx: Transaction, sync: Sync, slot: int | None, *, by: str) -> None:
    """Start a run for *slot*, at which *sync* was due while it could not run; or drop that, where it skips such."""
    if slot is None or slot > tx.now:
        return
    if fate(sync, slot, tx.now) is Fate.DROPPED:
        syncs.drop_slot(tx, sync, "missed", by=by)
    else:
        start(parts, tx, sync, Trigger.CATCH_UP, Mode.INCREMENTAL, by=by)


def run(parts: Parts, workspace: str, name: str, mode: Mode, *, by: str, asking: Asking = UNNAMED) -> Run:
    """Start a run now.

    Raises:
        Conflict: a run of the sync is live, or its state or what it wants attention for does not allow it.
    """

    def change() -> Run:
        sync = current(tx, workspace, name, "")
        after(Verb.RUN, sync.state, name)
        readiness.check_attention(parts, tx, sync)
        return start(parts, tx, sync, Trigger.MANUAL, mode, by=by)

    with parts.database.transaction() as tx:
        return once(tx, asking, by, Run, change)


def cancel(parts: Parts, workspace: str, sync: str, number: int, *, by: str) -> Run:
    """End a run; the pages that it has taken stay.

    Raises:
        Conflict: it is over.
    """
    return _answer(parts, workspace, sync, number, partial(runs.cancel, by=by), "run_cancel_asked", by=by)


def confirm(parts: Parts, workspace: str, sync: str, number: int, *, by: str) -> Run:
    """Let a held run go on and remove what it wants to.

    Raises:
        Conflict: it is not held.
    """
    return _answer(parts, workspace, sync, number, runs.confirm, "run_confirmed", by=by)


def reject(parts: Parts, workspace: str, sync: str, number: int, *, by: str) -> Run:
    """Let a held run end without removing anything.

    Raises:
        Conflict: it is not held.
    """
    return _answer(parts, workspace, sync, number, runs.reject, "run_rejected", by=by)


def undo(
    parts: Parts,
    workspace: str,
    sync: str,
    number: int,
    *,
    keep_running: bool = False,
    by: str,
    asking: Asking = UNNAMED,
) -> Run:
    """Take a run back, by a run of its own. The sync is paused, unless it should *keep_running*.

    Raises:
        Conflict: the run is not over or never began, is an undo itself, was undone already, or its ledger was pruned.
    """

    def change() -> Run:
        undone = check_named(runs.get(tx, number), workspace, sync)
        _check_undoable(tx, undone)
        owner = syncs.by_id(tx, undone.sync_id)
        if owner.state is SyncState.ACTIVE and not keep_running:
            owner = syncs.move(
                tx, owner, SyncState.PAUSED, next_run_at=owner.next_run_at, next_sweep_at=owner.next_sweep_at, by=by
            )
        expected = sum(undone.counts.of(outcome) for outcome in EFFECTIVE)
        return start(parts, tx, owner, Trigger.UNDO, Mode.FULL, by=by, undoes=number, expected=expected)

    with parts.database.transaction() as tx:
        return once(tx, asking, by, Run, change)


def _check_undoable(tx: Transaction, run: Run) -> None:
    by = undone_by(tx, run.sync_id, run.id)
    if run.state in LIVE_RUNS:
        remedy = f"wait for its end, or end it with `contactctl runs cancel {run.id}`"
        message, reason = f"the run {run.id} is not over yet, so it cannot be undone; {remedy}", "RUN_LIVE"
    elif run.undoes is not None:
        remedy = f"to bring back what it took back, run the sync with `contactctl syncs run {run.sync} --full`"
        message, reason = f"the run {run.id} is an undo itself; {remedy}", "RUN_IS_UNDO"
    elif by is not None:
        message, reason = f"the run {run.id} was undone already, by the run {by}", "RUN_UNDONE"
    elif run.started_at is None:
        message, reason = f"the run {run.id} never began, so there is nothing to undo", "RUN_NEVER_BEGAN"
    else:
        check_kept(run)
        return
    raise Conflict(message, reason=reason, run=str(run.id))


def check_kept(run: Run) -> Run:
    """Give *run* if the store still knows what it did to whom.

    Raises:
        Conflict: it was kept for as long as it is to be (`RUN_PRUNED`).
    """
    if not run.pruned:
        return run
    message = (
        f"what the run {run.id} did to whom is not kept any more, only its counts are; "
        "how long it is kept is set under [retention] in the configuration of contactd"
    )
    raise Conflict(message, reason="RUN_PRUNED", run=str(run.id))


def check_named(run: Run, workspace: str, sync: str) -> Run:
    """Give *run* if it is one of *sync* in *workspace*.

    Raises:
        NotFound: it is another one's.
    """
    if run.workspace == workspace and sync in {run.sync, ANY}:
        return run
    owner = "this workspace" if sync == ANY else f"the sync '{sync}'"
    raise NotFound("run", str(run.id), f"{owner} has no run {run.id}")


def _answer(
    parts: Parts,
    workspace: str,
    sync: str,
    number: int,
    change: Callable[[Transaction, int], Run],
    kind: str,
    *,
    by: str,
) -> Run:
    with parts.database.transaction() as tx:
        check_named(runs.get(tx, number), workspace, sync)
        changed = change(tx, number)
        _tell(tx, kind, changed, by=by)
        if changed.state is RunState.RUNNING:
            tx.after_commit(lambda: parts.stop(number))
        tx.after_commit(parts.wake)
        return changed


def start(
    parts: Parts,
    tx: Transaction,
    sync: Sync,
    trigger: Trigger,
    mode: Mode,
    *,
    by: str,
    undoes: int | None = None,
    expected: int = 0,
) -> Run:
    """Make a run of *sync*, and have it begun soon."""
    number = runs.create(tx, sync=sync, trigger=trigger, mode=mode, undoes=undoes, expected=expected)
    started = runs.get(tx, number)
    _tell(tx, "run_created", started, by=by)
    tx.after_commit(parts.wake)
    return started


def _tell(tx: Transaction, kind: str, run: Run, *, by: str) -> None:
    subject = f"workspaces/{run.workspace}/syncs/{run.sync}/runs/{run.id}"
    tx.tell(kind, subject, workspace=run.workspace_id, actor=by, detail={"trigger": run.trigger})


def move_on(tx: Transaction, sync: Sync, state: SyncState, *, by: str) -> Sync:
    """Bring *sync* into *state*, due at the next of its times."""
    following = next_due(sync.schedule, sync.sweep_schedule, tx.now)
    return syncs.move(tx, sync, state, next_run_at=following.run_at, next_sweep_at=following.sweep_at, by=by)


def current(tx: Transaction, workspace: str, name: str, etag: str) -> Sync:
    """Give the sync *name*, if it is still the one that *etag* was of."""
    sync = syncs.get(tx, workspaces.get(tx, workspace).id, name)
    if etag and etag != str(sync.version):
        raise Stale(f"the sync '{name}' was changed since it was read; read it again and repeat", name=name)
    return sync
