"""The verbs that change notifications."""

from contactd.domain.nouns import Notification
from contactd.engine.parts import Parts
from contactd.store import notifications, workspaces


def mark_read(parts: Parts, workspace: str, number: int, *, by: str) -> Notification:
    """Mark a notification as read; one that is read already stays so.

    Raises:
        NotFound: there is none.
    """
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        found = notifications.get(tx, home.id, number)
        if not found.read:
            notifications.mark_read(tx, number)
            subject = f"workspaces/{workspace}/notifications/{number}"
            tx.tell("notification_read", subject, workspace=home.id, actor=by)
        return notifications.get(tx, home.id, number)


def mark_all_read(parts: Parts, workspace: str, *, by: str) -> int:
    """Mark every notification of a workspace as read, and tell how many were not.

    Raises:
        NotFound: there is no such workspace.
    """
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        if not notifications.unread(tx, home.id):
            return 0
        marked = notifications.mark_all_read(tx, home.id)
        tx.tell("notifications_read", f"workspaces/{workspace}", workspace=home.id, actor=by, detail={"marked": marked})
        return marked
