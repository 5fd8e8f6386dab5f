"""How the daemon is told to be well, and how it stops."""

import asyncio
import threading
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from contactd.api.draining import Draining
from contactd.api.listeners import Role, UnixSocket
from contactd_proto.v1 import list_pb2, list_pb2_grpc
from edge.front import refused

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def servers(edge, folder):
    return edge.serve(UnixSocket(folder / "api.sock", Role.VIEWER))


@pytest.fixture
def channel(servers, dial):
    return dial(servers.addresses[0])


@pytest.fixture
def health(channel):
    return health_pb2_grpc.HealthStub(channel)


def asking(service=""):
    return health_pb2.HealthCheckRequest(service=service)


async def drain(servers):
    servers.drain()


@pytest.mark.parametrize("service", ["", "contactd.v1.SyncService", "contactd.v1.SystemService"])
def test_the_daemon_and_each_service_serve_until_they_drain(edge, servers, health, service):
    before = health.Check(asking(service)).status

    edge.do(drain(servers))

    assert (before, health.Check(asking(service)).status) == (SERVING, NOT_SERVING)


def test_the_health_of_something_unknown_is_not_found(health):
    error = refused(lambda: health.Check(asking("contactd.v1.Nonsense")))

    assert error.code() is grpc.StatusCode.NOT_FOUND


def test_everybody_who_watches_is_told_and_let_go(edge, servers, health):
    watches = [health.Watch(asking()) for _ in range(3)]
    first = [next(watch).status for watch in watches]
    watches.pop().cancel()

    edge.do(drain(servers))

    assert first == [SERVING] * 3
    assert [[each.status for each in watch] for watch in watches] == [[NOT_SERVING]] * 2


def test_whoever_watches_something_unknown_is_told_so(edge, servers, health):
    watch = health.Watch(asking("contactd.v1.Nonsense"))
    first = next(watch).status

    edge.do(drain(servers))

    assert (first, list(watch)) == (health_pb2.HealthCheckResponse.SERVICE_UNKNOWN, [])


def test_calls_are_answered_while_the_daemon_drains(edge, servers, channel):
    edge.do(drain(servers))

    answer = list_pb2_grpc.ListServiceStub(channel).GetList(list_pb2.GetListRequest(name="a"))

    assert answer.name == "a"


def test_a_call_that_is_being_answered_is_finished_before_the_stop(edge, servers, channel):
    begun = threading.Event()

    async def instead(_context):
        begun.set()
        await edge.draining.wait()
        return list_pb2.MailingList(name="late")

    edge.lists.instead = instead
    call = list_pb2_grpc.ListServiceStub(channel).GetList.future(list_pb2.GetListRequest())
    assert begun.wait(10)

    edge.do(servers.stop(10))

    assert call.result().name == "late"


def test_the_socket_is_gone_after_the_stop(edge, servers, folder):
    edge.do(servers.stop(0))

    assert list(folder.iterdir()) == []


def test_the_services_can_be_asked_for_by_reflection(channel):
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)

    (answer,) = stub.ServerReflectionInfo(iter([request]))

    names = {service.name for service in answer.list_services_response.service}
    assert names >= {
        "contactd.v1.SyncService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }


def test_reflection_gives_the_contract_under_its_own_name(channel):
    request = reflection_pb2.ServerReflectionRequest(file_containing_symbol="contactd.v1.SyncService")
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)

    (answer,) = stub.ServerReflectionInfo(iter([request]))

    assert b"contactd/v1/sync.proto" in answer.file_descriptor_response.file_descriptor_proto[0]


def test_a_stream_of_nonsense_is_refused_in_our_words(channel):
    call = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")

    error = refused(lambda: list(call(iter([b"\xff\xff"]))))

    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_waiting_for_the_drain_ends_with_it_or_with_the_time():
    async def scenario():
        draining = Draining()
        early = await draining.within(0)
        waiting = asyncio.ensure_future(draining.within(60))
        draining.begin()
        return early, await waiting, await draining.within(60), draining.begun

    assert asyncio.run(scenario()) == (False, True, True, True)
