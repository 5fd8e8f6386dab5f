"""The file of skipped records: whole and checked, or not there."""

import hashlib
import json
import stat

import grpc
import pytest

from contactctl.exits import Exit
from contactd_proto.v1.run_pb2 import ExportSkippedRecordsRequest, ExportSkippedRecordsResponse
from fakes.control_plane import refusal

CONTENT = b'run_time,source_id\r\n2026,"\xc3\xa9"\r\n'
PIECES = [
    ExportSkippedRecordsResponse(chunk=CONTENT[:7]),
    ExportSkippedRecordsResponse(chunk=CONTENT[7:]),
    ExportSkippedRecordsResponse(sha256=hashlib.sha256(CONTENT).hexdigest()),
]
EXPORT = ("runs", "skipped", "books-main/12", "--output")


def test_the_file_is_there_as_it_was_sent(daemon, contactctl, tmp_path) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES
    place = tmp_path / "skipped.csv"

    ran = contactctl(*EXPORT, str(place))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"the skipped records of books-main/12 are in {place} ({len(CONTENT)} bytes)\n"
    assert place.read_bytes() == CONTENT


def test_only_its_owner_may_read_the_file(daemon, contactctl, tmp_path) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    contactctl(*EXPORT, f"{tmp_path}/skipped.csv")

    assert stat.S_IMODE((tmp_path / "skipped.csv").stat().st_mode) == 0o600


def test_programs_are_told_where_it_is(daemon, contactctl, tmp_path) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    ran = contactctl("--json", *EXPORT, f"{tmp_path}/skipped.csv")

    assert json.loads(ran.out) == {"file": f"{tmp_path}/skipped.csv", "bytes": len(CONTENT)}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--output", "-"), ExportSkippedRecordsRequest.FORMAT_CSV),
        (("--format", "csv"), ExportSkippedRecordsRequest.FORMAT_CSV),
        (("--format", "jsonl"), ExportSkippedRecordsRequest.FORMAT_JSON_LINES),
    ],
)
def test_a_pipe_gets_the_very_bytes(daemon, contactctl, options, wanted) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    ran = contactctl("runs", "skipped", "12", *options)

    assert (ran.code, ran.out) == (0, CONTENT.decode())
    assert daemon.requests("ExportSkippedRecords")[0].format == wanted


@pytest.mark.parametrize(
    ("pieces", "word"),
    [
        ([*PIECES[:1], *PIECES[2:]], "is not what the daemon sent"),
        (PIECES[:2], "is not whole: its end is missing"),
    ],
)
def test_a_file_that_is_not_what_was_sent_is_not_kept(daemon, contactctl, tmp_path, pieces, word) -> None:
    daemon.answers["ExportSkippedRecords"] = pieces
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "skipped.csv").write_text("of yesterday")

    ran = contactctl(*EXPORT, f"{folder}/skipped.csv")

    assert ran.code == Exit.REFUSED
    assert word in ran.err
    assert [file.read_text() for file in folder.iterdir()] == ["of yesterday"]


def test_a_stream_that_breaks_off_leaves_nothing(daemon, contactctl, tmp_path) -> None:
    gone = refusal(grpc.StatusCode.UNAVAILABLE, "contactd is stopping", reason="UNAVAILABLE")
    daemon.answers["ExportSkippedRecords"] = [PIECES[0], gone]
    folder = tmp_path / "folder"
    folder.mkdir()

    ran = contactctl(*EXPORT, f"{folder}/skipped.csv")

    assert ran.code == Exit.AWAY
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "word"),
    [("folder", "is a folder: name a file in it"), ("nowhere/skipped.csv", "there is no folder")],
)
def test_a_place_that_cannot_hold_it_is_told_before_anything_is_asked(
    daemon, contactctl, tmp_path, place, word
) -> None:
    (tmp_path / "folder").mkdir()

    ran = contactctl(*EXPORT, f"{tmp_path}/{place}")

    assert ran.code == Exit.USAGE
    assert word in ran.err
    assert daemon.heard == []


def test_a_disk_that_refuses_is_told(daemon, contactctl) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    ran = contactctl(*EXPORT, "/proc/skipped.csv")

    assert ran.code == Exit.USAGE
    assert "/proc/skipped.csv cannot be written: " in ran.err
