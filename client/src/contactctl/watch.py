"""Following a run to its end: as a bar on a terminal, as lines elsewhere.

Rule: watching changes nothing. Whoever stops watching is told that the run
goes on, and how to see it again.
"""

import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

import click

from contactctl.blocks import Block, Cell, Line, Tone
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.names import short
from contactctl.output import Output
from contactctl.render import plural, word
from contactctl.views.counts import counts_sentence, view_of
from contactctl.views.runs import state_cell
from contactctl.watchers import JsonLines, PlainLines, Watcher

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.run_pb2 import Run

#: How long to wait, in seconds, before looking whether the daemon is there
#: again. A restart is over well before the last.
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0)

_ENDS = {"succeeded", "failed", "cancelled"}


def watch(daemon: "Daemon", name: str, output: Output, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Follow run *name* until it ends or needs a person, and end as it ended.

    *pause* is how to wait until the daemon is looked for again.

    Raises:
        Failure: the daemon refused, or went away for good.
        click.exceptions.Exit: the run did not succeed, or watching was stopped.
    """
    from contactd_proto.v1.run_pb2 import Run

    last = Run(name=name)
    try:
        with _watcher(output) as watcher, closing(_states(daemon, name, watcher, pause)) as states:
            for run in states:
                last = run
                watcher.show(run)
                if word(run, "state") == "held":
                    break
    except KeyboardInterrupt:
        output.note(f"{short(last.name)} goes on; contactctl runs watch {short(last.name)} shows it again")
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None
    if not output.as_json:
        output.draw(end_view(last))
    if word(last, "state") != "succeeded":
        raise click.exceptions.Exit(Exit.REFUSED)


def _states(
    daemon: "Daemon", name: str, watcher: Watcher, pause: Callable[[float], None]
) -> "Generator[Run, None, None]":
    """Give the run whenever it changed, across restarts of the daemon."""
    pauses: Iterator[float] = iter(())
    while True:
        try:
            for run in _one_stream(daemon, name):
                pauses = iter(PAUSES)
                yield run
                if word(run, "state") in _ENDS:
                    return
            failure = Failure(Exit.AWAY, "contactd broke off the watch before the run ended", status="UNAVAILABLE")
        except Failure as met:
            failure = met
        seconds = next(pauses, None) if failure.exit is Exit.AWAY else None
        if seconds is None:
            raise failure
        watcher.away(failure)
        pause(seconds)


def _one_stream(daemon: "Daemon", name: str) -> "Iterator[Run]":
    from contactd_proto.v1.run_pb2 import WatchRunRequest

    with daemon.stream(daemon.runs.WatchRun, WatchRunRequest(name=name)) as runs:
        yield from runs


def _watcher(output: Output) -> AbstractContextManager[Watcher]:
    if output.as_json:
        return nullcontext(JsonLines(output))
    if not sys.stdout.isatty():
        return nullcontext(PlainLines(output))
    from contactctl.progress import Bar

    return Bar()


def end_view(run: "Run") -> Iterator[Block]:
    """Say how a run ended, and what to do next."""
    said = short(run.name)
    state = state_cell(run)
    yield Line(Cell(f"{said} {state.text}, {counts_sentence(run.counts, view_of(run))}", state.tone))
    if run.HasField("error"):
        yield Line(Cell(run.error.message, Tone.BAD))
    if state.text == "held":
        yield Line(f"it would remove {plural(run.held_removals, 'contact')}, and waits for a word")
        yield Line(f"let it: contactctl runs confirm {said}; end it without: contactctl runs reject {said}")
    if run.counts.skipped + run.counts.failed:
        yield Line(Cell(f"why records were skipped: contactctl runs skipped {said}", Tone.QUIET))
