"""`contactctl notifications`: what people should know without having asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from contactctl.failures import usage
from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup
from contactctl.render import plural
from contactctl.views.house import NOTIFICATIONS, notification_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.notification_pb2 import ListNotificationsResponse, Notification

notification_argument = click.argument("notification", metavar="NO")


@click.group(cls=Noun)
def notifications() -> None:
    """Notifications: what you should know without having asked."""


@notifications.command("list")
@click.option("--unread", is_flag=True, help="Only those that nobody has read.")
@limit_option("notifications")
@click.pass_obj
def list_notifications(setup: Setup, *, unread: bool, limit: int | None) -> None:
    """List notifications, the newest first, and say how many are unread."""
    from contactd_proto.v1.notification_pb2 import ListNotificationsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = ListNotificationsRequest(parent=daemon.names.parent, unread_only=unread, page_size=page_size(shown))
        pages = _counted(daemon.pages(daemon.notifications.ListNotifications, request), setup)
        found = (notification for page in pages for notification in page.notifications)
        setup.output.many(up_to(found, shown, setup.output), NOTIFICATIONS)


def _counted(pages: "Iterator[ListNotificationsResponse]", setup: Setup) -> "Iterator[ListNotificationsResponse]":
    """Say how many are unread, of all that there are, before the first page is shown."""
    first = next(pages)
    if first.unread_count:
        setup.output.note(f"{first.unread_count:,} unread")
    yield first
    yield from pages


@notifications.command("show")
@notification_argument
@click.pass_obj
def show_notification(setup: Setup, notification: str) -> None:
    """Show notification NO; it stays as read or unread as it is."""
    from contactd_proto.v1.notification_pb2 import GetNotificationRequest

    with setup.daemon() as daemon:
        request = GetNotificationRequest(name=daemon.names.notification(notification))
        setup.output.one(daemon.call(daemon.notifications.GetNotification, request), notification_view)


@notifications.command("open")
@notification_argument
@click.pass_obj
def open_notification(setup: Setup, notification: str) -> None:
    """Mark notification NO as read and show the sync that it tells of."""
    from contactctl.commands.syncs import show_sync

    with setup.daemon() as daemon:
        found = _read(daemon, notification)
    if not found.sync:
        setup.output.one(found, notification_view)
        return
    setup.output.note(found.message)
    click.get_current_context().invoke(show_sync, sync=found.sync)


@notifications.command("read")
@click.argument("notification", metavar="[NO]", default="")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.pass_obj
def read_notification(setup: Setup, notification: str, *, everything: bool) -> None:
    """Show notification NO and mark it as read, or mark all."""
    if everything == bool(notification):
        raise usage("say which notification was read: its number, or --all")
    with setup.daemon() as daemon:
        if everything:
            _read_all(daemon, setup)
        else:
            setup.output.one(_read(daemon, notification), notification_view)


def _read(daemon: "Daemon", notification: str) -> "Notification":
    from contactd_proto.v1.notification_pb2 import MarkNotificationReadRequest

    request = MarkNotificationReadRequest(name=daemon.names.notification(notification))
    return daemon.call(daemon.notifications.MarkNotificationRead, request)


def _read_all(daemon: "Daemon", setup: Setup) -> None:
    from contactd_proto.v1.notification_pb2 import MarkAllNotificationsReadRequest

    request = MarkAllNotificationsReadRequest(parent=daemon.names.parent)
    answer = daemon.call(daemon.notifications.MarkAllNotificationsRead, request)
    if setup.as_json:
        setup.output.document(answer)
    setup.output.say(f"{plural(answer.marked_count, 'notification')} marked as read")


@notifications.command("watch")
@click.option("--after", type=click.IntRange(min=0), metavar="REVISION", help="Begin with what came after REVISION.")
@click.pass_obj
def watch_notifications(setup: Setup, after: int | None) -> None:
    """Tell each notification as it comes, until ctrl-C."""
    from contactctl.following import follow

    with setup.daemon() as daemon:
        follow(daemon, setup.output, after=after)
