"""Puts the parts together, and takes them down in reverse; decides nothing.

Rule: whoever may be asked is ready before somebody can ask: store, plugins,
engine, then the listeners, and READY last. On the way down the order is the
other one, and what was being carried is put back to go on from its cursor.
"""

import asyncio
import os
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import structlog

from contactd import signals, systemd
from contactd.api.draining import Draining
from contactd.api.register import everything, itself
from contactd.api.server import Servers, serve
from contactd.api.system import About
from contactd.api.threads import Threads
from contactd.config import Config
from contactd.domain.nouns import Daemon
from contactd.domain.refusals import Away, Changed, Conflict, Fault, Invalid
from contactd.engine.accounts.budgets import Admittance
from contactd.engine.accounts.sources import Sources
from contactd.engine.house.fields import finish_deletions
from contactd.engine.parts import Parts
from contactd.engine.runs.run import Runs
from contactd.engine.schedule.admission import Limits
from contactd.engine.schedule.executor.base import Executor
from contactd.engine.schedule.executor.choosing import executor_for
from contactd.engine.schedule.retention import Kept, Pruner
from contactd.engine.schedule.scheduler import Scheduler
from contactd.engine.syncs.syncs import attention
from contactd.host.authorizer import Authorizers
from contactd.host.catalog import Catalog
from contactd.host.installed import installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd.role import DaemonRole
from contactd.store import daemons, schema, suppressions
from contactd.store.database import Database
from contactd.store.opening import FILE, open_store
from contactd.store.seal import Sealer
from contactd.store.unlocking import unlock

log = structlog.get_logger()

#: How long a thread may hold the interpreter while the event loop waits for it, seconds.
SWITCH_INTERVAL = 0.0005

#: Seconds that a store which does not answer is waited for at the start, and between two attempts.
_PATIENCE, _PAUSE = 60.0, 2.0

#: Seconds that are kept of a stop's time for closing the listeners.
_CLOSING = 2.0

#: Seconds that the store has, at the end, to take down that this daemon has stopped.
_LEAVING = 1.0


@dataclass(frozen=True, slots=True)
class House:
    """What serves: the parts, and what carries runs."""

    parts: Parts
    scheduler: Scheduler
    executor: Executor
    about: About
    role: DaemonRole


