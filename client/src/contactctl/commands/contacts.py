"""`contactctl contacts`: the people a workspace knows."""

import click

from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup
from contactctl.views.people import CONTACTS, contact_view


@click.group(cls=Noun)
def contacts() -> None:
    """Contacts: the people that mail goes to."""


@contacts.command("list")
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only those subscribed to LIST.")
@limit_option("contacts")
@click.pass_obj
def list_contacts(setup: Setup, mailing_list: str, limit: int | None) -> None:
    """List contacts, in the order they were made."""
    from contactd_proto.v1.contact_pb2 import ListContactsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = ListContactsRequest(
            parent=daemon.names.parent,
            list=daemon.names.list(mailing_list) if mailing_list else "",
            page_size=page_size(shown),
        )
        pages = daemon.pages(daemon.contacts.ListContacts, request)
        found = (contact for page in pages for contact in page.contacts)
        setup.output.many(up_to(found, shown, setup.output), CONTACTS)


@contacts.command("show")
@click.argument("contact", metavar="CONTACT|ADDRESS")
@click.pass_obj
def show_contact(setup: Setup, contact: str) -> None:
    """Show a contact by its number or its e-mail address, with all its values."""
    from contactd_proto.v1.contact_pb2 import GetContactRequest, LookupContactRequest

    with setup.daemon() as daemon:
        if "@" in contact:
            lookup = LookupContactRequest(parent=daemon.names.parent, email=contact)
            found = daemon.call(daemon.contacts.LookupContact, lookup)
        else:
            request = GetContactRequest(name=daemon.names.contact(contact))
            found = daemon.call(daemon.contacts.GetContact, request)
        setup.output.one(found, contact_view)
