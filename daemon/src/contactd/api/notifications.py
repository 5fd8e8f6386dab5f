"""NotificationService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.notifications import notification_message
from contactd.api.draining import Draining, stopping
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import Notification
from contactd.domain.refusals import Fault, Invalid
from contactd.engine.house import notifications as verbs
from contactd.engine.parts import Parts
from contactd.store import notifications, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import notification_pb2 as pb
from contactd_proto.v1 import notification_pb2_grpc

#: Seconds between two looks for what a watcher has not seen: while something comes, and at most.
_QUICK, _SLOW = 0.1, 0.5

#: How many a watcher is sent between two looks.
_BATCH = 500

#: As the id of a notification: beyond any.
_ALL = 2**63 - 1


class _Page(NamedTuple):
    rows: Sequence[Notification]
    unread: int
    revision: int


class _Seen(NamedTuple):
    """How far a watcher is: it has all up to the revision *told*, and at *revision* those with ids up to *after*."""

    told: int
    revision: int
    after: int


class NotificationServicer(notification_pb2_grpc.NotificationServiceServicer):
    """Answers for notifications."""

    def __init__(self, parts: Parts, threads: Threads, draining: Draining) -> None:
        self._parts = parts
        self._threads = threads
        self._draining = draining
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def ListNotifications(
        self, request: pb.ListNotificationsRequest, _context: object
    ) -> pb.ListNotificationsResponse:
        """List notifications, the newest first."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size,
            page_token=request.page_token,
            filter=f"notifications {workspace} {request.unread_only}",
        )
        page = await self._threads.run(_page, self._parts.database, workspace, asked, unread_only=request.unread_only)
        shown, token = self._paging.cut(asked, page.rows, lambda row: (row.id,))
        return pb.ListNotificationsResponse(
            notifications=[notification_message(row) for row in shown],
            next_page_token=token,
            unread_count=page.unread,
            revision=page.revision,
        )

    async def GetNotification(self, request: pb.GetNotificationRequest, _context: object) -> pb.Notification:
        """Tell one notification."""
        workspace, text = names.NOTIFICATION.parse(request.name)
        number = names.number(text)
        return notification_message(await self._threads.run(_get, self._parts.database, workspace, number))

    async def WatchNotifications(
        self, request: pb.WatchNotificationsRequest, _context: object
    ) -> AsyncIterator[pb.WatchNotificationsResponse]:
        """Send every notification that changed since a revision, then each as it comes."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        after = request.after_revision
        unread = await self._threads.run(_begin, self._parts.database, workspace, after)
        yield pb.WatchNotificationsResponse(unread_count=unread, revision=after)
        seen, pause = _Seen(after, after, _ALL), 0.0
        while not await self._draining.within(pause):
            page = await self._threads.run(_changed, self._parts.database, workspace, seen)
            for row, now in _following(page.rows, seen):
                shown = notification_message(row)
                yield pb.WatchNotificationsResponse(notification=shown, unread_count=page.unread, revision=now.told)
                seen = now
            pause = _QUICK if page.rows else min(pause * 2 or _QUICK, _SLOW)
        raise stopping(f"watch again after revision {seen.told} when it is back")

    async def MarkAllNotificationsRead(
        self, request: pb.MarkAllNotificationsReadRequest, context: object
    ) -> pb.MarkAllNotificationsReadResponse:
        """Mark all of a workspace as read."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        marked = await self._threads.run(verbs.mark_all_read, self._parts, workspace, by=caller(context).name)
        return pb.MarkAllNotificationsReadResponse(marked_count=marked)

    async def MarkNotificationRead(self, request: pb.MarkNotificationReadRequest, context: object) -> pb.Notification:
        """Mark one as read."""
        workspace, text = names.NOTIFICATION.parse(request.name)
        number, by = names.number(text), caller(context).name
        read = await self._threads.run(verbs.mark_read, self._parts, workspace, number, by=by)
        return notification_message(read)


def _get(database: Database, workspace: str, number: int) -> Notification:
    with database.reading() as r:
        return notifications.get(r, workspaces.get(r, workspace).id, number)


def _begin(database: Database, workspace: str, revision: int) -> int:
    """See that the store has been at *revision*, and count what is unread."""
    with database.reading() as r:
        unread, latest = notifications.unread(r, workspaces.get(r, workspace).id), revisions.latest(r)
        forgotten = revisions.forgotten(r)
    if 0 < revision < forgotten:
        message = (
            f"notifications up to revision {forgotten} are kept no more, so some after {revision} are missing; list "
            "again, then watch"
        )
        raise Invalid(Fault("after_revision", message), reason="REVISION_FORGOTTEN")
    if 0 <= revision <= latest:
        return unread
    message = f"this store is at revision {latest} and was never at {revision}; list again, then watch"
    raise Invalid(Fault("after_revision", message))


def _changed(database: Database, workspace: str, seen: _Seen) -> _Page:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = notifications.changed(r, home.id, revision=seen.revision, after=seen.after, limit=_BATCH + 1)
        return _Page(rows, notifications.unread(r, home.id) if rows else 0, seen.told)


def _following(rows: Sequence[Notification], seen: _Seen) -> Iterator[tuple[Notification, _Seen]]:
    """Give each of a batch, and how far its watcher is then; the row too many only tells what comes next."""
    told = seen.told
    for row, following in list(zip_longest(rows, rows[1:]))[:_BATCH]:
        if following is None or following.revision != row.revision:
            told = row.revision
        yield row, _Seen(told, row.revision, row.id)


def _page(database: Database, workspace: str, asked: Asked, *, unread_only: bool) -> _Page:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        before = asked.number_after or None
        rows = notifications.page(r, home.id, before=before, limit=asked.limit, unread_only=unread_only)
        return _Page(rows, notifications.unread(r, home.id), revisions.latest(r))
