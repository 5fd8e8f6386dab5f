"""Files on their way in: what people and spreadsheets make of them, and what is told of lines that are none."""

import io
from pathlib import Path

import grpc
import pytest

from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.incoming import BATCH, Row, form_of, opened, rows
from contactctl.people_files import (
    CONTACT_COLUMNS,
    REFUSED_COLUMNS,
    SKIPPED_COLUMNS,
    SUPPRESSION_COLUMNS,
    fields_of,
    person_of,
)
from contactctl.tally import Refused
from contactd.api import export, people_files
from contactd_proto.v1.contact_pb2 import ImportContactsResponse
from contactd_proto.v1.file_pb2 import ImportResult
from contactd_proto.v1.ledger_pb2 import OUTCOME_ADDED, OUTCOME_SKIPPED
from contactd_proto.v1.suppression_pb2 import ImportSuppressionsRequest, ImportSuppressionsResponse
from fakes.control_plane import Refusal


def read(text: str, form: str = "csv", *, bare: bool = False) -> list[Row]:
    return list(rows(io.StringIO(text, newline=""), form, bare=bare))


def test_the_columns_of_our_own_files_are_known() -> None:
    assert SKIPPED_COLUMNS == export.COLUMNS
    assert CONTACT_COLUMNS == people_files.CONTACT_COLUMNS
    assert SUPPRESSION_COLUMNS == people_files.SUPPRESSION_COLUMNS
    assert Refused._fields == REFUSED_COLUMNS


def test_a_cell_that_was_kept_from_being_a_formula_is_itself_again() -> None:
    (row,) = read("email,phone,nick\na@example.com,'+32 2 555,'tis\n")

    assert row.cells == {"email": "a@example.com", "phone": "+32 2 555", "nick": "'tis"}


def test_lines_are_told_by_their_number_even_after_a_cell_with_line_ends() -> None:
    found = read('email,note\na@example.com,"one\ntwo"\nb@example.com\n\nc@example.com,x\n')

    assert [(row.line, bool(row.fault)) for row in found] == [(3, False), (4, True), (6, False)]


def test_bare_addresses_need_no_heading() -> None:
    assert [row.cells["email"] for row in read("a@example.com\nb@example.com\n", bare=True)] == [
        "a@example.com",
        "b@example.com",
    ]


def test_a_line_that_is_no_json_costs_the_others_nothing() -> None:
    found = read('{"email": "a@example.com"}\nnothing\n\n[1]\n{"email": "b@example.com"}\n', "jsonl")

    assert [(row.line, bool(row.fault)) for row in found] == [(1, False), (2, True), (4, True), (5, False)]


@pytest.mark.parametrize("text", ["", "email,email\n"])
def test_a_sheet_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(Failure):
        read(text)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_bytes(b"\xff\xfe\x00")

    for name in ("nothing.csv", "noise.csv"):
        with pytest.raises(Failure, match="cannot be read"), opened(str(tmp_path / name)) as file:
            file.read()


def test_a_form_is_told_by_the_name() -> None:
    assert [form_of(name, None) for name in ("a.csv", "a.jsonl", "-", "a.txt")] == ["csv", "jsonl", "csv", "csv"]
    assert form_of("a.csv", "jsonl") == "jsonl"


def test_what_a_skipped_record_tells_beside_the_person_is_passed_over() -> None:
    told = dict.fromkeys(SKIPPED_COLUMNS, "told")
    row = Row(2, {**told, "email": "mended@example.com", "company": "", "field.name": "Ann"})

    assert person_of(row) == (2, "mended@example.com", {"name": "Ann"})
    assert fields_of(row) == {"company", "name"}


def test_in_any_other_file_every_column_is_a_field() -> None:
    assert fields_of(Row(1, {"email": "a@example.com", "name": "Ann", "reason": ""})) == {"name", "reason"}


def test_values_in_json_keep_their_types() -> None:
    row = Row(1, {"email": "a@example.com", "values": {"vip": True, "tags": ["x"], "company": None}})

    assert person_of(row).values == {"vip": True, "tags": ["x"]}


def test_an_import_counts_every_line_and_keeps_those_that_were_not_taken(daemon, contactctl, tmp_path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,company\na@example.com,=Acme\njo@gnail.com,'=Acme\nbroken\nA@example.com,\n")
    skipped = ImportResult(line=3, outcome=OUTCOME_SKIPPED, reason="invalid_pattern", suggestion="jo@gmail.com")
    results = [ImportResult(line=2, outcome=OUTCOME_ADDED), skipped, ImportResult(line=5, outcome=OUTCOME_ADDED)]
    daemon.answers["ImportContacts"] = lambda request: ImportContactsResponse(results=results if request.rows else [])

    ran = contactctl("contacts", "import", str(file), "--list", "customers", "--rejected", f"{tmp_path}/again.csv")

    asked, sent = daemon.requests("ImportContacts")
    assert (list(asked.fields), len(asked.rows)) == (["company"], 0)
    assert [row.line for row in sent.rows] == [2, 3, 5]
    assert sent.rows[1].values["company"].string_value == "=Acme"
    assert "4 lines" in ran.out
    assert (tmp_path / "again.csv").read_text().splitlines() == [
        "line,email,reason,explanation,suggestion,company",
        '4,,malformed,"it has 1 cells, and the heading has 2",,',
        "3,jo@gnail.com,invalid_pattern,,jo@gmail.com,'=Acme",
    ]


def test_entries_of_an_unknown_kind_are_told_and_not_sent(daemon, contactctl, tmp_path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email,kind\na@example.com,bounced\nb@example.com,complaint\n")
    daemon.answers["ImportSuppressions"] = ImportSuppressionsResponse(
        results=[ImportResult(line=3, outcome=OUTCOME_ADDED)]
    )

    ran = contactctl("suppressions", "import", str(file))

    assert "'bounced' is not known there" in ran.out
    assert [row.suppression.email for row in daemon.requests("ImportSuppressions")[0].rows] == ["b@example.com"]


def test_an_import_that_breaks_off_says_how_far_it_came(daemon, contactctl, tmp_path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"jo{number}@example.com\n" for number in range(BATCH + 1)))

    def answer(request: ImportSuppressionsRequest) -> ImportSuppressionsResponse | Refusal:
        if len(request.rows) < BATCH:
            return Refusal(grpc.StatusCode.UNAVAILABLE, "contactd is stopping")
        return ImportSuppressionsResponse(
            results=[ImportResult(line=row.line, outcome=OUTCOME_ADDED) for row in request.rows]
        )

    daemon.answers["ImportSuppressions"] = answer
    ran = contactctl("suppressions", "import", str(file))

    assert ran.code == Exit.AWAY
    assert "500 lines were dealt with before that, and the rest were not: repeat the command" in ran.err


def test_an_erasure_without_anybody_to_ask_wants_a_yes(daemon, contactctl) -> None:
    ran = contactctl("contacts", "erase", "jo@example.com")

    assert (ran.code, daemon.heard) == (2, [])
    assert "--yes" in ran.err
