"""What is due: syncs whose time has come, runs whose turn it may be, runs that are carried.

Rule: the clock asks this every second, so each question is answered from an
index, whose conditions stand in it word for word: what an idle tick costs does
not depend on how many syncs there are, nor on how many runs wait for a time or
for people.
"""

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, exists, or_, update

from contactd.domain.clock import SECOND
from contactd.domain.due import Due
from contactd.domain.nouns import Schedule
from contactd.domain.turns import Turn, turn
from contactd.domain.words import RunState, SyncState, Trigger, Waiting
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import ANY_NUMBER, ANY_TEXT
from contactd.store.sync_facts import schedule_of
from contactd.store.tables import table

_RUN = table(tables.Run)
_SYNC = table(tables.Sync)

#: What waits for its turn or for a time; what waits for people is found by them (`runs.release_paused`).
_WAITS = "run.state = 'waiting' AND run.waiting_reason <> 'paused'"
_RECURS = "state = 'active' AND next_run_at IS NOT NULL"

_ANYTHING = (
    f"SELECT EXISTS (SELECT 1 FROM sync WHERE {_RECURS} AND next_run_at <= ?),"
    f" EXISTS (SELECT 1 FROM run WHERE {_WAITS} AND run.not_before <= ?)"
)
_DUE = (
    f"SELECT id, next_run_at FROM sync WHERE {_RECURS} AND next_run_at <= ?"
    f" AND NOT (connection_id IN {ANY_NUMBER}) ORDER BY next_run_at LIMIT ?"
)
_FOREIGN = f"SELECT id FROM connection WHERE NOT (kind IN {ANY_TEXT}) ORDER BY id"
_READS = "CASE WHEN run.run_trigger = 'undo' THEN 0 ELSE 1 END"
_CARRIED = (
    f"SELECT run.id, run.connection_id, connection.max_running, {_READS} FROM run"
    " JOIN connection ON connection.id = run.connection_id WHERE run.state IN ('admitted', 'running')"
)
_LINE = (
    "SELECT coalesce((SELECT value FROM counter WHERE name = 'turn'), 0),"
    " workspace.served_at, workspace.id, workspace.weight FROM workspace WHERE workspace.id IN"
    f" (SELECT run.workspace_id FROM run WHERE {_WAITS} AND run.not_before <= ?)"
)
_SERVED = "UPDATE workspace SET served_at = ? WHERE id = ?"
_PASSED = (
    "INSERT INTO counter (name, value) VALUES ('turn', ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > counter.value"
)
_FIRST = (
    f"SELECT run.id, run.connection_id, connection.max_running, {_READS} FROM run"
    " JOIN connection ON connection.id = run.connection_id"
    f" WHERE run.workspace_id = ? AND {_WAITS} AND run.not_before <= ? AND NOT (run.connection_id IN {ANY_NUMBER})"
    " ORDER BY run.not_before, run.id LIMIT 1"
)

#: Syncs whose runs may be carried: a completed one, only when a person asked. An undo asks
#: no source and is a person's word: whatever the sync waits for, it does not wait for that.
_WANTED = or_(
    _RUN.c.run_trigger == Trigger.UNDO,
    exists().where(
        _SYNC.c.id == _RUN.c.sync_id,
        or_(
            _SYNC.c.state == SyncState.ACTIVE,
            and_(_SYNC.c.state == SyncState.COMPLETED, _RUN.c.run_trigger == Trigger.MANUAL),
        ),
    ),
)


#: Waits for a span of time, not for a moment: by a clock that goes back, they would be longer.
_SPANS = (Waiting.THROTTLED, Waiting.RETRY, Waiting.SOURCE_AWAY, Waiting.STORE_AWAY)

#: A wait for the calls of a minute is a span, too, and no longer than this; one for those of a day is for a midnight.
_MINUTE = 75 * SECOND

_PLANNED = (
    "SELECT id, schedule, sweep_schedule, next_run_at, next_sweep_at FROM sync"
    " WHERE id > ? AND id <= ? AND state = 'active'"
)
_NEWEST = "SELECT coalesce(max(id), 0) FROM sync"
_LAST_SLOT = "SELECT max(scheduled_for) FROM run WHERE sync_id = ? AND run_trigger IN ('schedule', 'catch_up')"

