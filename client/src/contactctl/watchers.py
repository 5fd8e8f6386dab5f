"""What shows a run while it goes on where there is no terminal: lines of text, lines of JSON."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from contactctl.failures import Failure
from contactctl.names import short
from contactctl.output import Output
from contactctl.views.runs import progress_sentence, state_cell, waiting_sentence

if TYPE_CHECKING:
    from contactd_proto.v1.run_pb2 import Run

#: Seconds between two lines that differ in nothing but numbers.
_BETWEEN = 2.0


class Watcher(Protocol):
    """Whatever shows a run while it goes on."""

    def show(self, run: "Run") -> None:
        """Show how the run is now."""

    def away(self, failure: Failure) -> None:
        """Show that the daemon went away, and that we are trying to find it again."""


class JsonLines:
    """Each state of the run as a line of JSON."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def show(self, run: "Run") -> None:
        """Write the run."""
        self._output.line(run)

    def away(self, failure: Failure) -> None:
        """Say so on standard error."""
        self._output.note(f"{failure.message}; looking for it again")


class PlainLines:
    """A line for every change that matters, and one now and then for the numbers."""

    def __init__(self, output: Output, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._told = ""
        self._told_at = float("-inf")

    def show(self, run: "Run") -> None:
        """Say how the run is, unless that was said just now."""
        if run.HasField("end_time"):
            return  # how it ended is said by whoever watches
        state = _doing(run)
        now = self._clock()
        if state != self._told or now - self._told_at >= _BETWEEN:
            self._told, self._told_at = state, now
            self._output.say(f"{short(run.name)} {state}, {progress_sentence(run)}")

    def away(self, failure: Failure) -> None:
        """Say so on standard error."""
        self._output.note(f"{failure.message}; looking for it again")


def _doing(run: "Run") -> str:
    """Say what a run is doing, and why if it does nothing."""
    waits = waiting_sentence(run)
    state = state_cell(run).text
    return f"{state} ({waits})" if waits else state
