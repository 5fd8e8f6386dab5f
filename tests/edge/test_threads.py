"""The bounded pool of threads."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from contactd.api.threads import Threads
from contactd.domain.refusals import Exhausted

WORD = ContextVar("WORD", default="none")


@pytest.fixture
def threads():
    threads = Threads(1, waiting=1)
    yield threads
    threads.close()


def test_work_is_done_in_a_thread_with_the_context_of_its_caller(threads):
    async def scenario():
        WORD.set("mine")
        return await threads.run(lambda: (WORD.get(), threading.current_thread().name))

    word, thread = asyncio.run(scenario())

    assert word == "mine"
    assert thread.startswith("api")


def test_what_the_work_raises_reaches_the_caller(threads):
    with pytest.raises(ZeroDivisionError):
        asyncio.run(threads.run(lambda: 1 / 0))


def test_one_call_too_many_is_refused_at_once_and_later_there_is_room_again(threads):
    release = threading.Event()

    async def scenario():
        busy = [asyncio.ensure_future(threads.run(release.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Exhausted, match="try again in a moment"):
            await threads.run(int)
        release.set()
        await asyncio.gather(*busy)
        return await threads.run(int)

    assert asyncio.run(scenario()) == 0


def test_a_call_that_is_left_while_it_waits_is_never_begun(threads):
    release = threading.Event()
    begun: list[str] = []

    async def scenario():
        busy = asyncio.ensure_future(threads.run(release.wait))
        left = asyncio.ensure_future(threads.run(begun.append, "left"))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait([left])
        release.set()
        await busy
        await threads.run(begun.append, "next")

    asyncio.run(scenario())

    assert begun == ["next"]
