"""The signals by which the daemon is told to end.

Rule: once is enough. Whoever tells it twice breaks off nothing of what takes the parts down.
"""

import signal
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A tenth of a second of import, which `--help` does without.
    import asyncio

#: What asks for the end: a service manager, a person at the keyboard, a terminal that is closed.
_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def call(leave: Callable[[], None]) -> None:
    """Call *leave* when the end is asked for, be it in the middle of something."""

    def told(_number: int, _frame: FrameType | None) -> None:
        for number in _heeded():
            signal.signal(number, _nothing)
        leave()

    for number in _heeded():
        signal.signal(number, told)


def listen(loop: "asyncio.AbstractEventLoop", asked: "asyncio.Event") -> None:
    """Set *asked*, in the *loop* that runs, when the end is asked for."""
    for number in _heeded():
        loop.add_signal_handler(number, asked.set)


def listen_no_more(loop: "asyncio.AbstractEventLoop") -> None:
    """Be told of nothing more: the *loop* is about to end, and would leave it to the system to end us."""
    for number in _heeded():
        loop.remove_signal_handler(number)
        signal.signal(number, _nothing)


def _heeded() -> list[signal.Signals]:
    # Who keeps a program from its terminal's end, as nohup does, wants it to go on.
    return [number for number in _ENDS if signal.getsignal(number) is not signal.SIG_IGN]


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; to ignore a signal would have the children that are started ignore it, too."""
