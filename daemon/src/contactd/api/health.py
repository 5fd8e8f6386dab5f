"""`grpc.health.v1`: SERVING from the start, NOT_SERVING for good once the daemon drains."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import AsyncIterator, Collection

from grpc_health.v1 import health_pb2, health_pb2_grpc

from contactd.api.draining import Draining
from contactd.domain.refusals import NotFound

_Response = health_pb2.HealthCheckResponse


class HealthServicer(health_pb2_grpc.HealthServicer):
    """Tells how the daemon fares, as a whole and for each of *services*.

    Our own, because in the library's one a watcher that reads slowly, or leaves, keeps
    the others from being told, and none of them ends before the server cuts it off.
    """

    def __init__(self, services: Collection[str], draining: Draining) -> None:
        self._services = {"", *services}
        self._draining = draining

    async def Check(self, request: health_pb2.HealthCheckRequest, _context: object) -> _Response:
        """Tell how it is now."""
        if request.service not in self._services:
            raise NotFound("service", request.service)
        return self._now()

    async def Watch(self, request: health_pb2.HealthCheckRequest, _context: object) -> AsyncIterator[_Response]:
        """Tell how it is now and whenever that changes."""
        if request.service not in self._services:
            yield _Response(status=_Response.SERVICE_UNKNOWN)
            await self._draining.wait()
            return
        if not self._draining.begun:
            yield self._now()
        await self._draining.wait()
        yield self._now()

    def _now(self) -> _Response:
        return _Response(status=_Response.NOT_SERVING if self._draining.begun else _Response.SERVING)
