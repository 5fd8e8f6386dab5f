"""SyncService."""

# ruff: noqa: N802  the contract names its calls

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from contactd.api import names
from contactd.api.access import caller
from contactd.api.batches import Batches
from contactd.api.convert import mappings as mappings_convert
from contactd.api.convert import syncs as convert
from contactd.api.convert import terms
from contactd.api.convert.common import asking
from contactd.api.convert.plugins import source_field_message
from contactd.api.convert.runs import MODES, run_message
from contactd.api.draining import Draining
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import RecordOutcome
from contactd.domain.refusals import Exhausted, Fault, Invalid
from contactd.domain.words import Mode
from contactd.engine.parts import Parts
from contactd.engine.runs.preview import Emit
from contactd.engine.syncs import activation, deletion, edits, mappings, readiness, syncs, wishes
from contactd.engine.syncs.syncs import MODULE, Foretold, Seen
from contactd.engine.syncs.upcoming import upcoming
from contactd.store import revisions, workspaces
from contactd_proto.v1 import run_pb2, sync_pb2_grpc
from contactd_proto.v1 import sync_pb2 as pb

#: Previews at once: each has a thread and a child for as long as its source takes.
_PREVIEWS = 4


_Change = Callable[..., Seen]


class _Named(Protocol):
    """What says which sync is meant, and of which etag."""

    name: str
    etag: str


