"""A run on a terminal: a bar that moves, what it waits for, and the counts so far."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from contactctl.blocks import Cell
from contactctl.clean import clean
from contactctl.failures import Failure
from contactctl.names import short
from contactctl.render import word
from contactctl.views.counts import counts_sentence, view_of
from contactctl.views.runs import progress_sentence, state_cell, waiting_sentence

if TYPE_CHECKING:
    from contactd_proto.v1.run_pb2 import Run


#: From this many columns on there is room for more than the bar.
_ROOMY = 72


class Bar(AbstractContextManager["Bar"]):
    """The bar, for as long as the block lasts. The last state of it stays on the screen."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = _WithNote(console or Console(file=sys.stdout, highlight=False))
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # How it ended is said below the bar; what was last noted would only repeat it.
        self._progress.note = Text()
        self._progress.stop()

    def show(self, run: "Run") -> None:
        """Move the bar to where the run is."""
        read = run.counts.total + run.counts.undecided
        expected = max(run.expected_total, read) if run.expected_total else None
        if word(run, "state") == "succeeded":
            expected = read = max(read, 1)  # a run that found nothing to do is done all the same
        self._progress.note = _note(run)
        self._progress.update(
            self._bar(),
            visible=True,
            description=clean(short(run.name)),
            completed=read,
            total=expected,
            state=state_cell(run),
            read=progress_sentence(run),
        )

    def away(self, failure: Failure) -> None:
        """Note that the daemon went away."""
        self._progress.note = Text(f"  {clean(failure.message)}; looking for it again", style="yellow")
        self._progress.refresh()

    def _bar(self) -> TaskID:
        if self._task is None:
            self._task = self._progress.add_task("", visible=False, total=None, state=Cell(""), read="")
        return self._task


class _WithNote(Progress):
    """A bar with a line below it."""

    def __init__(self, console: Console) -> None:
        self.note = Text()
        name, read = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[read]}", markup=False)
        columns: list[ProgressColumn] = [name, _StateColumn(), BarColumn(bar_width=None), read, TimeElapsedColumn()]
        if console.width < _ROOMY:
            columns = [name, BarColumn(bar_width=None), TimeElapsedColumn()]
        super().__init__(*columns, console=console, expand=True)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Give the bar, then the note if there is one."""
        yield from super().get_renderables()
        if self.note:
            yield self.note


class _StateColumn(ProgressColumn):
    """What the run is doing, in the color of its state."""

    def render(self, task: Task) -> Text:
        state: Cell = task.fields["state"]
        return Text(state.text, style=state.tone.value)


def _note(run: "Run") -> Text:
    if waits := waiting_sentence(run):
        return Text(f"  waits: {clean(waits)}", style="yellow")
    return Text(f"  {counts_sentence(run.counts, view_of(run))}", style="dim")
