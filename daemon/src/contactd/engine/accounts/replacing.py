"""What follows for syncs when the credential of their connection is another one, or the address of its account.

Rule: whether syncs go on by themselves is a column of the edition (R76, R78);
that the address is another one is told in all of them.
"""

from contactd.domain.address import email_key
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Connection, Workspace
from contactd.domain.words import Severity
from contactd.engine import editions
from contactd.engine.accounts import deactivation
from contactd.engine.parts import Parts
from contactd.store import connections, notifications
from contactd.store.database import Transaction


def follow(
    parts: Parts, tx: Transaction, home: Workspace, before: Connection, *, replaced: bool, email: str, by: str
) -> None:
    """Do what the edition of *home* says once the credential is tried.

    *replaced*: the connection had another credential *before*. *email*: the
    address of the account now, empty where it has none or could not be asked.
    """
    edition = EDITIONS[home.edition]
    moved = bool(before.account_email and email) and email_key(before.account_email) != email_key(email)
    if moved:
        _tell_moved(tx, before, by)
    reasons = {
        "its account is registered under an address that no owner of the workspace has": (
            moved and editions.refusal(home, email) is not None
        ),
        "its credential was replaced": replaced and edition.rotation_deactivates,
        "its account has another address": moved and edition.address_deactivates,
    }
    for reason in [reason for reason, counts in reasons.items() if counts][:1]:
        deactivation.deactivate(parts, tx, before.id, reason, by=by)


def _tell_moved(tx: Transaction, connection: Connection, by: str) -> None:
    connections.tell(tx, "connection_account_changed", connection, by)
    notifications.create(
        tx,
        workspace_id=connection.workspace_id,
        kind="account_changed",
        severity=Severity.WARNING,
        message=f"The account of connection '{connection.name}' has another primary address than before.",
        sync_id=None,
        run_id=None,
    )
