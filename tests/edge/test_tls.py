"""The listener for other machines: TLS, and a certificate from everybody."""

import grpc
import pytest
import structlog

from contactd.api.certificates import Certificates
from contactd.domain.refusals import Invalid
from contactd_proto.v1 import access_pb2, list_pb2, list_pb2_grpc, system_pb2, system_pb2_grpc
from edge.authority import Authority
from edge.front import refused

OPERATOR = "contactd://role/operator"


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def listener(authority, folder):
    return authority.listener(folder)


@pytest.fixture
def servers(edge, listener):
    return edge.serve(listener)


@pytest.fixture
def address(servers):
    return servers.addresses[0]


def credentials(authority, pair=(None, None)):
    key, certificate = pair
    return grpc.ssl_channel_credentials(authority.pem, key, certificate)


def ask(channel):
    return system_pb2_grpc.SystemServiceStub(channel).GetServerInfo(system_pb2.GetServerInfoRequest(), timeout=10)


def test_a_certificate_gives_its_role_and_its_name(dial, address, authority):
    channel = dial(address, credentials(authority, authority.client("ann", OPERATOR)))

    made = list_pb2_grpc.ListServiceStub(channel).CreateList(list_pb2.CreateListRequest(list_id="a"))

    assert ask(channel).role == access_pb2.ROLE_OPERATOR
    assert made.title == "ann"


def test_a_viewers_certificate_may_not_change_anything(dial, address, authority):
    channel = dial(address, credentials(authority, authority.client("ann", "contactd://role/viewer")))

    error = refused(lambda: list_pb2_grpc.ListServiceStub(channel).CreateList(list_pb2.CreateListRequest()))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_certificate_without_a_role_may_nothing(dial, address, authority):
    channel = dial(address, credentials(authority, authority.client("ann")))

    error = refused(lambda: ask(channel))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "must name one role" in error.details()


def test_nobody_comes_without_a_certificate(dial, address, authority):
    error = refused(lambda: ask(dial(address, credentials(authority))))

    assert error.code() is grpc.StatusCode.UNAVAILABLE


def test_a_certificate_of_another_authority_is_refused(dial, address, authority):
    stranger = Authority().client("ann", OPERATOR)

    error = refused(lambda: ask(dial(address, credentials(authority, stranger))))

    assert error.code() is grpc.StatusCode.UNAVAILABLE


def test_nobody_comes_without_tls(dial, address):
    error = refused(lambda: ask(dial(address)))

    assert error.code() is grpc.StatusCode.UNAVAILABLE


def test_there_is_no_reflection_for_other_machines(dial, address, authority):
    channel = dial(address, credentials(authority, authority.client("ann", OPERATOR)))
    call = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")

    error = refused(lambda: list(call(iter([b""]))))

    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


def test_renewed_certificates_are_taken_without_a_restart(dial, address, listener):
    new = Authority()
    new.renew(listener)

    info = ask(dial(address, credentials(new, new.client("ann", OPERATOR))))

    assert info.role == access_pb2.ROLE_OPERATOR


def test_renewed_certificates_that_cannot_be_used_are_told_and_the_old_ones_stay(dial, address, listener, authority):
    with structlog.testing.capture_logs() as entries:
        listener.key.write_text("half of it")

        info = ask(dial(address, credentials(authority, authority.client("ann", OPERATOR))))

    assert info.role == access_pb2.ROLE_OPERATOR
    assert [entry["event"] for entry in entries if entry["log_level"] == "warning"] == ["certificates_refused"]


def test_a_key_that_does_not_fit_is_told_at_the_start(edge, listener, authority):
    listener.key.write_bytes(authority.client("other")[0])

    with pytest.raises(Invalid, match="are no certificate with its key in PEM"):
        edge.serve(listener)


def test_an_authority_that_is_none_is_told_at_the_start(listener):
    listener.client_ca.write_text("nothing")

    with pytest.raises(Invalid, match="is no certificate of an authority") as caught:
        Certificates(listener)

    assert caught.value.faults[0].field == "listen.tls.client_ca"


def test_a_file_that_is_not_there_is_told_at_the_start(listener):
    listener.certificate.unlink()

    with pytest.raises(Invalid, match="cannot be read"):
        Certificates(listener)
