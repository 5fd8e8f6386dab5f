"""Runs in threads of several daemons, which share a store on PostgreSQL: Procrastinate says whose a run is.

Rule: a worker of Procrastinate lives in an event loop and a thread of its own,
and only begins run threads and waits for them; so its signs of life do not
depend on what a page costs. When its sessions are lost it is begun anew, and
whatever it carried is fenced or found again.
"""

import asyncio
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg import AsyncConnection

from contactd.domain.refusals import Away, Conflict, Unfit
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.executor.base import RunBody, nobody
from contactd.store import attempts, queue
from contactd.store.database import Database, Reading, Transaction
from contactd.store.server import OURS

log = structlog.get_logger()

#: Seconds until a worker whose sessions were lost is begun anew.
_PAUSE = 1.0


class ProcrastinateExecutor:
    """Carries up to *slots* runs at once of those that any daemon of the store admits."""

    #: A run whose daemon died is taken over this much after it has been silent for too long.
    vigilance = 2.0

    def __init__(self, database: Database, conninfo: str, *, slots: int, kinds: Collection[str]) -> None:
        self._database = database
        self._conninfo = conninfo
        self._slots = slots
        self._queues = sorted({queue.name(kind) for kind in kinds})
        self._change = threading.Condition()
        self._live: set[Stop] = set()
        self._draining = False
        self._body: RunBody | None = None
        self._wake: Callable[[], None] = nobody
        self._loop: asyncio.AbstractEventLoop | None = None
        self._working: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._serve, name="executor", daemon=True)

    def start(self, body: RunBody, wake: Callable[[], None] = nobody) -> None:
        """Begin to carry runs, with *body*, if this daemon has slots for any."""
        self._body, self._wake = body, wake
        if self._slots:
            self._thread.start()

    def recover(self, tx: Transaction) -> int:
        """Put nothing back: others may carry it, and what nobody does is found when its worker has been silent.

        Raises:
            Conflict: somebody else has a queue where this one is to be.
        """
        queue.prepare(tx)
        return 0

    def taken(self, r: Reading) -> int:
        """Tell how many runs this daemon carries, and how many wait for it or another one."""
        with self._change:
            live = len(self._live)
        return live + queue.waiting(r, self._queues)

    def submit(self, tx: Transaction, run: int) -> None:
        """Have some daemon carry *run* once *tx* is true."""
        queue.put(tx, run)

    def nudge(self, run: int) -> None:
        """Stop *run* wherever it is carried, if it should be cancelled; a paused one sees it at its next page."""
        with suppress(Away, Unfit), self._database.transaction(durable=False) as tx:
            if attempts.cancel_requested(tx, run):
                queue.abort(tx, run)

    def call(self) -> None:
        """Let the other daemons look now."""
        with suppress(Away, Conflict), self._database.transaction(durable=False) as tx:
            queue.call(tx)

    def lost(self, r: Reading, runs: Collection[int]) -> set[int]:
        """Tell which of *runs* no daemon holds that is alive."""
        return set(runs) - queue.held(r) if runs else set()

    def drain(self, seconds: float) -> bool:
        """Take no more runs and let each end at its next page; tell whether all did in time."""
        with self._change:
            self._draining = True
            stops = list(self._live)
        for stop in stops:
            stop.ask()
        # A loop that has ended needs no telling.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._end)
        if self._slots:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _end(self) -> None:
        # Once: a worker that was told twice does not wait for what it carries.
        working, self._working = self._working, None
        if working is not None:
            working.cancel()

    def _serve(self) -> None:
        asyncio.run(self._work_on())

    async def _work_on(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_tell)
        while not self._draining:
            working = self._working = asyncio.create_task(self._work())
            try:
                await working
            except asyncio.CancelledError:
                break
            except Exception as exc:  # noqa: BLE001  whatever ended a worker, another one is begun: runs go on
                log.warning("worker_ended", because=type(exc).__name__)
            else:
                log.warning("worker_ended", because="a session of it was lost")
            await asyncio.sleep(_PAUSE)

    async def _work(self) -> None:
        with self._database.transaction(durable=False) as tx:
            queue.prepare(tx)
            channel = queue.channel(tx)
        connector = PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=4, timeout=5.0, configure=_as_ours)
        app = App(connector=connector)
        app.task(name=queue.TASK)(self._carry)
        async with app.open_async():
            listening = asyncio.create_task(self._listen(connector, channel))
            try:
                worker = _Worker(
                    app,
                    queues=self._queues,
                    concurrency=self._slots,
                    delete_jobs="always",
                    # Whatever ends it, its runs are to be put back at their next page, not carried to their ends.
                    shutdown_graceful_timeout=0,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=self.vigilance,
                    abort_job_polling_interval=self.vigilance,
                    update_heartbeat_interval=queue.BEAT,
                    stalled_worker_timeout=queue.STALE,
                )
                await worker.run()  # type: ignore[no-untyped-call]  # it says nothing of what it gives
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, connector: PsycopgConnector, channel: str) -> None:
        while True:
            with suppress(ConnectorException):
                await connector.listen_notify(self._called, [channel])
            await asyncio.sleep(_PAUSE)

    async def _called(self, *, channel: str, payload: str) -> None:  # noqa: ARG002  the names are the library's
        self._wake()

    async def _carry(self, run: int) -> None:
        """Carry *run* in a thread, and stay until that has ended, whoever wants it to."""
        stop, ended = Stop(), asyncio.get_running_loop().create_future()
        with self._change:
            self._live.add(stop)
            if self._draining:
                stop.ask()
        loop = asyncio.get_running_loop()

        def carry() -> None:
            try:
                if self._body is not None:
                    self._body(run, stop)
            except Exception:  # the outermost frame of a run's thread
                log.exception("run_thread_failed", run=run)
            finally:
                with self._change:
                    self._live.discard(stop)
                if self._draining:
                    # What was put back goes on elsewhere, and its end makes room on its connection.
                    self.call()
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(ended.set_result, None)

        threading.Thread(target=carry, name=f"run-{run}", daemon=True).start()
        # Another run may be admitted: this one waits no more.
        self._wake()
        # A run that was cancelled may be told to stop once more, by a worker that ends meanwhile.
        while not ended.done():
            try:
                await asyncio.shield(ended)
            except asyncio.CancelledError:
                stop.ask()


class _Worker(Worker):
    """Ends when any of its parts does: the one that gives signs of life, or the one that listens.

    The library's own looks after them until the first is over, and the one for periodic jobs is over at once where
    there are none; it would go on with no sign of life, and each of its runs be taken for lost again and again.
    """

    async def _periodic_deferrer(self) -> None:
        await asyncio.Event().wait()


async def _as_ours(session: AsyncConnection[Any]) -> None:
    await session.execute(OURS)
    await session.commit()


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say of a job whose end could not be written down no more than that: whose run it is, the run's own row says."""
    fault = context.get("exception")
    if isinstance(fault, ConnectorException):
        log.info("job_left", because=type(fault.__cause__ or fault).__name__)
    else:
        loop.default_exception_handler(context)
