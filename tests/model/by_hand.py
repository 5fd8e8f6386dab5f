"""What people change of contacts between two runs, in the model and in the engine.

The engine's own verbs carry it out, as the control plane does, so that what
they leave behind for the next run is theirs. Whatever one refuses, the other
must refuse too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from contactd.domain.refusals import ContactdError
from contactd.domain.words import SubscriptionType
from contactd.engine.parts import Parts
from contactd.engine.people import contact_edits, contacts
from contactd.engine.people.contact_edits import Change
from contactd.engine.people.contacts import Person
from contactd.store import tables
from contactd.store.seal import Sealer
from contactd.store.tables import table
from model.people import (
    ADDRESSES,
    BASES,
    BY_HAND,
    DELETED,
    LIVE,
    MARKETING,
    OBJECTIONS,
    OWNER,
    SKIPPED,
    STALE,
    SUBSCRIBED,
    UNSUBSCRIBED,
    Contact,
    Link,
    Store,
)
from model.stage import Stage

_WHO = "a person"


def intend(store: Store, verb: str, key: str, value: str) -> bool:
    """Do *verb* to whoever has *key* in the model; tell whether it can be done."""
    contact = store.under(key)
    if verb == "create":
        return _create(store, contact, key, value)
    wanted = DELETED if verb == "undelete" else LIVE
    if contact is None or contact.status != wanted:
        return False
    return _VERBS[verb](store, contact, value)


def _create(store: Store, there: Contact | None, key: str, value: str) -> bool:
    """A person makes a contact, and so comes to hold it; a deleted one comes back as it is told now."""
    full = store.limit and store.counted() >= store.limit
    if store.forbidden(key) or (there is not None and there.status == LIVE) or full:
        return False
    if there is None:
        store.made += 1
        there = Contact(store.made, key, key, {}, MARKETING, 0)
        store.contacts[there.id] = there
    there.email, there.status, there.type = key, LIVE, MARKETING
    there.basis = BASES[0] if store.gdpr else ""
    there.stale, there.manual = False, True
    there.values, there.origin = {"first-name": value}, {"first-name": (BY_HAND, 0)}
    there.lists[1] = (SUBSCRIBED, 0)
    store.forget_records(there, key)
    return True


def _write(name: str) -> Callable[[Store, Contact, str], bool]:
    """A value is the person's from now on, an empty one too."""

    def write(store: Store, contact: Contact, value: str) -> bool:
        same = contact.values.get(name, "") == value and contact.origin.get(name, (0, 0))[0] == BY_HAND
        contact.values[name] = value
        if not value:
            del contact.values[name]
        contact.origin[name] = (BY_HAND, 0)
        return same or _changed(store, contact)

    return write


def _give_back(store: Store, contact: Contact, name: str) -> bool:
    """Whose a value is, is told only where it is not the maker's."""
    writer, _ = contact.origin.pop(name, (contact.maker, 0))
    return writer == contact.maker or _changed(store, contact)


def _move(store: Store, contact: Contact, email: str) -> bool:
    """Another address, which is the person's from now on: the records of the contact count as if they carried it."""
    key, there = ADDRESSES[email][0] or "", store.under(ADDRESSES[email][0])
    if email == contact.email:
        return True
    if there is not contact and (store.forbidden(key) or (there is not None and there.status == LIVE)):
        return False
    store.forget_records(contact, contact.key)
    if there is not None and there is not contact:
        _give_up(store, there)
    if key != contact.key and OBJECTIONS & store.suppressed.get(contact.key or "", set()):
        store.suppressed.setdefault(key, set()).add("do_not_mail")
    contact.email, contact.key, contact.stale = email, key, False
    contact.origin["email"] = (BY_HAND, 0)
    for link in store.links_to(contact):
        link.key = key if link.state in {OWNER, STALE} else link.key
    return _changed(store, contact)


def _give_up(store: Store, there: Contact) -> None:
    """A deleted contact lets go of an address that another one has now, and so do its records."""
    there.key = None
    for links in store.links.values():
        for name, link in links.items():
            if link.contact == there.id:
                links[name] = Link(link.rank, SKIPPED, modified=link.modified)


def _set_type(store: Store, contact: Contact, wanted: str) -> bool:
    """What a person says of mail that advertises, no sync changes; who said no to all is asked first."""
    if wanted == contact.type:
        return True
    if contact.type == UNSUBSCRIBED:
        return False
    contact.type = wanted
    contact.origin["subscription_type"] = (BY_HAND, 0)
    return _changed(store, contact)


def _set_basis(store: Store, contact: Contact, wanted: str) -> bool:
    """There is a lawful basis if and only if the workspace keeps to GDPR (I11)."""
    if wanted == contact.basis:
        return True
    if not store.gdpr:
        return False
    contact.basis = wanted
    return _changed(store, contact)


def _delete(store: Store, contact: Contact, _: str) -> bool:
    contact.status, contact.manual = DELETED, False
    _leave_all(contact)
    return _changed(store, contact)


def _undelete(store: Store, contact: Contact, _: str) -> bool:
    """It comes back with its values, on no list; an objection that came meanwhile holds for it."""
    contact.status, contact.manual = LIVE, True
    _leave_all(contact)
    if "do_not_mail" in store.suppressed.get(contact.key or "", ()):
        contact.type = UNSUBSCRIBED
    return _changed(store, contact)


def _leave_all(contact: Contact) -> None:
    """Whoever goes is subscribed to nothing; what it said no to stays."""
    contact.lists = {name: member for name, member in contact.lists.items() if member[0] != SUBSCRIBED}
    contact.topics = {name: member for name, member in contact.topics.items() if member[0] != SUBSCRIBED}


def _changed(store: Store, contact: Contact) -> bool:
    store.forget_records(contact, contact.key)
    return True


_VERBS: Mapping[str, Callable[[Store, Contact, str], bool]] = {
    "name": _write("first-name"),
    "company": _write("company"),
    "give_back": _give_back,
    "move": _move,
    "type": _set_type,
    "basis": _set_basis,
    "delete": _delete,
    "undelete": _undelete,
}

#: Everything that people do by hand.
VERBS = frozenset({"create", *_VERBS})


def do(stage: Stage, verb: str, key: str, value: str) -> bool:
    """Do *verb* to whoever has *key* in the engine; tell whether it let it be done."""
    where = (_parts(stage), "default")
    with stage.database.reading() as r:
        row = r.first(select(_CONTACT.c.id).where(_CONTACT.c.email_key == key))
    try:
        if verb == "create":
            basis = BASES[0] if stage.gdpr else ""
            person = Person(email=key, values={"first-name": value}, lists=("number-1",), lawful_basis=basis)
            contacts.create(*where, person, by=_WHO)
        elif row is None:
            return False
        elif verb in _AS_A_WHOLE:
            _AS_A_WHOLE[verb](*where, row.id, by=_WHO)
        else:
            contact_edits.edit(*where, row.id, _CHANGES[verb](value), by=_WHO)
    except ContactdError:
        return False
    return True


_AS_A_WHOLE: Mapping[str, Callable[..., object]] = {"delete": contacts.delete, "undelete": contacts.undelete}

_CHANGES: Mapping[str, Callable[[str], Change]] = {
    "name": lambda value: Change(values={"first-name": value or None}),
    "company": lambda value: Change(values={"company": value or None}),
    "give_back": lambda value: Change(reset=(value,)),
    "move": lambda value: Change(email=value),
    "type": lambda value: Change(subscription_type=SubscriptionType(value)),
    "basis": lambda value: Change(lawful_basis=value),
}


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


_CONTACT = table(tables.Contact)
