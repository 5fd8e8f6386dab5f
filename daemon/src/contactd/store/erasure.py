"""Taking a person out of every table: the right to erasure.

Rule: after it no row holds the address or a value of the person; what stays is
a number, what was agreed to without its text, and a keyed hash that keeps the
address away. Rows of the ledger stay, so counts still add up; they lose what
they tell. Rows are found by contact, by address, by record, and last by the
text of the address, wherever the ledger repeats it.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from contactd.domain.address import email_key
from contactd.domain.erasing import whole_address
from contactd.domain.ledger import CLAIMED, LEFT, MOVED
from contactd.domain.words import ContactStatus, LinkState, SubscriptionType
from contactd.store import former, tables
from contactd.store.database import Reading, Transaction
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, insertion
from contactd.store.tables import table

_CONTACT = table(tables.Contact)

#: The columns of the ledger that may repeat an address in the midst of other text, and what empties each.
_TELLING = {"title": "''", "before": "NULL", "aside": "NULL", "mapped": "NULL"}
#: Those that say whom a row is about: an address, the one that was meant, or the text of what could not be read.
_NAMING = ("detail", "address")

_LIVE = "('waiting', 'admitted', 'running', 'held')"
_HERE = "(SELECT id FROM sync WHERE workspace_id = ?)"
_NAMELESS = "SELECT id, email FROM contact WHERE workspace_id = ? AND email_key IS NULL AND email <> ''"
_LINKS = (
    "SELECT sync_id, source_id, email_key, contact_id, seen_run, outcome, reason FROM link"
    f" WHERE contact_id IN {ANY_NUMBER} OR (sync_id IN {_HERE} AND email_key IN {ANY_TEXT})"
)
_TAKEN = f"SELECT id, email_key FROM contact WHERE workspace_id = ? AND status = 'live' AND email_key IN {ANY_TEXT}"
_PARKED = (
    "SELECT p.run_id, p.source_id, p.why, p.email_key, r.sync_id FROM parked p JOIN run r ON r.id = p.run_id"
    f" WHERE r.workspace_id = ? AND r.state IN {_LIVE}"
)
_ADDRESSES = (
    f"SELECT DISTINCT address FROM outcome WHERE run_id IN (SELECT id FROM run WHERE workspace_id = ?)"
    f" AND email_key IN {ANY_TEXT}"
)
_UNLINK = (
    f"UPDATE link SET contact_id = NULL, email_key = NULL, mapped = NULL, content_hash = NULL,"
    f" state = '{LinkState.SKIPPED}', revision = ? WHERE sync_id = ? AND source_id IN {ANY_TEXT}"
)
# What a run in flight has counted stays as it counted it.
_UNSEEN = (
    "UPDATE link SET outcome = 'skipped', reason = 'erased' WHERE sync_id = ?"
    f" AND source_id IN {ANY_TEXT} AND seen_run NOT IN (SELECT id FROM run WHERE sync_id = ? AND state IN {_LIVE})"
)
_BLANK = "title = '', address = '', email_key = NULL, detail = '', before = NULL, aside = NULL, mapped = NULL"
_BLANK_BY_CONTACT = f"UPDATE outcome SET {_BLANK} WHERE contact_id IN {ANY_NUMBER}"
_BLANK_BY_KEY = (
    f"UPDATE outcome SET {_BLANK} WHERE email_key IN {ANY_TEXT}"
    " AND run_id IN (SELECT id FROM run WHERE workspace_id = ?)"
)
_BLANK_BY_RECORD = (
    f"UPDATE outcome SET {_BLANK} WHERE run_id IN (SELECT id FROM run WHERE sync_id = ?) AND source_id IN {ANY_TEXT}"
)
_FORGET_CHANGES = f"DELETE FROM hand_change WHERE contact_id IN {ANY_NUMBER}"
_CHANGED = (
    "SELECT h.revision, h.changes FROM hand_change h JOIN contact c ON c.id = h.contact_id"
    " WHERE replace(lower(h.changes), ?, '') <> lower(h.changes) AND c.workspace_id = ?"
)
_FORGET_CHANGE = "DELETE FROM hand_change WHERE revision = ?"
_TOLD = (
    "SELECT run_id, sequence, {column} FROM outcome WHERE replace(lower({column}), ?, '') <> lower({column})"
    " AND run_id IN (SELECT id FROM run WHERE workspace_id = ?)"
)
_UNTELL = "UPDATE outcome SET {blank} WHERE run_id = ? AND sequence = ?"
_SENT = (
    "SELECT id, message FROM notification WHERE replace(lower(message), ?, '') <> lower(message) AND workspace_id = ?"
)
_UNSEND = "UPDATE notification SET message = '' WHERE id = ?"
_UNPARK = "DELETE FROM parked WHERE run_id = ? AND source_id = ?"
_BLANK_PARKED = "UPDATE parked SET email_key = NULL, record = ? WHERE run_id = ? AND source_id = ?"
_STEP = (
    "UPDATE run SET sequence = sequence + 1, undecided = undecided - 1, revision = ?"
    " WHERE id = ? RETURNING sequence, steps"
)
_COUNT = (
    insertion(table(tables.RunCount), ("run_id", "page", "outcome", "reason", "records"))
    + " ON CONFLICT (run_id, page, outcome, reason) DO UPDATE SET records = run_count.records + excluded.records"
)
_FORGET = "DELETE FROM outcome WHERE run_id = ? AND source_id = ?"
_ROW = insertion(table(tables.OutcomeRow), ("run_id", "sequence", "source_id", "outcome", "reason", "created_at"))
_SEEN = "UPDATE link SET seen_run = ?, outcome = 'skipped', reason = 'erased' WHERE sync_id = ? AND source_id = ?"
_UNSUPPRESS = f"DELETE FROM suppression WHERE workspace_id = ? AND email_key IN {ANY_TEXT}"
_UNSAY = f"UPDATE consent_event SET source_text = '' WHERE contact_id IN {ANY_NUMBER}"
_POLICIES = (
    ("SELECT id, policies FROM workspace WHERE id = ?", "UPDATE workspace SET policies = ? WHERE id = ?"),
    ("SELECT id, policies FROM sync WHERE workspace_id = ?", "UPDATE sync SET policies = ? WHERE id = ?"),
    (
        "SELECT id, config FROM run WHERE workspace_id = ? AND config IS NOT NULL",
        "UPDATE run SET config = ? WHERE id = ?",
    ),
)


class Record(NamedTuple):
    """A source record that carried the address, as its link has it."""

    sync_id: int
    source_id: str
    key: str | None
    contact_id: int | None
    seen_run: int
    outcome: str
    reason: str


class Person(NamedTuple):
    """Whom to erase: their contacts, their records, and every address by which they are known (*keys*)."""

    workspace_id: int
    contacts: tuple[int, ...]
    records: tuple[Record, ...]
    keys: tuple[str, ...]
    #: Every spelling of these addresses that was found, in small letters.
    spellings: tuple[str, ...]


def nameless(r: Reading, workspace_id: int) -> list[tuple[int, str]]:
    """Give (number, address) of contacts that let go of their address, and still show it."""
    return [(number, email) for number, email in r.fast(_NAMELESS, (workspace_id,))]


def person(r: Reading, workspace_id: int, key: str, contacts: Sequence[int], emails: Sequence[str]) -> Person:
    """Find whom the address *key* and *contacts* stand for; *emails* are spellings that are known.

    A record of theirs may carry another address, or have carried it, and so
    may the contact: by that they would come back. It is theirs, too, unless
    somebody else has it.
    """
    rows = r.fast(_LINKS, (json.dumps(list(contacts)), workspace_id, json.dumps([key])))
    records = tuple(Record(*row) for row in rows)
    sources = {(record.sync_id, record.source_id) for record in records}
    parked = {row[3] for row in r.fast(_PARKED, (workspace_id,)) if (row[4], row[1]) in sources}
    had = former.addresses(r, contacts, by_sync(records).items())
    others = {*parked, *(record.key for record in records), *map(email_key, had)} - {None, key}
    taken = {
        row[1]
        for row in r.fast(_TAKEN, (workspace_id, json.dumps(sorted(filter(None, others)))))
        if row[0] not in contacts
    }
    keys = (key, *sorted(filter(None, others - taken)))
    left = [one for one in former.gone(r, workspace_id, keys) if one[0] not in contacts]
    written = [row[0] for row in r.fast(_ADDRESSES, (workspace_id, json.dumps(keys)))]
    shown = [email for email in had if email_key(email) in keys] + [email for _, email in left]
    spellings = {text.strip().lower() for text in (*keys, *emails, *written, *shown)} - {""}
    return Person(workspace_id, (*contacts, *(number for number, _ in left)), records, keys, tuple(sorted(spellings)))


def erase(tx: Transaction, gone: Person) -> int:
    """Take *gone* out of every table; tell how many rows were rewritten."""
    rows = _contacts(tx, gone)
    for sync, source_ids in by_sync(gone.records).items():
        wanted = json.dumps(source_ids)
        tx.fast(_UNLINK, (tx.revision, sync, wanted))
        tx.fast(_UNSEEN, (sync, wanted, sync))
        rows += _carry_out(tx, _BLANK_BY_RECORD, (sync, wanted))
    rows += len(gone.records) + _parked(tx, gone)
    rows += _carry_out(tx, _BLANK_BY_CONTACT, (json.dumps(gone.contacts),))
    rows += _carry_out(tx, _BLANK_BY_KEY, (json.dumps(gone.keys), gone.workspace_id))
    rows += _carry_out(tx, _FORGET_CHANGES, (json.dumps(gone.contacts),))
    for text in gone.spellings:
        rows += _untold(tx, gone.workspace_id, text)
    rows += _carry_out(tx, _UNSUPPRESS, (gone.workspace_id, json.dumps(gone.keys)))
    return rows + _except_no_more(tx, gone)


def _untold(tx: Transaction, workspace_id: int, text: str) -> int:
    """Empty what repeats the address *text*, and no other one that it is a part of."""
    whole = whole_address(text)
    blanks = {**{name: f"{name} = {empty}" for name, empty in _TELLING.items()}, **dict.fromkeys(_NAMING, _BLANK)}
    found = 0
    for column, blank in blanks.items():
        rows = tx.fast(_TOLD.format(column=column), (text, workspace_id))
        telling = [(run, sequence) for run, sequence, told in rows if whole.search(told)]
        tx.many(_UNTELL.format(blank=blank), telling)
        found += len(telling)
    for question, change in ((_SENT, _UNSEND), (_CHANGED, _FORGET_CHANGE)):
        rows = [(number,) for number, told in tx.fast(question, (text, workspace_id)) if whole.search(told)]
        tx.many(change, rows)
        found += len(rows)
    return found


def _carry_out(tx: Transaction, sql: str, values: tuple[Any, ...]) -> int:
    return len(tx.fast(f"{sql} RETURNING 1", values))


def _contacts(tx: Transaction, gone: Person) -> int:
    if not gone.contacts:
        return 0
    for members in (table(tables.ListMember), table(tables.TopicMember)):
        tx.execute(members.delete().where(members.c.contact_id.in_(gone.contacts)))
    blank = _CONTACT.update().where(_CONTACT.c.id.in_(gone.contacts))
    values: dict[str, Any] = {"email": "", "email_key": None, "fields": "{}", "provenance": None, "lawful_basis": ""}
    values |= {"status": ContactStatus.ERASED.value, "subscription_type": SubscriptionType.UNSUBSCRIBED.value}
    tx.execute(blank.values(**values, stale=0, manual=0, touched_run=None, updated_at=tx.now, revision=tx.revision))
    tx.fast(_UNSAY, (json.dumps(gone.contacts),))
    return len(gone.contacts)


def by_sync(records: Collection[Record]) -> dict[int, list[str]]:
    """Give the ids of *records* by their sync."""
    grouped: dict[int, list[str]] = {}
    for record in records:
        grouped.setdefault(record.sync_id, []).append(record.source_id)
    return grouped


def _parked(tx: Transaction, gone: Person) -> int:
    """Decide what runs in flight have parked of the person, or leave no more of it than its number."""
    known = {(record.sync_id, record.source_id): record for record in gone.records}
    found = 0
    for run, source_id, why, key, sync in tx.fast(_PARKED, (gone.workspace_id,)):
        record = known.get((sync, source_id))
        if record is None and key not in gone.keys:
            continue
        found += 1
        if why == LEFT:
            tx.fast(_UNPARK, (run, source_id))
        elif why in {MOVED, CLAIMED}:
            tx.fast(_UNPARK, (run, source_id))
            _decide(tx, run, sync, source_id, record)
        else:
            tx.fast(_BLANK_PARKED, (b"", run, source_id))
    return found


def _decide(tx: Transaction, run: int, sync: int, source_id: str, record: Record | None) -> None:
    """Give a record that was undecided the outcome that it would have from now on: skipped, `erased` (I1)."""
    ((sequence, page),) = tx.fast(_STEP, (tx.revision, run))
    counts = [(run, page, "skipped", "erased", 1)]
    if record is not None and record.seen_run == run:
        counts.append((run, page, record.outcome, record.reason, -1))
    tx.many(_COUNT, counts)
    tx.fast(_FORGET, (run, source_id))
    tx.many(_ROW, [(run, sequence - 1, source_id, "skipped", "erased", tx.now)])
    tx.fast(_SEEN, (run, sync, source_id))


def _except_no_more(tx: Transaction, gone: Person) -> int:
    """Take the addresses out of the exceptions from the rule on roles, wherever one is kept."""
    rewritten = 0
    # As text, and as JSON writes it.
    words = {word for text in gone.spellings for word in (text, json.dumps(text)[1:-1])}
    for question, change in _POLICIES:
        for number, text in tx.fast(question, (gone.workspace_id,)):
            if not any(word in text.lower() for word in words):
                continue
            document = json.loads(text)
            policies = document.get("policies", document)
            kept = [one for one in policies.get("role_exceptions", ()) if email_key(one) not in gone.keys]
            policies["role_exceptions"] = kept
            tx.fast(change, (json.dumps(document), number))
            rewritten += 1
    return rewritten
