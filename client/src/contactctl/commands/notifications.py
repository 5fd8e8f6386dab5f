"""`contactctl notifications`: what people should know without having asked."""

import click

from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup
from contactctl.views.house import NOTIFICATIONS, notification_view


@click.group(cls=Noun)
def notifications() -> None:
    """Notifications: what you should know without having asked."""


@notifications.command("list")
@click.option("--unread", is_flag=True, help="Only those that nobody has read.")
@limit_option("notifications")
@click.pass_obj
def list_notifications(setup: Setup, *, unread: bool, limit: int | None) -> None:
    """List notifications, the newest first."""
    from contactd_proto.v1.notification_pb2 import ListNotificationsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = ListNotificationsRequest(parent=daemon.names.parent, unread_only=unread, page_size=page_size(shown))
        pages = daemon.pages(daemon.notifications.ListNotifications, request)
        found = (notification for page in pages for notification in page.notifications)
        setup.output.many(up_to(found, shown, setup.output), NOTIFICATIONS)


@notifications.command("read")
@click.argument("notification", metavar="NO")
@click.pass_obj
def read_notification(setup: Setup, notification: str) -> None:
    """Show notification NO and mark it as read."""
    from contactd_proto.v1.notification_pb2 import MarkNotificationReadRequest

    with setup.daemon() as daemon:
        request = MarkNotificationReadRequest(name=daemon.names.notification(notification))
        answer = daemon.call(daemon.notifications.MarkNotificationRead, request)
        setup.output.one(answer, notification_view)
