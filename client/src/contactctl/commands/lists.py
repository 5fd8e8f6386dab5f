"""`contactctl lists`: the mailing lists of a workspace."""

from uuid import uuid4

import click

from contactctl.edits import mask, said_only
from contactctl.options import Noun, Setup, etag_option, titled
from contactctl.views.people import LISTS, list_view


@click.group(cls=Noun)
def lists() -> None:
    """Mailing lists."""


@lists.command("list")
@click.pass_obj
def list_lists(setup: Setup) -> None:
    """List the mailing lists."""
    from contactd_proto.v1.list_pb2 import ListListsRequest

    with setup.daemon() as daemon:
        request = ListListsRequest(parent=daemon.names.parent)
        pages = daemon.pages(daemon.lists.ListLists, request)
        setup.output.many((found for page in pages for found in page.lists), LISTS)


@lists.command("show")
@click.argument("mailing_list", metavar="LIST")
@click.pass_obj
def show_list(setup: Setup, mailing_list: str) -> None:
    """Show LIST and how many are subscribed to it."""
    from contactd_proto.v1.list_pb2 import GetListRequest

    with setup.daemon() as daemon:
        request = GetListRequest(name=daemon.names.list(mailing_list))
        setup.output.one(daemon.call(daemon.lists.GetList, request), list_view)


@lists.command("create")
@click.argument("mailing_list", metavar="[LIST]", default="")
@click.option("--title", default="", help="What people call it.  [default: LIST]")
@click.option("--description", default="", help="What it is for.")
@click.pass_obj
def create_list(setup: Setup, mailing_list: str, title: str, description: str) -> None:
    """Make a mailing list called LIST; without LIST its id is made from the title."""
    from contactd_proto.v1.list_pb2 import CreateListRequest, MailingList

    with setup.daemon() as daemon:
        request = CreateListRequest(
            parent=daemon.names.parent,
            list_id=mailing_list,
            list=MailingList(title=titled(mailing_list, title), description=description),
            request_id=str(uuid4()),
        )
        setup.output.one(daemon.call(daemon.lists.CreateList, request), list_view)


@lists.command("edit")
@click.argument("mailing_list", metavar="LIST")
@click.option("--title", help="What people call it.")
@click.option("--description", help="What it is for.")
@etag_option("list")
@click.pass_obj
def edit_list(setup: Setup, mailing_list: str, title: str | None, description: str | None, etag: str) -> None:
    """Change the title or the description of LIST."""
    from contactd_proto.v1.list_pb2 import MailingList, UpdateListRequest

    said = said_only(title=title, description=description)
    with setup.daemon() as daemon:
        wanted = MailingList(name=daemon.names.list(mailing_list), etag=etag, **said)
        answer = daemon.call(daemon.lists.UpdateList, UpdateListRequest(list=wanted, update_mask=mask(said)))
        setup.output.one(answer, list_view)


@lists.command("delete")
@click.argument("mailing_list", metavar="LIST")
@etag_option("list")
@click.pass_obj
def delete_list(setup: Setup, mailing_list: str, etag: str) -> None:
    """Delete LIST; its contacts stay, and the syncs that fill it wait for another one."""
    from contactd_proto.v1.list_pb2 import DeleteListRequest

    with setup.daemon() as daemon:
        request = DeleteListRequest(name=daemon.names.list(mailing_list), etag=etag)
        daemon.call(daemon.lists.DeleteList, request)
        setup.output.gone(request.name)
