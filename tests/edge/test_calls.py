"""What every call goes through, over a real socket."""

import json

import grpc
import pytest
import structlog
from google.rpc import error_details_pb2

from contactd import logs
from contactd.api.draining import stopping
from contactd.api.listeners import Role, UnixSocket, sockets
from contactd.api.register import itself
from contactd.domain.refusals import Conflict, Fault, Invalid, NotFound
from contactd_proto.v1 import (
    access_pb2,
    daemon_pb2,
    list_pb2,
    list_pb2_grpc,
    run_pb2,
    run_pb2_grpc,
    system_pb2,
    system_pb2_grpc,
)
from edge.front import ABOUT, detail, refused

SECRET = "hunter2"


@pytest.fixture
def lists(channel):
    return list_pb2_grpc.ListServiceStub(channel)


@pytest.fixture
def runs(channel):
    return run_pb2_grpc.RunServiceStub(channel)


@pytest.fixture
def log():
    """Give the entries of the log, as they are made."""
    with structlog.testing.capture_logs([logs.show_fault, logs.redact]) as entries:
        yield entries


def raising(error):
    async def instead(_context):
        raise error

    return instead


def failing(error):
    def then():
        raise error

    return then


def test_the_daemon_tells_what_it_is(channel):
    info = system_pb2_grpc.SystemServiceStub(channel).GetServerInfo(system_pb2.GetServerInfoRequest())

    assert info == system_pb2.ServerInfo(
        version="1.2.3",
        api_versions=["v1"],
        instance_id="an-instance",
        store_kind="sqlite",
        schema_version="7",
        start_time=info.start_time,
        role=access_pb2.ROLE_ADMIN,
        daemon_role=daemon_pb2.DAEMON_ROLE_ALL,
    )
    assert info.start_time.ToMicroseconds() == ABOUT.started


@pytest.mark.parametrize(
    ("role", "may_look", "may_change"), [("viewer", True, False), ("operator", True, True), ("admin", True, True)]
)
def test_each_socket_gives_the_role_of_its_folder(edge, dial, folder, role, may_look, may_change):
    edge.serve(*sockets(folder))
    lists = list_pb2_grpc.ListServiceStub(dial(f"unix:{folder}/{role}/api.sock"))

    looked = lists.GetList.with_call, list_pb2.GetListRequest(name="a")
    changed = lists.CreateList.with_call, list_pb2.CreateListRequest(list_id="a")

    assert (status(*looked), status(*changed)) == (LET_IN[may_look], LET_IN[may_change])


LET_IN = {True: grpc.StatusCode.OK, False: grpc.StatusCode.PERMISSION_DENIED}


def status(call, request):
    try:
        return call(request)[1].code()
    except grpc.RpcError as exc:
        return exc.code()


def test_a_refused_role_is_told_which_one_it_takes(edge, dial, folder):
    edge.serve(*sockets(folder))
    lists = list_pb2_grpc.ListServiceStub(dial(f"unix:{folder}/viewer/api.sock"))

    error = refused(lambda: lists.CreateList(list_pb2.CreateListRequest()))

    assert "'CreateList' needs the role 'operator', and you have 'viewer'" in error.details()
    info = detail(error, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("PERMISSION_DENIED", "contactd")
    assert dict(info.metadata) == {"method": "CreateList", "needed": "operator", "role": "viewer"}


def test_the_caller_on_a_socket_is_called_by_its_role(lists):
    answer = lists.CreateList(list_pb2.CreateListRequest(list_id="a"))

    assert answer.title == "admin"


def test_a_refusal_goes_out_with_its_sentence_and_its_details(edge, lists):
    edge.lists.instead = raising(NotFound("sync", "boks-main"))

    error = refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "no sync is called 'boks-main'")
    resource = detail(error, error_details_pb2.ResourceInfo)
    assert (resource.resource_type, resource.resource_name) == ("sync", "boks-main")


def test_more_faults_than_fit_are_counted_and_the_rest_arrives(edge, lists):
    faults = [Fault(f"mapping.lines[{n}].source_field", f"no field is called 'Ünbekannt {n}'") for n in range(500)]
    edge.lists.instead = raising(Invalid(*faults))

    error = refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    violations = detail(error, error_details_pb2.BadRequest).field_violations
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert violations[0].description == "no field is called 'Ünbekannt 0'"
    assert violations[-1].description == f"and {500 - (len(violations) - 1)} more; mend these first"


def test_what_a_bug_says_stays_inside_and_the_log_knows_the_incident(edge, lists, log):
    edge.lists.instead = raising(ValueError(f"secret={SECRET}"))

    error = refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    incident = detail(error, error_details_pb2.ErrorInfo).metadata["incident"]
    failed = next(entry for entry in log if entry["event"] == "call_failed")
    assert error.code() is grpc.StatusCode.INTERNAL
    assert incident in error.details()
    assert (failed["incident"], failed["method"]) == (incident, "/contactd.v1.ListService/GetList")
    assert failed["fault"][0] == "builtins.ValueError"
    assert any("in Lists.GetList" in line for line in failed["fault"])
    assert SECRET not in repr(error) + json.dumps(log)


