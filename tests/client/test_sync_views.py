"""A sync before and after it runs: detail view, preview, validation; and how long each is waited for."""

import json

import grpc

from contactd_proto.v1.ledger_pb2 import COUNTS_VIEW_OLD
from contactd_proto.v1.run_pb2 import ListRunsResponse
from contactd_proto.v1.sync_pb2 import (
    FieldFault,
    PreviewSyncResponse,
    SyncWarning,
    ValidateSyncResponse,
)
from fakes import sample_answers as sample
from fakes.control_plane import refusal


def test_the_detail_view_has_configuration_mapping_and_history(daemon, contactctl) -> None:
    daemon.answers |= {
        "GetSync": sample.ACTIVE,
        "GetMapping": sample.MAPPING,
        "ListRuns": ListRunsResponse(runs=[sample.FAILED, sample.RUN]),
    }

    ran = contactctl("syncs", "show", "books-main")

    assert ran.out == DETAIL_VIEW


DETAIL_VIEW = """\
books-main

Configuration
  State                active
  Attention            held
  Description          Customers of Books
  Connection           main
  Module               contacts
  List                 customers
  Criteria             all records
  Subscription type    marketing
  Update empty values  no
  Schedule             daily at 06:30 Europe/Brussels
  Next run             2026-03-09 12:00 UTC
  Newest change seen   2026-03-09 09:00 UTC
  Made                 2026-03-09 08:30 UTC
  Etag                 s1

Field Mapping
Source field  Contact field  New field
email         email
first_name    first-name
cf_region     region         yes

Sync History
Run  Sync time         Trigger   State      Total  Added  Updated  Unchanged  Removed  Skipped
13   2026-03-09 10:00  schedule  failed         0      0        0          0        0        0
12   2026-03-09 09:00  first     succeeded     67     56        2          3        1        5
"""


def test_the_detail_view_has_everything_that_a_sync_can_have(daemon, contactctl) -> None:
    daemon.answers |= {"GetSync": sample.EDITED, "GetMapping": sample.MAPPING, "ListRuns": ListRunsResponse()}

    shown = [line.strip() for line in contactctl("syncs", "show", "books-main").out.splitlines()]

    assert 'Criteria             country is "India"' in shown
    assert "Changed after        2026-03-09 07:00 UTC" in shown
    assert "Topics               news, offers" in shown
    assert "Lawful basis         consent" in shown
    assert "Sweep                weekly on sunday at 03:00 UTC" in shown
    assert "Policies             inactive skip, role_exceptions info@a.com, strict no" in shown
    assert "Dropped times        2" in shown
    assert "Edited               its next run reads all records again" in shown


def test_the_detail_view_is_the_sync_with_more_for_programs(daemon, contactctl) -> None:
    daemon.answers |= {
        "GetSync": sample.ACTIVE,
        "GetMapping": sample.MAPPING,
        "ListRuns": ListRunsResponse(runs=[sample.FAILED]),
    }

    document = json.loads(contactctl("--json", "syncs", "show", "books-main").out)

    assert document["state"] == "STATE_ACTIVE"
    assert document["update_empty_values"] is False
    assert document["mapping"]["lines"][2]["create"] is True
    assert document["runs"][0]["error"]["message"] == "Zoho refused the account"


def test_the_mapping_is_shown(daemon, contactctl) -> None:
    daemon.answers["GetMapping"] = sample.MAPPING

    ran = contactctl("syncs", "mapping", "books-main")

    assert ran.out.splitlines()[1:] == [
        "email         email",
        "first_name    first-name",
        "cf_region     region         yes",
    ]


def test_a_preview_shows_every_record_and_the_counts(daemon, contactctl) -> None:
    daemon.answers["PreviewSync"] = [
        PreviewSyncResponse(records=sample.PREVIEW[:1]),
        PreviewSyncResponse(records=sample.PREVIEW[1:], counts=sample.COUNTS),
    ]

    lines = contactctl("syncs", "preview", "books-main").out.splitlines()

    assert [line.split()[0] for line in lines[:4]] == [
        "Record",
        "460000000026001",
        "460000000026049",
        "460000000026050",
    ]
    assert lines[3].endswith("skipped  file_duplicate   see record 460000000026001")
    assert lines[5:8] == ["What a full run would count", "Outcome                   Records", f"Total{67:>28}"]


def test_a_preview_of_some_records_says_so_and_counts_as_the_edition_does(daemon, contactctl) -> None:
    daemon.answers["PreviewSync"] = [
        PreviewSyncResponse(records=sample.PREVIEW, counts=sample.COUNTS, view=COUNTS_VIEW_OLD)
    ]

    told = contactctl("syncs", "preview", "books-main", "--limit", "3").out

    assert "What a run would count of the first 3 records" in told
    assert "Duplicate" in told


def test_a_preview_is_lines_of_json_for_programs(daemon, contactctl) -> None:
    daemon.answers["PreviewSync"] = [
        PreviewSyncResponse(records=sample.PREVIEW),
        PreviewSyncResponse(counts=sample.COUNTS),
    ]

    lines = contactctl("--json", "syncs", "preview", "books-main").out.splitlines()

    first, last = (json.loads(line) for line in lines)
    assert first["records"][0]["values"] == {"first-name": "Ana"}
    assert last["counts"]["total"] == "67"


def test_a_preview_that_breaks_off_says_why(daemon, contactctl) -> None:
    daemon.answers["PreviewSync"] = [
        PreviewSyncResponse(records=sample.PREVIEW),
        refusal(grpc.StatusCode.UNAVAILABLE, "Zoho went away", reason="UNAVAILABLE"),
    ]

    ran = contactctl("syncs", "preview", "books-main")

    assert ran.code == 6
    assert ran.err.startswith("contactctl: Zoho went away\n")


def test_a_sync_without_fault_is_told_to_be_fine(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = ValidateSyncResponse()

    ran = contactctl("syncs", "validate", "books-main")

    assert (ran.code, ran.out) == (0, "nothing is wrong with it\n")


def test_faults_are_findings(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = ValidateSyncResponse(
        faults=[FieldFault(field="mapping.lines", message="one line must map to email")],
        warnings=[SyncWarning(id="auto-upgrade", message="the plan may be upgraded")],
    )

    ran = contactctl("syncs", "validate", "books-main")

    assert ran.code == 8
    assert "mapping.lines  one line must map to email" in ran.out
    assert "auto-upgrade  the plan may be upgraded" in ran.out


def test_the_source_is_waited_for_longer_than_the_daemon(daemon, contactctl) -> None:
    contactctl("connections", "organizations", "main")
    contactctl("connections", "show", "main")

    patient, quick = (heard.seconds for heard in daemon.heard)
    assert 50 < patient < 61
    assert 2 < quick < 6


def test_a_stream_has_no_deadline_unless_one_is_asked_for(daemon, contactctl) -> None:
    contactctl("syncs", "preview", "books-main")
    contactctl("--timeout", "30", "syncs", "preview", "books-main")

    endless, limited = (heard.seconds for heard in daemon.heard)
    assert endless is None or endless > 10_000
    assert 20 < limited < 31
