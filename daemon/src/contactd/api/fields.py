"""FieldService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from google.protobuf.empty_pb2 import Empty

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.common import FIELD_TYPES, asking
from contactd.api.convert.fields import field_message
from contactd.api.masks import Masked
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import ContactField
from contactd.engine.house import fields as verbs
from contactd.engine.parts import Parts
from contactd.store import fields, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import field_pb2 as pb
from contactd_proto.v1 import field_pb2_grpc


class FieldServicer(field_pb2_grpc.FieldServiceServicer):
    """Answers for the fields of contacts."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateField(self, request: pb.CreateFieldRequest, context: object) -> pb.Field:
        """Make a contact field."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        made = await self._threads.run(
            verbs.create,
            self._parts,
            workspace,
            name=request.field_id,
            title=request.field.title,
            type=FIELD_TYPES.word(request.field.type, "field.type"),
            choices=tuple(request.field.choices),
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return field_message(made)

    async def ListFields(self, request: pb.ListFieldsRequest, _context: object) -> pb.ListFieldsResponse:
        """List the contact fields of a workspace, the built-in ones first."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"fields {workspace}"
        )
        rows, revision = await self._threads.run(_page, self._parts.database, workspace, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.id,))
        return pb.ListFieldsResponse(
            fields=[field_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def GetField(self, request: pb.GetFieldRequest, _context: object) -> pb.Field:
        """Tell one contact field."""
        workspace, name = names.FIELD.parse(request.name)
        return field_message(await self._threads.run(_get, self._parts.database, workspace, name))

    async def UpdateField(self, request: pb.UpdateFieldRequest, context: object) -> pb.Field:
        """Change the title or the choices of a contact field."""
        workspace, name = names.FIELD.parse(request.field.name, "field.name")
        masked = Masked(request.field, request.update_mask, changeable=("title", "choices"))
        changed = await self._threads.run(
            verbs.update,
            self._parts,
            workspace,
            name,
            title=masked.given("title", request.field.title),
            choices=masked.given("choices", tuple(request.field.choices)),
            etag=request.field.etag,
            by=caller(context).name,
        )
        return field_message(changed)

    async def DeleteField(self, request: pb.DeleteFieldRequest, context: object) -> Empty:
        """Delete a contact field and its value of every contact."""
        workspace, name = names.FIELD.parse(request.name)
        by = caller(context).name
        await self._threads.run(verbs.delete, self._parts, workspace, name, etag=request.etag, by=by)
        return Empty()


def _get(database: Database, workspace: str, name: str) -> ContactField:
    with database.reading() as r:
        return fields.get(r, workspaces.get(r, workspace).id, name)


def _page(database: Database, workspace: str, asked: Asked) -> tuple[Sequence[ContactField], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = fields.page(r, home.id, after=asked.number_after, limit=asked.limit)
        return rows, revisions.latest(r)
