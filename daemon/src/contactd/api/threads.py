"""Where blocking work is done for the event loop: a bounded pool of threads.

Rule: no SQL, file, name lookup or plugin on the loop. What waits for a thread
is bounded, too: one call more is refused at once, rather than all of them late.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from contactd.domain.refusals import Exhausted

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """*workers* threads, for which *waiting* calls may wait."""

    def __init__(self, workers: int = 16, *, waiting: int = 1000, name: str = "api") -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._room = threading.BoundedSemaphore(workers + waiting)

    async def run(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do *fn* in a thread, with the context of the caller, and give what it gives.

        Raises:
            Exhausted: too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise Exhausted("contactd has as many calls as it can answer; try again in a moment", retry_after="1")
        try:
            done = self._pool.submit(copy_context().run, partial(fn, *args, **kwargs))
        except BaseException:
            self._room.release()
            raise
        done.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(done)

    def close(self, *, wait: bool = True) -> None:
        """Start nothing more; *wait* until what has begun is done."""
        self._pool.shutdown(wait=wait, cancel_futures=True)
