"""Being told to end: by whom, and how often."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from contactd import signals

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Leave signals as they were; whoever runs the tests may be kept from the end of a terminal."""
    before = {number: signal.getsignal(number) for number in ENDS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def told(number: int) -> None:
    """Be told to end by *number* while a loop runs, and listen no more."""
    asked = asyncio.Event()
    signals.listen(asyncio.get_running_loop(), asked)
    os.kill(os.getpid(), number)
    await asked.wait()
    signals.listen_no_more(asyncio.get_running_loop())


@pytest.mark.parametrize("number", ENDS)
def test_whoever_tells_it_twice_breaks_off_nothing_of_the_end(number: int) -> None:
    asyncio.run(told(number))

    # By the system's own handler this would end the tests.
    for again in ENDS:
        os.kill(os.getpid(), again)


@pytest.mark.parametrize("number", ENDS)
def test_whoever_tells_it_twice_before_it_serves_is_heard_once(number: int) -> None:
    heard: list[int] = []
    signals.call(lambda: heard.append(number))

    for again in (number, *ENDS):
        os.kill(os.getpid(), again)

    assert heard == [number]


def test_the_end_of_a_terminal_is_no_matter_to_who_is_kept_from_it() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.call(lambda: pytest.fail("it was told to end"))

    os.kill(os.getpid(), signal.SIGHUP)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
