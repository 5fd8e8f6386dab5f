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
        notifications.get(tx, home.id, number)
        if notifications.mark_read(tx, number):
            subject = f"workspaces/{workspace}/notifications/{number}"
            tx.tell("notification_read", subject, workspace=home.id, actor=by)
        return notifications.get(tx, home.id, number)