class SyncServicer(sync_pb2_grpc.SyncServiceServicer):
    """Answers for syncs and their mappings."""

    def __init__(self, parts: Parts, threads: Threads, draining: Draining) -> None:
        self._parts = parts
        self._threads = threads
        self._draining = draining
        self._paging = Paging(parts.sealer, parts.database.clock)
        self._previews = threading.BoundedSemaphore(_PREVIEWS)

    async def CreateSync(self, request: pb.CreateSyncRequest, context: object) -> pb.Sync:
        """Make a draft."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        made = await self._threads.run(
            syncs.create,
            self._parts,
            workspace,
            terms.draft(request, workspace),
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return convert.sync_message(made)

    async def UpdateSync(self, request: pb.UpdateSyncRequest, context: object) -> pb.Sync:
        """Change what of a sync can be changed."""
        workspace, name = names.SYNC.parse(request.sync.name, "sync.name")
        edited = await self._threads.run(
            edits.edit,
            self._parts,
            workspace,
            name,
            terms.change(request, workspace),
            former=terms.former_members(request),
            sweep_chosen=terms.says_sweeps(request),
            etag=request.sync.etag,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return convert.sync_message(edited)

    async def GetSync(self, request: pb.GetSyncRequest, _context: object) -> pb.Sync:
        """Tell one sync."""
        workspace, name = names.SYNC.parse(request.name)
        return convert.sync_message(await self._threads.run(syncs.get, self._parts, workspace, name))

    async def ListSyncs(self, request: pb.ListSyncsRequest, _context: object) -> pb.ListSyncsResponse:
        """List the syncs of a workspace."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"syncs {workspace}"
        )
        rows, revision = await self._threads.run(_page, self._parts, workspace, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.sync.name,))
        return pb.ListSyncsResponse(
            syncs=[convert.sync_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def ListSourceFields(
        self, request: pb.ListSourceFieldsRequest, _context: object
    ) -> pb.ListSourceFieldsResponse:
        """Ask the source which fields it offers for mapping."""
        workspace, connection = names.CONNECTION.parse(request.parent, "parent")
        module = request.module or MODULE
        fields = await self._threads.run(mappings.source_fields, self._parts, workspace, connection, module)
        return pb.ListSourceFieldsResponse(fields=[source_field_message(field) for field in fields])

    async def SuggestMapping(self, request: pb.SuggestMappingRequest, _context: object) -> pb.Mapping:
        """Propose a mapping."""
        workspace, connection = names.CONNECTION.parse(request.parent, "parent")
        module = request.module or MODULE
        lines = await self._threads.run(mappings.suggested, self._parts, workspace, connection, module)
        return mappings_convert.suggestion_message(lines)

    async def GetMapping(self, request: pb.GetMappingRequest, _context: object) -> pb.Mapping:
        """Tell the mapping of a sync."""
        workspace, name = names.MAPPING.parse(request.name)
        return mappings_convert.mapping_message(await self._threads.run(mappings.get, self._parts, workspace, name))

    async def SetMapping(self, request: pb.SetMappingRequest, context: object) -> pb.Mapping:
        """Replace the mapping of a sync."""
        workspace, name = names.MAPPING.parse(request.mapping.name, "mapping.name")
        replaced = await self._threads.run(
            mappings.replace,
            self._parts,
            workspace,
            name,
            mappings_convert.mapping_lines(request.mapping.lines),
            etag=request.mapping.etag,
            by=caller(context).name,
        )
        return mappings_convert.mapping_message(replaced)

    async def ValidateSync(self, request: pb.ValidateSyncRequest, _context: object) -> pb.ValidateSyncResponse:
        """Tell all that is wrong with a sync, and what must be acknowledged."""
        workspace, name = names.SYNC.parse(request.name)
        checked = await self._threads.run(readiness.validate, self._parts, workspace, name)
        return convert.checked_message(checked)

    async def PreviewSync(
        self, request: pb.PreviewSyncRequest, _context: object
    ) -> AsyncIterator[pb.PreviewSyncResponse]:
        """Tell what a full run would do to each record, and write nothing."""
        workspace, name = names.SYNC.parse(request.name)
        if request.limit < 0:
            raise Invalid(Fault("limit", "limit cannot be negative; leave it out to look at all records"))
        batches: Batches[list[RecordOutcome]] = Batches()
        work = asyncio.ensure_future(self._threads.run(self._preview, workspace, name, request.limit, batches.put))
        async with aclosing(batches.taken(work, self._draining, "preview again when it is back")) as taken:
            async for batch in taken:
                yield convert.preview_message(batch, workspace)
        yield convert.foretold_message(await work)

    async def InitiateSync(self, request: pb.InitiateSyncRequest, context: object) -> pb.InitiateSyncResponse:
        """Turn a draft into an active sync and start its first run at once."""
        workspace, name = names.SYNC.parse(request.name)
        begun = await self._threads.run(
            wishes.initiate,
            self._parts,
            workspace,
            name,
            acknowledged=list(request.acknowledged_warnings),
            etag=request.etag,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        sync = convert.sync_message(begun)
        return pb.InitiateSyncResponse(sync=sync, run=sync.last_run)

    async def PauseSync(self, request: pb.PauseSyncRequest, context: object) -> pb.Sync:
        """Stop a sync at the next page of its run."""
        return await self._changed(wishes.pause, request, context)

    async def ResumeSync(self, request: pb.ResumeSyncRequest, context: object) -> pb.Sync:
        """Let a sync go on."""
        return await self._changed(wishes.resume, request, context)

    async def ActivateSync(self, request: pb.ActivateSyncRequest, context: object) -> pb.Sync:
        """Let an inactive or disconnected sync run again."""
        return await self._changed(activation.activate, request, context)

    async def DeleteSync(self, request: pb.DeleteSyncRequest, context: object) -> pb.Sync:
        """Delete a sync, for as long as nobody brings it back."""
        return await self._changed(deletion.delete, request, context)

    async def UndeleteSync(self, request: pb.UndeleteSyncRequest, context: object) -> pb.Sync:
        """Bring a deleted sync back."""
        return await self._changed(deletion.undelete, request, context)

    async def _changed(self, change: _Change, request: _Named, context: object) -> pb.Sync:
        workspace, name = names.SYNC.parse(request.name)
        by = caller(context).name
        return convert.sync_message(
            await self._threads.run(change, self._parts, workspace, name, etag=request.etag, by=by)
        )

    async def ListUpcomingRuns(
        self, request: pb.ListUpcomingRunsRequest, _context: object
    ) -> pb.ListUpcomingRunsResponse:
        """Tell when syncs run by themselves next."""
        workspace, name = names.SYNC.parse(request.parent, "parent")
        asked = self._paging.asked(page_size=request.page_size, page_token="", filter="upcoming runs")
        found = await self._threads.run(upcoming, self._parts, workspace, name, asked.size)
        return pb.ListUpcomingRunsResponse(upcoming_runs=[convert.upcoming_message(one) for one in found])

    async def RunSync(self, request: pb.RunSyncRequest, context: object) -> run_pb2.Run:
        """Start a run now."""
        workspace, name = names.SYNC.parse(request.name)
        mode = MODES.word(request.mode, "mode") if request.mode else Mode.INCREMENTAL
        started = await self._threads.run(
            wishes.run,
            self._parts,
            workspace,
            name,
            mode,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return run_message(started)

    def _preview(self, workspace: str, name: str, limit: int, emit: Emit) -> Foretold:
        if not self._previews.acquire(blocking=False):
            raise Exhausted(f"{_PREVIEWS} previews are under way; wait until one of them has ended")
        try:
            return syncs.preview(self._parts, workspace, name, limit, emit)
        finally:
            self._previews.release()


def _page(parts: Parts, workspace: str, asked: Asked) -> tuple[Sequence[Seen], int]:
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = syncs.page(parts, r, home.id, after=asked.text_after, limit=asked.limit)
        return rows, revisions.latest(r)
