"""`contactctl connections`: accounts at a source."""

from uuid import uuid4

import click

from contactctl.commands.connection_authorize import authorize_connection, rotate_connection
from contactctl.commands.connection_change import disable_connection, edit_connection, show_effects
from contactctl.commands.connection_settings import advising, asked_secrets, schema_of
from contactctl.confided import one_from_stdin, pairs
from contactctl.options import Noun, Setup, etag_option, titled
from contactctl.views.connections import CONNECTIONS, ORGANIZATIONS, connection_view


@click.group(cls=Noun)
def connections() -> None:
    """Connections: your accounts at a source."""


@connections.command("list")
@click.pass_obj
def list_connections(setup: Setup) -> None:
    """List the connections."""
    from contactd_proto.v1.connection_pb2 import ListConnectionsRequest

    with setup.daemon() as daemon:
        request = ListConnectionsRequest(parent=daemon.names.parent)
        pages = daemon.pages(daemon.connections.ListConnections, request)
        setup.output.many((found for page in pages for found in page.connections), CONNECTIONS)


@connections.command("show")
@click.argument("connection")
@click.pass_obj
def show_connection(setup: Setup, connection: str) -> None:
    """Show CONNECTION; its secrets stay where they are."""
    from contactd_proto.v1.connection_pb2 import GetConnectionRequest

    with setup.daemon() as daemon:
        request = GetConnectionRequest(name=daemon.names.connection(connection))
        setup.output.one(daemon.call(daemon.connections.GetConnection, request), connection_view)


@connections.command("create")
@click.argument("connection", metavar="[CONNECTION]", default="")
@click.option("--kind", required=True, help="The kind of source, as contactctl plugins list shows it.")
@click.option("--title", default="", help="What people call it.  [default: CONNECTION]")
@click.option("--set", "plain", multiple=True, metavar="KEY=VALUE", help="A setting that is no secret.")
@click.option(
    "--secret-file",
    "secret_files",
    multiple=True,
    metavar="KEY=PATH",
    help="A secret setting, read from PATH; - is standard input, typed unseen on a terminal.",
)
@click.pass_obj
def create_connection(
    setup: Setup, connection: str, kind: str, title: str, plain: tuple[str, ...], secret_files: tuple[str, ...]
) -> None:
    """Associate an account at a source as CONNECTION.

    Required secrets that were not given are asked for, if you are at a terminal.
    """
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import Connection, CreateConnectionRequest

    named = titled(connection, title)
    settings, sources = pairs(plain, "--set"), pairs(secret_files, "--secret-file")
    one_from_stdin(sources.values())
    with setup.daemon() as daemon:
        schema = schema_of(daemon, kind)
        secrets = asked_secrets(schema, settings, sources)
        request = CreateConnectionRequest(
            parent=daemon.names.parent,
            connection_id=connection,
            connection=Connection(title=named, kind=kind, settings={**settings, **secrets}),
            request_id=str(uuid4()),
        )
        with advising(schema):
            answer = daemon.call(daemon.connections.CreateConnection, request, within=PATIENT)
        setup.output.one(answer, connection_view)


connections.add_command(authorize_connection)


@connections.command("organizations")
@click.argument("connection")
@click.pass_obj
def list_organizations(setup: Setup, connection: str) -> None:
    """List the organizations that the account of CONNECTION can see."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import ListOrganizationsRequest

    with setup.daemon() as daemon:
        request = ListOrganizationsRequest(parent=daemon.names.connection(connection))
        answer = daemon.call(daemon.connections.ListOrganizations, request, within=PATIENT)
        setup.output.many(answer.organizations, ORGANIZATIONS)


@connections.command("select")
@click.argument("connection")
@click.argument("organization")
@etag_option("connection")
@click.pass_obj
def select_organization(setup: Setup, connection: str, organization: str, etag: str) -> None:
    """Choose the ORGANIZATION that CONNECTION reads; it is enabled by it."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import SelectOrganizationRequest

    with setup.daemon() as daemon:
        request = SelectOrganizationRequest(
            name=daemon.names.connection(connection), organization_id=organization, etag=etag
        )
        answer = daemon.call(daemon.connections.SelectOrganization, request, within=PATIENT)
        setup.output.one(answer, connection_view)


connections.add_command(edit_connection)
connections.add_command(rotate_connection)
connections.add_command(show_effects)
connections.add_command(disable_connection)
