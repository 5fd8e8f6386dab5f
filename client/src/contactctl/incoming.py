"""Lines of a file on their way to the daemon: CSV, JSON Lines, or bare addresses.

Rule: a file may be larger than memory, so it is read a batch at a time; a line
that cannot be read is told with its number and costs the others nothing.
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO, TypeVar

from contactctl.failures import usage

#: Names standard input where a file could stand.
STDIN = "-"

#: Lines that are sent together; the daemon takes no more at once.
BATCH = 500

#: What a sheet leads by an apostrophe, so that it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_Thing = TypeVar("_Thing")


class Row(NamedTuple):
    """A line as it stands in the file; *fault* says why it could not be read."""

    line: int
    cells: dict[str, Any]
    fault: str = ""


@contextmanager
def opened(source: str) -> Iterator[TextIO]:
    """Open the file *source*, or standard input.

    Raises:
        Failure: it cannot be read, or is not UTF-8.
    """
    try:
        if source == STDIN:
            yield sys.stdin
        else:
            with Path(source).open(newline="", encoding="utf-8-sig") as file:
                yield file
    except OSError as error:
        raise usage(f"{source} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise usage(f"{source} cannot be read: it is not UTF-8", "save it as UTF-8 and try again") from error


def form_of(source: str, said: str | None) -> str:
    """Tell the form of a file, as it was said or by how its name ends."""
    if said:
        return said
    return "jsonl" if source.endswith((".jsonl", ".ndjson", ".json")) else "csv"


def rows(file: TextIO, form: str, *, bare: bool = False) -> Iterator[Row]:
    """Read the lines of *file*; *bare*: it may hold nothing but addresses, without a heading.

    Raises:
        Failure: a sheet has no heading.
    """
    return _lines(file) if form == "jsonl" else _sheet(file, bare=bare)


def _sheet(file: TextIO, *, bare: bool) -> Iterator[Row]:
    reader = csv.reader(file)
    heading = next(reader, None)
    if heading is None:
        raise usage("the file is empty", "its first line names the columns, one of them is email")
    names = [name.strip() for name in heading]
    if bare and len(names) == 1 and "@" in names[0]:
        yield Row(1, {"email": names[0]})
        names = ["email"]
    if len(set(names)) != len(names):
        raise usage("the file names a column twice", "leave one of them out")
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(reader.line_num, {}, f"it is no line of a sheet: {error}")
            continue
        if cells is None:
            return
        if len(cells) > len(names) or (cells and len(cells) < len(names)):
            yield Row(reader.line_num, {}, f"it has {len(cells)} cells, and the heading has {len(names)}")
        elif any(cells):
            yield Row(reader.line_num, {name: _text(cell) for name, cell in zip(names, cells, strict=True)})


def _text(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _lines(file: TextIO) -> Iterator[Row]:
    for number, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            found = json.loads(text)
        except ValueError as error:
            yield Row(number, {}, f"it is no JSON: {error}")
            continue
        if isinstance(found, dict):
            yield Row(number, found)
        else:
            yield Row(number, {}, "it is no JSON object")


def batches(things: Iterable[_Thing]) -> Iterator[Sequence[_Thing]]:
    """Give *things* so many at a time as the daemon takes."""
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
