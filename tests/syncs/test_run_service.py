"""RunService: the watch, what was not taken, and its file."""

import asyncio
import csv
import hashlib
import io
import json
from typing import Any

import pytest

from contactd.domain.refusals import Away, Conflict, Invalid
from contactd_proto.v1 import run_pb2, sync_pb2
from syncs.desk import NAME, PARENT, Desk, awkward
from syncs.house import House
from syncs.memory import row

EMAIL_ONLY = [sync_pb2.MappingLine(source_field="email", target_field="email")]


def test_a_watch_tells_the_run_until_its_end(house: House, desk: Desk) -> None:
    awkward(house)
    desk.create()
    run = desk.initiate().run

    async def watch() -> list[run_pb2.Run]:
        seen = []
        carrying = None
        async for told in desk.runs.WatchRun(run_pb2.WatchRunRequest(name=run.name), None):
            seen.append(told)
            if carrying is None:
                carrying = asyncio.ensure_future(asyncio.to_thread(house.carry, int(run.name.rpartition("/")[2])))
        assert carrying is not None
        await carrying
        return seen

    seen = desk.ask(watch)

    assert seen[0].state == run_pb2.Run.STATE_WAITING
    assert seen[-1].state == run_pb2.Run.STATE_SUCCEEDED
    assert seen[-1].counts.total == 5
    assert seen[-1].counts.by_reason["skipped:file_duplicate"] == 1
    revisions = [told.revision for told in seen]
    assert revisions == sorted(set(revisions))


def test_a_watch_tells_what_a_run_waits_for_as_that_changes(house: House, desk: Desk) -> None:
    desk.create()
    run = desk.initiate().run

    async def watch() -> list[str]:
        seen: list[str] = []
        async for told in desk.runs.WatchRun(run_pb2.WatchRunRequest(name=run.name), None):
            seen.append(told.waiting_reason)
            if len(seen) == 1:
                house.change("UPDATE run SET waiting_reason = 'throttled', not_before = ?", house.clock.now + 1)
                house.change("UPDATE sync SET state = 'paused'")
            elif len(seen) == 2:
                house.change("UPDATE sync SET state = 'active'")
            elif len(seen) == 3:
                house.clock.pass_hours(1)
            else:
                break
        return seen

    assert desk.ask(watch) == ["slot", "paused", "throttled", "slot"]


def test_a_watch_ends_with_advice_when_the_daemon_is_about_to_stop(desk: Desk) -> None:
    desk.create()
    run = desk.initiate().run

    async def watch() -> None:
        async for _ in desk.runs.WatchRun(run_pb2.WatchRunRequest(name=run.name), None):
            desk.draining.begin()

    with pytest.raises(Away, match="watch run 1 again when it is back"):
        desk.ask(watch)


def test_runs_are_listed_the_newest_first(house: House, desk: Desk) -> None:
    desk.create()
    first = desk.initiate().run
    house.carry(1)
    second = desk.ask(lambda: desk.syncs.RunSync(sync_pb2.RunSyncRequest(name=NAME, mode=run_pb2.RUN_MODE_SWEEP), None))

    of_sync = desk.ask(lambda: desk.runs.ListRuns(run_pb2.ListRunsRequest(parent=NAME), None))
    of_all = desk.ask(lambda: desk.runs.ListRuns(run_pb2.ListRunsRequest(parent=f"{PARENT}/syncs/-"), None))

    assert [run.name for run in of_sync.runs] == [second.name, first.name]
    assert of_all.runs == of_sync.runs
    assert second.mode == run_pb2.RUN_MODE_SWEEP


def test_a_run_is_named_below_any_sync(desk: Desk) -> None:
    desk.create()
    run = desk.initiate().run

    told = desk.ask(lambda: desk.runs.GetRun(run_pb2.GetRunRequest(name=f"{PARENT}/syncs/-/runs/1"), None))

    assert told == run


def test_a_cancelled_run_is_told_as_cancelled(desk: Desk) -> None:
    desk.create()
    run = desk.initiate().run

    cancelled = desk.ask(lambda: desk.runs.CancelRun(run_pb2.CancelRunRequest(name=run.name), None))

    assert cancelled.state == run_pb2.Run.STATE_CANCELLED
    assert cancelled.waiting_reason == ""


def test_a_failed_run_tells_why_as_a_status(house: House, desk: Desk) -> None:
    desk.create()
    run = desk.initiate().run
    house.change("UPDATE run SET state = 'failed', error_reason = 'MISCONFIGURED', error_message = 'No such client.'")

    told = desk.ask(lambda: desk.runs.GetRun(run_pb2.GetRunRequest(name=run.name), None))

    assert (told.error.message, told.error.code) == ("No such client.", 9)
    assert len(told.error.details) == 1


def test_skipped_records_are_listed_in_pages(house: House, desk: Desk) -> None:
    awkward(house)
    desk.create()
    run = desk.initiate().run
    house.carry(1)

    def page(token: str) -> run_pb2.ListSkippedRecordsResponse:
        request = run_pb2.ListSkippedRecordsRequest(parent=run.name, page_size=3, page_token=token)
        return desk.ask(lambda: desk.runs.ListSkippedRecords(request, None))

    first = page("")
    rest = page(first.next_page_token)

    told = {one.reason: one for one in (*first.records, *rest.records)}
    assert (len(first.records), len(rest.records), rest.next_page_token) == (3, 1, "")
    assert told["file_duplicate"].winner == "1"
    assert told["empty_email"].explanation == "The record has no e-mail address. Add one at the source."


