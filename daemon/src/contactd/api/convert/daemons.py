"""Daemons to messages."""

from contactd.api import names
from contactd.api.convert.common import Words, timestamp
from contactd.domain.nouns import Daemon
from contactd.role import DaemonRole
from contactd_proto.v1 import daemon_pb2 as pb

ROLES: Words[DaemonRole, pb.DaemonRole.ValueType] = Words(
    {
        DaemonRole.ALL: pb.DAEMON_ROLE_ALL,
        DaemonRole.CONTROL: pb.DAEMON_ROLE_CONTROL,
        DaemonRole.WORKER: pb.DAEMON_ROLE_WORKER,
    }
)


def daemon_message(daemon: Daemon) -> pb.Daemon:
    """Turn a daemon into its message."""
    return pb.Daemon(
        name=names.DAEMON.format(daemon.instance),
        machine=daemon.machine,
        role=ROLES.number(daemon.role),
        version=daemon.version,
        start_time=timestamp(daemon.started_at),
        kinds=sorted(daemon.kinds),
        runs=[names.RUN.format(*run) for run in daemon.runs],
        state=pb.Daemon.STATE_THERE if daemon.there else pb.Daemon.STATE_AWAY,
        away_time=timestamp(daemon.away_since) if daemon.away_since else None,
    )
