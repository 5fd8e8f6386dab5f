"""How a call looks on the wire, seen from a channel that a test holds the other end of."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc_testing
import pytest

from contactctl.daemon import Daemon
from contactctl.target import Target
from contactd_proto.v1 import run_pb2

SERVICE = run_pb2.DESCRIPTOR.services_by_name["RunService"]
WATCH, GET = SERVICE.methods_by_name["WatchRun"], SERVICE.methods_by_name["GetRun"]
NAME = "workspaces/default/syncs/main/runs/1"


@pytest.fixture
def channel() -> grpc_testing.Channel:
    return grpc_testing.channel([SERVICE], grpc_testing.strict_real_time())


@pytest.fixture
def daemon(channel: grpc_testing.Channel) -> Daemon:
    return Daemon(channel, Target("unix:///nowhere", "default", token="ctd_1_x"), timeout=None)


def test_a_stream_that_is_left_is_cancelled(channel: grpc_testing.Channel, daemon: Daemon) -> None:
    with daemon.stream(daemon.runs.WatchRun, run_pb2.WatchRunRequest(name=NAME)) as answers:
        _metadata, request, rpc = channel.take_unary_stream(WATCH)
        rpc.send_response(run_pb2.Run(name=NAME))
        first = next(answers)

    rpc.cancelled()  # waits until it is, and never returns otherwise
    assert (request.name, first.name) == (NAME, NAME)


def test_a_call_shows_its_token_and_has_a_deadline(channel: grpc_testing.Channel, daemon: Daemon) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(daemon.call, daemon.runs.GetRun, run_pb2.GetRunRequest(name=NAME))
        metadata, request, rpc = channel.take_unary_unary(GET)
        rpc.terminate(run_pb2.Run(name=NAME), (), grpc.StatusCode.OK, "")

        got = answer.result(timeout=30)

    assert ("authorization", "Bearer ctd_1_x") in metadata
    assert (request.name, got.name) == (NAME, NAME)
