"""`contactctl contacts`: the people a workspace knows."""

import click

from contactctl.commands.contact_consent import consent, subscribe, unsubscribe
from contactctl.commands.contact_edits import create, delete, edit, undelete
from contactctl.commands.contact_explain import explain
from contactctl.commands.contact_files import erase, export_contacts, import_contacts
from contactctl.contacts import contact_argument
from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup
from contactctl.views.people import CONTACTS, contact_view


@click.group(cls=Noun)
def contacts() -> None:
    """Contacts: the people that mail goes to."""


@contacts.command("list")
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only those subscribed to LIST.")
@click.option("--topic", default="", help="Only those that said yes to TOPIC.")
@click.option("--status", type=click.Choice(("live", "deleted", "erased")), default="live", show_default=True)
@click.option(
    "--type",
    "subscription_type",
    type=click.Choice(("marketing", "non-marketing", "unsubscribed")),
    help="Only those that may get this mail.",
)
@click.option("--stale", is_flag=True, help="Only those whose address at the source went bad.")
@limit_option("contacts")
@click.pass_obj
def list_contacts(
    setup: Setup,
    mailing_list: str,
    topic: str,
    status: str,
    subscription_type: str | None,
    stale: bool,  # noqa: FBT001  click hands flags over by name
    limit: int | None,
) -> None:
    """List contacts, in the order they were made."""
    from contactctl.contacts import subscription_type_number
    from contactd_proto.v1.contact_pb2 import Contact, ListContactsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = ListContactsRequest(
            parent=daemon.names.parent,
            list=daemon.names.list(mailing_list) if mailing_list else "",
            topic=daemon.names.topic(topic) if topic else "",
            status=Contact.Status.Value(f"STATUS_{status.upper()}"),
            subscription_type=subscription_type_number(subscription_type),
            stale=stale,
            page_size=page_size(shown),
        )
        pages = daemon.pages(daemon.contacts.ListContacts, request)
        found = (contact for page in pages for contact in page.contacts)
        setup.output.many(up_to(found, shown, setup.output), CONTACTS)


@contacts.command("show")
@contact_argument
@click.pass_obj
def show_contact(setup: Setup, contact: str) -> None:
    """Show a contact by its number or its e-mail address, with all its values."""
    from contactctl.contacts import found

    with setup.daemon() as daemon:
        setup.output.one(found(daemon, contact), contact_view)


for command in (
    create,
    edit,
    delete,
    undelete,
    unsubscribe,
    subscribe,
    consent,
    explain,
    import_contacts,
    export_contacts,
    erase,
):
    contacts.add_command(command)
