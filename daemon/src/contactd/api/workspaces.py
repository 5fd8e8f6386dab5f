"""WorkspaceService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from contactd.api import names
from contactd.api.convert.workspaces import workspace_message
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import Workspace
from contactd.engine.parts import Parts
from contactd.store import workspaces
from contactd.store.database import Database
from contactd_proto.v1 import workspace_pb2 as pb
from contactd_proto.v1 import workspace_pb2_grpc


class WorkspaceServicer(workspace_pb2_grpc.WorkspaceServiceServicer):
    """Answers for workspaces."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._database = parts.database
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def GetWorkspace(self, request: pb.GetWorkspaceRequest, _context: object) -> pb.Workspace:
        """Tell one workspace."""
        (workspace,) = names.WORKSPACE.parse(request.name)
        return workspace_message(await self._threads.run(_get, self._database, workspace))

    async def ListWorkspaces(self, request: pb.ListWorkspacesRequest, _context: object) -> pb.ListWorkspacesResponse:
        """List the workspaces."""
        asked = self._paging.asked(page_size=request.page_size, page_token=request.page_token, filter="workspaces")
        rows = await self._threads.run(_page, self._database, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.name,))
        return pb.ListWorkspacesResponse(workspaces=[workspace_message(row) for row in shown], next_page_token=token)


def _get(database: Database, workspace: str) -> Workspace:
    with database.reading() as r:
        return workspaces.get(r, workspace)


def _page(database: Database, asked: Asked) -> Sequence[Workspace]:
    with database.reading() as r:
        return workspaces.page(r, after=asked.text_after, limit=asked.limit)
