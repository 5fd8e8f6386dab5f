"""NotificationService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence
from typing import NamedTuple

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.notifications import notification_message
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import Notification
from contactd.engine import notifications as verbs
from contactd.engine.parts import Parts
from contactd.store import notifications, revisions, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import notification_pb2 as pb
from contactd_proto.v1 import notification_pb2_grpc


class _Page(NamedTuple):
    rows: Sequence[Notification]
    unread: int
    revision: int


class NotificationServicer(notification_pb2_grpc.NotificationServiceServicer):
    """Answers for notifications."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._threads = threads
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

    async def MarkNotificationRead(self, request: pb.MarkNotificationReadRequest, context: object) -> pb.Notification:
        """Mark one as read."""
        workspace, text = names.NOTIFICATION.parse(request.name)
        number, by = names.number(text), caller(context).name
        read = await self._threads.run(verbs.mark_read, self._parts, workspace, number, by=by)
        return notification_message(read)


def _page(database: Database, workspace: str, asked: Asked, *, unread_only: bool) -> _Page:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        before = asked.number_after or None
        rows = notifications.page(r, home.id, before=before, limit=asked.limit, unread_only=unread_only)
        return _Page(rows, notifications.unread(r, home.id), revisions.latest(r))