def exported(desk: Desk, form: Any, **how: bool) -> bytes:
    request = run_pb2.ExportSkippedRecordsRequest(parent=f"{NAME}/runs/1", format=form, **how)

    async def export() -> list[run_pb2.ExportSkippedRecordsResponse]:
        return [piece async for piece in desk.runs.ExportSkippedRecords(request, None)]

    pieces = desk.ask(export)
    file = b"".join(piece.chunk for piece in pieces)
    assert pieces[-1].sha256 == hashlib.sha256(file).hexdigest()
    return file


def test_skipped_records_are_exported_as_a_file(house: House, desk: Desk) -> None:
    awkward(house)
    desk.create(mapping=sync_pb2.Mapping(lines=EMAIL_ONLY))
    desk.initiate()
    house.carry(1)

    table = list(csv.DictReader(io.StringIO(exported(desk, 1).decode(), newline="")))
    objects = [json.loads(line) for line in exported(desk, 2).decode().splitlines()]

    assert [one["reason"] for one in table] == [one["reason"] for one in objects]
    assert {one["reason"]: one["email"] for one in table}["invalid_pattern"] == "john@gnail.com"
    assert {one["reason"]: one["raw"] for one in table}["malformed"] == "<html>"


def test_more_records_than_are_read_at_once_are_all_exported(house: House, desk: Desk) -> None:
    house.memory.hold(*(row(number, "") for number in range(1, 1201)), page=200)
    desk.create()
    desk.initiate()
    house.carry(1)

    table = list(csv.DictReader(io.StringIO(exported(desk, 0).decode(), newline="")))

    assert len({one["source_id"] for one in table}) == len(table) == 1200


def test_an_unknown_form_is_refused(house: House, desk: Desk) -> None:
    house.active()

    with pytest.raises(Invalid, match="'format' must be CSV or JSON Lines"):
        exported(desk, 7)


def test_what_a_run_changed_is_sent_in_pieces_that_end(house: House, desk: Desk) -> None:
    house.memory.hold(*(row(number) for number in range(1, 601)), page=200)
    desk.create()
    desk.initiate()
    run = house.carry(1)

    async def diff() -> list[run_pb2.DiffRunResponse]:
        return [piece async for piece in desk.runs.DiffRun(run_pb2.DiffRunRequest(name=f"{NAME}/runs/1"), None)]

    pieces = desk.ask(diff)

    told = [one for piece in pieces for one in piece.changes]
    assert len({one.contact for one in told}) == len(told) == run.counts.total == 600
    assert [len(piece.changes) for piece in pieces] == [500, 100, 0]


def test_a_run_that_was_pruned_says_so_to_whoever_asks_what_it_did(house: House, desk: Desk) -> None:
    desk.create()
    desk.initiate()
    house.carry(1)
    house.change("UPDATE run SET pruned_at = 1")
    name = f"{NAME}/runs/1"

    with pytest.raises(Conflict, match="what the run 1 did to whom is not kept any more, only its counts are"):
        desk.ask(lambda: desk.runs.ListSkippedRecords(run_pb2.ListSkippedRecordsRequest(parent=name), None))
    with pytest.raises(Conflict):
        exported(desk, 1)

    assert desk.ask(lambda: desk.runs.GetRun(run_pb2.GetRunRequest(name=name), None)).pruned


def test_records_that_were_taken_with_a_warning_are_listed_and_exported_too(house: House, desk: Desk) -> None:
    house.memory.hold(row(1, "eve@gmaio.com"), row(2), row(3, ""))
    desk.create()
    desk.initiate()
    house.carry(1)
    request = run_pb2.ListSkippedRecordsRequest(parent=f"{NAME}/runs/1", warnings=True)

    listed = desk.ask(lambda: desk.runs.ListSkippedRecords(request, None)).records
    table = list(csv.DictReader(io.StringIO(exported(desk, 1, warnings=True).decode(), newline="")))

    assert [(one.source_id, one.explanation) for one in listed] == [
        ("1", "The domain is one letter away from gmail.com.")
    ]
    assert [(one["source_id"], one["outcome"]) for one in table] == [("1", "added")]


@pytest.mark.parametrize(("form", "marked"), [(1, True), (2, False)])
def test_a_byte_order_mark_stands_before_csv_where_it_is_wanted(
    house: House, desk: Desk, form: int, *, marked: bool
) -> None:
    awkward(house)
    desk.create()
    desk.initiate()
    house.carry(1)

    file = exported(desk, form, byte_order_mark=True)

    assert file.startswith(b"\xef\xbb\xbf") is marked
    assert not exported(desk, form).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("edition", "view"), [("open", 1), ("campaigns", 1), ("classic", 2), ("marketinghub", 2)])
def test_a_run_tells_which_counters_the_edition_of_its_workspace_shows(
    house: House, desk: Desk, edition: str, view: int
) -> None:
    desk.create()
    run = desk.initiate().run
    house.change("UPDATE workspace SET edition = ?", edition)

    told = desk.ask(lambda: desk.runs.GetRun(run_pb2.GetRunRequest(name=run.name), None))

    assert told.view == view
