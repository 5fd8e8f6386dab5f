"""Moving the contacts that a sync put on one list to another one, in bulk.

Rule: a no goes along. Who was taken off the former list stays off the new one,
and no address that is suppressed comes onto it.
"""

from contactd.domain.nouns import Sync
from contactd.store.database import Reading, Transaction
from contactd.store.sql import insertion
from contactd.store.tables import Suppression, table

_COUNT = "SELECT count(*) FROM list_member WHERE list_id = ? AND sync_id = ? AND state = 'subscribed'"
_INTO = "INSERT INTO list_member (list_id, contact_id, state, sync_id, revision)"
_NOES = (
    "SELECT s.email_key, s.set_by, s.evidence FROM suppression s"
    " WHERE s.workspace_id = ? AND s.scope = 'list' AND s.scope_id = ? AND s.kind = 'do_not_mail'"
    " AND NOT EXISTS (SELECT 1 FROM suppression o WHERE o.workspace_id = s.workspace_id AND o.email_key = s.email_key"
    " AND o.scope = 'list' AND o.scope_id = ? AND o.kind = 'do_not_mail')"
    # Who is on the new list already said yes to that one.
    " AND NOT EXISTS (SELECT 1 FROM contact c JOIN list_member m ON m.contact_id = c.id"
    " WHERE c.workspace_id = s.workspace_id AND c.email_key = s.email_key AND m.list_id = ? AND m.state = 'subscribed')"
    " ORDER BY s.id"
)
_SAY_NO = insertion(
    table(Suppression),
    ("id", "workspace_id", "email_key", "kind", "scope", "scope_id", "set_by", "evidence", "created_at"),
)
_KEEP_OFF = (
    f"{_INTO} SELECT ?, m.contact_id, m.state, m.sync_id, ? FROM list_member m"
    " WHERE m.list_id = ? AND m.sync_id IS NULL AND m.state IN ('unsubscribed', 'removed')"
    " AND EXISTS (SELECT 1 FROM link l WHERE l.sync_id = ? AND l.contact_id = m.contact_id)"
    " ON CONFLICT DO NOTHING"
)
_MOVE = (
    f"{_INTO} SELECT ?, m.contact_id, m.state, m.sync_id, ? FROM list_member m JOIN contact c ON c.id = m.contact_id"
    " WHERE m.list_id = ? AND m.sync_id = ?"
    " AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.workspace_id = c.workspace_id AND s.email_key = c.email_key"
    " AND (s.scope = 'workspace' OR (s.scope = 'list' AND s.scope_id = ?)))"
    " ON CONFLICT DO NOTHING"
)
# Another sync that fills the former list still has the person.
_TAKE_OFF = (
    "DELETE FROM list_member WHERE list_id = ? AND sync_id = ?"
    " AND NOT EXISTS (SELECT 1 FROM link l JOIN sync s ON s.id = l.sync_id WHERE l.contact_id = list_member.contact_id"
    " AND l.sync_id <> ? AND l.state IN ('owner', 'stale') AND s.list_id = list_member.list_id)"
)


def put_there(r: Reading, sync: Sync) -> int:
    """Count who is on the list of *sync* because that put them there."""
    return int(r.fast(_COUNT, (sync.list_id, sync.id))[0][0])


def move(tx: Transaction, sync: Sync, to: int) -> None:
    """Move whom *sync* put on its list to the list with the number *to*, and all noes to the former one with them."""
    former, revision = sync.list_id, tx.revision
    noes = tx.fast(_NOES, (sync.workspace_id, former, to, to))
    if noes:
        first = tx.reserve("suppression", len(noes))
        rows = [
            (number, sync.workspace_id, key, "do_not_mail", "list", to, set_by, evidence, tx.now)
            for number, (key, set_by, evidence) in enumerate(noes, first)
        ]
        tx.many(_SAY_NO, rows)
    tx.fast(_KEEP_OFF, (to, revision, former, sync.id))
    tx.fast(_MOVE, (to, revision, former, sync.id, to))
    tx.fast(_TAKE_OFF, (former, sync.id, sync.id))
