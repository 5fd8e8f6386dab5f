"""An account that refuses its connection: all syncs of the connection wait until a person has mended it.

Rule: whoever meets the refusal first, a run or a refresh of the token, ends it
for all. The others would only ask the account once more each.
"""

from contactd.domain.nouns import Sync
from contactd.domain.words import ConnectionState, Severity
from contactd.engine.accounts import credentials
from contactd.store import notifications, syncs
from contactd.store.database import Transaction


def refuse(
    tx: Transaction, connection_id: int, reason: str, *, generation: int, run: int | None = None, by: str
) -> None:
    """Note that the account refuses the grant of *generation* and why, and make the active syncs inactive.

    *run* is the one that met it, if one did. A newer grant is left alone.
    """
    now = credentials.refuse(tx, connection_id, generation=generation, by=by)
    if now.state is ConnectionState.CREDENTIAL_INVALID and now.credential_generation == generation:
        for sync in syncs.deactivate(tx, connection_id, reason, by=by):
            tell(tx, sync, run=run)


def tell(tx: Transaction, sync: Sync, *, run: int | None) -> None:
    """Tell people that *sync* is inactive, and what lets it go on."""
    message = (
        f"'{sync.name}' is inactive: its account refuses us. Authorize its connection again, "
        f"then `contactctl syncs activate {sync.name}` lets it go on."
    )
    notifications.create(
        tx,
        workspace_id=sync.workspace_id,
        kind="sync_deactivated",
        severity=Severity.ERROR,
        message=message,
        sync_id=sync.id,
        run_id=run,
    )
