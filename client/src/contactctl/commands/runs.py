"""`contactctl runs`: what syncs have done and are doing."""

from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from contactctl.download import STDOUT, check_place, save
from contactctl.failures import usage
from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup, view_option
from contactctl.views.changes import CHANGES
from contactctl.views.counts import NEW, view_of
from contactctl.views.runs import RECORDS, WARNED, run_view, runs_in

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.run_pb2 import ExportSkippedRecordsRequest

run_argument = click.argument("run", metavar="RUN")


@click.group(cls=Noun)
def runs() -> None:
    """Runs of syncs. RUN is said as 12, or as SYNC/12."""


@runs.command("list")
@click.argument("sync", metavar="[SYNC]", default="")
@view_option
@limit_option("runs")
@click.pass_obj
def list_runs(setup: Setup, sync: str, view: str | None, limit: int | None) -> None:
    """List the runs of SYNC, or of all syncs, the newest first."""
    from contactd_proto.v1.run_pb2 import ListRunsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        parent = daemon.names.sync(sync) if sync else daemon.names.any_sync()
        request = ListRunsRequest(parent=parent, page_size=page_size(shown))
        pages = daemon.pages(daemon.runs.ListRuns, request)
        found = (run for page in pages for run in page.runs)
        first = next(found, None)
        listing = runs_in(view or NEW if first is None else view_of(first, view))
        every = found if first is None else chain((first,), found)
        setup.output.many(up_to(every, shown, setup.output), listing)


@runs.command("show")
@run_argument
@view_option
@click.pass_obj
def show_run(setup: Setup, run: str, view: str | None) -> None:
    """Show RUN with all its counts."""
    from contactd_proto.v1.run_pb2 import GetRunRequest

    with setup.daemon() as daemon:
        request = GetRunRequest(name=daemon.names.run(run))
        setup.output.one(daemon.call(daemon.runs.GetRun, request), lambda found: run_view(found, view))


@runs.command("watch")
@run_argument
@click.pass_obj
def watch_run(setup: Setup, run: str) -> None:
    """Watch RUN until it ends. Ctrl-C stops watching, not the run."""
    from contactctl.watch import watch

    with setup.daemon() as daemon:
        watch(daemon, daemon.names.run(run), setup.output)


@runs.command("cancel")
@run_argument
@click.pass_obj
def cancel_run(setup: Setup, run: str) -> None:
    """End RUN; what it has taken stays."""
    from contactd_proto.v1.run_pb2 import CancelRunRequest

    with setup.daemon() as daemon:
        request = CancelRunRequest(name=daemon.names.run(run))
        setup.output.one(daemon.call(daemon.runs.CancelRun, request), run_view)


@runs.command("confirm")
@run_argument
@click.pass_obj
def confirm_run(setup: Setup, run: str) -> None:
    """Let RUN, which is held, remove what it wants to."""
    from contactd_proto.v1.run_pb2 import ConfirmRunRequest

    with setup.daemon() as daemon:
        request = ConfirmRunRequest(name=daemon.names.run(run))
        setup.output.one(daemon.call(daemon.runs.ConfirmRun, request), run_view)


@runs.command("reject")
@run_argument
@click.pass_obj
def reject_run(setup: Setup, run: str) -> None:
    """End RUN, which is held, without removing anything."""
    from contactd_proto.v1.run_pb2 import RejectRunRequest

    with setup.daemon() as daemon:
        request = RejectRunRequest(name=daemon.names.run(run))
        setup.output.one(daemon.call(daemon.runs.RejectRun, request), run_view)


@runs.command("diff")
@run_argument
@limit_option("contacts")
@click.pass_obj
def diff_run(setup: Setup, run: str, limit: int | None) -> None:
    """Show what RUN changed, contact by contact, before and after."""
    from contactd_proto.v1.run_pb2 import DiffRunRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = DiffRunRequest(name=daemon.names.run(run))
        with daemon.stream(daemon.runs.DiffRun, request) as answers:
            found = (change for answer in answers for change in answer.changes)
            setup.output.many(up_to(found, shown, setup.output), CHANGES)