#: Daemons that go by one clock see it go back within this time.
_SAME_STEP = 60 * SECOND
_CLAIM_STEP = (
    "INSERT INTO store_meta (name, value) VALUES ('clock_went_back', ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE CAST(store_meta.value AS bigint) NOT BETWEEN CAST(? AS bigint) AND CAST(? AS bigint) RETURNING value"
)
_ANSWERED = (
    "INSERT INTO store_meta (name, value) VALUES ('clock_answered', ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_HEARD = (
    "SELECT created_at FROM event WHERE revision > coalesce("
    "(SELECT CAST(value AS bigint) FROM store_meta WHERE name = 'clock_answered'), 0) ORDER BY revision DESC LIMIT 1"
)


class Planned(NamedTuple):
    """A sync with its rules and the times that are stored of it."""

    sync: int
    schedule: Schedule
    sweep: Schedule
    due: Due


class Busy(NamedTuple):
    """Whether there is anything to do for the tick."""

    syncs: bool
    runs: bool


class Carried(NamedTuple):
    """A run with its connection, how many of that may be carried at once (0: as many as of any), and if it reads."""

    run: int
    connection: int
    most: int
    reads: int


def anything(r: Reading) -> Busy:
    """Tell whether any sync is due and any run may go on: what an idle tick costs."""
    ((due, ready),) = r.fast(_ANYTHING, (r.now, r.now))
    return Busy(bool(due), bool(ready))


def syncs(r: Reading, limit: int, but: Collection[int] = ()) -> list[tuple[int, int]]:
    """Give (sync, slot) of syncs whose time has come, *but* not those of some connections."""
    return [(sync, slot) for sync, slot in r.fast(_DUE, (r.now, json.dumps(sorted(but)), limit))]


def foreign(r: Reading, kinds: Collection[str]) -> list[int]:
    """Give the connections that are of none of *kinds*."""
    return [connection for (connection,) in r.fast(_FOREIGN, (json.dumps(sorted(kinds)),))]


def put_off(tx: Transaction, sync_id: int, at: int) -> None:
    """Look after a sync again at *at*, and not before."""
    tx.execute(update(_SYNC).where(_SYNC.c.id == sync_id).values(next_run_at=at))


def advance(tx: Transaction, sync_id: int, at: int | None, sweep_at: int | None) -> None:
    """Write down when a sync is due next, and when it is swept next."""
    tx.execute(update(_SYNC).where(_SYNC.c.id == sync_id).values(next_run_at=at, next_sweep_at=sweep_at))


def newest(r: Reading) -> int:
    """Give the largest id that a sync has."""
    ((found,),) = r.fast(_NEWEST)
    return int(found)


def planned(r: Reading, behind: int, up_to: int, *, later_than: int) -> list[Planned]:
    """Give the syncs with ids *behind* one and *up_to* another that are due, but only *later_than* a moment."""
    return [
        Planned(sync, schedule_of(rule), schedule_of(sweep), Due(run_at, sweep_at))
        for sync, rule, sweep, run_at, sweep_at in r.fast(_PLANNED, (behind, up_to))
        if run_at is not None and run_at > later_than
    ]


def move(tx: Transaction, plan: Planned, following: Due) -> None:
    """Let a sync be due at other times than *plan* says, if that is how it still is."""
    this = update(_SYNC).where(_SYNC.c.id == plan.sync, _SYNC.c.next_run_at == plan.due.run_at)
    tx.execute(this.values(next_run_at=following.run_at, next_sweep_at=following.sweep_at))


def last_slot(r: Reading, sync_id: int) -> int | None:
    """Give the latest time for which a sync was run by the clock."""
    ((latest,),) = r.fast(_LAST_SLOT, (sync_id,))
    return None if latest is None else int(latest)


def claim_step(tx: Transaction) -> bool:
    """Be the one who answers for the clock's going back just now; tell whether nobody else has done so."""
    claimed = tx.fast(_CLAIM_STEP, (str(tx.now), str(tx.now - _SAME_STEP), str(tx.now)))
    tx.fast(_ANSWERED, (str(tx.revision),))
    return bool(claimed)


def heard(r: Reading) -> int | None:
    """Tell when what happened last did, by the clock of then; nothing where it was since answered for going back."""
    rows = r.fast(_HEARD)
    return int(rows[0][0]) if rows else None


