"""What a sync takes along from contacts that it lets go: all that it made them members of.

Rule: a row of a list or topic says who put it there. What this sync put there
goes, also on a list that it filled before it was edited; what a person or
another sync put there stays, and so does what another sync that holds the
contact would put there again (daemon/decisions/0027).
"""

import json
from collections.abc import Sequence

from contactd.domain.ledger import Consent
from contactd.store.database import Transaction
from contactd.store.known import Scope
from contactd.store.sql import ANY_NUMBER

_HELD = (
    "SELECT 1 FROM link l JOIN sync s ON s.id = l.sync_id"
    " WHERE l.contact_id = list_member.contact_id AND l.sync_id <> ? AND l.state IN ('owner', 'stale')"
    " AND s.list_id = list_member.list_id"
)
# A no that a sync put there is that of a record which leaves.
_LEAVE = (
    f"DELETE FROM list_member WHERE {{where}} AND contact_id IN {ANY_NUMBER}"
    " AND (state = 'subscribed' OR (state = 'unsubscribed' AND sync_id = ?))"
    f" AND NOT EXISTS ({_HELD})"
)
_LIST = _LEAVE.format(where="list_id = ?")
_LISTS = _LEAVE.format(where="sync_id = ?")
_TOPICS = (
    "SELECT m.topic_id, m.contact_id, m.state, t.name FROM topic_member m JOIN topic t ON t.id = m.topic_id"
    f" WHERE m.contact_id IN {ANY_NUMBER} AND m.sync_id = ? ORDER BY m.contact_id, m.topic_id"
)
_HEIRS = (
    "SELECT l.contact_id, s.id, s.topics FROM link l JOIN sync s ON s.id = l.sync_id"
    f" WHERE l.contact_id IN {ANY_NUMBER} AND l.sync_id <> ? AND l.state IN ('owner', 'stale') ORDER BY s.id DESC"
)
_INHERIT = "UPDATE topic_member SET sync_id = ? WHERE topic_id = ? AND contact_id = ?"
_FORGET = "DELETE FROM topic_member WHERE topic_id = ? AND contact_id = ?"


def leave(tx: Transaction, scope: Scope, contacts: Sequence[int]) -> None:
    """Take *contacts* off the list that a sync fills, whoever put them there."""
    tx.fast(_LIST, (scope.list_id, json.dumps(contacts), scope.sync, scope.sync))


def part(tx: Transaction, scope: Scope, contacts: Sequence[int]) -> list[Consent]:
    """Take *contacts* off all that a sync put them on; tell which topics they are told of no more."""
    tx.fast(_LISTS, (scope.sync, json.dumps(contacts), scope.sync, scope.sync))
    rows = tx.fast(_TOPICS, (json.dumps(contacts), scope.sync))
    heirs = _heirs(tx, scope, contacts) if rows else {}
    kept = [(heirs[topic, contact], topic, contact) for topic, contact, _, _ in rows if (topic, contact) in heirs]
    gone = [row for row in rows if (row[0], row[1]) not in heirs]
    tx.many(_INHERIT, kept)
    tx.many(_FORGET, [(topic, contact) for topic, contact, _, _ in gone])
    return [Consent(contact, f"topics/{name}", state, "") for _, contact, state, name in gone]


def _heirs(tx: Transaction, scope: Scope, contacts: Sequence[int]) -> dict[tuple[int, int], int]:
    """Tell by topic and contact which other sync tells that contact of that topic."""
    rows = tx.fast(_HEIRS, (json.dumps(contacts), scope.sync))
    return {(topic, contact): sync for contact, sync, topics in rows for topic in json.loads(topics)}
