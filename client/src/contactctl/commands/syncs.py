"""`contactctl syncs`: standing orders, to look at and to steer."""

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from contactctl.commands.sync_begin import initiate_sync, preview_sync, validate_sync
from contactctl.commands.sync_create import create_sync
from contactctl.commands.sync_edit import edit_sync
from contactctl.commands.sync_upcoming import upcoming_runs
from contactctl.failures import usage
from contactctl.names import short
from contactctl.options import Noun, Setup, etag_option, view_option
from contactctl.render import when, word
from contactctl.views.counts import NEW, view_of
from contactctl.views.runs import run_view
from contactctl.views.syncs import SYNCS, detail_view, mapping_table

if TYPE_CHECKING:
    from contactd_proto.v1.run_pb2 import Run
    from contactd_proto.v1.sync_pb2 import Mapping, Sync

#: How much of its history the page of a sync shows.
_HISTORY = 10


@click.group(cls=Noun)
def syncs() -> None:
    """Syncs: which records go to which list, and when."""


@syncs.command("list")
@click.pass_obj
def list_syncs(setup: Setup) -> None:
    """List the syncs."""
    from contactd_proto.v1.sync_pb2 import ListSyncsRequest

    with setup.daemon() as daemon:
        request = ListSyncsRequest(parent=daemon.names.parent)
        pages = daemon.pages(daemon.syncs.ListSyncs, request)
        setup.output.many((sync for page in pages for sync in page.syncs), SYNCS)


@syncs.command("show")
@click.argument("sync")
@view_option
@click.pass_obj
def show_sync(setup: Setup, sync: str, view: str | None) -> None:
    """Show SYNC: its configuration, field mapping and history."""
    from contactd_proto.v1.run_pb2 import ListRunsRequest
    from contactd_proto.v1.sync_pb2 import GetMappingRequest, GetSyncRequest

    with setup.daemon() as daemon:
        names = daemon.names
        found = daemon.call(daemon.syncs.GetSync, GetSyncRequest(name=names.sync(sync)))
        mapping = daemon.call(daemon.syncs.GetMapping, GetMappingRequest(name=names.mapping(sync)))
        request = ListRunsRequest(parent=names.sync(sync), page_size=_HISTORY)
        history = daemon.call(daemon.runs.ListRuns, request).runs
        if setup.as_json:
            setup.output.write(_detail_document(found, mapping, list(history)))
        else:
            shown = view_of(history[0], view) if history else view or NEW
            setup.output.draw(detail_view(found, mapping, history, shown))


def _detail_document(sync: "Sync", mapping: "Mapping", runs: "list[Run]") -> dict[str, object]:
    """Give the sync as it is in the contract, with its mapping and its newest runs beside."""
    from contactctl.documents import document

    return {**document(sync), "mapping": document(mapping), "runs": [document(run) for run in runs]}


syncs.add_command(upcoming_runs)
syncs.add_command(create_sync)
syncs.add_command(edit_sync)
syncs.add_command(validate_sync)
syncs.add_command(preview_sync)
syncs.add_command(initiate_sync)


@syncs.command("mapping")
@click.argument("sync")
@click.option("--set", "mapped", multiple=True, metavar="SOURCE=TARGET", help="Replace the mapping by lines like this.")
@click.option(
    "--new-field",
    "new_fields",
    multiple=True,
    metavar="SOURCE[=TARGET]",
    help="Such a line that makes the contact field if it is not there.",
)
@etag_option("mapping")
@click.pass_obj
def sync_mapping(setup: Setup, sync: str, mapped: tuple[str, ...], new_fields: tuple[str, ...], etag: str) -> None:
    """Show the mapping of SYNC, or replace it as a whole."""
    from contactctl.daemon import PATIENT
    from contactctl.mapping import said_lines
    from contactd_proto.v1.sync_pb2 import GetMappingRequest, Mapping, SetMappingRequest

    lines = said_lines(mapped, new_fields)
    if etag and not lines:
        raise usage("--etag is for replacing the mapping: say its lines with --set too")
    with setup.daemon() as daemon:
        name = daemon.names.mapping(sync)
        if lines:
            mapping = Mapping(name=name, lines=lines, etag=etag)
            answer = daemon.call(daemon.syncs.SetMapping, SetMappingRequest(mapping=mapping), within=PATIENT)
        else:
            answer = daemon.call(daemon.syncs.GetMapping, GetMappingRequest(name=name))
        setup.output.one(answer, lambda found: [mapping_table(found)])