def hasten(tx: Transaction, span: int) -> int:
    """Let runs that wait for a span of time wait for *span* less; tell how many."""
    minute = and_(_RUN.c.waiting_reason == Waiting.QUOTA, _RUN.c.not_before <= tx.now + span + _MINUTE)
    spans = or_(_RUN.c.waiting_reason.in_(_SPANS), minute)
    mine = update(_RUN).where(_RUN.c.state == RunState.WAITING, spans, _RUN.c.not_before > tx.now)
    return tx.execute(mine.values(not_before=_RUN.c.not_before - span, revision=tx.revision)).rowcount


def carried(r: Reading) -> list[Carried]:
    """Give the runs that somebody carries, or is to."""
    return [Carried(*row) for row in r.fast(_CARRIED)]


def line(r: Reading) -> list[Turn]:
    """Give the next turn of each workspace that has a run which may go on, in no order."""
    return [turn(*row) for row in r.fast(_LINE, (r.now,))]


def take(tx: Transaction, had: Turn) -> None:
    """Write down that a workspace has *had* its turn."""
    tx.fast(_SERVED, (had.ends, had.workspace))
    tx.fast(_PASSED, (had.begins,))


def first_of(tx: Transaction, workspace: int, full: Collection[int]) -> Carried | None:
    """Give the run of *workspace* that waits the longest, those of connections that are *full* left out.

    One whose sync is not to run now is met once: it waits for people from then on.
    """
    while True:
        found = tx.fast(_FIRST, (workspace, tx.now, json.dumps(sorted(full))))
        if not found or not park(tx, found[0][0]):
            return Carried(*found[0]) if found else None


def put_off_runs(tx: Transaction, connection: int, because: Waiting, message: str, *, not_before: int) -> int:
    """Let the runs that would read *connection* now wait until *not_before*, and say why; tell how many."""
    waits = _RUN.c.state == RunState.WAITING, _RUN.c.waiting_reason != Waiting.PAUSED, _RUN.c.not_before <= tx.now
    mine = update(_RUN).where(_RUN.c.connection_id == connection, *waits, _RUN.c.run_trigger != Trigger.UNDO)
    values = {"waiting_reason": because, "waiting_message": message, "not_before": not_before}
    return tx.execute(mine.values(**values, revision=tx.revision)).rowcount


def reading(r: Reading, connections: Collection[int]) -> int:
    """Count the runs that read one of *connections* now, or are about to."""
    wanted = frozenset(connections)
    return sum(one.connection in wanted for one in carried(r) if one.reads)


def park(tx: Transaction, run: int) -> bool:
    """Let *run*, if it only waits for its turn, wait for people where its sync is not to run; tell whether it does.

    One that waits for a time keeps that and its reason, until that time has come.
    """
    waits = _RUN.c.state == RunState.WAITING, _RUN.c.not_before <= tx.now
    parked = update(_RUN).where(_RUN.c.id == run, *waits, ~_WANTED)
    values = {"waiting_reason": Waiting.PAUSED, "waiting_message": "", "not_before": 0}
    return tx.execute(parked.values(**values, revision=tx.revision)).rowcount > 0


def release(tx: Transaction) -> None:
    """Let every run go on that waits for people though nobody keeps its sync: one that an earlier release left so."""
    kept = _RUN.c.state == RunState.WAITING, _RUN.c.waiting_reason == Waiting.PAUSED
    tx.execute(update(_RUN).where(*kept, _WANTED).values(waiting_reason=Waiting.SLOT, revision=tx.revision))


def admit(tx: Transaction, run: int) -> None:
    """Let *run* be carried."""
    mine = update(_RUN).where(_RUN.c.id == run, _RUN.c.state == RunState.WAITING)
    tx.execute(mine.values(state=RunState.ADMITTED, revision=tx.revision))


def admit_anew(tx: Transaction, run: int) -> None:
    """Let *run* be carried by whoever takes it: nobody carries it any more, and whoever comes back is `Fenced`."""
    mine = update(_RUN).where(_RUN.c.id == run, _RUN.c.state == RunState.RUNNING)
    tx.execute(mine.values(state=RunState.ADMITTED, owner="", revision=tx.revision))
