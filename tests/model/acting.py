"""What people do between two runs, in the model and in the engine: objections, and changes by hand."""

from typing import Any

from sqlalchemy import insert, select, update

from contactd.store import tables
from contactd.store.tables import table
from model import by_hand
from model.histories import Act
from model.people import LIVE, UNSUBSCRIBED, Store
from model.stage import Stage


def intend(store: Store, act: Act) -> bool:
    """Do *act* in the model; tell whether it can be done."""
    if act.verb in by_hand.VERBS:
        return by_hand.intend(store, act.verb, act.key, act.value)
    contact = store.under(act.key)
    store.forget_records(contact, act.key)
    if act.verb != "unsubscribe":
        store.suppressed.setdefault(act.key, set()).add(act.verb)
    elif contact is not None and contact.status == LIVE:
        contact.type = UNSUBSCRIBED
    return True


def do(stage: Stage, act: Act) -> bool:
    """Do *act* in the engine; tell whether it let it be done."""
    if act.verb in by_hand.VERBS:
        return by_hand.do(stage, act.verb, act.key, act.value)
    with stage.database.transaction() as tx:
        _forget(tx, act.key)
        if act.verb != "unsubscribe":
            _suppress(tx, stage.workspace, act)
        else:
            wanted = update(_CONTACT).where(_CONTACT.c.email_key == act.key, _CONTACT.c.status == LIVE)
            tx.execute(wanted.values(subscription_type=UNSUBSCRIBED, touched_run=None))
    return True


def _suppress(tx: Any, workspace: int, act: Act) -> None:
    there = select(_SUPPRESSION.c.id).where(_SUPPRESSION.c.email_key == act.key, _SUPPRESSION.c.kind == act.verb)
    if tx.first(there) is None:
        row = {"id": tx.reserve("suppression"), "workspace_id": workspace, "email_key": act.key, "kind": act.verb}
        tx.execute(insert(_SUPPRESSION).values(**row, set_by="account", created_at=0))


def _forget(tx: Any, key: str) -> None:
    holding = select(_CONTACT.c.id).where(_CONTACT.c.email_key == key)
    bearing = (_LINK.c.email_key == key) | _LINK.c.contact_id.in_(holding)
    tx.execute(update(_LINK).where(bearing).values(content_hash=None))


_CONTACT, _LINK, _SUPPRESSION = table(tables.Contact), table(tables.Link), table(tables.Suppression)
