"""How the model writes what a record says into a contact (daemon/REQUIREMENTS.md 1.5)."""

from model.orders import Good, Order
from model.people import BY_HAND, LIVE, MARKETING, NON_MARKETING, UNSUBSCRIBED, Contact, Store


def make(store: Store, order: Order, key: str, says: Good) -> Contact:
    """Row 22: a contact that was never there."""
    store.made += 1
    contact = Contact(store.made, key, says.email, {}, order.type, order.sync, order.basis)
    store.contacts[contact.id] = contact
    write(contact, order, says)
    join(store, contact, order)
    return contact


def revive(store: Store, contact: Contact, order: Order, says: Good) -> None:
    """Row 19: list, topics, type and basis of the sync, fields from the record."""
    contact.status, contact.stale, contact.type = LIVE, False, order.type
    contact.basis = order.basis or contact.basis
    contact.values, contact.origin = {}, {}
    write(contact, order, says)
    join(store, contact, order)


def write(contact: Contact, order: Order, says: Good) -> bool:
    """Write the values that may be written, and the type and basis; tell whether anything changed."""
    contact.stale = False
    changed = refresh(contact, order, says)
    if contact.type == NON_MARKETING and order.type == MARKETING and _may_raise(contact, order):
        contact.type, changed = MARKETING, True
    if order.basis and not contact.basis:
        contact.basis, changed = order.basis, True
    return changed


def refresh(contact: Contact, order: Order, says: Good) -> bool:
    """Write the values that may be written, and nothing else; tell whether anything changed."""
    changed = contact.email != says.email and _may_write(contact, order, "email", says)
    contact.email = says.email if changed else contact.email
    for name, value in says.values.items():
        if _may_write(contact, order, name, says) and contact.values.get(name) != value:
            changed |= _put(contact, order, name, says)
    return changed


def _put(contact: Contact, order: Order, name: str, says: Good) -> bool:
    value = says.values[name]
    if value is not None:
        contact.values[name] = value
        contact.origin[name] = (order.sync, _time(says))
    elif order.update_empty:
        del contact.values[name]
        contact.origin.pop(name, None)
    return value is not None or order.update_empty


def _time(says: Good) -> int:
    return 0 if says.modified is None else int(says.modified.timestamp())


def _may_write(contact: Contact, _order: Order, name: str, _says: Good) -> bool:
    source, _ = contact.origin.get(name, (0, 0))
    return source != BY_HAND


def _may_raise(contact: Contact, order: Order) -> bool:
    by_hand = contact.origin.get("subscription_type", (0, 0))[0] == BY_HAND
    said_no = contact.lists.get(order.list) == UNSUBSCRIBED
    return not said_no and not by_hand and (order.raise_type or contact.maker == order.sync)


def keep_off(contact: Contact, order: Order, home: Contact, *, objects: bool) -> None:
    """E2: what the person of *home* said no to, their record brings nobody to (daemon/decisions/0026)."""
    if objects:
        contact.lists.setdefault(order.list, UNSUBSCRIBED)
    for topic in order.topics:
        if objects or home.topics.get(topic) == UNSUBSCRIBED:
            contact.topics.setdefault(topic, UNSUBSCRIBED)


def leave(contact: Contact, order: Order) -> None:
    """Take a contact off all that a sync put it on; a no that a record brought goes with it."""
    contact.lists.pop(order.list, None)
    for topic in order.topics:
        contact.topics.pop(topic, None)


def join(store: Store, contact: Contact, order: Order) -> bool:
    """Add the memberships that are not there; none is revived, none is given to a forbidden key (I4)."""
    if contact.key is None or store.suppressed.get(contact.key) or contact.type == UNSUBSCRIBED:
        return False
    missing = order.list not in contact.lists or any(topic not in contact.topics for topic in order.topics)
    contact.lists.setdefault(order.list, "subscribed")
    for topic in order.topics:
        contact.topics.setdefault(topic, "subscribed")
    return missing
