"""Daemons as they write themselves down, and as a control plane tells of them."""

from dataclasses import replace

from contactd.domain.nouns import Daemon
from contactd.role import DaemonRole
from contactd_proto.v1 import daemon_pb2 as pb
from contactd_proto.v1.access_pb2 import ROLE_ADMIN
from contactd_proto.v1.system_pb2 import ServerInfo
from fakes.sample_answers import SYNC, at

_ONE = Daemon(
    instance="0" * 32,
    machine="alpha",
    role=DaemonRole.ALL,
    version="1.2.3",
    owner="",
    kinds=frozenset({"memory"}),
    started_at=7,
)


def daemon(number: int, role: str = "all", *kinds: str, machine: str = "alpha", there: bool = True) -> Daemon:
    """Give a daemon that differs from those of all other numbers."""
    mark = f"{number:08x}"
    return replace(
        _ONE,
        instance=mark * 4,
        role=DaemonRole(role),
        owner=f"{machine}:{number}:{mark}",
        kinds=frozenset(kinds),
        machine=machine,
        there=there,
    )


WORKING = pb.Daemon(
    name="daemons/a1b2c3d4e5f6",
    machine="alpha",
    role=pb.DAEMON_ROLE_WORKER,
    version="0.1.0",
    start_time=at(7),
    kinds=["zoho-books"],
    runs=[f"{SYNC}/runs/12"],
    state=pb.Daemon.STATE_THERE,
)
MISSED = pb.Daemon(
    name="daemons/f6e5d4c3b2a1",
    machine="beta",
    role=pb.DAEMON_ROLE_CONTROL,
    version="0.1.0",
    start_time=at(7),
    state=pb.Daemon.STATE_AWAY,
    away_time=at(9),
)
SERVER = ServerInfo(
    version="0.1.0",
    api_versions=["v1"],
    instance_id="a1b2",
    store_kind="sqlite",
    schema_version="0001",
    start_time=at(7),
    role=ROLE_ADMIN,
    daemon_role=pb.DAEMON_ROLE_CONTROL,
)
