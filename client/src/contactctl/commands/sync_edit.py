"""`contactctl syncs edit`: other terms for a sync that is there."""

from typing import Unpack
from uuid import uuid4

import click

from contactctl.edits import mask
from contactctl.failures import usage
from contactctl.names import short
from contactctl.options import Command, Setup, etag_option
from contactctl.schedule import local_zone
from contactctl.terms import ANYWHERE, Said, policy_options, said_sync, schedule_options, term_options
from contactctl.views.syncs import sync_view


class SaidEdit(Said):
    """What the command line says of an edit: what is said of any sync, and what is to be taken away."""

    everything: bool
    no_topics: bool
    no_basis: bool
    no_sweep: bool
    no_policies: bool
    former: str | None
    etag: str


#: Options that take something away: the field that they empty, and the option that they contradict.
_EMPTIED = {
    "everything": ("retrieve_after", "--all", "--after"),
    "no_topics": ("topics", "--no-topics", "--topic"),
    "no_basis": ("lawful_basis", "--no-basis", "--basis"),
    # Those that are said beside it are all that it has then.
    "no_policies": ("policies", "--no-policies", ""),
    "no_sweep": ("sweep_schedule", "--no-sweep", "--sweep-daily, --sweep-weekly or --sweep-monthly"),
}


@click.command("edit", cls=Command)
@click.argument("sync")
@click.option("--list", "mailing_list", metavar="LIST", help="The list that contacts are put on.")
@click.option(
    "--move",
    "former",
    flag_value="MOVE",
    help="With --list: whom it put on the former list moves to the new one at once.",
)
@click.option("--leave", "former", flag_value="LEAVE", help="With --list: they stay where they are until they go.")
@term_options
@click.option("--all", "everything", is_flag=True, help="Read all records, or as many as the edition allows.")
@click.option("--no-topics", is_flag=True, help="No topics.")
@click.option("--no-basis", is_flag=True, help="No lawful basis.")
@schedule_options
@click.option("--no-sweep", is_flag=True, help="Look for what is gone only when somebody asks.")
@policy_options
@click.option("--no-policies", is_flag=True, help="Forget the policies it has: those of the workspace count.")
@etag_option("sync")
@click.pass_obj
def edit_sync(setup: Setup, /, sync: str, **said: Unpack[SaidEdit]) -> None:
    """Change of SYNC what is said, from its next run on."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import FormerMembers, UpdateSyncRequest

    zone = local_zone(setup.environ)
    _, paths = said_sync(said, ANYWHERE, local_zone=zone)
    paths += _emptied(said, paths)
    if not paths:
        raise usage("say what to change; --help lists what can be")
    if said["former"] and "list" not in paths:
        raise usage("--move and --leave are for another list: say it with --list too")
    with setup.daemon() as daemon:
        wanted, _ = said_sync(said, daemon.names, local_zone=zone)
        wanted.name, wanted.etag = daemon.names.sync(sync), said["etag"]
        request = UpdateSyncRequest(sync=wanted, update_mask=mask(dict.fromkeys(paths)), request_id=str(uuid4()))
        if said["former"]:
            request.former_members = FormerMembers.Value(f"FORMER_MEMBERS_{said['former']}")
        edited = daemon.call(daemon.syncs.UpdateSync, request, within=PATIENT)
        setup.output.one(edited, sync_view)
    if edited.edited:
        name = short(edited.name)
        setup.output.say(f"its next run reads all records again; to do so now: contactctl syncs initiate {name}")


def _emptied(said: SaidEdit, paths: list[str]) -> list[str]:
    """Give the paths of what is to be taken away."""
    emptied = []
    for name, (path, option, contrary) in _EMPTIED.items():
        if said.get(name):
            if path in paths:
                raise usage(f"{option} and {contrary} exclude each other: give one of them")
            emptied.append(path)
    return emptied
