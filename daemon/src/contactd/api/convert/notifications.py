"""Notifications to messages."""

from contactd.api import names
from contactd.api.convert.common import Words, timestamp
from contactd.domain.nouns import Notification
from contactd.domain.words import Severity
from contactd_proto.v1 import notification_pb2 as pb

SEVERITIES: Words[Severity, pb.Notification.Severity.ValueType] = Words(
    {
        Severity.INFO: pb.Notification.SEVERITY_INFO,
        Severity.WARNING: pb.Notification.SEVERITY_WARNING,
        Severity.ERROR: pb.Notification.SEVERITY_ERROR,
    }
)


def notification_message(notification: Notification) -> pb.Notification:
    """Turn a notification into its message."""
    workspace, sync, run = notification.workspace, notification.sync, notification.run_id
    return pb.Notification(
        name=names.NOTIFICATION.format(workspace, notification.id),
        kind=notification.kind,
        severity=SEVERITIES.number(notification.severity),
        message=notification.message,
        sync=names.SYNC.format(workspace, sync) if sync else "",
        run=names.RUN.format(workspace, sync, run) if sync and run is not None else "",
        create_time=timestamp(notification.created_at),
        read=notification.read,
    )
