"""ContactService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from contactd.api import names
from contactd.api.convert.contacts import contact_message
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.address import email_key
from contactd.domain.nouns import Contact
from contactd.domain.refusals import Fault, Invalid
from contactd.engine.parts import Parts
from contactd.store import contacts, lists, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import contact_pb2 as pb
from contactd_proto.v1 import contact_pb2_grpc


class ContactServicer(contact_pb2_grpc.ContactServiceServicer):
    """Answers for contacts."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._database = parts.database
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def GetContact(self, request: pb.GetContactRequest, _context: object) -> pb.Contact:
        """Tell one contact."""
        workspace, text = names.CONTACT.parse(request.name)
        number = names.number(text)
        return contact_message(await self._threads.run(_get, self._database, workspace, number))

    async def LookupContact(self, request: pb.LookupContactRequest, _context: object) -> pb.Contact:
        """Find the contact that has an address."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        return contact_message(await self._threads.run(_lookup, self._database, workspace, request.email))

    async def ListContacts(self, request: pb.ListContactsRequest, _context: object) -> pb.ListContactsResponse:
        """List contacts: all of a workspace, or those subscribed to one list."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        mailing_list = names.child(names.LIST, request.list, workspace, "list")
        asked = self._paging.asked(
            page_size=request.page_size,
            page_token=request.page_token,
            filter=f"contacts {workspace} {mailing_list}",
        )
        rows, revision = await self._threads.run(_page, self._database, workspace, mailing_list, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.id,))
        return pb.ListContactsResponse(
            contacts=[contact_message(row) for row in shown], next_page_token=token, revision=revision
        )


def _get(database: Database, workspace: str, number: int) -> Contact:
    with database.reading() as r:
        return contacts.get(r, workspaces.get(r, workspace).id, number)


def _lookup(database: Database, workspace: str, email: str) -> Contact:
    key = email_key(email)
    if key is None:
        raise Invalid(Fault("email", "that is no e-mail address; give one such as jo@example.com"))
    with database.reading() as r:
        return contacts.by_key(r, workspaces.get(r, workspace).id, key)


def _page(database: Database, workspace: str, mailing_list: str, asked: Asked) -> tuple[Sequence[Contact], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        list_id = lists.get(r, home.id, mailing_list).id if mailing_list else None
        rows = contacts.page(r, home.id, list_id=list_id, after=asked.number_after, limit=asked.limit)
        return rows, revisions.latest(r)
