"""A contactd that gives prepared answers, over real gRPC, for tests of whoever calls it.

It knows the contract by its descriptors, so that it has every call and no
behavior: what is not prepared is refused with UNIMPLEMENTED.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import grpc
from google.protobuf import any_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from contactd_proto.v1 import (
    connection_pb2,
    contact_pb2,
    daemon_pb2,
    field_pb2,
    list_pb2,
    notification_pb2,
    plugin_pb2,
    run_pb2,
    suppression_pb2,
    sync_pb2,
    system_pb2,
    topic_pb2,
    workspace_pb2,
)

_FILES = (
    connection_pb2,
    contact_pb2,
    daemon_pb2,
    field_pb2,
    list_pb2,
    notification_pb2,
    plugin_pb2,
    run_pb2,
    suppression_pb2,
    sync_pb2,
    system_pb2,
    topic_pb2,
    workspace_pb2,
)


@dataclass(frozen=True)
class Refusal(Exception):
    """A status to be answered with, with its details."""

    status: grpc.StatusCode
    message: str
    details: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Heard:
    """A call as it arrived."""

    method: str
    request: Any
    metadata: dict[str, str]
    seconds: float | None


Prepared = Message | Refusal | Iterable[Message | Refusal] | Callable[[Any], Any]


class ControlPlane:
    """Prepared answers by the name of the call; what was heard is kept."""

    def __init__(self, address: str, *, credentials: grpc.ServerCredentials | None = None) -> None:
        self.address = address
        self.answers: dict[str, Prepared] = {}
        self.heard: list[Heard] = []
        #: Set when it closes, for prepared streams that wait for their end.
        self.closing = threading.Event()
        #: Set when a caller has left a stream before its end.
        self.left = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(max_workers=8))
        self._server.add_generic_rpc_handlers((_Calls(self),))
        if credentials is None:
            self.port = self._server.add_insecure_port(address)
        else:
            self.port = self._server.add_secure_port(address, credentials)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.stop(grace=None).wait()

    def requests(self, method: str) -> list[Any]:
        """Give what was asked by *method*, in order."""
        return [heard.request for heard in self.heard if heard.method == method]

    def sent(self, method: str) -> dict[str, Any]:
        """Give what *method* was first asked with, without the request id, which is new each time."""
        fields = MessageToDict(self.requests(method)[0], preserving_proto_field_name=True)
        UUID(fields.pop("request_id"))
        return fields

    def answer(self, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        """Give the prepared answer and remember the question."""
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        self.heard.append(Heard(method, request, metadata, context.time_remaining()))
        prepared = self.answers.get(method) or Refusal(grpc.StatusCode.UNIMPLEMENTED, f"no {method} here")
        return prepared(request) if callable(prepared) else prepared


class _Calls(grpc.GenericRpcHandler):
    """Finds the handler of any call of the contract."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._methods = {
            f"/{service.full_name}/{method.name}": method
            for file in _FILES
            for service in file.DESCRIPTOR.services_by_name.values()
            for method in service.methods
        }

    def service(self, handler_call_details: Any) -> Any:
        """Give the handler of one call."""
        method = self._methods.get(handler_call_details.method)
        return None if method is None else self._handler(method)

    def _handler(self, method: MethodDescriptor) -> Any:
        make, behavior = (
            (grpc.unary_stream_rpc_method_handler, self._stream)
            if method.server_streaming
            else (grpc.unary_unary_rpc_method_handler, self._unary)
        )
        return make(
            lambda request, context: behavior(method.name, request, context),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    def _unary(self, name: str, request: Any, context: grpc.ServicerContext) -> Any:
        prepared = self._plane.answer(name, request, context)
        if isinstance(prepared, Refusal):
            _refuse(prepared, context)
        return prepared

    def _stream(self, name: str, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        prepared = self._plane.answer(name, request, context)
        context.add_callback(self._plane.left.set)
        if isinstance(prepared, Refusal):
            _refuse(prepared, context)
        for message in prepared:
            if isinstance(message, Refusal):
                _refuse(message, context)
            yield message


def _refuse(refusal: Refusal, context: grpc.ServicerContext) -> None:
    packed = [any_pb2.Any() for _ in refusal.details]
    for place, detail in zip(packed, refusal.details, strict=True):
        place.Pack(detail)
    status = status_pb2.Status(code=refusal.status.value[0], message=refusal.message, details=packed)
    context.abort_with_status(rpc_status.to_status(status))


def refusal(
    status: grpc.StatusCode,
    message: str,
    *,
    reason: str,
    resource: str = "",
    violations: Iterable[tuple[str, str]] = (),
    **facts: str,
) -> Refusal:
    """Refuse as the daemon does, with its details."""
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=reason, domain="contactd", metadata=facts)]
    if resource:
        details.append(error_details_pb2.ResourceInfo(resource_type="contactd", resource_name=resource))
    faults = [
        error_details_pb2.BadRequest.FieldViolation(field=field_path, description=sentence)
        for field_path, sentence in violations
    ]
    if faults:
        details.append(error_details_pb2.BadRequest(field_violations=faults))
    return Refusal(status, message, tuple(details))
