"""The records that a run did not take, as a file: CSV or JSON Lines, in pieces.

Rule: every cell of the CSV is text to a spreadsheet. One that begins like a
formula is led by an apostrophe, whoever wrote it at the source.
"""

import json
from collections.abc import Sequence

from contactd.api.convert.runs import suggestion, value_text
from contactd.api.files import Sheet
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


class Csv:
    """RFC 4180 in UTF-8; mapped values in a column each, in the order of *targets*."""

    def __init__(self, run: Run, targets: Sequence[str]) -> None:
        self._time = _time(run)
        self._targets = targets
        self._sheet = Sheet()

    def head(self) -> str:
        """Give the names of the columns; a contact field that is called like one of ours is marked."""
        return self._sheet.line([*COLUMNS, *(f"field.{name}" if name in COLUMNS else name for name in self._targets)])

    def line(self, skipped: SkippedRecord) -> str:
        """Give the row of one record."""
        values = skipped.record.values
        told = _told(skipped.record, self._time)
        return self._sheet.line([*told.values(), *(value_text(values.get(name)) for name in self._targets)])


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
