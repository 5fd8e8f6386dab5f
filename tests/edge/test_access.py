"""Who is calling, and what they may."""

import pytest

from contactd.api.access import Actor, certified, permit, required, services
from contactd.api.listeners import Role
from contactd.domain.refusals import Denied

PAUSE = "/contactd.v1.SyncService/PauseSync"


class Proved:
    """A call's context, as far as the transport has proved who is calling."""

    def __init__(self, **proved):
        self._proved = {
            "ssl_tls_version": [b"TLSv1.3"],
            "x509_common_name": [b"ann"],
            "peer_uri": [b"contactd://role/operator"],
            **proved,
        }

    def auth_context(self):
        return self._proved


def test_every_method_of_the_contract_names_a_role():
    methods = {f"/{service.full_name}/{method.name}" for service in services() for method in service.methods}

    assert methods
    assert methods <= set(required())


def test_every_service_of_the_contract_is_known():
    assert {service.name for service in services()} >= {"SystemService", "SyncService", "RunService"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("method", sorted(required()))
def test_a_role_may_what_the_ones_before_it_may(method, role):
    allowed = True
    try:
        permit(Actor("somebody", role), method)
    except Denied:
        allowed = False

    assert allowed == (role >= required()[method])


def test_a_method_that_nobody_listed_is_refused_to_an_admin():
    with pytest.raises(Denied, match="'Fly' is not open to anybody"):
        permit(Actor("admin", Role.ADMIN), "/contactd.v1.SyncService/Fly")


def test_a_certificate_tells_the_name_and_the_role():
    assert certified(Proved()) == Actor("ann", Role.OPERATOR)


def test_uris_of_others_do_not_matter():
    proved = Proved(peer_uri=[b"spiffe://elsewhere/ann", b"contactd://role/viewer"])

    assert certified(proved) == Actor("ann", Role.VIEWER)


@pytest.mark.parametrize(
    "uris",
    [
        [],
        [b"contactd://role/"],
        [b"contactd://role/root"],
        [b"contactd://role/ADMIN"],
        [b"contactd://role/admin/x"],
        [b"contactd://role/viewer", b"contactd://role/admin"],
    ],
)
def test_a_certificate_that_names_no_single_role_is_refused(uris):
    with pytest.raises(Denied, match="must name one role") as caught:
        certified(Proved(peer_uri=uris))

    assert caught.value.reason == "CERTIFICATE_WITHOUT_ROLE"


@pytest.mark.parametrize("names", [[], [b""], [b"ann", b"bob"], [b"a" * 65], [b"ann\x1b[31m"], [b"\xff\n"]])
def test_a_certificate_without_a_usable_name_is_refused(names):
    with pytest.raises(Denied, match="one common name"):
        certified(Proved(x509_common_name=names))


@pytest.mark.parametrize("name", ["admin", "Operator", "contactd", "scheduler", "local"])
def test_a_certificate_cannot_take_a_name_that_contactd_uses(name):
    with pytest.raises(Denied, match="one that contactd uses itself"):
        certified(Proved(x509_common_name=[name.encode()]))


def test_a_connection_older_than_tls_1_3_is_refused():
    with pytest.raises(Denied, match="the connection is TLSv1"):
        certified(Proved(ssl_tls_version=[b"TLSv1.2"]))


def test_without_any_proof_nobody_is_let_in():
    with pytest.raises(Denied):
        certified(Proved(peer_uri=[], x509_common_name=[], ssl_tls_version=[]))
