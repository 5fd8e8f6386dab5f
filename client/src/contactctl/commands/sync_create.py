"""`contactctl syncs create`: a sync with its mapping, in one go."""

from typing import TYPE_CHECKING, TypedDict, Unpack
from uuid import uuid4

import click

from contactctl.mapping import joined, said_lines
from contactctl.options import Command, Function, Setup
from contactctl.schedule import SaidSchedule, local_zone, make_schedule
from contactctl.views.syncs import sync_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.sync_pb2 import Mapping, MappingLine, Sync


class Said(TypedDict):
    """What the command line says about a new sync, by the names of its options."""

    connection: str
    mailing_list: str
    module: str
    description: str
    subscription: str
    update_empty: bool
    mapped: tuple[str, ...]
    new_fields: tuple[str, ...]
    no_suggested: bool
    daily: str | None
    weekly: tuple[str, str] | None
    monthly: tuple[int, str] | None
    cron: str | None
    once: bool
    zone: str


def schedule_options(command: Function) -> Function:
    """Offer the ways to say when a sync runs."""
    offered = (
        click.option("--daily", metavar="HH:MM", help="Run every day."),
        click.option("--weekly", type=(str, str), metavar="DAY HH:MM", help="Run every week, as mon 06:30."),
        click.option(
            "--monthly",
            type=(click.IntRange(1, 31), str),
            metavar="DAY HH:MM",
            help="Run every month, as 15 06:30; 31 is the last day of a shorter month.",
        ),
        click.option("--cron", metavar="EXPRESSION", help="Run as a line of cron says, as '0 6,18 * * mon-fri'."),
        click.option("--once", is_flag=True, help="Run when initiated, and then never by itself.  [default]"),
        click.option("--zone", default="", help="The time zone of these times.  [default: that of this machine]"),
    )
    for offer in reversed(offered):
        command = offer(command)
    return command


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
@click.option("--description", default="", help="What it is for.")
@click.option(
    "--type",
    "subscription",
    type=click.Choice(("marketing", "non-marketing")),
    default="marketing",
    show_default=True,
    help="What mail its contacts may get.",
)
@click.option("--update-empty", is_flag=True, help="Empty here what was emptied at the source.")
@mapping_options
@schedule_options
@click.pass_obj
def create_sync(setup: Setup, /, sync: str, **said: Unpack[Said]) -> None:
    """Make SYNC as a draft, with the suggested mapping and the lines that you add.

    Nothing is read before `contactctl syncs initiate`.
    """
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import CreateSyncRequest

    # What is wrong with the command line is told before anybody is asked.
    schedule = make_schedule(_said_schedule(said), local_zone=local_zone(setup.environ))
    lines = said_lines(said["mapped"], said["new_fields"])
    with setup.daemon() as daemon:
        request = CreateSyncRequest(
            parent=daemon.names.parent,
            sync_id=sync,
            sync=_sync(daemon, said),
            mapping=_mapping(daemon, said, lines),
            request_id=str(uuid4()),
        )
        request.sync.schedule.CopyFrom(schedule)
        setup.output.one(daemon.call(daemon.syncs.CreateSync, request, within=PATIENT), sync_view)


def _said_schedule(said: Said) -> SaidSchedule:
    return SaidSchedule(
        daily=said["daily"],
        weekly=said["weekly"],
        monthly=said["monthly"],
        cron=said["cron"],
        once=said["once"],
        zone=said["zone"],
    )


def _sync(daemon: "Daemon", said: Said) -> "Sync":
    from contactd_proto.v1.contact_pb2 import SubscriptionType
    from contactd_proto.v1.sync_pb2 import Sync

    wanted = said["subscription"].replace("-", "_").upper()
    return Sync(
        description=said["description"],
        connection=daemon.names.connection(said["connection"]),
        module=said["module"],
        list=daemon.names.list(said["mailing_list"]),
        subscription_type=SubscriptionType.Value(f"SUBSCRIPTION_TYPE_{wanted}"),
        update_empty_values=said["update_empty"],
    )


def _mapping(daemon: "Daemon", said: Said, lines: "list[MappingLine]") -> "Mapping | None":
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
