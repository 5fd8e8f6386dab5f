"""A conversation with one daemon: the calls, their deadlines, and their end.

Rule: this is the only module that meets gRPC's errors, and no stream that it
opened outlives the block that asked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

import grpc

from contactctl import __version__
from contactctl.names import Names
from contactctl.refusals import failure_of
from contactctl.target import Target
from contactd_proto.v1 import (
    connection_pb2_grpc,
    contact_pb2_grpc,
    daemon_pb2_grpc,
    field_pb2_grpc,
    list_pb2_grpc,
    notification_pb2_grpc,
    plugin_pb2_grpc,
    run_pb2_grpc,
    suppression_pb2_grpc,
    sync_pb2_grpc,
    system_pb2_grpc,
    topic_pb2_grpc,
    workspace_pb2_grpc,
)


class PageRequest(Protocol):
    """What asks for a page of something."""

    page_token: str


class PageAnswer(Protocol):
    """What holds a page of something."""

    next_page_token: str


Request = TypeVar("Request")
Answer = TypeVar("Answer")
AnyPageRequest = TypeVar("AnyPageRequest", bound=PageRequest)
AnyPageAnswer = TypeVar("AnyPageAnswer", bound=PageAnswer)

#: How long to wait for an answer that the daemon knows by itself.
QUICK: Final = 5.0
#: How long to wait where the daemon has to ask the source first.
PATIENT: Final = 60.0

_OPTIONS: Final = (
    ("grpc.primary_user_agent", f"contactctl/{__version__}"),
    # Whoever set a proxy for the web did not mean it for contactd's token.
    ("grpc.enable_http_proxy", 0),
    # A watch may be silent for hours; a daemon that is gone should be noticed.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)


class Daemon:
    """The services of one daemon."""

    def __init__(self, channel: grpc.Channel, target: Target, *, timeout: float | None) -> None:
        self.target = target
        self.names = Names(target.workspace)
        self.connections = connection_pb2_grpc.ConnectionServiceStub(channel)
        self.contacts = contact_pb2_grpc.ContactServiceStub(channel)
        self.daemons = daemon_pb2_grpc.DaemonServiceStub(channel)
        self.fields = field_pb2_grpc.FieldServiceStub(channel)
        self.lists = list_pb2_grpc.ListServiceStub(channel)
        self.notifications = notification_pb2_grpc.NotificationServiceStub(channel)
        self.plugins = plugin_pb2_grpc.PluginServiceStub(channel)
        self.runs = run_pb2_grpc.RunServiceStub(channel)
        self.suppressions = suppression_pb2_grpc.SuppressionServiceStub(channel)
        self.syncs = sync_pb2_grpc.SyncServiceStub(channel)
        self.system = system_pb2_grpc.SystemServiceStub(channel)
        self.topics = topic_pb2_grpc.TopicServiceStub(channel)
        self.workspaces = workspace_pb2_grpc.WorkspaceServiceStub(channel)
        self._timeout = timeout
        self._metadata = (("authorization", f"Bearer {target.token}"),) if target.token else ()

    def call(
        self,
        method: "grpc.UnaryUnaryMultiCallable[Request, Answer]",
        request: Request,
        *,
        within: float = QUICK,
    ) -> Answer:
        """Ask once and wait for the answer.

        Raises:
            Failure: the daemon refused, or did not answer.
        """
        waited = self._timeout or within
        try:
            return method(request, timeout=waited, metadata=self._metadata)
        except grpc.RpcError as error:
            raise failure_of(error, address=self.target.address, waited=waited) from error

    def pages(
        self,
        method: "grpc.UnaryUnaryMultiCallable[AnyPageRequest, AnyPageAnswer]",
        request: AnyPageRequest,
    ) -> Iterator[AnyPageAnswer]:
        """Ask for page after page, as far as the caller goes on."""
        while True:
            answer = self.call(method, request)
            yield answer
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    @contextmanager
    def stream(
        self, method: "grpc.UnaryStreamMultiCallable[Request, Answer]", request: Request
    ) -> Iterator[Iterator[Answer]]:
        """Ask once and take answers as they come, for as long as the block lasts.

        Raises:
            Failure: the daemon refused, or the stream broke off.
        """
        answers = method(request, timeout=self._timeout, metadata=self._metadata)
        try:
            yield iter(answers)
        except grpc.RpcError as error:
            raise failure_of(error, address=self.target.address, waited=self._timeout) from error
        finally:
            # A stream that is only dropped is never collected (grpc #43462).
            answers.cancel()


@contextmanager
def reach(target: Target, *, timeout: float | None) -> Iterator[Daemon]:
    """Speak to the daemon at *target* for as long as the block lasts."""
    with _channel(target) as channel:
        yield Daemon(channel, target, timeout=timeout)


def _channel(target: Target) -> grpc.Channel:
    if target.tls is None:
        return grpc.insecure_channel(target.address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=target.tls.ca,
        private_key=target.tls.key,
        certificate_chain=target.tls.cert,
    )
    return grpc.secure_channel(target.address, credentials, options=_OPTIONS)