@syncs.command("pause")
@click.argument("sync")
@etag_option("sync")
@click.pass_obj
def pause_sync(setup: Setup, sync: str, etag: str) -> None:
    """Stop SYNC at the next page of its run, until it is resumed."""
    _steer(setup, "PauseSync", sync, etag)


@syncs.command("resume")
@click.argument("sync")
@etag_option("sync")
@click.pass_obj
def resume_sync(setup: Setup, sync: str, etag: str) -> None:
    """Let SYNC, which is paused, go on."""
    _steer(setup, "ResumeSync", sync, etag)


@syncs.command("activate")
@click.argument("sync")
@etag_option("sync")
@click.pass_obj
def activate_sync(setup: Setup, sync: str, etag: str) -> None:
    """Let SYNC, which is inactive or disconnected, go on, once its source has answered."""
    _steer(setup, "ActivateSync", sync, etag, patient=True)


@syncs.command("delete")
@click.argument("sync")
@etag_option("sync")
@click.pass_obj
def delete_sync(setup: Setup, sync: str, etag: str) -> None:
    """Delete SYNC. Its contacts and its history stay."""
    deleted = _steer(setup, "DeleteSync", sync, etag)
    until = when(deleted, "purge_time")
    setup.output.say(f"until {until} it can come back: contactctl syncs undelete {short(deleted.name)}")


@syncs.command("undelete")
@click.argument("sync")
@etag_option("sync")
@click.pass_obj
def undelete_sync(setup: Setup, sync: str, etag: str) -> None:
    """Bring SYNC, which was deleted, back: paused, or as a draft where it never began."""
    _steer(setup, "UndeleteSync", sync, etag)


def _steer(setup: Setup, call: str, sync: str, etag: str, *, patient: bool = False) -> "Sync":
    """Make *call*, which changes the state of *sync*, and show the state that it has then."""
    from contactctl.daemon import PATIENT, QUICK
    from contactd_proto.v1 import sync_pb2

    with setup.daemon() as daemon:
        request = getattr(sync_pb2, f"{call}Request")(name=daemon.names.sync(sync), etag=etag)
        changed: Sync = daemon.call(getattr(daemon.syncs, call), request, within=PATIENT if patient else QUICK)
    if setup.as_json:
        setup.output.document(changed)
    setup.output.say(f"{short(changed.name)} is {word(changed, 'state')}")
    return changed


@syncs.command("run")
@click.argument("sync")
@click.option("--full", is_flag=True, help="Read everything, not only what changed.")
@click.option("--sweep", is_flag=True, help="Read everything, and remove what is no longer there.")
@click.option("--watch", "watched", is_flag=True, help="Watch the run until it ends.")
@click.pass_obj
def run_sync(setup: Setup, sync: str, *, full: bool, sweep: bool, watched: bool) -> None:
    """Run SYNC now."""
    from contactctl.watch import watch
    from contactd_proto.v1.run_pb2 import RunMode
    from contactd_proto.v1.sync_pb2 import RunSyncRequest

    if full and sweep:
        raise usage("--full and --sweep exclude each other: a sweep reads everything anyway")
    mode = RunMode.RUN_MODE_SWEEP if sweep else RunMode.RUN_MODE_FULL if full else RunMode.RUN_MODE_INCREMENTAL
    with setup.daemon() as daemon:
        request = RunSyncRequest(name=daemon.names.sync(sync), mode=mode, request_id=str(uuid4()))
        run = daemon.call(daemon.syncs.RunSync, request)
        if watched:
            watch(daemon, run.name, setup.output)
        else:
            setup.output.one(run, run_view)