@runs.command("undo")
@run_argument
@click.option("--keep-running", is_flag=True, help="Do not pause the sync.")
@click.option("--watch", "watched", is_flag=True, help="Watch the undoing until it ends.")
@click.pass_obj
def undo_run(setup: Setup, run: str, *, keep_running: bool, watched: bool) -> None:
    """Take RUN back where nobody has touched its contacts since, and pause its sync."""
    from contactctl.watch import watch
    from contactd_proto.v1.run_pb2 import UndoRunRequest

    with setup.daemon() as daemon:
        request = UndoRunRequest(name=daemon.names.run(run), keep_running=keep_running, request_id=str(uuid4()))
        begun = daemon.call(daemon.runs.UndoRun, request)
        if watched:
            watch(daemon, begun.name, setup.output)
        else:
            setup.output.one(begun, run_view)


@runs.command("skipped")
@run_argument
@click.option("--output", "place", default="", metavar="FILE", help="Write a file; - is standard output.")
@click.option("--format", "file_format", type=click.Choice(("csv", "jsonl")), help="Of the file.  [default: csv]")
@click.option("--bom", is_flag=True, help="CSV with a byte order mark, which some spreadsheets want.")
@click.option("--warnings", is_flag=True, help="Instead, the records that were taken with a warning.")
@limit_option("records")
@click.pass_obj
def skipped_records(
    setup: Setup, run: str, place: str, file_format: str | None, limit: int | None, *, bom: bool, warnings: bool
) -> None:
    """Show the records that RUN did not take, with reasons, or write them to a file."""
    if setup.as_json and file_format and not place:
        raise usage(
            f"--json and --format {file_format} exclude each other on standard output",
            "name a file with --output, or leave one of them out",
        )
    with setup.daemon() as daemon:
        if place or file_format:
            target = STDOUT if place in {"", "/dev/stdout"} else place
            request = _export_request(daemon.names.run(run), file_format, bom=bom, warnings=warnings)
            size = _export(daemon, request, target)
            _tell_place(setup, run, target, size)
        else:
            _show_skipped(daemon, setup, run, limit, warnings=warnings)


def _show_skipped(daemon: "Daemon", setup: Setup, run: str, limit: int | None, *, warnings: bool) -> None:
    from contactd_proto.v1.run_pb2 import ListSkippedRecordsRequest

    shown = limit_or_default(limit, setup.output)
    name = daemon.names.run(run)
    request = ListSkippedRecordsRequest(parent=name, page_size=page_size(shown), warnings=warnings)
    pages = daemon.pages(daemon.runs.ListSkippedRecords, request)
    found = (record for page in pages for record in page.records)
    setup.output.many(up_to(found, shown, setup.output), WARNED if warnings else RECORDS)


def _export_request(run: str, file_format: str | None, *, bom: bool, warnings: bool) -> "ExportSkippedRecordsRequest":
    from contactd_proto.v1.run_pb2 import ExportSkippedRecordsRequest as Request

    formats: dict[str | None, Any] = {"jsonl": Request.FORMAT_JSON_LINES}
    form = formats.get(file_format, Request.FORMAT_CSV)
    return Request(parent=run, format=form, byte_order_mark=bom, warnings=warnings)


def _export(daemon: "Daemon", request: "ExportSkippedRecordsRequest", place: str) -> int:
    check_place(place)
    with daemon.stream(daemon.runs.ExportSkippedRecords, request) as pieces:
        return save(pieces, place)


def _tell_place(setup: Setup, run: str, place: str, size: int) -> None:
    if place == STDOUT:
        return
    if setup.as_json:
        setup.output.write({"file": place, "bytes": size})
    else:
        setup.output.say(f"the skipped records of run {run} are in {place} ({size:,} bytes)")
