"""ConnectionService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.connections import (
    FLOWS,
    authorization_message,
    connection_message,
    effects_message,
    organization_message,
    polled_message,
)
from contactd.api.masks import Masked
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.budget import Budget
from contactd.domain.nouns import Connection
from contactd.engine.accounts import authorization, budgets, changing, consents, disabling
from contactd.engine.accounts import connections as verbs
from contactd.engine.accounts.changing import Change
from contactd.engine.parts import Parts
from contactd.store import connections, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import connection_pb2 as pb
from contactd_proto.v1 import connection_pb2_grpc
from contactd_sdk import Secret


class ConnectionServicer(connection_pb2_grpc.ConnectionServiceServicer):
    """Answers for connections."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateConnection(self, request: pb.CreateConnectionRequest, context: object) -> pb.Connection:
        """Associate an account: check the settings and keep them."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        made = await self._threads.run(
            verbs.create,
            self._parts,
            workspace,
            kind=request.connection.kind,
            settings=dict(request.connection.settings),
            name=request.connection_id,
            title=request.connection.title,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return connection_message(made)

    async def BeginAuthorization(self, request: pb.BeginAuthorizationRequest, context: object) -> pb.Authorization:
        """Begin a consent that a person gives elsewhere."""
        wanted = request.connection
        workspace, name = names.CONNECTION.parse(wanted.name, "connection.name")
        begun = await self._threads.run(
            consents.begin,
            self._parts,
            workspace,
            name,
            flow=FLOWS.word(request.flow, "flow"),
            redirect=request.redirect_uri,
            settings=dict(wanted.settings),
            etag=wanted.etag,
            by=caller(context).name,
        )
        return authorization_message(begun)

    async def PollAuthorization(
        self, request: pb.PollAuthorizationRequest, context: object
    ) -> pb.PollAuthorizationResponse:
        """Ask whether a person consented on another device."""
        workspace, name = names.CONNECTION.parse(request.name)
        state, by = request.state, caller(context).name
        return polled_message(await self._threads.run(consents.poll, self._parts, workspace, name, state=state, by=by))

    async def CancelAuthorization(self, request: pb.CancelAuthorizationRequest, context: object) -> pb.Connection:
        """End a consent that was begun and is not given."""
        workspace, name = names.CONNECTION.parse(request.name)
        state, by = request.state, caller(context).name
        return connection_message(
            await self._threads.run(consents.cancel, self._parts, workspace, name, state=state, by=by)
        )

    async def CompleteAuthorization(self, request: pb.CompleteAuthorizationRequest, context: object) -> pb.Connection:
        """Hand in what the account's owner consented to, and tell whose account it is."""
        workspace, name = names.CONNECTION.parse(request.name)
        code, callback, by = Secret(request.code), dict(request.callback), caller(context).name
        if callback:
            done = await self._threads.run(consents.finish, self._parts, workspace, name, callback=callback, by=by)
        else:
            done = await self._threads.run(authorization.complete, self._parts, workspace, name, code=code, by=by)
        return connection_message(done)

    async def ListOrganizations(
        self, request: pb.ListOrganizationsRequest, _context: object
    ) -> pb.ListOrganizationsResponse:
        """Ask the source which organizations the account can see."""
        workspace, name = names.CONNECTION.parse(request.parent, "parent")
        seen = await self._threads.run(verbs.organizations, self._parts, workspace, name)
        return pb.ListOrganizationsResponse(organizations=[organization_message(one) for one in seen])

    async def SelectOrganization(self, request: pb.SelectOrganizationRequest, context: object) -> pb.Connection:
        """Choose the organization; the connection is enabled by it."""
        workspace, name = names.CONNECTION.parse(request.name)
        chosen = await self._threads.run(
            verbs.select,
            self._parts,
            workspace,
            name,
            organization_id=request.organization_id,
            etag=request.etag,
            by=caller(context).name,
        )
        return connection_message(chosen)

    async def UpdateConnection(self, request: pb.UpdateConnectionRequest, context: object) -> pb.Connection:
        """Change the title, the priority or settings."""
        wanted = request.connection
        workspace, name = names.CONNECTION.parse(wanted.name, "connection.name")
        masked = Masked(wanted, request.update_mask, changeable=("title", "priority", "settings"))
        change = Change(
            title=masked.given("title", wanted.title),
            priority=masked.given("priority", wanted.priority),
            settings=masked.given("settings", dict(wanted.settings)),
        )
        by, etag = caller(context).name, wanted.etag
        changed = await self._threads.run(changing.update, self._parts, workspace, name, change, etag=etag, by=by)
        return connection_message(changed)

    async def RotateCredential(self, request: pb.RotateCredentialRequest, context: object) -> pb.Connection:
        """Replace the credential."""
        workspace, name = names.CONNECTION.parse(request.connection.name, "connection.name")
        rotated = await self._threads.run(
            changing.rotate,
            self._parts,
            workspace,
            name,
            code=Secret(request.code),
            settings=dict(request.connection.settings),
            etag=request.connection.etag,
            by=caller(context).name,
        )
        return connection_message(rotated)

    async def GetDisableEffects(self, request: pb.GetDisableEffectsRequest, _context: object) -> pb.DisableEffects:
        """Tell what disabling the connection would do."""
        workspace, name = names.CONNECTION.parse(request.name)
        return effects_message(await self._threads.run(disabling.effects, self._parts, workspace, name))

    async def DisableConnection(self, request: pb.DisableConnectionRequest, context: object) -> pb.Connection:
        """End the integration, with the effects that were confirmed."""
        workspace, name = names.CONNECTION.parse(request.name)
        effects_id, by = request.effects_id, caller(context).name
        disabled = await self._threads.run(
            disabling.disable, self._parts, workspace, name, effects_id=effects_id, by=by
        )
        return connection_message(disabled)

    async def GetConnection(self, request: pb.GetConnectionRequest, _context: object) -> pb.Connection:
        """Tell one connection."""
        workspace, name = names.CONNECTION.parse(request.name)
        return connection_message(*await self._threads.run(_get, self._parts, workspace, name))

    async def ListConnections(self, request: pb.ListConnectionsRequest, _context: object) -> pb.ListConnectionsResponse:
        """List the connections of a workspace."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"connections {workspace}"
        )
        rows, revision = await self._threads.run(_page, self._parts.database, workspace, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.name,))
        return pb.ListConnectionsResponse(
            connections=[connection_message(row) for row in shown], next_page_token=token, revision=revision
        )


def _get(parts: Parts, workspace: str, name: str) -> tuple[Connection, Budget | None]:
    with parts.database.reading() as r:
        found = connections.get(r, workspaces.get(r, workspace).id, name)
        return found, budgets.shown(r, parts.catalog, found)


def _page(database: Database, workspace: str, asked: Asked) -> tuple[Sequence[Connection], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = connections.page(r, home.id, after=asked.text_after, limit=asked.limit)
        return rows, revisions.latest(r)
