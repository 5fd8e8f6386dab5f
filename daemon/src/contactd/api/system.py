"""SystemService."""

# ruff: noqa: N802  the contract names its calls

from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from contactd.api.access import caller
from contactd.api.convert.daemons import ROLES
from contactd.role import DaemonRole
from contactd_proto.v1 import access_pb2, system_pb2_grpc
from contactd_proto.v1 import system_pb2 as pb


@dataclass(frozen=True, slots=True)
class About:
    """What a daemon is; *started* in microseconds, *instance* made anew at each start."""

    version: str
    instance: str
    store_kind: str
    schema_version: str
    started: int
    role: DaemonRole = DaemonRole.ALL


class SystemServicer(system_pb2_grpc.SystemServiceServicer):
    """Answers for the daemon itself."""

    def __init__(self, about: About) -> None:
        self._about = about

    async def GetServerInfo(self, _request: pb.GetServerInfoRequest, context: object) -> pb.ServerInfo:
        """Tell what the daemon is."""
        started = Timestamp()
        started.FromMicroseconds(self._about.started)
        return pb.ServerInfo(
            version=self._about.version,
            api_versions=["v1"],
            instance_id=self._about.instance,
            store_kind=self._about.store_kind,
            schema_version=self._about.schema_version,
            start_time=started,
            role=access_pb2.Role.Value(f"ROLE_{caller(context).role.name}"),
            daemon_role=ROLES.number(self._about.role),
        )
