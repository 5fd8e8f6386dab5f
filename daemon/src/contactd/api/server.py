"""The servers: one for each place to listen at, so that the place can tell the role.

Rule: a place that somebody else serves is never taken over, and one that
cannot be had ends the start with a sentence that names it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from contactd.api import access, places
from contactd.api.certificates import Certificates
from contactd.api.draining import Draining
from contactd.api.health import HealthServicer
from contactd.api.interceptors import Calls, Gate
from contactd.api.listeners import Listener, Plain, Tls, UnixSocket, endpoint


@dataclass(frozen=True, slots=True)
class Answers:
    """What is answered: *register* adds the servicers to a server, once a listener; *services* are their names."""

    register: Callable[[aio.Server], None]
    services: frozenset[str]


#: A watch takes some 25 KiB, so this many of them take 50 MiB. One more is refused.
_CALLS_AT_ONCE = 2000

_MINUTE = 60_000
_OPTIONS = (
    # Else a second daemon on the same port would get every other connection.
    ("grpc.so_reuseport", 0),
    # A burst of a thousand calls is answered, not refused at random.
    ("grpc.server.max_pending_requests", 20_000),
    ("grpc.server.max_pending_requests_hard_limit", 40_000),
    ("grpc.keepalive_time_ms", _MINUTE),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # Clients that look after their connections more often are told to go away.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
)
_REMOTE_OPTIONS = (
    *_OPTIONS,
    # A connection ends some time, so that a renewed or withdrawn certificate is looked at again.
    ("grpc.max_connection_age_ms", 30 * _MINUTE),
    ("grpc.max_connection_age_grace_ms", 5 * _MINUTE),
)


class Servers:
    """The servers that are up: where they listen, and how they are stopped."""

    def __init__(self, draining: Draining, calls: Calls) -> None:
        self.calls = calls
        #: Where they listen, as a person would write it; a port that was free is told here.
        self.addresses: list[str] = []
        self._draining = draining
        self._servers: list[aio.Server] = []

    async def add(self, listener: Listener, answers: Answers) -> None:
        """Listen at one more place.

        Raises:
            Conflict: somebody else listens there.
            Invalid: it cannot be listened at.
        """
        places.check(listener)
        server = aio.server(
            interceptors=[Gate(_identify(listener), self.calls)],
            options=_REMOTE_OPTIONS if isinstance(listener, Tls) else _OPTIONS,
            maximum_concurrent_rpcs=_CALLS_AT_ONCE,
        )
        answers.register(server)
        self._add_own(server, listener, sorted(answers.services))
        self.addresses.append(await _start(server, listener))
        self._servers.append(server)

    def drain(self) -> None:
        """Be told as NOT_SERVING, and let streams end themselves; calls are answered as before."""
        self._draining.begin()

    async def stop(self, grace: float) -> None:
        """Take no more calls, and give those that are being answered *grace* seconds."""
        self.drain()
        await asyncio.gather(*(server.stop(grace) for server in self._servers))

    def _add_own(self, server: aio.Server, listener: Listener, names: Sequence[str]) -> None:
        health_pb2_grpc.add_HealthServicer_to_server(HealthServicer(names, self._draining), server)
        if not isinstance(listener, Tls):
            health = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
            reflection.enable_server_reflection([*names, health, reflection.SERVICE_NAME], server)


async def serve(listeners: Sequence[Listener], answers: Answers, *, draining: Draining) -> Servers:
    """Listen at every one of *listeners*, or at none.

    Raises:
        Conflict: somebody else listens at one of them.
        Invalid: one of them cannot be listened at.
    """
    servers = Servers(draining, Calls())
    try:
        for listener in listeners:
            await servers.add(listener, answers)
    except BaseException:
        await servers.stop(0)
        raise
    return servers


def _identify(listener: Listener) -> access.Identify:
    match listener:
        case UnixSocket():
            return access.everybody(listener.role.word, listener.role)
        case Plain():
            return access.everybody("local", listener.role)
        case Tls():
            return access.certified
        case _:
            assert_never(listener)


async def _start(server: aio.Server, listener: Listener) -> str:
    match listener:
        case UnixSocket():
            with places.narrow():
                server.add_insecure_port(f"unix:{quote(str(listener.path))}")
                await server.start()
            places.open_to_role(listener)
            return str(listener)
        case Tls():
            port = server.add_secure_port(str(listener), Certificates(listener).credentials())
        case Plain():
            port = server.add_insecure_port(str(listener))
        case _:
            assert_never(listener)
    await server.start()
    return endpoint(listener.address, port)
