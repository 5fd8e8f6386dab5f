"""DaemonService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence
from dataclasses import replace

from contactd.api.convert.daemons import daemon_message
from contactd.api.paging import Keyset, Paging
from contactd.api.system import About
from contactd.api.threads import Threads
from contactd.domain.nouns import Daemon
from contactd.engine.parts import Parts
from contactd.store import daemons
from contactd.store.database import Database
from contactd_proto.v1 import daemon_pb2 as pb
from contactd_proto.v1 import daemon_pb2_grpc


class DaemonServicer(daemon_pb2_grpc.DaemonServiceServicer):
    """Answers for all the daemons that share the store."""

    def __init__(self, parts: Parts, threads: Threads, about: About) -> None:
        self._database = parts.database
        self._threads = threads
        self._instance = about.instance
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def ListDaemons(self, request: pb.ListDaemonsRequest, _context: object) -> pb.ListDaemonsResponse:
        """List the daemons that share the store."""
        asked = self._paging.asked(page_size=request.page_size, page_token=request.page_token, filter="daemons")
        found = await self._threads.run(_everyone, self._database, self._instance)
        rows = [daemon for daemon in found if asked.after is None or _key(daemon) > asked.after]
        shown, token = self._paging.cut(asked, rows, _key)
        return pb.ListDaemonsResponse(daemons=[daemon_message(daemon) for daemon in shown], next_page_token=token)


def _everyone(database: Database, asked: str) -> Sequence[Daemon]:
    with database.reading() as r:
        # Whoever is asked is there, though its session to write may be lost just now.
        return [
            replace(one, there=True, away_since=0) if one.instance == asked else one for one in daemons.with_runs(r)
        ]


def _key(daemon: Daemon) -> Keyset:
    return daemon.machine, daemon.started_at, daemon.instance
