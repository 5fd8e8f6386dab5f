"""WorkspaceService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.policies import policies_of
from contactd.api.convert.workspaces import workspace_message
from contactd.api.masks import Masked
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import Workspace
from contactd.engine.house import workspaces as verbs
from contactd.engine.house.workspaces import Change
from contactd.engine.parts import Parts
from contactd.store import workspaces
from contactd.store.database import Database
from contactd_proto.v1 import workspace_pb2 as pb
from contactd_proto.v1 import workspace_pb2_grpc
from contactd_proto.v1.policy_pb2 import Policies

#: What can be changed of a workspace.
_POLICIES = tuple(Policies.DESCRIPTOR.fields_by_name)
_CHANGEABLE = (
    *("title", "edition", "owner_emails", "gdpr_enabled", "contact_limit", "weight", "policies"),
    *(f"policies.{name}" for name in _POLICIES),
)


class WorkspaceServicer(workspace_pb2_grpc.WorkspaceServiceServicer):
    """Answers for workspaces."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._database = parts.database
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateWorkspace(self, request: pb.CreateWorkspaceRequest, context: object) -> pb.Workspace:
        """Make a workspace with its built-in contact fields."""
        change = _change(request.workspace, Masked(request.workspace, FieldMask(), changeable=_CHANGEABLE))
        by, asked = caller(context).name, asking(request.request_id, request)
        made = await self._threads.run(
            verbs.create, self._parts, change, name=request.workspace_id, by=by, asking=asked
        )
        return workspace_message(made)

    async def UpdateWorkspace(self, request: pb.UpdateWorkspaceRequest, context: object) -> pb.Workspace:
        """Change a workspace."""
        (name,) = names.WORKSPACE.parse(request.workspace.name, "workspace.name")
        change = _change(request.workspace, Masked(request.workspace, request.update_mask, changeable=_CHANGEABLE))
        by, etag = caller(context).name, request.workspace.etag
        return workspace_message(await self._threads.run(verbs.update, self._parts, name, change, etag=etag, by=by))

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


def _change(wanted: pb.Workspace, masked: Masked) -> Change:
    return Change(
        title=masked.given("title", wanted.title),
        edition=masked.given("edition", wanted.edition),
        owner_emails=masked.given("owner_emails", tuple(wanted.owner_emails)),
        gdpr_enabled=masked.given("gdpr_enabled", wanted.gdpr_enabled),
        contact_limit=masked.given("contact_limit", wanted.contact_limit),
        weight=masked.given("weight", wanted.weight),
        policies=_policies(wanted, masked),
    )


def _policies(wanted: pb.Workspace, masked: Masked) -> dict[str, Any] | None:
    said = policies_of(wanted.policies, "workspace.policies")
    whole = masked.given("policies", value=True)
    named = {name: getattr(said, name) for name in _POLICIES if whole or masked.given(f"policies.{name}", value=True)}
    return named or None


def _get(database: Database, workspace: str) -> Workspace:
    with database.reading() as r:
        return workspaces.get(r, workspace)


def _page(database: Database, asked: Asked) -> Sequence[Workspace]:
    with database.reading() as r:
        return workspaces.page(r, after=asked.text_after, limit=asked.limit)