def test_what_a_bug_says_in_the_middle_of_a_stream_stays_inside(edge, runs, log):
    edge.runs.then = failing(ValueError(f"secret={SECRET}"))
    call = runs.WatchRun(run_pb2.WatchRunRequest(name="a"))

    first, error = next(call), refused(lambda: next(call))

    assert first.name == "a"
    assert error.code() is grpc.StatusCode.INTERNAL
    assert SECRET not in repr(error) + json.dumps(log)


def test_a_stream_that_is_refused_has_sent_what_came_before(edge, runs):
    edge.runs.then = failing(stopping("watch again when it is back"))
    call = runs.WatchRun(run_pb2.WatchRunRequest(name="a"))

    first, error = next(call), refused(lambda: next(call))

    assert first.name == "a"
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert error.details() == "contactd is stopping; watch again when it is back"
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds == 5


def test_an_answer_of_the_wrong_kind_stays_inside(edge, lists, log):
    async def instead(_context):
        return SECRET

    edge.lists.instead = instead

    error = refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    assert error.code() is grpc.StatusCode.INTERNAL
    assert SECRET not in repr(error) + json.dumps(log)


def test_a_request_that_cannot_be_read_is_refused_in_our_words(channel):
    call = channel.unary_unary("/contactd.v1.ListService/GetList")

    error = refused(lambda: call(b"\xff" + SECRET.encode()))

    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "the request of 'GetList' cannot be read; send it as its contract says"
    assert detail(error, error_details_pb2.ErrorInfo).reason == "REQUEST_UNREADABLE"


def test_a_method_without_a_role_is_refused_to_all(edge, dial, folder):
    edge.more.append(unlisted("Peek", grpc.unary_unary_rpc_method_handler(echo)))
    edge.serve(*sockets(folder))
    call = dial(f"unix:{folder}/admin/api.sock").unary_unary("/contactd.v1.HiddenService/Peek")

    error = refused(lambda: call(b""))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED


def unlisted(name, handler):
    return grpc.method_handlers_generic_handler("contactd.v1.HiddenService", {name: handler})


async def echo(request, _context):
    return request


def test_a_daemon_that_only_carries_runs_tells_whom_to_ask_for_all_but_itself(edge, dial, folder):
    edge.answer(itself(ABOUT), UnixSocket(folder / "api.sock", Role.ADMIN))
    channel = dial(f"unix:{folder}/api.sock")

    errors = [
        refused(lambda: list_pb2_grpc.ListServiceStub(channel).GetList(list_pb2.GetListRequest())),
        refused(lambda: list(run_pb2_grpc.RunServiceStub(channel).WatchRun(run_pb2.WatchRunRequest()))),
    ]
    known = system_pb2_grpc.SystemServiceStub(channel).GetServerInfo(system_pb2.GetServerInfoRequest())
    unknown = refused(lambda: channel.unary_unary("/contactd.v1.ListService/Fly")(b""))

    assert {(error.code(), detail(error, error_details_pb2.ErrorInfo).reason) for error in errors} == {
        (grpc.StatusCode.FAILED_PRECONDITION, "ANSWERED_ELSEWHERE")
    }
    assert "ask one of its fleet that was started with `--role control` or `--role all`" in errors[0].details()
    assert known.instance_id == ABOUT.instance
    assert unknown.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_method_that_is_not_there_is_unimplemented(channel):
    error = refused(lambda: channel.unary_unary("/contactd.v1.ListService/Fly")(b""))

    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_handler_may_end_its_call_itself(edge, lists):
    async def instead(context):
        await context.abort(grpc.StatusCode.OUT_OF_RANGE, "that far I do not go")

    edge.lists.instead = instead

    error = refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    assert (error.code(), error.details()) == (grpc.StatusCode.OUT_OF_RANGE, "that far I do not go")


def test_a_stream_that_its_client_leaves_is_left_by_its_handler(edge, runs):
    call = runs.WatchRun(run_pb2.WatchRunRequest(name="a"))
    next(call)

    call.cancel()

    assert edge.runs.left.wait(10)


def test_calls_are_counted_by_how_they_ended(edge, dial, folder):
    servers = edge.serve(*sockets(folder))
    lists = list_pb2_grpc.ListServiceStub(dial(f"unix:{folder}/admin/api.sock"))
    lists.GetList(list_pb2.GetListRequest())
    edge.lists.instead = raising(Conflict("the list is in use"))
    refused(lambda: lists.GetList(list_pb2.GetListRequest()))

    edge.close()

    method = "/contactd.v1.ListService/GetList"
    assert dict(servers.calls.ended) == {(method, "OK"): 1, (method, "FAILED_PRECONDITION"): 1}
    assert servers.calls.microseconds[method] > 0


def test_every_role_is_a_role_of_the_contract():
    ours = {f"ROLE_{role.name}": int(role) for role in Role}

    assert ours == {name: number for name, number in access_pb2.Role.items() if number}
