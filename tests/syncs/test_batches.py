"""The way from a thread to a stream: bounded, and left in good order."""

import asyncio
import threading
from contextlib import aclosing

import pytest

from contactd.api.batches import Batches, Left
from contactd.api.draining import Draining
from contactd.api.threads import Threads
from contactd.domain.refusals import Away, Conflict


def test_every_batch_arrives_in_order_before_the_end() -> None:
    async def stream() -> tuple[list[int], str]:
        threads, batches = Threads(1), Batches[int]()

        def work() -> str:
            for number in range(20):
                batches.put(number)
            return "done"

        ended = asyncio.ensure_future(threads.run(work))
        got = [number async for number in batches.taken(ended, Draining(), "again")]
        return got, await ended

    assert asyncio.run(stream()) == (list(range(20)), "done")


def test_a_refusal_of_the_work_is_seen_after_its_batches() -> None:
    async def stream() -> list[int]:
        threads, batches = Threads(1), Batches[int]()

        def work() -> None:
            batches.put(1)
            raise Conflict("no")

        ended = asyncio.ensure_future(threads.run(work))
        got = [number async for number in batches.taken(ended, Draining(), "again")]
        with pytest.raises(Conflict):
            await ended
        return got

    assert asyncio.run(stream()) == [1]


def test_a_thread_stops_when_nobody_takes_its_batches() -> None:
    stopped = threading.Event()

    async def stream() -> None:
        threads, batches = Threads(1), Batches[int]()

        def work() -> None:
            try:
                while True:
                    batches.put(1)
            except Left:
                stopped.set()
                raise

        ended = asyncio.ensure_future(threads.run(work))
        async with aclosing(batches.taken(ended, Draining(), "again")) as taken:
            async for _ in taken:
                break

    asyncio.run(stream())

    assert stopped.wait(60)


def test_a_thread_waits_for_a_slow_reader() -> None:
    async def stream() -> int:
        threads, batches = Threads(1), Batches[int]()
        ahead = 0
        filled = threading.Event()

        def work() -> None:
            nonlocal ahead
            for number in range(100):
                batches.put(number)
                ahead = number + 1
                if ahead == 4:
                    filled.set()

        ended = asyncio.ensure_future(threads.run(work))
        async with aclosing(batches.taken(ended, Draining(), "again")) as taken:
            await asyncio.to_thread(filled.wait)
            before_reading = ahead
            async for _ in taken:
                break
        return before_reading

    assert asyncio.run(stream()) == 4


def test_a_stream_ends_with_advice_when_the_daemon_is_about_to_stop() -> None:
    async def stream() -> None:
        threads, batches, draining = Threads(1), Batches[int](), Draining()
        release = threading.Event()
        ended = asyncio.ensure_future(threads.run(release.wait))
        draining.begin()
        try:
            async for _ in batches.taken(ended, draining, "preview again"):
                pass
        finally:
            release.set()

    with pytest.raises(Away, match="contactd is stopping; preview again"):
        asyncio.run(stream())
