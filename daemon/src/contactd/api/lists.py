"""ListService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from google.protobuf.empty_pb2 import Empty

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.lists import list_message
from contactd.api.masks import Masked
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import MailingList
from contactd.engine.house import lists as verbs
from contactd.engine.parts import Parts
from contactd.store import lists, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import list_pb2 as pb
from contactd_proto.v1 import list_pb2_grpc


class ListServicer(list_pb2_grpc.ListServiceServicer):
    """Answers for mailing lists."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateList(self, request: pb.CreateListRequest, context: object) -> pb.MailingList:
        """Make a mailing list."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        made = await self._threads.run(
            verbs.create,
            self._parts,
            workspace,
            name=request.list_id,
            title=request.list.title,
            description=request.list.description,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return list_message(made)

    async def GetList(self, request: pb.GetListRequest, _context: object) -> pb.MailingList:
        """Tell one mailing list."""
        workspace, name = names.LIST.parse(request.name)
        return list_message(await self._threads.run(_get, self._parts.database, workspace, name))

    async def ListLists(self, request: pb.ListListsRequest, _context: object) -> pb.ListListsResponse:
        """List the mailing lists of a workspace."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"lists {workspace}"
        )
        rows, revision = await self._threads.run(_page, self._parts.database, workspace, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.name,))
        return pb.ListListsResponse(
            lists=[list_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def UpdateList(self, request: pb.UpdateListRequest, context: object) -> pb.MailingList:
        """Change the title or the description of a mailing list."""
        workspace, name = names.LIST.parse(request.list.name, "list.name")
        masked = Masked(request.list, request.update_mask, changeable=("title", "description"))
        changed = await self._threads.run(
            verbs.update,
            self._parts,
            workspace,
            name,
            title=masked.given("title", request.list.title),
            description=masked.given("description", request.list.description),
            etag=request.list.etag,
            by=caller(context).name,
        )
        return list_message(changed)

    async def DeleteList(self, request: pb.DeleteListRequest, context: object) -> Empty:
        """Delete a mailing list."""
        workspace, name = names.LIST.parse(request.name)
        by = caller(context).name
        await self._threads.run(verbs.delete, self._parts, workspace, name, etag=request.etag, by=by)
        return Empty()


def _get(database: Database, workspace: str, name: str) -> MailingList:
    with database.reading() as r:
        return lists.get(r, workspaces.get(r, workspace).id, name)


def _page(database: Database, workspace: str, asked: Asked) -> tuple[Sequence[MailingList], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = lists.page(r, home.id, after=asked.text_after, limit=asked.limit)
        return rows, revisions.latest(r)
