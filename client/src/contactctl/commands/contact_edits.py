"""`contactctl contacts create`, `edit`, `delete`, `undelete`: contacts by hand."""

from uuid import uuid4

import click

from contactctl.contacts import contact_argument, joined_and_left, named, said_values, subscription_type_number
from contactctl.options import Command, Setup, etag_option
from contactctl.views.people import contact_view

type_option = click.option(
    "--type",
    "subscription_type",
    type=click.Choice(("marketing", "non-marketing")),
    help="What mail it may get.",
)


@click.command("create", cls=Command)
@click.argument("address")
@click.option("--set", "values", multiple=True, metavar="FIELD=VALUE", help="A value of a field; may be repeated.")
@click.option("--list", "lists", multiple=True, metavar="LIST", help="A list to put it on; may be repeated.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="A topic that it said yes to.")
@type_option
@click.option("--lawful-basis", default="", help="Why it may be written to; only with GDPR on, such as consent.")
@click.pass_obj
def create(
    setup: Setup,
    address: str,
    values: tuple[str, ...],
    lists: tuple[str, ...],
    topics: tuple[str, ...],
    subscription_type: str | None,
    lawful_basis: str,
) -> None:
    """Make a contact with ADDRESS by hand; a deleted one that has it comes back."""
    from contactd_proto.v1.contact_pb2 import CreateContactRequest

    with setup.daemon() as daemon:
        request = CreateContactRequest(
            parent=daemon.names.parent,
            email=address,
            values=said_values(values),
            lists=[daemon.names.list(one) for one in lists],
            topics=[daemon.names.topic(one) for one in topics],
            subscription_type=subscription_type_number(subscription_type),
            lawful_basis=lawful_basis,
            request_id=str(uuid4()),
        )
        setup.output.one(daemon.call(daemon.contacts.CreateContact, request), contact_view)


@click.command("edit", cls=Command)
@contact_argument
@click.option("--email", default=None, metavar="ADDRESS", help="Its new address.")
@click.option("--set", "values", multiple=True, metavar="FIELD=VALUE", help="A new value; no sync writes over it.")
@click.option("--clear", multiple=True, metavar="FIELD", help="Empty a field; no sync fills it again.")
@click.option("--reset", multiple=True, metavar="FIELD", help="Give a field back to the syncs; email is one, too.")
@click.option("--list", "lists", multiple=True, metavar="+LIST|-LIST", help="Put it on a list, or take it off.")
@click.option("--topic", "topics", multiple=True, metavar="+TOPIC|-TOPIC", help="The same for a topic.")
@type_option
@click.option("--lawful-basis", default=None, help="Why it may be written to; only with GDPR on.")
@etag_option("contact")
@click.pass_obj
def edit(
    setup: Setup,
    contact: str,
    email: str | None,
    values: tuple[str, ...],
    clear: tuple[str, ...],
    reset: tuple[str, ...],
    lists: tuple[str, ...],
    topics: tuple[str, ...],
    subscription_type: str | None,
    lawful_basis: str | None,
    etag: str,
) -> None:
    """Change a contact by hand. What is written here no sync overwrites, until it is reset."""
    from contactd_proto.v1.contact_pb2 import UpdateContactRequest

    join_lists, leave_lists = joined_and_left(lists)
    join_topics, leave_topics = joined_and_left(topics)
    with setup.daemon() as daemon:
        request = UpdateContactRequest(
            name=named(daemon, contact),
            etag=etag,
            email=email,
            values=said_values(values, clear),
            reset=reset,
            subscription_type=subscription_type_number(subscription_type),
            lawful_basis=lawful_basis,
            join_lists=[daemon.names.list(one) for one in join_lists],
            leave_lists=[daemon.names.list(one) for one in leave_lists],
            join_topics=[daemon.names.topic(one) for one in join_topics],
            leave_topics=[daemon.names.topic(one) for one in leave_topics],
        )
        setup.output.one(daemon.call(daemon.contacts.UpdateContact, request), contact_view)


@click.command("delete", cls=Command)
@contact_argument
@etag_option("contact")
@click.pass_obj
def delete(setup: Setup, contact: str, etag: str) -> None:
    """Delete a contact. A sync that reads its record again adds it again."""
    from contactd_proto.v1.contact_pb2 import DeleteContactRequest

    with setup.daemon() as daemon:
        request = DeleteContactRequest(name=named(daemon, contact), etag=etag)
        setup.output.one(daemon.call(daemon.contacts.DeleteContact, request), contact_view)


@click.command("undelete", cls=Command)
@contact_argument
@etag_option("contact")
@click.pass_obj
def undelete(setup: Setup, contact: str, etag: str) -> None:
    """Bring a deleted contact back with its values, on no list."""
    from contactd_proto.v1.contact_pb2 import UndeleteContactRequest

    with setup.daemon() as daemon:
        request = UndeleteContactRequest(name=named(daemon, contact), etag=etag)
        setup.output.one(daemon.call(daemon.contacts.UndeleteContact, request), contact_view)
