"""Following what a workspace has to tell, across restarts of the daemon.

Rule: each answer says after which revision to go on, so a watch that broke off
is begun again there: nothing is missed, and nothing is told twice.
"""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.output import Output
from contactctl.views.house import notification_line
from contactctl.watch import PAUSES

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.notification_pb2 import WatchNotificationsResponse


def follow(daemon: "Daemon", output: Output, *, after: int | None, pause: Callable[[float], None] = time.sleep) -> None:
    """Tell what is new after the revision *after*, or from now on, until it is stopped.

    *pause* is how to wait until the daemon is looked for again.

    Raises:
        Failure: the daemon refused, or went away for good.
        click.exceptions.Exit: watching was stopped.
    """
    seen = _now(daemon) if after is None else after
    pauses: Iterator[float] = iter(PAUSES)
    try:
        while True:
            try:
                for answer in _one_stream(daemon, seen):
                    seen, pauses = answer.revision, iter(PAUSES)
                    _tell(answer, output)
                failure = Failure(Exit.AWAY, "contactd broke off the watch", status="UNAVAILABLE")
            except Failure as met:
                failure = met
            seconds = next(pauses, None) if failure.exit is Exit.AWAY else None
            if seconds is None:
                raise failure
            output.note(f"{failure.message}; looking for it again")
            pause(seconds)
    except KeyboardInterrupt:
        output.note(f"contactctl notifications watch --after {seen} goes on from here")
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None


def _now(daemon: "Daemon") -> int:
    from contactd_proto.v1.notification_pb2 import ListNotificationsRequest

    request = ListNotificationsRequest(parent=daemon.names.parent, page_size=1)
    return daemon.call(daemon.notifications.ListNotifications, request).revision


def _one_stream(daemon: "Daemon", seen: int) -> "Iterator[WatchNotificationsResponse]":
    from contactd_proto.v1.notification_pb2 import WatchNotificationsRequest

    request = WatchNotificationsRequest(parent=daemon.names.parent, after_revision=seen)
    with daemon.stream(daemon.notifications.WatchNotifications, request) as answers:
        yield from answers


def _tell(answer: "WatchNotificationsResponse", output: Output) -> None:
    if output.as_json:
        output.line(answer)
    elif not answer.HasField("notification"):
        output.note(f"{answer.unread_count:,} unread")
    elif not answer.notification.read:
        output.say(notification_line(answer.notification))
