"""How wide the columns of a table are, given the room that there is.

A table gives way in this order: columns that wrap give up what they have more
than their longest word; columns stand closer; what can be spared is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from contactctl.blocks import Column, Shown, Table, text_of
from contactctl.clean import clean

_GAP = 2
_CLOSE = 1
#: A word that is longer than this may be broken.
_LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table that fits, with the widths of its columns and the gap between them."""

    table: Table
    widths: Sequence[int]
    gap: int


def fit(table: Table, room: int) -> Fitted | None:
    """Fit *table* into *room* columns of the terminal; None where it cannot be done."""
    for gap, narrowed in _narrower(without_empty(table)):
        if widths := _widths(narrowed, room - gap * (len(narrowed.columns) - 1)):
            return Fitted(narrowed, widths, gap)
    return None


def without_empty(table: Table) -> Table:
    """Leave out what is empty in every row, of the columns that only some rows need."""

    def needed(place: int) -> bool:
        return not table.columns[place].wraps or any(text_of(row[place]) for row in table.rows)

    return _only(table, needed)


def _narrower(table: Table) -> Iterator[tuple[int, Table]]:
    """Give *table* ever narrower, with the gap between its columns."""
    yield _GAP, table
    yield _CLOSE, table
    for spare in sorted({column.spare for column in table.columns} - {0}, reverse=True):
        yield _CLOSE, _less_than(table, spare)


def _less_than(table: Table, spare: int) -> Table:
    return _only(table, lambda place: table.columns[place].spare < spare)


def _only(table: Table, wanted: Callable[[int], bool]) -> Table:
    kept = [place for place in range(len(table.columns)) if wanted(place)]
    return replace(
        table,
        columns=[table.columns[place] for place in kept],
        rows=[[row[place] for place in kept] for row in table.rows],
    )


def _widths(table: Table, room: int) -> list[int]:
    """Share *room* between the columns; nothing where it is too little."""
    cells = list(zip(*table.rows, strict=True))
    whole = [_whole(column, below) for column, below in zip(table.columns, cells, strict=True)]
    least = [_least(column, below) for column, below in zip(table.columns, cells, strict=True)]
    spare = room - sum(least)
    if spare < 0:
        return []
    # Those that want little more are served first: what they leave goes to the others.
    shared = list(least)
    hungry = sorted(range(len(least)), key=lambda place: whole[place] - least[place])
    for served, place in enumerate(hungry):
        more = min(whole[place] - least[place], spare // (len(hungry) - served))
        shared[place] += more
        spare -= more
    return shared


def _whole(column: Column, cells: Sequence[Shown]) -> int:
    return max(cell_len(text) for text in _texts(column, cells))


def _least(column: Column, cells: Sequence[Shown]) -> int:
    if not column.wraps:
        return _whole(column, cells)
    return max(min(cell_len(word), _LONGEST_WORD) for text in _texts(column, cells) for word in text.split(" "))


def _texts(column: Column, cells: Sequence[Shown]) -> list[str]:
    return [column.title, *(clean(text_of(cell)) for cell in cells)]
