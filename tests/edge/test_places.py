"""Where the daemon listens."""

import os
import socket
import stat

import grpc
import pytest

from contactd.api.listeners import Plain, Role, UnixSocket, sockets
from contactd.domain.refusals import Conflict, Invalid
from contactd_proto.v1 import access_pb2, list_pb2, list_pb2_grpc, system_pb2, system_pb2_grpc
from edge.front import refused


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def role_at(channel):
    return system_pb2_grpc.SystemServiceStub(channel).GetServerInfo(system_pb2.GetServerInfoRequest()).role


def test_a_socket_is_open_to_its_group_unless_it_is_the_admins(edge, folder):
    edge.serve(*sockets(folder))

    modes = {path.parent.name: mode(path) for path in folder.glob("*/api.sock")}

    assert modes == {"admin": 0o600, "operator": 0o660, "viewer": 0o660}


def test_the_mode_does_not_depend_on_the_umask_and_leaves_it_alone(edge, folder):
    before = os.umask(0)
    try:
        edge.serve(*sockets(folder))
        after = os.umask(0)
    finally:
        os.umask(before)

    assert after == 0
    assert mode(folder / "admin/api.sock") == 0o600
    assert mode(folder / "viewer/api.sock") == 0o660


def test_a_folder_of_our_own_making_is_for_its_owner_alone(edge, folder):
    edge.serve(*sockets(folder / "new"))

    assert {mode(folder / "new" / each) for each in ("", "admin", "operator", "viewer")} == {0o700}


def test_a_folder_that_was_made_for_a_group_stays_as_it_is(edge, folder):
    (folder / "operator").mkdir()
    (folder / "operator").chmod(0o2750)

    edge.serve(*sockets(folder))

    assert mode(folder / "operator") == 0o2750


def test_a_socket_that_a_dead_daemon_left_behind_is_replaced(edge, dial, folder):
    left = folder / "api.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(left))

    edge.serve(UnixSocket(left, Role.VIEWER))

    assert role_at(dial(f"unix:{left}")) == access_pb2.ROLE_VIEWER


def test_a_socket_that_somebody_answers_at_is_left_alone(edge, dial, folder):
    edge.serve(*sockets(folder))

    with pytest.raises(Conflict, match="another contactd listens at") as caught:
        edge.serve(*sockets(folder))

    assert caught.value.reason == "ADDRESS_TAKEN"
    assert role_at(dial(f"unix:{folder}/admin/api.sock")) == access_pb2.ROLE_ADMIN


def test_a_socket_of_a_daemon_that_is_too_busy_to_answer_is_left_alone(edge, folder):
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(folder / "api.sock"))
        busy.listen(0)
        waiting.connect(str(folder / "api.sock"))

        with pytest.raises(Conflict):
            edge.serve(UnixSocket(folder / "api.sock", Role.ADMIN))


def test_a_file_in_the_way_is_left_alone(edge, folder):
    (folder / "api.sock").write_text("precious")

    with pytest.raises(Invalid, match="is in the way"):
        edge.serve(UnixSocket(folder / "api.sock", Role.ADMIN))

    assert (folder / "api.sock").read_text() == "precious"


def test_a_folder_that_cannot_be_made_is_told_with_the_remedy(edge, folder):
    (folder / "file").write_text("")

    with pytest.raises(Invalid, match="make its folder writable") as caught:
        edge.serve(*sockets(folder / "file"))

    assert caught.value.faults[0].field == "listen.unix"


def test_a_folder_may_have_any_name(edge, folder):
    odd = folder / "50%20 of? it#"

    edge.serve(*sockets(odd))

    assert sorted(path.parent.name for path in odd.glob("*/api.sock")) == ["admin", "operator", "viewer"]


def test_a_free_port_is_taken_and_told(edge, dial):
    servers = edge.serve(Plain("127.0.0.1", 0, Role.VIEWER))

    (address,) = servers.addresses

    assert role_at(dial(address)) == access_pb2.ROLE_VIEWER


def test_a_plain_port_gives_its_role_and_no_more(edge, dial):
    servers = edge.serve(Plain("127.0.0.1", 0, Role.VIEWER))
    lists = list_pb2_grpc.ListServiceStub(dial(servers.addresses[0]))

    error = refused(lambda: lists.CreateList(list_pb2.CreateListRequest()))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_caller_on_a_plain_port_is_called_local(edge, dial):
    servers = edge.serve(Plain("127.0.0.1", 0, Role.OPERATOR))
    lists = list_pb2_grpc.ListServiceStub(dial(servers.addresses[0]))

    assert lists.CreateList(list_pb2.CreateListRequest()).title == "local"


def test_a_port_that_is_taken_is_told_with_its_setting(edge):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(Conflict, match=r"choose another port in listen\.insecure") as caught:
            edge.serve(Plain("127.0.0.1", port, Role.VIEWER))

    assert caught.value.facts["address"] == f"127.0.0.1:{port}"


def test_an_address_of_another_machine_is_told(edge):
    with pytest.raises(Invalid, match=r"cannot listen at '192\.0\.2\.1:7443'"):
        edge.serve(Plain("192.0.2.1", 7443, Role.VIEWER))


def test_all_places_are_had_or_none(edge, folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Plain("127.0.0.1", other.getsockname()[1], Role.VIEWER)

        with pytest.raises(Conflict):
            edge.serve(*sockets(folder), taken)

    assert list(folder.glob("*/api.sock")) == []
