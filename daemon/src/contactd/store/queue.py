"""The queue of a fleet: the tables of Procrastinate beside our own, and what we ask of them.

Rule: they are disposable. What is to be carried stands in the runs; a queue that
is dropped, or of an older release, is made anew and filled from them. Each run
that is admitted has a job here, which carries its number and nothing else.

Procrastinate says that a job is held by a worker, and that a worker is alive.
Whose worker has been silent for too long is not waited for: its jobs count no
more, and the fence keeps it from the runs should it come to itself again.
"""

from functools import cache
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.schema import SchemaManager, migrations_path
from sqlalchemy import Connection, text

from contactd.store.database import Reading, Transaction

#: Where jobs of ours stand, and what they ask for.
QUEUE, TASK = "contactd", "carry"

#: Seconds between two signs of life of a worker, and how long one may be silent before others take its runs over.
BEAT, STALE = 2.0, 6.0

#: Where daemons call each other; the name of the schema follows.
_CHANNEL = "contactd_"

_MADE = text(
    "SELECT num_nonnulls(to_regclass('procrastinate_jobs'), to_regclass('procrastinate_workers'),"
    " to_regclass('procrastinate_events')) = 3 AS there,"
    " obj_description(to_regclass('procrastinate_jobs'), 'pg_class') AS release"
)
_ALIVE = f"worker.last_heartbeat > clock_timestamp() - interval '{STALE} seconds'"
_HELD = text(
    "SELECT (job.args->>'run')::bigint AS run FROM procrastinate_jobs job"
    " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
    f" WHERE job.queue_name = '{QUEUE}' AND (job.status = 'todo' OR (job.status = 'doing' AND {_ALIVE}))"
)
_WAITING = text(f"SELECT count(*) FROM procrastinate_jobs WHERE queue_name = '{QUEUE}' AND status = 'todo'")
_IS_WAITING = text("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo'")
_FORGET = text(
    "DELETE FROM procrastinate_jobs job WHERE job.lock = :sync AND (job.status NOT IN ('todo', 'doing')"
    " OR (job.status = 'doing' AND NOT EXISTS"
    f" (SELECT 1 FROM procrastinate_workers worker WHERE worker.id = job.worker_id AND {_ALIVE})))"
)
_SYNC = text("SELECT sync_id FROM run WHERE id = :run")
_ABORT = text(
    "SELECT procrastinate_cancel_job_v1(id, true, false) FROM procrastinate_jobs"
    " WHERE queueing_lock = :lock AND status = 'doing'"
)
_CALL = text("SELECT pg_notify(:channel || current_schema(), '')")
_SCHEMA = text("SELECT current_schema()")

#: Everything of Procrastinate in our schema; what hangs on it goes along.
_PARTS = text(
    "SELECT format('DROP TABLE IF EXISTS %I CASCADE', relname) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'procrastinate%'"
    " UNION ALL SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate%'"
    " UNION ALL SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname) FROM pg_type WHERE typnamespace ="
    " current_schema()::regnamespace AND typname LIKE 'procrastinate%' AND typtype = 'e'"
    " UNION ALL SELECT format('DROP TYPE IF EXISTS %I CASCADE', relname) FROM pg_class"
    " WHERE relkind = 'c' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'procrastinate%'"
)

#: Defers in transactions of ours: it has no session of its own.
_deferring = App(connector=SyncPsycopgConnector())


def prepare(tx: Transaction) -> None:
    """Make the queue if it is not there, or is that of an older release."""
    made = tx.execute(_MADE).one()
    if made.there and (made.release or "") >= _release():
        return
    for (statement,) in tx.rows(_PARTS):
        tx.execute(text(statement))
    # Many statements at once, which is why it goes past the layer that binds values.
    _session(tx.connection).execute(SchemaManager.get_schema())
    tx.execute(text(f"COMMENT ON TABLE procrastinate_jobs IS '{_release()}'"))


@cache
def _release() -> str:
    """Tell the newest step of Procrastinate's tables that this release of it has."""
    return max(step.stem for step in migrations_path.glob("*.sql"))


def put(tx: Transaction, run: int) -> None:
    """Have some daemon carry *run* once *tx* is true; a job of it that a dead one held is forgotten."""
    prepare(tx)
    sync = f"sync:{tx.execute(_SYNC, {'run': run}).scalar_one()}"
    tx.execute(_FORGET, {"sync": sync})
    if tx.first(_IS_WAITING, {"lock": _lock(run)}) is None:
        session = _session(tx.connection)
        job = _deferring.configure_task(TASK, queue=QUEUE, lock=sync, queueing_lock=_lock(run), connection=session)
        job.defer(run=run)


def abort(tx: Transaction, run: int) -> None:
    """Tell whoever carries *run* to stop."""
    if _is_there(tx):
        tx.execute(_ABORT, {"lock": _lock(run)})


def call(tx: Transaction) -> None:
    """Tell the other daemons that something may be due."""
    tx.execute(_CALL, {"channel": _CHANNEL})


def channel(r: Reading) -> str:
    """Give the name of the channel where daemons of this store call each other."""
    return f"{_CHANNEL}{r.execute(_SCHEMA).scalar_one()}"


def waiting(r: Reading) -> int:
    """Count the runs that are handed over and that no worker has begun."""
    return int(r.execute(_WAITING).scalar_one()) if _is_there(r) else 0


def held(r: Reading) -> set[int]:
    """Give the runs that wait for a worker, or that one holds which is alive."""
    return {row.run for row in r.rows(_HELD)} if _is_there(r) else set()


def _is_there(r: Reading) -> bool:
    return bool(r.execute(_MADE).one().there)


def _lock(run: int) -> str:
    return f"run:{run}"


def _session(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
