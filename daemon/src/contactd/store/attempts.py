"""One attempt at a run: begun behind a fence, and left in a state that says what is next.

Rule: every change names the fence. An attempt whose fence is not the run's any
more has been overtaken; it raises `Fenced` and changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, select, update

from contactd.domain.refusals import Away
from contactd.domain.words import LIVE_RUNS, Mode, RunState, SyncState, Trigger, Waiting
from contactd.store import connections, due, snapshots, tables
from contactd.store.database import Reading, Transaction
from contactd.store.known import Scope
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)
_WORKSPACE = table(tables.Workspace)
_CONNECTION = table(tables.Connection)
_FIELD = table(tables.ContactField)
_PARKED = table(tables.Parked)

PAGES, SETTLE = "pages", "settle"

_ACTIVE = (RunState.ADMITTED, RunState.RUNNING)

#: The states of a sync in which its run goes on; a completed one, because somebody asked for it.
_CARRIED = frozenset({SyncState.ACTIVE, SyncState.COMPLETED})


class Fenced(Exception):
    """The run was begun again elsewhere: this attempt may not touch it any more."""


@dataclass(slots=True)
class Steps:
    """How many steps of a run are true, as its attempt has seen it: *done* counts them over all attempts."""

    done: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run being carried: where it stands, and the snapshot it works with."""

    run: int
    fence: int
    scope: Scope
    connection: int
    module: str
    trigger: Trigger
    mode: str
    phase: str
    cursor: str | None
    since: int | None
    config: Mapping[str, Any]
    sync_name: str
    workspace_name: str
    known_until: int | None
    started_at: int
    max_modified: int | None
    confirmed: bool
    rejected: bool
    #: Which of the credentials that the connection has had was its own when the attempt began.
    generation: int
    steps: Steps

    @property
    def subject(self) -> str:
        """The run's name in the contract."""
        return f"workspaces/{self.workspace_name}/syncs/{self.sync_name}/runs/{self.run}"


@dataclass(frozen=True, slots=True)
class Held:
    """What the fence told: the number of this step, the next row's, and what people want."""

    step: int
    sequence: int
    cancel: bool
    paused: bool


_ROW = (
    select(
        _RUN,
        _SYNC.c.module,
        _SYNC.c.name.label("sync_name"),
        _SYNC.c.watermark,
        _WORKSPACE.c.name.label("workspace_name"),
        _CONNECTION.c.credential_generation,
    )
    .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
    .join(_CONNECTION, _CONNECTION.c.id == _RUN.c.connection_id)
    .join(_WORKSPACE, _WORKSPACE.c.id == _RUN.c.workspace_id)
    .where(_RUN.c.id == bindparam("run"))
)


def begin(tx: Transaction, run: int, *, owner: str) -> Attempt | None:
    """Begin *run*, or go on with it; nothing to do when it is not to be carried any more."""
    end_cancelled(tx, run)
    took = update(_RUN).where(_RUN.c.id == run, _RUN.c.state.in_(_ACTIVE))
    values = {"state": RunState.RUNNING, "fence": _RUN.c.fence + 1, "attempt": _RUN.c.attempt + 1, "owner": owner}
    done = tx.execute(took.values(**values, waiting_message="", revision=tx.revision))
    if done.rowcount == 0:
        return None
    row = tx.first(_ROW, {"run": run})
    if row is None:
        return None
    if row.config is None:
        snapshots.take(tx, row)
        row = tx.first(_ROW, {"run": run})
    return None if row is None else _attempt(row)


def fail_unbegun(tx: Transaction, run: int, *, reason: str, message: str) -> Row[Any] | None:
    """End *run*, which cannot be begun, as failed; give its row with the names around it, if it was to be carried."""
    mine = update(_RUN).where(_RUN.c.id == run, _RUN.c.state.in_(_ACTIVE))
    values = {"state": RunState.FAILED, "finished_at": tx.now, "owner": "", "undecided": 0}
    told = {"error_reason": reason, "error_message": message, "fence": _RUN.c.fence + 1, "revision": tx.revision}
    if tx.execute(mine.values(**values, **told)).rowcount == 0:
        return None
    tx.execute(delete(_PARKED).where(_PARKED.c.run_id == run))
    return tx.first(_ROW, {"run": run})


def end_cancelled(tx: Transaction, run: int | None = None, *, by: str = "sync") -> None:
    """End *run*, or every run, that somebody cancelled while it was carried by an attempt which is gone."""
    wanted = [_RUN.c.state.in_(LIVE_RUNS), _RUN.c.cancel_requested == 1]
    if run is not None:
        wanted.append(_RUN.c.id == run)
    ended = update(_RUN).where(*wanted).returning(_RUN.c.id)
    values = {"state": RunState.CANCELLED, "finished_at": tx.now, "owner": "", "undecided": 0}
    rows = tx.rows(ended.values(**values, fence=_RUN.c.fence + 1, revision=tx.revision))
    if rows:
        tx.execute(delete(_PARKED).where(_PARKED.c.run_id.in_([row.id for row in rows])))
    for row in rows:
        attempt = tx.execute(_ROW, {"run": row.id}).one()
        subject = f"workspaces/{attempt.workspace_name}/syncs/{attempt.sync_name}/runs/{row.id}"
        tx.tell("run_cancelled", subject, workspace=attempt.workspace_id, actor=by)


