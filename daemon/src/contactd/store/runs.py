"""Runs: made, admitted, begun, held, ended; and told.

Rule: whoever changes a run that is being carried names its fence. A run that
was begun again elsewhere has another one, and the change fails as `Fenced`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, insert, select, update

from contactd.domain.nouns import Counts, Daemon, Run, Sync
from contactd.domain.refusals import Conflict, NotFound
from contactd.domain.waiting import Waits, nobody_for, told
from contactd.domain.words import LIVE_RUNS, Mode, Outcome, Reason, RunState, SyncState, Trigger, Waiting
from contactd.store import attempts, daemons, tables
from contactd.store.database import Reading, Transaction
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)
_WORKSPACE = table(tables.Workspace)
_CONNECTION = table(tables.Connection)
_COUNT = table(tables.RunCount)

#: What people see waiting.
_WAITS = frozenset({RunState.WAITING, RunState.ADMITTED})

# In the words of its index.
_LIVE = "SELECT id FROM run WHERE sync_id = ? AND state IN ('waiting', 'admitted', 'running', 'held')"

_FACTS: Select[Any] = (
    select(
        _RUN,
        _SYNC.c.name.label("sync"),
        _SYNC.c.state.label("sync_state"),
        _WORKSPACE.c.name.label("workspace"),
        _WORKSPACE.c.edition,
        _CONNECTION.c.kind,
    )
    .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
    .join(_WORKSPACE, _WORKSPACE.c.id == _RUN.c.workspace_id)
    .join(_CONNECTION, _CONNECTION.c.id == _RUN.c.connection_id)
)


def create(
    tx: Transaction,
    *,
    sync: Sync,
    trigger: Trigger,
    mode: Mode,
    scheduled_for: int | None = None,
    undoes: int | None = None,
    expected: int = 0,
) -> int:
    """Make a run of *sync* that waits for its slot, and give its id.

    One that *undoes* another takes that back; *expected*: about how many records it is about.

    Raises:
        Conflict: a run of the sync is live (`RUN_LIVE`).
    """
    live = _live(tx, sync.id)
    if live is not None:
        raise Conflict(
            f"the sync '{sync.name}' has a run ({live}) that is not over; watch it or cancel it",
            reason="RUN_LIVE",
            run=str(live),
        )
    number = tx.reserve("run")
    tx.execute(
        insert(_RUN).values(
            id=number,
            sync_id=sync.id,
            workspace_id=sync.workspace_id,
            connection_id=sync.connection_id,
            scheduled_for=tx.now if scheduled_for is None else scheduled_for,
            run_trigger=trigger,
            mode=mode,
            state=RunState.WAITING,
            waiting_reason=Waiting.SLOT,
            mapping_version=sync.mapping_version,
            undoes=undoes,
            expected_total=expected,
            created_at=tx.now,
            revision=tx.revision,
        )
    )
    return number


def get(r: Reading, run_id: int) -> Run:
    """Tell one run.

    Raises:
        NotFound: there is none with that number.
    """
    row = r.first(_FACTS.where(_RUN.c.id == run_id))
    if row is None:
        raise NotFound("run", str(run_id), f"there is no run {run_id}")
    return _facts(r, [row])[0]


def page(r: Reading, *, workspace_id: int, sync_id: int | None, before: int | None, limit: int) -> list[Run]:
    """List runs, the newest first, from below the number *before*."""
    query = _FACTS.where(_RUN.c.workspace_id == workspace_id)
    if sync_id is not None:
        query = query.where(_RUN.c.sync_id == sync_id)
    if before is not None:
        query = query.where(_RUN.c.id < before)
    return _facts(r, r.rows(query.order_by(_RUN.c.id.desc()).limit(limit)))


def last_of(r: Reading, sync_id: int) -> Run | None:
    """Tell the newest run of a sync."""
    return _one(r, _RUN.c.sync_id == sync_id)


def is_live(r: Reading, sync_id: int) -> bool:
    """Tell whether a run of a sync is not over."""
    return _live(r, sync_id) is not None


def _live(r: Reading, sync_id: int) -> int | None:
    rows = r.fast(_LIVE, (sync_id,))
    return int(rows[0][0]) if rows else None


def live_of(r: Reading, sync_id: int) -> Run | None:
    """Tell the run of a sync that is not over."""
    return _one(r, and_(_RUN.c.sync_id == sync_id, _RUN.c.state.in_(LIVE_RUNS)))


def revision_of(r: Reading, run_id: int) -> int:
    """Tell the revision that last changed a run; 0 when there is none."""
    row = r.first(select(_RUN.c.revision).where(_RUN.c.id == run_id))
    return 0 if row is None else int(row.revision)


def cancel(tx: Transaction, run_id: int, *, by: str) -> Run:
    """End a run: at once where nobody carries it, else at its next page.

    Raises:
        NotFound: there is none with that number.
        Conflict: it is over.
    """
    run = get(tx, run_id)
    if run.state not in LIVE_RUNS:
        raise Conflict(
            f"the run {run_id} has ended already; its state is '{run.state}'", reason="RUN_OVER", run=str(run_id)
        )
    tx.execute(update(_RUN).where(_RUN.c.id == run_id).values(cancel_requested=1, revision=tx.revision))
    if run.state is not RunState.RUNNING:
        attempts.end_cancelled(tx, run_id, by=by)
    return get(tx, run_id)


def confirm(tx: Transaction, run_id: int) -> Run:
    """Let a held run go on and remove what it wants to."""
    return _answer_hold(tx, run_id, confirmed=1)


def reject(tx: Transaction, run_id: int) -> Run:
    """Let a held run end without removing anything."""
    return _answer_hold(tx, run_id, rejected=1)


def _answer_hold(tx: Transaction, run_id: int, **answer: int) -> Run:
    run = get(tx, run_id)
    if run.state is not RunState.HELD:
        message = f"the run {run_id} is not held, so there is nothing to confirm or reject; its state is '{run.state}'"
        raise Conflict(message, reason="RUN_NOT_HELD", run=str(run_id))
    values = {"state": RunState.WAITING, "waiting_reason": Waiting.SLOT, "revision": tx.revision, **answer}
    tx.execute(update(_RUN).where(_RUN.c.id == run_id).values(values))
    return get(tx, run_id)


def release_paused(tx: Transaction, sync_id: int) -> bool:
    """Let the waiting run of a resumed sync go on; tell whether there is one."""
    waiting = and_(_RUN.c.sync_id == sync_id, _RUN.c.state == RunState.WAITING)
    change = update(_RUN).where(waiting, _RUN.c.waiting_reason == Waiting.PAUSED)
    tx.execute(change.values(waiting_reason=Waiting.SLOT, waiting_message="", not_before=0, revision=tx.revision))
    return tx.first(select(_RUN.c.id).where(waiting)) is not None


def _one(r: Reading, where: ColumnElement[bool]) -> Run | None:
    rows = r.rows(_FACTS.where(where).order_by(_RUN.c.id.desc()).limit(1))
    return _facts(r, rows)[0] if rows else None


def _facts(r: Reading, rows: Sequence[Row[Any]]) -> list[Run]:
    counts = counts_of(r, [row.id for row in rows])
    around = daemons.everyone(r) if any(row.state in _WAITS for row in rows) else []
    return [_fact(row, counts.get(row.id, Counts()), _waits(row, r.now, around)) for row in rows]


def _waits(row: Row[Any], now: int, around: Sequence[Daemon]) -> Waits:
    """Tell why a run waits; nothing of one that does not."""
    if row.state not in _WAITS:
        return Waits("", "", 0)
    stored, nobody = Waits(row.waiting_reason, row.waiting_message, row.not_before), nobody_for(row.kind, around)
    return told(stored, now=now, sync=SyncState(row.sync_state), trigger=Trigger(row.run_trigger), nobody=nobody)


def counts_of(r: Reading, run_ids: Sequence[int]) -> dict[int, Counts]:
    """Sum the pages of runs up (I1)."""
    query = (
        select(_COUNT.c.run_id, _COUNT.c.outcome, _COUNT.c.reason, func.sum(_COUNT.c.records).label("records"))
        .where(_COUNT.c.run_id.in_(run_ids))
        .group_by(_COUNT.c.run_id, _COUNT.c.outcome, _COUNT.c.reason)
    )
    sums: dict[int, dict[tuple[Outcome, Reason], int]] = {}
    for row in r.rows(query):
        if row.records:
            sums.setdefault(row.run_id, {})[Outcome(row.outcome), Reason(row.reason)] = int(row.records)
    return {run_id: Counts(by_reason) for run_id, by_reason in sums.items()}


def _fact(row: Row[Any], counts: Counts, waits: Waits) -> Run:
    state = RunState(row.state)
    return Run(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        edition=row.edition,
        sync_id=row.sync_id,
        sync=row.sync,
        trigger=Trigger(row.run_trigger),
        mode=Mode(row.mode),
        state=RunState.WAITING if state is RunState.ADMITTED else state,
        waiting_reason=waits.reason,
        waiting_message=waits.message,
        waiting_until=waits.until,
        with_errors=bool(row.with_errors),
        attempt=row.attempt,
        pages=row.pages,
        expected_total=row.expected_total,
        undecided=row.undecided,
        removals=row.removals,
        mapping_version=row.mapping_version,
        error_reason=row.error_reason,
        error_message=row.error_message,
        undoes=row.undoes,
        pruned=row.pruned_at is not None,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        counts=counts,
        revision=row.revision,
    )
