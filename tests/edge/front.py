"""The edge of the daemon on a loop of its own: the real servers, with small servicers behind them."""

# ruff: noqa: N802  the contract names its calls

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import grpc
import pytest
from google.protobuf.message import Message
from grpc import aio
from grpc_status import rpc_status

from contactd.api import access
from contactd.api.access import caller
from contactd.api.draining import Draining
from contactd.api.listeners import Listener
from contactd.api.server import Answers, Servers, serve
from contactd.api.system import About, SystemServicer
from contactd_proto.v1 import list_pb2, list_pb2_grpc, run_pb2, run_pb2_grpc, system_pb2_grpc

ALL = frozenset(service.full_name for service in access.services())
ABOUT = About("1.2.3", "an-instance", "sqlite", "7", 1_700_000_000_000_000)

_Result = TypeVar("_Result")
_Detail = TypeVar("_Detail", bound=Message)


class Lists(list_pb2_grpc.ListServiceServicer):
    """Answers with who asks, unless it was told to do something else."""

    def __init__(self) -> None:
        self.instead: Callable[[Any], Coroutine[Any, Any, Any]] | None = None

    async def GetList(self, request, context):
        return await self._answer(request.name, context)

    async def CreateList(self, request, context):
        return await self._answer(request.list_id, context)

    async def _answer(self, name, context):
        if self.instead is not None:
            return await self.instead(context)
        return list_pb2.MailingList(name=name, title=caller(context).name)


class Runs(run_pb2_grpc.RunServiceServicer):
    """Sends one run, then does what it was told to, else waits until it is left."""

    def __init__(self) -> None:
        self.then: Callable[[], None] | None = None
        self.left = threading.Event()

    async def WatchRun(self, request, _context) -> AsyncIterator[run_pb2.Run]:
        try:
            yield run_pb2.Run(name=request.name)
            if self.then is None:
                await asyncio.Event().wait()
            else:
                self.then()
        finally:
            self.left.set()


class Front:
    """Servers on *loop*, which runs in a thread of its own, and channels to them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._started: list[Servers] = []
        # Not every call of the contract is answered here.
        lists, runs = cast("Any", Lists), cast("Any", Runs)
        self.lists, self.runs = lists(), runs()
        self.draining = Draining()
        #: Handlers of methods beside those of the servicers.
        self.more: list[grpc.GenericRpcHandler] = []

    def do(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def serve(self, *listeners: Listener) -> Servers:
        return self.answer(Answers(self._register, ALL), *listeners)

    def answer(self, answers: Answers, *listeners: Listener) -> Servers:
        """Give other answers than those of the small servicers."""
        servers = self.do(serve(listeners, answers, draining=self.draining))
        self._started.append(servers)
        return servers

    def close(self) -> None:
        for servers in self._started:
            self.do(servers.stop(0))

    def _register(self, server: aio.Server) -> None:
        system_pb2_grpc.add_SystemServiceServicer_to_server(SystemServicer(ABOUT), server)
        list_pb2_grpc.add_ListServiceServicer_to_server(self.lists, server)
        run_pb2_grpc.add_RunServiceServicer_to_server(self.runs, server)
        server.add_generic_rpc_handlers(self.more)


@contextmanager
def front() -> Iterator[Front]:
    """Give a front whose loop runs."""
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    front = Front(loop)
    try:
        yield front
    finally:
        front.close()
        loop.call_soon_threadsafe(loop.stop)
        runner.join()
        loop.close()


def refused(call: Callable[[], Any]) -> Any:
    """Give the error that *call* ends in."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def detail(error: grpc.RpcError, kind: type[_Detail]) -> _Detail:
    """Give the one detail of *error* that is of *kind*."""
    found = [each for each in rpc_status.from_call(cast("Any", error)).details if each.Is(kind.DESCRIPTOR)]
    assert len(found) == 1
    message = kind()
    found[0].Unpack(message)
    return message
