"""RunService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import AsyncIterator, Callable, Sequence

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.changes import contact_change_message
from contactd.api.convert.common import asking
from contactd.api.convert.runs import record_message, run_message
from contactd.api.draining import Draining, stopping
from contactd.api.export import Csv, JsonLines
from contactd.api.files import File, Form
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.changes import ContactChange
from contactd.domain.nouns import Run, SkippedRecord
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import LIVE_RUNS, RunState
from contactd.engine.parts import Parts
from contactd.engine.syncs import wishes
from contactd.store import effects, mappings, outcomes, revisions, runs, syncs, workspaces
from contactd.store.database import Database, Reading
from contactd.store.effects import Place
from contactd_proto.v1 import run_pb2 as pb
from contactd_proto.v1 import run_pb2_grpc

#: Seconds between two looks at a run that is watched: while it moves, and at most.
_QUICK, _SLOW = 0.1, 0.5

#: How many records an export reads at once.
_BATCH = 500

#: Before the first record of a run.
_START = -1

_FORMS: dict[int, Callable[[Run, Sequence[str]], Form[SkippedRecord]]] = {
    pb.ExportSkippedRecordsRequest.FORMAT_UNSPECIFIED: Csv,
    pb.ExportSkippedRecordsRequest.FORMAT_CSV: Csv,
    pb.ExportSkippedRecordsRequest.FORMAT_JSON_LINES: JsonLines,
}


class RunServicer(run_pb2_grpc.RunServiceServicer):
    """Answers for runs, and for what they did not take."""

    def __init__(self, parts: Parts, threads: Threads, draining: Draining) -> None:
        self._parts = parts
        self._database = parts.database
        self._threads = threads
        self._draining = draining
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def GetRun(self, request: pb.GetRunRequest, _context: object) -> pb.Run:
        """Tell one run."""
        return run_message(await self._threads.run(_get, self._database, *_named(request.name)))

    async def ListRuns(self, request: pb.ListRunsRequest, _context: object) -> pb.ListRunsResponse:
        """List runs, the newest first."""
        workspace, sync = names.SYNC.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"runs {workspace} {sync}"
        )
        rows, revision = await self._threads.run(_page, self._database, workspace, sync, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.id,))
        return pb.ListRunsResponse(runs=[run_message(row) for row in shown], next_page_token=token, revision=revision)

    async def WatchRun(self, request: pb.WatchRunRequest, _context: object) -> AsyncIterator[pb.Run]:
        """Send the run as it is, then whenever it changed, and end with its end."""
        workspace, sync, number = _named(request.name)
        run = await self._threads.run(_get, self._database, workspace, sync, number)
        yield run_message(run)
        pause = _QUICK
        while run.state in LIVE_RUNS:
            if await self._draining.within(pause):
                raise stopping(f"watch run {number} again when it is back")
            changed = await self._threads.run(_changed, self._database, run)
            pause = _QUICK if changed else min(pause * 2, _SLOW)
            if changed:
                run = changed
                yield run_message(run)

    async def CancelRun(self, request: pb.CancelRunRequest, context: object) -> pb.Run:
        """End a run."""
        return await self._answer(wishes.cancel, request.name, context)

    async def ConfirmRun(self, request: pb.ConfirmRunRequest, context: object) -> pb.Run:
        """Let a held run go on."""
        return await self._answer(wishes.confirm, request.name, context)

    async def RejectRun(self, request: pb.RejectRunRequest, context: object) -> pb.Run:
        """End a held run without removing anything."""
        return await self._answer(wishes.reject, request.name, context)

    async def UndoRun(self, request: pb.UndoRunRequest, context: object) -> pb.Run:
        """Take a run back."""
        workspace, sync, number = _named(request.name)
        run = await self._threads.run(
            wishes.undo,
            self._parts,
            workspace,
            sync,
            number,
            keep_running=request.keep_running,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return run_message(run)

    async def DiffRun(self, request: pb.DiffRunRequest, _context: object) -> AsyncIterator[pb.DiffRunResponse]:
        """Send what a run changed."""
        run = wishes.check_kept(await self._threads.run(_get, self._database, *_named(request.name)))
        place: Place | None = Place()
        while place is not None:
            if self._draining.begun:
                raise stopping("ask again when it is back")
            told, place = await self._threads.run(_changes, self._database, run, place)
            changes = [contact_change_message(one, workspace=run.workspace) for one in told]
            yield pb.DiffRunResponse(changes=changes)

    async def ListSkippedRecords(
        self, request: pb.ListSkippedRecordsRequest, _context: object
    ) -> pb.ListSkippedRecordsResponse:
        """List the records that a run did not take, with reasons."""
        workspace, sync, number = _named(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"skipped {number} {request.warnings}"
        )
        run = wishes.check_kept(await self._threads.run(_get, self._database, workspace, sync, number))
        after = asked.number_after if asked.after else _START
        rows = await self._threads.run(
            _skipped, self._database, run, after=after, limit=asked.limit, warned=request.warnings
        )
        shown, token = self._paging.cut(asked, rows, lambda row: (row.sequence,))
        return pb.ListSkippedRecordsResponse(
            records=[record_message(row.record, workspace=workspace) for row in shown], next_page_token=token
        )

    async def ExportSkippedRecords(
        self, request: pb.ExportSkippedRecordsRequest, _context: object
    ) -> AsyncIterator[pb.ExportSkippedRecordsResponse]:
        """Send the records that a run did not take as a file."""
        form = _form(request.format)
        run, targets = await self._threads.run(_exported, self._database, *_named(request.parent, "parent"))
        marked = request.byte_order_mark and request.format != pb.ExportSkippedRecordsRequest.FORMAT_JSON_LINES
        file = File(form(run, targets), marked=marked)
        after: int | None = _START
        while after is not None:
            if self._draining.begun:
                raise stopping("export again when it is back")
            pieces, after = await self._threads.run(_append, self._database, run, file, after, warned=request.warnings)
            for piece in pieces:
                yield pb.ExportSkippedRecordsResponse(chunk=piece)
        piece, sha256 = file.end()
        yield pb.ExportSkippedRecordsResponse(chunk=piece, sha256=sha256)

    async def _answer(self, verb: Callable[..., Run], name: str, context: object) -> pb.Run:
        workspace, sync, number = _named(name)
        by = caller(context).name
        return run_message(await self._threads.run(verb, self._parts, workspace, sync, number, by=by))


def _named(name: str, field: str = "name") -> tuple[str, str, int]:
    workspace, sync, number = names.RUN.parse(name, field)
    return workspace, sync, names.number(number, field)


def _form(number: int) -> Callable[[Run, Sequence[str]], Form[SkippedRecord]]:
    if number not in _FORMS:
        raise Invalid(Fault("format", "'format' must be CSV or JSON Lines"))
    return _FORMS[number]


def _get(database: Database, workspace: str, sync: str, number: int) -> Run:
    with database.reading() as r:
        return wishes.check_named(runs.get(r, number), workspace, sync)


def _changed(database: Database, run: Run) -> Run | None:
    """Give *run* as it is now, if it is not what it was.

    What one waits for changes with its sync, the time, and the daemons that are there: its revision does not tell.
    """
    with database.reading() as r:
        if run.state is not RunState.WAITING and runs.revision_of(r, run.id) == run.revision:
            return None
        now = runs.get(r, run.id)
    return now if now != run else None


def _page(database: Database, workspace: str, sync: str, asked: Asked) -> tuple[Sequence[Run], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        sync_id = None if sync == names.ANY else syncs.get(r, home.id, sync).id
        before = asked.number_after or None
        rows = runs.page(r, workspace_id=home.id, sync_id=sync_id, before=before, limit=asked.limit)
        return rows, revisions.latest(r)


def _skipped(database: Database, run: Run, *, after: int, limit: int, warned: bool) -> Sequence[SkippedRecord]:
    with database.reading() as r:
        return _rows(r, run, after=after, limit=limit, warned=warned)


def _exported(database: Database, workspace: str, sync: str, number: int) -> tuple[Run, Sequence[str]]:
    """Give the run and the contact fields that its mapping fills."""
    with database.reading() as r:
        run = wishes.check_kept(wishes.check_named(runs.get(r, number), workspace, sync))
        lines = mappings.lines(r, run.sync_id, run.mapping_version)
        return run, [line.target_field for line in lines]


def _append(
    database: Database, run: Run, file: File[SkippedRecord], after: int, *, warned: bool
) -> tuple[Sequence[bytes], int | None]:
    """Append the next records to *file*; give the pieces that are full, and where to go on, if anywhere."""
    with database.reading() as r:
        rows = _rows(r, run, after=after, limit=_BATCH, warned=warned)
    return list(file.take(rows)), rows[-1].sequence if len(rows) == _BATCH else None


def _changes(database: Database, run: Run, place: Place) -> tuple[list[ContactChange], Place | None]:
    with database.reading() as r:
        told, behind = effects.changes(r, effects.scope_of(r, run), place, _BATCH)
        return told, behind if told else None


def _rows(r: Reading, run: Run, *, after: int, limit: int, warned: bool) -> Sequence[SkippedRecord]:
    return outcomes.skipped(r, run_id=run.id, sync_id=run.sync_id, after=after, limit=limit, warned=warned)
