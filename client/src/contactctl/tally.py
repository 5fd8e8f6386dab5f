"""What happened to the lines of a file: counted, and those that were not taken told or kept."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from contactctl.blocks import Block, Column, Heading, Line, Shown, Table
from contactctl.failures import Failure, usage
from contactctl.incoming import Row
from contactctl.output import Output
from contactctl.people_files import REFUSED_COLUMNS
from contactctl.render import plural, toned, word

if TYPE_CHECKING:
    from contactd_proto.v1.file_pb2 import ImportResult

#: Lines that a person is shown; a file has room for all.
_SHOWN = 20

_TAKEN = frozenset({"added", "readded", "updated", "unchanged"})


class Refused(NamedTuple):
    """A line that was not taken."""

    line: int
    email: str
    reason: str
    explanation: str
    suggestion: str


@dataclass
class Tally:
    """How many lines had which outcome; every line has one."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    #: Writes down a line that was not taken, with the cells that it had.
    keep: "_Keeping | None" = None

    def expect(self, rows: Sequence[Row]) -> None:
        """Look at lines before the first of them is counted."""
        if self.keep is not None:
            self.keep.expect(rows)

    def take(self, result: "ImportResult", email: str, cells: dict[str, Any]) -> bool:
        """Count one line; tell whether it was taken."""
        outcome = word(result, "outcome")
        self.counts[":".join(filter(None, (outcome, result.reason)))] += 1
        if outcome in _TAKEN:
            return True
        self._refuse(Refused(result.line, email, result.reason, result.explanation, result.suggestion), cells)
        return False

    def unreadable(self, line: int, fault: str, cells: dict[str, Any]) -> None:
        """Count a line that could not be read."""
        self.counts["failed:malformed"] += 1
        self._refuse(Refused(line, "", "malformed", fault, ""), cells)

    def _refuse(self, refused: Refused, cells: dict[str, Any]) -> None:
        if self.keep is None:
            self.refused.append(refused)
        else:
            self.keep(refused, cells)

    @property
    def total(self) -> int:
        """How many lines there were."""
        return self.counts.total()

    def show(self, output: Output) -> None:
        """Show the counts, and the lines that were not taken unless they are kept in a file."""
        if output.as_json:
            refused = [one._asdict() for one in self.refused]
            output.write({"lines": self.total, "counts": dict(self.counts), "refused": refused})
        else:
            output.draw(self._view())

    def _view(self) -> Iterator[Block]:
        yield Heading(plural(self.total, "line"))
        rows: list[list[Shown]] = [
            [toned(name.partition(":")[0]), name.partition(":")[2], f"{n:,}"] for name, n in _sorted(self.counts)
        ]
        yield Table((Column("Outcome"), Column("Reason"), Column("Lines", number=True)), rows, "nothing was in it")
        if self.refused:
            yield Heading("Not taken")
            columns = (Column("Line", number=True), Column("Address", wraps=True), Column("Why", wraps=True))
            shown = self.refused[:_SHOWN]
            yield Table(columns, [[str(one.line), one.email, _why(one)] for one in shown])
        if len(self.refused) > _SHOWN:
            yield Line(f"and {len(self.refused) - _SHOWN:,} more; --rejected FILE keeps all of them")


def _sorted(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _why(refused: Refused) -> str:
    hint = f" Did you mean {refused.suggestion}?" if refused.suggestion else ""
    return f"{refused.explanation or refused.reason}{hint}"


@contextmanager
def tallied(rejected: str) -> Iterator[Tally]:
    """Count lines; with *rejected* those that are not taken go to that file, to be mended and imported again.

    Raises:
        Failure: the file cannot be written, or the lines could not all be sent: how many were is said with it.
    """
    tally = Tally()
    try:
        with _kept(rejected, tally):
            yield tally
    except Failure as failure:
        if tally.total:
            were = "line was" if tally.total == 1 else "lines were"
            what = f"{tally.total:,} {were} dealt with before that, and the rest were not: repeat the command"
            failure.advice = (*failure.advice, f"{what}; what was taken stays as it is")
        raise


@contextmanager
def _kept(rejected: str, tally: Tally) -> Iterator[None]:
    if not rejected:
        yield
        return
    try:
        with Path(rejected).open("w", newline="", encoding="utf-8") as file:
            tally.keep = _Keeping(file)
            yield
    except OSError as error:
        raise usage(f"{rejected} cannot be written: {error.strerror}") from error


class _Keeping:
    """Writes refused lines as a sheet: why each was refused, then the cells that lines of its file have."""

    def __init__(self, file: Any) -> None:
        self._writer = csv.writer(file)
        self._columns: list[str] | None = None

    def expect(self, rows: Sequence[Row]) -> None:
        """Take the columns from the first line that has any."""
        cells = next((row.cells for row in rows if row.cells), None)
        if self._columns is None and cells is not None:
            self._columns = [name for name in _flat(cells) if name not in REFUSED_COLUMNS]
            self._writer.writerow([*REFUSED_COLUMNS, *self._columns])

    def __call__(self, refused: Refused, cells: dict[str, Any]) -> None:
        flat = _flat(cells)
        self._writer.writerow(_safe([*refused, *(flat.get(name, "") for name in self._columns or ())]))


def _flat(cells: dict[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in cells.items() if not isinstance(value, dict)}
    return flat | {name: value for found in cells.values() if isinstance(found, dict) for name, value in found.items()}


def _safe(cells: list[Any]) -> list[str]:
    texts = [", ".join(map(str, cell)) if isinstance(cell, list) else str(cell) for cell in cells]
    return [f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text for text in texts]
