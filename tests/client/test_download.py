"""The file of skipped records: whole and checked, or not there."""

import hashlib
import json
import os
import pty
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
    assert ran.out == f"the skipped records of run books-main/12 are in {place} ({len(CONTENT)} bytes)\n"
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


@pytest.mark.parametrize("said", ["12", "books-main/12", "workspaces/default/syncs/books-main/runs/12"])
def test_the_run_is_told_as_it_was_typed(daemon, contactctl, tmp_path, said) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    ran = contactctl("runs", "skipped", said, "--output", f"{tmp_path}/skipped.csv")

    assert ran.out.startswith(f"the skipped records of run {said} are in ")


@pytest.mark.parametrize("before", [None, b"of yesterday"])
def test_a_symbolic_link_stays_and_its_target_is_written(daemon, contactctl, tmp_path, before) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES
    target, link = tmp_path / "there" / "target.csv", tmp_path / "link.csv"
    target.parent.mkdir()
    if before is not None:
        target.write_bytes(before)
    link.symlink_to("there/target.csv")

    ran = contactctl(*EXPORT, str(link))

    assert ran.code == 0
    assert link.is_symlink()
    assert target.read_bytes() == CONTENT


def test_links_that_lead_to_each_other_are_refused(daemon, contactctl, tmp_path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    ran = contactctl(*EXPORT, f"{tmp_path}/a")

    assert ran.code == Exit.USAGE
    assert f"{tmp_path}/a cannot be written: " in ran.err
    assert daemon.heard == []


@pytest.mark.parametrize(("pieces", "code", "got"), [(PIECES, 0, CONTENT), (PIECES[:2], Exit.REFUSED, b"")])
def test_a_named_pipe_stays_one_and_gets_what_was_checked(daemon, contactctl, tmp_path, pieces, code, got) -> None:
    daemon.answers["ExportSkippedRecords"] = pieces
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)

    ran = contactctl(*EXPORT, str(fifo))

    assert (ran.code, os.read(reader, 4096)) == (code, got)
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    os.close(reader)


def test_a_terminal_by_its_name_is_refused_too(daemon, contactctl) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES
    ours, theirs = pty.openpty()

    ran = contactctl(*EXPORT, os.ttyname(theirs))

    assert ran.code == Exit.USAGE
    assert "is a terminal" in ran.err
    os.close(theirs)
    os.close(ours)


def test_standard_output_by_its_name_is_no_file(daemon, contactctl) -> None:
    daemon.answers["ExportSkippedRecords"] = PIECES

    ran = contactctl(*EXPORT, "/dev/stdout")

    assert (ran.code, ran.out) == (0, CONTENT.decode())


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_standard_output_cannot_hold_a_file_and_json(daemon, contactctl, file_format) -> None:
    ran = contactctl("--json", "runs", "skipped", "12", "--format", file_format)

    assert ran.code == Exit.USAGE
    assert f"--json and --format {file_format} exclude each other" in json.loads(ran.err)["error"]["message"]
    assert daemon.heard == []
