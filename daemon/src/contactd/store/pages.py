"""One page's plan -> rows, in bulk: the hot path of the store.

Rule: called inside the transaction that holds the fence; every statement is
set-based, compiled once, and carried out with plain tuples.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from contactd.domain.ledger import Consent, Image, Link, Plan, Row
from contactd.store import parting, tables
from contactd.store.database import Transaction
from contactd.store.known import Scope, image_text
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, insertion, upsert
from contactd.store.tables import table

_LINK_COLUMNS = (
    "sync_id",
    "source_id",
    "contact_id",
    "email_key",
    "source_created",
    "source_modified",
    "content_hash",
    "state",
    "mapped",
    "seen_run",
    "outcome",
    "reason",
    "first_run",
    "revision",
)
_CONTACT_COLUMNS = (
    "id",
    "workspace_id",
    "email",
    "email_key",
    "fields",
    "subscription_type",
    "lawful_basis",
    "status",
    "created_run",
    "touched_run",
    "created_at",
    "updated_at",
    "revision",
)
_ROW_COLUMNS = (
    "run_id",
    "sequence",
    "source_id",
    "title",
    "address",
    "email_key",
    "outcome",
    "reason",
    "detail",
    "contact_id",
    "changed",
    "before",
    "aside",
    "mapped",
    "created_at",
)
_PUT_LINK = upsert(table(tables.Link), _LINK_COLUMNS)
_PUT_CONTACT = insertion(table(tables.Contact), _CONTACT_COLUMNS)
_PUT_ROW = insertion(table(tables.OutcomeRow), _ROW_COLUMNS)
_PUT_MEMBER = (
    insertion(table(tables.ListMember), ("list_id", "contact_id", "state", "sync_id", "revision"))
    + " ON CONFLICT DO NOTHING"
)
_PUT_TOPIC = (
    insertion(table(tables.TopicMember), ("topic_id", "contact_id", "state", "sync_id", "revision"))
    + " ON CONFLICT DO NOTHING"
)
# What this sync, and nobody else, put there before is taken back.
_KEEP_OFF = (
    "INSERT INTO {of}_member ({of}_id, contact_id, state, sync_id, revision) VALUES (?, ?, 'unsubscribed', ?, ?)"
    " ON CONFLICT ({of}_id, contact_id) DO UPDATE SET state = excluded.state, revision = excluded.revision"
    " WHERE {of}_member.sync_id = excluded.sync_id"
)
_PUT_CONSENT = insertion(
    table(tables.ConsentEvent),
    ("id", "workspace_id", "contact_id", "subject", "old", "new", "actor", "created_at"),
)
_PUT_COUNT = insertion(table(tables.RunCount), ("run_id", "page", "outcome", "reason", "records"))
_PARK = upsert(table(tables.Parked), ("run_id", "source_id", "why", "email_key", "record"))
_UNPARK = f"DELETE FROM parked WHERE run_id = ? AND why <> 'left' AND source_id IN {ANY_TEXT}"
_SEEN = (
    f"UPDATE link SET seen_run = ?, outcome = 'unchanged', reason = '' WHERE sync_id = ? AND source_id IN {ANY_TEXT}"
)
_FORGET = f"DELETE FROM outcome WHERE run_id = ? AND source_id IN {ANY_TEXT}"
_RELEASE = f"UPDATE contact SET email_key = NULL WHERE id IN {ANY_NUMBER}"
_UPDATE = (
    "UPDATE contact SET email = ?, email_key = ?, fields = ?, provenance = ?, subscription_type = ?,"
    " lawful_basis = ?, status = ?, stale = ?, manual = ?, touched_run = ?, updated_at = ?, revision = ? WHERE id = ?"
)
_UNMAKE = (
    f"DELETE FROM list_member WHERE contact_id IN {ANY_NUMBER}",
    f"DELETE FROM topic_member WHERE contact_id IN {ANY_NUMBER}",
    f"DELETE FROM contact WHERE id IN {ANY_NUMBER}",
)
# What another sync knows of a contact is not what it is any more: its next reading looks again.
_SHARED = f"UPDATE link SET content_hash = NULL WHERE contact_id IN {ANY_NUMBER} AND sync_id <> ?"
# A no that came along to an address bears on all records that carry it.
_LOOK_AGAIN = (
    f"UPDATE link SET content_hash = NULL WHERE email_key IN {ANY_TEXT}"
    " AND sync_id IN (SELECT id FROM sync WHERE workspace_id = ?)"
)
_OBJECTIONS = (
    "SELECT email_key, scope, scope_id, set_by, evidence, run_id FROM suppression"
    f" WHERE workspace_id = ? AND kind IN ('do_not_mail', 'complaint') AND email_key IN {ANY_TEXT}"
    " ORDER BY kind DESC, id"
)
_OBJECT = insertion(
    table(tables.Suppression),
    ("id", "workspace_id", "email_key", "kind", "scope", "scope_id", "set_by", "evidence", "run_id", "created_at"),
)

# What whoever has an address is subscribed to, though it said no to that.
_UNHEARD = (
    "SELECT m.{of}_id, m.contact_id, g.name FROM suppression s"
    " JOIN contact c ON c.workspace_id = s.workspace_id AND c.email_key = s.email_key"
    " JOIN {of}_member m ON m.{of}_id = s.scope_id AND m.contact_id = c.id JOIN {table} g ON g.id = m.{of}_id"
    " WHERE s.workspace_id = ? AND s.scope = '{of}' AND s.kind = 'do_not_mail' AND m.state = 'subscribed'"
    f" AND s.email_key IN {ANY_TEXT}"
)
_HEED = "UPDATE {of}_member SET state = 'unsubscribed', sync_id = NULL WHERE {of}_id = ? AND contact_id = ?"

_encode = msgspec.json.encode


def apply(tx: Transaction, scope: Scope, plan: Plan, *, page: int, sequence: int) -> int:
    """Make *plan* true, its rows numbered from *sequence*; give the next number."""
    heard = _contacts(tx, scope, plan)
    if plan.seen:
        tx.fast(_SEEN, (scope.run, scope.sync, json.dumps(plan.seen)))
    tx.many(_PUT_LINK, [_link(scope, link, tx.revision) for link in plan.links])
    if heard:
        tx.fast(_LOOK_AGAIN, (json.dumps(sorted(heard)), scope.workspace))
    if plan.replaced:
        tx.fast(_FORGET, (scope.run, json.dumps(plan.replaced)))
    rows = [_row(scope, row, number, tx.now) for number, row in enumerate(plan.rows, sequence)]
    tx.many(_PUT_ROW, rows)
    counts = [(scope.run, page, *key, records) for key, records in plan.counts.items() if records]
    tx.many(_PUT_COUNT, counts)
    tx.many(_PARK, [(scope.run, *parking) for parking in plan.parked])
    return sequence + len(rows)


def unpark(tx: Transaction, scope: Scope, source_ids: list[str]) -> None:
    """Take back that *source_ids* are undecided."""
    tx.fast(_UNPARK, (scope.run, json.dumps(source_ids)))


def _contacts(tx: Transaction, scope: Scope, plan: Plan) -> set[str]:
    """Write contacts and what they are members of; tell to which addresses a no came along."""
    # Keys go in two steps, to nothing and then to their new value: two
    # customers who swap addresses would break a unique index otherwise.
    if plan.update or plan.released:
        tx.fast(_RELEASE, (json.dumps([*plan.released, *(image.id for image in plan.update)]),))
    for unmake in _UNMAKE if plan.unmade else ():
        tx.fast(unmake, (json.dumps(plan.unmade),))
    tx.many(_PUT_CONTACT, [_created(scope, image, tx) for image in plan.create])
    tx.many(_UPDATE, [_updated(scope, image, tx) for image in _last(plan.update)])
    if plan.leaves:
        parting.leave(tx, scope, plan.leaves)
    members = [(scope.list_id, contact, "subscribed", scope.sync, tx.revision) for contact in plan.joins]
    tx.many(_PUT_MEMBER, members)
    tx.many(_PUT_TOPIC, [(topic, contact, "subscribed", scope.sync, tx.revision) for topic, contact in plan.topics])
    kept_off = [(scope.list_id, contact, scope.sync, tx.revision) for contact in plan.kept_off]
    tx.many(_KEEP_OFF.format(of="list"), kept_off)
    untold = [(topic, contact, scope.sync, tx.revision) for topic, contact in plan.untold]
    tx.many(_KEEP_OFF.format(of="topic"), untold)
    if plan.shared:
        tx.fast(_SHARED, (json.dumps(plan.shared), scope.sync))
    _agree(tx, scope, [*plan.consents, *(parting.part(tx, scope, plan.parted) if plan.parted else ())])
    if not plan.objections:
        return set()
    heard = _object(tx, scope, plan.objections)
    _heed(tx, scope, {new for _, new in plan.objections})
    return heard


def _object(tx: Transaction, scope: Scope, objections: Sequence[tuple[str, str]]) -> set[str]:
    """Let the do-not-mails of old addresses hold for the new ones, too; tell for which of them that is news."""
    keys = sorted({key for pair in objections for key in pair})
    said: dict[str, dict[tuple[Any, Any], tuple[Any, Any, Any]]] = {}
    for key, where, which, *who in tx.fast(_OBJECTIONS, (scope.workspace, json.dumps(keys))):
        said.setdefault(key, {}).setdefault((where, which), (who[0], who[1], who[2]))
    fresh = [
        (new, "do_not_mail", *place, set_by, evidence, scope.run, tx.now)
        for old, new in dict.fromkeys(objections)
        for place, (set_by, evidence, brought) in said.get(old, {}).items()
        # What this run brought to an address is the word of whoever has it now, not of who leaves it.
        if brought != scope.run and place not in said.get(new, {})
    ]
    if fresh:
        first = tx.reserve("suppression", len(fresh))
        tx.many(_OBJECT, [(number, scope.workspace, *row) for number, row in enumerate(fresh, first)])
    return {row[0] for row in fresh}


def _heed(tx: Transaction, scope: Scope, keys: Collection[str]) -> None:
    """Take whoever has one of *keys* now off the lists and topics that this address said no to."""
    asked = (scope.workspace, json.dumps(sorted(keys)))
    for of, name in (("list", "mailing_list"), ("topic", "topic")):
        rows = tx.fast(_UNHEARD.format(of=of, table=name), asked)
        tx.many(_HEED.format(of=of), [(group, contact) for group, contact, _ in rows])
        if of == "topic":
            told = (Consent(contact, f"topics/{topic}", "subscribed", "unsubscribed") for _, contact, topic in rows)
            _agree(tx, scope, list(told))


def _agree(tx: Transaction, scope: Scope, consents: Sequence[Consent]) -> None:
    if consents:
        first = tx.reserve("consent_event", len(consents))
        actor = f"run/{scope.run}"
        rows = [(number, scope.workspace, *consent, actor, tx.now) for number, consent in enumerate(consents, first)]
        tx.many(_PUT_CONSENT, rows)


def _last(images: list[Image]) -> list[Image]:
    """Keep the last of several images of one contact."""
    return list({image.id: image for image in images}.values())


def _created(scope: Scope, image: Image, tx: Transaction) -> tuple[Any, ...]:
    return (
        image.id,
        scope.workspace,
        image.email,
        image.key,
        _encode(image.fields).decode(),
        image.subscription_type,
        image.lawful_basis,
        image.status,
        scope.run,
        scope.run,
        tx.now,
        tx.now,
        tx.revision,
    )


def _updated(scope: Scope, image: Image, tx: Transaction) -> tuple[Any, ...]:
    return (
        image.email,
        image.key,
        _encode(image.fields).decode(),
        _encode(image.provenance).decode() if image.provenance else None,
        image.subscription_type,
        image.lawful_basis,
        image.status,
        int(image.stale),
        int(image.manual),
        scope.run,
        tx.now,
        tx.revision,
        image.id,
    )


def _link(scope: Scope, link: Link, revision: int) -> tuple[Any, ...]:
    mapped = None if link.mapped is None else _encode(link.mapped).decode()
    return (scope.sync, *link[:7], mapped, *link[8:], revision)


def _row(scope: Scope, row: Row, sequence: int, now: int) -> tuple[Any, ...]:
    return (
        scope.run,
        sequence,
        *row[:8],
        json.dumps(row.changed) if row.changed else None,
        None if row.before is None else image_text(row.before),
        None if row.aside is None else image_text(row.aside),
        _mapped(row.mapped),
        now,
    )


def _mapped(values: Mapping[str, Any]) -> str:
    return _encode(values).decode()
