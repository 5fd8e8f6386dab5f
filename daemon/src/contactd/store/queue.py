"""The queue of a fleet: the tables of Procrastinate beside our own, and what we ask of them.

Rule: they are disposable. What is to be carried stands in the runs; a queue that
is dropped, or of an older release, is made anew and filled from them. Each run
that is admitted has a job here, which carries its number and nothing else.

Procrastinate says that a job is held by a worker, and that a worker is alive.
Whose worker has been silent for too long is not waited for: its jobs count no
more, and the fence keeps it from the runs should it come to itself again.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.schema import SchemaManager, migrations_path
from sqlalchemy import Connection, text

from contactd.domain.refusals import Conflict
from contactd.store.database import Reading, Transaction

#: What a job asks for.
TASK = "carry"

#: PostgreSQL names no channel by more than 63 letters, and Procrastinate makes one of its own 23 and a queue's name.
_NAME = 40

#: Seconds between two signs of life of a worker, and how long one may be silent before others take its runs over.
BEAT, STALE = 2.0, 6.0

#: Where daemons call each other; the name of the schema follows.
_CHANNEL = "contactd_"

_MADE = text(
    "SELECT count(*) = 3 AS there, coalesce(bool_or(relname = 'procrastinate_jobs'), false) AS jobs,"
    " max(obj_description(oid, 'pg_class')) FILTER (WHERE relname = 'procrastinate_jobs') AS release"
    " FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relname IN ('procrastinate_jobs', 'procrastinate_workers', 'procrastinate_events')"
)
_ALIVE = f"worker.last_heartbeat > clock_timestamp() - interval '{STALE} seconds'"
_DEAD = f"NOT EXISTS (SELECT 1 FROM procrastinate_workers worker WHERE worker.id = job.worker_id AND {_ALIVE})"
# A job that waits behind one that a dead worker has, for the sake of their sync, would wait for ever.
_HELD = text(
    "SELECT (held.args->>'run')::bigint AS run FROM procrastinate_jobs held WHERE held.status IN ('todo', 'doing')"
    " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs job"
    f" WHERE job.lock = held.lock AND job.status = 'doing' AND {_DEAD})"
)
_WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = ANY (:queues)")
_FORGET = text(
    "DELETE FROM procrastinate_jobs job WHERE (job.lock = :sync AND (job.status NOT IN ('todo', 'doing')"
    f" OR (job.status = 'doing' AND {_DEAD}))) OR (job.queueing_lock = :lock AND job.status = 'todo')"
)
_WHOSE = text(
    "SELECT run.sync_id, connection.kind FROM run JOIN connection ON connection.id = run.connection_id"
    " WHERE run.id = :run"
)
_ABORT = text(
    "SELECT procrastinate_cancel_job_v1(id, true, false) FROM procrastinate_jobs"
    " WHERE queueing_lock = :lock AND status = 'doing'"
)
_CALL = text("SELECT pg_notify(:channel || current_schema(), '')")
_SCHEMA = text("SELECT current_schema()")

# Workers are told of what comes, and not of what need not wait any more for the sake of its sync.
_NEXT = """
CREATE FUNCTION procrastinate_contactd_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text
    ) FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo';
    RETURN NULL;
END $$;
CREATE TRIGGER procrastinate_contactd_next AFTER DELETE ON procrastinate_jobs
    FOR EACH ROW EXECUTE FUNCTION procrastinate_contactd_next();
"""

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
    """Make the queue if it is not there, or is that of an older release.

    Raises:
        Conflict: there is one that somebody else made.
    """
    made = tx.execute(_MADE).one()
    if made.jobs and made.release is None:
        message = (
            "the schema of the store has tables of Procrastinate that contactd did not make; give contactd a schema of"
            " its own, or drop these tables if nobody needs what is in them"
        )
        raise Conflict(message, reason="QUEUE_FOREIGN")
    if made.there and made.release >= _release():
        return
    for (statement,) in tx.rows(_PARTS):
        tx.execute(text(statement))
    # Many statements at once, which is why it goes past the layer that binds values.
    _session(tx.connection).execute(SchemaManager.get_schema() + _NEXT)
    tx.execute(text(f"COMMENT ON TABLE procrastinate_jobs IS '{_release()}'"))


@cache
def _release() -> str:
    """Tell the newest step of Procrastinate's tables that this release of it has."""
    return max(step.stem for step in migrations_path.glob("*.sql"))


def put(tx: Transaction, run: int) -> None:
    """Have some daemon carry *run* once *tx* is true, one that has its kind of source.

    What a dead one held of its sync is forgotten, and one that waits is put anew, so that workers are told of it.
    """
    prepare(tx)
    whose = tx.execute(_WHOSE, {"run": run}).one()
    sync, lock = f"sync:{whose.sync_id}", _lock(run)
    tx.execute(_FORGET, {"sync": sync, "lock": lock})
    session = _session(tx.connection)
    job = _deferring.configure_task(TASK, queue=name(whose.kind), lock=sync, queueing_lock=lock, connection=session)
    job.defer(run=run)


def name(kind: str) -> str:
    """Give the name of the queue where runs stand that read a *kind* of source: not every daemon may have it."""
    return kind[:_NAME]


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


def waiting(r: Reading, queues: Sequence[str]) -> int:
    """Count the runs in *queues* that are handed over and that no worker has begun."""
    return int(r.execute(_WAITING, {"queues": list(queues)}).scalar_one()) if _is_there(r) else 0


def held(r: Reading) -> set[int]:
    """Give the runs that wait for a worker, or that one holds which is alive."""
    return {row.run for row in r.rows(_HELD)} if _is_there(r) else set()


def _is_there(r: Reading) -> bool:
    return bool(r.execute(_MADE).one().there)


def _lock(run: int) -> str:
    return f"run:{run}"


def _session(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
