"""What people do between two runs, in the model and in the engine: objections, and changes by hand.

The engine's own verbs carry them out, as the control plane does, so that what
they leave behind for the next run is theirs. Whatever one refuses, the other
must refuse too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from contactd.domain.refusals import ContactdError
from contactd.engine import contact_edits, contacts
from contactd.engine.contact_edits import Change
from contactd.engine.contacts import Person
from contactd.engine.parts import Parts
from contactd.store import tables
from contactd.store.seal import Sealer
from contactd.store.tables import table
from model.histories import Act
from model.people import BY_HAND, DELETED, LIVE, MARKETING, UNSUBSCRIBED, Contact, Store
from model.stage import Stage

_WHO = "a person"


def intend(store: Store, act: Act) -> bool:
    """Do *act* in the model; tell whether it can be done."""
    contact = store.under(act.key)
    if act.verb == "create":
        return _create(store, contact, act)
    if act.verb in _EDITS:
        if contact is None or contact.status != LIVE:
            return False
        if _EDITS[act.verb](contact, act.value):
            store.forget_records(contact, contact.key)
        return True
    store.forget_records(contact, act.key)
    if act.verb != "unsubscribe":
        store.suppressed.setdefault(act.key, set()).add(act.verb)
    elif contact is not None and contact.status == LIVE:
        contact.type = UNSUBSCRIBED
    return True


def _create(store: Store, there: Contact | None, act: Act) -> bool:
    """A person makes a contact, and so comes to hold it; a deleted one comes back as it is told now."""
    if store.forbidden(act.key) or (there is not None and there.status == LIVE):
        return False
    if there is None:
        store.made += 1
        there = Contact(store.made, act.key, act.key, {}, MARKETING, 0)
        store.contacts[there.id] = there
    there.email, there.status, there.type, there.basis = act.key, LIVE, MARKETING, ""
    there.stale, there.manual = False, True
    there.values, there.origin = {"first-name": act.value}, {"first-name": (BY_HAND, 0)}
    there.lists[1] = "subscribed"
    store.forget_records(there, act.key)
    return True


def _write(name: str) -> Callable[[Contact, str], bool]:
    """A value is the person's from now on, an empty one too."""

    def write(contact: Contact, value: str) -> bool:
        same = contact.values.get(name, "") == value and contact.origin.get(name, (0, 0))[0] == BY_HAND
        contact.values[name] = value
        if not value:
            del contact.values[name]
        contact.origin[name] = (BY_HAND, 0)
        return not same

    return write


def _give_back(contact: Contact, name: str) -> bool:
    """Whose a value is, is told only where it is not the maker's."""
    writer, _ = contact.origin.pop(name, (contact.maker, 0))
    return writer != contact.maker


def _delete(contact: Contact, _: str) -> bool:
    contact.status, contact.manual = DELETED, False
    contact.lists, contact.topics = {}, {}
    return True


_EDITS: Mapping[str, Callable[[Contact, str], bool]] = {
    "name": _write("first-name"),
    "company": _write("company"),
    "give_back": _give_back,
    "delete": _delete,
}


def do(stage: Stage, act: Act) -> bool:
    """Do *act* in the engine; tell whether it let it be done."""
    if act.verb in {"create", *_EDITS}:
        return _by_hand(stage, act)
    with stage.database.transaction() as tx:
        _forget(tx, act.key)
        if act.verb != "unsubscribe":
            _suppress(tx, stage.workspace, act)
        else:
            wanted = update(_CONTACT).where(_CONTACT.c.email_key == act.key, _CONTACT.c.status == LIVE)
            tx.execute(wanted.values(subscription_type=UNSUBSCRIBED, touched_run=None))
    return True


def _by_hand(stage: Stage, act: Act) -> bool:
    where = (_parts(stage), "default")
    with stage.database.reading() as r:
        row = r.first(select(_CONTACT.c.id).where(_CONTACT.c.email_key == act.key))
    try:
        if act.verb == "create":
            contacts.create(
                *where, Person(email=act.key, values={"first-name": act.value}, lists=("number-1",)), by=_WHO
            )
        elif row is None:
            return False
        elif act.verb == "delete":
            contacts.delete(*where, row.id, by=_WHO)
        else:
            contact_edits.edit(*where, row.id, _change(act), by=_WHO)
    except ContactdError:
        return False
    return True


def _parts(stage: Stage) -> Parts:
    """Give the parts that changes by hand want: of all there are, the store."""
    nobody: Any = None
    return Parts(
        database=stage.database,
        sealer=Sealer(bytes(32)),
        catalog=nobody,
        authorizers=nobody,
        pool=nobody,
        hosts={},
        wake=lambda: None,
        stop=lambda _: None,
    )


def _change(act: Act) -> Change:
    if act.verb == "give_back":
        return Change(reset=(act.value,))
    return Change(values={"first-name" if act.verb == "name" else "company": act.value or None})


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
