"""`contactctl syncs create`: a sync with its mapping, in one go."""

from typing import TYPE_CHECKING, Unpack
from uuid import uuid4

import click

from contactctl.failures import usage
from contactctl.mapping import joined, said_lines
from contactctl.options import Command, Function, Setup
from contactctl.schedule import local_zone
from contactctl.terms import ANYWHERE, Said, policy_options, said_sync, schedule_options, term_options
from contactctl.views.syncs import sync_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.sync_pb2 import Mapping, MappingLine


class SaidSync(Said):
    """What the command line says about a new sync, by the names of its options."""

    connection: str
    module: str
    criteria: str
    mapped: tuple[str, ...]
    new_fields: tuple[str, ...]
    no_suggested: bool
    no_sweep: bool


def mapping_options(command: Function) -> Function:
    """Offer the ways to say what is mapped."""
    offered = (
        click.option("--map", "mapped", multiple=True, metavar="SOURCE=TARGET", help="One more mapping line."),
        click.option(
            "--new-field",
            "new_fields",
            multiple=True,
            metavar="SOURCE[=TARGET]",
            help="One more line that makes the contact field if it is not there.",
        ),
        click.option("--no-suggested", is_flag=True, help="Leave out the mapping that is suggested."),
    )
    for offer in reversed(offered):
        command = offer(command)
    return command


@click.command("create", cls=Command)
@click.argument("sync")
@click.option("--connection", required=True, help="Where the records come from.")
@click.option("--list", "mailing_list", required=True, metavar="LIST", help="The list that contacts are put on.")
@click.option("--module", default="", help="Which records.  [default: contacts]")
@click.option("--criteria", default="", metavar="TEXT", help="Only records that meet this; cannot be changed later.")
@term_options
@mapping_options
@schedule_options
@click.option("--no-sweep", is_flag=True, help="Look for what is gone only when somebody asks.")
@policy_options
@click.pass_obj
def create_sync(setup: Setup, /, sync: str, **said: Unpack[SaidSync]) -> None:
    """Make SYNC as a draft, with the suggested mapping and the lines that you add.

    Nothing is read before `contactctl syncs initiate`.
    """
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import CreateSyncRequest, Schedule

    # What is wrong with the command line is told before anybody is asked.
    zone = local_zone(setup.environ)
    _, paths = said_sync(said, ANYWHERE, local_zone=zone)
    if said["no_sweep"] and "sweep_schedule" in paths:
        raise usage(
            "--no-sweep and --sweep-daily, --sweep-weekly or --sweep-monthly exclude each other: give one of them"
        )
    lines = said_lines(said["mapped"], said["new_fields"])
    with setup.daemon() as daemon:
        wanted, _ = said_sync(said, daemon.names, local_zone=zone)
        wanted.connection = daemon.names.connection(said["connection"])
        wanted.module, wanted.criteria = said["module"], said["criteria"]
        if said["no_sweep"]:
            wanted.sweep_schedule.recurrence = Schedule.RECURRENCE_ONCE
        request = CreateSyncRequest(
            parent=daemon.names.parent,
            sync_id=sync,
            sync=wanted,
            mapping=_mapping(daemon, said, lines),
            request_id=str(uuid4()),
        )
        setup.output.one(daemon.call(daemon.syncs.CreateSync, request, within=PATIENT), sync_view)
    setup.output.say(f"what goes where: contactctl syncs mapping {sync}; begin: contactctl syncs initiate {sync}")


def _mapping(daemon: "Daemon", said: SaidSync, lines: "list[MappingLine]") -> "Mapping | None":
    """Give the mapping to send; none where the daemon's own suggestion is all that is wanted."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import Mapping, SuggestMappingRequest

    if said["no_suggested"]:
        return Mapping(lines=lines)
    if not lines:
        return None
    request = SuggestMappingRequest(parent=daemon.names.connection(said["connection"]), module=said["module"])
    suggested = daemon.call(daemon.syncs.SuggestMapping, request, within=PATIENT)
    return Mapping(lines=joined(suggested.lines, lines))
