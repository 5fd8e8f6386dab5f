"""`contactctl daemons`: who shares the store."""

import click

from contactctl.options import Noun, Setup
from contactctl.views.house import DAEMONS


@click.group(cls=Noun)
def daemons() -> None:
    """The daemons that share the store, on one machine or many."""


@daemons.command("list")
@click.pass_obj
def list_daemons(setup: Setup) -> None:
    """List the daemons that share the store: which are there, what each has, and which runs it carries."""
    from contactd_proto.v1.daemon_pb2 import ListDaemonsRequest

    with setup.daemon() as daemon:
        pages = daemon.pages(daemon.daemons.ListDaemons, ListDaemonsRequest())
        setup.output.many((one for page in pages for one in page.daemons), DAEMONS)
