"""`contactctl contacts explain`: why somebody is a contact, or is not."""

import click

from contactctl.failures import usage
from contactctl.options import Command, Setup
from contactctl.views.explain import explanation_view


@click.command("explain", cls=Command)
@click.argument("contact", metavar="[CONTACT|ADDRESS]", default="")
@click.option("--sync", default="", help="With --record: the sync that it is of.")
@click.option("--record", default="", metavar="ID", help="Explain a record of a source, by its own id.")
@click.pass_obj
def explain(setup: Setup, contact: str, sync: str, record: str) -> None:
    """Explain why somebody is a contact, or is not: by number, address, or record of a source."""
    from contactd_proto.v1.contact_pb2 import ExplainContactRequest

    if bool(sync) != bool(record) or bool(contact) == bool(record):
        raise usage("say a contact's number or an address, or --sync SYNC with --record ID")
    with setup.daemon() as daemon:
        request = ExplainContactRequest(parent=daemon.names.parent)
        if record:
            request.sync, request.source_id = daemon.names.sync(sync), record
        elif contact.isdecimal() or contact.startswith("workspaces/"):
            request.contact = daemon.names.contact(contact)
        else:
            request.email = contact
        setup.output.one(daemon.call(daemon.contacts.ExplainContact, request), explanation_view)