def _attempt(row: Any) -> Attempt:
    config = json.loads(row.config)
    scope = Scope.of(config, workspace=row.workspace_id, sync=row.sync_id, run=row.id)
    return Attempt(
        run=row.id,
        fence=row.fence,
        scope=scope,
        connection=row.connection_id,
        module=row.module,
        trigger=Trigger(row.run_trigger),
        mode=row.mode,
        phase=row.phase,
        cursor=row.cursor,
        since=row.window_since,
        config=config,
        sync_name=row.sync_name,
        workspace_name=row.workspace_name,
        known_until=row.watermark if row.mode == Mode.INCREMENTAL else None,
        started_at=row.started_at,
        max_modified=row.max_modified,
        confirmed=bool(row.confirmed),
        rejected=bool(row.rejected),
        generation=row.credential_generation,
        steps=Steps(row.steps),
    )


_HOLD = (
    "UPDATE run SET steps = steps + 1 WHERE id = ? AND fence = ? AND state = 'running'"
    " RETURNING steps, sequence, cancel_requested, (SELECT state FROM sync WHERE sync.id = run.sync_id)"
)


def hold(tx: Transaction, attempt: Attempt) -> Held:
    """Take the fence: the first statement of every transaction of a run.

    Raises:
        Away: the store went down, and the last steps with it: the run is to be begun again from its cursor.
        Fenced: the run was begun again elsewhere, or is over.
    """
    rows = tx.fast(_HOLD, (attempt.run, attempt.fence))
    if not rows:
        raise Fenced
    step, sequence, cancel, sync = rows[0]
    if step != attempt.steps.done + 1:
        message = (
            "the store went down and lost the last pages of this run, which were not on its disk; they are read again"
        )
        raise Away(message, reason="STORE_LOST_PAGES")
    tx.after_commit(partial(setattr, attempt.steps, "done", step))
    return Held(step, sequence, bool(cancel), sync not in _CARRIED)


def advance(tx: Transaction, attempt: Attempt, **values: Any) -> None:
    """Write down how far the run is; called in a transaction that holds the fence."""
    tx.execute(update(_RUN).where(_RUN.c.id == attempt.run).values(**values, revision=tx.revision))


def put_back_for_people(tx: Transaction, attempt: Attempt) -> None:
    """Let the run wait until its sync is resumed; who resumed it meanwhile found a run that was still carried."""
    state = tx.execute(select(_SYNC.c.state).where(_SYNC.c.id == attempt.scope.sync)).scalar_one()
    put_back(tx, attempt, Waiting.SLOT if state in _CARRIED else Waiting.PAUSED)


def put_back(
    tx: Transaction,
    attempt: Attempt,
    because: Waiting,
    message: str = "",
    *,
    not_before: int = 0,
    failures: int | None = None,
) -> None:
    """Let the run wait: it goes on from its cursor, not before *not_before*."""
    values: dict[str, Any] = {
        "state": RunState.WAITING,
        "waiting_reason": because,
        "waiting_message": message,
        "not_before": not_before,
        "owner": "",
    }
    if failures is not None:
        values["failures"] = failures
    _leave(tx, attempt, values)
    # A cancel that came too late for this attempt must not wait for the next one.
    end_cancelled(tx, attempt.run)


def wait_for_answer(tx: Transaction, attempt: Attempt) -> None:
    """Hold the run until a person confirms or rejects what it wants to remove."""
    _leave(tx, attempt, {"state": RunState.HELD, "waiting_reason": "", "owner": ""})
    end_cancelled(tx, attempt.run)


def end(tx: Transaction, attempt: Attempt, state: RunState, **values: Any) -> None:
    """Bring the run to its end; what was parked for it is forgotten."""
    _leave(tx, attempt, {"state": state, "finished_at": tx.now, "owner": "", "undecided": 0, **values})
    tx.execute(delete(_PARKED).where(_PARKED.c.run_id == attempt.run))


def _leave(tx: Transaction, attempt: Attempt, values: Mapping[str, Any]) -> None:
    mine = update(_RUN).where(_RUN.c.id == attempt.run, _RUN.c.fence == attempt.fence, _RUN.c.state == RunState.RUNNING)
    if tx.execute(mine.values(**values, revision=tx.revision)).rowcount == 0:
        raise Fenced


def facts(r: Reading, attempt: Attempt) -> Any:
    """Give the run's row as it is now."""
    return r.execute(select(_RUN).where(_RUN.c.id == attempt.run)).one()


def cancel_requested(r: Reading, run: int) -> bool:
    """Tell whether somebody wants *run* to end."""
    row = r.first(select(_RUN.c.cancel_requested).where(_RUN.c.id == run))
    return row is not None and bool(row.cancel_requested)


def recover(tx: Transaction) -> int:
    """Put every run back that a daemon which is gone was carrying; tell how many.

    It refreshes no token any more either: whoever needs one need not wait until its lease is over.
    """
    end_cancelled(tx)
    connections.forget_leases(tx)
    due.release(tx)
    paused = select(_SYNC.c.id).where(_SYNC.c.state == SyncState.PAUSED)
    # Asked of the paused ones first: what is left then is tried again at once. An undo does not wait for its sync.
    stays = (_RUN.c.sync_id.in_(paused), _RUN.c.run_trigger != Trigger.UNDO)
    return _lost(tx, Waiting.PAUSED, *stays) + _lost(tx, Waiting.RETRY)


def _lost(tx: Transaction, because: Waiting, *where: ColumnElement[bool]) -> int:
    values = {"state": RunState.WAITING, "waiting_reason": because, "waiting_message": "", "owner": "", "not_before": 0}
    mine = update(_RUN).where(_RUN.c.state.in_(_ACTIVE), *where)
    return tx.execute(mine.values(**values, revision=tx.revision)).rowcount
