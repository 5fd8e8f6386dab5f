"""What every call goes through: who is calling, whether they may, and that nothing leaks.

Rule: a refusal goes out as a status with its sentence; everything else that
is raised stays inside, and only the number of the incident goes out. Messages
are read and written in here as well, because grpc tells a client the text of
whatever is raised by its own reading and writing.
"""

import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeAlias

import grpc
import structlog
from google.protobuf.message import DecodeError
from grpc import aio

from contactd.api import access, errors
from contactd.domain.refusals import ContactdError, Fault, Invalid

log = structlog.get_logger()

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "aio.ServicerContext[Any, Any]"

#: How a call ended that no refusal ended: it was answered, or its client left.
OK, CANCELLED = "OK", "CANCELLED"

#: By whether requests stream, and whether answers do.
_MAKERS: dict[tuple[bool, bool], Callable[[Any], Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


class Calls:
    """How many calls of each method ended how, and how long they took together. Belongs to the event loop."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, str]] = Counter()
        self.microseconds: Counter[str] = Counter()

    def end(self, method: str, status: str, microseconds: int) -> None:
        """Count a call that has ended with *status*."""
        self.ended[method, status] += 1
        self.microseconds[method] += microseconds
        log.debug("call_ended", method=method, status=status, microseconds=microseconds)


class Gate(aio.ServerInterceptor):
    """Lets calls in and answers out, for one listener, whose callers *identify* tells apart."""

    def __init__(self, identify: access.Identify, calls: Calls) -> None:
        self._identify = identify
        self._calls = calls
        self._handlers: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable["Handler | None"]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """Put the gate before the handler of a method; a method that is unknown stays so."""
        method = handler_call_details.method
        if method not in self._handlers:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            self._handlers[method] = self._guarded(method, handler)
        return self._handlers[method]

    def _guarded(self, method: str, handler: Handler) -> Handler:
        read = _reader(method, handler.request_deserializer)
        if handler.request_streaming:
            read = _each(read)
        behavior = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
        wrap = self._streaming if handler.response_streaming else self._single
        make = _MAKERS[handler.request_streaming, handler.response_streaming]
        return make(wrap(method, behavior, read, handler.response_serializer))

    def _single(self, method: str, behavior: Any, read: Any, write: Any) -> Any:
        async def answer(request: bytes, context: Context) -> Any:
            async with self._call(method, context):
                return write(await behavior(read(request), context))

        return answer

    def _streaming(self, method: str, behavior: Any, read: Any, write: Any) -> Any:
        async def answer(request: Any, context: Context) -> None:
            async with self._call(method, context), aclosing(behavior(read(request), context)) as messages:
                async for message in messages:
                    await context.write(write(message))

        return answer

    @asynccontextmanager
    async def _call(self, method: str, context: Context) -> AsyncIterator[None]:
        """Let the caller in; whatever is raised while the call is answered ends it in order."""
        begun = time.monotonic_ns()
        status = CANCELLED
        try:
            with structlog.contextvars.bound_contextvars(**self._entered(method, context)):
                yield
            status = OK
        except ContactdError as refusal:
            status = errors.code_of(refusal).name
            await _abort(context, errors.status_of(refusal))
        except aio.AbortError:
            # Ended by the handler itself, which chose what to tell.
            status = "ABORTED_BY_HANDLER"
            raise
        except Exception:
            status = grpc.StatusCode.INTERNAL.name
            incident = secrets.token_hex(6)
            log.exception("call_failed", method=method, incident=incident)
            await _abort(context, errors.unexpected(incident))
        finally:
            self._calls.end(method, status, (time.monotonic_ns() - begun) // 1000)

    def _entered(self, method: str, context: Context) -> dict[str, str]:
        actor = self._identify(context)
        access.permit(actor, method)
        access.enter(actor)
        return {"actor": actor.name}


async def _abort(context: Context, status: Any) -> None:
    await context.abort(errors.CODE_OF_NUMBER[status.code], status.message, errors.metadata(status))


def _reader(method: str, deserialize: Any) -> Callable[[Any], Any]:
    def read(request: bytes) -> Any:
        try:
            return deserialize(request)
        except DecodeError:
            verb = method.rpartition("/")[2]
            raise Invalid(
                Fault("request", f"the request of '{verb}' cannot be read; send it as its contract says"),
                reason="REQUEST_UNREADABLE",
            ) from None

    return read


def _each(read: Callable[[bytes], Any]) -> Callable[[AsyncIterator[bytes]], AsyncIterator[Any]]:
    async def read_each(requests: AsyncIterator[bytes]) -> AsyncIterator[Any]:
        async for request in requests:
            yield read(request)

    return read_each
