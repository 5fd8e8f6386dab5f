"""A bounded way from a thread that works to a stream that sends.

Rule: the thread waits when the client reads slowly, and stops at its next
batch when the client is gone; the loop never waits for the thread.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any, Generic, TypeVar

from contactd.api.draining import Draining, stopping

#: Batches that may wait to be sent.
_ROOM = 4

_Batch = TypeVar("_Batch")
_Result = TypeVar("_Result")


class Left(Exception):
    """Nobody takes the batches any more."""


class Batches(Generic[_Batch]):
    """Batches on their way. Made on the loop; `put` belongs to the thread, all else to the loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[_Batch | None] = asyncio.Queue()
        self._room = threading.Semaphore(_ROOM)
        self._left = False

    def put(self, batch: _Batch) -> None:
        """Hand over *batch*, once there is room.

        Raises:
            Left: nobody takes it.
        """
        self._room.acquire()
        if self._left:
            raise Left
        self._loop.call_soon_threadsafe(self._queue.put_nowait, batch)

    async def taken(
        self, work: asyncio.Future[_Result], draining: Draining, advice: str
    ) -> AsyncGenerator[_Batch, None]:
        """Give every batch until *work*, which puts them, has ended; how it ended is for the caller to see.

        Raises:
            Away: the daemon is about to stop; *advice* says how to go on.
        """
        stop = asyncio.ensure_future(draining.wait())
        for end in (work, stop):
            end.add_done_callback(self._end)
        try:
            while (batch := await self._queue.get()) is not None:
                self._room.release()
                yield batch
            if not work.done():
                raise stopping(advice)
        finally:
            stop.cancel()
            work.cancel()
            self._left = True
            self._room.release()

    def _end(self, ended: asyncio.Future[Any]) -> None:
        if not ended.cancelled():
            # Looked at, so that one that nobody waits for any more is not logged as forgotten.
            ended.exception()
        self._queue.put_nowait(None)
