"""SuppressionService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import AsyncIterator, Sequence

from contactd.api import names, streaming
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.imports import entries_of, result_messages
from contactd.api.convert.suppressions import KINDS, entry_of, suppression_message
from contactd.api.draining import Draining
from contactd.api.paging import Asked, Paging
from contactd.api.people_files import suppression_form
from contactd.api.threads import Threads
from contactd.domain.address import email_key
from contactd.domain.erasing import digest
from contactd.domain.nouns import Suppression
from contactd.domain.refusals import Fault, Invalid
from contactd.engine.parts import Parts
from contactd.engine.people import importing
from contactd.engine.people import suppressions as verbs
from contactd.store import revisions, suppressions, workspaces
from contactd.store.suppressions import Wanted
from contactd_proto.v1 import file_pb2, suppression_pb2_grpc
from contactd_proto.v1 import suppression_pb2 as pb


class SuppressionServicer(suppression_pb2_grpc.SuppressionServiceServicer):
    """Answers for the suppression list."""

    def __init__(self, parts: Parts, threads: Threads, draining: Draining) -> None:
        self._parts = parts
        self._threads = threads
        self._draining = draining
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateSuppression(self, request: pb.CreateSuppressionRequest, context: object) -> pb.Suppression:
        """Add an address."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        entry, by = entry_of(request.suppression, workspace), caller(context).name
        asked = asking(request.request_id, request)
        return suppression_message(
            await self._threads.run(verbs.add, self._parts, workspace, entry, by=by, asking=asked)
        )

    async def GetSuppression(self, request: pb.GetSuppressionRequest, _context: object) -> pb.Suppression:
        """Tell one entry."""
        return suppression_message(await self._threads.run(_get, self._parts, *_named(request.name)))

    async def ListSuppressions(
        self, request: pb.ListSuppressionsRequest, _context: object
    ) -> pb.ListSuppressionsResponse:
        """List the entries of a workspace, or those of one address."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size,
            page_token=request.page_token,
            filter=f"suppressions {workspace} {request.kind} {request.email}",
        )
        rows, revision = await self._threads.run(_page, self._parts, workspace, request, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.id,))
        return pb.ListSuppressionsResponse(
            suppressions=[suppression_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def DeleteSuppression(
        self, request: pb.DeleteSuppressionRequest, context: object
    ) -> pb.DeleteSuppressionResponse:
        """Lift an entry."""
        workspace, number = _named(request.name)
        await self._threads.run(verbs.lift, self._parts, workspace, number, by=caller(context).name)
        return pb.DeleteSuppressionResponse()

    async def ImportSuppressions(
        self, request: pb.ImportSuppressionsRequest, context: object
    ) -> pb.ImportSuppressionsResponse:
        """Add many entries."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        entries, by = entries_of(request.rows, workspace), caller(context).name
        imported = await self._threads.run(importing.suppressions, self._parts, workspace, entries, by=by)
        return pb.ImportSuppressionsResponse(results=result_messages(imported, names.SUPPRESSION, workspace))

    async def ExportSuppressions(
        self, request: pb.ExportSuppressionsRequest, _context: object
    ) -> AsyncIterator[file_pb2.FilePiece]:
        """Send the whole list as a file."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        form = suppression_form(request.format)

        def read(after: int) -> Sequence[Suppression]:
            with self._parts.database.reading() as r:
                home = workspaces.get(r, workspace)
                return suppressions.page(r, home.id, wanted=Wanted(), after=after, limit=streaming.BATCH)

        async for piece in streaming.pieces(form, read, lambda row: row.id, self._threads, self._draining):
            yield piece


def _named(name: str) -> tuple[str, int]:
    workspace, text = names.SUPPRESSION.parse(name)
    return workspace, names.number(text)


def _get(parts: Parts, workspace: str, number: int) -> Suppression:
    with parts.database.reading() as r:
        return suppressions.get(r, workspaces.get(r, workspace).id, number)


def _page(
    parts: Parts, workspace: str, request: pb.ListSuppressionsRequest, asked: Asked
) -> tuple[Sequence[Suppression], int]:
    key = email_key(request.email) if request.email else None
    if request.email and key is None:
        raise Invalid(Fault("email", "that is no e-mail address; give one such as jo@example.com"))
    wanted = Wanted(
        key=key,
        digest=None if key is None else digest(key, parts.sealer.derived(suppressions.PURPOSE)),
        kind=KINDS.word(request.kind, "kind") if request.kind else None,
    )
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = suppressions.page(r, home.id, wanted=wanted, after=asked.number_after, limit=asked.limit)
        return rows, revisions.latest(r)
