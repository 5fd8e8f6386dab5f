"""The servicers of the set-up on a real server: a Unix socket, one caller called ann."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio
from grpc_status import rpc_status

from contactd.api import access, errors
from contactd.api.connections import ConnectionServicer
from contactd.api.contacts import ContactServicer
from contactd.api.draining import Draining
from contactd.api.fields import FieldServicer
from contactd.api.listeners import Role
from contactd.api.lists import ListServicer
from contactd.api.notifications import NotificationServicer
from contactd.api.plugins import PluginServicer
from contactd.api.threads import Threads
from contactd.api.workspaces import WorkspaceServicer
from contactd.domain.refusals import ContactdError
from contactd.engine.parts import Parts
from contactd_proto.v1 import (
    connection_pb2_grpc,
    contact_pb2_grpc,
    field_pb2_grpc,
    list_pb2_grpc,
    notification_pb2_grpc,
    plugin_pb2_grpc,
    workspace_pb2_grpc,
)


class Ann(aio.ServerInterceptor):
    """Lets ann be the caller, and tells refusals as statuses."""

    async def intercept_service(
        self, continuation: Callable[[Any], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        handler = await continuation(details)

        async def answer(request: Any, context: Any) -> Any:
            access.enter(access.Actor("ann", Role.OPERATOR))
            try:
                return await handler.unary_unary(request, context)
            except ContactdError as exc:
                await context.abort_with_status(rpc_status.to_status(errors.status_of(exc)))

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def register(server: aio.Server, parts: Parts, threads: Threads) -> None:
    workspace_pb2_grpc.add_WorkspaceServiceServicer_to_server(WorkspaceServicer(parts, threads), server)
    plugin_pb2_grpc.add_PluginServiceServicer_to_server(PluginServicer(parts, threads), server)
    connection_pb2_grpc.add_ConnectionServiceServicer_to_server(ConnectionServicer(parts, threads), server)
    list_pb2_grpc.add_ListServiceServicer_to_server(ListServicer(parts, threads), server)
    field_pb2_grpc.add_FieldServiceServicer_to_server(FieldServicer(parts, threads), server)
    contact_pb2_grpc.add_ContactServiceServicer_to_server(ContactServicer(parts, threads, Draining()), server)
    notes = NotificationServicer(parts, threads, Draining())
    notification_pb2_grpc.add_NotificationServiceServicer_to_server(notes, server)


@contextmanager
def served(parts: Parts, folder: Path) -> Iterator[grpc.Channel]:
    """Serve *parts*, and give a channel to them."""
    address = f"unix:{folder}/api.sock"
    threads = Threads(4)
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()

    async def start() -> aio.Server:
        server = aio.server(interceptors=[Ann()])
        register(server, parts, threads)
        server.add_insecure_port(address)
        await server.start()
        return server

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        with grpc.insecure_channel(address) as channel:
            yield channel
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        runner.join()
        loop.close()
        threads.close()


def refusal(call: Callable[[Any], Any], request: Any) -> Any:
    """Give the error that *call* ends in."""
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    return caught.value


def violations(error: Any) -> list[str]:
    """Give the fields that *error* complains of."""
    bad = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(error).details:
        if detail.Unpack(bad):
            return [violation.field for violation in bad.field_violations]
    return []
