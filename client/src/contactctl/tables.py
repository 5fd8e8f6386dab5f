"""Facts, tables and lines, drawn: aligned, calm, in color only on a terminal.

A table that does not fit the terminal however it is narrowed shows its rows
one below the other. In a pipe there is no edge: a line stays a line, and
nothing is left out.
"""

import os
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console, JustifyMethod
from rich.table import Table as Grid
from rich.text import Text

from contactctl.blocks import Block, Facts, Heading, Line, Shown, Table, text_of, tone_of
from contactctl.clean import clean, isolated
from contactctl.widths import Fitted, fit

#: Wider than any line of ours: in a pipe there is no edge.
_NO_EDGE = 10_000


def make_console() -> Console:
    """Make what draws on standard output as it is now."""
    free = not sys.stdout.isatty() and not os.environ.get("COLUMNS")
    return Console(file=sys.stdout, width=_NO_EDGE if free else None, highlight=False, markup=False, emoji=False)


def draw(blocks: Iterable[Block], console: Console) -> None:
    """Draw *blocks* one below the other."""
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and number:
            console.print()
        _draw(block, console)


def _draw(block: Block, console: Console) -> None:
    match block:
        case Heading(text):
            _print(Text(clean(text), style="bold"), console)
        case Line(shown):
            _print(_text(shown, console), console)
        case Facts(rows):
            _print(_facts(rows, console), console)
        case Table(rows=[], none=none):
            if none:
                _print(Text(clean(none), style="dim"), console)
        case Table():
            _draw_table(block, console)


def _draw_table(table: Table, console: Console) -> None:
    if fitted := fit(table, console.width):
        _print(_grid(fitted, console), console)
        return
    titles = [column.title for column in table.columns]
    for number, row in enumerate(table.rows):
        if number:
            console.print()
        _print(_facts(list(zip(titles, row, strict=True)), console), console)


def _grid(fitted: Fitted, console: Console) -> Grid:
    grid = Grid(
        box=None,
        padding=(0, fitted.gap, 0, 0),
        pad_edge=False,
        header_style="bold",
        show_header=fitted.table.header,
    )
    for column, width in zip(fitted.table.columns, fitted.widths, strict=True):
        side: JustifyMethod = "right" if column.number else "left"
        grid.add_column(Text(column.title), justify=side, width=width, overflow="fold")
    for row in fitted.table.rows:
        grid.add_row(*(_text(cell, console) for cell in row))
    return grid


def _facts(rows: Sequence[tuple[str, Shown]], console: Console) -> Grid:
    grid = Grid.grid(padding=(0, 2, 0, 0), pad_edge=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for title, shown in rows:
        if text_of(shown):
            grid.add_row(Text(f"  {clean(title)}"), _text(shown, console))
    return grid


def _text(shown: Shown, console: Console) -> Text:
    text = clean(text_of(shown))
    return Text(isolated(text) if console.is_terminal else text, style=tone_of(shown).value)


def _print(drawing: Text | Grid, console: Console) -> None:
    if console.is_terminal:
        console.print(drawing)
        return
    # Padding at the end of a line is for terminals; in a file it is dirt.
    with console.capture() as captured:
        console.print(drawing)
    for line in captured.get().splitlines():
        console.file.write(f"{line.rstrip()}\n")