def run(config: Config, role: DaemonRole = DaemonRole.ALL) -> int:
    """Serve until a signal asks for the end; give the exit code.

    Raises:
        Changed: the store became another one meanwhile.
        Conflict: the store, or a place to listen at, is somebody else's.
        Invalid: the store cannot be used, or a place cannot be listened at.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    with ExitStack() as stack:
        house = _build(config, role, stack)
        asyncio.run(_serve(config, house))
        house.parts.database.unchanged.hold()
    log.info("daemon_stopped")
    return 0


def _build(config: Config, role: DaemonRole, stack: ExitStack) -> House:
    _check_role(config, role)
    database = stack.enter_context(_store(config))
    sealer = _sealer(config, database)
    starter = stack.enter_context(Starter(paths=config.plugins.path, environ=os.environ))
    catalog = Catalog(probe(installed(config.plugins.path), starter, allow=config.plugins.allow))
    pool = stack.enter_context(Pool(starter))
    slots = config.engine.slots if role.carries else 0
    kinds = frozenset(kind.name for kind in catalog.kinds)
    executor = executor_for(database, slots, kinds)
    limits = Limits(slots, config.engine.per_connection, None if database.conninfo is None else kinds)
    kept = Kept(config.retention.events, config.retention.outcomes, config.retention.notifications)
    instance = uuid.uuid4().hex
    me = Daemon(
        instance=instance,
        machine=socket.gethostname(),
        role=role,
        version=version("contactd"),
        owner=f"{socket.gethostname()}:{os.getpid()}:{instance[:8]}",
        kinds=kinds,
        started_at=database.clock(),
    )
    tidy = partial(_tidy, pool, database, Pruner(database, kept), me)
    scheduler = Scheduler(
        database, executor, limits, gate=Admittance(catalog), attention=partial(attention, catalog), tidy=tidy
    )
    parts = Parts(
        database=database,
        sealer=sealer,
        catalog=catalog,
        authorizers=Authorizers(starter),
        pool=pool,
        hosts=config.plugins.hosts,
        wake=scheduler.wake,
        stop=executor.nudge,
    )
    with database.transaction() as tx:
        recovered = executor.recover(tx)
        daemons.enter(database, tx, me)
    stack.callback(_leave, database, me)
    if recovered:
        log.info("runs_recovered", runs=recovered)
    executor.start(
        Runs(
            database,
            Sources(parts),
            owner=me.owner,
            wake=scheduler.wake,
            erasure_key=sealer.derived(suppressions.PURPOSE),
        ).carry,
        scheduler.look,
    )
    about = About(me.version, me.instance, database.kind, schema.HEAD, me.started_at, role)
    return House(parts, scheduler, executor, about, role)


def _check_role(config: Config, role: DaemonRole) -> None:
    if role is not DaemonRole.ALL and config.store.url.startswith(FILE):
        message = (
            f"'{role}' is for a daemon that shares its store with others, and a file has one daemon; leave --role out,"
            " or name a PostgreSQL database in [store] url"
        )
        raise Invalid(Fault("--role", message))


def _tidy(pool: Pool, database: Database, pruner: Pruner, me: Daemon) -> None:
    """Look after what nobody waits for."""
    pool.tidy()
    finish_deletions(database)
    pruner.prune()
    with database.transaction(durable=False) as tx:
        daemons.look_after(tx, me)


def _leave(database: Database, me: Daemon) -> None:
    """Be written down no more, if the store answers soon: it is seen that this daemon is away, too."""
    leaving = threading.Thread(target=_left, args=(database, me), name="leaving", daemon=True)
    leaving.start()
    leaving.join(_LEAVING)


def _left(database: Database, me: Daemon) -> None:
    with suppress(Away, Conflict), database.transaction() as tx:
        daemons.leave(tx, me)


@contextmanager
def _store(config: Config) -> Iterator[Database]:
    database = _opened(config.store.url)
    try:
        yield database
    finally:
        database.close()


def _opened(url: str) -> Database:
    """Open the store; at a boot the server may come up later than this."""
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            return open_store(url)
        except Away as away:
            if time.monotonic() > ends:
                raise
            log.warning("store_awaited", message=away.message)
            time.sleep(_PAUSE)


def _sealer(config: Config, database: Database) -> Sealer:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    sealer, key = unlock(database, config.store.key_file, credentials=Path(folder) if folder else None)
    if key.made:
        log.warning("store_key_made", file=str(config.store.key_file))
    return sealer


async def _serve(config: Config, house: House) -> None:
    asked = asyncio.Event()
    signals.listen(asyncio.get_running_loop(), asked)
    _end_with_store(house.parts.database, asked)
    draining = Draining()
    threads = Threads()
    answers = everything(house.parts, threads, draining, house.about) if house.role.answers else itself(house.about)
    servers = await serve(config.listen.listeners, answers, draining=draining)
    house.scheduler.start()
    for address in servers.addresses:
        log.info("listening", at=address)
    systemd.notify("READY=1", f"STATUS=Serving at {', '.join(servers.addresses)}")
    log.info("daemon_ready", version=house.about.version)
    watchdog = asyncio.create_task(systemd.watch(lambda: threads.run(_healthy, house.parts.database)))
    try:
        await asked.wait()
    finally:
        watchdog.cancel()
        signals.listen_no_more(asyncio.get_running_loop())
        await _stop(config.engine.drain.total_seconds(), house, servers, threads)


async def _stop(limit: float, house: House, servers: Servers, threads: Threads) -> None:
    """Take nothing more on, let what is under way come to a good place, and close; all within *limit* seconds."""
    systemd.notify("STOPPING=1", "STATUS=Putting runs back, to go on from their cursors")
    log.info("daemon_draining")
    servers.drain()
    ends = time.monotonic() + limit - _CLOSING
    await asyncio.to_thread(house.scheduler.close, max(limit - _CLOSING, 0.0) / 2)
    # Children are ended by force at the end, so a run that does not come to a page in time loses no more than that.
    if not await asyncio.to_thread(house.executor.drain, max(ends - time.monotonic(), 0.0)):
        log.warning("drain_overran")
    await servers.stop(_CLOSING)
    threads.close(wait=False)


def _end_with_store(database: Database, asked: asyncio.Event) -> None:
    """Ask for the end once the store is not what it was, whoever finds that."""
    loop = asyncio.get_running_loop()

    def end(changed: Changed) -> None:
        log.error("store_changed", because=changed.message)
        # A loop that is over has nobody to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(asked.set)

    database.unchanged.heed(end)


def _healthy(database: Database) -> None:
    """See that the store still answers a writer; who hangs here is not well."""
    with database.transaction(durable=False):
        pass
