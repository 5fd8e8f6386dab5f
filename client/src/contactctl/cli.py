"""The whole command line, put together: what may stand before the noun, and the nouns."""

import os

import click

from contactctl import __version__
from contactctl.commands.connections import connections
from contactctl.commands.contacts import contacts
from contactctl.commands.daemons import daemons
from contactctl.commands.fields import fields
from contactctl.commands.info import info
from contactctl.commands.lists import lists
from contactctl.commands.notifications import notifications
from contactctl.commands.plugins import plugins
from contactctl.commands.runs import runs
from contactctl.commands.suppressions import suppressions
from contactctl.commands.syncs import syncs
from contactctl.commands.topics import topics
from contactctl.commands.workspaces import workspaces
from contactctl.options import Noun, Setup
from contactctl.target import Said


@click.group(cls=Noun, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="contactctl", message="%(prog)s %(version)s")
@click.option("--address", default="", help="Where contactd listens: unix:///PATH or HOST:PORT.")
@click.option("--token-file", default="", metavar="FILE", help="A file that holds your token.")
@click.option("--tls-ca", default="", metavar="FILE", help="Who signed the daemon's certificate (PEM).")
@click.option("--tls-cert", default="", metavar="FILE", help="Your own certificate (PEM).")
@click.option("--tls-key", default="", metavar="FILE", help="The key of your own certificate (PEM).")
@click.option("--profile", default="", help="A profile of your config.toml.")
@click.option("--workspace", default="", help="Which workspace.  [default: default]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; also accepted after the verb.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long to wait for an answer.  [default: 5, 60 where a source is asked]",
)
@click.pass_context
def cli(context: click.Context, /, *, as_json: bool, timeout: float | None, **said: str) -> None:
    """Steer contactd: connect a source, sync its customers to a list, watch it happen."""
    context.obj = Setup(Said(**said), os.environ, timeout=timeout, as_json=as_json)


for command in (
    plugins,
    connections,
    lists,
    topics,
    fields,
    syncs,
    runs,
    contacts,
    suppressions,
    notifications,
    workspaces,
    daemons,
    info,
):
    cli.add_command(command)
