"""`contactctl connections edit`, `effects` and `disable`: what is done to a connection that is there."""

import sys
from typing import TYPE_CHECKING, Any

import click

from contactctl.commands.connection_settings import advising, given_settings, schema_at
from contactctl.edits import mask, said_only
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.names import short
from contactctl.options import Command, Setup, etag_option, settings_options
from contactctl.views.connections import connection_view, effects_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.connection_pb2 import DisableEffects


@click.command("edit", cls=Command)
@click.argument("connection")
@click.option("--title", help="What people call it.")
@click.option("--priority", type=click.IntRange(min=0), help="Of two that know a value, the smaller is believed.")
@settings_options
@etag_option("connection")
@click.pass_obj
def edit_connection(
    setup: Setup, /, connection: str, plain: tuple[str, ...], secret_files: tuple[str, ...], etag: str, **wanted: Any
) -> None:
    """Change the title, the priority or settings of CONNECTION; settings are tried at the source first.

    Settings that are not said stay. --set KEY= takes one away.
    """
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import Connection, UpdateConnectionRequest

    with setup.daemon() as daemon:
        name = daemon.names.connection(connection)
        schema = schema_at(daemon, name) if plain or secret_files else []
        settings = given_settings(schema, plain, secret_files)
        said = said_only(**wanted, settings=settings or None)
        request = UpdateConnectionRequest(connection=Connection(name=name, etag=etag, **said), update_mask=mask(said))
        with advising(schema):
            answer = daemon.call(daemon.connections.UpdateConnection, request, within=PATIENT)
        setup.output.one(answer, connection_view)


@click.command("effects", cls=Command)
@click.argument("connection")
@click.pass_obj
def show_effects(setup: Setup, connection: str) -> None:
    """Tell what disabling CONNECTION would do, and do nothing."""
    with setup.daemon() as daemon:
        setup.output.one(_effects(daemon, connection), effects_view)


@click.command("disable", cls=Command)
@click.argument("connection")
@click.option("--yes", is_flag=True, help="Confirm the effects, whatever they are.")
@click.option("--confirm", "effects_id", default="", metavar="EFFECTS", help="Confirm these effects, by their id.")
@click.pass_obj
def disable_connection(setup: Setup, connection: str, *, yes: bool, effects_id: str) -> None:
    """End the integration of CONNECTION, once its effects are confirmed; its contacts stay."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import DisableConnectionRequest

    with setup.daemon() as daemon:
        name = daemon.names.connection(connection)
        confirmed = effects_id or _confirmed(setup, _effects(daemon, connection), yes=yes)
        request = DisableConnectionRequest(name=name, effects_id=confirmed)
        answer = daemon.call(daemon.connections.DisableConnection, request, within=PATIENT)
        setup.output.one(answer, connection_view)


def _effects(daemon: "Daemon", connection: str) -> "DisableEffects":
    from contactd_proto.v1.connection_pb2 import GetDisableEffectsRequest

    request = GetDisableEffectsRequest(name=daemon.names.connection(connection))
    return daemon.call(daemon.connections.GetDisableEffects, request)


def _confirmed(setup: Setup, effects: "DisableEffects", *, yes: bool) -> str:
    """Show the effects and give their id, if they are confirmed; else the command ends."""
    for sentence in effects.sentences:
        setup.output.note(sentence)
    name = short(effects.connection)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Disable {name}?", err=True)):
        raise Failure(
            Exit.REFUSED,
            f"the effects of disabling '{name}' must be confirmed before anything is done",
            (f"--confirm {effects.effects_id} confirms exactly these", "--yes confirms whatever they are"),
            status="FAILED_PRECONDITION",
        )
    return effects.effects_id
