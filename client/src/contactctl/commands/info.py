"""`contactctl info`: which daemon is meant, and who you are to it."""

import click

from contactctl.options import Command, Setup
from contactctl.views.house import server_view


@click.command("info", cls=Command)
@click.pass_obj
def info(setup: Setup) -> None:
    """Show which daemon answers, its version, its role and yours."""
    from contactd_proto.v1.system_pb2 import GetServerInfoRequest

    with setup.daemon() as daemon:
        server = daemon.call(daemon.system.GetServerInfo, GetServerInfoRequest())
        setup.output.one(server, lambda shown: server_view(shown, daemon.target.address))
