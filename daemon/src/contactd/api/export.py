"""The records that a run did not take, as a file: CSV or JSON Lines, in pieces.

Rule: every cell of the CSV is text to a spreadsheet. One that begins like a
formula is led by an apostrophe, whoever wrote it at the source.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from contactd.api.convert.runs import suggestion, value_text
from contactd.domain.clock import moment
from contactd.domain.nouns import RecordOutcome, Run, SkippedRecord
from contactd.domain.reasons import explain
from contactd.domain.words import Reason

#: What every line tells, before the mapped values.
COLUMNS = (
    "run_time",
    "source_id",
    "name",
    "address",
    "outcome",
    "reason",
    "explanation",
    "suggestion",
    "winner",
    "raw",
)

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: About how large a piece is, in octets.
_PIECE = 64 * 1024


class Form(Protocol):
    """How records become lines of a file."""

    def head(self) -> str:
        """Give what stands before the first record."""
        ...

    def line(self, skipped: SkippedRecord) -> str:
        """Give the line of one record."""
        ...


class Csv:
    """RFC 4180 in UTF-8; mapped values in a column each, in the order of *targets*."""

    def __init__(self, run: Run, targets: Sequence[str]) -> None:
        self._time = _time(run)
        self._targets = targets
        self._cells = io.StringIO()
        self._writer = csv.writer(self._cells, lineterminator="\r\n")

    def head(self) -> str:
        """Give the names of the columns; a contact field that is called like one of ours is marked."""
        return self._row([*COLUMNS, *(f"field.{name}" if name in COLUMNS else name for name in self._targets)])

    def line(self, skipped: SkippedRecord) -> str:
        """Give the row of one record."""
        values = skipped.record.values
        told = _told(skipped.record, self._time)
        return self._row([*told.values(), *(value_text(values.get(name)) for name in self._targets)])

    def _row(self, cells: Iterable[str]) -> str:
        self._cells.seek(0)
        self._cells.truncate()
        self._writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
        return self._cells.getvalue()


class JsonLines:
    """One JSON object a line; mapped values under `values`, whatever the targets."""

    def __init__(self, run: Run, _targets: Sequence[str]) -> None:
        self._time = _time(run)

    def head(self) -> str:
        """Give nothing: each line stands for itself."""
        return ""

    def line(self, skipped: SkippedRecord) -> str:
        """Give the line of one record."""
        told = _told(skipped.record, self._time)
        return json.dumps({**told, "values": dict(skipped.record.values)}, ensure_ascii=False) + "\n"


class File:
    """A file that grows, given out in pieces; its sum is known at its end."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._sum = hashlib.sha256()
        self._kept = bytearray(form.head().encode())

    def take(self, records: Iterable[SkippedRecord]) -> Iterator[bytes]:
        """Append *records*, and give the pieces that are full by that."""
        for record in records:
            # A lone surrogate in a record must not end the export.
            self._kept += self._form.line(record).encode(errors="replace")
            if len(self._kept) >= _PIECE:
                yield self._piece()

    def end(self) -> tuple[bytes, str]:
        """Give the last piece, and the SHA-256 of the whole file."""
        piece = self._piece()
        return piece, self._sum.hexdigest()

    def _piece(self) -> bytes:
        piece = bytes(self._kept)
        self._kept.clear()
        self._sum.update(piece)
        return piece


def _time(run: Run) -> str:
    began = moment(run.created_at if run.started_at is None else run.started_at)
    return began.isoformat(timespec="seconds").replace("+00:00", "Z")


def _told(record: RecordOutcome, run_time: str) -> dict[str, str]:
    """Give what every line tells of a record, in the order of `COLUMNS`."""
    told = (
        run_time,
        record.source_id,
        record.title,
        record.address,
        record.outcome.value,
        record.reason.value,
        explain(record.reason, record.suggestion),
        suggestion(record),
        record.winner,
        record.suggestion if record.reason is Reason.MALFORMED else "",
    )
    return dict(zip(COLUMNS, told, strict=True))
