"""`contactctl contacts unsubscribe`, `subscribe`, `consent`: what people agreed to."""

import click

from contactctl.commands.contact_edits import type_option
from contactctl.contacts import contact_argument, named, subscription_type_number
from contactctl.options import Command, Setup
from contactctl.views.people import CONSENT, contact_view


@click.command("unsubscribe", cls=Command)
@contact_argument
@click.option("--by-self", is_flag=True, help="The person said so: nobody else can take it back.")
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only off LIST.")
@click.option("--topic", default="", help="Only off TOPIC.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it.")
@click.pass_obj
def unsubscribe(
    setup: Setup,
    contact: str,
    by_self: bool,  # noqa: FBT001  click hands flags over by name
    mailing_list: str,
    topic: str,
    evidence: str,
) -> None:
    """Take a contact off all mail, or off one list or topic. No sync ever lifts that."""
    from contactd_proto.v1.contact_pb2 import UnsubscribeContactRequest

    with setup.daemon() as daemon:
        request = UnsubscribeContactRequest(
            name=named(daemon, contact),
            by_self=by_self,
            list=daemon.names.list(mailing_list) if mailing_list else "",
            topic=daemon.names.topic(topic) if topic else "",
            evidence=evidence,
        )
        setup.output.one(daemon.call(daemon.contacts.UnsubscribeContact, request), contact_view)


@click.command("subscribe", cls=Command)
@contact_argument
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only on LIST.")
@click.option("--topic", default="", help="Only on TOPIC.")
@type_option
@click.pass_obj
def subscribe(setup: Setup, contact: str, mailing_list: str, topic: str, subscription_type: str | None) -> None:
    """Take an unsubscription back that the account made; one by the person stays."""
    from contactd_proto.v1.contact_pb2 import SubscribeContactRequest

    with setup.daemon() as daemon:
        request = SubscribeContactRequest(
            name=named(daemon, contact),
            list=daemon.names.list(mailing_list) if mailing_list else "",
            topic=daemon.names.topic(topic) if topic else "",
            subscription_type=subscription_type_number(subscription_type),
        )
        setup.output.one(daemon.call(daemon.contacts.SubscribeContact, request), contact_view)


@click.command("consent", cls=Command)
@contact_argument
@click.pass_obj
def consent(setup: Setup, contact: str) -> None:
    """List what a contact agreed to, from its beginning on, and because of whom."""
    from contactd_proto.v1.contact_pb2 import ListConsentEventsRequest

    with setup.daemon() as daemon:
        request = ListConsentEventsRequest(parent=named(daemon, contact))
        answer = daemon.call(daemon.contacts.ListConsentEvents, request)
        setup.output.many(answer.events, CONSENT)
