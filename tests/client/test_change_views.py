"""What a run changed, as people and programs see it."""

import hashlib
import json

from contactd_proto.v1.run_pb2 import DiffRunResponse, ExportSkippedRecordsResponse, ListSkippedRecordsResponse
from fakes import sample_answers as sample

BOTH = [DiffRunResponse(changes=[sample.CHANGED]), DiffRunResponse(changes=[sample.KEPT]), DiffRunResponse()]


def test_what_a_run_changed_is_a_table_for_people(daemon, contactctl) -> None:
    daemon.answers["DiffRun"] = BOTH

    ran = contactctl("runs", "diff", "books-main/12")

    assert ran.out == TABLE
    assert daemon.requests("DiffRun")[0].name == "workspaces/default/syncs/books-main/runs/12"


TABLE = """\
Contact  E-mail               Outcome    Reason  What changed
      1  ana@chinook.example  updated    linked  first-name: Anna → Ana; list: nothing → subscribed
      1  ana@chinook.example  unchanged          Kept: a person has changed the contact since.
"""


def test_what_a_run_changed_is_an_array_for_programs(daemon, contactctl) -> None:
    daemon.answers["DiffRun"] = BOTH

    told = json.loads(contactctl("--json", "runs", "diff", "12").out)

    assert [one["outcome"] for one in told] == ["OUTCOME_UPDATED", "OUTCOME_UNCHANGED"]
    assert told[0]["changes"][0] == {"what": "first-name", "before": "Anna", "after": "Ana"}


def test_a_run_that_changed_nobody_says_so(daemon, contactctl) -> None:
    daemon.answers["DiffRun"] = [DiffRunResponse()]

    assert contactctl("runs", "diff", "12").out == "it changed nobody\n"


def test_a_long_list_of_changes_is_cut_for_people(daemon, contactctl) -> None:
    daemon.answers["DiffRun"] = BOTH

    ran = contactctl("runs", "diff", "12", "--limit", "1")

    assert "Kept:" not in ran.out
    assert ran.err == "only the first is shown; --limit 0 shows all\n"


def test_records_that_were_taken_with_a_warning_are_asked_for(daemon, contactctl) -> None:
    daemon.answers["ListSkippedRecords"] = ListSkippedRecordsResponse()

    ran = contactctl("runs", "skipped", "12", "--warnings")

    assert ran.out == "no record was taken with a warning\n"
    assert daemon.requests("ListSkippedRecords")[0].warnings is True


def test_a_file_is_asked_for_with_what_a_spreadsheet_wants(daemon, contactctl) -> None:
    daemon.answers["ExportSkippedRecords"] = [ExportSkippedRecordsResponse(sha256=hashlib.sha256(b"").hexdigest())]

    contactctl("runs", "skipped", "12", "--format", "csv", "--bom", "--warnings")

    (asked,) = daemon.requests("ExportSkippedRecords")
    assert (asked.byte_order_mark, asked.warnings) == (True, True)
