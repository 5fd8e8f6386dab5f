"""The file of what a run did not take: read back by what people open it with."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import replace

from contactd.api.export import COLUMNS, Csv, JsonLines
from contactd.api.files import File
from contactd.domain.nouns import RecordOutcome, Run, SkippedRecord
from contactd.domain.words import Outcome, Reason
from contactd.store import outcomes
from syncs.house import House, lines
from syncs.memory import row, unreadable

RECORD = RecordOutcome(
    source_id="7",
    title="Ann",
    address="ann@gnail.com",
    outcome=Outcome.SKIPPED,
    reason=Reason.INVALID_PATTERN,
    suggestion="ann@gmail.com",
    values={"email": "ann@gnail.com", "company": "Ann & Sons", "name": "Ann the First"},
)


def skipped_of(house: House, run: Run) -> list[SkippedRecord]:
    with house.parts.database.reading() as r:
        return outcomes.skipped(r, run_id=run.id, sync_id=run.sync_id, after=-1, limit=100)


def as_csv(run: Run, records: Iterable[RecordOutcome]) -> tuple[str, str]:
    file = File(Csv(run, ["email", "company", "name"]))
    skipped = [SkippedRecord(sequence=number, at=0, record=record) for number, record in enumerate(records)]
    pieces = list(file.take(skipped))
    last, sha256 = file.end()
    return b"".join([*pieces, last]).decode(), sha256


def test_what_was_not_taken_is_told_with_reasons(house: House) -> None:
    house.memory.hold(
        row(1),
        row(2, "john@gnail.com"),
        row(3, ""),
        row(4, "info@example.com"),
        row(5, "PERSON1@example.com"),
        unreadable("<html>"),
    )

    _, run = house.ran()

    told = {one.record.reason: one.record for one in skipped_of(house, run)}
    assert set(told) == {
        Reason.INVALID_PATTERN,
        Reason.EMPTY_EMAIL,
        Reason.ROLE_ADDRESS,
        Reason.FILE_DUPLICATE,
        Reason.MALFORMED,
    }
    assert told[Reason.INVALID_PATTERN].suggestion == "john@gmail.com"
    assert (told[Reason.FILE_DUPLICATE].source_id, told[Reason.FILE_DUPLICATE].winner) == ("5", "1")
    assert told[Reason.MALFORMED].outcome is Outcome.FAILED


def test_pages_of_it_neither_repeat_nor_leave_out(house: House) -> None:
    house.memory.hold(*(row(number, "") for number in range(1, 8)))
    _, run = house.ran()
    found: list[str] = []
    after = -1

    with house.parts.database.reading() as r:
        while rows := outcomes.skipped(r, run_id=run.id, sync_id=run.sync_id, after=after, limit=3):
            found += [one.record.source_id for one in rows]
            after = rows[-1].sequence

    assert sorted(found) == [str(number) for number in range(1, 8)]


def test_a_spreadsheet_reads_what_was_written(house: House) -> None:
    _, run = house.active(lines=lines("email=email"))

    text, sha256 = as_csv(run, [RECORD])

    header, cells = csv.reader(io.StringIO(text, newline=""))
    assert header == [*COLUMNS, "email", "company", "field.name"]
    assert dict(zip(header, cells, strict=True)) == {
        "run_time": "2026-03-09T12:00:00Z",
        "source_id": "7",
        "name": "Ann",
        "address": "ann@gnail.com",
        "outcome": "skipped",
        "reason": "invalid_pattern",
        "explanation": "The e-mail address is not one that mail can reach. Correct it at the source.",
        "suggestion": "ann@gmail.com",
        "winner": "",
        "raw": "",
        "email": "ann@gnail.com",
        "company": "Ann & Sons",
        "field.name": "Ann the First",
    }
    assert sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_no_cell_is_a_formula(house: House) -> None:
    _, run = house.active()
    dangerous = ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    records = [replace(RECORD, title=text, values={"company": text}) for text in dangerous]

    text, _ = as_csv(run, records)

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [one["name"] for one in rows] == [f"'{text}" for text in dangerous]
    assert [one["company"] for one in rows] == [f"'{text}" for text in dangerous]


def test_quotes_commas_and_line_ends_stay_in_their_cell(house: House) -> None:
    _, run = house.active()
    awkward = 'Ann "the\r\nbold", 1st; Ελένη 🦊'

    text, _ = as_csv(run, [replace(RECORD, title=awkward)])

    (read,) = csv.DictReader(io.StringIO(text, newline=""))
    assert read["name"] == awkward
    assert text.endswith("\r\n")


def test_the_raw_text_of_what_could_not_be_read_is_kept(house: House) -> None:
    _, run = house.active()
    bad = replace(RECORD, outcome=Outcome.FAILED, reason=Reason.MALFORMED, suggestion="{broken", values={})

    text, _ = as_csv(run, [bad])

    (read,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (read["raw"], read["suggestion"]) == ("{broken", "")


def test_json_lines_keep_the_values_as_they_are(house: House) -> None:
    _, run = house.active()
    file = File(JsonLines(run, []))
    record = replace(RECORD, values={"tags": ["a", "b"], "vip": True, "note": "=1+1"})

    pieces = list(file.take([SkippedRecord(sequence=0, at=0, record=record)]))
    last, _ = file.end()

    (line,) = b"".join([*pieces, last]).decode().splitlines()
    assert json.loads(line)["values"] == {"tags": ["a", "b"], "vip": True, "note": "=1+1"}
    assert json.loads(line)["reason"] == "invalid_pattern"


def test_a_large_file_comes_in_pieces_that_fit_a_message(house: House) -> None:
    _, run = house.active()
    file = File(Csv(run, []))
    records = [SkippedRecord(sequence=number, at=0, record=replace(RECORD, title="x" * 500)) for number in range(1000)]

    pieces = list(file.take(records))
    last, sha256 = file.end()

    assert len(pieces) > 5
    assert all(64 * 1024 <= len(piece) < 68 * 1024 for piece in pieces)
    assert sha256 == hashlib.sha256(b"".join([*pieces, last])).hexdigest()


def test_half_a_character_does_not_end_the_export(house: House) -> None:
    _, run = house.active()

    text, _ = as_csv(run, [replace(RECORD, title="\ud83d")])

    assert "?" in text
